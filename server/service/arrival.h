// An answer of QuickBooks as it arrives: read, converted and judged, before any transaction.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "server/jobs/outcome.h"
#include "server/service/first_look.h"
#include "server/store/store.h"
#include "wsdl/call.h"

namespace server::service {

// What stands on our side of the answer.
struct Asked {
    const store::Company& company;
    const session::Session& session;
    const std::vector<jobs::Job>& jobs;  // of the batch, in its order
    const jobs::Batch& batch;
};

struct Arrival {
    jobs::Judgement judgement;
    std::optional<FirstLook> look;  // from the answer to a probe
};

// Nothing but white space: QBWC leaves out what it does not have, or sends it empty.
bool blank(std::string_view text);

// Takes the text of `call.response` over. A long answer goes into the mirror in pieces, ahead of
// its verdict: putting a record again is harmless, memory stays that of one piece, and nobody waits
// long for the right to write.
Arrival read_arrival(const Asked&, qbwc::ReceiveResponseXml& call, base::Time now, store::Store&);

}  // namespace server::service
