#include "server/service/closing_words.h"

#include <fmt/format.h>

namespace server::service {
namespace {

std::string what_was_done(const session::Session& s)
{
    if (s.jobs_done + s.jobs_failed == 0) return "OK. Nothing was left to do.";
    const auto tasks = [](int count) {
        return fmt::format("{} {}", count, count == 1 ? "task" : "tasks");
    };
    constexpr std::string_view who_sees =
        "could not be done; the people who run the server see why.";
    if (s.jobs_done == 0) return fmt::format("{} {}", tasks(s.jobs_failed), who_sees);
    if (s.jobs_failed == 0) return fmt::format("OK. {} done.", tasks(s.jobs_done));
    return fmt::format("OK. {} done. {} {}", tasks(s.jobs_done), s.jobs_failed, who_sees);
}

}  // namespace

std::string closing_text(const session::Session& s, std::int64_t in_doubt)
{
    if (s.state == session::State::closing) return s.last_error;
    const auto done = what_was_done(s);
    if (in_doubt == 0) return done;
    return fmt::format(
        "{} Of {} nobody knows whether QuickBooks did {}; the people who run the server can tell.",
        done, in_doubt == 1 ? "1 task" : fmt::format("{} tasks", in_doubt),
        in_doubt == 1 ? "it" : "them");
}

}  // namespace server::service
