#include "server/service/settlement.h"

#include <fmt/format.h>

#include "server/base/ensure.h"
#include "server/base/log.h"
#include "server/jobs/reading.h"
#include "server/service/sync.h"

namespace server::service {
namespace {

namespace log = base::log;
using base::Time;
using Ending = jobs::Verdict::Kind;

// The record that a change should win over: read now, or gone.
jobs::Job refreshed(jobs::Job job, const jobs::Verdict& verdict, Time now)
{
    const bool known = verdict.read > 0;
    if (job.refresh == jobs::Refresh::wanted && !known)
        return jobs::refused(std::move(job),
                             {.code = "record_gone",
                              .message = "The record was changed meanwhile, and is not there now.",
                              .cause = "Somebody deleted it in QuickBooks.",
                              .remedy = "Create it anew, if it is still wanted.",
                              .actor = "caller"},
                             now);
    auto problem = verdict.problem;
    if (problem.code.empty() && job.problem) problem = *job.problem;
    return jobs::refreshed(std::move(job), std::move(problem), known, now);
}

// `job` has the cursor already, where the verdict lets it read on.
jobs::Job moved(jobs::Job job, const jobs::Batch& batch, const jobs::Verdict& verdict, Time now,
                const jobs::Backoff& backoff)
{
    switch (verdict.kind) {
        case Ending::done: {
            const bool sync = job.kind == jobs::Kind::sync;
            auto result = sync ? sync_result(job.cursor) : verdict.result;
            return jobs::done(std::move(job), std::move(result), now);
        }
        case Ending::more: return jobs::continued(job, job.cursor);
        case Ending::refused: {
            auto next = jobs::refused(std::move(job), verdict.problem, now);
            next.result = verdict.result;
            return next;
        }
        case Ending::postponed:
            return jobs::postponed(std::move(job), verdict.problem, now, backoff);
        case Ending::in_doubt: return jobs::left_in_doubt(std::move(job), verdict.problem);
        case Ending::resend: {
            if (batch.sendings >= backoff.attempts_max)
                return jobs::left_in_doubt(std::move(job), verdict.problem);
            auto next = jobs::given_back(std::move(job), &batch, now, backoff);
            next.problem = verdict.problem;
            return next;
        }
        case Ending::split:
            return jobs::split(std::move(job), verdict.problem,
                               static_cast<int>(batch.items.size()), now);
        case Ending::refresh: return refreshed(std::move(job), verdict, now);
    }
    base::unreachable();
}

// A report is kept by what was asked for, not by an id.
Mirrored keep_report(store::Tx& tx, const jobs::Job& job, const jobs::Verdict& verdict, Time now)
{
    if (verdict.records.empty()) return {};
    const auto wish = jobs::report_wish(job);
    const auto& report = verdict.records.front();
    tx.put_report(job.company,
                  {.data_type = job.data_type,
                   .period_from = wish.from,
                   .period_to = wish.to,
                   .basis = wish.basis,
                   .by_month = wish.by == qbxml::canonical::ReportWish::By::month},
                  report.json, report.masked_source, now);
    return {.created = 1};
}

struct Rules {
    const jobs::Backoff& backoff;
    const jobs::PaceBounds& pace;
};

// One job and its verdict.
jobs::Job settle_one(store::Tx& tx, const jobs::Job& before, const jobs::Batch& batch,
                     const jobs::Verdict& verdict, Time now, const Rules& rules)
{
    auto read_on = before;
    if (before.kind == jobs::Kind::sync || verdict.kind == Ending::done)
        note_records(tx, before, verdict.records, now);
    note_written(tx, before, verdict, now);
    const auto mirrored = jobs::is_report(before.data_type)
                              ? keep_report(tx, before, verdict, now)
                              : put_records(tx, batch.company, verdict.records, now);
    auto cursor = verdict.cursor;
    cursor.created += mirrored.created;
    cursor.updated += mirrored.updated;
    end_query(tx, before, batch.sent_at, verdict, cursor, now, rules.pace);
    const bool done_reading = verdict.kind == Ending::done && before.kind == jobs::Kind::sync;
    if (done_reading || verdict.kind == Ending::more) read_on.cursor = std::move(cursor);
    auto& applied = read_on.cursor.applied;
    applied.insert(applied.end(), verdict.applied.begin(), verdict.applied.end());
    auto job = moved(std::move(read_on), batch, verdict, now, rules.backoff);
    tx.save_job(job);
    if (job.state != jobs::State::running)
        note_attempt(tx, before, batch, to_text(job.state), job.problem ? &*job.problem : nullptr,
                     now);
    return job;
}

}  // namespace

std::vector<jobs::Job> jobs_of(store::Tx& tx, const jobs::Batch& batch)
{
    std::vector<jobs::Job> found;
    for (const jobs::BatchItem& item : batch.items) {
        auto job = tx.find_job(item.job);
        base::ensure(job.has_value(), "a batch names a job that is not there");
        found.push_back(std::move(*job));
    }
    return found;
}

jobs::Sight sight_of_batch(store::Tx& tx, const jobs::Batch& batch)
{
    const auto look = batch.look.empty() ? std::nullopt : tx.find_job(batch.look);
    if (!look) return {};
    return jobs::sight_of(*look, [&](std::string_view type, std::string_view id) {
        const auto kept = tx.find_kept(batch.company, type, id);
        return kept && kept->first_seen_at < batch.sent_at;
    });
}

namespace {

// QuickBooks keeps no answer of the message set, but something that it may have made.
jobs::Verdict with_sight(store::Tx& tx, const jobs::Batch& batch, jobs::Verdict verdict)
{
    const auto sight = sight_of_batch(tx, batch);
    if (sight.found.empty()) return verdict;
    verdict.problem.message += fmt::format(" In QuickBooks stands: {}.", sight.found);
    verdict.problem.remedy =
        "Look whether what was found is this write's: resolve it as applied with that id, or as "
        "not applied and try it again.";
    return verdict;
}

}  // namespace

std::vector<jobs::Job> settle(store::Tx& tx, const jobs::Batch& batch,
                              std::vector<jobs::Job> settled, const jobs::Judgement& judgement,
                              Time now, const jobs::Backoff& backoff, const jobs::PaceBounds& pace)
{
    base::ensure(settled.size() == judgement.verdicts.size(), "a verdict for every job");
    bool out_again = false;
    for (std::size_t n = 0; n < settled.size(); ++n) {
        const jobs::Verdict& verdict = judgement.verdicts[n];
        const Rules rules{backoff, pace};
        const bool unkept = batch.asked && verdict.kind == Ending::in_doubt;
        settled[n] =
            unkept ? settle_one(tx, settled[n], batch, with_sight(tx, batch, verdict), now, rules)
                   : settle_one(tx, settled[n], batch, verdict, now, rules);
        out_again |= verdict.kind == Ending::resend && settled[n].batch.has_value();
    }
    auto ended = batch;
    const bool lost = judgement.verdicts.front().kind == Ending::resend;
    ended.state = !lost       ? jobs::BatchState::settled
                  : out_again ? jobs::BatchState::in_doubt
                              : jobs::BatchState::given_back;
    tx.save_batch(ended);
    log::info("batch.settled", {{"company", batch.company.text},
                                {"batch", batch.id.text},
                                {"job", settled.front().id.text},
                                {"jobs", settled.size()},
                                {"state", to_text(settled.front().state)},
                                {"status", judgement.verdicts.front().status_code},
                                {"records", judgement.verdicts.front().read}});
    return settled;
}

void add_follow_up(store::Tx& tx, const jobs::Job& done, const store::Company& company,
                   const session::Session& session, base::Ids& ids, Time now)
{
    if (done.kind != jobs::Kind::write || done.state != jobs::State::done) return;
    auto text = jobs::follow_up(done, facts_of(company, session, 0), known_of(tx, done));
    if (text.empty()) return;
    const jobs::Job next{.id = ids.job(now),
                         .company = done.company,
                         .kind = jobs::Kind::raw,
                         .body = std::move(text),
                         .priority = done.priority,
                         .created_at = now,
                         .run_at = now,
                         .ignore_window = done.ignore_window};
    tx.add_job(next);
    log::info("job.followed_up", {{"job", done.id.text}, {"by", next.id.text}});
}

void note_attempt(store::Tx& tx, const jobs::Job& before, const jobs::Batch& batch,
                  std::string_view outcome, const jobs::Problem* problem, Time now)
{
    tx.add_attempt({.job = before.id,
                    .number = before.attempt,
                    .batch = batch.id,
                    .ended_at = now,
                    .outcome = std::string(outcome),
                    .status_code = problem ? problem->status_code : "",
                    .message = problem ? problem->message : ""});
}

void give_back(store::Tx& tx, const base::CompanyId& company, Time now,
               const jobs::Backoff& backoff)
{
    for (const auto& job : tx.running_jobs(company)) {
        std::optional<jobs::Batch> batch;
        if (job.batch) {
            batch = tx.find_batch(*job.batch);
            base::ensure(batch.has_value(), "a job names a batch that is not there");
            if (batch->state == jobs::BatchState::sent) {
                batch->state = batch->changes_books ? jobs::BatchState::in_doubt
                                                    : jobs::BatchState::given_back;
                tx.save_batch(*batch);
            }
            note_attempt(tx, job, *batch, to_text(batch->state), nullptr, now);
        }
        tx.save_job(jobs::given_back(job, batch ? &*batch : nullptr, now, backoff));
        log::warn("job.given_back", {{"company", company.text},
                                     {"job", job.id.text},
                                     {"in_doubt", batch && batch->changes_books ? 1 : 0}});
    }
    // A job that was sent again from doubt is still in doubt; its batch goes back there.
    tx.return_resent_batches(company);
}

void give_back_of(store::Tx& tx, const session::Session& s, Time now, const jobs::Backoff& backoff)
{
    for (const auto& live : tx.live_sessions(s.company))
        if (live.id != s.id) return;
    give_back(tx, s.company, now, backoff);
}

namespace {

// What was begun may go on.
bool may_go(const jobs::Job& job, const session::Allowed& allowed)
{
    if (job.kind == jobs::Kind::sync)
        return allowed.reads || (job.ignore_window && allowed.urgent_reads);
    return allowed.writes || (job.ignore_window && allowed.urgent_writes);
}

}  // namespace

Outlook outlook(store::Tx& tx, const session::Session& s, const std::vector<jobs::Job>& settled,
                Time now, const HandoutLimits& limits)
{
    const auto& allowed = limits.allowed;
    const std::int64_t due = tx.count_due(s.company, now, allowed);
    const auto next = tx.next_run_at(s.company, now, allowed);
    const bool soon = next && *next <= now + limits.no_op_within;

    // Each job counts 100; one that is read page by page counts what it has read.
    std::int64_t part = 0;
    bool going = false;
    for (const jobs::Job& job : settled) {
        if (job.state != jobs::State::running) {
            part += 100;
            continue;
        }
        going |= may_go(job, allowed);
        part += jobs::percent_read(job.cursor);
    }
    const bool doubt = allowed.writes && tx.batch_in_doubt(s.company);
    const bool live = limits.live && allowed.writes;
    const bool more = due > 0 || going || soon || doubt || live;
    const std::int64_t ended = 100 * (s.jobs_done + s.jobs_failed);
    const std::int64_t all = ended + 100 * static_cast<std::int64_t>(settled.size()) + 100 * due;
    return {.percent = static_cast<int>(100 * (ended + part) / all), .more = more};
}

}  // namespace server::service
