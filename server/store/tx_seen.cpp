#include <algorithm>

#include "server/store/rows.h"
#include "server/store/tx.h"

namespace server::store {

void Tx::mark_seen(const base::CompanyId& company, std::string_view of_run,
                   std::string_view data_type, std::span<const std::string_view> ids)
{
    const auto on = shelf(company, data_type);
    for (const std::string_view id : ids)
        run(R"(INSERT INTO seen (run, shelf, id) VALUES ($1, $2, $3)
               ON CONFLICT (run, shelf, id) DO NOTHING)",
            {param(of_run), Param(on), param(id)});
}

int Tx::sweep_unseen(const base::CompanyId& company, std::string_view of_run,
                     std::string_view data_type, std::span<const std::string_view> source_types,
                     base::Time started, int limit, base::Time now)
{
    const auto on = known_shelf(company, data_type);
    if (!on) return 0;
    std::vector<std::string> missing;
    const auto look = [&](std::string_view source_type) {
        run(R"(SELECT id FROM record
               WHERE shelf = $1 AND deleted = 0 AND modified_at < $2
                 AND ($3 = '' OR source_type = $3)
                 AND NOT EXISTS (SELECT 1 FROM seen WHERE seen.run = $4 AND seen.shelf = $1
                                 AND seen.id = record.id)
               ORDER BY id LIMIT $5)",
            {Param(*on), param(started), param(source_type), param(of_run),
             Param(limit - static_cast<std::int64_t>(missing.size()))},
            [&](const Row& row) { missing.push_back(text_at(row, 0)); });
    };
    if (source_types.empty()) look("");
    for (const std::string_view source_type : source_types)
        look(source_type);
    for (const std::string& id : missing)
        delete_record(company, data_type, id, "", now);
    return static_cast<int>(missing.size());
}

void Tx::forget_seen(std::string_view of_run)
{
    run("DELETE FROM seen WHERE run = $1", {param(of_run)});
}

}  // namespace server::store
