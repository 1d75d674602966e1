#include "server/base/compress.h"
#include "server/store/rows.h"
#include "server/store/tx.h"

namespace server::store {

void Tx::put_report(const base::CompanyId& company, const ReportKey& key, std::string_view json,
                    std::string_view source, base::Time now)
{
    run(R"(INSERT INTO report (company_id, data_type, period_from, period_to, basis, by_month,
                               read_at, json, packed_source)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           ON CONFLICT (company_id, data_type, period_from, period_to, basis, by_month) DO UPDATE
           SET read_at = excluded.read_at, json = excluded.json,
               packed_source = excluded.packed_source)",
        {param(company), param(key.data_type), param(key.period_from), param(key.period_to),
         param(key.basis), param(key.by_month), param(now), param(json),
         Bytes{base::thread_packer().pack(source)}});
}

std::optional<KeptReport> Tx::find_report(const base::CompanyId& company, const ReportKey& key)
{
    std::optional<KeptReport> found;
    run(R"(SELECT json, packed_source, read_at FROM report
           WHERE company_id = $1 AND data_type = $2 AND period_from = $3 AND period_to = $4
             AND basis = $5 AND by_month = $6)",
        {param(company), param(key.data_type), param(key.period_from), param(key.period_to),
         param(key.basis), param(key.by_month)},
        [&](const Row& row) {
            found = KeptReport{.json = text_at(row, 0),
                               .source = base::unpack(row.bytes(1)),
                               .read_at = time_at(row, 2)};
        });
    return found;
}

std::vector<KeptReport> Tx::reports(const base::CompanyId& company, std::string_view data_type)
{
    std::vector<KeptReport> kept;
    run(R"(SELECT json, read_at, period_from, period_to, basis, by_month FROM report
           WHERE company_id = $1 AND data_type = $2
           ORDER BY read_at DESC, period_to DESC, period_from DESC, basis, by_month)",
        {param(company), param(data_type)}, [&](const Row& row) {
            kept.push_back({.json = text_at(row, 0),
                            .source = {},
                            .read_at = time_at(row, 1),
                            .key = {.data_type = std::string(data_type),
                                    .period_from = text_at(row, 2),
                                    .period_to = text_at(row, 3),
                                    .basis = text_at(row, 4),
                                    .by_month = row.integer(5) != 0}});
        });
    return kept;
}

}  // namespace server::store
