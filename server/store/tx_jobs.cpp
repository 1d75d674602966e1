#include "server/base/ensure.h"
#include "server/jobs/job_text.h"
#include "server/store/rows.h"
#include "server/store/tx.h"

namespace server::store {
namespace {

jobs::Job job_of(const Row& row)
{
    const auto kind = jobs::kind_from_text(row.text(2));
    const auto state = jobs::state_from_text(row.text(3));
    base::ensure(kind && state, "a job row has a kind or state that is none");
    return jobs::Job{.id = {text_at(row, 0)},
                     .company = {text_at(row, 1)},
                     .kind = *kind,
                     .state = *state,
                     .data_type = text_at(row, 4),
                     .operation = text_at(row, 5),
                     .body = text_at(row, 6),
                     .priority = int_at(row, 7),
                     .created_at = time_at(row, 8),
                     .run_at = time_at(row, 9),
                     .finished_at = time_at(row, 10),
                     .attempt = int_at(row, 11),
                     .batch = id_at<base::BatchId>(row, 12),
                     .cursor = jobs::cursor_from_text(row.text(13)),
                     .result = text_at(row, 14),
                     .problem = jobs::problem_from_text(row.text(15))};
}

std::string select_jobs(std::string_view condition)
{
    return "SELECT id, company_id, kind, state, data_type, operation, body, priority, created_at, "
           "run_at, finished_at, attempt, batch_id, cursor, result, problem FROM job " +
           std::string(condition);
}

jobs::Batch batch_of(const Row& row)
{
    const auto state = jobs::batch_state_from_text(row.text(3));
    base::ensure(state.has_value(), "a batch row has a state that is none");
    return jobs::Batch{.id = {text_at(row, 0)},
                       .company = {text_at(row, 1)},
                       .job = {text_at(row, 2)},
                       .state = *state,
                       .changes_books = row.integer(4) != 0,
                       .sendings = int_at(row, 5),
                       .text = text_at(row, 6),
                       .sent_at = time_at(row, 7)};
}

std::string select_batches(std::string_view condition)
{
    return "SELECT id, company_id, job_id, state, changes_books, sendings, text, sent_at "
           "FROM batch " +
           std::string(condition);
}

}  // namespace

void Tx::add_job(const jobs::Job& j)
{
    const std::string cursor = jobs::cursor_text(j.cursor);
    const std::string problem = jobs::problem_text(j.problem);
    run_one("add_job",
            R"(INSERT INTO job (id, company_id, kind, state, data_type, operation, body, priority,
                                created_at, run_at, finished_at, attempt, batch_id, cursor, result,
                                problem)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16))",
            {param(j.id), param(j.company), param(to_text(j.kind)), param(to_text(j.state)),
             param(j.data_type), param(j.operation), param(j.body), param(j.priority),
             param(j.created_at), param(j.run_at), param(j.finished_at), param(j.attempt),
             param(j.batch), param(cursor), param(j.result), param(problem)});
}

void Tx::save_job(const jobs::Job& j)
{
    const std::string cursor = jobs::cursor_text(j.cursor);
    const std::string problem = jobs::problem_text(j.problem);
    // An end is an end: nothing moves a job out of done or cancelled.
    run_one("save_job",
            R"(UPDATE job
               SET state = $2, run_at = $3, finished_at = $4, attempt = $5, batch_id = $6,
                   cursor = $7, result = $8, problem = $9
               WHERE id = $1 AND state NOT IN ('done', 'cancelled'))",
            {param(j.id), param(to_text(j.state)), param(j.run_at), param(j.finished_at),
             param(j.attempt), param(j.batch), param(cursor), param(j.result), param(problem)});
}

std::optional<jobs::Job> Tx::find_job(const base::JobId& id)
{
    std::optional<jobs::Job> found;
    static const std::string sql = select_jobs("WHERE id = $1");
    run(sql, {param(id)}, [&](const Row& row) { found = job_of(row); });
    return found;
}

std::vector<jobs::Job> Tx::list_jobs(const JobFilter& filter)
{
    std::vector<jobs::Job> found;
    static const std::string sql = select_jobs(
        "WHERE ($1 = '' OR company_id = $1) AND ($2 = '' OR state = $2) "
        "ORDER BY id DESC LIMIT $3");
    const std::string_view company = filter.company ? filter.company->text : std::string_view();
    const std::string_view state = filter.state ? to_text(*filter.state) : std::string_view();
    run(sql, {param(company), param(state), param(filter.limit)},
        [&](const Row& row) { found.push_back(job_of(row)); });
    return found;
}

std::optional<jobs::Job> Tx::next_job(const base::CompanyId& company, base::Time now,
                                      const session::Allowed& allowed)
{
    std::optional<jobs::Job> found;
    // What is running with no batch out has read a page and wants the next one.
    static const std::string going = select_jobs(
        "WHERE company_id = $1 AND state = 'running' AND batch_id IS NULL "
        "AND ($2 = 1 OR kind <> 'sync') AND ($3 = 1 OR kind IN ('sync', 'probe')) "
        "ORDER BY id LIMIT 1");
    run(going, {param(company), param(allowed.reads), param(allowed.writes)},
        [&](const Row& row) { found = job_of(row); });
    if (found) return found;
    static const std::string due = select_jobs(
        "WHERE company_id = $1 AND state = 'queued' AND run_at <= $2 "
        "AND ($3 = 1 OR kind <> 'sync') AND ($4 = 1 OR kind IN ('sync', 'probe')) "
        "ORDER BY kind = 'interactive', priority, run_at, id LIMIT 1");
    run(due, {param(company), param(now), param(allowed.reads), param(allowed.writes)},
        [&](const Row& row) { found = job_of(row); });
    return found;
}

std::vector<jobs::Job> Tx::running_jobs(const base::CompanyId& company)
{
    std::vector<jobs::Job> found;
    static const std::string sql =
        select_jobs("WHERE company_id = $1 AND state = 'running' ORDER BY id");
    run(sql, {param(company)}, [&](const Row& row) { found.push_back(job_of(row)); });
    return found;
}

std::int64_t Tx::count_due(const base::CompanyId& company, base::Time now,
                           const session::Allowed& allowed)
{
    std::int64_t count = 0;
    run(R"(SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE company_id = $1 AND state = 'queued'
                                 AND run_at <= $2 AND ($3 = 1 OR kind <> 'sync')
                                 AND ($4 = 1 OR kind IN ('sync', 'probe')) LIMIT 1000) AS due)",
        {param(company), param(now), param(allowed.reads), param(allowed.writes)},
        [&](const Row& row) { count = row.integer(0); });
    return count;
}

std::optional<base::Time> Tx::next_run_at(const base::CompanyId& company,
                                          const session::Allowed& allowed)
{
    std::optional<base::Time> next;
    run(R"(SELECT MIN(run_at) FROM job WHERE company_id = $1 AND state = 'queued'
           AND ($2 = 1 OR kind <> 'sync') AND ($3 = 1 OR kind IN ('sync', 'probe')))",
        {param(company), param(allowed.reads), param(allowed.writes)}, [&](const Row& row) {
            if (!row.is_null(0)) next = time_at(row, 0);
        });
    return next;
}

std::optional<jobs::Job> Tx::unfinished_sync(const base::CompanyId& company,
                                             std::string_view data_type)
{
    std::optional<jobs::Job> found;
    static const std::string sql = select_jobs(
        "WHERE company_id = $1 AND data_type = $2 AND kind = 'sync' "
        "AND state IN ('queued', 'running') ORDER BY id LIMIT 1");
    run(sql, {param(company), param(data_type)}, [&](const Row& row) { found = job_of(row); });
    return found;
}

void Tx::add_attempt(const Attempt& a)
{
    // A batch that was sent again ends the same attempt again: the later end is the true one.
    run(R"(INSERT INTO attempt (job_id, number, batch_id, ended_at, outcome, status_code, message)
           VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT (job_id, number) DO UPDATE
           SET batch_id = excluded.batch_id, ended_at = excluded.ended_at,
               outcome = excluded.outcome, status_code = excluded.status_code,
               message = excluded.message)",
        {param(a.job), param(a.number), param(a.batch), param(a.ended_at), param(a.outcome),
         param(a.status_code), param(a.message)});
}

std::vector<Attempt> Tx::attempts(const base::JobId& job)
{
    std::vector<Attempt> found;
    run(R"(SELECT number, batch_id, ended_at, outcome, status_code, message FROM attempt
           WHERE job_id = $1 ORDER BY number)",
        {param(job)}, [&](const Row& row) {
            found.push_back({.job = job,
                             .number = int_at(row, 0),
                             .batch = {text_at(row, 1)},
                             .ended_at = time_at(row, 2),
                             .outcome = text_at(row, 3),
                             .status_code = text_at(row, 4),
                             .message = text_at(row, 5)});
        });
    return found;
}

void Tx::add_batch(const jobs::Batch& b)
{
    run_one("add_batch",
            R"(INSERT INTO batch (id, company_id, job_id, state, changes_books, sendings, text,
                                  sent_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8))",
            {param(b.id), param(b.company), param(b.job), param(to_text(b.state)),
             param(b.changes_books), param(b.sendings), param(b.text), param(b.sent_at)});
}

void Tx::save_batch(const jobs::Batch& b)
{
    // The text never changes: what is sent again is what was sent.
    run_one("save_batch", R"(UPDATE batch SET state = $2, sendings = $3, sent_at = $4
                             WHERE id = $1 AND state <> 'settled')",
            {param(b.id), param(to_text(b.state)), param(b.sendings), param(b.sent_at)});
}

std::optional<jobs::Batch> Tx::find_batch(const base::BatchId& id)
{
    std::optional<jobs::Batch> found;
    static const std::string sql = select_batches("WHERE id = $1");
    run(sql, {param(id)}, [&](const Row& row) { found = batch_of(row); });
    return found;
}

std::optional<jobs::Batch> Tx::batch_in_doubt(const base::CompanyId& company)
{
    std::optional<jobs::Batch> found;
    static const std::string sql =
        select_batches("WHERE company_id = $1 AND state = 'in_doubt' ORDER BY sent_at, id LIMIT 1");
    run(sql, {param(company)}, [&](const Row& row) { found = batch_of(row); });
    return found;
}

void Tx::return_resent_batches(const base::CompanyId& company)
{
    run(R"(UPDATE batch SET state = 'in_doubt'
           WHERE company_id = $1 AND state = 'sent' AND changes_books = 1
             AND EXISTS (SELECT 1 FROM job WHERE job.id = batch.job_id AND job.state = 'in_doubt'
                         AND job.batch_id = batch.id))",
        {param(company)});
}

void Tx::prune_batches(base::Time sent_before)
{
    run(R"(DELETE FROM batch WHERE state IN ('settled', 'given_back') AND sent_at < $1)",
        {param(sent_before)});
}

std::string Tx::last_sent(const base::JobId& job)
{
    std::string text;
    run("SELECT text FROM batch WHERE job_id = $1 ORDER BY sent_at DESC, id DESC LIMIT 1",
        {param(job)}, [&](const Row& row) { text = text_at(row, 0); });
    return text;
}

}  // namespace server::store
