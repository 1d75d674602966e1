#include "server/cli/wait.h"

#include <iostream>
#include <thread>

#include <fmt/format.h>

#include "server/jobs/job_text.h"
#include "server/service/live.h"

namespace server::cli {
namespace {

constexpr std::chrono::milliseconds look_every{50};

void say_waiting(store::Store& store, const std::vector<jobs::Job>& waited_for, base::Time now)
{
    store.write(
        [&](store::Tx& tx) {
            for (const auto& job : waited_for)
                tx.note_waiting(job.company, now);
        },
        store::Durable::soon);
}

// True: all have ended.
bool look(store::Store& store, std::vector<jobs::Job>& waited_for)
{
    return store.read([&](store::Tx& tx) {
        bool all = true;
        for (auto& job : waited_for) {
            if (auto now = tx.find_job(job.id)) job = std::move(*now);
            all = all && jobs::ended(job.state);
        }
        return all;
    });
}

int wait(const Shell& shell, const std::string& id, int seconds)
{
    auto store = shell.open_store();
    const auto job = store.read([&](store::Tx& tx) { return tx.find_job({id}); });
    if (!job) return fail({id, "no job has this id; 'qbwcd job list' shows those there are"});
    std::vector<jobs::Job> waited_for{*job};
    const int ended = wait_for(shell, store, waited_for, std::chrono::seconds(seconds));
    std::cout << qbxml::to_json(jobs::to_value(waited_for.front())) << '\n';
    return ended;
}

}  // namespace

int wait_for(const Shell& shell, store::Store& store, std::vector<jobs::Job>& waited_for,
             std::chrono::seconds timeout)
{
    const auto until = shell.clock.now() + timeout;
    base::Time say_at{};
    std::int64_t version = -1;
    for (;;) {
        const auto now = shell.clock.now();
        if (now >= say_at) {
            say_waiting(store, waited_for, now);
            say_at = now + service::waiting_said_every;
        }
        // What this connection writes itself does not count; what the server writes does.
        const auto seen = store.version();
        if (seen != version && look(store, waited_for)) break;
        version = seen;
        if (now >= until) {
            std::cerr << fmt::format("qbwcd: not done within {} s; the work goes on without you\n",
                                     timeout.count());
            return unusable;
        }
        std::this_thread::sleep_for(look_every);
    }
    for (const auto& job : waited_for)
        if (job.state != jobs::State::done) return refused;
    return success;
}

int wait_if_asked(const Shell& shell, store::Store& store, std::vector<jobs::Job>& waited_for)
{
    if (shell.wait_seconds == 0) return success;
    return wait_for(shell, store, waited_for, std::chrono::seconds(shell.wait_seconds));
}

void add_wait_option(CLI::App& command, Shell& shell)
{
    command
        .add_option(
            "--wait", shell.wait_seconds,
            "Wait so many seconds for the end; the company's session is held open meanwhile")
        ->check(CLI::Range(1, wait_seconds_max));
}

void add_wait_command(CLI::App& job, Shell& shell)
{
    struct Wanted {
        std::string id;
        int seconds = 60;
    };
    auto wanted = std::make_shared<Wanted>();
    auto* waited = job.add_subcommand(
        "wait", "Wait until a job has ended; its company's session is held open meanwhile");
    waited->add_option("id", wanted->id, "The job")->required();
    waited->add_option("--timeout", wanted->seconds, "Seconds to wait at most (default 60)")
        ->check(CLI::Range(1, wait_seconds_max));
    waited->callback([&shell, wanted] {
        shell.run = [&shell, wanted] { return wait(shell, wanted->id, wanted->seconds); };
    });
}

}  // namespace server::cli
