// What time does by itself; one tick. Every process may run it: each duty is idempotent.
#pragma once

#include "server/base/clock.h"
#include "server/jobs/lifecycle.h"
#include "server/store/store.h"

namespace server::service {

// Ends jobs whose time is over, closes sessions past their deadline and gives their work back; the
// number closed.
int tick(store::Store&, base::Time now, const jobs::Backoff& = {});

// Forgets what nobody needs any more: wrong passwords after a day; sessions that are over, runs of
// the sync and message sets that are settled after thirty; changes of records after `change_days`.
// Jobs, their attempts and records stay.
void prune(store::Store&, base::Time now, int change_days = 90);

}  // namespace server::service
