#include "server/service/sync_runs.h"

#include <algorithm>

#include "qbxml/canonical/types.h"
#include "server/base/ensure.h"
#include "server/base/log.h"
#include "server/service/sync_settings.h"

namespace server::service {
namespace {

using base::Time;
using qbxml::Value;

// A run is called after its first new job, so it sorts by its time.
std::string run_id(const base::JobId& job)
{
    return "run" + job.text.substr(std::min(job.text.size(), job.text.find('_')));
}

void note_asked(store::Tx& tx, const base::CompanyId& company, const std::vector<Due>& due,
                Time now)
{
    const auto states = tx.sync_states(company);
    for (const Due& one : due) {
        store::SyncState state{.data_type = one.data_type};
        for (const auto& known : states)
            if (known.data_type == one.data_type) state = known;
        state.asked_at = now;
        tx.save_sync_state(company, state);
    }
}

std::string state_text(const jobs::Job& job)
{
    if (job.state == jobs::State::running) return "reading";
    if (job.state == jobs::State::queued) return job.cursor.asked_at != 0 ? "reading" : "waiting";
    const auto queries = qbxml::canonical::queries_of(job.data_type);
    const bool none = !queries.empty() && job.cursor.skipped.size() >= queries.size();
    if (job.state == jobs::State::done && none) return "skipped";
    return std::string(to_text(job.state));
}

}  // namespace

StartedRun start_run(store::Tx& tx, base::Ids& ids, const base::CompanyId& company,
                     const std::vector<Due>& due, std::string_view cause, Time now,
                     bool ignore_window)
{
    std::optional<base::JobId> first;
    StartedRun started{.run = {.company = company, .cause = std::string(cause), .started_at = now},
                       .jobs = {}};
    for (const Due& one : due) {
        auto there = tx.unfinished_sync(company, one.data_type);
        if (!there || (one.full && there->operation != "full")) {
            there = jobs::Job{.id = ids.job(now),
                              .company = company,
                              .kind = jobs::Kind::sync,
                              .data_type = one.data_type,
                              .operation = one.full ? "full" : "delta",
                              .priority = jobs::sync_priority,
                              .created_at = now,
                              .run_at = now,
                              .ignore_window = ignore_window};
            tx.add_job(*there);
            if (!first) first = there->id;
        } else if (ignore_window && !there->ignore_window) {
            tx.free_of_window(there->id);
            there->ignore_window = true;
        }
        started.run.parts.push_back({one.data_type, there->id});
        started.jobs.push_back(std::move(*there));
    }
    started.run.id = run_id(first ? *first : ids.job(now));
    tx.add_sync_run(started.run);
    note_asked(tx, company, due, now);
    return started;
}

int run_schedule(store::Store& store, base::Ids& ids, Time now)
{
    const auto companies = store.read([&](store::Tx& tx) { return tx.companies_to_look_at(now); });
    int made = 0;
    for (const auto& company : companies)
        made += store.write([&](store::Tx& tx) {
            auto found = look(tx.sync_settings(company), tx.sync_states(company), now);
            if (!tx.take_look(company, now, found.next)) return 0;
            // What has not ended will read what changed until then.
            std::erase_if(found.due, [&](const Due& one) {
                const auto there = tx.unfinished_sync(company, one.data_type);
                return there && (!one.full || there->operation == "full");
            });
            if (found.due.empty()) return 0;
            const auto run = start_run(tx, ids, company, found.due, found.cause, now);
            base::log::info("sync.scheduled", {{"company", company.text},
                                               {"run", run.run.id},
                                               {"cause", found.cause},
                                               {"types", run.jobs.size()}});
            return 1;
        });
    return made;
}

bool RunProgress::well() const
{
    return std::all_of(parts.begin(), parts.end(), [](const PartProgress& part) {
        return part.state == "done" || part.state == "skipped";
    });
}

std::vector<RunProgress> runs_of(store::Tx& tx, const base::CompanyId& company, int limit)
{
    std::vector<RunProgress> found;
    for (auto& run : tx.sync_runs(company, limit)) {
        RunProgress progress{.run = std::move(run), .parts = {}, .ended_at = {}};
        bool ended = true;
        for (const auto& part : progress.run.parts) {
            auto job = tx.find_job(part.job);
            base::ensure(job.has_value(), "a run names a job that is not there");
            ended = ended && jobs::ended(job->state);
            progress.ended_at = std::max(progress.ended_at, job->finished_at);
            const std::string state = state_text(*job);
            progress.parts.push_back({part.data_type, state, std::move(*job)});
        }
        if (!ended) progress.ended_at = {};
        found.push_back(std::move(progress));
    }
    return found;
}

Value to_value(const RunProgress& progress)
{
    const auto time = [](Time at) { return at == Time{} ? Value() : Value(base::to_text(at)); };
    Value value(Value::Object{});
    value.set("run", progress.run.id);
    value.set("cause", progress.run.cause);
    value.set("started", time(progress.run.started_at));
    value.set("ended", time(progress.ended_at));
    Value::Array types;
    for (const auto& [data_type, state, job] : progress.parts) {
        Value one(Value::Object{});
        one.set("dataType", data_type);
        one.set("state", state);
        one.set("operation", job.operation);
        one.set("job", job.id.text);
        one.set("read", job.cursor.read);
        one.set("created", job.cursor.created);
        one.set("updated", job.cursor.updated);
        one.set("unchanged",
                std::max(0, job.cursor.read - job.cursor.created - job.cursor.updated));
        one.set("deleted", job.cursor.deleted);
        const int here = job.cursor.read_before + job.cursor.read_here;
        one.set("remaining", jobs::ended(job.state)
                                 ? 0
                                 : std::max(job.cursor.remaining, job.cursor.expected - here));
        one.set("ended", time(job.finished_at));
        Value::Array skipped;
        for (const auto& left_out : job.cursor.skipped) {
            Value reason(Value::Object{});
            reason.set("query", left_out.query);
            reason.set("reason", left_out.reason);
            reason.set("message", left_out.message);
            skipped.push_back(std::move(reason));
        }
        one.set("skipped", std::move(skipped));
        one.set("problem", job.problem ? Value(job.problem->message) : Value());
        types.push_back(std::move(one));
    }
    value.set("types", std::move(types));
    return value;
}

}  // namespace server::service
