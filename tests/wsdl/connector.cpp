// QBWC's half of a run: the order of its calls, and where it ends.
#include "wsdl/connector.h"

#include "tests/wsdl/scripted.h"

using namespace qbwc;
using namespace qbwc::test;
using namespace std::chrono_literals;
using End = RunResult::End;
using Methods = std::vector<std::string>;

namespace {

const QuickBooks::Failure no_quickbooks{"0x80040408", "Could not start QuickBooks."};

}  // namespace

TEST_CASE("a run carries requests until the server says 100")
{
    auto bench = Bench::logged_in("C:\\Larch.qbw");
    bench.server.on("sendRequestXML", {"<one/>"}).on("receiveResponseXML", {"50"});
    bench.server.on("sendRequestXML", {"<two/>"}).on("receiveResponseXML", {"100"});
    bench.server.on("closeConnection", {"Finished."});
    bench.quickbooks.processings = {{"<hcp/>", {}}, {"<1/>", {}}, {"<2/>", {}}};

    const auto result = bench.run();

    CHECK(result.end == End::done);
    CHECK(result.text == "Finished.");
    CHECK_FALSE(result.with_message);
    CHECK(result.code.empty());
    CHECK(result.requests == 2);
    CHECK(bench.progress == std::vector{50, 100});
    CHECK(bench.server.methods == Methods{"serverVersion", "clientVersion", "authenticate",
                                          "sendRequestXML", "receiveResponseXML", "sendRequestXML",
                                          "receiveResponseXML", "closeConnection"});
    CHECK(bench.server.actions.back() == "\"http://developer.intuit.com/closeConnection\"");
    CHECK(bench.quickbooks.opened == Methods{"C:\\Larch.qbw"});
    CHECK(bench.quickbooks.ended == 1);
    CHECK(bench.waits.empty());

    CHECK(bench.server.call<ClientVersion>().version == "34.0.10018.91");
    CHECK(bench.server.call<Authenticate>().password == "pine-needle-password");
    const auto first = bench.server.call<SendRequestXml>(0);
    CHECK(first.ticket == "ticket-0123456789");
    CHECK(first.hcp_response == "<hcp/>");
    CHECK(first.company_file == "C:\\Larch.qbw");
    CHECK(first.country == "US");
    CHECK(first.major == 16);
    CHECK(bench.server.call<SendRequestXml>(1).hcp_response.empty());
    const auto received = bench.server.call<ReceiveResponseXml>(1);
    CHECK(received.response == "<2/>");
    CHECK(received.hresult.empty());
    CHECK(bench.quickbooks.processed[1] == "<one/>");
    CHECK(bench.server.call<CloseConnection>().ticket == "ticket-0123456789");
}

TEST_CASE("host, company and preferences are asked before the first request")
{
    auto bench = Bench::logged_in();
    bench.options.owner_id = "{90A44FB7-33D9-4815-AC85-BC87A7E7D1EB}";
    bench.server.on("sendRequestXML", {""}).on("getLastError", {""}).on("closeConnection", {""});
    bench.run();
    CHECK(bench.quickbooks.processed ==
          Methods{"<?xml version=\"1.0\" ?><?qbxml version=\"16.0\"?><QBXML>"
                  "<QBXMLMsgsRq onError=\"continueOnError\"><HostQueryRq requestID=\"0\" />"
                  "<CompanyQueryRq requestID=\"1\">"
                  "<OwnerID>{90A44FB7-33D9-4815-AC85-BC87A7E7D1EB}</OwnerID></CompanyQueryRq>"
                  "<PreferencesQueryRq requestID=\"2\" /></QBXMLMsgsRq></QBXML>"});
}

TEST_CASE("a company that cannot be asked ends the run as 1014")
{
    auto bench = Bench::logged_in();
    bench.quickbooks.processings = {{"", QuickBooks::Failure{"0x80040400", "parse"}}};
    bench.server.on("closeConnection", {"OK"});
    const auto result = bench.run();
    CHECK(result.end == End::connection_failed);
    CHECK(result.code == "QBWC1014");
    CHECK(result.text == "parse");
    CHECK(bench.quickbooks.ended == 1);
}

TEST_CASE("clientVersion decides whether the run goes on")
{
    struct Row {
        std::string answer;
        bool goes_on;
        End end;
        std::string code, text;
    };
    const auto row = GENERATE(values<Row>({
        {"", true, End::nothing_to_do, "", "No data exchange required."},
        {"W:old", true, End::nothing_to_do, "", "No data exchange required."},
        {"E:too old", false, End::refused_version, "QBWC1037", "too old"},
        {"O:34.0", true, End::nothing_to_do, "", "No data exchange required."},
        {"O:34.0.10018.91", true, End::nothing_to_do, "", "No data exchange required."},
        {"O:4.0", true, End::nothing_to_do, "", "No data exchange required."},
        {"O:34.0.10018.100", false, End::refused_version, "",
         "The server wants version 34.0.10018.100."},
        {"O:35", false, End::refused_version, "", "The server wants version 35."},
        {"OK", false, End::broken, "QBWC1046",
         "The answer to clientVersion is neither empty nor begins with W:, E: or O:."},
    }));
    CAPTURE(row.answer);
    Bench bench;
    bench.server.on("serverVersion", {"1.0"}).on("clientVersion", {row.answer});
    bench.server.on("authenticate", {"T", "none"}).on("closeConnection", {"closed"});
    const auto result = bench.run();
    CHECK(result.end == row.end);
    CHECK(result.code == row.code);
    CHECK(result.text == row.text);
    const bool logged_in =
        bench.server.methods.size() > 2 && bench.server.methods[2] == "authenticate";
    CHECK(logged_in == row.goes_on);
    CHECK((bench.server.methods.back() == "closeConnection") == (row.end != End::broken));
}

TEST_CASE("authenticate decides what the run is for")
{
    struct Row {
        std::vector<std::string> strings;
        End end;
        std::string code, text;
        int postpone;
        std::optional<int> minimum;
    };
    const std::string none = "No data exchange required.";
    const std::string postponed = "Update postponed by application.";
    const auto row = GENERATE_COPY(values<Row>({
        {{"T", "none"}, End::nothing_to_do, "", none, 0, {}},
        {{"", "NONE", ""}, End::nothing_to_do, "", none, 0, {}},
        {{"T", "none", "", "60"}, End::nothing_to_do, "", none, 0, 60},
        {{"T", "none", "x", "y"}, End::nothing_to_do, "", none, 0, {}},
        {{"T", "none", "-5", "-5"}, End::nothing_to_do, "", none, 0, {}},
        {{"T", "none", "0", "0"}, End::nothing_to_do, "", none, 0, 0},
        {{"T", "nvu"},
         End::not_valid_user,
         "QBWC1040",
         "The user name or the password is not valid.",
         0,
         {}},
        {{"T", "Nvu", "", ""},
         End::not_valid_user,
         "QBWC1040",
         "The user name or the password is not valid.",
         0,
         {}},
        {{"T", "busy", ""}, End::busy, "", "The application is busy.", 0, {}},
        {{"T", "", "300", ""}, End::postponed, "", postponed, 300, {}},
        {{"T", "nvu", "300", "60"}, End::postponed, "", postponed, 300, 60},
        {{"T", "none", " 300 ", "60"}, End::postponed, "", postponed, 300, 60},
    }));
    CAPTURE(row.strings);
    auto bench = Bench::greeted();
    bench.server.on("authenticate", row.strings).on("closeConnection", {"closed"});
    const auto result = bench.run();
    CHECK(result.end == row.end);
    CHECK(result.code == row.code);
    CHECK(result.text == row.text);
    CHECK(result.postpone == std::chrono::seconds(row.postpone));
    CHECK(result.minimum_interval_seconds == row.minimum);
    CHECK(bench.server.methods.back() == "closeConnection");
    CHECK(bench.server.call<CloseConnection>().ticket == row.strings[0]);
    CHECK(bench.quickbooks.opened.empty());
    CHECK(bench.quickbooks.ended == 0);
}

TEST_CASE("a login with fewer than two strings breaks the run off")
{
    auto bench = Bench::greeted();
    bench.server.on("authenticate", {"T"});
    const auto result = bench.run();
    CHECK(result.end == End::broken);
    CHECK(result.code == "QBWC1012");
    CHECK(bench.server.methods.back() == "authenticate");
}

TEST_CASE("connectionError is asked for another company file until it says done")
{
    auto bench = Bench::logged_in("C:\\gone.qbw");
    bench.quickbooks.openings = {no_quickbooks, no_quickbooks, no_quickbooks};
    bench.server.on("connectionError", {"C:\\other.qbw"}).on("connectionError", {""});
    bench.server.on("connectionError", {"DONE"});
    const auto result = bench.run();
    CHECK(result.end == End::connection_failed);
    CHECK(result.code == "QBWC1013");
    CHECK(result.text == "Could not start QuickBooks.");
    CHECK(bench.quickbooks.opened == Methods{"C:\\gone.qbw", "C:\\other.qbw", ""});
    CHECK(bench.quickbooks.ended == 0);
    CHECK(bench.server.call<ConnectionError>().hresult == "0x80040408");
    CHECK(bench.server.call<ConnectionError>().message == "Could not start QuickBooks.");
    CHECK(bench.server.methods.back() == "connectionError");
}

TEST_CASE("a company file that opens at the second attempt is worked with")
{
    auto bench = Bench::logged_in();
    bench.quickbooks.openings = {no_quickbooks};
    bench.server.on("connectionError", {"C:\\other.qbw"}).on("sendRequestXML", {""});
    bench.server.on("getLastError", {"Nothing."}).on("closeConnection", {""});
    const auto result = bench.run();
    CHECK(result.end == End::done);
    CHECK(result.code.empty());
    CHECK(result.text == "Nothing.");
    CHECK(result.with_message);
    CHECK(bench.quickbooks.opened == Methods{"", "C:\\other.qbw"});
}

TEST_CASE("a server that never says done is left after ten attempts")
{
    auto bench = Bench::logged_in();
    for (int i = 0; i < 20; ++i) {
        bench.quickbooks.openings.emplace_back(no_quickbooks);
        bench.server.on("connectionError", {""});
    }
    const auto result = bench.run();
    CHECK(result.end == End::connection_failed);
    CHECK(bench.quickbooks.opened.size() == 10);
    CHECK(bench.logged("The server did not say done in 10 attempts"));
}

TEST_CASE("NoOp pauses five seconds and asks again")
{
    const std::string nothing = GENERATE("", "NoOp", "noop");
    auto bench = Bench::logged_in();
    bench.server.on("sendRequestXML", {nothing}).on("getLastError", {"NoOp"});
    bench.server.on("sendRequestXML", {nothing}).on("getLastError", {"NoOp"});
    bench.server.on("sendRequestXML", {"<one/>"}).on("receiveResponseXML", {"100"});
    bench.server.on("closeConnection", {"OK"});
    const auto result = bench.run();
    CHECK(result.end == End::done);
    CHECK(result.text == "OK");
    CHECK(bench.waits == std::vector{5000ms, 5000ms});
}

TEST_CASE("a request that QuickBooks refuses is told with hresult and no response")
{
    auto bench = Bench::logged_in();
    bench.quickbooks.processings = {{"<hcp/>", {}},
                                    {"", QuickBooks::Failure{"0x80040400", "parse error"}}};
    bench.server.on("sendRequestXML", {"junk"}).on("receiveResponseXML", {"-101"});
    bench.server.on("getLastError", {"We sent junk."}).on("closeConnection", {"OK"});
    const auto result = bench.run();
    CHECK(result.end == End::server_error);
    CHECK(result.text == "We sent junk.");
    CHECK(result.requests == 1);
    const auto received = bench.server.call<ReceiveResponseXml>();
    CHECK(received.response.empty());
    CHECK(received.hresult == "0x80040400");
    CHECK(received.message == "parse error");
    CHECK(bench.progress.empty());
    CHECK(bench.server.methods.back() == "closeConnection");
}

TEST_CASE("interactive mode opens the page and waits for the person")
{
    auto bench = Bench::logged_in();
    bench.server.on("sendRequestXML", {""}).on("getLastError", {"Interactive mode"});
    bench.server.on("getInteractiveURL", {"https://example.test/page"});
    bench.server.on("interactiveDone", {""}).on("interactiveDone", {""});

    SECTION("done closes")
    {
        bench.server.on("interactiveDone", {"Done"}).on("closeConnection", {"OK"});
        const auto result = bench.run();
        CHECK(result.end == End::done);
        CHECK(result.text == "OK");
    }
    SECTION("continue goes on with requests")
    {
        bench.server.on("interactiveDone", {"CONTINUE"}).on("sendRequestXML", {"<one/>"});
        bench.server.on("receiveResponseXML", {"100"}).on("closeConnection", {"OK"});
        const auto result = bench.run();
        CHECK(result.end == End::done);
        CHECK(result.requests == 1);
    }
    SECTION("another text is an error")
    {
        bench.server.on("interactiveDone", {"Lost it."}).on("closeConnection", {"OK"});
        const auto result = bench.run();
        CHECK(result.end == End::server_error);
        CHECK(result.text == "Lost it.");
    }
    CHECK(bench.urls == Methods{"https://example.test/page"});
    CHECK(bench.waits == std::vector{60000ms, 60000ms, 60000ms});
    CHECK(bench.server.call<GetInteractiveUrl>().ticket == "ticket-0123456789");
    CHECK(bench.server.call<GetInteractiveUrl>().session_id == "1");
}

TEST_CASE("a person who declines interactive mode ends the run")
{
    auto bench = Bench::logged_in();
    bench.options.accepts_interactive = false;
    bench.server.on("sendRequestXML", {""}).on("getLastError", {"interactive mode"});
    bench.server.on("interactiveRejected", {"Maybe later."}).on("closeConnection", {"OK"});
    const auto result = bench.run();
    CHECK(result.end == End::done);
    CHECK(result.text == "Maybe later.");
    CHECK(result.with_message);
    CHECK(bench.urls.empty());
    CHECK_FALSE(bench.server.call<InteractiveRejected>().reason.empty());
}
