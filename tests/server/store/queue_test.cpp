// The queue as rows: who may go, who waits for whom, how many there are.
#include <catch2/catch.hpp>

#include "tests/server/store/database.h"

using namespace server;
using namespace testing;
using jobs::Hold;
using jobs::State;
using store::Tx;

namespace {

const base::CompanyId maple{"maple"};

Database town()
{
    return Database(Database::Place::memory);
}

template <class Fn>
void in_town(Fn fn)
{
    auto database = town();
    database.store.write([&](Tx& tx) {
        tx.add_company(maple_company());
        fn(tx);
    });
}

std::string due(Tx& tx, const session::Allowed& allowed = {}, int limit = 100)
{
    std::string ids;
    for (const auto& job : tx.due_jobs(maple, noon, allowed, limit))
        ids += (ids.empty() ? "" : " ") + job.id.text;
    return ids;
}

void move(Tx& tx, const char* id, State state)
{
    auto job = *tx.find_job({id});
    job.state = state;
    job.finished_at = jobs::ended(state) ? noon : base::Time{};
    if (state == State::failed || state == State::expired)
        job.problem = jobs::Problem{.code = "no", .message = "no"};
    tx.save_job(job);
}

const std::vector<base::JobId> after_1{{"job_1"}};

}  // namespace

TEST_CASE("a job that comes after another is due when that one is done, and not before")
{
    in_town([](Tx& tx) {
        tx.add_job(sync_job("job_1"));
        tx.add_job(sync_job("job_2"), after_1);
        const std::vector<base::JobId> both{{"job_1"}, {"job_2"}};
        tx.add_job(sync_job("job_3"), both);
        CHECK(due(tx) == "job_1");
        CHECK(tx.find_job({"job_3"})->waits_for == 2);
        move(tx, "job_1", State::running);
        CHECK(due(tx).empty());
        move(tx, "job_1", State::done);
        CHECK(due(tx) == "job_2");
        move(tx, "job_2", State::done);
        CHECK(due(tx) == "job_3");
        // One that comes after a job which is done already waits for nobody.
        tx.add_job(sync_job("job_4"), after_1);
        CHECK(due(tx) == "job_3 job_4");
    });
}

TEST_CASE("a parent that ends otherwise holds its children; tried again, it frees them")
{
    const auto end = GENERATE(State::failed, State::cancelled, State::expired);
    in_town([&](Tx& tx) {
        tx.add_job(sync_job("job_1"));
        tx.add_job(sync_job("job_2"), after_1);
        move(tx, "job_1", end);
        CHECK(tx.find_job({"job_2"})->hold == Hold::parent);
        CHECK(tx.find_job({"job_2"})->state == State::queued);
        tx.add_job(sync_job("job_3"), after_1);  // queued afterwards: held at once
        CHECK(tx.find_job({"job_3"})->hold == Hold::parent);
        CHECK(due(tx).empty());
        if (end != State::failed) return;
        move(tx, "job_1", State::queued);
        CHECK(tx.find_job({"job_2"})->hold == Hold::none);
        CHECK(due(tx) == "job_1");
        move(tx, "job_1", State::done);
        CHECK(due(tx) == "job_2 job_3");
    });
}

TEST_CASE("a child of two parents stays held while one of them stands in the way")
{
    in_town([](Tx& tx) {
        tx.add_job(sync_job("job_1"));
        tx.add_job(sync_job("job_2"));
        const std::vector<base::JobId> both{{"job_1"}, {"job_2"}};
        tx.add_job(sync_job("job_3"), both);
        move(tx, "job_1", State::failed);
        move(tx, "job_2", State::failed);
        move(tx, "job_1", State::queued);
        CHECK(tx.find_job({"job_3"})->hold == Hold::parent);
        move(tx, "job_2", State::queued);
        CHECK(tx.find_job({"job_3"})->hold == Hold::none);
    });
}

TEST_CASE("what may go: bulk reads and the rest are allowed apart; a probe always is")
{
    in_town([](Tx& tx) {
        tx.add_job(sync_job("job_1"));
        auto push = sync_job("job_2");
        push.kind = jobs::Kind::write;
        tx.add_job(push);
        auto probe = sync_job("job_3");
        probe.kind = jobs::Kind::probe;
        tx.add_job(probe);
        auto report = sync_job("job_4");
        report.kind = jobs::Kind::report;
        tx.add_job(report);
        CHECK(due(tx, {.reads = false}) == "job_2 job_3");
        CHECK(due(tx, {.writes = false}) == "job_1 job_3 job_4");
        CHECK(due(tx, {.reads = false, .writes = false}) == "job_3");
        CHECK(tx.count_due(maple, noon, {.reads = false}) == 2);
        CHECK(due(tx, {}, 2) == "job_1 job_2");
    });
}

TEST_CASE("a job whose time is over is not due, and is found for its end")
{
    in_town([](Tx& tx) {
        auto brief = sync_job("job_1");
        brief.expires_at = noon;
        tx.add_job(brief);
        auto longer = sync_job("job_2");
        longer.expires_at = noon + std::chrono::seconds(1);
        tx.add_job(longer);
        CHECK(due(tx) == "job_2");
        CHECK(tx.count_due(maple, noon) == 1);
        REQUIRE(tx.jobs_past_expiry(noon, 10).size() == 1);
        CHECK(tx.jobs_past_expiry(noon, 10).front().id.text == "job_1");
    });
}

TEST_CASE("jobs are counted by state as they move")
{
    in_town([](Tx& tx) {
        for (const char* id : {"job_1", "job_2", "job_3"})
            tx.add_job(sync_job(id));
        CHECK(tx.count_jobs(maple, State::queued) == 3);
        move(tx, "job_1", State::running);
        move(tx, "job_2", State::failed);
        CHECK(tx.count_jobs(maple, State::queued) == 1);
        CHECK(tx.count_jobs(maple, State::running) == 1);
        CHECK(tx.count_jobs(maple, State::failed) == 1);
        CHECK(tx.count_jobs(maple, State::done) == 0);
        move(tx, "job_2", State::queued);
        CHECK(tx.count_jobs(maple, State::failed) == 0);
    });
}

TEST_CASE("one key names one job of a company")
{
    auto database = town();
    database.store.write([](Tx& tx) {
        tx.add_company(maple_company());
        auto keyed = sync_job("job_1");
        keyed.key = "order-1";
        tx.add_job(keyed);
        tx.add_job(sync_job("job_2"));  // without a key as many as you like
        tx.add_job(sync_job("job_3"));
        CHECK(tx.find_job_by_key(maple, "order-1")->id.text == "job_1");
        CHECK_FALSE(tx.find_job_by_key(maple, "order-2"));
        CHECK_FALSE(tx.find_job_by_key(maple, ""));
    });
    CHECK_THROWS_AS(database.store.write([](Tx& tx) {
        auto keyed = sync_job("job_4");
        keyed.key = "order-1";
        tx.add_job(keyed);
    }),
                    store::Unavailable);
}

TEST_CASE("what waits for a newer QuickBooks goes when there is one")
{
    in_town([](Tx& tx) {
        auto waiting = sync_job("job_1");
        waiting.hold = Hold::upgrade;
        tx.add_job(waiting);
        CHECK(due(tx).empty());
        tx.release_upgrades(maple);
        CHECK(due(tx) == "job_1");
    });
}

TEST_CASE("what the queue asks of the database is answered from an index")
{
    auto database = town();
    for (const char* sql :
         {"SELECT priority FROM job WHERE company_id = 'm' AND state = 'queued' "
          "AND waits_for = 0 AND hold = '' AND priority > 1 ORDER BY priority LIMIT 1",
          "SELECT id FROM job WHERE company_id = 'm' AND state = 'queued' AND waits_for = 0 "
          "AND hold = '' AND priority = 1 AND run_at <= 5 ORDER BY run_at, id LIMIT 1",
          "SELECT run_at FROM job WHERE company_id = 'm' AND state = 'queued' AND waits_for = 0 "
          "AND hold = '' ORDER BY run_at LIMIT 1",
          "SELECT id FROM job WHERE company_id = 'm' AND state = 'failed' ORDER BY id DESC LIMIT 9",
          "SELECT id FROM job WHERE state = 'queued' AND expires_at > 0 AND expires_at <= 5 "
          "ORDER BY expires_at LIMIT 9"}) {
        std::string plan;
        database.store.connection().run(
            "EXPLAIN QUERY PLAN " + std::string(sql), {},
            [&](const store::Row& row) { plan += std::string(row.text(3)) + "\n"; });
        CAPTURE(sql, plan);
        CHECK(plan.find("USING") != plan.npos);
        CHECK(plan.find("INDEX job_") != plan.npos);
        CHECK(plan.find("TEMP B-TREE") == plan.npos);
    }
}

TEST_CASE("the next job that may go is none whose time is over")
{
    in_town([](Tx& tx) {
        auto over = sync_job("job_1");
        over.run_at = noon - std::chrono::minutes(2);
        over.expires_at = noon;
        tx.add_job(over);
        CHECK_FALSE(tx.next_run_at(maple, noon));
        CHECK(tx.next_run_at(maple, noon - std::chrono::seconds(1)) == over.run_at);
        auto never = sync_job("job_2");  // its time is over before it begins
        never.run_at = noon + std::chrono::minutes(2);
        never.expires_at = noon + std::chrono::minutes(1);
        tx.add_job(never);
        CHECK_FALSE(tx.next_run_at(maple, noon));
    });
}

TEST_CASE("jobs that do not heed the window have flags of their own")
{
    in_town([](Tx& tx) {
        auto read = sync_job("job_1");
        auto write = sync_job("job_2");
        write.kind = jobs::Kind::write;
        tx.add_job(read);
        tx.add_job(write);
        read.id = {"job_3"};
        write.id = {"job_4"};
        read.ignore_window = write.ignore_window = true;
        tx.add_job(read);
        tx.add_job(write);
        session::Allowed allowed{.reads = false};
        CHECK(due(tx, allowed) == "job_2 job_3 job_4");
        allowed.writes = false;
        CHECK(due(tx, allowed) == "job_3 job_4");
        CHECK(tx.count_due(maple, noon, allowed) == 2);
        allowed.urgent_reads = false;
        CHECK(due(tx, allowed) == "job_4");
        allowed.urgent_writes = false;
        CHECK(due(tx, allowed).empty());
        CHECK_FALSE(tx.next_run_at(maple, noon, allowed));
        tx.free_of_window({"job_1"});
        allowed.urgent_reads = true;
        CHECK(due(tx, allowed) == "job_1 job_3");
    });
}

TEST_CASE("ended jobs are forgotten some at a time, and what is still named stays")
{
    in_town([](Tx& tx) {
        for (const char* id : {"job_1", "job_2", "job_3", "job_4", "job_5"})
            tx.add_job(sync_job(id));
        tx.add_job(sync_job("job_6"), after_1);  // job_6 comes after job_1
        tx.add_batch(batch_of("QB1", "job_2"));
        tx.add_sync_run({.id = "run_1",
                         .company = maple,
                         .cause = "asked",
                         .started_at = noon,
                         .parts = {{"customers", {"job_3"}}}});
        for (const char* id : {"job_1", "job_2", "job_3", "job_4", "job_5"})
            move(tx, id, State::done);
        const auto later = noon + std::chrono::hours(1);
        CHECK(tx.prune_jobs(noon, {}, 100).looked_at == 0);
        const auto first = tx.prune_jobs(later, {}, 4);
        CHECK(first.looked_at == 4);
        CHECK(first.pruned == 1);
        CHECK_FALSE(tx.find_job({"job_4"}));
        const auto second = tx.prune_jobs(later, first, 4);
        CHECK(second.looked_at == 1);
        CHECK_FALSE(tx.find_job({"job_5"}));
        CHECK(tx.count_jobs(maple, State::done) == 3);
        for (const char* id : {"job_1", "job_2", "job_3"})
            CHECK(tx.find_job({id}));
    });
}
