// A raw message set that QuickBooks has done in part: what is done is never sent again. Pure.
#pragma once

#include <string>
#include <vector>

#include "qbxml/request.h"
#include "qbxml/result.h"
#include "qbxml/value.h"
#include "server/jobs/job.h"

namespace server::jobs {

// The place, in the set as it was given, of the nth request of what is left of it; both from 1.
int place_in_set(const std::vector<Applied>&, int nth);

// What is left to send. A name (useMacro) for what an applied request made becomes the id that it
// got; where that is not known, the problem says so.
qbxml::Result<qbxml::MessageSet, Problem> rest_of(qbxml::MessageSet, const std::vector<Applied>&);

// The refusal of a set of which something is done says what, and what a retry does.
Problem with_applied(Problem, const std::vector<Applied>&);

qbxml::Value to_value(const std::vector<Applied>&);

}  // namespace server::jobs
