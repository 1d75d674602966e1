// What people do to jobs: cancel, retry, ignore, edit, resolve, and the record of it.
#include <iostream>

#include <fmt/format.h>

#include "server/cli/commands.h"
#include "server/jobs/job_text.h"
#include "server/service/job_desk.h"

namespace server::cli {
namespace {

constexpr std::size_t input_max = 16u << 20;

struct Wanted {
    std::string id, company, code, record_id, why;
    bool applied = false, not_applied = false;
    int limit = 50;
};

// Prints the job as it is now, or why it could not be moved.
int moved(const qbxml::Result<jobs::Job>& job)
{
    if (!job) return fail(job.error());
    std::cout << qbxml::to_json(jobs::to_value(*job)) << '\n';
    return success;
}

int counted(const qbxml::Result<int>& count, std::string_view what)
{
    if (!count) return fail(count.error());
    std::cout << fmt::format("{} {}\n", *count, what);
    return success;
}

int edit(service::JobDesk& desk, const Wanted& wanted, store::Store& store)
{
    const auto made = desk.edit({wanted.id}, read_input(input_max), store);
    if (!made) return print_refusals(made.error());
    for (const auto& warning : made->warnings)
        std::cerr << fmt::format("qbwcd: warning: {}: {}\n", warning.path, warning.message);
    std::cout << qbxml::to_json(jobs::to_value(made->job)) << '\n';
    return success;
}

int print_acts(Shell& shell, const Wanted& wanted)
{
    auto store = shell.open_store();
    const auto acts = store.read([&](store::Tx& tx) { return tx.acts(wanted.id, wanted.limit); });
    for (const auto& act : acts) {
        if (!shell.json) {
            std::cout << fmt::format("{}  {:12} {:14} {}  {}\n", base::to_text(act.at), act.actor,
                                     act.verb, act.subject, act.detail);
            continue;
        }
        qbxml::Value value(qbxml::Value::Object{});
        value.set("at", base::to_text(act.at));
        value.set("company", act.company.text);
        value.set("actor", act.actor);
        value.set("verb", act.verb);
        value.set("subject", act.subject);
        value.set("detail", act.detail);
        std::cout << qbxml::to_json(value) << '\n';
    }
    return success;
}

class Verbs {
public:
    Verbs(CLI::App& job, Shell& shell) : job_(job), shell_(shell) {}

    // A verb on one job, or with --all on all that have failed.
    template <class Run>
    CLI::App* add(const std::string& name, const std::string& help, Run run)
    {
        auto* command = job_.add_subcommand(name, help);
        command->callback([&shell = shell_, wanted = wanted_, run] {
            shell.run = [&shell, wanted, run] {
                auto store = shell.open_store();
                service::JobDesk desk(shell.clock, shell.ids, shell.actor());
                return run(desk, *wanted, store);
            };
        });
        return command;
    }
    template <class Run>
    CLI::App* add_on_one(const std::string& name, const std::string& help, Run run)
    {
        auto* command = add(name, help, run);
        command->add_option("id", wanted_->id, "The job")->required();
        return command;
    }
    template <class Run>
    CLI::App* add_on_all(const std::string& name, const std::string& help, Run run)
    {
        auto* command = add(name, help, run);
        command->add_option("company", wanted_->company, "The company")->required();
        command->add_option("--code", wanted_->code,
                            "Only those with this problem code, e.g. object_locked");
        return command;
    }
    Wanted& wanted() { return *wanted_; }

private:
    CLI::App& job_;
    Shell& shell_;
    std::shared_ptr<Wanted> wanted_ = std::make_shared<Wanted>();
};

void add_resolve(Verbs& verbs)
{
    auto* resolved =
        verbs.add_on_one("resolve", "Say what was found in QuickBooks about a job in doubt",
                         [](auto& desk, const Wanted& w, auto& store) {
                             return moved(desk.resolve({w.id}, w.applied, w.record_id, store));
                         });
    auto* outcome = resolved->add_option_group("outcome");
    outcome->add_flag("--applied", verbs.wanted().applied, "QuickBooks did it");
    outcome->add_flag("--not-applied", verbs.wanted().not_applied, "QuickBooks did not do it");
    outcome->require_option(1);
    resolved->add_option("--record", verbs.wanted().record_id, "ListID or TxnID of what it made");
    verbs.add_on_one(
        "probe", "Ask QuickBooks for what a job in doubt would have made",
        [](auto& desk, const Wanted& w, auto& store) { return moved(desk.probe({w.id}, store)); });
}

}  // namespace

void add_job_acts(CLI::App& job, Shell& shell)
{
    Verbs verbs(job, shell);
    verbs.add_on_one(
        "cancel", "Take back a job that has not been sent",
        [](auto& desk, const Wanted& w, auto& store) { return moved(desk.cancel({w.id}, store)); });
    verbs.add_on_one(
        "retry", "Try a failed or ignored job again",
        [](auto& desk, const Wanted& w, auto& store) { return moved(desk.retry({w.id}, store)); });
    auto* ignored = verbs.add_on_one("ignore", "Hide a failed job for good",
                                     [](auto& desk, const Wanted& w, auto& store) {
                                         return moved(desk.ignore({w.id}, w.why, store));
                                     });
    ignored->add_option("--why", verbs.wanted().why, "The reason, for the audit");
    verbs.add_on_one("unignore", "Show an ignored job as failed again",
                     [](auto& desk, const Wanted& w, auto& store) {
                         return moved(desk.unignore({w.id}, store));
                     });
    verbs.add_on_one("edit",
                     "Put another record (JSON on standard input) into a write that has failed or "
                     "was not sent; a failed one is tried again",
                     [](auto& desk, const Wanted& w, auto& store) { return edit(desk, w, store); });
    verbs.add_on_all("retry-all", "Try all failed jobs of a company again",
                     [](auto& desk, const Wanted& w, auto& store) {
                         return counted(desk.retry_all({w.company}, w.code, store), "tried again");
                     });
    auto* all_ignored = verbs.add_on_all(
        "ignore-all", "Hide all failed jobs of a company",
        [](auto& desk, const Wanted& w, auto& store) {
            return counted(desk.ignore_all({w.company}, w.code, w.why, store), "ignored");
        });
    all_ignored->add_option("--why", verbs.wanted().why, "The reason, for the audit");
    add_resolve(verbs);

    auto wanted = std::make_shared<Wanted>();
    auto* audit = job.add_subcommand("audit", "What people did, newest first");
    audit->add_option("of", wanted->id, "A job or a company")->required();
    audit->add_option("--limit", wanted->limit, "At most so many (default 50)")
        ->check(CLI::Range(1, 100'000));
    audit->callback(
        [&shell, wanted] { shell.run = [&shell, wanted] { return print_acts(shell, *wanted); }; });
}

}  // namespace server::cli
