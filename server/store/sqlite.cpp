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

constexpr int busy_milliseconds = 10'000;

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
    explicit Sqlite(const std::string& path)
    try : database_(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, busy_milliseconds) {
        database_.exec("PRAGMA journal_mode = WAL");
        database_.exec("PRAGMA synchronous = FULL");
        database_.exec("PRAGMA foreign_keys = ON");
        database_.exec("PRAGMA cache_size = -16384");
        database_.exec("PRAGMA wal_autocheckpoint = 4000");
        database_.exec("PRAGMA temp_store = MEMORY");
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

    void begin_read() override { exec("BEGIN"); }
    void begin_write(Durable durable) override
    {
        if (durable != durable_) {
            exec(durable == Durable::at_once ? "PRAGMA synchronous = FULL"
                                             : "PRAGMA synchronous = NORMAL");
            durable_ = durable;
        }
        exec("BEGIN IMMEDIATE");
    }
    void commit() override { exec("COMMIT"); }
    void rollback() noexcept override
    {
        try {
            database_.exec("ROLLBACK");
        } catch (const SQLite::Exception&) {
            // No transaction is open: SQLite rolled back by itself when the statement failed.
        }
    }
    void run_script(std::string_view sql) override { exec(std::string(sql).c_str()); }

private:
    struct Prepared {
        SQLite::Statement statement;
        std::vector<int> places;         // of $1, $2 …; 0: the statement does not use it
        std::vector<std::string> texts;  // what is bound, kept so that no run allocates anew
    };
    // Leaves a statement ready for its next run and keeps no large text alive.
    struct Reset {
        Prepared& prepared;
        ~Reset()
        {
            prepared.statement.tryReset();
            prepared.statement.clearBindings();
            for (std::string& text : prepared.texts)
                if (text.capacity() > (1u << 20)) std::string().swap(text);
        }
    };

    void exec(const char* sql)
    {
        try {
            database_.exec(sql);
        } catch (const SQLite::Exception& failure) {
            translate(failure);
        }
    }

    Prepared& statement_for(std::string_view sql)
    {
        const auto known = statements_.find(sql);
        if (known != statements_.end()) return known->second;
        Prepared prepared{SQLite::Statement(database_, std::string(sql)), {}, {}};
        // A name like $3 may stand anywhere in the text; SQLite counts by first appearance.
        const int count = prepared.statement.getBindParameterCount();
        for (int n = 1; n <= count; ++n)
            prepared.places.push_back(prepared.statement.getIndex(fmt::format("${}", n).c_str()));
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
    Durable durable_ = Durable::at_once;
    std::map<std::string, Prepared, std::less<>> statements_;
};

}  // namespace

std::unique_ptr<Connection> open_sqlite(const std::string& path)
{
    if (path != ":memory:" && !std::filesystem::exists(path)) {
        // Passwords' hashes and customers' data live here: for the server's user alone.
        const mode_t before = umask(0077);
        auto made = std::make_unique<Sqlite>(path);
        umask(before);
        return made;
    }
    return std::make_unique<Sqlite>(path);
}

}  // namespace server::store
