// What time does by itself; one tick. Every process may run it: each duty is idempotent.
#pragma once

#include "server/base/clock.h"
#include "server/jobs/lifecycle.h"
#include "server/store/store.h"

namespace server::service {

// Ends jobs whose time is over, closes sessions past their deadline and gives their work back; the
// number closed.
int tick(store::Store&, base::Time now, const jobs::Backoff& = {});

// Days for which things are kept after their end.
struct KeepTimes {
    int change_days = 90;
    int job_days = 30;
};

// Forgets what nobody needs any more: wrong passwords after a day; sessions that are over after
// thirty; changes of records after `change_days`; jobs that have ended after `job_days`, some at a
// time, with runs of the sync and message sets that are settled (those after thirty days at the
// latest). Records stay, and so do writes that have failed, until somebody has said what becomes of
// them.
void prune(store::Store&, base::Time now, const KeepTimes& = {});

}  // namespace server::service
