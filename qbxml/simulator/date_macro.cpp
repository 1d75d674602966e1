#include "qbxml/simulator/date_macro.h"

#include <chrono>

#include "qbxml/simulator/local_time.h"

namespace qbxml::simulator {

namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month_day;

std::string text_of(sys_days day)
{
    return date_of_day(static_cast<int>(day.time_since_epoch().count()));
}

// The first day of the month, moved by whole months.
sys_days month_start(sys_days day, int by)
{
    const year_month_day date{day};
    return sys_days((date.year() / date.month() + months(by)) / 1);
}

// The span of that unit, `by` units away from the one that holds `day`: first day, and first day
// after.
struct Span {
    sys_days first, after;
};

std::optional<Span> span_of(std::string_view unit, sys_days day, int by)
{
    if (unit == "Week" || unit == "FourWeeks") {
        const int length = unit == "Week" ? 7 : 28;
        const std::chrono::weekday weekday{day};
        const sys_days sunday = day - days(weekday.c_encoding());
        const sys_days first = sunday + days(7 * by);
        return Span{first, first + days(length)};
    }
    if (unit.starts_with("Calendar")) unit.remove_prefix(8);
    if (unit.starts_with("Fiscal")) unit.remove_prefix(6);
    int length = 0;
    if (unit == "Month") length = 1;
    if (unit == "Quarter") length = 3;
    if (unit == "Year") length = 12;
    if (length == 0) return std::nullopt;
    const int month = static_cast<int>(static_cast<unsigned>(year_month_day{day}.month())) - 1;
    const sys_days first = month_start(day, by * length - month % length);
    return Span{first, month_start(first, length)};
}

}  // namespace

std::optional<Days> days_of_macro(std::string_view macro, const std::string& today)
{
    const sys_days day{days(day_number(today).value_or(0))};
    if (macro == "All") return Days{};
    if (macro == "Today") return Days{today, today};
    if (macro == "Yesterday") return Days{text_of(day - days(1)), text_of(day - days(1))};
    int by = 0;
    if (macro.starts_with("Last")) by = -1;
    if (macro.starts_with("Next")) by = 1;
    if (by == 0 && !macro.starts_with("This")) return std::nullopt;
    macro.remove_prefix(4);
    const bool to_date = macro.ends_with("ToDate");
    if (to_date) macro.remove_suffix(6);
    const auto span = span_of(macro, day, by);
    if (!span) return std::nullopt;
    if (!to_date) return Days{text_of(span->first), text_of(span->after - days(1))};
    // To date: as far into the span as today is into the present one.
    const auto present = span_of(macro, day, 0);
    return Days{text_of(span->first), text_of(span->first + (day - present->first))};
}

}  // namespace qbxml::simulator
