// What the state of the company file refuses, whatever the record: features that are switched off,
// closed periods, the mode of the file, and what somebody else holds.
#pragma once

#include <optional>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// `request` is a ...Rq, valid by the grammar, its macros inserted. Nothing when the request may go
// on to the code of its record.
std::optional<Outcome> refuse_by_state(const CompanyFile&, const Node& request);

}  // namespace qbxml::simulator
