// A query too long to be read at one go is cut into ranges of QuickBooks' own wall clock, or of the
// dates of its transactions; each range that is read to its end is a checkpoint. Pure.
//
// QuickBooks promises no order, so a range is only complete as a whole. Neighbours share the second
// (not the day) where they meet: whatever QuickBooks makes of that moment when clocks are changed,
// it makes of both, and nothing falls between them. The last range is open.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace server::jobs {

struct Range {
    std::string from, to;  // both belong to it, "" is open
    bool operator==(const Range&) const = default;
};

// Where a range of times ends that holds `target` of the `total` records which it turned out to
// have. `times` are TimeModified of some of them, as they came. nullopt when it cannot be cut: all
// that is known of it lies in one second.
std::optional<std::string> cut_times(const Range&, const std::vector<std::string>& times, int total,
                                     int target);
// The same for dates, by proportion; `today` bounds what is open.
std::optional<std::string> cut_dates(const Range&, int total, int target, std::int64_t today);

// How long a complete range was, in seconds; one that was open at its start counts from `earliest`.
std::int64_t width_of(const Range&, std::string_view earliest);

// What follows a complete range of `records` records and that width: wider or narrower, so that it
// holds about `target`. Open when it would come within a day of `now`.
Range following(const Range&, std::int64_t width, int records, int target, std::int64_t now,
                bool dates);

}  // namespace server::jobs
