// The mirror's verbs: records, tombstones, what changed, what a full run has met.
#include <catch2/catch.hpp>

#include <set>

#include "tests/server/store/database.h"

using namespace server;
using store::Put;
using store::RecordRow;
using store::Tx;
using testing::Database;
using testing::maple_company;
using testing::noon;

namespace {

const base::CompanyId maple{"maple"};
using std::chrono::seconds;

// A customer as the conversion makes one, as far as the store looks into it.
struct Customer {
    std::string json, source, edition;
    RecordRow row;

    Customer(const char* id, int version, bool voided = false)
        : json(R"({"id":")" + std::string(id) + R"(","modifiedDate":"2026-01-01T00:00:00Z",)" +
               R"("metadata":{"isDeleted":false,"deletedDate":null,"editSequence":")" +
               std::to_string(version) + R"("},"name":"Ann","balance":")" +
               std::to_string(version) + R"(.00","notes":[]})"),
          source("<CustomerRet><ListID>" + std::string(id) + "</ListID><Balance>" +
                 std::to_string(version) + ".00</Balance></CustomerRet>"),
          edition(std::to_string(version)),
          row{.data_type = "customers",
              .id = id,
              .source_type = "Customer",
              .name = "Ann",
              .edit_sequence = edition,
              .time_modified = "2026-01-01T00:00:00",
              .json = json,
              .source = source,
              .status = "Active",
              .voided = voided}
    {
    }
    Customer(const Customer&) = delete;
};

Put put(Tx& tx, const char* id, int version, base::Time now = noon)
{
    const Customer customer(id, version);
    return tx.put_record(maple, customer.row, now);
}

// A database with one company.
struct Town : Database {
    explicit Town(Place place = Place::memory) : Database(place)
    {
        store.write([](Tx& tx) { tx.add_company(maple_company()); });
    }
};

std::vector<std::string> kinds(Tx& tx, std::int64_t after = 0)
{
    std::vector<std::string> found;
    for (const auto& change : tx.changes(maple, after, 100))
        found.push_back(change.id + ' ' + change.kind);
    return found;
}

}  // namespace

TEST_CASE("a record's source comes back as it was, whatever it holds")
{
    Town database;
    const std::string sources[] = {"<a/>", std::string(300'000, 'x'),
                                   "<n>\u00e9\u20ac\U0001F600</n>"};
    for (const std::string& source : sources)
        database.store.write([&](Tx& tx) {
            Customer customer("1", 1);
            customer.row.source = source;
            tx.put_record(maple, customer.row, noon);
            CHECK(tx.find_kept(maple, "customers", "1")->source == source);
        });
}

TEST_CASE("a deleted record stays as it was last seen, with the day of its end")
{
    Town database;
    database.store.write([](Tx& tx) {
        put(tx, "1", 7);
        CHECK(tx.delete_record(maple, "customers", "1", "2026-02-03T10:00:00-06:00",
                               noon + seconds(5)));
        const auto kept = tx.find_kept(maple, "customers", "1");
        CHECK(kept->deleted);
        CHECK(kept->modified_at == noon + seconds(5));
        CHECK(kept->json ==
              R"({"id":"1","modifiedDate":")" + base::to_text(noon + seconds(5)) +
                  R"(","metadata":{"isDeleted":true,"deletedDate":"2026-02-03T10:00:00-06:00",)"
                  R"("editSequence":"7"},"name":"Ann","balance":"7.00","notes":[]})");
        CHECK(tx.count_records(maple).empty());

        // Told again, or of what was never read: nothing happens.
        CHECK_FALSE(tx.delete_record(maple, "customers", "1", "", noon + seconds(9)));
        CHECK_FALSE(tx.delete_record(maple, "customers", "2", "", noon));
        CHECK_FALSE(tx.delete_record(maple, "invoices", "1", "", noon));
        CHECK(kinds(tx) == std::vector<std::string>{"1 created", "1 deleted"});
    });
}

TEST_CASE("a tombstone that QuickBooks shows again lives again, though nothing differs")
{
    Town database;
    database.store.write([](Tx& tx) {
        put(tx, "1", 7);
        tx.delete_record(maple, "customers", "1", "", noon);
        CHECK(put(tx, "1", 7) == Put::created);
        CHECK_FALSE(tx.find_kept(maple, "customers", "1")->deleted);
        CHECK(tx.count_records(maple).front().second == 1);
        CHECK(kinds(tx) == std::vector<std::string>{"1 created", "1 deleted", "1 created"});
    });
}

TEST_CASE("each change is written down once, under a number that only grows")
{
    Town database;
    database.store.write([](Tx& tx) {
        put(tx, "1", 1);
        put(tx, "2", 1);
        put(tx, "1", 1);  // unchanged: no change
    });
    database.store.write([](Tx& tx) {
        put(tx, "1", 2);
        const Customer gone("2", 2, true);
        tx.put_record(maple, gone.row, noon);
        const Customer still("2", 3, true);
        tx.put_record(maple, still.row, noon);
    });
    database.store.read([](Tx& tx) {
        CHECK(kinds(tx) == std::vector<std::string>{"1 created", "2 created", "1 updated",
                                                    "2 voided", "2 updated"});
        CHECK(kinds(tx, 4) == std::vector<std::string>{"2 updated"});
        CHECK(tx.newest_change(maple) == 5);
        CHECK(tx.changes(maple, 1, 2).size() == 2);
        CHECK(tx.changes(maple, 1, 2).front().seq == 2);
        CHECK(tx.changes(maple, 0, 1).front().data_type == "customers");
        CHECK(tx.changes({"larch"}, 0, 9).empty());
    });
}

TEST_CASE("a rolled back transaction leaves no hole in the numbers that a reader would wait for")
{
    Town database;
    database.store.write([](Tx& tx) { put(tx, "1", 1); });
    CHECK_THROWS(database.store.write([](Tx& tx) {
        put(tx, "2", 1);
        throw std::runtime_error("lost");
    }));
    database.store.write([](Tx& tx) {
        put(tx, "3", 1);
        CHECK(kinds(tx) == std::vector<std::string>{"1 created", "3 created"});
        CHECK(tx.newest_change(maple) == 2);
    });
}

TEST_CASE("old changes are forgotten in one piece, and numbers go on from there")
{
    Town database;
    database.store.write([](Tx& tx) {
        put(tx, "1", 1, noon);
        put(tx, "2", 1, noon + seconds(10));
        put(tx, "3", 1, noon + seconds(5));  // another clock
        put(tx, "4", 1, noon + seconds(20));
    });
    database.store.write([](Tx& tx) { tx.prune_changes(noon + seconds(6)); });
    database.store.read([](Tx& tx) {
        CHECK(tx.pruned_through(maple) == 1);
        CHECK(tx.changes(maple, 0, 9).size() == 3);
    });
    database.store.write([](Tx& tx) { tx.prune_changes(noon + seconds(60)); });
    database.store.write([](Tx& tx) {
        CHECK(tx.pruned_through(maple) == 4);
        CHECK(tx.newest_change(maple) == 4);
        CHECK(kinds(tx).empty());
        put(tx, "5", 1);
        CHECK(tx.newest_change(maple) == 5);
        tx.prune_changes(noon);
        CHECK(tx.pruned_through(maple) == 4);
    });
}

TEST_CASE("versions say when, under which edit sequence and what differs")
{
    Town database;
    database.store.write([](Tx& tx) {
        put(tx, "1", 1);
        CHECK(tx.versions(maple, "customers", "1").empty());  // one version is no history
        put(tx, "1", 2, noon + seconds(1));
        tx.delete_record(maple, "customers", "1", "", noon + seconds(2));

        const auto seen = tx.versions(maple, "customers", "1");
        REQUIRE(seen.size() == 3);
        CHECK(seen[0].kind == "created");
        CHECK(seen[0].at == noon);
        CHECK(seen[0].edit_sequence == "1");
        CHECK(seen[1].kind == "updated");
        CHECK(seen[1].at == noon + seconds(1));
        CHECK(seen[1].edit_sequence == "2");
        CHECK(seen[1].fields == std::vector<std::string>{"balance"});
        CHECK(seen[2].kind == "deleted");
        CHECK(seen[2].fields == std::vector<std::string>{"metadata.isDeleted"});
    });
}

TEST_CASE("of a record that changes all the time the last twenty versions stay")
{
    Town database;
    database.store.write([](Tx& tx) {
        for (int version = 1; version <= 50; ++version)
            put(tx, "1", version);
        put(tx, "2", 1);
        put(tx, "2", 2);
        const auto seen = tx.versions(maple, "customers", "1");
        CHECK(seen.size() == 20);
        CHECK(seen.front().edit_sequence == "31");
        CHECK(seen.back().edit_sequence == "50");
        CHECK(tx.versions(maple, "customers", "2").size() == 2);
    });
}

TEST_CASE("what a full run has not met is deleted, without a date")
{
    Town database;
    const auto started = noon + seconds(100);
    database.store.write([&](Tx& tx) {
        for (const char* id : {"1", "2", "3", "4", "5"})
            put(tx, id, 1);
        Customer job("6", 1);
        job.row.source_type = "Job";
        tx.put_record(maple, job.row, noon);
    });
    database.store.write([&](Tx& tx) {
        const std::string_view met[] = {"1", "3"};
        tx.mark_seen(maple, "job_1", "customers", met);
        tx.mark_seen(maple, "job_1", "customers", met);      // a page read twice
        tx.mark_seen(maple, "job_2", "customers", {{"2"}});  // another run
        put(tx, "7", 1, started);                            // made while the run was on
        const std::string_view types[] = {"Customer"};
        CHECK(tx.sweep_unseen(maple, "job_1", "customers", types, started, 2, started) == 2);
        CHECK(tx.sweep_unseen(maple, "job_1", "customers", types, started, 2, started) == 1);
        CHECK(tx.sweep_unseen(maple, "job_1", "customers", types, started, 2, started) == 0);
        for (const auto& [id, deleted] : std::vector<std::pair<std::string, bool>>{{"1", false},
                                                                                   {"2", true},
                                                                                   {"3", false},
                                                                                   {"4", true},
                                                                                   {"5", true},
                                                                                   {"6", false},
                                                                                   {"7", false}}) {
            CAPTURE(id);
            CHECK(tx.find_kept(maple, "customers", id)->deleted == deleted);
        }
        CHECK(tx.find_record(maple, "customers", "2")->find(R"("deletedDate":null)") !=
              std::string::npos);
        tx.forget_seen("job_1");
        CHECK(tx.sweep_unseen(maple, "job_2", "customers", {}, started, 9, started) == 3);
        CHECK(tx.sweep_unseen(maple, "job_2", "invoices", {}, started, 9, started) == 0);
    });
}

TEST_CASE("readers of the change log miss nothing while writers write")
{
    Town database(Database::Place::file);
    auto other = database.another();
    std::int64_t cursor = 0;
    std::multiset<std::string> read;
    for (int n = 1; n <= 40; ++n) {
        auto& writer = n % 2 ? database.store : other;
        auto& reader = n % 2 ? other : database.store;
        const auto follow = [&] {
            for (const auto& change :
                 reader.read([&](Tx& tx) { return tx.changes(maple, cursor, 7); })) {
                CHECK(change.seq == cursor + 1);
                cursor = change.seq;
                read.insert(change.id);
            }
        };
        if (n == 20) other = database.another();  // a process that starts anew goes on counting
        writer.write([&](Tx& tx) {
            put(tx, std::to_string(n).c_str(), 1);
            follow();  // sees what is committed, and only that
            put(tx, std::to_string(n + 100).c_str(), 1);
        });
        follow();
    }
    while (cursor < 80)
        for (const auto& change :
             other.read([&](Tx& tx) { return tx.changes(maple, cursor, 7); })) {
            cursor = change.seq;
            read.insert(change.id);
        }
    CHECK(read.size() == 80);
    CHECK(std::set<std::string>(read.begin(), read.end()).size() == 80);
}

TEST_CASE("a change and its line in the log come together or not at all")
{
    for (int nth = 0;; ++nth) {
        CAPTURE(nth);
        Town database;
        database.store.write([](Tx& tx) { put(tx, "1", 1); });
        database.faults->fail_step(nth);
        try {
            database.store.write([](Tx& tx) {
                put(tx, "1", 2);
                put(tx, "2", 1);
                tx.delete_record(maple, "customers", "1", "", noon);
            });
        } catch (const store::Unavailable&) {
        }
        const bool struck = database.faults->struck();
        database.faults->heal();
        database.store.read([&](Tx& tx) {
            CHECK(tx.newest_change(maple) == (struck ? 1 : 4));
            CHECK(tx.find_kept(maple, "customers", "1")->deleted == !struck);
            CHECK(tx.find_kept(maple, "customers", "2").has_value() == !struck);
            CHECK(tx.versions(maple, "customers", "1").size() == (struck ? 0 : 3));
        });
        if (!struck) break;
        REQUIRE(nth < 60);
    }
}
