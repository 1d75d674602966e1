// What people and programs do beside the calls of QBWC, with every step of the store failing in
// turn: the database is then as it was before, to the row, and the same verb works once the store
// does. (The calls themselves: failures_test.cpp.)
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "server/service/companies.h"
#include "server/service/connection_watch.h"
#include "server/service/connections.h"
#include "server/service/remaking.h"
#include "server/service/sync_runs.h"
#include "tests/support/books.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;

namespace {

struct Verb {
    const char* name;
    void (*prepare)(Town&);
    std::string (*act)(Town&);
    std::string answer;
    bool in_pieces = false;  // what is done of it stays done
};

const std::string add_ann =
    "<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>";

// Every row of every table.
std::string everything(Town& town)
{
    auto& connection = town.store.connection();
    std::vector<std::string> tables;
    std::string text;
    connection.begin_read();
    connection.run("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", {},
                   [&](const store::Row& row) { tables.emplace_back(row.text(0)); });
    for (const auto& table : tables) {
        std::string columns;
        connection.run(fmt::format("SELECT name FROM pragma_table_info('{}')", table), {},
                       [&](const store::Row& row) {
                           columns += fmt::format("{}quote({})", columns.empty() ? "" : "||'|'||",
                                                  row.text(0));
                       });
        if (columns.empty()) continue;
        connection.run(
            fmt::format("SELECT {} FROM {} ORDER BY 1", columns, table), {},
            [&](const store::Row& row) { text += fmt::format("{}: {}\n", table, row.text(0)); });
    }
    connection.commit(store::Durable::soon);
    return text;
}

base::JobId newest(Town& town)
{
    return town.store.read([](store::Tx& tx) { return tx.list_jobs({.limit = 1}); }).front().id;
}

std::string state_of(const qbxml::Result<jobs::Job>& job)
{
    return job ? std::string(to_text(job->state)) : job.error().text();
}

void nothing(Town&) {}

void failed(Town& town)
{
    (void)town.desk.push(maple, "customers", "", R"({"name":"Ann"})", town.store);
    const auto batch = town.open_session();
    town.receive("", "0x80040400");
    town.close();
}

void ignored(Town& town)
{
    failed(town);
    (void)town.desk.ignore(newest(town), "well", town.store).value();
}

void in_doubt(Town& town)
{
    (void)town.desk.push(maple, "customers", "", R"({"name":"Ann"})", town.store);
    const auto batch = town.open_session();
    town.receive("<QBXML><QBXMLMsgsRs newMessageSetID=\"" + batch_id_in(batch) +
                 "\" messageSetStatusCode=\"9002\"/></QBXML>");
    town.close();
}

service::Connections connections(Town& town)
{
    return {town.clock, town.ids};
}

void paused(Town& town)
{
    (void)connections(town)
        .pause(maple, {.until = {}, .reason = "holidays", .by = "ann"}, town.store)
        .value();
}

void looked_at(Town& town)
{
    (void)connections(town).set(maple, {{"confirm", "yes"}}, town.store).value();
    town.sync();
    town.open_session();
    town.close();
}

const std::vector<Verb> verbs = {
    {"records are asked for", nothing,
     [](Town& t) { return state_of(t.desk.read(maple, "customers", {.ids = {"80-1"}}, t.store)); },
     "queued"},
    {"a report is asked for", nothing,
     [](Town& t) {
         return state_of(t.desk.report(maple, "profitAndLoss",
                                       {.from = "2026-01-01", .to = "2026-12-31"}, t.store));
     },
     "queued"},
    {"a failed job is ignored", failed,
     [](Town& t) { return state_of(t.desk.ignore(newest(t), "well", t.store)); }, "ignored"},
    {"an ignored job is taken back", ignored,
     [](Town& t) { return state_of(t.desk.unignore(newest(t), t.store)); }, "failed"},
    {"a failed job is edited", failed,
     [](Town& t) {
         return std::string(
             to_text(t.desk.edit(newest(t), R"({"name":"Bea"})", t.store).value().job.state));
     },
     "queued"},
    {"a job in doubt is looked for", in_doubt,
     [](Town& t) { return state_of(t.desk.probe(newest(t), t.store)); }, "queued"},
    {"all that failed is tried again", failed,
     [](Town& t) { return std::to_string(t.desk.retry_all(maple, "", t.store).value()); }, "1"},
    {"all that failed is ignored", failed,
     [](Town& t) { return std::to_string(t.desk.ignore_all(maple, "", "well", t.store).value()); },
     "1"},
    {"a connection is paused", nothing,
     [](Town& t) {
         paused(t);
         return std::string("paused");
     },
     "paused"},
    {"a connection is resumed", paused,
     [](Town& t) { return std::to_string(connections(t).resume(maple, t.store).ok()); }, "1"},
    {"a connection is ended", nothing,
     [](Town& t) { return std::to_string(connections(t).unlink(maple, "moved", t.store).ok()); },
     "1"},
    {"a connection begins again",
     [](Town& t) { (void)connections(t).unlink(maple, "moved", t.store).value(); },
     [](Town& t) { return std::to_string(connections(t).relink(maple, t.store).ok()); }, "1"},
    {"settings are changed", nothing,
     [](Town& t) {
         return std::to_string(
             connections(t)
                 .set(maple, {{"window", "19:00-07:00"}, {"confirm", "yes"}}, t.store)
                 .ok());
     },
     "1"},
    {"a company is confirmed", looked_at,
     [](Town& t) { return std::to_string(connections(t).confirm(maple, t.store).ok()); }, "1"},
    {"a company is added", nothing,
     [](Town& t) {
         service::Companies companies(t.clock, t.ids);
         return companies.create({.slug = "larch", .name = "Larch"}, t.store)
             .value()
             .company.id.text;
     },
     "larch"},
    {"a company file is accepted", nothing,
     [](Town& t) {
         service::Companies companies(t.clock, t.ids);
         return std::to_string(companies.accept_file(maple, t.store).ok());
     },
     "1"},
    {"what is due by the schedule is queued",
     [](Town& t) {
         t.sync();
         t.open_session();
         t.close();
         t.clock.advance(24h);
     },
     [](Town& t) {
         service::run_schedule(t.store, t.ids, t.clock.now());
         return std::string("queued");
     },
     "queued", true},
    {"records are made anew", fill,
     [](Town& t) {
         const auto all = service::remake_all(t.store, t.company(), "", t.clock.now());
         return std::to_string(all.looked_at);
     },
     "5", true},
    {"what time has changed is told",
     [](Town& t) {
         t.sync();
         t.open_session();
         t.clock.advance(24h * 20);
     },
     [](Town& t) {
         service::watch(t.store, t.clock.now());
         return std::string("told");
     },
     "told", true},
};

}  // namespace

TEST_CASE("a store that fails at any step of a verb leaves everything as it was")
{
    const auto& verb = GENERATE(from_range(verbs));
    CAPTURE(verb.name);
    bool answered = false;
    int steps = 0;
    for (int nth = 0; !answered; ++nth) {
        CAPTURE(nth);
        REQUIRE(nth < 1000);
        Town town;
        verb.prepare(town);
        const auto before = everything(town);
        town.faults->fail_step(nth);
        std::string answer;
        try {
            answer = verb.act(town);
            answered = true;
        } catch (const store::Unavailable&) {
        }
        CHECK(answered == !town.faults->struck());
        town.faults->heal();
        if (!answered) {
            if (!verb.in_pieces) CHECK(everything(town) == before);
            answer = verb.act(town);
        }
        CHECK(answer == verb.answer);
        steps = nth;
    }
    CHECK(steps > 2);
}
