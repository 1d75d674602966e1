// What QuickBooks refuses before it looks at the books.
#pragma once

#include <optional>
#include <string>

#include "qbxml/request.h"
#include "qbxml/simulator/outcome.h"
#include "qbxml/version.h"

namespace qbxml::simulator {

// False when the request does not validate against the grammar of that version, elements in order:
// QuickBooks then refuses the document as a whole and does not say where.
bool is_valid(const Node& request, Version);

// What is valid by the grammar and refused all the same, request by request: texts longer than the
// field (3070), a requestID over fifty characters (1060).
std::optional<Outcome> refusal_of_values(const Node& request, Version, Edition);

// Takes away the fields that QuickBooks of that edition lacks, which it ignores with a warning
// (530); the name of the first one, or nothing.
std::optional<std::string> drop_foreign_fields(Node& request, Version, Edition);

}  // namespace qbxml::simulator
