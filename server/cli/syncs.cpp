// sync, sync status, sync settings: what is read from QuickBooks, how far it is, and when.
#include <algorithm>
#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "qbxml/canonical/types.h"
#include "qbxml/value.h"
#include "server/cli/commands.h"
#include "server/cli/wait.h"
#include "server/jobs/job_text.h"
#include "server/service/companies.h"
#include "server/service/job_desk.h"
#include "server/service/supplements.h"
#include "server/service/sync_runs.h"
#include "server/service/sync_settings.h"

namespace server::cli {
namespace {

using service::RunProgress;

constexpr int runs_shown = 5;

std::string time_text(base::Time time)
{
    return time == base::Time{} ? "-" : base::to_text(time);
}

std::optional<std::vector<RunProgress>> find_runs(store::Store& store, const std::string& slug,
                                                  int limit)
{
    return store.read([&](store::Tx& tx) -> std::optional<std::vector<RunProgress>> {
        if (!tx.find_company({slug})) return std::nullopt;
        return service::runs_of(tx, {slug}, limit);
    });
}

void print_run(const RunProgress& run)
{
    std::cout << fmt::format("{}  {}, started {}, {}\n", run.run.id, run.run.cause,
                             time_text(run.run.started_at),
                             run.ended() ? "ended " + time_text(run.ended_at) : "not ended yet");
    std::cout << fmt::format("{:<24}{:<11}{:>9}{:>9}{:>9}{:>9}{:>10}\n", "type", "state", "read",
                             "created", "updated", "deleted", "remaining");
    for (const auto& part : run.parts) {
        const auto& cursor = part.job.cursor;
        const int here = cursor.read_before + cursor.read_here;
        const int left =
            jobs::ended(part.job.state) ? 0 : std::max(cursor.remaining, cursor.expected - here);
        std::cout << fmt::format("{:<24}{:<11}{:>9}{:>9}{:>9}{:>9}{:>10}", part.data_type,
                                 part.state, cursor.read, cursor.created, cursor.updated,
                                 cursor.deleted, left);
        for (const auto& skipped : cursor.skipped)
            std::cout << fmt::format("  {}: {}", skipped.reason, skipped.message);
        if (part.job.problem) std::cout << "  " << part.job.problem->message;
        std::cout << '\n';
    }
}

struct Wanted {
    std::string slug, type;
    std::vector<std::string> types, settings;
    bool full = false, ignore_window = false;
};

int sync(Shell& shell, const Wanted& wanted)
{
    if (wanted.slug.empty()) return fail({"sync", "name the company: qbwcd sync COMPANY"});
    auto store = shell.open_store();
    auto made = service::JobDesk(shell.clock, shell.ids)
                    .sync({wanted.slug}, wanted.types, wanted.full, store, wanted.ignore_window);
    if (!made) return fail(made.error());
    const int ended = wait_if_asked(shell, store, *made);
    if (shell.wait_seconds > 0 && !shell.json) {
        if (const auto runs = find_runs(store, wanted.slug, 1); runs && !runs->empty())
            print_run(runs->front());
        return ended;
    }
    for (const auto& job : *made) {
        if (shell.json)
            std::cout << qbxml::to_json(jobs::to_value(job)) << '\n';
        else
            std::cout << fmt::format("{}  {:9} {:28} {}\n", job.id.text, to_text(job.state),
                                     fmt::format("sync {} {}", job.operation, job.data_type),
                                     base::to_text(job.created_at));
    }
    return ended;
}

int status(Shell& shell, const Wanted& wanted)
{
    auto store = shell.open_store();
    const auto runs = find_runs(store, wanted.slug, shell.json ? runs_shown : 1);
    if (!runs) return fail(service::no_company(wanted.slug));
    if (shell.json) {
        for (const auto& run : *runs)
            std::cout << qbxml::to_json(service::to_value(run)) << '\n';
        return success;
    }
    if (runs->empty()) std::cout << "Nothing was read yet.\n";
    for (const auto& run : *runs)
        print_run(run);
    return success;
}

void print_settings(const Shell& shell, std::string_view data_type,
                    std::span<const store::SyncSetting> rows)
{
    const auto shown = service::shown_settings(data_type, rows);
    if (shell.json) {
        qbxml::Value value(qbxml::Value::Object{});
        value.set("dataType", data_type);
        for (const auto& [name, text, source] : shown) {
            qbxml::Value one(qbxml::Value::Object{});
            one.set("value", text);
            one.set("from", source);
            value.set(name, std::move(one));
        }
        std::cout << qbxml::to_json(value) << '\n';
        return;
    }
    std::string line = fmt::format("{:<24}", data_type);
    for (const auto& [name, text, source] : shown)
        if (!text.empty())
            line += fmt::format(" {}={}{}", name, text,
                                source == "default" ? "" : fmt::format(" ({})", source));
    std::cout << line << '\n';
}

int settings(Shell& shell, const Wanted& wanted)
{
    // What stands in the place of the type may be the first setting already.
    const bool named = !wanted.type.empty() && wanted.type.find('=') == std::string::npos;
    std::vector<std::string> texts = wanted.settings;
    if (!wanted.type.empty() && !named) texts.insert(texts.begin(), wanted.type);
    const std::string type = named ? wanted.type : "";
    std::vector<store::SyncSetting> changes;
    for (const std::string& text : texts) {
        auto change = service::setting_from_text(type, text);
        if (!change) return fail(change.error());
        changes.push_back(std::move(*change));
    }
    if (named && texts.empty() && qbxml::canonical::queries_of(type).empty())
        if (const auto known = service::setting_from_text(type, "enabled="); !known)
            return fail(known.error());

    auto store = shell.open_store();
    const auto done = store.write([&](store::Tx& tx) -> std::optional<qbxml::Error> {
        if (!tx.find_company({wanted.slug})) return service::no_company(wanted.slug);
        return service::keep_settings(tx, {wanted.slug}, changes);
    });
    if (done) return fail(*done);
    for (const auto& change : changes)
        if (const auto doubt = service::doubt_about(change); !doubt.empty())
            std::cerr << "qbwcd: " << doubt << '\n';
    const auto rows = store.read([&](store::Tx& tx) { return tx.sync_settings({wanted.slug}); });
    auto shown = service::synced_types();
    if (named && std::ranges::find(shown, type) == shown.end()) shown.push_back(type);
    for (const std::string& one : shown)
        if (!named || one == type) print_settings(shell, one, rows);
    return success;
}

}  // namespace

void add_sync_commands(CLI::App& app, Shell& shell)
{
    auto wanted = std::make_shared<Wanted>();
    auto* synced =
        app.add_subcommand("sync", "Read record types from QuickBooks at the next session");
    synced->add_option("slug", wanted->slug, "The company");
    synced->add_option("types", wanted->types,
                       "Record types (default: all that are enabled), e.g. customers invoices");
    synced->add_flag("--full", wanted->full, "Everything, not only what changed");
    synced->add_flag("--ignore-window", wanted->ignore_window,
                     "Also outside the window that the company has agreed to");
    add_wait_option(*synced, shell);
    synced->final_callback([&shell, wanted, synced] {
        if (!synced->get_subcommands().empty()) return;
        shell.run = [&shell, wanted] { return sync(shell, *wanted); };
    });

    auto* shown = synced->add_subcommand("status", "How far the newest run is, type by type");
    shown->add_option("slug", wanted->slug, "The company")->required();
    shown->callback(
        [&shell, wanted] { shell.run = [&shell, wanted] { return status(shell, *wanted); }; });

    auto* set = synced->add_subcommand(
        "settings", "What is read, how often, in which order; name=value changes it");
    set->add_option("slug", wanted->slug, "The company")->required();
    set->add_option("type", wanted->type, "A record type; without one, name=value is for all");
    set->add_option("settings", wanted->settings,
                    "enabled, first, every, full, from, order, months, basis; supplement.NAME=PATH "
                    "shows one more element of QuickBooks in supplementalData; an empty value goes "
                    "back to the default");
    set->callback(
        [&shell, wanted] { shell.run = [&shell, wanted] { return settings(shell, *wanted); }; });
}

}  // namespace server::cli
