#include "qbxml/simulator/local_time.h"

#include <charconv>
#include <chrono>

namespace qbxml::simulator {

namespace {

constexpr std::int64_t day_seconds = 86400;

// First local second of summer or of winter time in that year, as if local time were UTC.
std::int64_t switch_second(std::chrono::year year, bool to_summer)
{
    using namespace std::chrono;
    const sys_days day =
        to_summer ? sys_days(year / March / Sunday[2]) : sys_days(year / November / Sunday[1]);
    return duration_cast<seconds>((day + hours(2)).time_since_epoch()).count();
}

std::chrono::year year_of(std::int64_t seconds_since_epoch)
{
    using namespace std::chrono;
    const auto day = floor<days>(sys_seconds(seconds(seconds_since_epoch)));
    return year_month_day(day).year();
}

std::int64_t to_local(std::int64_t unix_seconds, const HostZone& zone)
{
    const std::int64_t standard = unix_seconds + zone.january_offset_minutes * 60;
    if (!zone.summer_time) return standard;
    const auto year = year_of(standard);
    // Winter time begins at two in summer time, which is one in standard time.
    const bool summer =
        standard >= switch_second(year, true) && standard < switch_second(year, false) - 3600;
    return summer ? standard + 3600 : standard;
}

std::int64_t from_local(std::int64_t local, const HostZone& zone)
{
    std::int64_t standard = local;
    if (zone.summer_time) {
        const auto year = year_of(local);
        if (local >= switch_second(year, true) && local < switch_second(year, false)) {
            standard = local - 3600;
        }
    }
    return standard - zone.january_offset_minutes * 60;
}

// The last `count` digits of a number that is not negative.
void append_digits(std::string& text, int number, std::size_t count)
{
    const std::size_t begin = text.size();
    text.append(count, '0');
    for (std::size_t at = begin + count; at > begin; number /= 10)
        text[--at] = static_cast<char>('0' + number % 10);
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count)
{
    if (at + count > text.size()) return std::nullopt;
    int value = 0;
    const char* first = text.data() + at;
    const auto [end, error] = std::from_chars(first, first + count, value);
    if (error != std::errc() || end != first + count || value < 0) return std::nullopt;
    return value;
}

std::optional<int> offset_minutes(std::string_view text)
{
    if (text == "Z") return 0;
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
        return std::nullopt;
    }
    const auto hours = digits(text, 1, 2);
    const auto minutes = digits(text, 4, 2);
    if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
    const int value = *hours * 60 + *minutes;
    return text[0] == '-' ? -value : value;
}

}  // namespace

std::string date_time_text(std::int64_t unix_seconds, const HostZone& zone)
{
    const std::int64_t local = to_local(unix_seconds, zone);
    const std::int64_t of_day = ((local % day_seconds) + day_seconds) % day_seconds;
    const int offset = zone.january_offset_minutes;
    const int size = offset < 0 ? -offset : offset;
    std::string text = date_of_day(static_cast<int>((local - of_day) / day_seconds));
    const auto second = static_cast<int>(of_day);
    text += 'T';
    append_digits(text, second / 3600, 2);
    text += ':';
    append_digits(text, second / 60 % 60, 2);
    text += ':';
    append_digits(text, second % 60, 2);
    text += offset < 0 ? '-' : '+';
    append_digits(text, size / 60, 2);
    text += ':';
    append_digits(text, size % 60, 2);
    return text;
}

std::string date_text(std::int64_t unix_seconds, const HostZone& zone)
{
    return date_time_text(unix_seconds, zone).substr(0, 10);
}

std::optional<std::int64_t> unix_from_text(std::string_view text, const HostZone& zone,
                                           bool end_of_day)
{
    const auto day = day_number(text.substr(0, 10));
    if (!day) return std::nullopt;
    const std::int64_t midnight = *day * day_seconds;
    if (text.size() == 10) {
        return from_local(end_of_day ? midnight + day_seconds - 1 : midnight, zone);
    }
    const auto hour = digits(text, 11, 2);
    const auto minute = digits(text, 14, 2);
    if (text[10] != 'T' || !hour || !minute || text[13] != ':' || *hour > 23 || *minute > 59) {
        return std::nullopt;
    }
    std::size_t at = 16;
    int second = 0;
    if (at < text.size() && text[at] == ':') {
        const auto read = digits(text, at + 1, 2);
        if (!read || *read > 59) return std::nullopt;
        second = *read;
        at += 3;
    }
    if (at < text.size() && text[at] == '.') {  // fractions are dropped
        at = std::min(text.size(), text.find_first_not_of("0123456789", at + 1));
    }
    const std::int64_t clock = midnight + *hour * 3600 + *minute * 60 + second;
    if (at == text.size()) return from_local(clock, zone);
    const auto offset = offset_minutes(text.substr(at));
    if (!offset) return std::nullopt;
    return clock - *offset * 60;
}

std::optional<int> day_number(std::string_view date)
{
    if (date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
    const auto year = digits(date, 0, 4);
    const auto month = digits(date, 5, 2);
    const auto day = digits(date, 8, 2);
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day ymd{std::chrono::year(*year),
                                          std::chrono::month(static_cast<unsigned>(*month)),
                                          std::chrono::day(static_cast<unsigned>(*day))};
    if (!ymd.ok()) return std::nullopt;
    return static_cast<int>(std::chrono::sys_days(ymd).time_since_epoch().count());
}

std::string date_of_day(int day_number)
{
    const std::chrono::year_month_day ymd{std::chrono::sys_days(std::chrono::days(day_number))};
    std::string text;
    append_digits(text, static_cast<int>(ymd.year()), 4);
    text += '-';
    append_digits(text, static_cast<int>(static_cast<unsigned>(ymd.month())), 2);
    text += '-';
    append_digits(text, static_cast<int>(static_cast<unsigned>(ymd.day())), 2);
    return text;
}

}  // namespace qbxml::simulator
