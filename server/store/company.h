// A company file linked to the host application, as it is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/session/company_file.h"

namespace server::store {

// The contract between the two parties; only a linked company sends jobs beyond the first look.
enum class Status { pending_auth, linked, unlinked, deauthorized };
std::string_view to_text(Status);  // "PendingAuth", "Linked", …
std::optional<Status> status_from_text(std::string_view);

struct Company {
    base::CompanyId id = {};
    std::string name = {};
    std::string user_name = {};
    std::string password_hash = {};
    std::string owner_id = {};
    std::string file_id = {};  // of its .qwc; never changes
    Status status = Status::pending_auth;
    base::Time created_at = {};
    std::string time_zone = {};         // IANA name, "" = QuickBooks' own offsets are kept
    std::string pinned_path = {};       // "" = the file that is open
    session::FileIdentity linked = {};  // the file it is linked to, as learned in its first session
    std::string product = {};
    std::string qbxml_version = {};  // what is spoken with it
    std::string home_currency = {};
    base::Time last_contact_at = {};
    std::string last_error = {};     // why it does not work now, for people; "" when it does
    int write_pace = 0;              // milliseconds a request that changes the books, 0 = not known
    std::string settled_batch = {};  // the last one that changed the books and is settled

    bool operator==(const Company&) const = default;
};

// Wrong passwords of one user from one address.
struct LoginGuard {
    std::int64_t failures = 0;
    base::Time blocked_until = {};
    base::Time good_at = {};  // when the right password last came from there
};

}  // namespace server::store
