#include "server/session/machine.h"

#include <algorithm>
#include <array>

#include "server/base/ensure.h"

namespace server::session {
namespace {

bool over(const Session& s)
{
    return s.state == State::closing || s.state == State::closed;
}

Step ended(Session s, State state)
{
    const Work work = s.state == State::busy ? Work::give_back : Work::none;
    s.state = state;
    s.no_op = false;
    return {std::move(s), work};
}

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace

bool wants_work(const Session& s)
{
    return s.state == State::open || s.state == State::interactive;
}

Step on_send(Session s, const Offer& offer, base::Time now, const Limits& limits)
{
    switch (s.state) {
        case State::busy:
            s.deadline = now + limits.busy;
            return {std::move(s), Work::repeat};  // QBWC asked twice: same promise, same words
        case State::closing:
        case State::closed: return {std::move(s), Work::none};
        case State::open:
        case State::interactive: break;
    }
    s.deadline = now + limits.idle;
    s.no_op = false;
    return std::visit(Overloaded{
                          [&](const Nothing& nothing) -> Step {
                              s.state = State::open;
                              s.last_error = nothing.text;
                              return {std::move(s), Work::none};
                          },
                          [&](const Soon&) -> Step {
                              s.state = State::open;
                              s.no_op = true;
                              return {std::move(s), Work::none};
                          },
                          [&](const Batch& batch) -> Step {
                              s.state = State::busy;
                              s.batch = batch.id;
                              s.deadline = now + limits.busy;
                              return {std::move(s), Work::hand_out};
                          },
                          [&](const Page& page) -> Step {
                              s.state = State::interactive;
                              s.interactive = page.job;
                              s.deadline = now + limits.busy;
                              return {std::move(s), Work::none};
                          },
                      },
                      offer);
}

Receipt receipt_of(const Session& s, std::string_view answer, bool has_response)
{
    const bool same = !s.answer.empty() && s.answer == answer;
    if (s.state == State::busy) return same && has_response ? Receipt::repeat : Receipt::settle;
    return same && s.state != State::closed ? Receipt::repeat : Receipt::unasked;
}

Step on_receive(Session s, const Tally& tally, std::string_view answer, base::Time now,
                const Limits& limits)
{
    base::ensure(s.state == State::busy, "an answer was settled while no batch was out");
    s.answer = answer;
    s.batch.reset();
    s.jobs_done += tally.done;
    s.jobs_failed += tally.failed;
    s.deadline = now + limits.idle;
    if (!tally.breach.empty()) {
        s.state = State::closing;
        s.last_error = tally.breach;
        s.number = -1;
        return {std::move(s), Work::settle};
    }
    s.state = State::open;
    ++s.batches;
    // Never 100 while something is left, never back.
    s.number = tally.more ? std::clamp(tally.percent, std::clamp(s.number, 0, 99), 99) : 100;
    return {std::move(s), Work::settle};
}

Step on_unasked(Session s, base::Time)
{
    if (over(s)) return {std::move(s), Work::none};
    s.state = State::closing;
    s.number = -1;
    s.last_error =
        "The Web Connector sent an answer to a question that was not asked. The run was stopped; "
        "nothing was changed. Please start the update again.";
    return {std::move(s), Work::none};
}

Step on_connection_error(Session s, const Retry& retry, base::Time now, const Limits& limits)
{
    if (over(s)) return {std::move(s), Work::none};
    s.last_error = retry.text;
    if (s.state != State::busy && retry.path) {
        ++s.connection_tries;
        s.deadline = now + limits.idle;
        return {std::move(s), Work::none};
    }
    return ended(std::move(s), State::closing);
}

Step on_interactive_done(Session s, base::Time now, const Limits& limits)
{
    if (s.state == State::interactive) {
        s.state = State::open;
        s.interactive.reset();
        s.deadline = now + limits.idle;
    }
    return {std::move(s), Work::none};
}

Step on_interactive_rejected(Session s, std::string_view text, base::Time now, const Limits& limits)
{
    if (s.state == State::interactive) {
        s.state = State::open;
        s.interactive.reset();
        s.last_error = text;
        s.deadline = now + limits.idle;
    }
    return {std::move(s), Work::none};
}

Step on_close(Session s)
{
    return ended(std::move(s), State::closed);
}

Step on_deadline(Session s)
{
    return ended(std::move(s), State::closed);
}

Step on_newer_session(Session s)
{
    s.last_error = replaced_text;
    return ended(std::move(s), State::closed);
}

Step on_wrong_file(Session s, std::string_view text)
{
    if (over(s)) return {std::move(s), Work::none};
    s.last_error = text;
    return ended(std::move(s), State::closing);
}

std::string last_error(const Session& s)
{
    switch (s.state) {
        case State::open:
        case State::busy: return s.no_op ? "NoOp" : s.last_error;
        case State::interactive: return "Interactive mode";
        case State::closing: return s.last_error;
        case State::closed:
            return s.last_error.empty() ? std::string(no_session_text) : s.last_error;
    }
    base::unreachable();
}

std::optional<std::string> next_file(std::string_view hresult, int tries, const FileChoice& files)
{
    if (tries >= 2) return std::nullopt;
    // Refused by a person, or QuickBooks not installed: the same answer would come again.
    constexpr std::array<std::string_view, 4> hopeless{"0x80040420", "0x8004041A", "0x80040154",
                                                       "0x80040418"};
    const auto same_code = [&](std::string_view code) {
        return std::equal(code.begin(), code.end(), hresult.begin(), hresult.end(),
                          [](char a, char b) { return std::tolower(a) == std::tolower(b); });
    };
    if (std::any_of(hopeless.begin(), hopeless.end(), same_code)) return std::nullopt;
    if (!files.pinned.empty()) return tries == 0 ? files.pinned : std::string();
    if (tries == 0) return files.learned;
    return files.learned.empty() ? std::nullopt : std::optional<std::string>("");
}

}  // namespace server::session
