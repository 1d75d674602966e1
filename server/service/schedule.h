// What is due. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/store/sync.h"

namespace server::service {

struct Due {
    std::string data_type;
    bool full = false;
    bool operator==(const Due&) const = default;
};

struct Look {
    std::vector<Due> due;  // in the order in which they are read
    std::string cause;     // first, schedule, comparison
    base::Time next = {};  // when something may be due again
};

// A type that was never read is read whole, unless its settings leave that to a person; then what
// changed, and everything at its longer interval. QuickBooks tells of deletions for ninety days:
// when they have not been read for so long, everything is read and compared. What QuickBooks does
// not answer is tried again once a week.
Look look(std::span<const store::SyncSetting>, std::span<const store::SyncState>, base::Time now);

}  // namespace server::service
