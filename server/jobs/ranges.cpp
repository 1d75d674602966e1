#include "server/jobs/ranges.h"

#include <algorithm>
#include <limits>

#include "qbxml/canonical/values.h"
#include "server/base/ensure.h"

namespace server::jobs {
namespace {

using qbxml::canonical::wall_clock;
using qbxml::canonical::wall_clock_text;

constexpr std::int64_t day = 24 * 60 * 60;
constexpr std::int64_t longest_width = 3650 * day;

// Our own texts: those of ranges, never of an answer.
std::int64_t seconds_of(const std::string& text)
{
    const auto wall = wall_clock(text.size() == 10 ? text + "T00:00:00" : text);
    base::ensure(wall.has_value(), "a range has an end that is no time");
    return *wall;
}

std::string date_of(std::int64_t seconds)
{
    return wall_clock_text(seconds).substr(0, 10);
}

}  // namespace

std::optional<std::string> cut_times(const Range& range, const std::vector<std::string>& times,
                                     int total, int target)
{
    std::vector<std::int64_t> walls;
    using Bounds = std::numeric_limits<std::int64_t>;
    const std::int64_t from = range.from.empty() ? Bounds::min() : seconds_of(range.from);
    const std::int64_t to = range.to.empty() ? Bounds::max() : seconds_of(range.to);
    const auto inside = [&](std::int64_t wall) { return wall > from && wall < to; };
    for (const std::string& text : times)
        if (const auto wall = wall_clock(text); wall && inside(*wall)) walls.push_back(*wall);
    if (walls.empty()) return std::nullopt;

    // In order of time they are one end of the whole; how dense they lie tells about the rest.
    const bool rising = std::is_sorted(walls.begin(), walls.end());
    const bool falling = std::is_sorted(walls.rbegin(), walls.rend());
    const auto [least, most] = std::minmax_element(walls.begin(), walls.end());
    if (rising != falling) {
        const double each = static_cast<double>(*most - *least) / static_cast<double>(walls.size());
        const auto span = [&](int records) { return static_cast<std::int64_t>(each * records); };
        const std::int64_t guess =
            rising ? *least + span(target) : *most - span(total) + span(target);
        if (inside(guess)) return wall_clock_text(guess);
    }
    std::sort(walls.begin(), walls.end());
    const auto share = walls.size() * static_cast<std::size_t>(target) /
                       static_cast<std::size_t>(std::max(total, 1));
    return wall_clock_text(walls[std::min(share, walls.size() - 1)]);
}

std::optional<std::string> cut_dates(const Range& range, int total, int target, std::int64_t today)
{
    const std::int64_t from = seconds_of(range.from);
    if (range.to.empty() && from >= today) return std::nullopt;  // what lies ahead is not cut
    const std::int64_t to = range.to.empty() ? today : seconds_of(range.to);
    const std::int64_t days = (to - from) / day + 1;
    if (days < 2) return std::nullopt;
    const std::int64_t kept =
        std::clamp<std::int64_t>(days * target / std::max(total, 1), 1, days - 1);
    return date_of(from + (kept - 1) * day);
}

std::int64_t width_of(const Range& range, std::string_view earliest)
{
    const std::string from = range.from.empty() ? std::string(earliest) : range.from;
    if (from.empty() || range.to.empty()) return day;
    const auto begin = wall_clock(from.size() == 10 ? from + "T00:00:00" : from);
    return begin ? std::max<std::int64_t>(1, seconds_of(range.to) - *begin) : day;
}

Range following(const Range& range, std::int64_t width, int records, int target, std::int64_t now,
                bool dates)
{
    // From a quarter to eight times as wide: one odd range does not spoil the next.
    const double factor = std::clamp(
        static_cast<double>(target) / static_cast<double>(std::max(records, 1)), 0.25, 8.0);
    auto next = static_cast<std::int64_t>(static_cast<double>(width) * factor);
    next = std::clamp<std::int64_t>(next, dates ? day : 1, longest_width);
    const std::int64_t end = seconds_of(range.to);
    const std::int64_t to = end + next;
    const bool open = to >= now - day;
    if (dates) return {date_of(end + day), open ? "" : date_of(to)};
    return {range.to, open ? "" : wall_clock_text(to)};
}

}  // namespace server::jobs
