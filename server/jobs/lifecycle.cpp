#include "server/jobs/lifecycle.h"

#include <algorithm>

#include "qbxml/value.h"
#include "server/base/ensure.h"

namespace server::jobs {
namespace {

void ensure_out(const Job& job)
{
    base::ensure(job.state == State::running || job.state == State::in_doubt,
                 "an answer came for a job that was not out");
}

}  // namespace

std::chrono::seconds wait_after(int attempt, const Backoff& backoff)
{
    auto wait = backoff.first;
    for (int n = 1; n < attempt && wait < backoff.longest; ++n)
        wait *= 2;
    return std::min(wait, backoff.longest);
}

Job claimed(Job job, const base::BatchId& batch)
{
    base::ensure(job.state == State::queued || job.state == State::running,
                 "a job was claimed that was not waiting");
    if (job.state == State::queued) ++job.attempt;
    job.state = State::running;
    job.batch = batch;
    return job;
}

Job done(Job job, std::string result, base::Time now)
{
    ensure_out(job);
    job.state = State::done;
    job.batch.reset();
    job.result = std::move(result);
    job.problem.reset();
    job.finished_at = now;
    return job;
}

Job continued(Job job, Cursor cursor)
{
    ensure_out(job);
    job.cursor = std::move(cursor);
    job.batch.reset();
    return job;
}

Job refused(Job job, Problem problem, base::Time now)
{
    base::ensure(!ended(job.state), "a job that had ended was refused");
    job.state = State::failed;
    job.batch.reset();
    job.problem = std::move(problem);
    job.finished_at = now;
    return job;
}

Job postponed(Job job, Problem problem, base::Time now, const Backoff& backoff)
{
    ensure_out(job);
    // A probe asks for one session; the next makes its own.
    if (job.attempt >= backoff.attempts_max || job.kind == Kind::probe)
        return refused(std::move(job), std::move(problem), now);
    job.state = State::queued;
    job.batch.reset();
    job.cursor = restarted(std::move(job.cursor));
    job.problem = std::move(problem);
    job.run_at = now + wait_after(job.attempt, backoff);
    return job;
}

Job given_back(Job job, bool changes_books, base::Time now)
{
    base::ensure(job.state == State::running || job.state == State::in_doubt,
                 "a job was given back that was not out");
    if (changes_books) {
        job.state = State::in_doubt;  // keeps its batch: the same text goes out again
        return job;
    }
    if (job.kind == Kind::probe) {
        job.state = State::cancelled;
        job.batch.reset();
        job.finished_at = now;
        return job;
    }
    job.state = State::queued;
    job.batch.reset();
    job.cursor = restarted(std::move(job.cursor));
    job.attempt = std::max(0, job.attempt - 1);
    job.run_at = std::min(job.run_at, now);
    return job;
}

Job finished_by_person(Job job, base::Time now)
{
    base::ensure(job.kind == Kind::interactive && job.state == State::queued,
                 "a page was finished that was not waiting");
    job.state = State::done;
    job.result = "{}";
    job.finished_at = now;
    return job;
}

Job left_in_doubt(Job job, Problem problem)
{
    ensure_out(job);
    job.state = State::in_doubt;
    job.batch.reset();  // never sent again by itself
    job.problem = std::move(problem);
    return job;
}

bool may_cancel(const Job& job)
{
    return job.state == State::queued;
}

bool may_retry(const Job& job)
{
    return job.state == State::failed && job.kind != Kind::probe;
}

bool may_resolve(const Job& job)
{
    return job.state == State::in_doubt && !job.batch;
}

Job cancelled(Job job, base::Time now)
{
    base::ensure(may_cancel(job), "a job was cancelled that was not waiting");
    job.state = State::cancelled;
    job.finished_at = now;
    return job;
}

Job retried(Job job, base::Time now)
{
    base::ensure(may_retry(job), "a job was tried again that had not failed");
    job.state = State::queued;
    job.cursor = {};
    job.result.clear();
    job.finished_at = {};
    job.run_at = now;
    return job;
}

Job found_applied(Job job, std::string_view record_id, base::Time now)
{
    base::ensure(may_resolve(job), "a job was resolved that was not left to a person");
    qbxml::Value result(qbxml::Value::Object{});
    if (!record_id.empty()) result.set("id", record_id);
    result.set("resolved", "applied");
    return done(std::move(job), qbxml::to_json(result), now);
}

Job found_not_applied(Job job, base::Time now)
{
    base::ensure(may_resolve(job), "a job was resolved that was not left to a person");
    Problem problem{.code = "not_applied",
                    .message = "A person looked into QuickBooks: it was not done.",
                    .cause = "Its answer was lost before QuickBooks did it.",
                    .remedy = "Try it again.",
                    .actor = "operator"};
    return refused(std::move(job), std::move(problem), now);
}

}  // namespace server::jobs
