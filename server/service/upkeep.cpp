#include "server/service/upkeep.h"

#include <algorithm>

#include "server/base/log.h"
#include "server/service/settlement.h"
#include "server/session/machine.h"

namespace server::service {

namespace {

constexpr int expiries_at_once = 500;

void expire_jobs(store::Store& store, base::Time now)
{
    const auto over = [&](store::Tx& tx) { return tx.jobs_past_expiry(now, expiries_at_once); };
    if (store.read(over).empty()) return;
    store.write([&](store::Tx& tx) {
        for (const auto& job : over(tx)) {
            tx.save_job(jobs::expired(job, now));
            base::log::warn("job.expired", {{"company", job.company.text}, {"job", job.id.text}});
        }
    });
}

}  // namespace

int tick(store::Store& store, base::Time now, const jobs::Backoff& backoff)
{
    expire_jobs(store, now);
    const bool due =
        store.read([&](store::Tx& tx) { return !tx.sessions_past_deadline(now).empty(); });
    if (!due) return 0;
    return store.write([&](store::Tx& tx) {
        int closed = 0;
        for (const auto& s : tx.sessions_past_deadline(now)) {
            give_back_of(tx, s, now, backoff);
            tx.save_session(session::on_deadline(s).next);
            base::log::warn("session.expired",
                            {{"session", s.id.text}, {"company", s.company.text}});
            ++closed;
        }
        return closed;
    });
}

namespace {

// Many at a time would hold up those who write meanwhile.
constexpr int jobs_at_once = 500;

void forget_jobs(store::Store& store, base::Time ended_before)
{
    int gone = 0;
    store::JobPruning place;
    do {
        place = store.write(
            [&](store::Tx& tx) { return tx.prune_jobs(ended_before, place, jobs_at_once); },
            store::Durable::soon);
        gone += place.pruned;
    } while (place.looked_at == jobs_at_once);
    if (gone > 0) base::log::info("jobs.forgotten", {{"jobs", gone}});
}

}  // namespace

void prune(store::Store& store, base::Time now, const KeepTimes& keep)
{
    using days = std::chrono::days;
    const base::Time sets_before = now - days(std::min(30, keep.job_days));
    store.write(
        [&](store::Tx& tx) {
            tx.prune_login_guards(now - days(1));
            tx.forget_seen_of_ended(now - jobs::checkpoint_good_for);
            tx.prune_sync_runs(sets_before);
            tx.prune_sessions(now - days(30));
            tx.prune_batches(sets_before);
            tx.prune_changes(now - days(keep.change_days));
            tx.prune_events(now - days(30));
        },
        store::Durable::soon);
    forget_jobs(store, now - days(keep.job_days));
}

}  // namespace server::service
