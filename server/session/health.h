// How a connection goes now, told from what was seen: one state, one cause, who must act. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/base/clock.h"
#include "server/session/manners.h"

namespace server::session {

enum class HealthState {
    never_seen,  // no Web Connector has come yet
    working,     // a session is open
    idle,        // it came when it was expected
    late,        // it did not
    silent,      // not for more than a day
    blocked,     // it comes, but QuickBooks or its file is not reached
    paused,
    outside_window,  // work waits for the window
};
std::string_view to_text(HealthState);

enum class Cause {
    connector_not_running,
    connector_password,
    quickbooks_not_started,
    no_unattended_access,
    file_in_other_mode,
    dialog_open,
    wrong_file,
    copied_file,
    second_computer,
    file_unreachable,
    never_authorized,
    access_denied,
    certificate,
    personal_data_denied,
    version_too_old,
    unsupported_product,
    not_identified,
    not_confirmed,
    quickbooks_trouble,
    server_error,
};
std::string_view to_text(Cause);
std::optional<Cause> cause_from_text(std::string_view);

enum class Actor { user, operator_ };
std::string_view to_text(Actor);
Actor actor_of(Cause);

// What people read. French is there where the person at QuickBooks is the one who acts.
enum class Language { english, french };
std::string_view action_of(Cause, Language = Language::english);

// How often the Web Connector comes, learned from the gaps between its logins.
struct Rhythm {
    std::chrono::seconds interval{0};  // 0 = not known yet
    int odd = 0;                       // gaps in a row that did not fit

    bool operator==(const Rhythm&) const = default;
};
// A gap far from what is known (a PC that was off, an update started by hand) counts only when it
// is the third in a row: then the schedule was changed.
Rhythm learned(Rhythm, std::chrono::seconds gap);

// What stood in the way of a session.
struct Trouble {
    enum class Kind {
        hresult,      // QuickBooks or its request processor said it; `code` is the HRESULT
        wrong_file,   // another company file was open
        copied_file,  // the linked file's twin, at another place
        other_computer,
        version,       // no qbXML version in common
        product,       // QuickBooks for Mac, Online
        unidentified,  // QuickBooks did not say which file is open
        server,        // a failure of ours; `code` names the session
    };
    Kind kind = Kind::hresult;
    std::string code = {};
    std::string text = {};
    std::string session = {};
    base::Time since = {};  // first seen in a row
    base::Time at = {};     // last seen

    bool operator==(const Trouble&) const = default;
};
std::string_view to_text(Trouble::Kind);
std::optional<Trouble::Kind> trouble_from_text(std::string_view);
// Keeps `since` of the trouble before when it was the same one.
Trouble repeated(const std::optional<Trouble>& before, Trouble now);

struct Seen {
    base::Time created_at = {};
    bool active = true;  // linked, or waiting to be
    bool confirmed = true;
    base::Time last_contact_at = {};
    Rhythm rhythm = {};
    base::Time told_until = {};  // we told it not to come before
    std::optional<base::Time> session_opened_at = {};
    std::optional<Pause> pause = {};
    std::optional<base::Time> window_opens_at = {};  // closed now, and work waits for it
    base::Time worked_at = {};                       // QuickBooks answered as it should
    std::optional<Trouble> trouble = {};             // since it last did
    base::Time refused_at = {};                      // wrong passwords since the last good one
    std::int64_t refusals = 0;
    std::optional<bool> unattended = {};  // QuickBooks may be opened by the connector
    base::Time personal_denied_at = {};
    std::string computer = {}, other_computer = {};
    base::Time other_computer_at = {};
};

using Evidence = std::vector<std::pair<std::string, std::string>>;

struct Health {
    HealthState state = HealthState::never_seen;
    std::optional<Cause> cause = {};
    base::Time since = {};
    Evidence evidence = {};  // what it was told from: name and value

    bool operator==(const Health&) const = default;
};

// Pause goes before absence, absence before what is in the way of a connector that comes.
Health health(const Seen&, base::Time now);
// The Web Connector should have come by now, twice.
bool overdue(const Seen&, base::Time now);

// The cause behind an HRESULT of QuickBooks, as QBWC writes it.
Cause cause_of_hresult(std::string_view hresult, std::optional<bool> unattended);
// Those that tell of the connection, not of the request that was sent.
bool concerns_connection(std::string_view hresult);
// Those with which QuickBooks' side ends the connection: access refused or taken back.
bool ends_connection(std::string_view hresult);

}  // namespace server::session
