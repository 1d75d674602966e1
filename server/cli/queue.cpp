// What the host puts into the queue: records to write, records and reports to read.
#include <charconv>
#include <iostream>

#include <fmt/format.h>

#include "server/cli/commands.h"
#include "server/cli/wait.h"
#include "server/jobs/job_text.h"
#include "server/service/job_desk.h"

namespace server::cli {
namespace {

using qbxml::canonical::Operation;

constexpr std::size_t input_max = 16u << 20;

// "90", "90s", "15m", "4h", "2d".
std::optional<std::chrono::seconds> duration_from_text(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    constexpr std::int64_t days_max = 3660;
    if (error != std::errc{} || number <= 0 || number > days_max * 86400) return std::nullopt;
    if (unit.empty() || unit == "s") return std::chrono::seconds(number);
    if (unit == "m") return std::chrono::minutes(number);
    if (unit == "h") return std::chrono::hours(number);
    if (unit == "d") return std::chrono::days(std::min(number, days_max));
    return std::nullopt;
}

// The flags of every command that queues one job.
struct QueueFlags {
    std::string key, expires, delay;
    std::string priority = "normal", on_conflict = "fail";
    std::vector<std::string> after;
    bool ignore_window = false;

    void add_to(CLI::App& command)
    {
        command.add_option("--key", key,
                           "Idempotency key: the same request under it is queued once");
        command.add_option("--after", after, "Only when these jobs are done");
        command.add_option("--expires", expires,
                           "Not sent later than so long from now: 90s, 4h, 2d");
        command.add_option("--delay", delay, "Not sent earlier than so long from now");
        command.add_option("--priority", priority, "high, normal or low")
            ->check(CLI::IsMember({"high", "normal", "low"}));
        command.add_flag("--ignore-window", ignore_window,
                         "Also outside the window that the company has agreed to");
    }

    qbxml::Result<service::QueueOptions> options(base::Time now) const
    {
        service::QueueOptions made{.key = key};
        made.priority = priority == "high"  ? jobs::high_priority
                        : priority == "low" ? jobs::low_priority
                                            : jobs::normal_priority;
        made.on_conflict =
            jobs::on_conflict_from_text(on_conflict).value_or(jobs::OnConflict::fail);
        made.ignore_window = ignore_window;
        for (const std::string& id : after)
            made.after.push_back({id});
        const auto at = [&](const std::string& text, const char* flag,
                            base::Time& time) -> std::optional<qbxml::Error> {
            if (text.empty()) return std::nullopt;
            const auto wait = duration_from_text(text);
            if (!wait)
                return qbxml::Error{flag, fmt::format("'{}' is no length of time; 90s, 15m, 4h or "
                                                      "2d is expected",
                                                      text)};
            time = now + *wait;
            return std::nullopt;
        };
        if (auto fault = at(expires, "--expires", made.expires_at)) return *fault;
        if (auto fault = at(delay, "--delay", made.run_at)) return *fault;
        return made;
    }
};

// A program reads it.
void print_job(const jobs::Job& job)
{
    std::cout << qbxml::to_json(jobs::to_value(job)) << '\n';
}

// Prints the job once it has ended, where the command is to wait, else as it was queued.
int print_ended(const Shell& shell, store::Store& store, const jobs::Job& job)
{
    std::vector<jobs::Job> one{job};
    const int ended = wait_if_asked(shell, store, one);
    print_job(one.front());
    return ended;
}

int print_made(const Shell& shell, store::Store& store, const qbxml::Result<jobs::Job>& made)
{
    if (!made) return fail(made.error());
    return print_ended(shell, store, *made);
}

struct PushWish {
    std::string slug, type, id, operation;
    bool dry_run = false;
    QueueFlags queue;
};

int push(Shell& shell, const PushWish& wish)
{
    const auto queue = wish.queue.options(shell.clock.now());
    if (!queue) return fail(queue.error());
    const auto operation = wish.operation.empty()
                               ? (wish.id.empty() ? Operation::create : Operation::update)
                               : *qbxml::canonical::operation_from_text(wish.operation);
    const bool has_record = operation == Operation::create || operation == Operation::update;
    const service::WriteWish write{.operation = operation,
                                   .data_type = wish.type,
                                   .id = wish.id,
                                   .record_json = has_record ? read_input(input_max) : "",
                                   .queue = *queue};
    auto store = shell.open_store();
    service::JobDesk desk(shell.clock, shell.ids, shell.actor());
    const auto made = wish.dry_run ? desk.prepare({wish.slug}, write, store)
                                   : desk.push({wish.slug}, write, store);
    if (!made) return print_refusals(made.error());
    for (const auto& warning : made->warnings)
        std::cerr << fmt::format("qbwcd: warning: {}: {}\n", warning.path, warning.message);
    if (!wish.dry_run) return print_ended(shell, store, made->job);
    std::cout << made->qbxml << '\n';
    if (!made->follow_up.empty()) {
        std::cerr << "qbwcd: a second message set follows once QuickBooks has given the ListID:\n";
        std::cout << made->follow_up;
    }
    return success;
}

void add_push(CLI::App& app, Shell& shell)
{
    auto wish = std::make_shared<PushWish>();
    auto* pushed =
        app.add_subcommand("push", "Write a record (JSON on standard input) to QuickBooks");
    pushed->add_option("slug", wish->slug, "The company")->required();
    pushed->add_option("type", wish->type, "Record type, e.g. customers")->required();
    pushed->add_option("--id", wish->id,
                       "Change this record (a merge patch) instead of adding one; $job_... stands "
                       "for what that job makes");
    pushed
        ->add_option("--operation", wish->operation,
                     "create, update, delete or void (default: update with --id, else create)")
        ->check(CLI::IsMember({"create", "update", "delete", "void"}));
    pushed
        ->add_option("--on-conflict", wish->queue.on_conflict,
                     "When somebody changed it meanwhile: fail, or latest (read it again and "
                     "change that)")
        ->check(CLI::IsMember({"fail", "latest"}));
    pushed->add_flag("--dry-run", wish->dry_run,
                     "Print the qbXML that would go, or what is wrong; queue nothing");
    wish->queue.add_to(*pushed);
    add_wait_option(*pushed, shell);
    pushed->callback([&shell, wish] { shell.run = [&shell, wish] { return push(shell, *wish); }; });
}

void add_read(CLI::App& app, Shell& shell)
{
    struct Wish {
        std::string slug, type;
        qbxml::canonical::Lookup lookup;
        QueueFlags queue;
    };
    auto wish = std::make_shared<Wish>();
    auto* read = app.add_subcommand(
        "read", "Read certain records from QuickBooks: by id, name or document number");
    read->add_option("slug", wish->slug, "The company")->required();
    read->add_option("type", wish->type, "Record type, e.g. invoices")->required();
    read->add_option("ids", wish->lookup.ids, "ListIDs or TxnIDs");
    read->add_option("--name", wish->lookup.names, "Full names, of lists: 'Alder Homes:Kitchen'");
    read->add_option("--number", wish->lookup.ref_numbers,
                     "Document numbers (RefNumber), of transactions; capitals do not matter");
    wish->queue.add_to(*read);
    add_wait_option(*read, shell);
    read->callback([&shell, wish] {
        shell.run = [&shell, wish] {
            const auto queue = wish->queue.options(shell.clock.now());
            if (!queue) return fail(queue.error());
            auto store = shell.open_store();
            service::JobDesk desk(shell.clock, shell.ids, shell.actor());
            return print_made(shell, store,
                              desk.read({wish->slug}, wish->type, wish->lookup, store, *queue));
        };
    });
}

void add_raw(CLI::App& app, Shell& shell)
{
    struct Wish {
        std::string slug;
        QueueFlags queue;
    };
    auto wish = std::make_shared<Wish>();
    auto* raw = app.add_subcommand("raw", "Send qbXML from standard input; checked first");
    raw->add_option("slug", wish->slug, "The company")->required();
    wish->queue.add_to(*raw);
    add_wait_option(*raw, shell);
    raw->callback([&shell, wish] {
        shell.run = [&shell, wish] {
            const auto queue = wish->queue.options(shell.clock.now());
            if (!queue) return fail(queue.error());
            auto text = read_input(input_max);
            auto store = shell.open_store();
            service::JobDesk desk(shell.clock, shell.ids, shell.actor());
            return print_made(shell, store, desk.raw({wish->slug}, std::move(text), store, *queue));
        };
    });
}

void add_report(CLI::App& app, Shell& shell)
{
    struct Wish {
        std::string slug, type, by = "total";
        qbxml::canonical::ReportWish report;
        QueueFlags queue;
    };
    auto wish = std::make_shared<Wish>();
    auto* report = app.add_subcommand("report", "Ask QuickBooks for a report");
    report->add_option("slug", wish->slug, "The company")->required();
    report
        ->add_option("type", wish->type, "balanceSheet, profitAndLoss, agedDebtors, agedCreditors")
        ->required();
    report->add_option("--from", wish->report.from, "First day, YYYY-MM-DD");
    report->add_option("--to", wish->report.to, "Last day, YYYY-MM-DD");
    report->add_option("--basis", wish->report.basis, "Accrual or Cash (default: the company's)");
    report->add_option("--by", wish->by, "total or month")
        ->check(CLI::IsMember({"total", "month"}));
    wish->queue.add_to(*report);
    add_wait_option(*report, shell);
    report->callback([&shell, wish] {
        shell.run = [&shell, wish] {
            const auto queue = wish->queue.options(shell.clock.now());
            if (!queue) return fail(queue.error());
            using By = qbxml::canonical::ReportWish::By;
            wish->report.by = wish->by == "month" ? By::month : By::total;
            auto store = shell.open_store();
            service::JobDesk desk(shell.clock, shell.ids, shell.actor());
            return print_made(shell, store,
                              desk.report({wish->slug}, wish->type, wish->report, store, *queue));
        };
    });
}

}  // namespace

int print_refusals(const std::vector<qbxml::canonical::Refused>& refusals)
{
    for (const auto& refusal : refusals)
        std::cerr << fmt::format("qbwcd: {}: {} ({})\n",
                                 refusal.path.empty() ? "record" : refusal.path, refusal.message,
                                 refusal.code);
    return refused;
}

void add_queue_commands(CLI::App& app, Shell& shell)
{
    add_push(app, shell);
    add_read(app, shell);
    add_raw(app, shell);
    add_report(app, shell);
}

}  // namespace server::cli
