// What people do to a connection, and what its Web Connector is told then.
#include <catch2/catch.hpp>

#include "server/base/secret.h"
#include "server/service/connection_settings.h"
#include "server/service/connection_watch.h"
#include "server/service/connections.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;
using Catch::Contains;
using service::Connections;
using Strings = std::vector<std::string>;

namespace {

Connections connections(Town& town)
{
    return {town.clock, town.ids};
}

// What authenticate answers behind the ticket.
Strings login(Town& town, const std::string& password = "maple-secret")
{
    auto strings = town.authenticate(password);
    strings.erase(strings.begin());
    return strings;
}

void set(Town& town, const std::string& key, const std::string& value)
{
    INFO(key << "=" << value);
    REQUIRE(connections(town).set(maple, {{key, value}}, town.store).ok());
}

std::string events(Town& town)
{
    std::string all;
    for (const auto& event : town.store.read([](store::Tx& tx) { return tx.events({}); }))
        all += (all.empty() ? "" : " ") + event.what + ":" + event.reason;
    return all;
}

// "blocked dialog_open"
std::string health(Town& town)
{
    const auto company = town.company();
    const auto seen = town.store.read(
        [&](store::Tx& tx) { return service::health_of(tx, company, town.clock.now()); });
    return std::string(to_text(seen.state)) +
           (seen.cause ? " " + std::string(to_text(*seen.cause)) : "");
}

// A session that reads the customers and ends well.
void whole_session(Town& town)
{
    town.sync();
    const auto text = town.open_session();
    REQUIRE(town.receive(customers(request_id_in(text), customer("80000001-1", "Ann"))) == 100);
    town.close();
}

}  // namespace

TEST_CASE("a pause is refused when its end is past, and needs to be there to be ended")
{
    Town town;
    const auto past = connections(town).pause(maple, {noon - 1s, "", ""}, town.store);
    REQUIRE_FALSE(past);
    CHECK_THAT(past.error().text(), Contains("2026-11-21T11:59:59Z is past"));
    CHECK_FALSE(connections(town).resume(maple, town.store));
    CHECK_FALSE(connections(town).pause({"larch"}, {}, town.store));
    CHECK_FALSE(connections(town).pause(maple, {{}, std::string(201, 'x'), ""}, town.store));
}

TEST_CASE("paused until resumed: none without a time, also when nothing is due")
{
    Town town;
    REQUIRE(connections(town).pause(maple, {{}, "", "bookkeeper"}, town.store).ok());
    CHECK(login(town) == Strings{"none", "", ""});
    town.sync();
    town.clock.advance(100h);
    CHECK(login(town) == Strings{"none", "", ""});
    CHECK(health(town) == "paused");
    REQUIRE(connections(town).resume(maple, town.store).ok());
    CHECK(login(town) == Strings{"", "", ""});
}

TEST_CASE("a write that is out when the pause comes is settled or stays in doubt")
{
    Town town;
    const auto job =
        town.raw("<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>");
    const auto text = town.open_session();
    REQUIRE(connections(town).pause(maple, {noon + 1h, "", ""}, town.store).ok());
    CHECK(town.send() == text);  // the same promise, the same words
    town.close();
    CHECK(town.job(job.id).state == jobs::State::in_doubt);
    CHECK(login(town) == Strings{"none", "3600", ""});
    town.clock.advance(1h);
    CHECK(login(town) == Strings{"", "", ""});
    CHECK(town.find_nothing(town.send(first_look())) == text);
}

TEST_CASE("a window for all work holds writes back too; one for pulls does not")
{
    Town town;
    set(town, "window", "13:00-14:00");
    town.raw("<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>");
    CHECK(login(town) == Strings{"", "", ""});
    town.close();
    set(town, "window-scope", "all");
    CHECK(login(town) == Strings{"none", "3600", ""});
    set(town, "postpone-max", "10m");
    CHECK(login(town) == Strings{"none", "600", ""});
    set(town, "postpone", "no");
    CHECK(login(town) == Strings{"none", "", ""});
    town.clock.advance(1h);
    CHECK(login(town) == Strings{"", "", ""});
}

TEST_CASE("after its time budget a session hands out no bulk read and ends politely")
{
    Town town;
    set(town, "budget", "10m");
    set(town, "rest", "2m");
    const auto reading = town.sync();
    const auto text = town.open_session();
    town.clock.advance(10min);
    CHECK(town.receive(customers_page(request_id_in(text), 1, customer("80000001-1", "Ann"))) ==
          100);
    CHECK_THAT(town.close(), Contains("The time agreed for one update is over."));
    CHECK(town.job(reading.id).state == jobs::State::queued);

    town.clock.advance(30s);
    CHECK(login(town) == Strings{"none", "90", ""});
    // A write does not wait.
    town.raw("<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>");
    CHECK(login(town) == Strings{"", "", ""});
    CHECK_THAT(town.send(first_look()), Contains("<CustomerAddRq"));
    town.close();
    town.clock.advance(90s);
    login(town);
    // Out of doubt first.
    CHECK_THAT(town.find_nothing(town.send(first_look())), Contains("<CustomerAddRq"));
}

TEST_CASE("the fourth string paces the connection when it is set, within its bounds")
{
    Town town;
    set(town, "pace", "1m-30m");
    CHECK(login(town) == Strings{"none", "", "1800"});
    auto job = town.sync();
    CHECK(login(town) == Strings{"", "", "60"});
    town.close();
    job = town.job(job.id);
    job.run_at = noon + 5min;
    town.store.write([&](store::Tx& tx) { tx.save_job(job); });
    CHECK(login(town) == Strings{"none", "", "60"});
    set(town, "pace", "off");
    CHECK(login(town) == Strings{"none", "", ""});
}

TEST_CASE("unlink: nothing more to do once, then the login is refused")
{
    Town town;
    whole_session(town);
    town.sync();
    const auto running = town.open_session();
    CHECK_FALSE(running.empty());
    REQUIRE(connections(town).unlink(maple, "contract ended", town.store).ok());
    CHECK(town.receive(customers(request_id_in(running), "")) == 100);
    CHECK_THAT(town.close(), Contains("The entry may be removed"));
    CHECK(login(town) == Strings{"none", "", ""});
    CHECK(login(town) == Strings{"nvu", "", ""});
    CHECK(town.company().status == store::Status::unlinked);
    CHECK_FALSE(connections(town).unlink(maple, "", town.store));
    CHECK_FALSE(town.record("customers", "80000001-1").empty());
    CHECK_THAT(events(town), Contains("connection.linked:QuickBooks answered") &&
                                 Contains("connection.unlinked:contract ended"));
}

TEST_CASE("an unlinked company takes no new jobs and says why")
{
    Town town;
    REQUIRE(connections(town).unlink(maple, "", town.store).ok());
    const auto sync = town.desk.sync(maple, {"customers"}, false, town.store);
    REQUIRE_FALSE(sync);
    CHECK_THAT(sync.error().text(), Contains("maple: the connection is Unlinked (unlinked)"));
    CHECK_FALSE(town.desk.interactive(maple, "https://books.example.com/", town.store));
    CHECK_FALSE(town.desk.push(maple, "customers", "", R"({"name": "Ann"})", town.store));
    CHECK_FALSE(town.desk.raw(maple,
                              "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML>"
                              "<QBXMLMsgsRq onError=\"stopOnError\"><CustomerQueryRq/>"
                              "</QBXMLMsgsRq></QBXML>",
                              town.store));
}

TEST_CASE("re-link keeps all but the password")
{
    Town town;
    whole_session(town);
    REQUIRE(connections(town).unlink(maple, "", town.store).ok());
    const auto before = town.company();
    const auto relinked = connections(town).relink(maple, town.store);
    REQUIRE(relinked);
    const auto after = town.company();
    CHECK(after.status == store::Status::pending_auth);
    CHECK(after.file_id == before.file_id);
    CHECK(after.owner_id == before.owner_id);
    CHECK(after.linked == before.linked);
    CHECK_FALSE(town.record("customers", "80000001-1").empty());
    CHECK(login(town) == Strings{"nvu", "", ""});
    // The first look is wanted even when no job waits.
    CHECK(login(town, relinked->password) == Strings{"", "", ""});
    CHECK(town.send(first_look()).empty());
    CHECK(town.company().status == store::Status::linked);
    town.close();
    CHECK(login(town, relinked->password) == Strings{"none", "", ""});
}

TEST_CASE("with confirmation the first session reads host, company and preferences only")
{
    Town town;
    set(town, "confirm", "yes");
    const auto job = town.sync();
    town.authenticate();
    const auto hcp = GENERATE(true, false);
    CAPTURE(hcp);
    const auto sent = town.send(hcp ? first_look() : "");
    if (!hcp) {
        CHECK_THAT(sent, Contains("<HostQueryRq") && Contains("<PreferencesQueryRq"));
        const auto id = batch_id_in(sent);
        CHECK(town.receive(first_look({.request_ids = {id + "-1", id + "-2", id + "-3"}})) == 100);
    } else {
        CHECK(sent.empty());
        CHECK_THAT(town.last_error(), Contains("must confirm that it is the right one"));
    }
    town.close();
    CHECK(town.company().status == store::Status::linked);
    CHECK(health(town) == "blocked not_confirmed");
    CHECK(login(town) == Strings{"none", "", ""});
    CHECK(town.job(job.id).state == jobs::State::queued);

    REQUIRE(connections(town).confirm(maple, town.store).ok());
    CHECK_FALSE(connections(town).confirm(maple, town.store));
    CHECK(health(town) == "idle");
    CHECK(login(town) == Strings{"", "", ""});
    CHECK_THAT(town.send(first_look()), Contains("<CustomerQueryRq"));
}

TEST_CASE("a confirmation is refused where there is nothing to confirm")
{
    Town town;
    CHECK_THAT(connections(town).confirm(maple, town.store).error().text(),
               Contains("needs no confirmation"));
    set(town, "confirm", "yes");
    CHECK_THAT(connections(town).confirm(maple, town.store).error().text(),
               Contains("before QuickBooks has named its company"));
}

TEST_CASE("a one-time connection ends when every record type was read once, not before")
{
    Town town;
    set(town, "mode", "one_time");
    town.sync("customers");
    town.sync("employees");
    auto text = town.open_session();
    town.receive(customers(request_id_in(text), ""));
    CHECK(town.company().status == store::Status::linked);
    text = town.send();
    CHECK_THAT(text, Contains("<EmployeeQueryRq"));
    CHECK(town.receive(answer("<EmployeeQueryRs requestID=\"" + request_id_in(text) +
                              "\" statusCode=\"1\" statusSeverity=\"Info\" statusMessage=\"none\" "
                              "iteratorRemainingCount=\"0\"/>\n")) == 100);
    CHECK(town.company().status == store::Status::deauthorized);
    CHECK_THAT(town.close(), Contains("may be removed from the Web Connector"));
    CHECK(login(town) == Strings{"nvu", "", ""});
    CHECK_THAT(town.desk.sync(maple, {}, true, town.store).error().text(),
               Contains("one_time_complete"));
}

TEST_CASE(
    "access that QuickBooks takes back ends the connection; before the first link it does not")
{
    Town town;
    town.sync();
    SECTION("before")
    {
        town.authenticate();
        CHECK(town.connection_error("0x80040420", "The user has denied access") == "done");
        CHECK(town.company().status == store::Status::pending_auth);
        CHECK(health(town) == "blocked access_denied");
    }
    SECTION("after")
    {
        town.open_session();
        town.close();
        town.authenticate();
        CHECK(town.connection_error("0x8004041A", "No permission") == "done");
        CHECK(town.company().status == store::Status::deauthorized);
        CHECK(login(town) == Strings{"nvu", "", ""});
        CHECK_THAT(events(town), Contains("connection.deauthorized:access_denied"));
    }
}

TEST_CASE("health follows what is seen, and every change is one event")
{
    Town town;
    whole_session(town);
    CHECK(health(town) == "idle");

    town.sync();
    for (int run = 0; run < 3; ++run) {
        town.clock.advance(5min);
        town.authenticate();
        while (town.connection_error("0x80040414", "A modal dialog is open") != "done") {
        }
        CHECK(health(town) == "blocked dialog_open");
        town.close();
    }
    town.clock.advance(5min);
    const auto text = town.open_session();
    CHECK(health(town) == "working");
    town.receive(customers(request_id_in(text), ""));
    town.close();
    CHECK(health(town) == "idle");

    town.clock.advance(9min);
    CHECK(service::watch(town.store, town.clock.now()) == 0);
    town.clock.advance(1min);
    CHECK(service::watch(town.store, town.clock.now()) == 1);
    CHECK(service::watch(town.store, town.clock.now()) == 0);
    town.clock.advance(24h);
    CHECK(service::watch(town.store, town.clock.now()) == 1);
    CHECK(health(town) == "silent connector_not_running");
    CHECK(login(town) == Strings{"none", "", ""});
    CHECK(events(town) ==
          "connection.linked:QuickBooks answered health.changed:dialog_open health.changed:idle "
          "health.changed:connector_not_running health.changed:connector_not_running "
          "health.changed:idle");
}

TEST_CASE("wrong passwords count when they come from the connector's place")
{
    Town town;
    CHECK(login(town, "wrong") == Strings{"nvu", "", ""});
    CHECK(health(town) == "blocked connector_password");  // it was never seen: whose else?
    login(town);
    CHECK(health(town) == "idle");
    town.authenticate("wrong", "198.51.100.9");  // somebody guesses from elsewhere
    CHECK(health(town) == "idle");
    login(town, "wrong");
    CHECK(health(town) == "blocked connector_password");
}

TEST_CASE("personal data denied is told until the preferences say that it is allowed")
{
    Town town;
    town.sync("employees");
    const auto text = town.open_session();
    town.receive(answer("<EmployeeQueryRs requestID=\"" + request_id_in(text) +
                        "\" statusCode=\"3261\" statusSeverity=\"Error\" statusMessage=\"The "
                        "application does not have permission to access the sensitive data\"/>\n"));
    town.close();
    CHECK(health(town) == "idle personal_data_denied");
}

TEST_CASE("settings: what is wrong is named, all at once, and nothing is taken")
{
    Town town;
    const auto before = town.company();
    struct Row {
        const char* key;
        const char* value;
        const char* says;
    };
    const auto row = GENERATE(values<Row>({
        {"colour", "red", "there is no such setting; known are: name, time-zone, home-currency"},
        {"time-zone", "Mars/Base", "IANA"},
        {"home-currency", "usd", "three capital letters"},
        {"home-currency", "Dollar", "three capital letters"},
        {"mode", "twice", "continuous or one_time"},
        {"confirm", "maybe", "yes or no"},
        {"window", "at night", "Mon-Fri 19:00-07:00"},
        {"window-scope", "some", "pulls or all"},
        {"budget", "soon", "from 1s to 1d"},
        {"budget", "2d", "from 1s to 1d"},
        {"rest", "-5", "from 1s to 1d"},
        {"postpone-max", "5s", "from 1m to 7d"},
        {"pace", "30m-1m", "the shorter one first"},
        {"pace", "5s-1m", "from 1m"},
        {"name", "", "1 to 200 bytes"},
        {"company-file", "C:\\a\nb", "without line ends"},
    }));
    CAPTURE(row.key, row.value);
    const auto done = connections(town).set(
        maple, {{"name", "Other"}, {row.key, row.value}, {"mode", "never"}}, town.store);
    REQUIRE_FALSE(done);
    REQUIRE(done.error().size() == 2);
    CHECK(done.error()[0].where == row.key);
    CHECK_THAT(done.error()[0].what, Contains(row.says));
    CHECK(town.company() == before);
}

TEST_CASE("settings are kept and shown as they were meant")
{
    Town town;
    const std::vector<std::pair<std::string, std::string>> settings{
        {"name", "Maple"},
        {"time-zone", "America/Toronto"},
        {"home-currency", "CAD"},
        {"company-file", "C:\\M.qbw"},
        {"computer", "OFFICE"},
        {"mode", "one_time"},
        {"confirm", "yes"},
        {"window", "Sat-Sun 00:00-24:00"},
        {"window-scope", "all"},
        {"budget", "90s"},
        {"rest", "1h"},
        {"postpone", "no"},
        {"postpone-max", "2h"},
        {"pace", "1m-1d"}};
    REQUIRE(connections(town).set(maple, settings, town.store).ok());
    const auto shown = town.store.read([](store::Tx& tx) {
        return service::settings_value({*tx.find_company(maple), tx.link(maple)});
    });
    for (const auto& [key, value] : settings)
        CHECK(shown.string_at(key) == value);
    CHECK(shown.as_object().size() == settings.size());
    CHECK(login(town)[0] == "C:\\M.qbw");
}

TEST_CASE("moments and spans as people write them")
{
    struct Row {
        const char* text;
        const char* utc;
    };
    const auto row = GENERATE(values<Row>({
        {"2026-11-22 08:00", "2026-11-22T14:00:00Z"},
        {"2026-07-22T08:00", "2026-07-22T13:00:00Z"},
        {"2026-11-22T14:00Z", "2026-11-22T14:00:00Z"},
        {"2026-11-22T08:00:30-06:00", "2026-11-22T14:00:30Z"},
        {"2026-11-22T19:30+05:30", "2026-11-22T14:00:00Z"},
        {"2026-11-01 01:30", "2026-11-01T06:30:00Z"},  // happens twice: the first
        {"2026-02-30 08:00", ""},
        {"2026-11-22", ""},
        {"2026-11-22 24:00", ""},
        {"tomorrow", ""},
        {"2026-11-22T08:00:00 -06:00", ""},
        {"2026-11-22T08:00+15:00", ""},
    }));
    CAPTURE(row.text);
    const auto moment = service::moment_from_text(row.text, "America/Chicago");
    CHECK((moment ? base::to_text(*moment) : "") == row.utc);

    CHECK(service::span_from_text("90") == 90s);
    CHECK(service::span_from_text("15m") == 15min);
    CHECK(service::span_from_text("2h") == 2h);
    CHECK(service::span_from_text("1d") == 24h);
    for (const char* wrong : {"", "m", "1w", "-1s", "1 m", "400d", "99999999999999999999s"})
        CHECK_FALSE(service::span_from_text(wrong));
}
