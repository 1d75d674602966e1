#include "tests/scenario/ground.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "server/store/migrate.h"
#include "server/store/sqlite.h"

namespace scenario {

using namespace server::store;

namespace {

// Goes to the one that is kept.
class Borrowed final : public Connection {
public:
    explicit Borrowed(std::shared_ptr<Connection> kept) : kept_(std::move(kept)) {}
    std::int64_t run(std::string_view sql, std::span<const Param> params,
                     const OnRow& on_row) override
    {
        return kept_->run(sql, params, on_row);
    }
    void begin_read() override { kept_->begin_read(); }
    void begin_write() override { kept_->begin_write(); }
    void commit(Durable durable) override { kept_->commit(durable); }
    std::int64_t version() override { return kept_->version(); }
    void sync() override { kept_->sync(); }
    void rollback() noexcept override { kept_->rollback(); }
    void run_script(std::string_view sql) override { kept_->run_script(sql); }

private:
    std::shared_ptr<Connection> kept_;
};

}  // namespace

namespace {

std::vector<std::string> names(Connection& connection, const std::string& sql)
{
    std::vector<std::string> found;
    connection.run(sql, {}, [&](const Row& row) { found.emplace_back(row.text(0)); });
    return found;
}

// Those that refer to others stand before them.
std::vector<std::string> referring_first(Connection& connection, std::vector<std::string> tables)
{
    std::vector<std::string> sorted;
    while (!tables.empty()) {
        std::set<std::string> needed;
        for (const auto& table : tables)
            for (const auto& other :
                 names(connection,
                       fmt::format("SELECT \"table\" FROM pragma_foreign_key_list('{}')", table)))
                if (other != table) needed.insert(other);
        const auto free = std::find_if(tables.begin(), tables.end(), [&](const std::string& table) {
            return !needed.contains(table);
        });
        if (free == tables.end()) throw std::logic_error("tables refer to each other in a ring");
        sorted.push_back(*free);
        tables.erase(free);
    }
    return sorted;
}

}  // namespace

void Ground::make(server::base::Time now)
{
    kept_ = open_sqlite(":memory:");
    migrate(*kept_, now);
    tables_.clear();
    for (const auto& table : referring_first(
             *kept_, names(*kept_,
                           "SELECT name FROM sqlite_master WHERE type = 'table' AND name "
                           "NOT LIKE 'sqlite_%'")))
        if (names(*kept_, fmt::format("SELECT '1' FROM {} LIMIT 1", table)).empty())
            tables_.push_back(table);
}

// Statements stay prepared: to switch foreign keys off and on would prepare them all again.
void Ground::empty()
{
    for (const auto& table : tables_)
        kept_->run(fmt::format("DELETE FROM {}", table), {}, {});
}

std::unique_ptr<Connection> Ground::fresh(server::base::Time now)
{
    if (kept_)
        empty();
    else
        make(now);
    return again();
}

std::unique_ptr<Connection> Ground::again()
{
    return std::make_unique<Borrowed>(kept_);
}

}  // namespace scenario
