#include "server/store/sqlite_handle.h"

#include <unordered_map>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include "server/store/barrier.h"
#include "server/store/sqlite_log.h"

namespace server::store {
namespace {

constexpr int params_max = 99;  // of one statement
constexpr int busy_milliseconds = 10'000;
constexpr int checkpoint_pages = 4'000;
constexpr const char* pragmas =
    "PRAGMA foreign_keys = ON;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA checkpoint_fullfsync = ON;";

[[noreturn]] void fail(sqlite3* handle)
{
    const int code = sqlite3_errcode(handle) & 0xff;
    const std::string reason = sqlite3_errmsg(handle);
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) throw Conflict(reason);
    throw Unavailable(fmt::format("the database failed: {}", reason));
}

// A prepared statement. SQLite's own functions, not SQLiteCpp's: those count references for every
// column that is read and copy every text that is bound, a tenth of what a round costs.
class Statement final : public Row {
public:
    Statement(sqlite3* handle, std::string_view sql) : handle_(handle)
    {
        if (sqlite3_prepare_v3(handle, sql.data(), static_cast<int>(sql.size()),
                               SQLITE_PREPARE_PERSISTENT, &statement_, nullptr) != SQLITE_OK)
            fail(handle);
        // A name like $3 may stand anywhere in the text; SQLite counts by first appearance.
        int left = sqlite3_bind_parameter_count(statement_);
        for (int n = 1; left > 0 && n <= params_max; ++n) {
            places_.push_back(
                sqlite3_bind_parameter_index(statement_, fmt::format("${}", n).c_str()));
            left -= places_.back() != 0;
        }
    }
    ~Statement() override { sqlite3_finalize(statement_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    bool running() const { return running_; }

    // The rows changed. What is bound must live until the end.
    std::int64_t run(std::span<const Param> params, const OnRow& on_row)
    {
        const Run run(*this);
        for (std::size_t n = 0; n < places_.size() && n < params.size(); ++n)
            if (places_[n] != 0 && bind(places_[n], params[n]) != SQLITE_OK) fail(handle_);
        for (;;) {
            const int code = sqlite3_step(statement_);
            if (code == SQLITE_DONE) return sqlite3_changes(handle_);
            if (code != SQLITE_ROW) fail(handle_);
            if (on_row) on_row(*this);
        }
    }

    bool is_null(int column) const override
    {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    std::int64_t integer(int column) const override
    {
        return sqlite3_column_int64(statement_, column);
    }
    std::string_view text(int column) const override
    {
        const auto* start = sqlite3_column_text(statement_, column);
        return view(reinterpret_cast<const char*>(start), column);
    }
    std::string_view bytes(int column) const override
    {
        return view(static_cast<const char*>(sqlite3_column_blob(statement_, column)), column);
    }

private:
    // Leaves the statement ready for its next run, whatever becomes of this one.
    struct Run {
        Statement& of;
        explicit Run(Statement& statement) : of(statement) { of.running_ = true; }
        ~Run()
        {
            sqlite3_reset(of.statement_);
            sqlite3_clear_bindings(of.statement_);
            of.running_ = false;
        }
    };

    std::string_view view(const char* start, int column) const
    {
        if (start == nullptr) return {};
        return {start, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }
    int bind(int place, const Param& param)
    {
        // An empty view may have no address, and SQLite would take that for NULL.
        const auto start = [](std::string_view bytes) {
            return bytes.data() == nullptr ? "" : bytes.data();
        };
        if (const auto* number = std::get_if<std::int64_t>(&param))
            return sqlite3_bind_int64(statement_, place, *number);
        if (const auto* text = std::get_if<std::string_view>(&param))
            return sqlite3_bind_text64(statement_, place, start(*text), text->size(), SQLITE_STATIC,
                                       SQLITE_UTF8);
        if (const auto* blob = std::get_if<Bytes>(&param))
            return sqlite3_bind_blob64(statement_, place, start(blob->bytes), blob->bytes.size(),
                                       SQLITE_STATIC);
        return sqlite3_bind_null(statement_, place);
    }

    sqlite3* handle_;
    sqlite3_stmt* statement_ = nullptr;
    std::vector<int> places_;  // of $1, $2 …; 0: the statement does not use it
    bool running_ = false;
};

// Statements by their text. Texts are long and begin alike, so their ends are what is hashed.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const
    {
        constexpr std::size_t end = 32;
        const auto tail = text.size() > end ? text.substr(text.size() - end) : text;
        return std::hash<std::string_view>()(tail) ^ text.size();
    }
};
using Statements =
    std::unordered_map<std::string, std::unique_ptr<Statement>, TextHash, std::equal_to<>>;
constexpr std::size_t statements_max = 512;

// What SQLite does by itself, but a sync that fails in it is not passed over in silence.
int after_commit(void* barrier, sqlite3* handle, const char* name, int pages)
{
    if (pages < checkpoint_pages) return SQLITE_OK;
    const int code =
        sqlite3_wal_checkpoint_v2(handle, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if ((code & 0xff) == SQLITE_IOERR) static_cast<Barrier*>(barrier)->fail(sqlite3_errstr(code));
    return SQLITE_OK;
}

}  // namespace

struct SqliteHandle::Inner {
    Inner(const std::string& path, const char* files)
        : database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX,
                   busy_milliseconds, files)
    {
    }

    sqlite3* handle() { return database.getHandle(); }
    Statement& statement_for(std::string_view sql)
    {
        const auto known = statements.find(sql);
        if (known != statements.end()) return *known->second;
        if (statements.size() >= statements_max)
            std::erase_if(statements, [](const auto& kept) { return !kept.second->running(); });
        auto made = std::make_unique<Statement>(handle(), sql);
        return *statements.emplace(std::string(sql), std::move(made)).first->second;
    }

    SQLite::Database database;
    Statements statements;
};

SqliteHandle::SqliteHandle(const std::string& path, Use use, Barrier& barrier)
try : inner_(std::make_unique<Inner>(path, use == Use::writing ? gathering_log() : "")) {
    auto& database = inner_->database;
    const std::string mode = database.execAndGet("PRAGMA journal_mode = WAL").getString();
    if (path != ":memory:" && mode != "wal")
        throw Unavailable(fmt::format(
            "the database {} cannot keep a write-ahead log there: its journal mode stays {}", path,
            mode));
    database.exec(pragmas);
    database.exec(use == Use::writing ? "PRAGMA cache_size = -16384" : "PRAGMA cache_size = -8192");
    (void)database.execAndGet("SELECT COUNT(*) FROM sqlite_schema");  // opens the -wal file
    sqlite3_wal_hook(database.getHandle(), &after_commit, &barrier);
} catch (const SQLite::Exception& failure) {
    throw Unavailable(fmt::format("cannot open the database {}: {}", path, failure.what()));
}

SqliteHandle::~SqliteHandle() = default;

std::int64_t SqliteHandle::run(std::string_view sql, std::span<const Param> params,
                               const OnRow& on_row)
{
    Statement& statement = inner_->statement_for(sql);
    if (!statement.running()) return statement.run(params, on_row);
    // One of its own rows asks for the same again.
    return Statement(inner_->handle(), sql).run(params, on_row);
}

void SqliteHandle::run_script(std::string_view sql)
{
    try {
        inner_->database.exec(std::string(sql));
    } catch (const SQLite::Exception&) {
        fail(inner_->handle());
    }
}

bool SqliteHandle::in_transaction() const
{
    return sqlite3_get_autocommit(inner_->handle()) == 0;
}

std::int64_t SqliteHandle::changes() const
{
    return sqlite3_total_changes64(inner_->handle());
}

void SqliteHandle::sync_log()
{
    sqlite3_file* log = nullptr;
    sqlite3_file_control(inner_->handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log == nullptr || log->pMethods == nullptr)
        throw Unavailable("the database has no write-ahead log");
    const int code = log->pMethods->xSync(log, SQLITE_SYNC_FULL | SQLITE_SYNC_DATAONLY);
    if (code != SQLITE_OK) throw Unavailable(sqlite3_errstr(code));
}

}  // namespace server::store
