// Every cause of a connection's health, brought about by what the Web Connector says and does.
#include <catch2/catch.hpp>

#include "server/service/connection_watch.h"
#include "server/service/connections.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;
using Catch::Contains;
using jobs::State;

namespace {

session::Health health(Town& town)
{
    const auto company = town.company();
    return town.store.read(
        [&](store::Tx& tx) { return service::health_of(tx, company, town.clock.now()); });
}

std::string cause(Town& town)
{
    const auto seen = health(town);
    return seen.cause ? std::string(to_text(*seen.cause)) : "";
}

void set(Town& town, const service::Settings& settings)
{
    REQUIRE(service::Connections(town.clock, town.ids).set(maple, settings, town.store).ok());
}

// A session that ends well.
void whole_session(Town& town, const std::string& look = first_look())
{
    town.sync();
    town.authenticate();
    const auto text = town.send(look);
    REQUIRE_FALSE(text.empty());
    REQUIRE(town.receive(customers(request_id_in(text), "")) == 100);
    town.close();
}

// The Web Connector comes, and QuickBooks or its request processor says that.
void unreachable(Town& town, const std::string& hresult)
{
    town.sync();
    town.authenticate();
    for (int tries = 0; tries < 5; ++tries)
        if (town.connection_error(hresult, "It says so.") == "done") break;
    town.close();
}

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

// The first look of a session at that computer, which the Web Connector's lock names.
std::string at_computer(const std::string& computer)
{
    return replaced(first_look(), "</CompanyRet>",
                    "<DataExtRet><OwnerID>{5A1C0000-0000-4000-8000-000000000001}</OwnerID>"
                    "<DataExtName>AppLock</DataExtName><DataExtType>STR255TYPE</DataExtType>"
                    "<DataExtValue>LOCKED:" +
                        computer + ":1</DataExtValue></DataExtRet></CompanyRet>");
}

// What the first look of a session says instead.
void looks(Town& town, const std::string& what, const std::string& by)
{
    town.sync();
    town.authenticate();
    const auto other = replaced(first_look(), what, by);
    REQUIRE(other != first_look());
    CHECK(town.send(other).empty());
    town.close();
}

std::string host_answer(const std::string& batch, int n, const char* name)
{
    return std::string("<") + name + " requestID=\"" + batch_id_in(batch) + "-" +
           std::to_string(n) +
           "\" statusCode=\"3260\" statusSeverity=\"Error\" statusMessage=\"No.\"/>\n";
}

}  // namespace

TEST_CASE("every cause can come up, and the next session that works ends it")
{
    struct Row {
        const char* cause;
        std::function<void(Town&)> happens;
    };
    static const std::vector<Row> rows{
        {"connector_not_running", [](Town& t) { t.clock.advance(72h); }},
        {"connector_password", [](Town& t) { t.authenticate("wrong"); }},
        {"quickbooks_not_started", [](Town& t) { unreachable(t, "0x80040424"); }},
        {"no_unattended_access", [](Town& t) { unreachable(t, "0x8004041D"); }},
        {"file_in_other_mode", [](Town& t) { unreachable(t, "0x80040410"); }},
        {"dialog_open", [](Town& t) { unreachable(t, "0x80040414"); }},
        {"wrong_file", [](Town& t) { unreachable(t, "0x8004040A"); }},
        {"wrong_file",
         [](Town& t) {
             looks(t, "{5A1C0000-0000-4000-8000-00000000000A}",
                   "{5A1C0000-0000-4000-8000-00000000000B}");
         }},
        {"copied_file",
         [](Town& t) {
             t.sync();
             t.authenticate();
             CHECK(t.text(qbwc::SendRequestXml{.ticket = t.ticket,
                                               .hcp_response = first_look(),
                                               .company_file = "D:\\Backup\\Maple.qbw",
                                               .country = "US",
                                               .major = 16,
                                               .minor = 0})
                       .empty());
             t.close();
         }},
        {"second_computer",
         [](Town& t) {
             set(t, {{"computer", "OFFICE"}});
             t.sync();
             t.authenticate();
             CHECK(t.send(at_computer("LAPTOP")).empty());
             t.close();
         }},
        {"file_unreachable", [](Town& t) { unreachable(t, "0x80040403"); }},
        {"never_authorized", [](Town& t) { unreachable(t, "0x80040418"); }},
        {"certificate", [](Town& t) { unreachable(t, "0x80040419"); }},
        {"personal_data_denied",
         [](Town& t) {
             t.sync("employees");
             const auto text = t.open_session();
             t.receive(answer("<EmployeeQueryRs requestID=\"" + request_id_in(text) +
                              "\" statusCode=\"3261\" statusSeverity=\"Error\" "
                              "statusMessage=\"No permission.\"/>\n"));
             t.close();
         }},
        {"version_too_old", [](Town& t) { unreachable(t, "0x80040423"); }},
        {"unsupported_product",
         [](Town& t) {
             looks(t, "QuickBooks Enterprise Solutions 24.0", "QuickBooks Online Edition");
         }},
        {"not_identified",
         [](Town& t) {
             t.sync();
             t.authenticate();
             const auto probe = t.send("");
             t.receive(answer(host_answer(probe, 1, "HostQueryRs") +
                              host_answer(probe, 2, "CompanyQueryRs") +
                              host_answer(probe, 3, "PreferencesQueryRs")));
             t.close();
         }},
        {"quickbooks_trouble", [](Town& t) { unreachable(t, "0x8004040D"); }},
        {"server_error",
         [](Town& t) {
             t.sync();
             const auto text = t.open_session();
             // The answer comes, and the store fails under it.
             t.faults->fail_step(12);
             CHECK_THROWS_AS(t.receive(customers(request_id_in(text), "")), store::Unavailable);
             t.faults->heal();
             t.close();
         }},
    };
    const auto& row = GENERATE(from_range(rows));
    CAPTURE(row.cause);
    Town town;
    whole_session(town);
    REQUIRE(cause(town).empty());
    town.clock.advance(5min);
    row.happens(town);
    CHECK(cause(town) == row.cause);
    const auto told = health(town);
    CHECK_FALSE(session::action_of(*told.cause).empty());
    if (std::string_view(row.cause) == "personal_data_denied") return;  // until it is allowed
    town.clock.advance(1min);
    whole_session(town);
    CHECK(cause(town).empty());
}

TEST_CASE("access that is taken back is a cause, and ends the connection")
{
    Town town;
    whole_session(town);
    unreachable(town, "0x8004041A");
    CHECK(cause(town) == "access_denied");
    CHECK(town.company().status == store::Status::deauthorized);
}

TEST_CASE("two computers that take turns are a remark while both of them work")
{
    Town town;
    // The file lies on a server, where both reach it.
    const auto visit = [&](const char* computer) {
        town.sync();
        town.authenticate();
        const auto text = town.text(qbwc::SendRequestXml{.ticket = town.ticket,
                                                         .hcp_response = at_computer(computer),
                                                         .company_file = R"(\\SRV\Maple.qbw)",
                                                         .country = "US",
                                                         .major = 16,
                                                         .minor = 0});
        REQUIRE_FALSE(text.empty());
        REQUIRE(town.receive(customers(request_id_in(text), "")) == 100);
        town.close();
    };
    visit("OFFICE");
    CHECK(cause(town).empty());
    town.clock.advance(5min);
    visit("LAPTOP");
    CHECK(cause(town) == "second_computer");

    // Somebody says which of them is the right one: the other will be refused.
    set(town, {{"computer", "OFFICE"}});
    CHECK(cause(town).empty());
}

TEST_CASE("a company that waits for its confirmation is told so")
{
    Town town;
    set(town, {{"confirm", "yes"}});
    town.open_session();
    town.close();
    CHECK(cause(town) == "not_confirmed");
    REQUIRE(service::Connections(town.clock, town.ids).confirm(maple, town.store).ok());
    CHECK(cause(town).empty());
}

TEST_CASE("a failure of ours is told as soon as the store takes it, with the session it hit")
{
    Town town;
    whole_session(town);
    town.sync();
    const auto text = town.open_session();
    // The store stays away: neither the answer nor the failure can be kept.
    town.faults->fail_step(0, Fault::unavailable, 1000);
    CHECK_THROWS_AS(town.receive(customers(request_id_in(text), "")), store::Unavailable);
    town.faults->heal();
    CHECK(cause(town).empty());
    town.last_error();
    CHECK(cause(town) == "server_error");
    const auto told = health(town);
    CHECK(to_text(actor_of(*told.cause)) == "operator");
    const auto says = [&](const char* name) {
        for (const auto& [key, value] : told.evidence)
            if (key == name) return value;
        return std::string();
    };
    CHECK_THAT(says("text"), Contains("receiveResponseXML: "));
    CHECK_FALSE(says("session").empty());
}

TEST_CASE("a login that fails on our side is told of its company")
{
    Town town;
    whole_session(town);
    town.faults->fail_step(0);
    CHECK_THROWS_AS(town.authenticate(), store::Unavailable);
    town.faults->heal();
    CHECK(cause(town) == "server_error");
    CHECK_THAT(health(town).evidence.at(1).second, Contains("authenticate: "));
}

TEST_CASE("a person asks how it goes: QuickBooks is asked whose file is open, at the next update")
{
    Town town;
    whole_session(town);
    CHECK(town.authenticate().at(1) == "none");
    const auto look = town.desk.look(maple, 60s, town.store);
    REQUIRE(look.ok());
    const auto text = town.open_session();
    CHECK_THAT(text, Contains("HostQueryRq") && Contains("CompanyQueryRq"));
    const auto batch = batch_id_in(text);
    CHECK(town.receive(first_look({.request_ids = {batch + "-1", batch + "-2", batch + "-3"}})) ==
          100);
    CHECK(town.job(look->id).state == State::done);
    town.close();

    // When nobody comes in time it is not asked any more, and opens no session.
    const auto late = town.desk.look(maple, 60s, town.store);
    town.clock.advance(61s);
    CHECK(town.authenticate().at(1) == "none");
    CHECK_FALSE(town.desk.look({"larch"}, 60s, town.store));
}
