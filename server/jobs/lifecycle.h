// The rules of one job: what each event makes of it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "server/jobs/job.h"

namespace server::jobs {

// A sync that has failed goes on where it stood when it is tried again so soon.
inline constexpr std::chrono::days checkpoint_good_for{7};

struct Backoff {
    int attempts_max = 8;
    std::chrono::seconds first{60};
    std::chrono::seconds longest{6 * 3600};
};

// How long to wait after that many attempts: doubles from `first` to `longest`.
std::chrono::seconds wait_after(int attempt, const Backoff&);

// The same, up to a quarter more or less: by `salt`, so that jobs which failed together do not all
// come back together.
std::chrono::seconds wait_after(int attempt, const Backoff&, std::string_view salt);

Job claimed(Job, const base::BatchId&);
Job done(Job, std::string result, base::Time now);
// A page was read and there is more: stays running, its next batch continues it.
Job continued(Job, Cursor);
// QuickBooks refused it, or it can never work.
Job refused(Job, Problem, base::Time now);
// QuickBooks is busy, locked, gone: again later; failed once the attempts are spent. A probe fails
// at once: it asks for its own session, the next one makes another.
Job postponed(Job, Problem, base::Time now, const Backoff&);
// Something in its message set could not be read by QuickBooks, and it is not known which: again at
// once in smaller company. `travelled` jobs were in the set.
Job split(Job, Problem, int travelled, base::Time now);
// The record was changed meanwhile: again at once, with the record as it is now. `known`: the
// refusal brought it; else it is read first.
Job refreshed(Job, Problem, bool known, base::Time now);
// This QuickBooks is too old for it: waits for a newer one.
Job parked(Job, Problem);
// The session ended with the job's batch out. What only reads goes back without counting the
// attempt, its iterator dropped, in smaller company the next time, and fails after so many losses
// as it has attempts: perhaps it is what breaks QuickBooks. What changes the books may have arrived
// and is in doubt. A probe is cancelled.
Job given_back(Job, const Batch*, base::Time now, const Backoff&);
// The person at QuickBooks is done with the page that an interactive job showed.
Job finished_by_person(Job, base::Time now);
// The message-set record of QuickBooks cannot settle it: a person must look.
Job left_in_doubt(Job, Problem);
// Its time was over before it was sent.
Job expired(Job, base::Time now);

// What people do. Each needs the state it names; see may_….
Job cancelled(Job, base::Time now);  // queued
// Failed or ignored: again, attempts kept. A sync that failed lately goes on behind the last range
// that it has read, a raw set with what QuickBooks has not done of it; the rest starts over.
Job retried(Job, base::Time now);
Job ignored(Job, std::string_view why, base::Time now);  // failed
Job unignored(Job);                                      // ignored
// In doubt and left to a person, who has looked into QuickBooks.
Job found_applied(Job, std::string_view record_id, base::Time now);
Job found_not_applied(Job, base::Time now);

bool may_cancel(const Job&);
bool may_retry(const Job&);
bool may_ignore(const Job&);
bool may_unignore(const Job&);
bool may_edit(const Job&);     // a write that has failed or was never sent
bool may_resolve(const Job&);  // no batch of it goes out again by itself

}  // namespace server::jobs
