// What the bookkeeper reads when an update is over.
#pragma once

#include <cstdint>
#include <string>

#include "server/session/session.h"

namespace server::service {

// `in_doubt`: changes of which nobody knows whether QuickBooks did them, of this session or
// earlier.
std::string closing_text(const session::Session&, std::int64_t in_doubt);

}  // namespace server::service
