// What people do to connections: pause, resume, unlink, relink, confirm, set; events; health.
#include <chrono>
#include <iostream>

#include <fmt/format.h>
#include <unistd.h>

#include "server/cli/commands.h"
#include "server/cli/wait.h"
#include "server/service/companies.h"
#include "server/service/connection_manners.h"
#include "server/service/connection_settings.h"
#include "server/service/connection_watch.h"
#include "server/service/connections.h"
#include "server/service/job_desk.h"

namespace server::cli {
namespace {

using qbxml::Value;
using service::Connected;
using service::Connections;

std::string described(const Connected& connected)
{
    const auto& [company, link] = connected;
    const auto offset = service::offset_of(company.time_zone);
    std::string text = fmt::format("{}: {}", company.id.text, to_text(company.status));
    if (!link.status_reason.empty()) text += fmt::format(" ({})", link.status_reason);
    if (const auto& pause = link.manners.pause)
        text += fmt::format(
            ", paused {}",
            pause->until ? "until " + session::wall_text(*pause->until, offset) : "until resumed");
    return text;
}

int shown(const Shell& shell, const qbxml::Result<Connected>& connected)
{
    if (!connected) return fail(connected.error());
    if (shell.json) {
        Value value(Value::Object{});
        value.set("id", connected->company.id.text);
        value.set("connection", service::connection_value(*connected));
        std::cout << qbxml::to_json(value) << '\n';
    } else {
        std::cout << described(*connected) << '\n';
    }
    return success;
}

struct PauseWanted {
    std::string slug, until, span, reason, by = "operator";
    std::int64_t minutes = 0;
};

int pause(Shell& shell, const PauseWanted& wanted)
{
    auto store = shell.open_store();
    const auto company = store.read([&](store::Tx& tx) { return tx.find_company({wanted.slug}); });
    if (!company) return fail(service::no_company(wanted.slug));
    service::PauseWish wish{.until = {}, .reason = wanted.reason, .by = wanted.by};
    if (wanted.minutes > 0) wish.until = shell.clock.now() + std::chrono::minutes(wanted.minutes);
    if (!wanted.span.empty()) {
        const auto span = service::span_from_text(wanted.span);
        if (!span || span->count() == 0)
            return fail({"--for", fmt::format("'{}' was given; a time such as 90s, 15m, 2h or 1d "
                                              "is expected",
                                              wanted.span)});
        wish.until = shell.clock.now() + *span;
    }
    if (!wanted.until.empty()) {
        const auto until = service::moment_from_text(wanted.until, company->time_zone);
        if (!until) return fail(until.error());
        wish.until = *until;
    }
    return shown(shell, Connections(shell.clock, shell.ids).pause({wanted.slug}, wish, store));
}

int relink(Shell& shell, const std::string& slug)
{
    auto store = shell.open_store();
    const auto made = Connections(shell.clock, shell.ids).relink({slug}, store);
    if (!made) return fail(made.error());
    if (shell.json) {
        Value value(Value::Object{});
        value.set("id", slug);
        value.set("status", to_text(made->company.status));
        value.set("userName", made->company.user_name);
        value.set("password", made->password);
        std::cout << qbxml::to_json(value) << '\n';
        return success;
    }
    std::cout << fmt::format(
        "{} waits for QuickBooks again. What was read is kept, and its .qwc file stays good.\n"
        "  user name  {}\n"
        "  password   {}   (shown this once; the old one is dead)\n",
        slug, made->company.user_name, made->password);
    return success;
}

int set(Shell& shell, const std::string& slug, const std::vector<std::string>& words)
{
    service::Settings settings;
    for (const std::string& word : words) {
        const auto equals = word.find('=');
        if (equals == std::string::npos)
            return fail({word, "KEY=VALUE is expected, for example budget=10m"});
        settings.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
    auto store = shell.open_store();
    const auto done = Connections(shell.clock, shell.ids).set({slug}, settings, store);
    if (!done) {
        for (const auto& fault : done.error())
            fail(fault);
        return refused;
    }
    const auto value = service::settings_value(*done);
    if (shell.json) {
        std::cout << qbxml::to_json(value) << '\n';
        return success;
    }
    for (const auto& [name, text] : value.as_object())
        std::cout << fmt::format("{:14} {}\n", name, text.as_string());
    return success;
}

void print_event(const Shell& shell, const store::Event& event)
{
    if (shell.json)
        std::cout << qbxml::to_json(service::to_value(event)) << std::endl;
    else
        std::cout << fmt::format("{:6}  {}  {:16} {:28} {}\n", event.number,
                                 base::to_text(event.at), event.company.text, event.what,
                                 event.reason)
                  << std::flush;
}

struct EventWish {
    std::string slug;
    std::int64_t after = -1;
    int limit = 100;
    bool follow = false;
};

int events(Shell& shell, const EventWish& wish)
{
    auto store = shell.open_store();
    store::EventFilter filter{.company = {}, .after = wish.after, .limit = wish.limit};
    if (!wish.slug.empty()) {
        filter.company = base::CompanyId{wish.slug};
        if (!store.read([&](store::Tx& tx) { return tx.find_company(*filter.company); }))
            return fail(service::no_company(wish.slug));
    }
    // Without a position: the newest ones.
    if (wish.after < 0)
        filter.after =
            store.read([&](store::Tx& tx) { return tx.event_before(filter.company, wish.limit); });
    while (true) {
        const auto found = store.read([&](store::Tx& tx) { return tx.events(filter); });
        for (const auto& event : found)
            print_event(shell, event);
        if (!found.empty()) filter.after = found.back().number;
        if (!wish.follow || !std::cout) return success;
        if (found.empty()) sleep(1);
    }
}

void print_health(const store::Company& company, const session::Health& health,
                  session::Language language)
{
    std::cout << fmt::format("{:20} {:15} {}", company.id.text, to_text(health.state),
                             health.cause ? to_text(*health.cause) : "");
    if (health.since != base::Time{})
        std::cout << fmt::format("{}since {}", health.cause ? "  " : "",
                                 base::to_text(health.since));
    std::cout << '\n';
    if (!health.cause) return;
    std::cout << fmt::format("  to do ({}): {}\n", to_text(actor_of(*health.cause)),
                             session::action_of(*health.cause, language));
    for (const auto& [name, text] : health.evidence)
        std::cout << fmt::format("  {}: {}\n", name, text);
}

Value health_value(store::Tx& tx, const store::Company& company, const session::Health& health)
{
    Value value(Value::Object{});
    value.set("id", company.id.text);
    value.set("status", to_text(company.status));
    const auto told = service::to_value(health);
    for (const auto& [name, member] : told.as_object())
        value.set(name, member);
    value.set("lastContact", company.last_contact_at == base::Time{}
                                 ? Value()
                                 : Value(base::to_text(company.last_contact_at)));
    const auto facts = service::to_value(tx.evidence(company.id), company);
    for (const auto& [name, member] : facts.as_object())
        value.set(name, member);
    return value;
}

struct HealthWish {
    std::string slug, language = "en";
    bool probe = false;
};

// Asks QuickBooks and waits for its word: 0 it came, 1 it did not, 2 not within the time.
int probe(Shell& shell, store::Store& store, const std::string& slug)
{
    if (slug.empty()) return fail({"--probe", "name the company that is to be asked"});
    const std::chrono::seconds timeout(shell.wait_seconds > 0 ? shell.wait_seconds : 60);
    const auto made =
        service::JobDesk(shell.clock, shell.ids, shell.actor()).look({slug}, timeout, store);
    if (!made) return fail(made.error());
    std::vector<jobs::Job> waited_for{*made};
    return wait_for(shell, store, waited_for, timeout);
}

// 0: all goes well; 1: at least one needs somebody; 2: a probe was not answered in time.
int health(Shell& shell, const HealthWish& wish)
{
    auto store = shell.open_store();
    const int probed = wish.probe ? probe(shell, store, wish.slug) : success;
    const auto words =
        wish.language == "fr" ? session::Language::french : session::Language::english;
    const auto now = shell.clock.now();
    bool found = wish.slug.empty(), well = true;
    store.read([&](store::Tx& tx) {
        for (const auto& company : tx.companies()) {
            if (!wish.slug.empty() && company.id.text != wish.slug) continue;
            found = true;
            const auto seen = service::health_of(tx, company, now);
            well &= !seen.cause;
            if (shell.json)
                std::cout << qbxml::to_json(health_value(tx, company, seen)) << '\n';
            else
                print_health(company, seen, words);
        }
    });
    if (!found) return wish.probe ? refused : fail(service::no_company(wish.slug));
    return well ? probed : refused;
}

// A command on one company: `body(slug)` gives the exit status.
template <class Body>
CLI::App* slug_command(CLI::App& app, Shell& shell, const std::string& name,
                       const std::string& help, Body body)
{
    auto* command = app.add_subcommand(name, help);
    auto slug = std::make_shared<std::string>();
    command->add_option("slug", *slug, "The company")->required();
    command->callback([&shell, slug, body] { shell.run = [slug, body] { return body(*slug); }; });
    return command;
}

void add_pause(CLI::App& company, Shell& shell)
{
    auto wanted = std::make_shared<PauseWanted>();
    auto* paused = company.add_subcommand(
        "pause", "Nothing is handed out until a time, or until 'company resume'");
    paused->add_option("slug", wanted->slug, "The company")->required();
    auto* minutes = paused->add_option("--minutes", wanted->minutes, "For so many minutes")
                        ->check(CLI::Range(1, 366 * 24 * 60));
    auto* span = paused->add_option("--for", wanted->span, "For a time: 90s, 15m, 2h, 1d");
    auto* until =
        paused->add_option("--until", wanted->until,
                           "Until '2026-11-22 08:00' on the company's clock, or 2026-11-22T14:00Z");
    minutes->excludes(span)->excludes(until);
    span->excludes(until);
    paused->add_option("--reason", wanted->reason, "Why; people at QuickBooks read it");
    paused->add_option("--by", wanted->by, "Who pauses (default: operator)");
    paused->callback(
        [&shell, wanted] { shell.run = [&shell, wanted] { return pause(shell, *wanted); }; });
}

void add_set(CLI::App& company, Shell& shell)
{
    struct Wanted {
        std::string slug;
        std::vector<std::string> words;
    };
    auto wanted = std::make_shared<Wanted>();
    auto* command = company.add_subcommand("set", "Change or show settings: KEY=VALUE …");
    command->add_option("slug", wanted->slug, "The company")->required();
    command->add_option("settings", wanted->words, "KEY=VALUE, several");
    std::string footer = "Settings:\n";
    for (const auto& setting : service::connection_settings())
        footer += fmt::format("  {}={}\n      {}\n", setting.name, setting.form, setting.sentence);
    command->footer(footer);
    command->callback([&shell, wanted] {
        shell.run = [&shell, wanted] { return set(shell, wanted->slug, wanted->words); };
    });
}

void add_events(CLI::App& app, Shell& shell)
{
    auto wish = std::make_shared<EventWish>();
    auto* command = app.add_subcommand("events", "What happened to connections, oldest first");
    command->add_option("slug", wish->slug, "Of one company only");
    command->add_option("--after", wish->after, "Only later than this number");
    command->add_option("--limit", wish->limit, "At most so many at once (default 100)")
        ->check(CLI::Range(1, 1'000'000));
    command->add_flag("--follow", wish->follow, "Go on and print what happens");
    command->callback(
        [&shell, wish] { shell.run = [&shell, wish] { return events(shell, *wish); }; });
}

}  // namespace

void add_connection_commands(CLI::App& app, Shell& shell)
{
    auto& company = *app.get_subcommand("company");
    add_pause(company, shell);
    slug_command(company, shell, "resume", "End a pause", [&shell](const std::string& slug) {
        auto store = shell.open_store();
        return shown(shell, Connections(shell.clock, shell.ids).resume({slug}, store));
    });
    auto reason = std::make_shared<std::string>();
    slug_command(company, shell, "unlink", "Stop for good; what was read is kept",
                 [&shell, reason](const std::string& slug) {
                     auto store = shell.open_store();
                     return shown(
                         shell, Connections(shell.clock, shell.ids).unlink({slug}, *reason, store));
                 })
        ->add_option("--reason", *reason, "Why");
    slug_command(company, shell, "relink",
                 "Link again: a new password; records, OwnerID and FileID are kept",
                 [&shell](const std::string& slug) { return relink(shell, slug); });
    slug_command(company, shell, "confirm", "This is the right company file: everything may run",
                 [&shell](const std::string& slug) {
                     auto store = shell.open_store();
                     return shown(shell,
                                  Connections(shell.clock, shell.ids).confirm({slug}, store));
                 });
    add_set(company, shell);
    add_events(app, shell);

    auto wish = std::make_shared<HealthWish>();
    auto* command = app.add_subcommand(
        "health",
        "How connections go, and who must do what; exit status 1 when somebody must, 2 when a "
        "probe was not answered in time");
    command->add_option("slug", wish->slug, "Of one company only");
    command->add_option("--language", wish->language, "Of what is to be done: en or fr")
        ->check(CLI::IsMember({"en", "fr"}));
    auto* probed = command->add_flag("--probe", wish->probe,
                                     "Ask QuickBooks first whose file is open, at the next update");
    command
        ->add_option("--wait", shell.wait_seconds,
                     "With --probe: wait so many seconds for its answer (default 60)")
        ->check(CLI::Range(1, wait_seconds_max))
        ->needs(probed);
    command->callback(
        [&shell, wish] { shell.run = [&shell, wish] { return health(shell, *wish); }; });
}

}  // namespace server::cli
