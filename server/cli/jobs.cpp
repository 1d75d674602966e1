#include <iostream>

#include <fmt/format.h>

#include "server/cli/commands.h"
#include "server/cli/wait.h"
#include "server/jobs/job_text.h"
#include "server/service/job_desk.h"

namespace server::cli {
namespace {

using qbxml::Value;

void print_line(const jobs::Job& job)
{
    std::string what(to_text(job.kind));
    if (!job.operation.empty()) what += " " + job.operation;
    if (!job.data_type.empty()) what += " " + job.data_type;
    std::cout << fmt::format("{}  {:9} {:28} {}{}\n", job.id.text, to_text(job.state), what,
                             base::to_text(job.created_at),
                             job.problem ? "   ! " + job.problem->message : "");
}

void print(const Shell& shell, const jobs::Job& job)
{
    if (shell.json)
        std::cout << qbxml::to_json(jobs::to_value(job)) << '\n';
    else
        print_line(job);
}

// Interactive always prints the job as JSON: a program reads it.
void print_job(const jobs::Job& job)
{
    std::cout << qbxml::to_json(jobs::to_value(job)) << '\n';
}

int interactive(Shell& shell, const std::string& slug, const std::string& url)
{
    auto store = shell.open_store();
    const auto made =
        service::JobDesk(shell.clock, shell.ids, shell.actor()).interactive({slug}, url, store);
    if (!made) return fail(made.error());
    print_job(*made);
    return success;
}

struct ListWish {
    std::string company, state;
    int limit = 100;
};

int list(Shell& shell, const ListWish& wish)
{
    store::JobFilter filter{.limit = wish.limit};
    if (!wish.company.empty()) filter.company = base::CompanyId{wish.company};
    if (!wish.state.empty()) {
        filter.state = jobs::state_from_text(wish.state);
        if (!filter.state)
            return fail({"--state", fmt::format("'{}' is no state; queued, running, done, failed, "
                                                "in_doubt, cancelled, expired or ignored is "
                                                "expected",
                                                wish.state)});
    }
    auto store = shell.open_store();
    for (const auto& job : store.read([&](store::Tx& tx) { return tx.list_jobs(filter); }))
        print(shell, job);
    return success;
}

int show(Shell& shell, const std::string& id)
{
    auto store = shell.open_store();
    struct Seen {
        std::optional<jobs::Job> job;
        std::vector<store::Attempt> attempts;
    };
    const auto seen = store.read([&](store::Tx& tx) {
        return Seen{tx.find_job({id}), tx.attempts({id})};
    });
    if (!seen.job) return fail({id, "no job has this id; 'qbwcd job list' shows those there are"});
    Value value = jobs::to_value(*seen.job);
    Value::Array attempts;
    for (const auto& attempt : seen.attempts) {
        Value one(Value::Object{});
        one.set("number", attempt.number);
        one.set("batch", attempt.batch.text);
        one.set("ended", base::to_text(attempt.ended_at));
        one.set("outcome", attempt.outcome);
        one.set("statusCode", attempt.status_code);
        one.set("message", attempt.message);
        attempts.push_back(std::move(one));
    }
    value.set("attempts", std::move(attempts));
    std::cout << (shell.json ? qbxml::to_json(value) : qbxml::to_pretty_json(value)) << '\n';
    return success;
}

// The message set as it went out last: what a developer wants to see when QuickBooks says no.
int show_sent(Shell& shell, const std::string& id)
{
    auto store = shell.open_store();
    const auto text = store.read([&](store::Tx& tx) { return tx.last_sent({id}); });
    if (text.empty()) return fail({id, "no message set of this job is kept: it was not sent yet"});
    std::cout << text << '\n';
    return success;
}

int finish(Shell& shell, const std::string& id)
{
    auto store = shell.open_store();
    const auto job = service::JobDesk(shell.clock, shell.ids, shell.actor()).finish({id}, store);
    if (!job) return fail(job.error());
    print_job(*job);
    return success;
}

void add_job_list(CLI::App& job, Shell& shell)
{
    auto* listed = job.add_subcommand("list", "Jobs, newest first, one a line");
    auto wish = std::make_shared<ListWish>();
    listed->add_option("--company", wish->company, "Of one company only");
    listed->add_option("--state", wish->state, "In one state only");
    listed->add_option("--limit", wish->limit, "At most so many (default 100)")
        ->check(CLI::Range(1, 1'000'000));
    listed->callback([&shell, wish] { shell.run = [&shell, wish] { return list(shell, *wish); }; });
}

void add_job_verbs(CLI::App& app, Shell& shell)
{
    auto* job = app.add_subcommand("job", "Jobs: list, show, wait, cancel, retry, edit, resolve …");
    job->require_subcommand(1);
    add_job_list(*job, shell);
    add_wait_command(*job, shell);
    add_job_acts(*job, shell);
    auto id = std::make_shared<std::string>();
    auto* shown = job->add_subcommand("show", "One job with its attempts");
    shown->add_option("id", *id, "The job")->required();
    auto sent = std::make_shared<bool>(false);
    shown->add_flag("--sent", *sent, "Print the qbXML in which it was sent last instead");
    shown->callback([&shell, id, sent] {
        shell.run = [&shell, id, sent] { return *sent ? show_sent(shell, *id) : show(shell, *id); };
    });
    auto* finished =
        job->add_subcommand("finish", "The person is done with an interactive job's page");
    finished->add_option("id", *id, "The job")->required();
    finished->callback([&shell, id] { shell.run = [&shell, id] { return finish(shell, *id); }; });
}

}  // namespace

void add_job_commands(CLI::App& app, Shell& shell)
{
    struct Wanted {
        std::string slug, url;
    };
    auto wanted = std::make_shared<Wanted>();

    auto* asked = app.add_subcommand("interactive", "Ask the person at QuickBooks to a web page");
    asked->add_option("slug", wanted->slug, "The company")->required();
    asked
        ->add_option("--url", wanted->url,
                     "The page; {sessionID} stands for the QuickBooks session")
        ->required();
    asked->callback([&shell, wanted] {
        shell.run = [&shell, wanted] { return interactive(shell, wanted->slug, wanted->url); };
    });
    add_job_verbs(app, shell);
}

}  // namespace server::cli
