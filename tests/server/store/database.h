// Databases to test the store on, and plain values to put in.
#pragma once

#include <memory>

#include "server/store/migrate.h"
#include "server/store/sqlite.h"
#include "server/store/store.h"
#include "tests/support/clock.h"
#include "tests/support/faulty_connection.h"
#include "tests/support/folder.h"

namespace testing {

// A migrated database, in memory or in a file of its own.
class Database {
public:
    enum class Place { memory, file };

    explicit Database(Place place)
        : path_(place == Place::memory ? ":memory:" : folder_.file("qbwcd.sqlite")),
          store(connect())
    {
        server::store::migrate(store.connection(), noon);
        faults->heal();
    }

    // Another connection to the file, as another process has it.
    server::store::Store another() const
    {
        return server::store::Store(server::store::open_sqlite(path_));
    }
    const std::string& path() const { return path_; }

private:
    std::unique_ptr<server::store::Connection> connect() const
    {
        return std::make_unique<FaultyConnection>(server::store::open_sqlite(path_), faults);
    }

    TemporaryFolder folder_;
    std::string path_;

public:
    std::shared_ptr<Faults> faults = std::make_shared<Faults>();
    server::store::Store store;
};

inline server::store::Company maple_company()
{
    return {.id = {"maple"},
            .name = "Maple & Pine Joinery",
            .user_name = "qbwc-maple",
            .password_hash = "scrypt$10$8$1$00$00",
            .owner_id = "{5A1C0000-0000-4000-8000-000000000001}",
            .file_id = "{5A1C0000-0000-4000-8000-00000000000A}",
            .created_at = noon};
}

inline server::jobs::Job sync_job(const char* id, const char* data_type = "customers")
{
    return {.id = {id},
            .company = {"maple"},
            .data_type = data_type,
            .operation = "delta",
            .created_at = noon,
            .run_at = noon};
}

inline server::jobs::Batch batch_of(const char* id, const char* job, bool changes_books = false)
{
    return {.id = {id},
            .company = {"maple"},
            .items = {{{job}, 1}},
            .requests = {"CustomerQueryRq"},
            .changes_books = changes_books,
            .text = "<QBXML>\r\n\ttext of " + std::string(id) + " \u00e9\u20ac</QBXML>",
            .sent_at = noon};
}

inline server::session::Session open_session(const char* id)
{
    return {.id = {id},
            .company = {"maple"},
            .opened_at = noon,
            .deadline = noon + std::chrono::minutes(15)};
}

}  // namespace testing
