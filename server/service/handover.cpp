#include "server/service/handover.h"

#include <fmt/format.h>

#include "qbxml/version.h"
#include "server/base/ensure.h"
#include "server/base/log.h"
#include "server/jobs/planner.h"
#include "server/service/sync.h"

namespace server::service {
namespace {

namespace log = base::log;
using base::Time;

constexpr std::string_view all_done_text = "Everything is up to date. Nothing more to do.";

// What the file was found to speak, but never more than the connector says at this moment.
qbxml::Version version_of(const store::Company& company, const session::Session& s)
{
    const auto known = qbxml::Version::parse(company.qbxml_version).value_or(qbxml::common_version);
    const qbxml::Version spoken{s.qbxml_major, s.qbxml_minor};
    return spoken > qbxml::Version{} && spoken < known ? spoken : known;
}

jobs::Facts facts_of(const store::Company& company, const session::Session& s, int page_size)
{
    return {
        .company = company.id.text,
        .owner_id = company.owner_id,
        .settled_batch = company.settled_batch,
        .version = version_of(company, s),
        .edition = qbxml::edition_from_text(company.linked.country).value_or(qbxml::Edition::any),
        .page_size = page_size};
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

// The probe of a session that does not know yet which file is open. It is made when it is needed
// and goes before everything else.
jobs::Job make_probe(store::Tx& tx, const base::CompanyId& company, base::Ids& ids, Time now)
{
    jobs::Job probe{.id = ids.job(now),
                    .company = company,
                    .kind = jobs::Kind::probe,
                    .priority = 0,
                    .created_at = now,
                    .run_at = now};
    tx.add_job(probe);
    return probe;
}

std::optional<jobs::Job> job_for(store::Tx& tx, const session::Session& s, base::Ids& ids,
                                 const session::Allowed& allowed, Time now)
{
    if (!s.identified) {
        auto waiting = tx.next_job(s.company, now, allowed);
        if (waiting && waiting->kind == jobs::Kind::probe) return waiting;
        if (!waiting) return std::nullopt;
        return make_probe(tx, s.company, ids, now);
    }
    return tx.next_job(s.company, now, allowed);
}

Offered hand_out(store::Tx& tx, const jobs::Job& job, const jobs::Planned& planned,
                 const base::BatchId& id, Time now)
{
    jobs::Batch batch{.id = id,
                      .company = job.company,
                      .job = job.id,
                      .changes_books = planned.changes_books,
                      .text = planned.text,
                      .sent_at = now};
    auto out = jobs::claimed(job, id);
    out.cursor = planned.cursor;
    tx.add_batch(batch);
    tx.save_job(out);
    log::info("batch.sent", {{"company", job.company.text},
                             {"batch", id.text},
                             {"job", job.id.text},
                             {"bytes", batch.text.size()}});
    return {session::Batch{id}, std::move(batch.text), batch.changes_books};
}

// The same words once more: QuickBooks answers a repeated message set id from its record.
Offered send_again(store::Tx& tx, jobs::Batch batch, Time now)
{
    ++batch.sendings;
    batch.sent_at = now;
    batch.state = jobs::BatchState::sent;
    tx.save_batch(batch);
    log::warn(
        "batch.resent",
        {{"company", batch.company.text}, {"batch", batch.id.text}, {"sendings", batch.sendings}});
    return {session::Batch{batch.id}, std::move(batch.text), true};
}

// Sent so often and never answered: perhaps it is what breaks QuickBooks each time.
void leave_to_person(store::Tx& tx, jobs::Batch batch, Time now)
{
    const auto job = tx.find_job(batch.job);
    base::ensure(job.has_value(), "a batch names a job that is not there");
    const jobs::Problem problem{
        .code = "no_answer",
        .message = fmt::format("Sent {} times, and no answer ever came.", batch.sendings),
        .cause = "Each session ended while QuickBooks had this request.",
        .remedy = "Look in QuickBooks whether it was done; it is not sent again by itself.",
        .actor = "operator"};
    tx.save_job(jobs::left_in_doubt(*job, problem));
    batch.state = jobs::BatchState::given_back;
    tx.save_batch(batch);
    note_attempt(tx, *job, batch, to_text(jobs::State::in_doubt), &problem, now);
    log::warn("batch.abandoned", {{"company", batch.company.text}, {"batch", batch.id.text}});
}

}  // namespace

Offered next_offer(store::Tx& tx, const session::Session& s, store::Company& company,
                   base::Ids& ids, Time now, const HandoutLimits& limits)
{
    const auto& allowed = limits.allowed;
    const bool doubt = allowed.writes && tx.batch_in_doubt(s.company);
    while (auto doubtful = doubt && s.identified ? tx.batch_in_doubt(s.company) : std::nullopt) {
        if (doubtful->sendings < limits.sendings_max)
            return send_again(tx, std::move(*doubtful), now);
        leave_to_person(tx, std::move(*doubtful), now);
    }
    if (doubt && !s.identified) {
        // Whose file is open must be known before anything is sent again.
        auto probe = make_probe(tx, s.company, ids, now);
        const auto id = ids.batch(now);
        const auto planned = jobs::plan(probe, id, facts_of(company, s, limits.page_size));
        base::ensure(planned.ok(), "the probe cannot be planned");
        return hand_out(tx, probe, *planned, id, now);
    }
    while (auto job = job_for(tx, s, ids, allowed, now)) {
        if (job->kind == jobs::Kind::interactive) return {session::Page{job->id}, "", false};
        if (!start_query(tx, *job,
                         {.version = version_of(company, s), .page_size = limits.page_size}, now)) {
            const auto claimed = jobs::claimed(*job, ids.batch(now));
            tx.save_job(end_sync(tx, claimed, now));
            note_attempt(tx, claimed, {}, to_text(jobs::State::done), nullptr, now);
            continue;
        }
        const auto id = ids.batch(now);
        auto facts = facts_of(company, s, limits.page_size);
        if (const auto changed = jobs::changed_record(*job))
            facts.current = tx.find_record(company.id, job->data_type, *changed).value_or("");
        const auto planned = jobs::plan(*job, id, facts);
        if (planned && planned->text.empty()) {
            // The record came to say all of this meanwhile.
            tx.save_job(jobs::done(jobs::claimed(*job, id), R"({"unchanged":true})", now));
            continue;
        }
        if (planned) return hand_out(tx, *job, *planned, id, now);
        log::warn("job.failed", {{"job", job->id.text}, {"code", planned.error().code}});
        tx.save_job(jobs::refused(*job, planned.error(), now));
    }
    const auto next = tx.next_run_at(s.company, allowed);
    const bool live = limits.live && allowed.writes;
    if (live || (next && *next <= now + limits.no_op_within)) return {session::Soon{}, "", false};
    return {session::Nothing{allowed.why.empty() ? std::string(all_done_text) : allowed.why}, "",
            false};
}

namespace {

// `job` has the cursor already, where the verdict lets it read on.
jobs::Job moved(jobs::Job job, const jobs::Batch& batch, const jobs::Verdict& verdict, Time now,
                const jobs::Backoff& backoff)
{
    switch (verdict.kind) {
        case jobs::Verdict::Kind::done:
            return jobs::done(
                job, job.kind == jobs::Kind::sync ? sync_result(job.cursor) : verdict.result, now);
        case jobs::Verdict::Kind::more: return jobs::continued(job, job.cursor);
        case jobs::Verdict::Kind::refused: {
            auto next = jobs::refused(job, verdict.problem, now);
            next.result = verdict.result;
            return next;
        }
        case jobs::Verdict::Kind::postponed:
            return jobs::postponed(job, verdict.problem, now, backoff);
        case jobs::Verdict::Kind::in_doubt: return jobs::left_in_doubt(job, verdict.problem);
        case jobs::Verdict::Kind::resend: {
            if (batch.sendings >= backoff.attempts_max)
                return jobs::left_in_doubt(job, verdict.problem);
            auto next = jobs::given_back(job, true, now);
            next.problem = verdict.problem;
            return next;
        }
    }
    base::unreachable();
}

}  // namespace

jobs::Job settle(store::Tx& tx, const jobs::Batch& batch, const jobs::Verdict& verdict, Time now,
                 const jobs::Backoff& backoff, const jobs::PaceBounds& pace)
{
    auto before = tx.find_job(batch.job);
    base::ensure(before.has_value(), "a batch names a job that is not there");
    auto read_on = *before;
    if (before->kind == jobs::Kind::sync || verdict.kind == jobs::Verdict::Kind::done)
        note_records(tx, *before, verdict.records, now);
    const auto mirrored = put_records(tx, batch.company, verdict.records, now);
    auto cursor = verdict.cursor;
    cursor.created += mirrored.created;
    cursor.updated += mirrored.updated;
    end_query(tx, *before, batch.sent_at, verdict, cursor, now, pace);
    const bool done_reading =
        verdict.kind == jobs::Verdict::Kind::done && before->kind == jobs::Kind::sync;
    if (done_reading || verdict.kind == jobs::Verdict::Kind::more)
        read_on.cursor = std::move(cursor);
    const auto job = moved(std::move(read_on), batch, verdict, now, backoff);
    tx.save_job(job);
    auto ended = batch;
    ended.state = jobs::BatchState::settled;
    if (verdict.kind == jobs::Verdict::Kind::resend)
        ended.state = job.batch ? jobs::BatchState::in_doubt : jobs::BatchState::given_back;
    tx.save_batch(ended);
    if (job.state != jobs::State::running)
        note_attempt(tx, *before, batch, to_text(job.state), job.problem ? &*job.problem : nullptr,
                     now);
    log::info("batch.settled", {{"company", batch.company.text},
                                {"batch", batch.id.text},
                                {"job", job.id.text},
                                {"state", to_text(job.state)},
                                {"status", verdict.status_code},
                                {"records", verdict.read}});
    return job;
}

void add_follow_up(store::Tx& tx, const jobs::Job& done, const store::Company& company,
                   const session::Session& session, base::Ids& ids, Time now)
{
    if (done.kind != jobs::Kind::write || done.state != jobs::State::done) return;
    auto text = jobs::follow_up(done, facts_of(company, session, 0));
    if (text.empty()) return;
    const jobs::Job next{.id = ids.job(now),
                         .company = done.company,
                         .kind = jobs::Kind::raw,
                         .body = std::move(text),
                         .priority = done.priority,
                         .created_at = now,
                         .run_at = now};
    tx.add_job(next);
    log::info("job.followed_up", {{"job", done.id.text}, {"by", next.id.text}});
}

void give_back(store::Tx& tx, const base::CompanyId& company, Time now)
{
    for (const auto& job : tx.running_jobs(company)) {
        bool changes_books = false;
        if (job.batch) {
            auto batch = tx.find_batch(*job.batch);
            base::ensure(batch.has_value(), "a job names a batch that is not there");
            changes_books = batch->changes_books;
            batch->state =
                changes_books ? jobs::BatchState::in_doubt : jobs::BatchState::given_back;
            tx.save_batch(*batch);
            note_attempt(tx, job, *batch, to_text(batch->state), nullptr, now);
        }
        tx.save_job(jobs::given_back(job, changes_books, now));
        log::warn(
            "job.given_back",
            {{"company", company.text}, {"job", job.id.text}, {"in_doubt", changes_books ? 1 : 0}});
    }
    // A job that was sent again from doubt is still in doubt; its batch goes back there.
    tx.return_resent_batches(company);
}

void give_back_of(store::Tx& tx, const session::Session& s, Time now)
{
    for (const auto& live : tx.live_sessions(s.company))
        if (live.id != s.id) return;
    give_back(tx, s.company, now);
}

Outlook outlook(store::Tx& tx, const session::Session& s, const jobs::Job& last, Time now,
                const HandoutLimits& limits)
{
    const auto& allowed = limits.allowed;
    const std::int64_t due = tx.count_due(s.company, now, allowed);
    const bool goes_on = last.kind == jobs::Kind::sync ? allowed.reads : allowed.writes;
    const bool going = last.state == jobs::State::running && goes_on;
    const auto next = tx.next_run_at(s.company, allowed);
    const bool soon = next && *next <= now + limits.no_op_within;
    const bool doubt = allowed.writes && tx.batch_in_doubt(s.company);
    const bool live = limits.live && allowed.writes;
    const bool more = due > 0 || going || soon || doubt || live;

    // Each job counts 100; the one that is read page by page counts what it has read.
    std::int64_t part = going ? 0 : 100;
    if (going) part = jobs::percent_read(last.cursor);
    const std::int64_t ended = 100 * (s.jobs_done + s.jobs_failed);
    const std::int64_t done = ended + part;
    const std::int64_t all = ended + 100 + 100 * due;
    return {.percent = static_cast<int>(100 * done / all), .more = more};
}

}  // namespace server::service
