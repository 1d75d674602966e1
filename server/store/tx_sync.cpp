#include "server/store/rows.h"
#include "server/store/tx.h"

namespace server::store {

std::vector<SyncSetting> Tx::sync_settings(const base::CompanyId& company)
{
    std::vector<SyncSetting> found;
    run(R"(SELECT data_type, name, value FROM sync_setting WHERE company_id = $1
           ORDER BY data_type, name)",
        {param(company)}, [&](const Row& row) {
            found.push_back({text_at(row, 0), text_at(row, 1), text_at(row, 2)});
        });
    return found;
}

void Tx::save_sync_setting(const base::CompanyId& company, const SyncSetting& s)
{
    run(R"(INSERT INTO sync_setting (company_id, data_type, name, value) VALUES ($1, $2, $3, $4)
           ON CONFLICT (company_id, data_type, name) DO UPDATE SET value = excluded.value)",
        {param(company), param(s.data_type), param(s.name), param(s.value)});
}

void Tx::forget_sync_setting(const base::CompanyId& company, std::string_view data_type,
                             std::string_view name)
{
    run("DELETE FROM sync_setting WHERE company_id = $1 AND data_type = $2 AND name = $3",
        {param(company), param(data_type), param(name)});
}

std::vector<SyncState> Tx::sync_states(const base::CompanyId& company)
{
    std::vector<SyncState> found;
    run(R"(SELECT data_type, asked_at, completed_at, full_at, skipped FROM sync_state
           WHERE company_id = $1 ORDER BY data_type)",
        {param(company)}, [&](const Row& row) {
            found.push_back({.data_type = text_at(row, 0),
                             .asked_at = time_at(row, 1),
                             .completed_at = time_at(row, 2),
                             .full_at = time_at(row, 3),
                             .skipped = text_at(row, 4)});
        });
    return found;
}

void Tx::save_sync_state(const base::CompanyId& company, const SyncState& s)
{
    run(R"(INSERT INTO sync_state (company_id, data_type, asked_at, completed_at, full_at, skipped)
           VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (company_id, data_type) DO UPDATE
           SET asked_at = excluded.asked_at, completed_at = excluded.completed_at,
               full_at = excluded.full_at, skipped = excluded.skipped)",
        {param(company), param(s.data_type), param(s.asked_at), param(s.completed_at),
         param(s.full_at), param(s.skipped)});
}

std::vector<base::CompanyId> Tx::companies_to_look_at(base::Time now)
{
    std::vector<base::CompanyId> found;
    run(R"(SELECT company.id FROM company LEFT JOIN sync_look ON sync_look.company_id = company.id
           WHERE company.status IN ('PendingAuth', 'Linked')
             AND (sync_look.look_at IS NULL OR sync_look.look_at <= $1)
           ORDER BY company.id)",
        {param(now)}, [&](const Row& row) { found.push_back({text_at(row, 0)}); });
    return found;
}

bool Tx::take_look(const base::CompanyId& company, base::Time now, base::Time next)
{
    return run(R"(INSERT INTO sync_look (company_id, look_at) VALUES ($1, $3)
                  ON CONFLICT (company_id) DO UPDATE SET look_at = excluded.look_at
                  WHERE sync_look.look_at <= $2)",
               {param(company), param(now), param(next)}) == 1;
}

void Tx::look_again(const base::CompanyId& company)
{
    run("DELETE FROM sync_look WHERE company_id = $1", {param(company)});
}

void Tx::add_sync_run(const SyncRun& r)
{
    run_one("add_sync_run",
            "INSERT INTO sync_run (id, company_id, cause, started_at) VALUES ($1, $2, $3, $4)",
            {param(r.id), param(r.company), param(r.cause), param(r.started_at)});
    for (const SyncPart& part : r.parts)
        add_sync_part(r.id, part);
}

void Tx::add_sync_part(std::string_view run_id, const SyncPart& part)
{
    run_one("add_sync_part",
            R"(INSERT INTO sync_part (run_id, position, data_type, job_id)
               SELECT $1, COUNT(*), $2, $3 FROM sync_part WHERE run_id = $1)",
            {param(run_id), param(part.data_type), param(part.job)});
}

std::string Tx::sync_run_of(const base::JobId& job)
{
    std::string found;
    run("SELECT run_id FROM sync_part WHERE job_id = $1 ORDER BY run_id LIMIT 1", {param(job)},
        [&](const Row& row) { found = text_at(row, 0); });
    return found;
}

std::vector<SyncRun> Tx::sync_runs(const base::CompanyId& company, int limit)
{
    std::vector<SyncRun> found;
    run(R"(SELECT id, cause, started_at FROM sync_run WHERE company_id = $1
           ORDER BY started_at DESC, id DESC LIMIT $2)",
        {param(company), param(limit)}, [&](const Row& row) {
            found.push_back({.id = text_at(row, 0),
                             .company = company,
                             .cause = text_at(row, 1),
                             .started_at = time_at(row, 2)});
        });
    for (SyncRun& r : found)
        run("SELECT data_type, job_id FROM sync_part WHERE run_id = $1 ORDER BY position",
            {param(r.id)}, [&](const Row& row) {
                r.parts.push_back({text_at(row, 0), {text_at(row, 1)}});
            });
    return found;
}

void Tx::prune_sync_runs(base::Time started_before)
{
    run(R"(DELETE FROM sync_part WHERE run_id IN
           (SELECT id FROM sync_run WHERE started_at < $1))",
        {param(started_before)});
    run("DELETE FROM sync_run WHERE started_at < $1", {param(started_before)});
}

int Tx::page_pace(const base::CompanyId& company, std::string_view query)
{
    int size = 0;
    run("SELECT page_size FROM page_pace WHERE company_id = $1 AND query = $2",
        {param(company), param(query)}, [&](const Row& row) { size = int_at(row, 0); });
    return size;
}

void Tx::save_page_pace(const base::CompanyId& company, std::string_view query, int page_size)
{
    run(R"(INSERT INTO page_pace (company_id, query, page_size) VALUES ($1, $2, $3)
           ON CONFLICT (company_id, query) DO UPDATE SET page_size = excluded.page_size)",
        {param(company), param(query), param(page_size)});
}

void Tx::add_linked_wait(const base::CompanyId& company, const LinkedWait& w)
{
    run(R"(INSERT INTO linked_wait (company_id, data_type, id, at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (company_id, data_type, id) DO UPDATE SET at = excluded.at)",
        {param(company), param(w.data_type), param(w.id), param(w.at)});
}

std::vector<LinkedWait> Tx::linked_waits(const base::CompanyId& company, int limit)
{
    std::vector<LinkedWait> found;
    run(R"(SELECT data_type, id, at FROM linked_wait WHERE company_id = $1
           ORDER BY data_type, id LIMIT $2)",
        {param(company), param(limit)}, [&](const Row& row) {
            found.push_back({text_at(row, 0), text_at(row, 1), time_at(row, 2)});
        });
    return found;
}

void Tx::drop_linked_wait(const base::CompanyId& company, std::string_view data_type,
                          std::string_view id)
{
    run("DELETE FROM linked_wait WHERE company_id = $1 AND data_type = $2 AND id = $3",
        {param(company), param(data_type), param(id)});
}

std::vector<Watermark> Tx::watermarks(const base::CompanyId& company)
{
    std::vector<Watermark> found;
    run(R"(SELECT query, newest, completed_at FROM watermark WHERE company_id = $1
           ORDER BY query)",
        {param(company)}, [&](const Row& row) {
            found.push_back({text_at(row, 0), text_at(row, 1), time_at(row, 2)});
        });
    return found;
}

void Tx::forget_seen_of_ended(base::Time failed_before)
{
    run(R"(DELETE FROM seen WHERE NOT EXISTS
           (SELECT 1 FROM job WHERE job.id = seen.run
              AND (job.state IN ('queued', 'running')
                   OR (job.state = 'failed' AND job.finished_at >= $1))))",
        {param(failed_before)});
}

std::string Tx::next_record_id(const base::CompanyId& company, std::string_view data_type,
                               std::string_view after)
{
    std::string found;
    run(R"(SELECT record.id FROM record JOIN shelf ON shelf.number = record.shelf
           WHERE shelf.company_id = $1 AND shelf.data_type = $2 AND record.id > $3
             AND record.deleted = 0
           ORDER BY record.id LIMIT 1)",
        {param(company), param(data_type), param(after)},
        [&](const Row& row) { found = text_at(row, 0); });
    return found;
}

}  // namespace server::store
