// What the bookkeeper reads when an update is over.
#pragma once

#include <string>

#include "server/session/session.h"

namespace server::service {

std::string closing_text(const session::Session&);

}  // namespace server::service
