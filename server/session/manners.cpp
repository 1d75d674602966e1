#include "server/session/manners.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace server::session {
namespace {

using base::Time;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int day_minutes = 24 * 60;
constexpr unsigned every_day = 0x7F;
constexpr std::array<std::string_view, 7> day_names{"Mon", "Tue", "Wed", "Thu",
                                                    "Fri", "Sat", "Sun"};

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Takes what stands before the next `mark` off a text.
std::string_view take(std::string_view& text, char mark)
{
    const auto at = text.find(mark);
    const auto part = text.substr(0, at);
    text = at == text.npos ? std::string_view() : text.substr(at + 1);
    return trimmed(part);
}

std::optional<unsigned> day_of(std::string_view name)
{
    for (unsigned n = 0; n < day_names.size(); ++n)
        if (std::equal(name.begin(), name.end(), day_names[n].begin(), day_names[n].end(),
                       [](char a, char b) { return std::tolower(a) == std::tolower(b); }))
            return n;
    return std::nullopt;
}

// "Mon-Fri,Sun"
std::optional<unsigned> days_from_text(std::string_view text)
{
    if (text.empty()) return every_day;
    unsigned days = 0;
    while (!text.empty()) {
        std::string_view range = take(text, ',');
        const auto first = day_of(take(range, '-'));
        const auto last = range.empty() ? first : day_of(trimmed(range));
        if (!first || !last) return std::nullopt;
        for (unsigned day = *first;; day = (day + 1) % 7) {
            days |= 1u << day;
            if (day == *last) break;
        }
    }
    return days;
}

// "07:30"; up to 24:00.
std::optional<int> minute_from_text(std::string_view text)
{
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto number = [&](std::size_t at) {
        int value = -1;
        const auto read = std::from_chars(text.data() + at, text.data() + at + 2, value);
        return read.ptr == text.data() + at + 2 ? value : -1;
    };
    const int hour = number(0), minute = number(3);
    if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > day_minutes)
        return std::nullopt;
    return hour * 60 + minute;
}

std::optional<Window> window_from_text(std::string_view text)
{
    const auto blank = text.rfind(' ');
    const auto days = days_from_text(blank == text.npos ? "" : trimmed(text.substr(0, blank)));
    std::string_view hours = blank == text.npos ? text : text.substr(blank + 1);
    const auto from = minute_from_text(take(hours, '-'));
    const auto to = minute_from_text(trimmed(hours));
    if (!days || !from || !to || *from == *to || *from == day_minutes) return std::nullopt;
    return Window{*days, *from, *to == 0 ? day_minutes : *to};
}

std::string days_text(unsigned days)
{
    if (days == every_day) return "";
    std::string text;
    for (unsigned day = 0; day < 7; ++day) {
        if (!(days & 1u << day)) continue;
        unsigned last = day;
        while (last + 1 < 7 && (days & 1u << (last + 1)))
            ++last;
        text += fmt::format("{}{}", text.empty() ? "" : ",", day_names[day]);
        if (last > day) text += fmt::format("-{}", day_names[last]);
        day = last;
    }
    return text + " ";
}

struct Wall {
    unsigned day;  // 0 = Monday
    int minute;    // of the day
};

Wall wall_at(Time now, const OffsetAt& offset)
{
    const auto wall = now + offset(now);
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    const std::chrono::weekday weekday(day);
    return {weekday.iso_encoding() - 1,
            static_cast<int>(std::chrono::floor<minutes>(wall - day).count())};
}

bool covers(const Window& window, const Wall& wall)
{
    const bool today = window.days & 1u << wall.day;
    if (window.to > window.from)
        return today && wall.minute >= window.from && wall.minute < window.to;
    const bool yesterday = window.days & 1u << (wall.day + 6) % 7;
    return (today && wall.minute >= window.from) || (yesterday && wall.minute < window.to);
}

Allowed nothing(std::string why, std::optional<Time> until = {})
{
    return {.probes = false,
            .reads = false,
            .writes = false,
            .urgent_reads = false,
            .urgent_writes = false,
            .why = std::move(why),
            .until = until};
}

std::string pause_text(const Pause& pause, const OffsetAt& offset)
{
    const std::string end =
        pause.until ? fmt::format("until {}", wall_text(*pause.until, offset)) : "until resumed";
    return fmt::format("The connection is paused {}{}{}. Nothing is lost; it goes on by itself{}.",
                       end, pause.reason.empty() ? "" : ": ", pause.reason,
                       pause.until ? "" : " then");
}

}  // namespace

bool holds(const Pause& pause, Time now)
{
    return !pause.until || now < *pause.until;
}

std::optional<std::vector<Window>> windows_from_text(std::string_view text)
{
    std::vector<Window> windows;
    while (!trimmed(text).empty()) {
        const auto window = window_from_text(take(text, ';'));
        if (!window || windows.size() == windows_max) return std::nullopt;
        windows.push_back(*window);
    }
    return windows;
}

std::string to_text(const std::vector<Window>& windows)
{
    std::string text;
    for (const Window& w : windows)
        text += fmt::format("{}{}{:02}:{:02}-{:02}:{:02}", text.empty() ? "" : "; ",
                            days_text(w.days), w.from / 60, w.from % 60, w.to / 60, w.to % 60);
    return text;
}

bool is_open(const std::vector<Window>& windows, Time now, const OffsetAt& offset)
{
    if (windows.empty()) return true;
    const Wall wall = wall_at(now, offset);
    return std::any_of(windows.begin(), windows.end(),
                       [&](const Window& window) { return covers(window, wall); });
}

std::optional<Time> opens_at(const std::vector<Window>& windows, Time now, const OffsetAt& offset)
{
    // Minute by minute: offsets are whole minutes, and no change of the clocks needs a rule of its
    // own.
    const Time first = std::chrono::floor<minutes>(now) + minutes(1);
    for (Time moment = first; moment <= first + std::chrono::days(8); moment += minutes(1))
        if (is_open(windows, moment, offset)) return moment;
    return std::nullopt;
}

namespace {

// What the window leaves.
Allowed inside_window(const Manners& manners, Time now, const OffsetAt& offset)
{
    if (is_open(manners.windows, now, offset)) return {};
    const auto until = opens_at(manners.windows, now, offset);
    const std::string when = until ? wall_text(*until, offset) : "later";
    if (manners.window_scope == Scope::pulls)
        return {.reads = false,
                .why = fmt::format("Reading goes on at {}, as agreed.", when),
                .until = until};
    Allowed closed = nothing(fmt::format("Work begins at {}, as agreed.", when), until);
    closed.urgent_reads = closed.urgent_writes = true;
    return closed;
}

}  // namespace

Allowed allowed(const Manners& manners, const Standing& standing, Time now, const OffsetAt& offset)
{
    if (!standing.active)
        return nothing("This connection was ended. Nothing more is read or written.");
    if (manners.pause && holds(*manners.pause, now))
        return nothing(pause_text(*manners.pause, offset), manners.pause->until);
    if (!standing.confirmed)
        return {.reads = false,
                .writes = false,
                .urgent_reads = false,
                .urgent_writes = false,
                .why =
                    "The company file was found. Before anything is read or written, the people "
                    "who run the server must confirm that it is the right one."};
    Allowed result = inside_window(manners, now, offset);
    const bool spent =
        manners.budget && standing.opened_at && now - *standing.opened_at >= *manners.budget;
    const bool resting = standing.rests_until && now < *standing.rests_until;
    if (!spent && !resting) return result;
    result.urgent_reads = false;
    const Time rested = resting ? *standing.rests_until : now + manners.rest;
    const bool closed = !result.reads && !result.writes;
    if (closed || (!result.reads && (!result.until || *result.until >= rested))) return result;
    result.reads = false;
    result.why = "The time agreed for one update is over. Reading goes on with the next update.";
    result.until = rested;
    return result;
}

Strings strings_for(const Manners& manners, const Allowed& allowed, const Waiting& waiting,
                    Time now)
{
    Strings strings;
    const auto seconds_until = [&](Time moment) {
        const auto left = std::chrono::ceil<seconds>(moment - now);
        return std::clamp(left, seconds(1), std::max(manners.postpone_max, seconds(1)));
    };
    const bool paused = manners.pause && holds(*manners.pause, now);
    if (!waiting.due && (paused || waiting.held) && allowed.until && manners.postpones)
        strings.postpone = seconds_until(*allowed.until);
    if (!manners.pace) return strings;
    const bool soon = waiting.next && *waiting.next <= now + manners.pace->idle;
    strings.at_least_every =
        waiting.due || soon ? manners.pace->busy : std::max(manners.pace->idle, manners.pace->busy);
    return strings;
}

std::string wall_text(Time moment, const OffsetAt& offset)
{
    const auto wall = moment + offset(moment);
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    const std::chrono::year_month_day date(day);
    const auto minute = std::chrono::floor<minutes>(wall - day).count();
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       minute / 60, minute % 60);
}

}  // namespace server::session
