// What an answer moves, and what becomes of work whose answer never came, inside a transaction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/jobs/lifecycle.h"
#include "server/jobs/outcome.h"
#include "server/jobs/pace.h"
#include "server/jobs/recovery.h"
#include "server/service/handover.h"
#include "server/service/mirror.h"
#include "server/store/tx.h"

namespace server::service {

// The jobs of a batch, in the order of its items.
std::vector<jobs::Job> jobs_of(store::Tx&, const jobs::Batch&);

// Applies a judgement to the jobs of a batch, the batch, the mirror and the watermarks; the jobs as
// they are now, in the batch's order.
std::vector<jobs::Job> settle(store::Tx&, const jobs::Batch&, std::vector<jobs::Job>,
                              const jobs::Judgement&, base::Time now, const jobs::Backoff&,
                              const jobs::PaceBounds& = {});

// Custom fields of a new list record need its ListID, so they travel after it: the job that writes
// them, when the record has any.
void add_follow_up(store::Tx&, const jobs::Job& done, const store::Company&,
                   const session::Session&, base::Ids&, base::Time now);

void note_attempt(store::Tx&, const jobs::Job& before, const jobs::Batch&, std::string_view outcome,
                  const jobs::Problem*, base::Time now);

// A session ended or lost its connection: everything of the company that is out goes back, or into
// doubt.
void give_back(store::Tx&, const base::CompanyId&, base::Time now, const jobs::Backoff&);
// The same at the end of one session, unless a newer one of its company has taken the work over.
void give_back_of(store::Tx&, const session::Session&, base::Time now, const jobs::Backoff&);

// What was seen of a batch whose answer was lost, when QuickBooks was looked into.
jobs::Sight sight_of_batch(store::Tx&, const jobs::Batch&);

// How far the session's work has come, in percent, and whether something is left for it.
struct Outlook {
    int percent = 0;
    bool more = false;
};
Outlook outlook(store::Tx&, const session::Session&, const std::vector<jobs::Job>& settled,
                base::Time now, const HandoutLimits&);

}  // namespace server::service
