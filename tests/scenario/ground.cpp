#include "tests/scenario/ground.h"

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

void Ground::make(server::base::Time now)
{
    kept_ = open_sqlite(":memory:");
    migrate(*kept_, now);
    tables_.clear();
    std::vector<std::string> all;
    kept_->run("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
               {}, [&](const Row& row) { all.emplace_back(row.text(0)); });
    for (const auto& table : all) {
        bool filled = false;
        kept_->run(fmt::format("SELECT 1 FROM {} LIMIT 1", table), {},
                   [&](const Row&) { filled = true; });
        if (!filled) tables_.push_back(table);
    }
}

void Ground::empty()
{
    kept_->run_script("PRAGMA foreign_keys = OFF");
    for (const auto& table : tables_)
        kept_->run(fmt::format("DELETE FROM {}", table), {}, {});
    kept_->run_script("PRAGMA foreign_keys = ON");
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
