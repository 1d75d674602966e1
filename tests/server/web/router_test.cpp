// Method and path to answer: SOAP, the contract, pages and health, and a store that fails.
#include <catch2/catch.hpp>
#include <regex>

#include "server/base/log.h"
#include "server/base/secret.h"
#include "server/web/router.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using Catch::Contains;

namespace {

// A town whose store is its worker's.
struct Site {
    explicit Site(web::SiteSettings settings = {})
        : worker({}, std::move(town.store)), router(town.connector, std::move(settings))
    {
        base::log::set_level(base::log::Level::off);
    }

    web::Response ask(const std::string& method, const std::string& target,
                      web::Headers headers = {}, const std::string& address = "192.0.2.7")
    {
        return router.answer(
            {.method = method, .target = target, .headers = std::move(headers), .address = address},
            worker);
    }
    web::Response post(const std::string& body, web::Headers headers = {},
                       const std::string& address = "192.0.2.7")
    {
        return router.answer({.method = "POST",
                              .target = "/qbwc",
                              .headers = std::move(headers),
                              .body = body,
                              .address = address},
                             worker);
    }
    // As QBWC sends it.
    web::Response call(const std::string& operation)
    {
        return post(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope "
            "xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>" +
            operation + "</soap:Body></soap:Envelope>");
    }

    Town town;
    web::Worker worker;
    web::Router router;
};

std::string_view header(const web::Response& response, std::string_view name)
{
    for (const auto& [key, value] : response.headers)
        if (key == name) return value;
    return "";
}

const std::string ns = " xmlns=\"http://developer.intuit.com/\"";

}  // namespace

TEST_CASE("a call is answered as text/xml with its result")
{
    Site site;
    const auto response = site.call("<serverVersion" + ns + "/>");
    CHECK(response.status == 200);
    CHECK(response.content_type == "text/xml; charset=utf-8");
    CHECK_THAT(response.body,
               Catch::StartsWith("<?xml") && Contains("serverVersionResult") && Contains("qbwcd"));
}

TEST_CASE("authenticate answers four strings, also when there is nothing to do")
{
    Site site;
    const auto response =
        site.call("<authenticate" + ns +
                  "><strUserName>qbwc-maple</strUserName><strPassword>maple-secret</strPassword></"
                  "authenticate>");
    CHECK(response.status == 200);
    CHECK_THAT(response.body, Contains(">none<"));
    const std::regex item("<(qbwc:)?string[/>]");
    CHECK(std::distance(std::sregex_iterator(response.body.begin(), response.body.end(), item),
                        std::sregex_iterator()) == 4);
}

TEST_CASE("SOAP 1.2 is answered in kind")
{
    Site site;
    const auto response = site.post(
        "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body>"
        "<serverVersion" +
        ns + "/></e:Body></e:Envelope>");
    CHECK(response.status == 200);
    CHECK(response.content_type == "application/soap+xml; charset=utf-8");
    CHECK_THAT(response.body, Contains("http://www.w3.org/2003/05/soap-envelope"));
}

TEST_CASE("what is no envelope gets a fault that echoes nothing")
{
    Site site;
    const auto body = GENERATE(values<std::string>(
        {"", "not xml marker", "<marker/>", "<?xml version='1.0'?><!DOCTYPE marker><a/>",
         "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>"
         "<marker/></soap:Body></soap:Envelope>"}));
    CAPTURE(body);
    const auto response = site.post(body);
    CHECK(response.status == 500);
    CHECK(response.content_type == "text/xml; charset=utf-8");
    CHECK_THAT(response.body, Contains("Fault") && !Contains("marker"));
}

TEST_CASE("the contract names the address under which the caller reached the server")
{
    struct Row {
        const char* what;
        web::SiteSettings settings;
        web::Headers headers;
        const char* address;
    };
    const web::SiteSettings behind{.proxies = {"192.0.2.7"}};
    const auto row = GENERATE_COPY(values<Row>({
        {"the Host it asked for",
         {},
         {{"host", "books.example.com:8440"}},
         "http://books.example.com:8440/qbwc"},
        {"no Host", {}, {}, "http://localhost/qbwc"},
        {"a stranger's X-Forwarded-Proto",
         {},
         {{"host", "b.example.com"}, {"x-forwarded-proto", "https"}},
         "http://b.example.com/qbwc"},
        {"a believed proxy's",
         behind,
         {{"host", "b.example.com"}, {"x-forwarded-proto", "https"}},
         "https://b.example.com/qbwc"},
        {"a believed proxy without it",
         behind,
         {{"host", "b.example.com"}},
         "http://b.example.com/qbwc"},
        {"the public address",
         {.public_url = "https://books.example.com"},
         {{"host", "10.0.0.1"}},
         "https://books.example.com/qbwc"},
        {"a Host that is none", {}, {{"host", "a\"/><b"}}, "http://a&quot;/&gt;&lt;b/qbwc"},
    }));
    CAPTURE(row.what);
    Site site(row.settings);
    const auto target = GENERATE(values<std::string>(
        {"/qbwc?wsdl", "/qbwc?WSDL", "/qbwc/?wsdl", "/qbwc?wsdl=1", "/qbwc?wsdl&x"}));
    const auto response = site.ask("GET", target, row.headers);
    CHECK(response.status == 200);
    CHECK(response.content_type == "text/xml; charset=utf-8");
    CHECK_THAT(response.body, Contains("location=\"" + std::string(row.address) + "\""));
}

TEST_CASE("a secure connection is told in the contract")
{
    Site site;
    const auto response = site.router.answer({.method = "GET",
                                              .target = "/qbwc?wsdl",
                                              .headers = {{"host", "b.example.com"}},
                                              .address = "192.0.2.7",
                                              .secure = true},
                                             site.worker);
    CHECK_THAT(response.body, Contains("https://b.example.com/qbwc"));
}

TEST_CASE("addresses, methods and what they are answered")
{
    struct Row {
        const char* method;
        const char* target;
        int status;
        const char* says;
        const char* allow;
    };
    const auto row = GENERATE(values<Row>({
        {"GET", "/qbwc", 200, "?wsdl", ""},
        {"HEAD", "/qbwc", 200, "", ""},
        {"GET", "/qbwc/", 200, "?wsdl", ""},
        {"HEAD", "/qbwc?wsdl", 200, "", ""},
        {"PUT", "/qbwc", 405, "", "GET, HEAD, POST"},
        {"DELETE", "/qbwc?wsdl", 405, "", "GET, HEAD, POST"},
        {"GET", "/", 200, "Web Connector", ""},
        {"GET", "/support", 200, "wrong company file", ""},
        {"HEAD", "/support?x=1", 200, "", ""},
        {"POST", "/support", 405, "", "GET, HEAD"},
        {"GET", "/certificate", 200, "trusts its certificate", ""},
        {"POST", "/certificate", 405, "", "GET, HEAD"},
        {"GET", "/healthz", 200, "ok", ""},
        {"POST", "/healthz", 405, "", "GET, HEAD"},
        {"GET", "/readyz", 200, "ok", ""},
        {"POST", "/readyz", 405, "", "GET, HEAD"},
        {"GET", "/nothing", 404, "nothing at this address", ""},
        {"POST", "/", 405, "", "GET, HEAD"},
        {"GET", "/qbwc/../etc/passwd", 404, "", ""},
        {"GET", "", 404, "", ""},
    }));
    CAPTURE(row.method, row.target);
    Site site;
    const auto response = site.ask(row.method, row.target);
    CHECK(response.status == row.status);
    CHECK_THAT(response.body, Contains(row.says));
    CHECK(header(response, "allow") == row.allow);
}

TEST_CASE("pages are whole HTML for people, with nothing from outside")
{
    Site site;
    for (const char* target : {"/", "/support", "/certificate"}) {
        const auto response = site.ask("GET", target);
        CHECK(response.content_type == "text/html; charset=utf-8");
        CHECK_THAT(response.body, Catch::StartsWith("<!doctype html>") && Contains("</html>") &&
                                      !Contains("src=") && !Contains("<script"));
    }
}

TEST_CASE("a store that fails: every method is answered politely, never by a fault")
{
    struct Row {
        const char* operation;
        const char* says;
    };
    const std::string ticket = "<ticket>{00000000-0000-4000-8000-000000000001}</ticket>";
    const std::string wc_ticket = "<wcTicket>{00000000-0000-4000-8000-000000000001}</wcTicket>";
    struct Case {
        std::string operation, says;
    };
    const auto row = GENERATE_COPY(values<Case>({
        {"<authenticate" + ns +
             "><strUserName>u</strUserName><strPassword>p</strPassword></authenticate>",
         ">busy<"},
        {"<sendRequestXML" + ns + ">" + ticket +
             "<qbXMLMajorVers>16</qbXMLMajorVers><qbXMLMinorVers>0</qbXMLMinorVers></"
             "sendRequestXML>",
         "sendRequestXMLResult"},
        {"<receiveResponseXML" + ns + ">" + ticket + "<response>x</response></receiveResponseXML>",
         ">-1<"},
        {"<connectionError" + ns + ">" + ticket + "<hresult>0x80040408</hresult></connectionError>",
         ">done<"},
        {"<getLastError" + ns + ">" + ticket + "</getLastError>", "Nothing is lost"},
        {"<closeConnection" + ns + ">" + ticket + "</closeConnection>", ">OK<"},
        {"<getInteractiveURL" + ns + ">" + wc_ticket + "</getInteractiveURL>",
         "getInteractiveURLResult"},
        {"<interactiveDone" + ns + ">" + wc_ticket + "</interactiveDone>", "interactiveDoneResult"},
        {"<interactiveRejected" + ns + ">" + wc_ticket + "</interactiveRejected>",
         "Nothing is lost"},
    }));
    CAPTURE(row.operation);
    Site site;
    site.town.faults->fail_step(0, Fault::unavailable, 1000);
    const auto response = site.call(row.operation);
    CHECK(response.status == 200);
    CHECK_THAT(response.body, Contains(row.says) && !Contains("Fault"));

    CHECK(site.ask("GET", "/healthz").status == 200);
    CHECK(site.ask("GET", "/readyz").status == 503);
    site.town.faults->fail_step(0, Fault::conflict, 1000);
    CHECK(site.ask("GET", "/readyz").status == 503);
    site.town.faults->heal();
    CHECK(site.ask("GET", "/readyz").status == 200);
}

TEST_CASE("guessed passwords are counted for the caller that a believed proxy names")
{
    Site site({.proxies = {"192.0.2.7"}});
    const auto failures = [&](const char* address) {
        return site.worker.store
            .read([&](store::Tx& tx) { return tx.login_guard("qbwc-maple", address); })
            .failures;
    };
    const std::string guess =
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>"
        "<authenticate" +
        ns +
        "><strUserName>qbwc-maple</strUserName><strPassword>oak</strPassword>"
        "</authenticate></soap:Body></soap:Envelope>";
    // The last one is what the proxy itself saw; what stands before it anybody can write.
    site.post(guess, {{"x-forwarded-for", "203.0.113.1, 198.51.100.9"}});
    CHECK(failures("198.51.100.9") == 1);
    CHECK(failures("203.0.113.1") == 0);
    site.post(guess, {{"x-forwarded-for", "203.0.113.1"}}, "192.0.2.8");
    CHECK(failures("192.0.2.8") == 1);
    CHECK(failures("203.0.113.1") == 0);
}

TEST_CASE(
    "a question for work is held back, with what is needed to ask again, while somebody waits")
{
    Site site;
    const auto ask_for_work = [&] {
        return site.call("<sendRequestXML" + ns + "><ticket>" + site.town.ticket +
                         "</ticket><strHCPResponse/></sendRequestXML>");
    };
    auto& store = site.worker.store;
    const bool waits = GENERATE(false, true);
    store.write([&](store::Tx& tx) {
        if (waits) tx.note_waiting(maple, site.town.clock.now());
        tx.add_session({.id = {"ses_1"},
                        .company = maple,
                        .opened_at = site.town.clock.now(),
                        .deadline = site.town.clock.now() + std::chrono::minutes(15),
                        .identified = true},
                       base::sha256_hex("held"));
    });
    site.town.ticket = "held";
    const auto response = ask_for_work();
    CHECK(response.status == 200);
    CHECK_THAT(response.body, Contains("sendRequestXMLResult"));
    REQUIRE(response.park.has_value() == waits);
    if (!waits) return;
    CHECK(response.park->topic == "maple");
    CHECK(response.park->at_most == std::chrono::seconds(30));
    CHECK_THAT(response.park->again.body, Contains("<ticket>held</ticket>"));
    CHECK(response.park->again.address == "192.0.2.7");
    const auto again = site.router.answer(response.park->again, site.worker);
    CHECK(again.body == response.body);
}
