// Work between a session and its jobs, inside a transaction: what is handed out, what an answer
// moves, what is given back.
#pragma once

#include <optional>
#include <string>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/jobs/lifecycle.h"
#include "server/jobs/outcome.h"
#include "server/jobs/pace.h"
#include "server/service/mirror.h"
#include "server/session/machine.h"
#include "server/session/manners.h"
#include "server/store/tx.h"

namespace server::service {

struct Offered {
    session::Offer offer;
    std::string text;  // of the batch, when one is offered
    bool changes_books = false;
};

struct HandoutLimits {
    int page_size = 100;
    std::chrono::seconds no_op_within{10};
    int sendings_max = 8;  // of one batch that never gets an answer; then a person must look
    session::Allowed allowed = {};
    bool live = false;  // somebody waits: the session stays open when nothing is left
};

// What the company's session does next: a batch in doubt before anything else (but not for ever:
// after `sendings_max` it is left to a person, so that it does not block the others), then the job
// whose turn it is, planned, stored as batch and running. Jobs that can never be sent are failed on
// the way. A session whose open file is not known yet is offered the probe. What is not allowed now
// is passed over; when nothing is, the session is offered nothing but the probe.
Offered next_offer(store::Tx&, const session::Session&, store::Company&, base::Ids&, base::Time now,
                   const HandoutLimits&);

// Applies a verdict to the job, its batch, the mirror and the watermark; the job as it is now.
jobs::Job settle(store::Tx&, const jobs::Batch&, const jobs::Verdict&, base::Time now,
                 const jobs::Backoff&, const jobs::PaceBounds& = {});

// Custom fields of a new list record need its ListID, so they travel after it: the job that writes
// them, when the record has any.
void add_follow_up(store::Tx&, const jobs::Job& done, const store::Company&,
                   const session::Session&, base::Ids&, base::Time now);

// A session ended or lost its connection: everything of the company that is out goes back, or into
// doubt.
void give_back(store::Tx&, const base::CompanyId&, base::Time now);
// The same at the end of one session, unless a newer one of its company has taken the work over.
void give_back_of(store::Tx&, const session::Session&, base::Time now);

// How far the session's work has come, in percent, and whether something is left for it.
struct Outlook {
    int percent = 0;
    bool more = false;
};
Outlook outlook(store::Tx&, const session::Session&, const jobs::Job& last, base::Time now,
                const HandoutLimits&);

}  // namespace server::service
