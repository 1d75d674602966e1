// The two doors of the store: all or nothing, again on a conflict, and several processes at once.
#include <thread>

#include <catch2/catch.hpp>

#include "tests/server/store/database.h"

using namespace server;
using namespace testing;
using store::Tx;

namespace {

const base::CompanyId maple{"maple"};

std::size_t companies(store::Store& store)
{
    return store.read([](Tx& tx) { return tx.companies().size(); });
}

}  // namespace

TEST_CASE("a write that throws leaves nothing behind")
{
    Database database(GENERATE(Database::Place::memory, Database::Place::file));
    CHECK_THROWS_WITH(database.store.write([](Tx& tx) {
        tx.add_company(maple_company());
        throw std::runtime_error("half way");
    }),
                      "half way");
    CHECK(companies(database.store) == 0);
}

TEST_CASE("a write that fails at any step is whole or absent")
{
    for (int nth = 0;; ++nth) {
        CAPTURE(nth);
        Database database(GENERATE(Database::Place::memory, Database::Place::file));
        database.faults->fail_step(nth);
        bool written = false;
        try {
            database.store.write([](Tx& tx) {
                tx.add_company(maple_company());
                tx.add_job(sync_job("job_1"));
            });
            written = true;
        } catch (const store::Unavailable&) {
        }
        database.faults->heal();
        CHECK(companies(database.store) == (written ? 1u : 0u));
        if (written) break;
        REQUIRE(nth < 10);
    }
}

TEST_CASE("a write that meets another writer runs again")
{
    Database database(Database::Place::memory);
    for (int nth = 0; nth < 3; ++nth) {
        CAPTURE(nth);
        database.faults->fail_step(nth, Fault::conflict);
        int runs = 0;
        database.store.write([&](Tx& tx) {
            ++runs;
            tx.login_guard("u", "a");
        });
        CHECK(runs == (nth == 0 ? 1 : 2));  // a begin that failed did not run it
    }
}

TEST_CASE("a write that meets others for ever gives up as unavailable")
{
    Database database(Database::Place::memory);
    database.faults->fail_step(0, Fault::conflict, 1000);
    CHECK_THROWS_AS(database.store.write([](Tx&) {}), store::Unavailable);
    CHECK(database.faults->steps == 5);
    database.faults->heal();
    CHECK(companies(database.store) == 0);  // and works again
}

TEST_CASE("a commit that may reach the disk soon is seen at once, and a sync fails aloud")
{
    Database database(Database::Place::file);
    auto other = database.another();
    database.store.write([](Tx& tx) { tx.add_company(maple_company()); }, store::Durable::soon);
    CHECK(companies(other) == 1);
    database.store.sync();
    database.faults->fail_step(0);
    CHECK_THROWS_AS(database.store.sync(), store::Unavailable);
}

TEST_CASE("one reads the last committed state while another writes")
{
    Database database(Database::Place::file);
    auto other = database.another();
    database.store.write([&](Tx& tx) {
        tx.add_company(maple_company());
        CHECK(companies(other) == 0);  // does not wait and does not see it
    });
    CHECK(companies(other) == 1);
}

TEST_CASE("a read sees one state from its beginning to its end")
{
    Database database(Database::Place::file);
    auto other = database.another();
    database.store.read([&](Tx& tx) {
        CHECK(tx.companies().empty());
        other.write([](Tx& writing) { writing.add_company(maple_company()); });
        CHECK(tx.companies().empty());
        return 0;
    });
    CHECK(companies(database.store) == 1);
}

TEST_CASE("what was committed is there after a new start")
{
    Database database(Database::Place::file);
    database.store.write([](Tx& tx) {
        tx.add_company(maple_company());
        tx.add_job(sync_job("job_1"));
        tx.add_batch(batch_of("QB1", "job_1"));
    });
    auto later = database.another();
    CHECK(later.read([](Tx& tx) { return tx.find_batch({"QB1"}); }) == batch_of("QB1", "job_1"));
}

TEST_CASE("processes that claim jobs at the same time claim each job once")
{
    constexpr int jobs_there = 40;
    Database database(Database::Place::file);
    database.store.write([](Tx& tx) {
        tx.add_company(maple_company());
        for (int n = 0; n < jobs_there; ++n)
            tx.add_job(sync_job(("job_" + std::to_string(100 + n)).c_str()));
    });
    std::vector<std::string> claimed[2];
    const auto claim_all = [&](store::Store& store, std::vector<std::string>& mine) {
        for (;;) {
            const auto job = store.write([](Tx& tx) {
                auto next = tx.next_job(maple, noon);
                if (next) {
                    next->state = jobs::State::running;
                    next->batch = base::BatchId{"QB" + next->id.text};
                    tx.save_job(*next);
                }
                return next;
            });
            if (!job) return;
            mine.push_back(job->id.text);
        }
    };
    auto other = database.another();
    std::thread second([&] { claim_all(other, claimed[1]); });
    claim_all(database.store, claimed[0]);
    second.join();

    auto all = claimed[0];
    all.insert(all.end(), claimed[1].begin(), claimed[1].end());
    std::sort(all.begin(), all.end());
    CHECK(all.size() == jobs_there);
    CHECK(std::unique(all.begin(), all.end()) == all.end());
}
