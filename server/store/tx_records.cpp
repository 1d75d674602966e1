#include "server/store/rows.h"
#include "server/store/tx.h"

namespace server::store {

Put Tx::put_record(const base::CompanyId& company, const RecordRow& r, base::Time now)
{
    // No row comes back when the source is unchanged: then nothing was written either.
    Put put = Put::unchanged;
    run(R"(INSERT INTO record (company_id, data_type, id, source_type, name, edit_sequence,
                               time_modified, first_seen_at, modified_at, json, source)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10)
           ON CONFLICT (company_id, data_type, id) DO UPDATE
           SET source_type = excluded.source_type, name = excluded.name,
               edit_sequence = excluded.edit_sequence, time_modified = excluded.time_modified,
               modified_at = excluded.modified_at, json = excluded.json, source = excluded.source
           WHERE record.source <> excluded.source
           RETURNING first_seen_at = modified_at)",
        {param(company), param(r.data_type), param(r.id), param(r.source_type), param(r.name),
         param(r.edit_sequence), param(r.time_modified), param(now), param(r.json),
         param(r.source)},
        [&](const Row& row) { put = row.integer(0) != 0 ? Put::created : Put::updated; });
    return put;
}

std::optional<std::string> Tx::find_record(const base::CompanyId& company,
                                           std::string_view data_type, std::string_view id)
{
    std::optional<std::string> found;
    run(R"(SELECT json FROM record WHERE company_id = $1 AND data_type = $2 AND id = $3)",
        {param(company), param(data_type), param(id)},
        [&](const Row& row) { found = text_at(row, 0); });
    return found;
}

void Tx::each_record(const base::CompanyId& company, std::string_view data_type, std::int64_t limit,
                     const std::function<void(std::string_view)>& each)
{
    run(R"(SELECT json FROM record WHERE company_id = $1 AND data_type = $2
           ORDER BY id LIMIT $3)",
        {param(company), param(data_type), Param(limit)},
        [&](const Row& row) { each(row.text(0)); });
}

std::vector<std::pair<std::string, std::int64_t>> Tx::count_records(const base::CompanyId& company)
{
    std::vector<std::pair<std::string, std::int64_t>> counts;
    run(R"(SELECT data_type, COUNT(*) FROM record WHERE company_id = $1
           GROUP BY data_type ORDER BY data_type)",
        {param(company)},
        [&](const Row& row) { counts.emplace_back(text_at(row, 0), row.integer(1)); });
    return counts;
}

std::string Tx::watermark(const base::CompanyId& company, std::string_view query)
{
    std::string newest;
    run(R"(SELECT newest FROM watermark WHERE company_id = $1 AND query = $2)",
        {param(company), param(query)}, [&](const Row& row) { newest = text_at(row, 0); });
    return newest;
}

void Tx::save_watermark(const base::CompanyId& company, std::string_view query,
                        std::string_view newest, base::Time now)
{
    run(R"(INSERT INTO watermark (company_id, query, newest, completed_at)
           VALUES ($1, $2, $3, $4)
           ON CONFLICT (company_id, query) DO UPDATE
           SET newest = excluded.newest, completed_at = excluded.completed_at)",
        {param(company), param(query), param(newest), param(now)});
}

void Tx::forget_watermarks(const base::CompanyId& company)
{
    run("DELETE FROM watermark WHERE company_id = $1", {param(company)});
}

}  // namespace server::store
