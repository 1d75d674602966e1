// One handle of SQLite on one database.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "server/store/connection.h"

struct sqlite3;

namespace server::store {

class Barrier;

// Keeps its statements prepared. One thread at a time. Throws Unavailable and Conflict.
class SqliteHandle {
public:
    // What it is for: one that only reads uses the files as SQLite does; one that writes gathers a
    // commit (sqlite_log.h), and somebody else brings it onto the disk.
    enum class Use { reading, writing };

    // Opens, and creates when missing. A checkpoint whose sync fails makes `barrier` refuse.
    SqliteHandle(const std::string& path, Use, Barrier& barrier);
    ~SqliteHandle();
    SqliteHandle(const SqliteHandle&) = delete;
    SqliteHandle& operator=(const SqliteHandle&) = delete;

    std::int64_t run(std::string_view sql, std::span<const Param> params = {},
                     const OnRow& on_row = {});
    void run_script(std::string_view sql);
    // False when SQLite has rolled back by itself what was open.
    bool in_transaction() const;
    // Rows inserted, updated and deleted since it was opened.
    std::int64_t changes() const;
    // The -wal file onto the disk, by SQLite's own handle of it.
    void sync_log();

private:
    struct Inner;
    std::unique_ptr<Inner> inner_;
};

}  // namespace server::store
