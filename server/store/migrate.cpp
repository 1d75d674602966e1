#include "server/store/migrate.h"

#include <span>

#include <fmt/format.h>

namespace server::store {

// Generated from migrations/NNNN_name.sql, in order.
struct Migration {
    int number;
    std::string_view name;
    std::string_view sql;
};
extern const std::span<const Migration> migrations;

namespace {

int applied(Connection& connection)
{
    int number = 0;
    connection.run("SELECT COALESCE(MAX(number), 0) FROM migration", {},
                   [&](const Row& row) { number = static_cast<int>(row.integer(0)); });
    return number;
}

bool is_applied(Connection& connection, int number)
{
    const Param params[] = {std::int64_t{number}};
    bool there = false;
    connection.run("SELECT 1 FROM migration WHERE number = $1", params,
                   [&](const Row&) { there = true; });
    return there;
}

}  // namespace

void migrate(Connection& connection, base::Time now)
{
    connection.run_script(
        "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL, "
        "applied_at BIGINT NOT NULL)");
    const int newest = migrations.empty() ? 0 : migrations.back().number;
    if (const int have = applied(connection); have > newest)
        throw Unavailable(fmt::format(
            "the database was written by a newer qbwcd (schema {}, this program knows {}): "
            "run that version, or restore a backup made before the upgrade",
            have, newest));
    for (const Migration& migration : migrations) {
        if (is_applied(connection, migration.number)) continue;
        connection.begin_write();
        try {
            // Another process may have been faster.
            if (!is_applied(connection, migration.number)) {
                connection.run_script(migration.sql);
                const Param params[] = {std::int64_t{migration.number}, migration.name,
                                        std::int64_t{now.time_since_epoch().count()}};
                connection.run(
                    "INSERT INTO migration (number, name, applied_at) VALUES ($1, $2, $3)", params,
                    {});
            }
            connection.commit(Durable::at_once);
        } catch (...) {
            connection.rollback();
            throw;
        }
    }
}

}  // namespace server::store
