// Threads that write take turns on one handle, and those who wait are committed together.
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "server/store/turns.h"
#include "tests/server/store/database.h"

using namespace server;
using namespace testing;
using store::Turns;
using store::Tx;

namespace {

// Catch counts on one thread: others note here what is not as it should be.
using Wrong = std::atomic<int>;

// Keeps the turn until so many wait behind it.
void hold_until(Turns& turns, int waiting)
{
    while (turns.waiting() < waiting)
        std::this_thread::yield();
}

void join(std::vector<std::thread>& threads)
{
    for (auto& thread : threads)
        thread.join();
}

std::int64_t count_jobs_in(store::Connection& connection)
{
    std::int64_t jobs = 0;
    connection.run("SELECT COUNT(*) FROM job", {},
                   [&](const store::Row& row) { jobs = row.integer(0); });
    return jobs;
}

}  // namespace

TEST_CASE("who writes alone waits for nobody")
{
    Turns turns;
    int commits = 0;
    for (int n = 1; n <= 3; ++n) {
        CHECK(turns.take());
        turns.keep(false, [&] { ++commits; });
        CHECK(commits == n);
    }
}

TEST_CASE("those who wait are committed together with the one before them")
{
    constexpr int followers = 3;
    Turns turns;
    std::atomic<int> commits{0};
    Wrong begun{0}, early{0};
    const auto write = [&] {
        if (turns.take()) ++begun;
        turns.keep(false, [&] { ++commits; });
        if (commits != 1) ++early;
    };
    REQUIRE(turns.take());
    std::vector<std::thread> others;
    for (int n = 0; n < followers; ++n)
        others.emplace_back(write);
    hold_until(turns, followers);
    turns.keep(false, [&] { ++commits; });
    CHECK(commits == 1);
    join(others);
    CHECK(commits == 1);
    CHECK(begun == 0);
    CHECK(early == 0);  // nobody goes on before it
}

TEST_CASE("a group that is full is committed although others wait")
{
    Turns turns;
    std::atomic<int> commits{0};
    Wrong joined{0};
    REQUIRE(turns.take());
    std::vector<std::thread> others;
    others.emplace_back([&] {
        if (!turns.take()) ++joined;
        turns.keep(false, [&] { ++commits; });
    });
    hold_until(turns, 1);
    turns.keep(true, [&] { ++commits; });
    join(others);
    CHECK(commits == 2);
    CHECK(joined == 0);
}

TEST_CASE("a commit that fails fails for everyone who was to be committed with it")
{
    Turns turns;
    std::atomic<int> failed{0};
    const auto keep = [&] {
        try {
            turns.keep(false, [] { throw store::Unavailable("no space"); });
        } catch (const store::Unavailable&) {
            ++failed;
        }
    };
    REQUIRE(turns.take());
    std::vector<std::thread> others;
    for (int n = 0; n < 2; ++n)
        others.emplace_back([&] {
            turns.take();
            keep();
        });
    hold_until(turns, 2);
    keep();
    join(others);
    CHECK(failed == 3);
    CHECK(turns.take());  // what comes next begins anew
    turns.keep(false, [] {});
}

TEST_CASE("who leaves as the last has the others' work committed")
{
    Turns turns;
    std::atomic<int> commits{0};
    REQUIRE(turns.take());
    std::vector<std::thread> others;
    others.emplace_back([&] {
        turns.take();
        turns.leave([&] { ++commits; });
    });
    hold_until(turns, 1);
    turns.keep(false, [&] { ++commits; });
    join(others);
    CHECK(commits == 1);
}

TEST_CASE("when the transaction is gone, everyone in it learns why")
{
    Turns turns;
    REQUIRE(turns.take());
    std::vector<std::thread> others;
    others.emplace_back([&] {
        turns.take();
        turns.give_up(std::make_exception_ptr(store::Conflict("gone")));
    });
    hold_until(turns, 1);
    CHECK_THROWS_AS(turns.keep(false, [] {}), store::Conflict);
    join(others);
}

TEST_CASE("of threads that write at once, those that fail take nothing of the others along")
{
    constexpr int threads = 6, each = 30;
    const TemporaryFolder folder;
    const store::SqliteFile file(folder.file("qbwcd.sqlite"));
    store::Store store(file.open());
    store::migrate(store.connection(), noon);
    store.write([](Tx& tx) { tx.add_company(maple_company()); });
    Wrong unseen{0};
    std::vector<std::thread> writers;
    for (int thread = 0; thread < threads; ++thread)
        writers.emplace_back([&, thread] {
            store::Store own(file.open());
            for (int n = 0; n < each; ++n) {
                const auto id = "job_" + std::to_string(thread) + "_" + std::to_string(n);
                const bool fails = n % 3 == 0;
                try {
                    own.write([&](Tx& tx) {
                        tx.add_job(sync_job(id.c_str()));
                        if (fails) throw std::runtime_error("changed its mind");
                    });
                } catch (const std::runtime_error&) {
                }
                // What returned is seen by everybody.
                const auto found = own.read([&](Tx& tx) { return tx.find_job({id}); });
                if (found.has_value() == fails) ++unseen;
            }
        });
    join(writers);
    CHECK(unseen == 0);
    CHECK(count_jobs_in(store.connection()) == threads * each * 2 / 3);
    CHECK(store.read([](Tx& tx) { return tx.count_jobs({"maple"}, jobs::State::queued); }) ==
          threads * each * 2 / 3);
}

TEST_CASE("a large transaction that was rolled back is not written over what others commit")
{
    Database database(Database::Place::file);
    database.store.write([](Tx& tx) { tx.add_company(maple_company()); });
    auto other = database.another();  // as another process has it
    auto reader = database.another();
    reader.connection().begin_read();  // the log cannot be emptied behind its back
    CHECK(count_jobs_in(reader.connection()) == 0);
    const std::string page(4000, 'x');
    constexpr int many = 5000;  // more than the cache holds: a part is in the log before the end
    const auto fill = [&](Tx& tx) {
        for (int n = 0; n < many; ++n) {
            auto job = sync_job(("job_" + std::to_string(n)).c_str());
            job.body = page;
            tx.add_job(job);
        }
    };
    CHECK_THROWS_WITH(database.store.write([&](Tx& tx) {
        fill(tx);
        throw std::runtime_error("never mind");
    }),
                      "never mind");
    other.write(fill, store::Durable::soon);
    database.store.write([&](Tx& tx) { tx.add_job(sync_job("job_own")); });
    reader.connection().commit(store::Durable::soon);

    auto fresh = database.another();
    CHECK(count_jobs_in(fresh.connection()) == many + 1);
    std::string verdict;
    fresh.connection().run("PRAGMA integrity_check", {},
                           [&](const store::Row& row) { verdict = row.text(0); });
    CHECK(verdict == "ok");
}
