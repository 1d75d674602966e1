// What was answered is on the disk: many commits, few syncs, and a power failure at any moment.
#include <atomic>
#include <stdexcept>
#include <thread>

#include <catch2/catch.hpp>

#include "server/store/barrier.h"
#include "tests/server/store/database.h"
#include "tests/server/store/power.h"

using namespace server;
using namespace testing;
using store::Tx;

namespace {

bool has_job(store::Store& store, const std::string& id)
{
    return store.read([&](Tx& tx) { return tx.find_job({id}).has_value(); });
}

// What of a database would be left if the power failed now.
store::Store after_power_failure(const Power& power, const Database& database,
                                 const TemporaryFolder& folder, const std::string& name)
{
    power.fail(database.path(), folder.file(name));
    return store::Store(store::open_sqlite(folder.file(name)));
}

void add_job(store::Store& store, const std::string& id,
             store::Durable durable = store::Durable::at_once)
{
    store.write([&](Tx& tx) { tx.add_job(sync_job(id.c_str())); }, durable);
}

}  // namespace

TEST_CASE("a commit that returned outlives a power failure, one that is due soon may not")
{
    const TemporaryFolder folder;
    Power power;
    Database database(Database::Place::file);
    database.store.write([](Tx& tx) { tx.add_company(maple_company()); });
    add_job(database.store, "job_1");
    add_job(database.store, "job_2", store::Durable::soon);

    auto early = after_power_failure(power, database, folder, "early.sqlite");
    CHECK(has_job(early, "job_1"));
    CHECK_FALSE(has_job(early, "job_2"));

    database.store.sync();
    auto later = after_power_failure(power, database, folder, "later.sqlite");
    CHECK(has_job(later, "job_2"));
}

TEST_CASE("a write that changes nothing still waits for what it saw")
{
    const TemporaryFolder folder;
    Power power;
    Database database(Database::Place::file);
    database.store.write([](Tx& tx) { tx.add_company(maple_company()); });
    auto other = database.another();  // with a barrier of its own, as another process has it
    add_job(other, "job_1", store::Durable::soon);

    const auto seen = database.store.write([](Tx& tx) { return tx.find_job({"job_1"}); });
    REQUIRE(seen);
    auto left = after_power_failure(power, database, folder, "left.sqlite");
    CHECK(has_job(left, "job_1"));
}

TEST_CASE("threads that commit together lose nothing to a power failure, checkpoints or not")
{
    constexpr int threads = 4;
    constexpr int each = 12;
    const TemporaryFolder folder;
    Power power;
    Database database(Database::Place::file);
    database.store.write([](Tx& tx) { tx.add_company(maple_company()); });

    const store::SqliteFile file(database.path());
    std::atomic<int> lost{0};
    const auto work = [&](int thread) {
        store::Store own(file.open());
        for (int n = 0; n < each; ++n) {
            const std::string id = "job_" + std::to_string(thread) + "_" + std::to_string(n);
            add_job(own, id);
            // Another process writes the log into the database, and the log begins anew.
            if (n % 3 == thread % 3) own.connection().run("PRAGMA wal_checkpoint(PASSIVE)", {}, {});
            auto left = after_power_failure(power, database, folder, id);
            if (!has_job(left, id)) ++lost;
        }
    };
    std::vector<std::thread> running;
    for (int thread = 0; thread < threads; ++thread)
        running.emplace_back(work, thread);
    for (auto& thread : running)
        thread.join();
    CHECK(lost == 0);
}

TEST_CASE("a sync that fails refuses that promise and every later one, and reading goes on")
{
    Power power;
    Database database(Database::Place::file);
    database.store.write([](Tx& tx) { tx.add_company(maple_company()); });
    power.refuse_syncs(Power::Refused::log);
    CHECK_THROWS_WITH(add_job(database.store, "job_1"),
                      Catch::Contains("the disk did not take what was written"));

    // The disk says that all is well again; but what it forgot, it forgot.
    power.refuse_syncs(Power::Refused::nothing);
    CHECK_THROWS_AS(add_job(database.store, "job_2"), store::Unavailable);
    CHECK_NOTHROW(has_job(database.store, "job_1"));

    auto restarted = database.another();
    CHECK_NOTHROW(add_job(restarted, "job_3"));
}

TEST_CASE("a checkpoint whose sync fails is not passed over in silence")
{
    Power power;
    Database database(Database::Place::file);
    database.store.write([](Tx& tx) { tx.add_company(maple_company()); });
    power.refuse_syncs(Power::Refused::database);
    const std::string page(4000, 'x');
    const auto write_much = [&] {
        database.store.write(
            [&](Tx& tx) {
                for (int n = 0; n < 5000; ++n) {
                    auto job = sync_job(("job_" + std::to_string(n)).c_str());
                    job.body = page;
                    tx.add_job(job);
                }
            },
            store::Durable::soon);
    };
    CHECK_NOTHROW(write_much());  // promised to nobody
    CHECK_THROWS_AS(add_job(database.store, "job_last"), store::Unavailable);
}

TEST_CASE("one sync serves all who came before it began")
{
    constexpr int followers = 5;
    store::Barrier barrier;
    std::atomic<int> syncs{0};
    std::atomic<bool> first_runs{false};
    std::thread leader([&] {
        barrier.pass([&] {
            ++syncs;
            first_runs = true;
            while (barrier.waiting() < followers)
                std::this_thread::yield();
        });
    });
    while (!first_runs)
        std::this_thread::yield();
    std::vector<std::thread> others;
    for (int n = 0; n < followers; ++n)
        others.emplace_back([&] { barrier.pass([&] { ++syncs; }); });
    leader.join();
    for (auto& other : others)
        other.join();
    CHECK(syncs == 2);  // the leader's own, and one for all who came while it ran
}

TEST_CASE("who waits for a sync that fails is refused with its reason")
{
    constexpr int followers = 3;
    store::Barrier barrier;
    std::atomic<int> refused{0};
    const auto pass = [&](const std::function<void()>& sync) {
        try {
            barrier.pass(sync);
        } catch (const store::Unavailable& refusal) {
            if (std::string(refusal.what()).find("no space") != std::string::npos) ++refused;
        }
    };
    std::atomic<bool> first_runs{false};
    std::thread leader([&] {
        pass([&] {
            first_runs = true;
            while (barrier.waiting() < followers)
                std::this_thread::yield();
            throw std::runtime_error("no space");
        });
    });
    while (!first_runs)
        std::this_thread::yield();
    std::atomic<int> more{0};
    std::vector<std::thread> others;
    for (int n = 0; n < followers; ++n)
        others.emplace_back([&] { pass([&] { ++more; }); });
    leader.join();
    for (auto& other : others)
        other.join();
    CHECK(refused == 1 + followers);
    CHECK(more == 0);
}
