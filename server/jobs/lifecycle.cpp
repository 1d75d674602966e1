#include "server/jobs/lifecycle.h"

#include <algorithm>

#include <fmt/format.h>

#include "qbxml/value.h"
#include "server/base/ensure.h"
#include "server/jobs/reading.h"

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

std::chrono::seconds wait_after(int attempt, const Backoff& backoff, std::string_view salt)
{
    const auto wait = wait_after(attempt, backoff);
    std::uint32_t mixed = 2166136261;  // FNV-1a
    for (const char c : salt)
        mixed = (mixed ^ static_cast<unsigned char>(c)) * 16777619;
    mixed = (mixed ^ static_cast<std::uint32_t>(attempt)) * 16777619;
    // From three quarters of it to five quarters, in steps of a thousandth.
    return wait * (750 + mixed % 501) / 1000;
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
    job.losses = 0;
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
    job.run_at = now + wait_after(job.attempt, backoff, job.id.text);
    return job;
}

namespace {

// Back in the queue at once, the attempt not counted: it was not this job's own doing.
Job queued_again(Job job, base::Time now)
{
    job.state = State::queued;
    job.batch.reset();
    job.cursor = restarted(std::move(job.cursor));
    job.attempt = std::max(0, job.attempt - 1);
    job.run_at = std::min(job.run_at, now);
    return job;
}

}  // namespace

Job split(Job job, Problem problem, int travelled, base::Time now)
{
    ensure_out(job);
    base::ensure(travelled > 1, "a job that travelled alone was split");
    job.together = travelled / 2;
    job.problem = std::move(problem);
    ++job.attempt;  // counted all the same: it went out and came to nothing
    return queued_again(std::move(job), now);
}

Job refreshed(Job job, Problem problem, bool known, base::Time now)
{
    ensure_out(job);
    job.state = State::queued;
    job.batch.reset();
    job.refresh = known ? Refresh::had : Refresh::wanted;
    job.problem = std::move(problem);
    job.run_at = std::min(job.run_at, now);
    return job;
}

Job parked(Job job, Problem problem)
{
    base::ensure(job.state == State::queued, "a job was parked that was not waiting");
    job.hold = Hold::upgrade;
    job.problem = std::move(problem);
    return job;
}

Job expired(Job job, base::Time now)
{
    base::ensure(job.state == State::queued, "a job expired that was not waiting");
    job.state = State::expired;
    job.finished_at = now;
    job.problem = Problem{.code = "expired_unsent",
                          .message = "Its time was over before it could be sent.",
                          .cause = "No update of the Web Connector came to it in time.",
                          .remedy = "Ask for it again, with more time.",
                          .actor = "caller"};
    return job;
}

Job given_back(Job job, const Batch* batch, base::Time now, const Backoff& backoff)
{
    base::ensure(job.state == State::running || job.state == State::in_doubt,
                 "a job was given back that was not out");
    if (batch && batch->changes_books) {
        job.state = State::in_doubt;  // keeps its batch: the same text goes out again
        return job;
    }
    if (job.kind == Kind::probe) {
        job.state = State::cancelled;
        job.batch.reset();
        job.finished_at = now;
        return job;
    }
    if (batch) {
        ++job.losses;
        const int travelled = static_cast<int>(batch->items.size());
        if (travelled > 1) job.together = travelled / 2;
    }
    if (job.losses >= backoff.attempts_max)
        return refused(std::move(job),
                       {.code = "no_answer",
                        .message = fmt::format("Asked {} times, and the session ended each time "
                                               "before an answer came.",
                                               job.losses),
                        .cause = "QuickBooks or its computer stops while it works on this request.",
                        .remedy = "Ask for less at once, or look what QuickBooks says when it is "
                                  "asked; then try it again.",
                        .actor = "operator"},
                       now);
    return queued_again(std::move(job), now);
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
    return (job.state == State::failed || job.state == State::ignored) && job.kind != Kind::probe;
}

bool may_ignore(const Job& job)
{
    return job.state == State::failed;
}

bool may_unignore(const Job& job)
{
    return job.state == State::ignored;
}

bool may_edit(const Job& job)
{
    return job.kind == Kind::write && (job.state == State::failed || job.state == State::ignored ||
                                       (job.state == State::queued && job.attempt == 0));
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

namespace {

// What is left of the way that a failed job has come, when it is tried again. The days of a report
// are those of its time, a setting that did not fit was mended since, and what a comparison has met
// is kept for failed jobs only, for so long.
Cursor checkpoint(Job job, base::Time now)
{
    Cursor start{.applied = std::move(job.cursor.applied)};
    const bool goes_on = job.kind == Kind::sync && job.state == State::failed &&
                         now - job.finished_at < checkpoint_good_for &&
                         job.problem->code != "validation" && !is_report(job.data_type);
    if (!goes_on) return start;
    Cursor cursor = restarted(std::move(job.cursor));
    cursor.restarts = 0;
    return cursor;
}

}  // namespace

Job retried(Job job, base::Time now)
{
    base::ensure(may_retry(job), "a job was tried again that had not failed");
    job.cursor = checkpoint(job, now);
    job.state = State::queued;
    job.losses = 0;
    job.refresh = Refresh::none;
    job.note.clear();
    job.result.clear();
    job.finished_at = {};
    job.run_at = now;
    return job;
}

Job ignored(Job job, std::string_view why, base::Time now)
{
    base::ensure(may_ignore(job), "a job was ignored that had not failed");
    job.state = State::ignored;
    job.finished_at = now;  // it is kept from now on
    job.note = why;
    return job;
}

Job unignored(Job job)
{
    base::ensure(may_unignore(job), "a job was taken back that was not ignored");
    job.state = State::failed;
    job.note.clear();
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
