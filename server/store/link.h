// A company's connection to QuickBooks, as it is kept: how it is to be treated, what was seen of
// it, and what happened.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/session/health.h"
#include "server/session/manners.h"

namespace server::store {

enum class Mode {
    continuous,
    one_time,  // when everything was read once, the connection ends
};
std::string_view to_text(Mode);
std::optional<Mode> mode_from_text(std::string_view);

struct CompanyLink {
    base::CompanyId company = {};
    session::Manners manners = {};
    Mode mode = Mode::continuous;
    bool confirm = false;  // a person must say "this is my company" first
    base::Time confirmed_at = {};
    std::string pinned_computer = {};  // the only one that may update it, "" = any
    base::Time status_since = {};
    std::string status_reason = {};  // "unlinked", "one_time_complete", "access_denied", …
    bool farewell = false;           // after an unlink: one "none" is owed
    base::Time rests_until = {};

    bool operator==(const CompanyLink&) const = default;
};

// What QuickBooks said of itself.
struct HostFacts {
    std::string country = {};
    std::string major_version = {};
    std::string minor_version = {};
    std::string supported_versions = {};  // of qbXML, by commas
    std::string file_mode = {};           // SingleUser, MultiUser
    std::optional<bool> unattended = {};  // the connector may open QuickBooks
    std::string login_user = {};          // as whom it does
    std::optional<bool> personal_data = {};

    bool operator==(const HostFacts&) const = default;
};

struct LinkEvidence {
    base::CompanyId company = {};
    base::Time last_login_at = {};
    session::Rhythm rhythm = {};
    base::Time told_until = {};
    base::Time refused_at = {};
    std::int64_t refusals = 0;
    base::Time worked_at = {};
    std::optional<session::Trouble> trouble = {};
    base::Time personal_denied_at = {};
    std::string computer = {};
    base::Time computer_at = {};
    std::string other_computer = {};
    base::Time other_computer_at = {};
    HostFacts host = {};
    std::string told_state = {}, told_cause = {};  // as health.changed last said
    base::Time told_since = {};

    bool operator==(const LinkEvidence&) const = default;
};

struct Event {
    std::int64_t number = 0;  // given by the store
    base::Time at = {};
    base::CompanyId company = {};
    std::string what = {};  // "connection.linked"
    std::string reason = {};
    std::string detail = {};  // JSON object, "" = none
};

struct EventFilter {
    std::optional<base::CompanyId> company;
    std::int64_t after = 0;  // only later ones
    int limit = 100;
};

}  // namespace server::store
