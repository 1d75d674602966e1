#include "server/store/rows.h"
#include "server/store/tx.h"

namespace server::store {

void Tx::note_waiting(const base::CompanyId& company, base::Time now)
{
    run(R"(INSERT INTO live (company_id, waited_at) VALUES ($1, $2)
           ON CONFLICT (company_id) DO UPDATE SET waited_at = excluded.waited_at
           WHERE live.waited_at < excluded.waited_at)",
        {param(company), param(now)});
}

std::optional<base::Time> Tx::waited_at(const base::CompanyId& company)
{
    std::optional<base::Time> at;
    run("SELECT waited_at FROM live WHERE company_id = $1", {param(company)},
        [&](const Row& row) { at = time_at(row, 0); });
    return at;
}

}  // namespace server::store
