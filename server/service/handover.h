// What a session is given to do, inside a transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/jobs/packer.h"
#include "server/session/machine.h"
#include "server/session/manners.h"
#include "server/store/tx.h"

namespace server::service {

struct Offered {
    session::Offer offer;
    std::string text;  // of the batch, when one is offered
    bool changes_books = false;
    // What goes out for the first time, as it is stored.
    std::optional<jobs::Batch> batch = {};
    std::vector<jobs::Job> jobs = {};
};

struct HandoutLimits {
    int page_size = 100;
    std::chrono::seconds no_op_within{10};
    int sendings_max = 8;  // of one batch that never gets an answer; then a person must look
    jobs::PackLimits pack = {};
    session::Allowed allowed = {};
    bool live = false;  // somebody waits: the session stays open when nothing is left
    bool look = false;  // the session was opened to see which file is open, jobs or none
};

// What the company's session does next: a batch in doubt before anything else, looked for in
// QuickBooks and then sent again or asked for (jobs/recovery.h; but not for ever: after
// `sendings_max` it is left to a person, so that it does not block the others), then what is due,
// packed into one message set, stored as batch and running. Jobs that can never be sent are
// failed on the way, those that need a newer QuickBooks wait for it. A session whose open file is
// not known yet is offered the probe. What is not allowed now is passed over; when nothing is, the
// session is offered nothing but the probe.
Offered next_offer(store::Tx&, const session::Session&, store::Company&, base::Ids&, base::Time now,
                   const HandoutLimits&);

// What the planner must know of the company, and beside a job.
jobs::Facts facts_of(const store::Company&, const session::Session&, int page_size);
jobs::Known known_of(store::Tx&, const jobs::Job&);

}  // namespace server::service
