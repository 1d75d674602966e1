// What is kept of jobs that have ended, and for how long; jobs that do not heed the window.
#include <catch2/catch.hpp>

#include "server/service/connections.h"
#include "server/service/upkeep.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;
using Catch::Contains;
using jobs::State;

namespace {

constexpr std::chrono::hours day{24};

bool kept(Town& town, const jobs::Job& job)
{
    return town.store.read([&](store::Tx& tx) { return tx.find_job(job.id).has_value(); });
}

std::int64_t count(Town& town, State state)
{
    return town.store.read([&](store::Tx& tx) { return tx.count_jobs(maple, state); });
}

jobs::Job push(Town& town, const std::string& name, service::QueueOptions queue = {})
{
    const auto made = town.desk.push(maple,
                                     {.operation = qbxml::canonical::Operation::create,
                                      .data_type = "customers",
                                      .record_json = R"({"name":")" + name + R"("})",
                                      .queue = std::move(queue)},
                                     town.store);
    REQUIRE(made.ok());
    return made->job;
}

// The one write that is out ends so.
void answer_add(Town& town, const std::string& batch, int code)
{
    const std::string status = " statusCode=\"" + std::to_string(code) + "\" statusSeverity=\"" +
                               (code == 0 ? "Info" : "Error") + "\" statusMessage=\"told\">";
    town.receive(kept_answer(batch_id_in(batch),
                             "<CustomerAddRs requestID=\"" + request_id_in(batch) + "\"" + status +
                                 (code == 0 ? customer("80000009-1", "Alder") : "") +
                                 "</CustomerAddRs>"));
    town.close();
}

void set(Town& town, const service::Settings& settings)
{
    REQUIRE(service::Connections(town.clock, town.ids).set(maple, settings, town.store).ok());
}

}  // namespace

TEST_CASE("jobs that have ended are forgotten after their days, with attempts and idempotency key")
{
    Town town;
    const auto done = push(town, "Alder", {.key = "order-1"});
    answer_add(town, town.open_session(), 0);
    const auto cancelled = push(town, "Birch");
    REQUIRE(town.desk.cancel(cancelled.id, town.store).ok());
    const auto waiting = push(town, "Cedar", {.run_at = noon + 100 * day});
    REQUIRE(town.job(done.id).state == State::done);

    service::prune(town.store, noon + 29 * day);
    CHECK(kept(town, done));
    CHECK(push(town, "Alder", {.key = "order-1"}).id == done.id);

    service::prune(town.store, noon + 31 * day);
    CHECK_FALSE(kept(town, done));
    CHECK_FALSE(kept(town, cancelled));
    CHECK(kept(town, waiting));
    CHECK(count(town, State::done) == 0);
    CHECK(count(town, State::cancelled) == 0);
    CHECK(town.store.read([&](store::Tx& tx) { return tx.attempts(done.id).empty(); }));
    CHECK(push(town, "Alder", {.key = "order-1"}).id != done.id);
}

TEST_CASE("the days for which jobs are kept are a setting")
{
    Town town;
    const auto job = push(town, "Alder");
    answer_add(town, town.open_session(), 0);
    service::prune(town.store, noon + 39 * day, {.job_days = 40});
    CHECK(kept(town, job));
    service::prune(town.store, noon + 3 * day, {.job_days = 2});
    CHECK_FALSE(kept(town, job));
}

TEST_CASE("a write that has failed is kept until somebody has said what becomes of it")
{
    Town town;
    const auto job = push(town, "Alder");
    answer_add(town, town.open_session(), 3100);
    REQUIRE(town.job(job.id).state == State::failed);
    service::prune(town.store, noon + 400 * day);
    CHECK(kept(town, job));

    // Ignored, it can be taken back for as long as any job is kept.
    town.clock.advance(400 * day);
    REQUIRE(town.desk.ignore(job.id, "entered by hand", town.store).ok());
    service::prune(town.store, town.clock.now() + 29 * day);
    CHECK(kept(town, job));
    service::prune(town.store, town.clock.now() + 31 * day);
    CHECK_FALSE(kept(town, job));
}

TEST_CASE("a job that another one comes after is kept as long as that one")
{
    Town town;
    const auto parent = push(town, "Alder");
    const auto child = push(town, "Birch", {.run_at = noon + 60 * day, .after = {parent.id}});
    answer_add(town, town.open_session(), 0);
    service::prune(town.store, noon + 40 * day);
    CHECK(kept(town, parent));
    REQUIRE(town.desk.cancel(child.id, town.store).ok());
    for (int hour = 0; hour < 2; ++hour)  // the child first, then nobody names the parent
        service::prune(town.store, noon + 40 * day + std::chrono::hours(hour));
    CHECK_FALSE(kept(town, child));
    CHECK_FALSE(kept(town, parent));
}

TEST_CASE("a write in doubt is never forgotten")
{
    Town town;
    const auto job = push(town, "Alder");
    town.open_session();
    town.close();  // the answer never came
    REQUIRE(town.job(job.id).state == State::in_doubt);
    service::prune(town.store, noon + 1000 * day);
    CHECK(kept(town, job));
    CHECK_THAT(town.open_session_after_loss(), Contains("Alder"));
}

TEST_CASE("more jobs than one portion has are forgotten all the same")
{
    Town town;
    for (int n = 0; n < 1203; ++n)
        REQUIRE(town.desk.cancel(push(town, "Alder " + std::to_string(n)).id, town.store).ok());
    const auto parent = push(town, "Birch");
    REQUIRE(count(town, State::cancelled) == 1203);
    service::prune(town.store, noon + 31 * day);
    CHECK(count(town, State::cancelled) == 0);
    CHECK(kept(town, parent));
}

TEST_CASE("a job whose time is over keeps no session waiting for it")
{
    Town town;
    // Due in a minute, and over before: no upkeep has ended it yet.
    push(town, "Alder", {.run_at = noon + 2s, .expires_at = noon + 1s});
    push(town, "Birch");
    answer_add(town, town.open_session(), 0);
    push(town, "Cedar");
    const auto batch = town.open_session();
    town.clock.advance(1s);
    const auto answered = "<CustomerAddRs requestID=\"" + request_id_in(batch) +
                          "\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"OK\">" +
                          customer("80000009-2", "Cedar") + "</CustomerAddRs>";
    CHECK(town.receive(kept_answer(batch_id_in(batch), answered)) == 100);
}

TEST_CASE("a sync that somebody wants now runs outside the window; the next one waits for it")
{
    Town town;
    set(town, {{"window", "13:00-14:00"}});
    const auto waiting = town.sync();
    CHECK(town.authenticate().at(1) == "none");
    const auto now = town.desk.sync(maple, {"suppliers"}, false, town.store, true);
    REQUIRE(now.ok());
    const auto batch = town.open_session();
    CHECK_THAT(batch, Contains("VendorQueryRq") && !Contains("CustomerQueryRq"));
    town.receive(nothing_found(batch));
    CHECK(town.job(now->front().id).state == State::done);
    CHECK(town.job(waiting.id).state == State::queued);
    CHECK(town.send().empty());
    town.close();

    // Asked for now, the one that waits is joined, and goes.
    const auto joined = town.desk.sync(maple, {"customers"}, false, town.store, true);
    CHECK(joined->front().id == waiting.id);
    CHECK_THAT(town.open_session(), Contains("CustomerQueryRq"));
}

TEST_CASE("a write that may not wait goes outside a window for all work; a pause holds it")
{
    Town town;
    set(town, {{"window", "13:00-14:00"}, {"window-scope", "all"}});
    const auto usual = push(town, "Alder");
    CHECK(town.authenticate().at(1) == "none");
    const auto urgent = push(town, "Birch", {.ignore_window = true});
    auto connections = service::Connections(town.clock, town.ids);
    REQUIRE(connections.pause(maple, {.until = noon + 10min}, town.store).ok());
    CHECK(town.authenticate().at(1) == "none");
    REQUIRE(connections.resume(maple, town.store).ok());
    const auto batch = town.open_session();
    CHECK_THAT(batch, Contains("Birch") && !Contains("Alder"));
    town.close();  // the answer is lost: what is in doubt goes first, also outside the window
    push(town, "Cedar", {.ignore_window = true});
    CHECK(town.open_session_after_loss() == batch);
    CHECK(town.job(usual.id).state == State::queued);
}
