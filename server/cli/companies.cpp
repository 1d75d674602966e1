#include <iostream>

#include <fmt/format.h>

#include "server/cli/commands.h"
#include "server/service/companies.h"
#include "server/service/connection_watch.h"
#include "server/service/connections.h"
#include "server/service/qwc.h"

namespace server::cli {
namespace {

using qbxml::Value;

int create(Shell& shell, const service::CompanyWish& wish)
{
    auto store = shell.open_store(Shell::Missing::make);
    const auto made = service::Companies(shell.clock, shell.ids).create(wish, store);
    if (!made) return fail(made.error());
    if (shell.json) {
        Value value = service::to_value(made->company);
        value.set("password", made->password);
        std::cout << qbxml::to_json(value) << '\n';
        return success;
    }
    std::cout << fmt::format(
        "Company {0} is there.\n"
        "  user name  {1}\n"
        "  password   {2}   (shown this once; the bookkeeper types it into the Web Connector)\n"
        "Next: qbwcd qwc {0} --url https://YOUR-HOST/qbwc > {0}.qwc\n",
        made->company.id.text, made->company.user_name, made->password);
    return success;
}

int list(Shell& shell)
{
    auto store = shell.open_store();
    for (const auto& company : store.read([](store::Tx& tx) { return tx.companies(); })) {
        if (shell.json)
            std::cout << qbxml::to_json(service::to_value(company)) << '\n';
        else
            std::cout << fmt::format(
                "{:20} {:12} {}{}\n", company.id.text, to_text(company.status), company.name,
                company.last_error.empty() ? "" : "   ! " + company.last_error);
    }
    return success;
}

int show(Shell& shell, const std::string& slug)
{
    auto store = shell.open_store();
    struct Seen {
        std::optional<store::Company> company;
        std::vector<std::pair<std::string, std::int64_t>> counts;
        Value connection, health, facts;
    };
    const auto seen = store.read([&](store::Tx& tx) {
        Seen found{tx.find_company({slug}), tx.count_records({slug}), {}, {}, {}};
        if (!found.company) return found;
        const auto& company = *found.company;
        found.connection = service::connection_value({company, tx.link({slug})});
        found.health = service::to_value(service::health_of(tx, company, shell.clock.now()));
        found.facts = service::to_value(tx.evidence({slug}), company);
        return found;
    });
    if (!seen.company) return fail(service::no_company(slug));
    Value value = service::to_value(*seen.company);
    Value counts(Value::Object{});
    for (const auto& [type, count] : seen.counts)
        counts.set(type, count);
    value.set("records", std::move(counts));
    value.set("connection", seen.connection);
    value.set("health", seen.health);
    for (const auto& [name, member] : seen.facts.as_object())
        value.set(name, member);
    std::cout << (shell.json ? qbxml::to_json(value) : qbxml::to_pretty_json(value)) << '\n';
    return success;
}

int new_password(Shell& shell, const std::string& slug)
{
    auto store = shell.open_store();
    const auto password = service::Companies(shell.clock, shell.ids).new_password({slug}, store);
    if (!password) return fail(password.error());
    if (shell.json) {
        Value value(Value::Object{});
        value.set("id", slug);
        value.set("password", *password);
        std::cout << qbxml::to_json(value) << '\n';
    } else {
        std::cout << fmt::format(
            "The new password of {} is {}\nThe old one is dead. It is shown this "
            "once.\n",
            slug, *password);
    }
    return success;
}

int accept_file(Shell& shell, const std::string& slug)
{
    auto store = shell.open_store();
    const auto company = service::Companies(shell.clock, shell.ids).accept_file({slug}, store);
    if (!company) return fail(company.error());
    std::cout << fmt::format(
        "The company file that is open at the next session of {} will be its "
        "linked one.\n",
        slug);
    return success;
}

int write_qwc(Shell& shell, const std::string& slug, service::QwcWish wish)
{
    auto store = shell.open_store();
    const auto company = store.read([&](store::Tx& tx) { return tx.find_company({slug}); });
    if (!company) return fail(service::no_company(slug));
    if (wish.url.empty() && !shell.config.public_url.empty())
        wish.url = shell.config.public_url + "/qbwc";
    if (wish.url.empty())
        return fail({"--url",
                     "the address of the server is needed, for example "
                     "https://books.example.com/qbwc (or set public-url)"});
    const auto qwc = service::make_qwc(*company, wish);
    for (const std::string& warning : qwc.warnings)
        std::cerr << "qbwcd: warning: " << warning << '\n';
    for (const std::string& fault : qwc.faults)
        std::cerr << "qbwcd: " << fault << '\n';
    if (!qwc.faults.empty()) return refused;
    std::cout << qwc.text;
    return success;
}

void add_qwc_command(CLI::App& app, Shell& shell)
{
    struct Wanted {
        std::string slug;
        service::QwcWish wish;
    };
    auto wanted = std::make_shared<Wanted>();
    auto& wish = wanted->wish;
    auto* qwc = app.add_subcommand("qwc", "Write the .qwc file of a company to standard output");
    qwc->add_option("slug", wanted->slug, "The company")->required();
    qwc->add_option("--url", wish.url, "AppURL: where the Web Connector finds this server");
    qwc->add_option("--support", wish.support_url,
                    "AppSupport (default: /support of the same host)");
    qwc->add_option("--cert-url", wish.cert_url, "CertURL: read to check the certificate");
    qwc->add_option("--app-name", wish.app_name, "AppName (default: qbwcd - company name)");
    qwc->add_option("--display-name", wish.display_name, "AppDisplayName");
    qwc->add_option("--unique-name", wish.unique_name, "AppUniqueName");
    qwc->add_option("--description", wish.description, "AppDescription, at most 80 characters");
    qwc->add_option("--auth-flags", wish.auth_flags, "AuthFlags: editions, 0x1 to 0xF");
    qwc->add_option("--style", wish.style, "Style: Document, DocWrapped or RPC");
    qwc->add_option("--unattended", wish.unattended,
                    "UnattendedModePref: umpRequired or umpOptional");
    qwc->add_option("--personal-data", wish.personal_data,
                    "PersonalDataPref: pdpNotNeeded, pdpOptional or pdpRequired");
    qwc->add_flag("--notify", wish.notify, "Notify: pop-ups in the tray");
    qwc->add_flag("--read-only", wish.read_only,
                  "IsReadOnly (the Web Connector cannot add it then)");
    qwc->add_option("--every-minutes", wish.every_minutes, "Scheduler: RunEveryNMinutes");
    qwc->add_option("--every-seconds", wish.every_seconds, "Scheduler: RunEveryNSeconds");
    qwc->callback([&shell, wanted] {
        shell.run = [&shell, wanted] { return write_qwc(shell, wanted->slug, wanted->wish); };
    });
}

// A command on one company: `body(shell, slug)`.
CLI::App* add_slug_command(CLI::App& app, Shell& shell, const std::string& name,
                           const std::string& help, int (*body)(Shell&, const std::string&))
{
    auto* command = app.add_subcommand(name, help);
    auto slug = std::make_shared<std::string>();
    command->add_option("slug", *slug, "The company")->required();
    command->callback(
        [&shell, slug, body] { shell.run = [&shell, slug, body] { return body(shell, *slug); }; });
    return command;
}

}  // namespace

void add_company_commands(CLI::App& app, Shell& shell)
{
    auto* company = app.add_subcommand("company", "Company files: create, list, show, accept-file");
    company->require_subcommand(1);

    auto* made = company->add_subcommand("create", "Add a company; prints its password once");
    auto wish = std::make_shared<service::CompanyWish>();
    made->add_option("slug", wish->slug, "Short name in commands and paths, for good")->required();
    made->add_option("--name", wish->name, "Name as people know it")->required();
    made->add_option("--time-zone", wish->time_zone,
                     "Zone of the QuickBooks PC, for example America/Chicago");
    made->add_option("--home-currency", wish->home_currency,
                     "Currency of the books where QuickBooks does not tell it, for example USD");
    made->add_option("--company-file", wish->pinned_path,
                     "Company file to open (default: the one that is open)");
    made->callback([&shell, wish] { shell.run = [&shell, wish] { return create(shell, *wish); }; });

    auto* listed = company->add_subcommand("list", "All companies, one a line");
    listed->callback([&shell] { shell.run = [&shell] { return list(shell); }; });
    add_slug_command(*company, shell, "show", "One company: its link, file and records", show);
    add_slug_command(*company, shell, "accept-file",
                     "Take the file of the next session as the linked one (after it was moved)",
                     accept_file);
    add_slug_command(app, shell, "password", "Make a new password; the old one is dead",
                     new_password);
    add_qwc_command(app, shell);
}

}  // namespace server::cli
