// The rules of one job: what each event makes of it. Pure.
#pragma once

#include <string>

#include "server/jobs/job.h"

namespace server::jobs {

struct Backoff {
    int attempts_max = 8;
    std::chrono::seconds first{60};
    std::chrono::seconds longest{6 * 3600};
};

// How long to wait after that many attempts: doubles from `first` to `longest`.
std::chrono::seconds wait_after(int attempt, const Backoff&);

Job claimed(Job, const base::BatchId&);
Job done(Job, std::string result, base::Time now);
// A page was read and there is more: stays running, its next batch continues it.
Job continued(Job, Cursor);
// QuickBooks refused it, or it can never work.
Job refused(Job, Problem, base::Time now);
// QuickBooks is busy, locked, gone: again later; failed once the attempts are spent. A probe fails
// at once: it asks for its own session, the next one makes another.
Job postponed(Job, Problem, base::Time now, const Backoff&);
// The session ended with the job's batch out. What only reads goes back without counting the
// attempt, its iterator dropped; what changes the books may have arrived and is in doubt. A probe
// is cancelled.
Job given_back(Job, bool changes_books, base::Time now);
// The person at QuickBooks is done with the page that an interactive job showed.
Job finished_by_person(Job, base::Time now);
// The message-set record of QuickBooks cannot settle it: a person must look.
Job left_in_doubt(Job, Problem);

// What people do. Each needs the state it names; see may_….
Job cancelled(Job, base::Time now);  // queued
Job retried(Job, base::Time now);    // failed: again from the start, the attempts kept
// In doubt and left to a person, who has looked into QuickBooks.
Job found_applied(Job, std::string_view record_id, base::Time now);
Job found_not_applied(Job, base::Time now);

bool may_cancel(const Job&);
bool may_retry(const Job&);
bool may_resolve(const Job&);  // no batch of it goes out again by itself

}  // namespace server::jobs
