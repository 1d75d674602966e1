// What people do to jobs that are there.
#include <algorithm>

#include <fmt/format.h>

#include "qbxml/canonical/ask.h"
#include "server/jobs/job_text.h"
#include "server/jobs/lifecycle.h"
#include "server/jobs/planner.h"
#include "server/service/companies.h"
#include "server/service/job_desk.h"

namespace server::service {
namespace {

using qbxml::Error;
using qbxml::Result;

Error no_job(const base::JobId& id)
{
    return {id.text, "no job has this id; 'qbwcd job list' shows those there are"};
}

}  // namespace

void JobDesk::note(store::Tx& tx, const jobs::Job& job, std::string_view verb,
                   std::string_view detail) const
{
    const auto now = clock_.now();
    tx.add_act({.id = ids_.job(now).text,
                .at = now,
                .company = job.company,
                .actor = actor_,
                .verb = std::string(verb),
                .subject = job.id.text,
                .detail = std::string(detail)});
}

Result<jobs::Job> JobDesk::finish(const base::JobId& id, store::Store& store)
{
    const auto now = clock_.now();
    const Error not_waiting{id.text,
                            "no page is waiting under this id: only an interactive job that "
                            "has not ended can be finished"};
    const auto finished = store.write([&](store::Tx& tx) -> std::optional<jobs::Job> {
        auto job = tx.find_job(id);
        if (!job || job->kind != jobs::Kind::interactive || job->state != jobs::State::queued)
            return std::nullopt;
        auto next = jobs::finished_by_person(*job, now);
        tx.save_job(next);
        return next;
    });
    if (!finished) return not_waiting;
    return *finished;
}

// Moves one job by a rule, if its state allows it.
template <class May, class Move>
Result<jobs::Job> JobDesk::act(const base::JobId& id, store::Store& store, std::string_view verb,
                               std::string_view detail, std::string_view only, May may,
                               Move move) const
{
    struct Found {
        std::optional<jobs::Job> before, after;
    };
    const auto found = store.write([&](store::Tx& tx) {
        Found seen{tx.find_job(id), {}};
        if (!seen.before || !may(*seen.before)) return seen;
        tx.save_job(move(*seen.before));
        note(tx, *seen.before, verb, detail);
        seen.after = tx.find_job(id);
        return seen;
    });
    if (found.after) return *found.after;
    if (!found.before) return no_job(id);
    const bool waits = found.before->state == jobs::State::in_doubt && found.before->batch;
    return Error{id.text, fmt::format("the job is {}; {}{}", to_text(found.before->state), only,
                                      waits ? ". Its message set goes out again with the next "
                                              "session, and QuickBooks' record settles it"
                                            : "")};
}

Result<jobs::Job> JobDesk::cancel(const base::JobId& id, store::Store& store)
{
    const auto now = clock_.now();
    return act(id, store, "job.cancel", "", "only one that is queued can be cancelled",
               jobs::may_cancel, [now](const jobs::Job& job) { return jobs::cancelled(job, now); });
}

Result<jobs::Job> JobDesk::retry(const base::JobId& id, store::Store& store)
{
    const auto now = clock_.now();
    return act(id, store, "job.retry", "", "only one that has failed can be tried again",
               jobs::may_retry, [now](const jobs::Job& job) { return jobs::retried(job, now); });
}

Result<jobs::Job> JobDesk::ignore(const base::JobId& id, std::string_view why, store::Store& store)
{
    const auto now = clock_.now();
    return act(id, store, "job.ignore", why, "only one that has failed can be ignored",
               jobs::may_ignore,
               [why, now](const jobs::Job& job) { return jobs::ignored(job, why, now); });
}

Result<jobs::Job> JobDesk::unignore(const base::JobId& id, store::Store& store)
{
    return act(id, store, "job.unignore", "", "only one that is ignored can be taken back",
               jobs::may_unignore, [](const jobs::Job& job) { return jobs::unignored(job); });
}

Result<jobs::Job> JobDesk::resolve(const base::JobId& id, bool applied, std::string_view record_id,
                                   store::Store& store)
{
    const auto now = clock_.now();
    const std::string detail =
        applied ? fmt::format("applied {}", record_id) : std::string("not applied");
    return act(id, store, "job.resolve", detail,
               "only one that is in doubt and left to a person can be resolved", jobs::may_resolve,
               [&](const jobs::Job& job) {
                   return applied ? jobs::found_applied(job, record_id, now)
                                  : jobs::found_not_applied(job, now);
               });
}

Result<JobDesk::Pushed, JobDesk::Refusals> JobDesk::edit(const base::JobId& id,
                                                         std::string_view record_json,
                                                         store::Store& store)
{
    const auto refuse = [](const Error& error) -> Refusals {
        return {{.path = "", .code = "state", .message = error.text()}};
    };
    const auto before = store.read([&](store::Tx& tx) { return tx.find_job(id); });
    if (!before) return refuse(no_job(id));
    const Error late{id.text, fmt::format("the job is {} ({}); only a write that has failed, or "
                                          "was not sent yet, can be edited",
                                          to_text(before->state), to_text(before->kind))};
    if (!jobs::may_edit(*before)) return refuse(late);
    auto body = qbxml::parse_json(before->body);
    const auto record = qbxml::parse_json(record_json);
    if (!record) return refuse(record.error());
    body->set("record", *record);
    Draft draft{.job = *before, .after = {}};
    draft.job.body = qbxml::to_json(*body);
    const auto parents = store.read([&](store::Tx& tx) { return tx.parents(id); });
    for (const auto& parent : parents)
        draft.after.push_back(parent.id);
    for (const auto& named : jobs::jobs_named(*body))
        if (std::find(draft.after.begin(), draft.after.end(), named) == draft.after.end())
            return refuse({id.text, fmt::format("${} is a job that this one does not wait for; "
                                                "queue a new job for that",
                                                named.text)});
    auto prepared = prepared_of(draft, store);
    if (!prepared) return prepared;
    const bool edited = store.write([&](store::Tx& tx) {
        const auto now_there = tx.find_job(id);
        if (!now_there || !jobs::may_edit(*now_there)) return false;
        tx.save_job_body(id, draft.job.body);
        if (jobs::may_retry(*now_there)) tx.save_job(jobs::retried(*now_there, clock_.now()));
        note(tx, *now_there, "job.edit", before->body);
        prepared->job = *tx.find_job(id);
        return true;
    });
    if (!edited) return refuse(late);
    return prepared;
}

Result<jobs::Job> JobDesk::probe(const base::JobId& id, store::Store& store)
{
    const auto doubtful = store.read([&](store::Tx& tx) { return tx.find_job(id); });
    if (!doubtful) return no_job(id);
    if (doubtful->state != jobs::State::in_doubt || doubtful->kind != jobs::Kind::write)
        return Error{id.text, fmt::format("the job is {} ({}); only a write in doubt can be "
                                          "looked for in QuickBooks",
                                          to_text(doubtful->state), to_text(doubtful->kind))};
    const auto body = qbxml::parse_json(doubtful->body);
    const auto write = qbxml::canonical::write_from_json(*body);
    if (!write) return write.error();
    const auto lookup = qbxml::canonical::lookup_of(*write);
    if (!lookup) return lookup.error();
    auto job = fresh(doubtful->company, jobs::Kind::read, {.priority = jobs::high_priority});
    job.data_type = doubtful->data_type;
    job.operation = "probe";
    job.body = jobs::lookup_text(*lookup);
    job.note = "looks for " + id.text;
    return store.write([&](store::Tx& tx) -> Result<jobs::Job> {
        auto made = enqueue(tx, job, {});
        if (!made.job) return made.refused;
        note(tx, *doubtful, "job.probe", made.job->id.text);
        return *made.job;
    });
}

template <class Move>
Result<int> JobDesk::act_on_failed(const base::CompanyId& company, std::string_view code,
                                   std::string_view verb, std::string_view detail,
                                   store::Store& store, Move move) const
{
    constexpr int at_once = 500;
    int moved = 0;
    // In pieces, oldest last: a piece is one transaction, and what fails anew meanwhile is left.
    base::JobId below{};
    while (true) {
        struct Piece {
            std::optional<Error> refused;
            int seen = 0, moved = 0;
            base::JobId last;
        };
        const auto piece = store.write([&](store::Tx& tx) {
            Piece done{.last = below};
            if (!tx.find_company(company)) {
                done.refused = no_company(company.text);
                return done;
            }
            const store::JobFilter failed{
                .company = company, .state = jobs::State::failed, .limit = at_once, .below = below};
            for (const jobs::Job& job : tx.list_jobs(failed)) {
                ++done.seen;
                done.last = job.id;
                if (!code.empty() && job.problem->code != code) continue;
                if (job.kind == jobs::Kind::probe) continue;
                tx.save_job(move(job));
                note(tx, job, verb, detail);
                ++done.moved;
            }
            return done;
        });
        if (piece.refused) return *piece.refused;
        moved += piece.moved;
        if (piece.seen < at_once) return moved;
        below = piece.last;
    }
}

Result<int> JobDesk::retry_all(const base::CompanyId& company, std::string_view code,
                               store::Store& store)
{
    const auto now = clock_.now();
    return act_on_failed(company, code, "job.retry", "all", store,
                         [now](const jobs::Job& job) { return jobs::retried(job, now); });
}

Result<int> JobDesk::ignore_all(const base::CompanyId& company, std::string_view code,
                                std::string_view why, store::Store& store)
{
    const auto now = clock_.now();
    return act_on_failed(company, code, "job.ignore", why, store,
                         [why, now](const jobs::Job& job) { return jobs::ignored(job, why, now); });
}

}  // namespace server::service
