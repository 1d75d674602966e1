#include "server/jobs/job.h"

#include <array>
#include <utility>

#include "server/base/ensure.h"

namespace server::jobs {
namespace {

// The words stand in rows and in the JSON of jobs: they never change.
constexpr std::array<std::pair<Kind, std::string_view>, 7> kinds{{
    {Kind::probe, "probe"},
    {Kind::sync, "sync"},
    {Kind::read, "read"},
    {Kind::write, "write"},
    {Kind::report, "report"},
    {Kind::raw, "raw"},
    {Kind::interactive, "interactive"},
}};
constexpr std::array<std::pair<State, std::string_view>, 8> states{{
    {State::queued, "queued"},
    {State::running, "running"},
    {State::done, "done"},
    {State::failed, "failed"},
    {State::in_doubt, "in_doubt"},
    {State::cancelled, "cancelled"},
    {State::expired, "expired"},
    {State::ignored, "ignored"},
}};
constexpr std::array<std::pair<Hold, std::string_view>, 3> holds{{
    {Hold::none, ""},
    {Hold::parent, "parent"},
    {Hold::upgrade, "upgrade"},
}};
constexpr std::array<std::pair<OnConflict, std::string_view>, 2> conflicts{{
    {OnConflict::fail, "fail"},
    {OnConflict::latest, "latest"},
}};
constexpr std::array<std::pair<Refresh, std::string_view>, 3> refreshes{{
    {Refresh::none, ""},
    {Refresh::wanted, "wanted"},
    {Refresh::had, "had"},
}};
constexpr std::array<std::pair<BatchState, std::string_view>, 4> batch_states{{
    {BatchState::sent, "sent"},
    {BatchState::settled, "settled"},
    {BatchState::given_back, "given_back"},
    {BatchState::in_doubt, "in_doubt"},
}};

std::string_view word_of(const auto& table, auto value)
{
    for (const auto& [member, word] : table)
        if (member == value) return word;
    base::unreachable();
}

template <class Enum>
std::optional<Enum> value_of(const auto& table, std::string_view text)
{
    for (const auto& [member, word] : table)
        if (word == text) return member;
    return std::nullopt;
}

}  // namespace

std::string_view to_text(Kind kind)
{
    return word_of(kinds, kind);
}

std::string_view to_text(State state)
{
    return word_of(states, state);
}

std::string_view to_text(BatchState state)
{
    return word_of(batch_states, state);
}

std::string_view to_text(Hold hold)
{
    return word_of(holds, hold);
}

std::string_view to_text(OnConflict on_conflict)
{
    return word_of(conflicts, on_conflict);
}

std::string_view to_text(Refresh refresh)
{
    return word_of(refreshes, refresh);
}

std::optional<Kind> kind_from_text(std::string_view text)
{
    return value_of<Kind>(kinds, text);
}

std::optional<State> state_from_text(std::string_view text)
{
    return value_of<State>(states, text);
}

std::optional<Hold> hold_from_text(std::string_view text)
{
    return value_of<Hold>(holds, text);
}

std::optional<OnConflict> on_conflict_from_text(std::string_view text)
{
    return value_of<OnConflict>(conflicts, text);
}

std::optional<Refresh> refresh_from_text(std::string_view text)
{
    return value_of<Refresh>(refreshes, text);
}

std::optional<BatchState> batch_state_from_text(std::string_view text)
{
    return value_of<BatchState>(batch_states, text);
}

}  // namespace server::jobs
