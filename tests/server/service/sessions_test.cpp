// Sessions against the store: tickets, expiry, one session a company, and who holds the work.
#include <catch2/catch.hpp>

#include "server/service/upkeep.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;
using jobs::State;

TEST_CASE("nothing due: none, so that QuickBooks is not even opened")
{
    Town town;
    const auto strings = town.authenticate();
    REQUIRE(strings.size() == 4);
    CHECK_FALSE(strings[0].empty());
    CHECK(strings[1] == "none");
    CHECK(strings[2].empty());
    CHECK(strings[3].empty());
    CHECK(town.send(first_look()).empty());
    CHECK(town.store.read([](store::Tx& tx) { return tx.live_sessions(maple).size(); }) == 0);
}

TEST_CASE("work due: the company file to open, and a ticket that is no row's text")
{
    Town town;
    town.sync();
    CHECK(town.authenticate()[1].empty());
    CHECK_FALSE(town.store.read([&](store::Tx& tx) { return tx.find_session(town.ticket); }));
    CHECK_FALSE(town.send(first_look()).empty());
}

TEST_CASE("a pinned company file is asked for")
{
    Town town;
    town.sync();
    auto company = town.company();
    company.pinned_path = "D:\\Books\\Maple.qbw";
    town.store.write([&](store::Tx& tx) { tx.save_company(company); });
    CHECK(town.authenticate()[1] == "D:\\Books\\Maple.qbw");
}

TEST_CASE("nvu for a wrong password, an unknown user and a company that is no longer linked")
{
    Town town;
    town.sync();
    CHECK(town.authenticate("maple-Secret")[1] == "nvu");
    CHECK(town.authenticate("")[1] == "nvu");
    CHECK(town.authenticate("  maple-secret\r\n")[1].empty());
    const auto unknown = std::get<qbwc::AuthenticateReply>(town.connector.answer(
        qbwc::Authenticate{"qbwc-larch", "maple-secret"}, {"192.0.2.7"}, town.store));
    CHECK(unknown.strings.at(1) == "nvu");
    for (const auto status : {store::Status::unlinked, store::Status::deauthorized}) {
        auto company = town.company();
        company.status = status;
        town.store.write([&](store::Tx& tx) { tx.save_company(company); });
        CHECK(town.authenticate()[1] == "nvu");
    }
}

TEST_CASE("a ticket that is unknown, empty or closed gets the fixed answers of every method")
{
    Town town;
    town.sync();
    town.open_session();
    town.close();
    const std::string closed = town.ticket;
    for (const std::string& ticket :
         {closed, std::string(), std::string("{00000000-0000-4000-8000-FFFFFFFFFFFF}"),
          std::string(100'000, 'x'), std::string("' OR 1=1 --")}) {
        CAPTURE(ticket.substr(0, 50));
        town.ticket = ticket;
        CHECK(town.send(first_look()).empty());
        CHECK(town.receive(first_look()) == -1);
        CHECK(town.connection_error("0x80040408") == "done");
        CHECK_FALSE(town.last_error().empty());
        CHECK(town.last_error() != "NoOp");
        CHECK(town.close() == "OK");
        CHECK(town.text(qbwc::GetInteractiveUrl{ticket, "s"}).empty());
        CHECK(town.text(qbwc::InteractiveDone{ticket}) == "DONE");
        CHECK(town.text(qbwc::InteractiveRejected{ticket, "no"}).empty());
    }
    CHECK(town.last_error() == session::no_session_text);
}

TEST_CASE("a session that was idle too long is over, and its work goes back")
{
    Town town;
    const auto job = town.sync();
    town.open_session();
    CHECK(town.job(job.id).state == State::running);

    SECTION("when it calls again")
    {
        town.clock.advance(60min);  // a batch is out: the longer limit
        CHECK(town.send().empty());
        CHECK(town.receive(customers("1", "")) == -1);
    }
    SECTION("by upkeep")
    {
        town.clock.advance(60min - 1us);
        CHECK(service::tick(town.store, town.clock.now()) == 0);
        town.clock.advance(1us);
        CHECK(service::tick(town.store, town.clock.now()) == 1);
        CHECK(service::tick(town.store, town.clock.now()) == 0);
    }
    CHECK(town.job(job.id).state == State::queued);
    CHECK(town.last_error() == session::no_session_text);
    CHECK_FALSE(town.open_session().empty());
    CHECK(town.job(job.id).state == State::running);
}

TEST_CASE("a newer session closes the older and takes its work")
{
    Town town;
    const auto job = town.sync();
    const auto text = town.open_session();
    const auto older = town.ticket;
    const auto again = town.open_session();
    CHECK(town.job(job.id).state == State::running);
    CHECK(town.job(job.id).attempt == 1);
    CHECK(batch_id_in(again) != batch_id_in(text));

    std::swap(town.ticket, const_cast<std::string&>(older));
    CHECK(town.receive(customers(request_id_in(text), "")) == -1);
    CHECK(town.send().empty());
    CHECK(town.close() == "OK");
    std::swap(town.ticket, const_cast<std::string&>(older));
    CHECK(town.receive(customers(request_id_in(again), "")) == 100);
    CHECK(town.job(job.id).state == State::done);
}

TEST_CASE("an older session that ends late takes nothing from the newer one")
{
    Town town;
    const auto job = town.sync();
    town.open_session();
    town.connection_error("0x80040408");  // closing: the newer session does not close it
    const auto older = town.ticket;
    town.clock.advance(30min);
    const auto again = town.open_session();
    const auto newer = town.ticket;

    town.ticket = older;
    SECTION("by closing")
    {
        CHECK_FALSE(town.close().empty());
    }
    SECTION("by calling after its deadline")
    {
        town.clock.advance(30min);
        CHECK(town.send().empty());
    }
    SECTION("by upkeep")
    {
        town.clock.advance(30min);
        CHECK(service::tick(town.store, town.clock.now()) == 1);
    }
    town.ticket = newer;
    CHECK(town.job(job.id).state == State::running);
    CHECK(town.receive(customers(request_id_in(again), "")) == 100);
    CHECK(town.job(job.id).state == State::done);
}

TEST_CASE("closing gives back what is out and says what was done")
{
    Town town;
    SECTION("with a batch out")
    {
        const auto job = town.sync();
        town.open_session();
        CHECK(town.close() == "OK. Nothing was left to do.");
        CHECK(town.job(job.id).state == State::queued);
        CHECK(town.job(job.id).attempt == 0);
        CHECK(town.batch(batch_id_in(town.open_session())).state == jobs::BatchState::sent);
    }
    SECTION("after one task")
    {
        town.sync();
        const auto text = town.open_session();
        town.receive(customers(request_id_in(text), ""));
        CHECK(town.close() == "OK. 1 task done.");
        CHECK(town.close() == "OK");
    }
    SECTION("after one that was done and one that was not")
    {
        town.sync();
        town.raw("<CustomerQueryRq><ListID>80000001-1</ListID></CustomerQueryRq>");
        town.receive("", "", "");
        auto text = town.open_session();
        CHECK(town.receive("", "0x80040400", "parse error") < 100);
        text = town.send();
        CHECK(town.receive(customers(request_id_in(text), "")) == 100);
        CHECK(town.close() ==
              "OK. 1 task done. 1 could not be done; the people who run the server see why.");
    }
}

TEST_CASE("clientVersion: refused below the minimum, warned below the advised version")
{
    Town town(":memory:", {.minimum_client = "2.1", .advised_client = "2.3.0.36"});
    struct Row {
        const char* version;
        const char* answer;  // its beginning
    };
    const auto row = GENERATE(values<Row>({
        {"2.0.0.107", "E:This server needs QuickBooks Web Connector 2.1 or newer"},
        {"1.5", "E:"},
        {"2.1", "W:QuickBooks Web Connector 2.3.0.36 or newer is advised; yours is 2.1."},
        {"2.1.0.30", "W:"},
        {"2.3.0.35", "W:"},
        {"2.3.0.36", ""},
        {"2.3.0.215", ""},
        {"2.10", ""},
        {"34.0.10015.91", ""},
        {"", ""},
        {"unknown", ""},
    }));
    CAPTURE(row.version);
    const auto answer = town.text(qbwc::ClientVersion{row.version});
    CHECK_THAT(answer, Catch::StartsWith(row.answer));
    CHECK(answer.empty() == (*row.answer == '\0'));
}

TEST_CASE("serverVersion says who answers")
{
    Town town(":memory:", {.server_version = "qbwcd 1.2.3"});
    CHECK(town.text(qbwc::ServerVersion{}) == "qbwcd 1.2.3");
}
