#include <algorithm>
#include <map>
#include <utility>

#include "server/base/ensure.h"
#include "server/jobs/job_text.h"
#include "server/store/rows.h"
#include "server/store/tx.h"

namespace server::store {
namespace {

// A word of a row that must be one we wrote.
template <class Enum>
Enum word(std::optional<Enum> known)
{
    base::ensure(known.has_value(), "a job row holds a word that is none");
    return *known;
}

jobs::Job job_of(const Row& row)
{
    return jobs::Job{.id = {text_at(row, 0)},
                     .company = {text_at(row, 1)},
                     .kind = word(jobs::kind_from_text(row.text(2))),
                     .state = word(jobs::state_from_text(row.text(3))),
                     .data_type = text_at(row, 4),
                     .operation = text_at(row, 5),
                     .body = text_at(row, 6),
                     .priority = int_at(row, 7),
                     .created_at = time_at(row, 8),
                     .run_at = time_at(row, 9),
                     .finished_at = time_at(row, 10),
                     .expires_at = time_at(row, 11),
                     .attempt = int_at(row, 12),
                     .losses = int_at(row, 13),
                     .together = int_at(row, 14),
                     .waits_for = int_at(row, 15),
                     .ignore_window = int_at(row, 26) == 1,
                     .hold = word(jobs::hold_from_text(row.text(16))),
                     .on_conflict = word(jobs::on_conflict_from_text(row.text(17))),
                     .refresh = word(jobs::refresh_from_text(row.text(18))),
                     .key = text_at(row, 19),
                     .wish_hash = text_at(row, 20),
                     .note = text_at(row, 21),
                     .batch = id_at<base::BatchId>(row, 22),
                     .cursor = jobs::cursor_from_text(row.text(23)),
                     .result = text_at(row, 24),
                     .problem = jobs::problem_from_text(row.text(25))};
}

std::string select_jobs(std::string_view condition)
{
    return "SELECT id, company_id, kind, state, data_type, operation, body, priority, created_at, "
           "run_at, finished_at, expires_at, attempt, losses, together, waits_for, hold, "
           "on_conflict, refresh, idempotency_key, wish_hash, note, batch_id, cursor, result, "
           "problem, ignore_window FROM job " +
           std::string(condition);
}

// As the partial indexes job_due and job_next_time have it.
#define READY "state = 'queued' AND waits_for = 0 AND hold = ''"
// Each kind where its flag lets it: bulk reads, probes, everything else; the last two flags are
// those of jobs that do not heed the window.
#define ALLOWED(reads, probes, rest, urgent_reads, urgent_rest)                                \
    "CASE WHEN kind IN ('sync', 'report') THEN CASE WHEN ignore_window = 1 THEN " urgent_reads \
    " ELSE " reads " END WHEN kind = 'probe' THEN " probes                                     \
    " ELSE CASE WHEN ignore_window = 1 THEN " urgent_rest " ELSE " rest " END END = 1"

}  // namespace

void Tx::move_job_count(const base::CompanyId& company, std::string_view state, int by)
{
    // The row is there when the number falls.
    if (by < 0)
        run_one("move_job_count",
                "UPDATE job_count SET count = count + $3 WHERE company_id = $1 AND state = $2",
                {param(company), param(state), param(by)});
    else
        run(R"(INSERT INTO job_count (company_id, state, count) VALUES ($1, $2, $3)
               ON CONFLICT (company_id, state) DO UPDATE
               SET count = job_count.count + excluded.count)",
            {param(company), param(state), param(by)});
}

void Tx::add_job(const jobs::Job& j, std::span<const base::JobId> after)
{
    const std::string cursor = jobs::cursor_text(j.cursor);
    const std::string problem = jobs::problem_text(j.problem);
    int waits_for = 0;
    auto hold = j.hold;
    for (const auto& parent : after) {
        const auto found = find_job(parent);
        base::ensure(found && found->company == j.company, "a job comes after one that is unknown");
        if (found->state != jobs::State::done) ++waits_for;
        if (jobs::ended(found->state) && found->state != jobs::State::done)
            hold = jobs::Hold::parent;
    }
    run_one("add_job",
            R"(INSERT INTO job (id, company_id, kind, state, data_type, operation, body, priority,
                                created_at, run_at, finished_at, expires_at, attempt, losses,
                                together, waits_for, hold, on_conflict, refresh, idempotency_key,
                                wish_hash, note, batch_id, cursor, result, problem,
                                ignore_window)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                       $18, $19, $20, $21, $22, $23, $24, $25, $26, $27))",
            {param(j.id),
             param(j.company),
             param(to_text(j.kind)),
             param(to_text(j.state)),
             param(j.data_type),
             param(j.operation),
             param(j.body),
             param(j.priority),
             param(j.created_at),
             param(j.run_at),
             param(j.finished_at),
             param(j.expires_at),
             param(j.attempt),
             param(j.losses),
             param(j.together),
             param(waits_for),
             param(to_text(hold)),
             param(to_text(j.on_conflict)),
             param(to_text(j.refresh)),
             param(j.key),
             param(j.wish_hash),
             param(j.note),
             param(j.batch),
             param(cursor),
             param(j.result),
             param(problem),
             param(j.ignore_window)});
    for (const auto& parent : after)
        run_one("add_job", "INSERT INTO job_after (job_id, parent_id) VALUES ($1, $2)",
                {param(j.id), param(parent)});
    move_job_count(j.company, to_text(j.state), 1);
}

void Tx::save_job(const jobs::Job& j)
{
    const std::string cursor = jobs::cursor_text(j.cursor);
    const std::string problem = jobs::problem_text(j.problem);
    const std::string_view state = to_text(j.state);
    // Page after page it stays where it is in every index: SQLite would write the entries again of
    // columns that are named in a SET.
    const bool may_stay = j.state == jobs::State::running;
    if (may_stay &&
        run(R"(UPDATE job
                           SET attempt = $5, losses = $6, together = $7, refresh = $8, note = $9,
                               batch_id = $10, cursor = $11, result = $12, problem = $13
                           WHERE id = $1 AND state = $2 AND run_at = $3 AND hold = $4)",
            {param(j.id), param(state), param(j.run_at), param(to_text(j.hold)), param(j.attempt),
             param(j.losses), param(j.together), param(to_text(j.refresh)), param(j.note),
             param(j.batch), param(cursor), param(j.result), param(problem)}) == 1)
        return;
    std::string before;
    run("SELECT state FROM job WHERE id = $1", {param(j.id)},
        [&](const Row& row) { before = text_at(row, 0); });
    // An end is an end: nothing moves a job out of done, cancelled or expired.
    run_one("save_job",
            R"(UPDATE job
               SET state = $2, run_at = $3, finished_at = $4, attempt = $5, losses = $6,
                   together = $7, hold = $8, refresh = $9, note = $10, batch_id = $11,
                   cursor = $12, result = $13, problem = $14
               WHERE id = $1 AND state NOT IN ('done', 'cancelled', 'expired'))",
            {param(j.id), param(state), param(j.run_at), param(j.finished_at), param(j.attempt),
             param(j.losses), param(j.together), param(to_text(j.hold)), param(to_text(j.refresh)),
             param(j.note), param(j.batch), param(cursor), param(j.result), param(problem)});
    if (before == state) return;
    move_job_count(j.company, before, -1);
    move_job_count(j.company, state, 1);
    const auto was = word(jobs::state_from_text(before));
    if (j.state == jobs::State::done)
        run(R"(UPDATE job SET waits_for = waits_for - 1
               WHERE state = 'queued'
                 AND id IN (SELECT job_id FROM job_after WHERE parent_id = $1))",
            {param(j.id)});
    else if (jobs::ended(j.state) && !jobs::ended(was))
        run(R"(UPDATE job SET hold = 'parent'
               WHERE state = 'queued'
                 AND id IN (SELECT job_id FROM job_after WHERE parent_id = $1))",
            {param(j.id)});
    else if (jobs::ended(was) && !jobs::ended(j.state))
        // Free again, unless another parent still stands in the way.
        run(R"(UPDATE job SET hold = ''
               WHERE state = 'queued' AND hold = 'parent'
                 AND id IN (SELECT job_id FROM job_after WHERE parent_id = $1)
                 AND NOT EXISTS (SELECT 1 FROM job_after AS other
                                 JOIN job AS parent ON parent.id = other.parent_id
                                 WHERE other.job_id = job.id AND parent.state IN
                                     ('failed', 'cancelled', 'expired', 'ignored')))",
            {param(j.id)});
}

void Tx::save_job_body(const base::JobId& id, std::string_view body)
{
    run_one("save_job_body",
            R"(UPDATE job SET body = $2
               WHERE id = $1 AND state IN ('queued', 'failed', 'ignored'))",
            {param(id), param(body)});
}

std::optional<jobs::Job> Tx::find_job(const base::JobId& id)
{
    std::optional<jobs::Job> found;
    static const std::string sql = select_jobs("WHERE id = $1");
    run(sql, {param(id)}, [&](const Row& row) { found = job_of(row); });
    return found;
}

std::optional<jobs::Job> Tx::find_job_by_key(const base::CompanyId& company, std::string_view key)
{
    std::optional<jobs::Job> found;
    static const std::string sql =
        select_jobs("WHERE company_id = $1 AND idempotency_key = $2 AND idempotency_key <> ''");
    run(sql, {param(company), param(key)}, [&](const Row& row) { found = job_of(row); });
    return found;
}

std::vector<jobs::Job> Tx::list_jobs(const JobFilter& filter)
{
    std::vector<jobs::Job> found;
    const std::string_view company = filter.company ? filter.company->text : std::string_view();
    const std::string_view state = filter.state ? to_text(*filter.state) : std::string_view();
    // One text for each question, so that each finds its index.
    constexpr std::string_view end = "($4 = '' OR id < $4) ORDER BY id DESC LIMIT $3";
    static const std::string all = select_jobs("WHERE " + std::string(end));
    static const std::string of_state = select_jobs("WHERE state = $2 AND " + std::string(end));
    static const std::string of_company =
        select_jobs("WHERE company_id = $1 AND " + std::string(end));
    static const std::string of_both =
        select_jobs("WHERE company_id = $1 AND state = $2 AND " + std::string(end));
    const std::string& sql =
        company.empty() ? (state.empty() ? all : of_state) : (state.empty() ? of_company : of_both);
    run(sql, {param(company), param(state), param(filter.limit), param(filter.below)},
        [&](const Row& row) { found.push_back(job_of(row)); });
    return found;
}

std::vector<Parent> Tx::parents(const base::JobId& job)
{
    std::vector<Parent> found;
    run(R"(SELECT job.id, job.state, job.result
           FROM job_after JOIN job ON job.id = job_after.parent_id
           WHERE job_after.job_id = $1 ORDER BY job.id)",
        {param(job)}, [&](const Row& row) {
            found.push_back({.id = {text_at(row, 0)},
                             .state = word(jobs::state_from_text(row.text(1))),
                             .result = text_at(row, 2)});
        });
    return found;
}

std::optional<jobs::Job> Tx::going_job(const base::CompanyId& company,
                                       const session::Allowed& allowed)
{
    std::optional<jobs::Job> found;
    static const std::string sql =
        select_jobs("WHERE company_id = $1 AND state = 'running' AND batch_id IS NULL AND " ALLOWED(
            "$2", "$3", "$4", "$5", "$6") " ORDER BY id LIMIT 1");
    run(sql,
        {param(company), param(allowed.reads), param(allowed.probes), param(allowed.writes),
         param(allowed.urgent_reads), param(allowed.urgent_writes)},
        [&](const Row& row) { found = job_of(row); });
    return found;
}

std::vector<jobs::Job> Tx::due_jobs(const base::CompanyId& company, base::Time now,
                                    const session::Allowed& allowed, int limit)
{
    // Level by level, each in the order of its index: jobs that are not due yet are never walked
    // over, however many they are.
    static const std::string levels = "SELECT priority FROM job WHERE company_id = $1 AND " READY
                                      " AND priority > $2 ORDER BY priority LIMIT 1";
    static const std::string due =
        select_jobs("WHERE company_id = $1 AND " READY
                    " AND priority = $2 AND run_at <= $3 "
                    "AND (expires_at = 0 OR expires_at > $3) "
                    "AND " ALLOWED("$4", "$5", "$6", "$7", "$8") " ORDER BY run_at, id LIMIT $9");
    std::vector<jobs::Job> found;
    std::optional<std::int64_t> level = -1;
    while (static_cast<int>(found.size()) < limit) {
        const std::int64_t above = *level;
        level.reset();
        run(levels, {param(company), Param(above)},
            [&](const Row& row) { level = row.integer(0); });
        if (!level) break;
        run(due,
            {param(company), Param(*level), param(now), param(allowed.reads), param(allowed.probes),
             param(allowed.writes), param(allowed.urgent_reads), param(allowed.urgent_writes),
             param(limit - static_cast<int>(found.size()))},
            [&](const Row& row) { found.push_back(job_of(row)); });
    }
    return found;
}

std::optional<jobs::Job> Tx::next_job(const base::CompanyId& company, base::Time now,
                                      const session::Allowed& allowed)
{
    if (auto going = going_job(company, allowed)) return going;
    auto due = due_jobs(company, now, allowed, 1);
    if (due.empty()) return std::nullopt;
    return std::move(due.front());
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
    run("SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE company_id = $1 AND " READY
        " AND run_at <= $2 AND (expires_at = 0 OR expires_at > $2) AND " ALLOWED(
            "$3", "$4", "$5", "$6", "$7") " LIMIT 200) AS due",
        {param(company), param(now), param(allowed.reads), param(allowed.probes),
         param(allowed.writes), param(allowed.urgent_reads), param(allowed.urgent_writes)},
        [&](const Row& row) { count = row.integer(0); });
    return count;
}

std::int64_t Tx::count_jobs(const base::CompanyId& company, jobs::State state)
{
    std::int64_t count = 0;
    run("SELECT count FROM job_count WHERE company_id = $1 AND state = $2",
        {param(company), param(to_text(state))}, [&](const Row& row) { count = row.integer(0); });
    return count;
}

std::optional<base::Time> Tx::next_run_at(const base::CompanyId& company, base::Time now,
                                          const session::Allowed& allowed)
{
    std::optional<base::Time> next;
    run("SELECT run_at FROM job WHERE company_id = $1 AND " READY
        " AND (expires_at = 0 OR (expires_at > $2 AND expires_at > run_at)) AND " ALLOWED(
            "$3", "$4", "$5", "$6", "$7") " ORDER BY run_at LIMIT 1",
        {param(company), param(now), param(allowed.reads), param(allowed.probes),
         param(allowed.writes), param(allowed.urgent_reads), param(allowed.urgent_writes)},
        [&](const Row& row) { next = time_at(row, 0); });
    return next;
}

std::vector<jobs::Job> Tx::jobs_past_expiry(base::Time now, int limit)
{
    std::vector<jobs::Job> found;
    static const std::string sql = select_jobs(
        "WHERE state = 'queued' AND expires_at > 0 AND expires_at <= $1 "
        "ORDER BY expires_at LIMIT $2");
    run(sql, {param(now), param(limit)}, [&](const Row& row) { found.push_back(job_of(row)); });
    return found;
}

void Tx::free_of_window(const base::JobId& id)
{
    run("UPDATE job SET ignore_window = 1 WHERE id = $1 AND state IN ('queued', 'running')",
        {param(id)});
}

void Tx::release_upgrades(const base::CompanyId& company)
{
    run("UPDATE job SET hold = '' WHERE company_id = $1 AND state = 'queued' AND hold = 'upgrade'",
        {param(company)});
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

void Tx::add_act(const Act& act)
{
    run_one("add_act",
            R"(INSERT INTO audit (id, at, company_id, actor, verb, subject, detail)
               VALUES ($1, $2, $3, $4, $5, $6, $7))",
            {param(act.id), param(act.at), param(act.company), param(act.actor), param(act.verb),
             param(act.subject), param(act.detail)});
}

std::vector<Act> Tx::acts(std::string_view company_or_subject, int limit)
{
    std::vector<Act> found;
    run(R"(SELECT id, at, company_id, actor, verb, subject, detail FROM audit
           WHERE company_id = $1 OR subject = $1 ORDER BY id DESC LIMIT $2)",
        {param(company_or_subject), param(limit)}, [&](const Row& row) {
            found.push_back({.id = text_at(row, 0),
                             .at = time_at(row, 1),
                             .company = {text_at(row, 2)},
                             .actor = text_at(row, 3),
                             .verb = text_at(row, 4),
                             .subject = text_at(row, 5),
                             .detail = text_at(row, 6)});
        });
    return found;
}

JobPruning Tx::prune_jobs(base::Time ended_before, const JobPruning& behind, int limit)
{
    // As the partial index job_forgettable has it: what only reads, and what ended for good.
    static const std::string sql =
        R"(SELECT id, company_id, state, finished_at,
                  CASE WHEN EXISTS (SELECT 1 FROM job_after WHERE parent_id = job.id)
                         OR EXISTS (SELECT 1 FROM sync_part WHERE job_id = job.id)
                         OR EXISTS (SELECT 1 FROM batch_item WHERE job_id = job.id)
                         OR EXISTS (SELECT 1 FROM batch
                                    WHERE batch.company_id = job.company_id
                                      AND batch.state = 'in_doubt' AND batch.look = job.id)
                       THEN 1 ELSE 0 END
           FROM job
           WHERE (state IN ('done', 'cancelled', 'expired', 'ignored')
                  OR (state = 'failed' AND kind IN ('probe', 'sync', 'read', 'report')))
             AND (finished_at, id) > ($1, $2) AND finished_at < $3
           ORDER BY finished_at, id LIMIT $4)";
    JobPruning done{.ended_at = behind.ended_at, .job = behind.job};
    std::vector<base::JobId> gone;
    std::map<std::pair<std::string, std::string>, int> counts;  // by company and state
    run(sql, {param(behind.ended_at), param(behind.job), param(ended_before), param(limit)},
        [&](const Row& row) {
            ++done.looked_at;
            done.job = {text_at(row, 0)};
            done.ended_at = time_at(row, 3);
            if (int_at(row, 4) == 1) return;  // something still names it
            gone.push_back(done.job);
            ++counts[{text_at(row, 1), text_at(row, 2)}];
        });
    for (const auto& id : gone) {
        run("DELETE FROM attempt WHERE job_id = $1", {param(id)});
        run("DELETE FROM job_after WHERE job_id = $1", {param(id)});
        run_one("prune_jobs", "DELETE FROM job WHERE id = $1", {param(id)});
    }
    for (const auto& [place, count] : counts)
        move_job_count({place.first}, place.second, -count);
    done.pruned = static_cast<int>(gone.size());
    return done;
}

}  // namespace server::store
