// QuickBooks' names for spans of days: "ThisMonthToDate", "LastYear".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace qbxml::simulator {

struct Days {
    std::string from, to;  // "YYYY-MM-DD", both ends belong to it; "" is open
};

// The span that a macro means on the day `today`. The fiscal year is the calendar year, weeks begin
// on Sunday. Nothing for a name that is no macro.
std::optional<Days> days_of_macro(std::string_view macro, const std::string& today);

}  // namespace qbxml::simulator
