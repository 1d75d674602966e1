// Records made anew from what QuickBooks said: after a better mapping, another time zone, a list
// that was read or changed later than what depends on it.
#pragma once

#include <string>
#include <string_view>

#include "server/store/store.h"

namespace server::service {

struct Remade {
    int looked_at = 0;
    int changed = 0;
    bool worked = false;  // there was something to do
};

// Does a piece of the work there is for a company, in transactions of a few hundred records; what
// is done stays done.
Remade remake_some(store::Store&, const store::Company&, base::Time now);
// Makes everything anew, or the records of one type ("" for all), whether it needs it or not.
Remade remake_all(store::Store&, const store::Company&, std::string_view data_type, base::Time now);
// One piece for each company: a duty of upkeep.
void remake_due(store::Store&, base::Time now);

}  // namespace server::service
