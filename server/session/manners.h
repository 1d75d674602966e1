// Manners at the bookkeeper's PC: what may be handed out now, and when the Web Connector should
// call again. Pure functions over values; the time zone comes in as a function.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/clock.h"

namespace server::session {

// What may be handed out.
struct Allowed {
    bool probes = true;  // the question whose file is open
    bool reads = true;   // bulk reads: syncs
    bool writes = true;  // everything else: writes, single reads, pages
    // The same for jobs that do not heed the window.
    bool urgent_reads = true;
    bool urgent_writes = true;
    std::string why = {};                  // for people; "" when all is allowed
    std::optional<base::Time> until = {};  // when it changes by itself

    bool nothing() const { return !probes && !reads && !writes && !urgent_reads && !urgent_writes; }
    bool operator==(const Allowed&) const = default;
};

struct Pause {
    base::Time since = {};
    std::optional<base::Time> until = {};  // nullopt = until somebody resumes
    std::string reason = {};
    std::string by = {};

    bool operator==(const Pause&) const = default;
};
bool holds(const Pause&, base::Time now);

// A weekly window in the company's time zone. Minutes of the day, from the first to before the
// last; `to` at or below `from` is of the next day, so that 19:00-07:00 of Friday ends on Saturday.
struct Window {
    unsigned days = 0;  // bit 0 = Monday
    int from = 0;       // 0 … 1439
    int to = 24 * 60;   // 1 … 1440

    bool operator==(const Window&) const = default;
};
// "Mon-Fri 19:00-07:00; Sat,Sun 00:00-24:00"; days may be left out for every day. nullopt when it
// is no such text, or has more than `windows_max` of them.
inline constexpr std::size_t windows_max = 14;
std::optional<std::vector<Window>> windows_from_text(std::string_view);
std::string to_text(const std::vector<Window>&);

enum class Scope {
    pulls,  // bulk reads only; writes go at any time
    all,
};

// How often the Web Connector should call, by the fourth string of authenticate.
struct Pace {
    std::chrono::seconds busy{60};
    std::chrono::seconds idle{15 * 60};

    bool operator==(const Pace&) const = default;
};

// How one company wants to be treated.
struct Manners {
    std::optional<Pause> pause = {};
    std::vector<Window> windows = {};  // none = always open
    Scope window_scope = Scope::pulls;
    std::optional<std::chrono::seconds> budget = {};  // of one session for bulk reads
    std::chrono::seconds rest{0};                     // after a session that spent its budget
    bool postpones = true;                            // the third string is used
    std::chrono::seconds postpone_max{24 * 3600};
    std::optional<Pace> pace = {};  // nullopt = the fourth string stays empty

    bool operator==(const Manners&) const = default;
};

// Seconds east of UTC at a moment.
using OffsetAt = std::function<std::chrono::seconds(base::Time)>;

bool is_open(const std::vector<Window>&, base::Time now, const OffsetAt&);
// The first moment after `now` at which a window is open; nullopt when none of the next eight days
// has one. Right over changes of the clocks: a window that starts in the hour that is left out
// opens when the clocks have moved, and one in the hour that comes twice opens twice.
std::optional<base::Time> opens_at(const std::vector<Window>&, base::Time now, const OffsetAt&);

// How the connection stands.
struct Standing {
    bool active = true;                          // linked, or waiting to be
    bool confirmed = true;                       // nothing waits for "this is my company"
    std::optional<base::Time> opened_at = {};    // of the session that asks
    std::optional<base::Time> rests_until = {};  // after a session that spent its budget
};
Allowed allowed(const Manners&, const Standing&, base::Time now, const OffsetAt&);

// The third and the fourth string of authenticate; nullopt = "".
struct Strings {
    std::optional<std::chrono::seconds> postpone = {};
    std::optional<std::chrono::seconds> at_least_every = {};

    bool operator==(const Strings&) const = default;
};
// What waits for the company when it logs in.
struct Waiting {
    bool due = false;                     // something may be handed out now
    bool held = false;                    // something is due that may not be handed out
    std::optional<base::Time> next = {};  // when the next job becomes due
};
// A postponed update ends whatever else is said, so the third string is given only where no session
// is opened and the moment of the change is known. The fourth raises the interval that the user
// chose and is never lowered below it; it stays empty unless a pace is set.
Strings strings_for(const Manners&, const Allowed&, const Waiting&, base::Time now);

// A moment as the company's wall shows it: "2026-11-22 08:00".
std::string wall_text(base::Time, const OffsetAt&);

}  // namespace server::session
