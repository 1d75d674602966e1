#include "qbxml/canonical/zone.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace qbxml::canonical {
namespace {

constexpr Seconds day_seconds = 86400;
constexpr Seconds around = 26 * 3600;  // more than the widest offset

bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int month_days(int year, int month)
{
    constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

// Days from 1970-01-01, by eras of 400 years that start in March.
Seconds day_number(int year, int month, int day)
{
    const Seconds y = year - (month <= 2 ? 1 : 0);
    const Seconds era = (y >= 0 ? y : y - 399) / 400;
    const Seconds of_era = y - era * 400;
    const Seconds of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int year_of(Seconds moment)
{
    const Seconds days = moment / day_seconds - (moment % day_seconds < 0 ? 1 : 0);
    int year = static_cast<int>(1970 + days / 366);
    while (day_number(year + 1, 1, 1) <= days)
        ++year;
    while (day_number(year, 1, 1) > days)
        --year;
    return year;
}

std::int64_t big_endian(std::string_view bytes)
{
    std::uint64_t value = (bytes.front() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (char c : bytes)
        value = value << 8 | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(value);
}

// Takes the front of a POSIX TZ text apart.
class FooterText {
public:
    explicit FooterText(std::string_view text) : rest_(text) {}
    bool done() const { return rest_.empty(); }
    bool at(char c) const { return !rest_.empty() && rest_.front() == c; }
    bool take(char c)
    {
        if (!at(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool name()
    {
        if (take('<')) {
            const auto end = rest_.find('>');
            if (end == std::string_view::npos) return false;
            rest_.remove_prefix(end + 1);
            return true;
        }
        const auto end = rest_.find_first_of("0123456789+-,");
        const auto size = std::min(end, rest_.size());
        rest_.remove_prefix(size);
        return size >= 3;
    }
    std::optional<int> number()
    {
        int value = 0, digits = 0;
        for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9' && digits < 4;
             ++digits) {
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return digits ? std::optional(value) : std::nullopt;
    }
    std::optional<int> seconds()  // [+-]hh[:mm[:ss]]
    {
        const bool negative = at('-');
        if (!take('-')) take('+');
        const auto hours = number();
        if (!hours) return std::nullopt;
        int value = *hours * 3600;
        for (int unit : {60, 1}) {
            if (!take(':')) break;
            const auto part = number();
            if (!part) return std::nullopt;
            value += *part * unit;
        }
        return negative ? -value : value;
    }

private:
    std::string_view rest_;
};

bool is_zone_name(std::string_view name)
{
    if (name.empty() || name.size() > 64 || name.front() == '/' || name.back() == '/') return false;
    if (name.find("..") != std::string_view::npos) return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '/' || c == '_' || c == '-' || c == '+';
    });
}

}  // namespace

std::optional<Seconds> days_of(int year, int month, int day)
{
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
        return std::nullopt;
    return day_number(year, month, day);
}

std::optional<Zone> Zone::load(std::string_view name)
{
    if (!is_zone_name(name)) return std::nullopt;
    std::ifstream in("/usr/share/zoneinfo/" + std::string(name), std::ios::binary);
    if (!in) return std::nullopt;
    in.seekg(0, std::ios::end);
    const std::streamoff size = in.tellg();
    if (size < 0 || size > 256 * 1024) return std::nullopt;
    std::string text(static_cast<std::size_t>(size), '\0');
    in.seekg(0);
    if (!in.read(text.data(), size)) return std::nullopt;
    return parse(text);
}

std::optional<Zone> Zone::parse(std::string_view text)
{
    struct Counts {
        std::size_t utc, standard, leaps, times, types, letters;
        std::size_t size(std::size_t width) const
        {
            return times * (width + 1) + types * 6 + letters + leaps * (width + 4) + standard + utc;
        }
    };
    constexpr std::size_t header = 44;
    const auto counts_at = [&](std::size_t at) -> std::optional<Counts> {
        if (text.size() < at + header || text.substr(at, 4) != "TZif") return std::nullopt;
        const auto count = [&](std::size_t i) {
            return static_cast<std::size_t>(big_endian(text.substr(at + 20 + i * 4, 4)));
        };
        Counts counts{count(0), count(1), count(2), count(3), count(4), count(5)};
        if (counts.times > 100'000 || counts.types > 256 || counts.types == 0 ||
            counts.letters > 4096 || counts.leaps > 1000 || counts.standard > 256 ||
            counts.utc > 256)
            return std::nullopt;
        return counts;
    };
    // The first block holds 32-bit times for old readers; the second one is read.
    const auto old = counts_at(0);
    if (!old || text[4] < '2') return std::nullopt;
    const std::size_t second = header + old->size(4);
    const auto counts = counts_at(second);
    if (!counts || text.size() < second + header + counts->size(8)) return std::nullopt;

    Zone zone;
    const std::string_view times = text.substr(second + header, counts->times * 8);
    const std::string_view kinds = text.substr(second + header + times.size(), counts->times);
    const std::string_view types =
        text.substr(second + header + times.size() + kinds.size(), counts->types * 6);
    for (std::size_t i = 0; i < counts->times; ++i) {
        const auto kind = static_cast<unsigned char>(kinds[i]);
        if (kind >= counts->types) return std::nullopt;
        zone.transitions_.push_back(big_endian(times.substr(i * 8, 8)));
        zone.offsets_.push_back(static_cast<int>(big_endian(types.substr(kind * 6u, 4))));
    }
    zone.first_ = static_cast<int>(big_endian(types.substr(0, 4)));
    std::string_view footer = text.substr(second + header + counts->size(8));
    if (footer.size() > 2 && footer.front() == '\n') {
        footer.remove_prefix(1);
        zone.footer_ = parse_footer(footer.substr(0, footer.find('\n')));
        if (!zone.footer_) return std::nullopt;
    }
    return zone;
}

std::optional<Zone::Footer> Zone::parse_footer(std::string_view text)
{
    FooterText rest(text);
    Footer footer;
    if (!rest.name()) return std::nullopt;
    const auto standard = rest.seconds();
    if (!standard) return std::nullopt;
    footer.standard = -*standard;  // POSIX counts west of Greenwich
    if (rest.done()) return footer;
    if (!rest.name()) return std::nullopt;
    footer.daylight = footer.standard + 3600;
    if (!rest.at(',')) {
        const auto daylight = rest.seconds();
        if (!daylight) return std::nullopt;
        footer.daylight = -*daylight;
    }
    for (Rule* rule : {&footer.begin, &footer.end}) {
        if (!rest.take(',')) return std::nullopt;
        if (rest.take('M')) {
            rule->form = Rule::Form::month_week_day;
            rule->month = rest.number().value_or(0);
            rule->week = rest.take('.') ? rest.number().value_or(0) : 0;
            rule->day = rest.take('.') ? rest.number().value_or(7) : 7;
            if (rule->month < 1 || rule->month > 12 || rule->week < 1 || rule->week > 5 ||
                rule->day > 6)
                return std::nullopt;
        } else {
            rule->form = rest.take('J') ? Rule::Form::day_no_leap : Rule::Form::day;
            const auto day = rest.number();
            if (!day || *day > 366) return std::nullopt;
            rule->day = *day;
        }
        if (rest.take('/')) {
            const auto seconds = rest.seconds();
            if (!seconds) return std::nullopt;
            rule->seconds = *seconds;
        }
    }
    return rest.done() ? std::optional(footer) : std::nullopt;
}

Seconds Zone::moment_of(const Rule& rule, int year, int offset)
{
    Seconds day = day_number(year, 1, 1);
    switch (rule.form) {
        case Rule::Form::day: day += rule.day; break;
        case Rule::Form::day_no_leap:
            day += rule.day - 1 + (is_leap(year) && rule.day >= 60 ? 1 : 0);
            break;
        case Rule::Form::month_week_day: {
            const Seconds first = day_number(year, rule.month, 1);
            const Seconds weekday = ((first + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
            Seconds of_month = (rule.day - weekday + 7) % 7 + (rule.week - 1) * 7;
            while (of_month >= month_days(year, rule.month))
                of_month -= 7;
            day = first + of_month;
            break;
        }
    }
    return day * day_seconds + rule.seconds - offset;
}

int Zone::footer_offset(Seconds moment) const
{
    if (!footer_->daylight) return footer_->standard;
    const int year = year_of(moment + footer_->standard);
    const Seconds begin = moment_of(footer_->begin, year, footer_->standard);
    const Seconds end = moment_of(footer_->end, year, *footer_->daylight);
    const bool daylight =
        begin < end ? moment >= begin && moment < end : moment >= begin || moment < end;
    return daylight ? *footer_->daylight : footer_->standard;
}

int Zone::offset_at(Seconds moment) const
{
    if (footer_ && (transitions_.empty() || moment >= transitions_.back()))
        return footer_offset(moment);
    const auto after = std::upper_bound(transitions_.begin(), transitions_.end(), moment);
    if (after == transitions_.begin()) return first_;
    return offsets_[static_cast<std::size_t>(after - transitions_.begin()) - 1];
}

int Zone::offset_at_wall(Seconds wall, std::optional<int> given) const
{
    const int before = offset_at(wall - around);
    const int after = offset_at(wall + around);
    if (before == after && offset_at(wall - before) == before) return before;
    const auto shows = [&](int offset) { return offset_at(wall - offset) == offset; };
    std::array<int, 3> found{};
    std::size_t count = 0;
    for (int offset : {before, after, offset_at(wall)}) {
        if (!shows(offset)) continue;
        if (std::find(found.begin(), found.begin() + count, offset) != found.begin() + count)
            continue;
        found[count++] = offset;
    }
    if (count == 0) return before;
    for (std::size_t i = 0; i < count; ++i)
        if (given == found[i]) return found[i];
    return *std::max_element(found.begin(), found.begin() + count);  // the earlier moment
}

}  // namespace qbxml::canonical
