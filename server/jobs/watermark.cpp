#include "server/jobs/watermark.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "qbxml/canonical/types.h"
#include "qbxml/canonical/values.h"

namespace server::jobs {
namespace {

using qbxml::canonical::wall_clock;
using qbxml::canonical::wall_clock_text;
using Seconds = std::int64_t;

constexpr Seconds hour = 60 * 60;
constexpr Seconds overlap = 2 * hour;
constexpr std::size_t wall_size = 19;  // "2026-11-21T13:29:58"

std::string_view suffix_of(std::string_view text)
{
    return text.size() > wall_size ? text.substr(wall_size) : std::string_view();
}

// "-08:00" in seconds.
std::optional<Seconds> offset_of(std::string_view text)
{
    const std::string_view suffix = suffix_of(text);
    if (suffix == "Z") return 0;
    if (suffix.size() != 6 || (suffix[0] != '+' && suffix[0] != '-')) return std::nullopt;
    const auto digits = [&](std::size_t at) {
        return Seconds{suffix[at] - '0'} * 10 + (suffix[at + 1] - '0');
    };
    const Seconds seconds = digits(1) * hour + digits(4) * 60;
    return suffix[0] == '-' ? -seconds : seconds;
}

Seconds unix_seconds(base::Time time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string text_of(Seconds wall, std::string_view like)
{
    return wall_clock_text(wall).append(suffix_of(like));
}

}  // namespace

std::string watermark_after(const ReadRun& run)
{
    const auto newest = wall_clock(run.newest);
    if (!newest) return std::string(run.previous);
    const Seconds began = unix_seconds(run.asked_at);
    const Seconds took = std::max<Seconds>(0, unix_seconds(run.answered_at) - began);
    const auto offset = offset_of(run.newest);
    // The farthest east is fourteen hours ahead; the offset, where there is one, is an hour off at
    // most.
    const Seconds latest = began + (offset ? *offset + hour : 14 * hour);
    const Seconds here = std::min(*newest - took, latest);

    const auto before = wall_clock(run.previous);
    if (!before || run.whole) return text_of(here, run.newest);
    const auto offset_before = offset_of(run.previous);
    if (offset && offset_before && *offset != *offset_before) {
        const Seconds moved =
            *offset > *offset_before ? *offset - *offset_before : *offset_before - *offset;
        return text_of(std::min(here, *before) - moved, run.newest);
    }
    // What a delta brings may be older than what is known: the newest record may be gone.
    if (*before <= latest && *before >= here) return std::string(run.previous);
    return text_of(here, run.newest);
}

std::string put_back(std::string_view watermark, std::string_view written_at,
                     std::chrono::seconds since_run)
{
    const auto known = wall_clock(watermark);
    const auto told = wall_clock(written_at);
    if (!known || !told || *told + overlap >= *known) return {};
    return text_of(*told - std::max<Seconds>(0, since_run.count()), written_at);
}

std::string delta_from(std::string_view watermark)
{
    return qbxml::canonical::wall_clock_before(watermark, overlap).value_or("");
}

}  // namespace server::jobs
