// The composition root: builds everything from the configuration, starts and stops it in order.
#pragma once

#include <functional>

#include "server/config.h"

namespace server {

// Serves until SIGTERM or SIGINT. `on_ready` is given the address it can be reached at, after the
// socket listens. Throws std::runtime_error when it cannot start.
void serve(const Config&, const std::function<void(const std::string& url)>& on_ready);

}  // namespace server
