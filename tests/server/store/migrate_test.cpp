// A database is brought to this program's schema, once.
#include <catch2/catch.hpp>

#include "tests/server/store/database.h"

using namespace server;
using namespace testing;

namespace {

int schema_of(store::Connection& connection)
{
    int number = -1;
    connection.run("SELECT MAX(number) FROM migration", {},
                   [&](const store::Row& row) { number = static_cast<int>(row.integer(0)); });
    return number;
}

}  // namespace

TEST_CASE("migrating twice changes nothing the second time")
{
    Database database(GENERATE(Database::Place::memory, Database::Place::file));
    auto& connection = database.store.connection();
    const int schema = schema_of(connection);
    CHECK(schema >= 1);
    database.store.write([](store::Tx& tx) { tx.add_company(maple_company()); });

    store::migrate(connection, noon + std::chrono::hours(1));
    CHECK(schema_of(connection) == schema);
    CHECK(database.store.read([](store::Tx& tx) { return tx.companies().size(); }) == 1);
}

TEST_CASE("a database of a newer program is refused with both numbers")
{
    Database database(Database::Place::memory);
    database.store.connection().run_script(
        "INSERT INTO migration (number, name, applied_at) VALUES (9001, 'later', 1)");
    CHECK_THROWS_WITH(store::migrate(database.store.connection(), noon),
                      Catch::Contains("newer qbwcd (schema 9001, this program knows ") &&
                          Catch::Contains("restore a backup"));
}

TEST_CASE("a migration that fails at any step is whole or absent, and works the next time")
{
    for (int nth = 0;; ++nth) {
        CAPTURE(nth);
        auto faults = std::make_shared<Faults>();
        FaultyConnection connection(store::open_sqlite(":memory:"), faults);
        faults->fail_step(nth);
        try {
            store::migrate(connection, noon);
        } catch (const store::Unavailable&) {
        }
        const bool struck = faults->struck();
        faults->heal();
        store::migrate(connection, noon);
        CHECK(schema_of(connection) >= 1);
        store::Tx tx(connection);
        CHECK(tx.companies().empty());
        if (!struck) break;
        REQUIRE(nth < 100);
    }
}

TEST_CASE("a second process finds a migrated file as it is")
{
    Database database(Database::Place::file);
    auto other = database.another();
    store::migrate(other.connection(), noon);
    CHECK(schema_of(other.connection()) == schema_of(database.store.connection()));
}

TEST_CASE("a database that cannot be opened is named")
{
    CHECK_THROWS_WITH(store::open_sqlite("/nowhere/at/all.sqlite"),
                      Catch::Contains("cannot open the database /nowhere/at/all.sqlite"));
}

TEST_CASE("a new database file is for its owner alone, and commits reach the disk")
{
    Database database(Database::Place::file);
    const auto mode = std::filesystem::status(database.path()).permissions();
    using std::filesystem::perms;
    CHECK((mode & (perms::group_all | perms::others_all)) == perms::none);

    const auto pragma = [&](const char* sql) {
        std::string value;
        database.store.connection().run(
            sql, {}, [&](const store::Row& row) { value = std::string(row.text(0)); });
        return value;
    };
    CHECK(pragma("PRAGMA journal_mode") == "wal");
    CHECK(pragma("PRAGMA synchronous") == "2");
    CHECK(pragma("PRAGMA foreign_keys") == "1");
}

TEST_CASE("a row of an older version, without a fingerprint, is not taken for a change")
{
    Database database(Database::Place::memory);
    const base::CompanyId maple{"maple"};
    const store::RecordRow row{.data_type = "customers",
                               .id = "1",
                               .source_type = "Customer",
                               .name = "Ann",
                               .json = "{}",
                               .source = "<CustomerRet/>"};
    database.store.write([&](store::Tx& tx) {
        tx.add_company(maple_company());
        tx.put_record(maple, row, noon);
    });
    // As migration 3 carries it over.
    database.store.connection().run_script(
        "UPDATE record SET source_hash = '', source = '<CustomerRet/>', packed_source = NULL");
    database.store.write([&](store::Tx& tx) {
        CHECK(tx.find_kept(maple, "customers", "1")->source == "<CustomerRet/>");
        CHECK(tx.put_record(maple, row, noon) == store::Put::unchanged);
        auto other = row;
        other.source = "<CustomerRet>2</CustomerRet>";
        CHECK(tx.put_record(maple, other, noon) == store::Put::updated);
        CHECK(tx.find_kept(maple, "customers", "1")->source == other.source);
    });
}
