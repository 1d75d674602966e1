// One call of QBWC and its reply, as they are kept.
#pragma once

#include <string>

#include "server/base/clock.h"

namespace server::store {

struct Exchange {
    int number = 0;  // in its session, from 1; given by the store
    base::Time at = {};
    std::string method = {};  // "sendRequestXML"
    bool redacted = true;
    bool whole = true;
    std::string said = {};    // JSON: what was called with what, and what was replied
    std::string packed = {};  // `said` as it is kept; packed here when it is not given
};

}  // namespace server::store
