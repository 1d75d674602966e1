// The clock of the PC that runs QuickBooks, and how QuickBooks writes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qbxml::simulator {

// The time zone of the PC: its offset in January, and whether the clocks go forward in summer by
// the rule of the United States (second Sunday of March to first Sunday of November, at two).
struct HostZone {
    int january_offset_minutes = -5 * 60;
    bool summer_time = true;
};

// "2024-07-01T09:30:00-05:00": the clock part is the true local time, the offset is always that of
// January. So in summer the instant that the text seems to say is one hour late; real QuickBooks
// does the same.
std::string date_time_text(std::int64_t unix_seconds, const HostZone&);
// "2024-07-01", local.
std::string date_text(std::int64_t unix_seconds, const HostZone&);

// A date-time of a request as Unix seconds: without an offset it is local time; with one it is
// taken at its word. A date alone is the first second of that day, or the last when `end_of_day`.
// Nothing when the text is no date-time.
std::optional<std::int64_t> unix_from_text(std::string_view text, const HostZone&,
                                           bool end_of_day = false);

// Calendar arithmetic on "YYYY-MM-DD". Nothing when the text is no date of the calendar.
std::optional<int> day_number(std::string_view date);  // days since 1970-01-01
std::string date_of_day(int day_number);

}  // namespace qbxml::simulator
