#include "server/jobs/pace.h"

#include <algorithm>

namespace server::jobs {

int next_page_size(const PageTaken& page, const PaceBounds& bounds)
{
    const int size = std::clamp(page.page_size, bounds.page_min, bounds.page_max);
    if (page.seconds <= 0 || page.records <= 0) return size;
    if (page.seconds >= bounds.seconds_min && page.seconds <= bounds.seconds_max) return size;
    const bool slow = page.seconds > bounds.seconds_max;
    if (slow && page.first) return size;
    if (!slow && page.records < page.page_size) return size;  // it was short, so it was quick
    const double wished = (bounds.seconds_min + bounds.seconds_max) / 2;
    const double fitting = wished * page.records / page.seconds;
    const double next = std::clamp(fitting, size / 2.0, size * 2.0);
    const int rounded = next >= 100 ? static_cast<int>(next) / 10 * 10 : static_cast<int>(next);
    return std::clamp(rounded, bounds.page_min, bounds.page_max);
}

int write_pace(int milliseconds_so_far, int requests, double seconds)
{
    if (requests <= 0 || seconds <= 0) return milliseconds_so_far;
    constexpr double longest = 3'600'000;
    const double each = std::clamp(1000 * seconds / requests, 1.0, longest);
    if (milliseconds_so_far <= 0) return static_cast<int>(each);
    return static_cast<int>((3.0 * milliseconds_so_far + each) / 4);
}

int writes_that_fit(int milliseconds_each, int requests_max, const PaceBounds& bounds)
{
    if (milliseconds_each <= 0) return requests_max;
    const double fitting = 1000 * bounds.seconds_max / milliseconds_each;
    return std::clamp(static_cast<int>(fitting), 1, requests_max);
}

}  // namespace server::jobs
