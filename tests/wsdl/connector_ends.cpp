// Broken answers, interruption, the log, Style RPC.
#include "tests/wsdl/scripted.h"
#include "wsdl/connector_words.h"

using namespace qbwc;
using namespace qbwc::test;
using End = RunResult::End;
using Methods = std::vector<std::string>;

namespace {

// A run that calls every method but the interactive ones, serverVersion to closeConnection.
Bench long_run()
{
    auto bench = Bench::logged_in();
    bench.quickbooks.openings = {QuickBooks::Failure{"0x80040408", "no"}};
    bench.server.on("connectionError", {""});
    bench.server.on("sendRequestXML", {"<one/>"}).on("receiveResponseXML", {"50"});
    bench.server.on("sendRequestXML", {""}).on("getLastError", {"Interactive mode"});
    bench.server.on("getInteractiveURL", {"https://example.test/"});
    bench.server.on("interactiveDone", {"DONE"}).on("closeConnection", {"OK"});
    return bench;
}

}  // namespace

TEST_CASE("a broken call ends the run with its code and no further call")
{
    const auto [method, code] = GENERATE(table<std::string, std::string>({
        {"clientVersion", "QBWC1036"},
        {"authenticate", "QBWC1012"},
        {"connectionError", "QBWC1045"},
        {"sendRequestXML", "QBWC1041"},
        {"receiveResponseXML", "QBWC1042"},
        {"getLastError", "QBWC1043"},
        {"getInteractiveURL", ""},
        {"interactiveDone", ""},
        {"closeConnection", "QBWC1044"},
    }));
    CAPTURE(method);
    auto bench = long_run();
    bench.server.answers[method].clear();
    bench.server.on_whole(method, {.status = 0, .problem = "The connection was refused."});
    const auto result = bench.run();
    CHECK(result.end == End::broken);
    CHECK(result.code == code);
    CHECK(result.text == "The connection was refused.");
    CHECK(bench.server.methods.back() == method);
    CHECK(bench.logged(method + " failed: The connection was refused."));
    const bool opened = bench.quickbooks.opened.size() == 2;
    CHECK(bench.quickbooks.ended == (opened ? 1 : 0));
}

TEST_CASE("every kind of broken answer is told for what it is")
{
    struct Row {
        Transport::Answer answer;
        std::string text;
    };
    Codec codec;
    const auto fault = codec.write_fault({"Server", "The database is away."});
    const auto row = GENERATE_COPY(values<Row>({
        {{500, "text/xml; charset=utf-8", fault, ""}, "The database is away."},
        {{200, "text/xml", fault, ""}, "The database is away."},
        {{404, "text/html", "<html/>", ""}, "The request failed with HTTP status 404."},
        {{503, "text/xml", fault, ""}, "The request failed with HTTP status 503."},
        {{302, "text/html", "", ""}, "The request failed with HTTP status 302."},
        {{500, "text/html", "<html/>", ""},
         "The content type of the answer is 'text/html', not 'text/xml'."},
        {{200, "application/json", "{}", ""},
         "The content type of the answer is 'application/json', not 'text/xml'."},
        {{200, "", "", ""}, "The content type of the answer is '', not 'text/xml'."},
        {{200, "text/xml", "", ""}, "The body of the answer is empty."},
        {{200, "Text/XML;charset=utf-8", "Notice: x", ""},
         "The envelope is not well-formed XML: it does not begin with an element."},
        {{0, "", "", ""}, "No answer came."},
        {{0, "", "", "The name does not resolve."}, "The name does not resolve."},
    }));
    auto bench = Bench::greeted();
    bench.server.on_whole("authenticate", row.answer);
    const auto result = bench.run();
    CHECK(result.end == End::broken);
    CHECK(result.code == "QBWC1012");
    CHECK(result.text == row.text);
}

TEST_CASE("a server without serverVersion is worked with")
{
    Bench bench;
    bench.server.on_whole("serverVersion", {404, "text/html", "", ""});
    bench.server.on("clientVersion", {""}).on("authenticate", {"T", "none"});
    bench.server.on("closeConnection", {"OK"});
    const auto result = bench.run();
    CHECK(result.end == End::nothing_to_do);
    CHECK(result.code.empty());
}

TEST_CASE("a run is interrupted between any two calls and tells the server nothing more")
{
    auto whole = long_run();
    CHECK(whole.run().end == End::done);
    const auto total = whole.server.calls.size();
    REQUIRE(total == 11);
    for (std::size_t calls = 0; calls < total; ++calls) {
        CAPTURE(calls);
        auto bench = long_run();
        bench.stop_after = calls;
        const auto result = bench.run();
        CHECK(result.end == End::interrupted);
        CHECK(bench.server.calls.size() == calls);
        CHECK(bench.quickbooks.ended == (bench.quickbooks.opened.size() == 2 ? 1 : 0));
    }
}

TEST_CASE("an exception passes through, and the company file is left")
{
    auto bench = Bench::logged_in();  // no sendRequestXML in the script
    CHECK_THROWS_AS(bench.run(), std::logic_error);
    CHECK(bench.quickbooks.ended == 1);
}

TEST_CASE("a connector runs again from the start")
{
    Bench bench;
    Connector connector(bench.server, bench.quickbooks, bench.options,
                        {.wait = [](std::chrono::milliseconds) {}});
    for (int run = 0; run < 2; ++run) {
        bench.server.on("serverVersion", {"1"}).on("clientVersion", {""});
        bench.server.on("authenticate", {"T", "", "", ""}).on("sendRequestXML", {"<a/>"});
        bench.server.on("receiveResponseXML", {"100"}).on("closeConnection", {"OK"});
        const auto result = connector.run();
        CHECK(result.end == End::done);
        CHECK(result.requests == 1);
        CHECK_FALSE(
            bench.server.call<SendRequestXml>(static_cast<std::size_t>(run)).hcp_response.empty());
    }
}

TEST_CASE("a connector without a way to wait is our own mistake")
{
    Bench bench;
    CHECK_THROWS_AS(Connector(bench.server, bench.quickbooks, {}, {}), std::logic_error);
}

TEST_CASE("Style RPC is spoken when asked for")
{
    auto bench = long_run();
    bench.options.rpc_style = true;
    CHECK(bench.run().end == End::done);
    for (const auto& call : bench.server.calls)
        CHECK(call.rpc);
}

TEST_CASE("the log reads like QWCLog.txt and holds no password, ticket or customer data")
{
    auto bench = long_run();
    bench.quickbooks.processings = {{"<hcp/>", {}}, {"<Name>Secret Customer</Name>", {}}};
    bench.run();
    REQUIRE_FALSE(bench.lines.empty());
    for (const auto& line : bench.lines) {
        CAPTURE(line);
        CHECK(line.starts_with("20261121.22:05:00 UTC\t: QBWebConnector."));
        CHECK(line.find('\n') == std::string::npos);
        CHECK(line.find("pine-needle-password") == std::string::npos);
        CHECK(line.find("ticket-0123456789") == std::string::npos);
        CHECK(line.find("Secret Customer") == std::string::npos);
    }
    CHECK(
        bench.logged("QBWebConnector.SOAPWebService.do_authenticate() : calling with user name "
                     "'larch', password masked"));
    CHECK(
        bench.logged("QBWebConnector.SOAPWebService.do_getLastError() : calling with ticket "
                     "'ticket-0...'"));
    CHECK(bench.logged("Update of 'Larch & Pine' ends: done: OK"));
}

TEST_CASE("log lines are bounded and stay one line")
{
    CHECK(one_line("a\r\nb\tc") == "a  b c");
    CHECK(one_line(std::string(600, 'x')) == std::string(500, 'x') + "...");
    CHECK(shortened("") == "");
    CHECK(shortened("T") == "...");
    CHECK(shortened("abcdef") == "abc...");
    CHECK(shortened("{0f1e2d3c-4b5a}") == "{0f1e2d...");
}

TEST_CASE("versions compare by number")
{
    struct Row {
        std::string version, than;
        bool older;
    };
    const auto row = GENERATE(values<Row>({
        {"2.9", "2.10", true},
        {"2.10", "2.9", false},
        {"34", "34.0", false},
        {"34.0", "34", false},
        {"34.0.10018.91", "34.0.10018.92", true},
        {"2.3.0.215", "34", true},
        {"34", "", false},
        {"34", "x", false},
        {"34", " 35 ", true},
    }));
    CHECK(is_older(row.version, row.than) == row.older);
}
