// Live mode: while somebody waits for answers of a company, its session is held open, so that the
// next job starts at once instead of at the next update.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/store/store.h"

namespace server::service {

struct LiveSettings {
    // A sendRequestXML is held so long at most, well below the client's time-out (100 s, .NET's
    // default; many proxies end a call after 60). 0: there is no live mode.
    std::chrono::seconds hold{50};
    std::chrono::seconds quiet{30};  // a session is held so long after somebody last waited
};

// Who waits says so again and again, well within the quiet time.
inline constexpr std::chrono::seconds waiting_said_every{5};

bool is_live(store::Tx&, const base::CompanyId&, base::Time now, const LiveSettings&);

// How an empty answer to sendRequestXML may be held back: until something is due for the company.
struct Hold {
    base::CompanyId company = {};
    std::chrono::milliseconds at_most{};
};
// nullopt: it goes out at once, for the session has ended, or nobody waits.
std::optional<Hold> hold_for(store::Tx&, std::string_view ticket_hash, base::Time now,
                             const LiveSettings&);

// Sees what happens to companies whose sessions are held. One thread at a time, with one store.
class LiveWatch {
public:
    // Those of the companies that have something to do now. Costs next to nothing while nothing is
    // written, by whatever process, and nothing that was planned for later becomes due.
    std::vector<base::CompanyId> stirred(const std::vector<base::CompanyId>& held, store::Store&,
                                         base::Time now);

private:
    std::int64_t version_ = -1;
    base::Time look_at_ = {};  // also when nothing is written: a moment comes by itself
    std::set<std::string> seen_;
};

}  // namespace server::service
