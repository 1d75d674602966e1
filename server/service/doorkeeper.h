// Who may open a session: passwords, and the guard against guessing them.
#pragma once

#include <optional>
#include <string_view>

#include "server/base/clock.h"
#include "server/store/store.h"

namespace server::service {

struct DoorRules {
    int free_failures = 10;               // wrong passwords before anything is delayed
    std::chrono::seconds first_delay{1};  // doubles with each further one
    std::chrono::seconds longest_delay{15 * 60};
};

// How long a user is not let in from an address after that many wrong passwords.
std::chrono::seconds delay_after(std::int64_t failures, const DoorRules&);

// The company of that user if the password is right. Costs the same time for a user that does not
// exist. Failures count per user and address, so guessing from elsewhere does not lock out the
// bookkeeper; an address from which the right password came before is never delayed.
std::optional<store::Company> let_in(store::Store&, std::string_view user,
                                     std::string_view password, std::string_view address,
                                     base::Time now, const DoorRules& = {});

}  // namespace server::service
