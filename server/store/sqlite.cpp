#include "server/store/sqlite.h"

#include <filesystem>
#include <map>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

namespace server::store {
namespace {

constexpr int params_max = 99;  // of one statement
constexpr int busy_milliseconds = 10'000;
constexpr std::size_t statements_max = 400;  // kept ready
constexpr int checkpoint_pages = 4'000;

[[noreturn]] void translate(const SQLite::Exception& failure)
{
    const int code = failure.getErrorCode();
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) throw Conflict(failure.what());
    throw Unavailable(fmt::format("the database failed: {}", failure.what()));
}

class SqliteRow final : public Row {
public:
    explicit SqliteRow(SQLite::Statement& statement) : statement_(statement) {}
    bool is_null(int column) const override { return statement_.isColumnNull(column); }
    std::int64_t integer(int column) const override
    {
        return statement_.getColumn(column).getInt64();
    }
    std::string_view text(int column) const override
    {
        const SQLite::Column cell = statement_.getColumn(column);
        const char* bytes = cell.getText();
        return {bytes, static_cast<std::size_t>(cell.getBytes())};
    }
    std::string_view bytes(int column) const override
    {
        const SQLite::Column cell = statement_.getColumn(column);
        const void* bytes = cell.getBlob();
        return {static_cast<const char*>(bytes), static_cast<std::size_t>(cell.getBytes())};
    }

private:
    SQLite::Statement& statement_;
};

class Sqlite final : public Connection {
public:
    Sqlite(const std::string& path, std::shared_ptr<Barrier> barrier)
    try : database_(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, busy_milliseconds),
        barrier_(std::move(barrier)) {
        const std::string mode = database_.execAndGet("PRAGMA journal_mode = WAL").getString();
        in_file_ = path != ":memory:";
        if (in_file_ && mode != "wal")
            throw Unavailable(fmt::format(
                "the database {} cannot keep a write-ahead log there: its journal mode stays {}",
                path, mode));
        database_.exec("PRAGMA synchronous = NORMAL");
        database_.exec("PRAGMA foreign_keys = ON");
        database_.exec("PRAGMA cache_size = -16384");
        database_.exec("PRAGMA temp_store = MEMORY");
        (void)database_.execAndGet("SELECT COUNT(*) FROM sqlite_schema");  // opens the -wal file
        sqlite3_wal_hook(database_.getHandle(), &after_commit, this);
    } catch (const SQLite::Exception& failure) {
        throw Unavailable(fmt::format("cannot open the database {}: {}", path, failure.what()));
    }

    std::int64_t run(std::string_view sql, std::span<const Param> params,
                     const OnRow& on_row) override
    {
        try {
            Prepared& prepared = statement_for(sql);
            SQLite::Statement& statement = prepared.statement;
            const Reset reset{prepared};
            prepared.running = true;
            for (std::size_t n = 0; n < prepared.places.size() && n < params.size(); ++n)
                bind(prepared, n, params[n]);
            const SqliteRow row(statement);
            while (statement.executeStep())
                if (on_row) on_row(row);
            return database_.getChanges();
        } catch (const SQLite::Exception& failure) {
            translate(failure);
        }
    }

    void begin_read() override
    {
        execute(begin_read_);
        durable_ = Durable::soon;
    }
    void begin_write(Durable durable) override
    {
        execute(begin_write_);
        durable_ = durable;
    }
    void commit() override
    {
        execute(commit_);
        if (durable_ == Durable::at_once) sync();
    }
    std::int64_t version() override
    {
        std::int64_t number = 0;
        run("PRAGMA data_version", {}, [&](const Row& row) { number = row.integer(0); });
        return number;
    }
    void sync() override
    {
        if (!in_file_) return;
        barrier_->pass([this] { sync_log(); });
    }
    void rollback() noexcept override
    {
        try {
            database_.exec("ROLLBACK");
        } catch (const SQLite::Exception&) {
            // No transaction is open: SQLite rolled back by itself when the statement failed.
        }
    }
    void run_script(std::string_view sql) override
    {
        try {
            database_.exec(std::string(sql));
        } catch (const SQLite::Exception& failure) {
            translate(failure);
        }
    }

private:
    struct Prepared {
        SQLite::Statement statement;
        std::vector<int> places;         // of $1, $2 …; 0: the statement does not use it
        std::vector<std::string> texts;  // what is bound, kept so that no run allocates anew
        bool running = false;
    };
    // Leaves a statement ready for its next run and keeps no large text alive.
    struct Reset {
        Prepared& prepared;
        ~Reset()
        {
            prepared.running = false;
            prepared.statement.tryReset();
            prepared.statement.clearBindings();
            for (std::string& text : prepared.texts)
                if (text.capacity() > (1u << 20)) std::string().swap(text);
        }
    };

    void execute(SQLite::Statement& statement)
    {
        try {
            statement.reset();
            (void)statement.executeStep();
            statement.reset();
        } catch (const SQLite::Exception& failure) {
            statement.tryReset();
            translate(failure);
        }
    }

    // The -wal file onto the disk, by SQLite's own handle of it.
    void sync_log()
    {
        sqlite3_file* log = nullptr;
        sqlite3_file_control(database_.getHandle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
        if (log == nullptr || log->pMethods == nullptr)
            throw Unavailable("the database has no write-ahead log");
        const int code = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
        if (code != SQLITE_OK) throw Unavailable(sqlite3_errstr(code));
    }

    // What SQLite does by itself, but a sync that fails in it is not passed over in silence.
    static int after_commit(void* self, sqlite3* handle, const char* name, int pages)
    {
        if (pages < checkpoint_pages) return SQLITE_OK;
        const int code =
            sqlite3_wal_checkpoint_v2(handle, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        if ((code & 0xff) == SQLITE_IOERR)
            static_cast<Sqlite*>(self)->barrier_->fail(sqlite3_errstr(code));
        return SQLITE_OK;
    }

    Prepared& statement_for(std::string_view sql)
    {
        const auto known = statements_.find(sql);
        if (known != statements_.end()) return known->second;
        // Only filters make new texts without end.
        if (statements_.size() >= statements_max)
            std::erase_if(statements_, [](const auto& one) { return !one.second.running; });
        Prepared prepared{SQLite::Statement(database_, std::string(sql)), {}, {}, false};
        // A name like $3 may stand anywhere in the text; SQLite counts by first appearance.
        int left = prepared.statement.getBindParameterCount();
        for (int n = 1; left > 0 && n <= params_max; ++n) {
            prepared.places.push_back(prepared.statement.getIndex(fmt::format("${}", n).c_str()));
            left -= prepared.places.back() != 0;
        }
        prepared.texts.resize(prepared.places.size());
        return statements_.emplace(std::string(sql), std::move(prepared)).first->second;
    }

    static void bind(Prepared& prepared, std::size_t n, const Param& param)
    {
        const int place = prepared.places[n];
        if (place == 0) return;
        if (const auto* number = std::get_if<std::int64_t>(&param)) {
            prepared.statement.bind(place, *number);
        } else if (const auto* text = std::get_if<std::string_view>(&param)) {
            prepared.texts[n].assign(*text);
            prepared.statement.bindNoCopy(place, prepared.texts[n]);
        } else if (const auto* blob = std::get_if<Bytes>(&param)) {
            prepared.statement.bindNoCopy(place, blob->bytes.data(),
                                          static_cast<int>(blob->bytes.size()));
        } else {
            prepared.statement.bind(place);
        }
    }

    SQLite::Database database_;
    const std::shared_ptr<Barrier> barrier_;
    bool in_file_ = true;
    Durable durable_ = Durable::soon;  // of the transaction that is open
    SQLite::Statement begin_read_{database_, "BEGIN"};
    SQLite::Statement begin_write_{database_, "BEGIN IMMEDIATE"};
    SQLite::Statement commit_{database_, "COMMIT"};
    std::map<std::string, Prepared, std::less<>> statements_;
};

}  // namespace

std::unique_ptr<Connection> open_sqlite(const std::string& path, std::shared_ptr<Barrier> barrier)
{
    if (!barrier) barrier = std::make_shared<Barrier>();
    if (path != ":memory:" && !std::filesystem::exists(path)) {
        // Passwords' hashes and customers' data live here: for the server's user alone.
        const mode_t before = umask(0077);
        auto made = std::make_unique<Sqlite>(path, std::move(barrier));
        umask(before);
        return made;
    }
    return std::make_unique<Sqlite>(path, std::move(barrier));
}

}  // namespace server::store
