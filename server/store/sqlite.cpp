#include "server/store/sqlite.h"

#include <filesystem>

#include <sys/stat.h>

#include "server/store/barrier.h"
#include "server/store/sqlite_handle.h"
#include "server/store/turns.h"

namespace server::store {

// Whoever has the turn uses the handle.
struct SqliteFile::Shared {
    // A group that has changed so many rows is committed, however many wait.
    static constexpr std::int64_t group_changes = 500;

    explicit Shared(std::string place) : path(std::move(place)) {}

    bool in_memory() const { return path == ":memory:"; }
    SqliteHandle& writer()
    {
        if (!handle)
            handle = std::make_unique<SqliteHandle>(path, SqliteHandle::Use::writing, barrier);
        return *handle;
    }

    const std::string path;
    Barrier barrier;
    Turns turns;
    std::int64_t changes_before = 0;  // the open transaction

private:
    std::unique_ptr<SqliteHandle> handle;
};

namespace {

using Shared = SqliteFile::Shared;

class Sqlite final : public Connection {
public:
    explicit Sqlite(std::shared_ptr<Shared> file) : file_(std::move(file))
    {
        if (file_->in_memory())
            file_->writer();
        else
            own_ = std::make_unique<SqliteHandle>(file_->path, SqliteHandle::Use::reading,
                                                  file_->barrier);
    }

    std::int64_t run(std::string_view sql, std::span<const Param> params,
                     const OnRow& on_row) override
    {
        return handle().run(sql, params, on_row);
    }
    void run_script(std::string_view sql) override { handle().run_script(sql); }

    void begin_read() override { handle().run("BEGIN"); }

    void begin_write() override
    {
        first_ = file_->turns.take();
        writing_ = true;
        try {
            SqliteHandle& writer = file_->writer();
            writer.run(first_ ? "BEGIN IMMEDIATE" : "SAVEPOINT turn");
            if (first_) file_->changes_before = writer.changes();
        } catch (...) {
            rollback();
            throw;
        }
    }

    void commit(Durable durable) override
    {
        if (!writing_) return void(handle().run("COMMIT"));
        SqliteHandle& writer = file_->writer();
        if (!first_) writer.run("RELEASE turn");
        writing_ = false;
        const bool full = writer.changes() - file_->changes_before >= Shared::group_changes;
        file_->turns.keep(full, [this] { commit_group(); });
        if (durable == Durable::at_once) sync();
    }

    void rollback() noexcept override
    {
        if (!writing_) return undo(handle(), "ROLLBACK");
        writing_ = false;
        if (!first_ && left_alone()) return file_->turns.leave([this] { commit_group(); });
        try {
            undo(file_->writer(), "ROLLBACK");
        } catch (const std::exception&) {
            // The handle could not be opened: nothing was begun.
        }
        file_->turns.give_up(std::make_exception_ptr(Conflict(
            "another transaction failed and took along what was to be committed with it")));
    }

    std::int64_t version() override
    {
        std::int64_t number = 0;
        run("PRAGMA data_version", {}, [&](const Row& row) { number = row.integer(0); });
        return number;
    }

    void sync() override
    {
        if (own_) file_->barrier.pass([this] { own_->sync_log(); });
    }

private:
    SqliteHandle& handle() { return writing_ || !own_ ? file_->writer() : *own_; }

    void commit_group()
    {
        try {
            file_->writer().run("COMMIT");
        } catch (...) {
            undo(file_->writer(), "ROLLBACK");
            throw;
        }
    }

    // What this turn wrote is undone, what others wrote before it stays. False when that cannot be,
    // or SQLite has rolled back everything by itself.
    bool left_alone() noexcept
    {
        try {
            SqliteHandle& writer = file_->writer();
            if (!writer.in_transaction()) return false;
            writer.run_script("ROLLBACK TO turn; RELEASE turn");
            return true;
        } catch (const std::exception&) {
            return false;
        }
    }

    static void undo(SqliteHandle& handle, std::string_view how) noexcept
    {
        try {
            if (handle.in_transaction()) handle.run_script(how);
        } catch (const std::exception&) {
            // No transaction is open: SQLite rolled back by itself when the statement failed.
        }
    }

    const std::shared_ptr<Shared> file_;
    std::unique_ptr<SqliteHandle> own_;  // to read; none in memory, where there is one handle
    bool writing_ = false;
    bool first_ = false;  // of the open transaction
};

}  // namespace

SqliteFile::SqliteFile(std::string path) : shared_(std::make_shared<Shared>(std::move(path))) {}

std::unique_ptr<Connection> SqliteFile::open() const
{
    if (shared_->in_memory() || std::filesystem::exists(shared_->path))
        return std::make_unique<Sqlite>(shared_);
    // Passwords' hashes and customers' data live here: for the server's user alone.
    const mode_t before = umask(0077);
    auto made = std::make_unique<Sqlite>(shared_);
    umask(before);
    return made;
}

std::unique_ptr<Connection> open_sqlite(const std::string& path)
{
    return SqliteFile(path).open();
}

}  // namespace server::store
