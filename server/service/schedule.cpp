#include "server/service/schedule.h"

#include <algorithm>

#include "server/base/ensure.h"
#include "server/service/sync_settings.h"

namespace server::service {
namespace {

using base::Time;
using std::chrono::days;

constexpr days deletions_told{85};  // of ninety, to be safe
constexpr days skipped_again{7};
constexpr std::chrono::minutes soonest{1};
constexpr std::chrono::hours latest{1};

bool ever(Time time)
{
    return time != Time{};
}

const store::SyncState* state_of(std::string_view data_type,
                                 std::span<const store::SyncState> states)
{
    for (const auto& state : states)
        if (state.data_type == data_type) return &state;
    return nullptr;
}

}  // namespace

Look look(std::span<const store::SyncSetting> settings, std::span<const store::SyncState> states,
          Time now)
{
    Look result{.due = {}, .cause = "schedule", .next = now + latest};
    const auto types = ordered_types({}, settings);
    base::ensure(types.ok(), "the types that are enabled are none");
    const auto* deletions = state_of("deletions", states);
    const bool too_long = deletions && ever(deletions->completed_at) &&
                          now - deletions->completed_at > deletions_told;
    const auto wait_until = [&](Time time) { result.next = std::min(result.next, time); };

    for (const std::string& type : *types) {
        const auto wish = settings_of(type, settings);
        const auto* state = state_of(type, states);
        if (!state || !ever(state->asked_at)) {
            if (!wish.first) continue;
            result.due.push_back({type, true});
            result.cause = "first";
            continue;
        }
        const bool compared = type != "deletions" && ever(state->completed_at);
        if (too_long && compared && now - state->full_at > deletions_told) {
            result.due.push_back({type, true});
            if (result.cause == "schedule") result.cause = "comparison";
            continue;
        }
        const auto every = state->skipped.empty() || wish.every.count() == 0
                               ? wish.every
                               : std::max<std::chrono::seconds>(wish.every, skipped_again);
        const Time full_at = state->full_at + wish.full;
        const bool answered = state->skipped.empty();
        if (wish.full.count() > 0 && answered && ever(state->full_at)) {
            if (full_at <= now && state->asked_at + std::min(wish.full, every) <= now) {
                result.due.push_back({type, true});
                continue;
            }
            wait_until(full_at);
        }
        if (every.count() == 0) continue;
        if (state->asked_at + every <= now)
            result.due.push_back({type, false});
        else
            wait_until(state->asked_at + every);
    }
    result.next = std::max<Time>(result.next, now + soonest);
    return result;
}

}  // namespace server::service
