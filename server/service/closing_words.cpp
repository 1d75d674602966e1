#include "server/service/closing_words.h"

#include <fmt/format.h>

namespace server::service {

std::string closing_text(const session::Session& s)
{
    if (s.state == session::State::closing) return s.last_error;
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

}  // namespace server::service
