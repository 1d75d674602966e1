// What may be handed out now, and when the Web Connector should call again.
#include <catch2/catch.hpp>

#include "server/session/manners.h"

using namespace server;
using namespace server::session;
using namespace std::chrono_literals;
using base::Time;

namespace {

// A moment in UTC: 2026, month, day, hour, minute.
Time utc(unsigned month, unsigned day, int hour = 0, int minute = 0)
{
    using namespace std::chrono;
    return sys_days(year(2026) / static_cast<int>(month) / static_cast<int>(day)) + hours(hour) +
           minutes(minute);
}

std::chrono::seconds no_zone(Time)
{
    return 0s;
}

// America/Chicago in 2026: daylight saving from 8 March 08:00 UTC to 1 November 07:00 UTC.
std::chrono::seconds chicago(Time moment)
{
    return moment >= utc(3, 8, 8) && moment < utc(11, 1, 7) ? -5h : -6h;
}

std::vector<Window> windows(std::string_view text)
{
    const auto read = windows_from_text(text);
    REQUIRE(read);
    return *read;
}

const Time noon = utc(11, 21, 12);  // a Saturday

}  // namespace

TEST_CASE("windows as text and back")
{
    struct Row {
        const char* text;
        const char* again;
    };
    const auto row = GENERATE(values<Row>({
        {"", ""},
        {"19:00-07:00", "19:00-07:00"},
        {"Mon-Fri 19:00-07:00", "Mon-Fri 19:00-07:00"},
        {" mon , wed-FRI  08:00-12:30 ; Sat-Sun 00:00-24:00;",
         "Mon,Wed-Fri 08:00-12:30; "
         "Sat-Sun 00:00-24:00"},
        {"Fri-Mon 22:00-00:00", "Mon,Fri-Sun 22:00-24:00"},
        {"Mon-Sun 01:00-02:00", "01:00-02:00"},
    }));
    CAPTURE(row.text);
    CHECK(to_text(windows(row.text)) == row.again);
    CHECK(windows(row.again) == windows(row.text));
}

TEST_CASE("what is no window")
{
    const auto text = GENERATE(values<std::string>(
        {"always", "Mon", "Mon-Fri", "19:00", "19:00-", "-07:00", "9:00-17:00", "19.00-07.00",
         "25:00-26:00", "08:60-09:00", "08:00-24:01", "08:00-08:00", "24:00-07:00",
         "Mo 08:00-09:00", "Mon-Xyz 08:00-09:00", "Mon 08:00-09:00 please", "+1:00-02:00"}));
    CAPTURE(text);
    CHECK_FALSE(windows_from_text(text));
    std::string many;
    for (std::size_t n = 0; n <= windows_max; ++n)
        many += "08:00-09:00;";
    CHECK_FALSE(windows_from_text(many));
}

TEST_CASE("a window by day and hour, also over midnight")
{
    struct Row {
        const char* windows;
        Time now;
        bool open;
    };
    // 20 November 2026 is a Friday.
    const auto row = GENERATE(values<Row>({
        {"", utc(11, 20, 3), true},
        {"Mon-Fri 08:00-17:00", utc(11, 20, 7, 59), false},
        {"Mon-Fri 08:00-17:00", utc(11, 20, 8), true},
        {"Mon-Fri 08:00-17:00", utc(11, 20, 16, 59), true},
        {"Mon-Fri 08:00-17:00", utc(11, 20, 17), false},
        {"Mon-Fri 08:00-17:00", utc(11, 21, 12), false},
        {"Fri 19:00-07:00", utc(11, 20, 18, 59), false},
        {"Fri 19:00-07:00", utc(11, 20, 23, 59), true},
        {"Fri 19:00-07:00", utc(11, 21, 0), true},
        {"Fri 19:00-07:00", utc(11, 21, 6, 59), true},
        {"Fri 19:00-07:00", utc(11, 21, 7), false},
        {"Fri 19:00-07:00", utc(11, 20, 6), false},  // that would be Thursday's
        {"Sun 22:00-02:00", utc(11, 23, 1), true},   // Monday morning
        {"Sat 00:00-24:00", utc(11, 21, 23, 59), true},
        {"Sat 00:00-24:00", utc(11, 22, 0), false},
        {"Mon 01:00-02:00; Sat 12:00-13:00", utc(11, 21, 12, 30), true},
    }));
    CAPTURE(row.windows, row.now.time_since_epoch().count());
    CHECK(is_open(windows(row.windows), row.now, no_zone) == row.open);
}

TEST_CASE("when a window opens next, in the company's time zone and over both clock changes")
{
    struct Row {
        const char* windows;
        Time now;
        Time opens;
    };
    const auto row = GENERATE(values<Row>({
        {"19:00-07:00", utc(11, 20, 18), utc(11, 21, 1)},       // 12:00 → 19:00 in winter
        {"19:00-07:00", utc(7, 20, 17), utc(7, 21, 0)},         // 12:00 → 19:00 in summer
        {"Mon 08:00-09:00", utc(11, 23, 15), utc(11, 30, 14)},  // a week later
        {"19:00-07:00", utc(11, 20, 18, 0) + 30s, utc(11, 21, 1)},
        // 8 March: after 01:59 comes 03:00.
        {"Sun 02:30-05:00", utc(3, 8, 7), utc(3, 8, 8)},
        {"Sun 03:00-05:00", utc(3, 8, 7), utc(3, 8, 8)},
        {"Sun 04:00-05:00", utc(3, 8, 7), utc(3, 8, 9)},
        // 1 November: 01:00 to 01:59 comes twice.
        {"Sun 01:30-01:45", utc(11, 1, 5), utc(11, 1, 6, 30)},
        {"Sun 01:30-01:45", utc(11, 1, 6, 45), utc(11, 1, 7, 30)},
        {"Sun 03:00-05:00", utc(11, 1, 5), utc(11, 1, 9)},
    }));
    CAPTURE(row.windows, row.now.time_since_epoch().count());
    CHECK_FALSE(is_open(windows(row.windows), row.now, chicago));
    CHECK(opens_at(windows(row.windows), row.now, chicago) == row.opens);
    CHECK(is_open(windows(row.windows), row.opens, chicago));
}

TEST_CASE("a window over midnight lasts an hour less or more when the clocks change in it")
{
    const auto nights = windows("22:00-07:00");
    const auto minutes_open = [&](Time from, Time to) {
        int count = 0;
        for (Time t = from; t < to; t += 1min)
            count += is_open(nights, t, chicago);
        return count;
    };
    CHECK(minutes_open(utc(3, 9, 18), utc(3, 10, 18)) == 9 * 60);
    CHECK(minutes_open(utc(3, 7, 18), utc(3, 8, 18)) == 8 * 60);
    CHECK(minutes_open(utc(10, 31, 18), utc(11, 1, 18)) == 10 * 60);
}

TEST_CASE("a window that has no day never opens")
{
    CHECK_FALSE(opens_at({{.days = 0, .from = 60, .to = 120}}, noon, no_zone));
}

TEST_CASE("what may be handed out")
{
    struct Row {
        const char* what;
        Manners manners;
        Standing standing;
        bool reads, writes;
        std::optional<Time> until;
    };
    const auto closed = windows("19:00-21:00");
    const Pause pause{.since = noon - 1h, .until = noon + 30min};
    const auto row = GENERATE_COPY(values<Row>({
        {"nothing in the way", {}, {}, true, true, {}},
        {"unlinked", {}, {.active = false}, false, false, {}},
        {"paused", {.pause = pause}, {}, false, false, noon + 30min},
        {"paused until resumed", {.pause = Pause{.since = noon}}, {}, false, false, {}},
        {"the pause is over", {.pause = Pause{.until = noon}}, {}, true, true, {}},
        {"not confirmed", {}, {.confirmed = false}, false, false, {}},
        {"outside the window", {.windows = closed}, {}, false, true, noon + 7h},
        {"outside, for all",
         {.windows = closed, .window_scope = Scope::all},
         {},
         false,
         false,
         noon + 7h},
        {"inside", {.windows = windows("11:00-13:00")}, {}, true, true, {}},
        {"within the budget", {.budget = 10min}, {.opened_at = noon - 599s}, true, true, {}},
        {"the budget is spent",
         {.budget = 10min, .rest = 60s},
         {.opened_at = noon - 600s},
         false,
         true,
         noon + 60s},
        {"resting", {.budget = 10min}, {.rests_until = noon + 40s}, false, true, noon + 40s},
        {"rested", {.budget = 10min}, {.rests_until = noon}, true, true, {}},
        {"outside and spent: the later end",
         {.windows = closed, .budget = 10min},
         {.opened_at = noon - 1h},
         false,
         true,
         noon + 7h},
    }));
    CAPTURE(row.what);
    const auto result = allowed(row.manners, row.standing, noon, no_zone);
    CHECK(result.reads == row.reads);
    CHECK(result.writes == row.writes);
    CHECK(result.until == row.until);
    CHECK(result.why.empty() == (row.reads && row.writes));
}

TEST_CASE("the person at QuickBooks reads why, in the company's time")
{
    const Manners manners{
        .pause = Pause{.until = utc(11, 22, 14), .reason = "month end", .by = "operator"}};
    CHECK(allowed(manners, {}, noon, chicago).why ==
          "The connection is paused until 2026-11-22 08:00: month end. Nothing is lost; it goes on "
          "by itself.");
    const Manners nightly{.windows = windows("19:00-07:00")};
    CHECK(allowed(nightly, {}, utc(11, 20, 18), chicago).why ==
          "Reading goes on at 2026-11-20 19:00, as agreed.");
}

TEST_CASE("the third and fourth strings of authenticate")
{
    struct Row {
        const char* what;
        Manners manners;
        Allowed allowed;
        Waiting waiting;
        Strings strings;
    };
    const Manners plain;
    const Manners paused{.pause = Pause{.until = noon + 90s}};
    const Manners paced{.pace = Pace{.busy = 60s, .idle = 900s}};
    Manners short_waits = paused;
    short_waits.postpone_max = 30s;
    Manners silent = paused;
    silent.postpones = false;
    const Allowed nothing{.reads = false, .writes = false, .until = noon + 90s};
    const Allowed no_reads{.reads = false, .until = noon + 7h};
    const Allowed for_good{.reads = false, .writes = false};
    const auto row = GENERATE_COPY(values<Row>({
        {"nothing to do", plain, {}, {}, {}},
        {"work", plain, {}, {.due = true}, {}},
        {"paused, nothing waits", paused, nothing, {}, {.postpone = 90s}},
        {"paused, work waits", paused, nothing, {.held = true}, {.postpone = 90s}},
        {"paused for long", short_waits, nothing, {}, {.postpone = 30s}},
        {"postponing is off", silent, nothing, {.held = true}, {}},
        {"paused until resumed", {.pause = Pause{}}, for_good, {.held = true}, {}},
        {"outside the window, reads wait", plain, no_reads, {.held = true}, {.postpone = 7h}},
        {"outside the window, nothing waits", plain, no_reads, {}, {}},
        {"outside the window, a write goes", plain, no_reads, {.due = true, .held = true}, {}},
        {"busy", paced, {}, {.due = true}, {.at_least_every = 60s}},
        {"idle", paced, {}, {}, {.at_least_every = 900s}},
        {"idle for long", paced, {}, {.next = noon + 1h}, {.at_least_every = 900s}},
        {"soon busy", paced, {}, {.next = noon + 5min}, {.at_least_every = 60s}},
        {"bounds the wrong way round",
         {.pace = Pace{.busy = 900s, .idle = 60s}},
         {},
         {},
         {.at_least_every = 900s}},
    }));
    CAPTURE(row.what);
    CHECK(strings_for(row.manners, row.allowed, row.waiting, noon) == row.strings);
}

TEST_CASE("a postponement never rounds down to nothing")
{
    const Manners paused{.pause = Pause{.until = noon + 1us}};
    const auto now = allowed(paused, {}, noon, no_zone);
    CHECK(strings_for(paused, now, {}, noon).postpone == 1s);
}
