// Time zones of the IANA database, from the system's compiled files (RFC 8536, package tzdata).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qbxml::canonical {

// A wall clock or a moment, in seconds since 1970-01-01T00:00:00 of that clock or of UTC.
using Seconds = std::int64_t;

// Days from 1970-01-01 in the Gregorian calendar; nothing when the day does not exist.
std::optional<Seconds> days_of(int year, int month, int day);

class Zone {
public:
    // Nothing when there is no such zone, or its file cannot be read or is not one.
    static std::optional<Zone> load(std::string_view name);
    static std::optional<Zone> parse(std::string_view tzif);

    // Seconds east of UTC in force at a moment.
    int offset_at(Seconds moment) const;
    // The offset in force when the wall shows `wall`. A time that happens twice takes `given` if
    // that is one of its two offsets, else the first; one that never happens takes the offset from
    // before the clocks were changed.
    int offset_at_wall(Seconds wall, std::optional<int> given) const;

private:
    struct Rule {  // of the text that goes on where the transitions end: "EST5EDT,M3.2.0,M11.1.0"
        enum class Form { month_week_day, day_no_leap, day } form = Form::day;
        int month = 0, week = 0, day = 0;
        int seconds = 2 * 3600;
    };
    struct Footer {
        int standard = 0;
        std::optional<int> daylight = {};
        Rule begin = {}, end = {};
    };
    static std::optional<Footer> parse_footer(std::string_view text);
    static Seconds moment_of(const Rule& rule, int year, int offset);
    int footer_offset(Seconds moment) const;

    std::vector<Seconds> transitions_;
    std::vector<int> offsets_;  // in force from the transition of the same place
    int first_ = 0;             // in force before all transitions
    std::optional<Footer> footer_;
};

}  // namespace qbxml::canonical
