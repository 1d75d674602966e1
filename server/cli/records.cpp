#include <algorithm>
#include <iostream>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "qbxml/canonical/types.h"
#include "server/cli/commands.h"
#include "server/service/companies.h"
#include "server/service/exporting.h"
#include "server/service/records.h"
#include "server/service/remaking.h"

namespace server::cli {
namespace {

using qbxml::Value;

struct GetWish {
    std::string slug, type, id, changed_since;
    service::RecordWish records;
    std::int64_t limit = 100;
    bool all = false, no_lines = false;
};

void print(const Shell& shell, std::string_view json)
{
    if (shell.json) {
        std::cout << json << '\n';
        return;
    }
    const auto value = qbxml::parse_json(json);
    std::cout << (value ? qbxml::to_pretty_json(*value) : std::string(json)) << '\n';
}

void print_value(const Shell& shell, const Value& value)
{
    std::cout << (shell.json ? qbxml::to_json(value) : qbxml::to_pretty_json(value)) << '\n';
}

std::optional<store::Company> company_of(store::Store& store, const std::string& slug)
{
    return store.read([&](store::Tx& tx) { return tx.find_company({slug}); });
}

int unknown_type(const std::string& type)
{
    return fail({type, fmt::format("there is no such record type; known are: {}",
                                   fmt::join(qbxml::canonical::record_types(), ", "))});
}

int unknown_record(const std::string& type, const std::string& id)
{
    return fail({id, fmt::format("no record of type {} with this id has been read", type)});
}

int get_many(Shell& shell, store::Store& store, GetWish wish)
{
    if (!wish.changed_since.empty())
        wish.records.where.push_back("modifiedDate.gte=" + wish.changed_since);
    wish.records.lines = !wish.no_lines;
    std::int64_t left = wish.all ? std::numeric_limits<std::int64_t>::max() : wish.limit;
    while (left > 0) {
        wish.records.limit = static_cast<int>(std::min<std::int64_t>(left, 500));
        const auto page =
            service::find_records(store, {wish.slug}, wish.type, wish.records, shell.clock.now());
        if (!page) return fail(page.error());
        for (const auto& json : page->records)
            print(shell, json);
        left -= static_cast<std::int64_t>(page->records.size());
        wish.records.cursor = page->next_cursor;
        if (page->next_cursor.empty()) break;
    }
    return success;
}

// Reports are kept by what was asked for, the one read last first.
int get_reports(Shell& shell, store::Store& store, const GetWish& wish)
{
    const auto& asked = wish.records;
    if (!wish.id.empty() || !asked.where.empty() || !asked.words.empty() || !asked.sort.empty())
        return fail({wish.type, "reports have no ids and no filters; leave them out"});
    const auto kept = store.read([&](store::Tx& tx) { return tx.reports({wish.slug}, wish.type); });
    if (kept.empty())
        return fail({wish.type, fmt::format("no such report was read yet; 'qbwcd report {} {} --to "
                                            "DAY' asks for one",
                                            wish.slug, wish.type)});
    std::int64_t left = wish.all ? std::numeric_limits<std::int64_t>::max() : wish.limit;
    for (const auto& report : kept)
        if (left-- > 0) print(shell, service::projected(report.json, asked.fields, true));
    return success;
}

int get(Shell& shell, const GetWish& wish)
{
    if (!qbxml::canonical::is_record_type(wish.type)) return unknown_type(wish.type);
    auto store = shell.open_store();
    if (!company_of(store, wish.slug)) return fail(service::no_company(wish.slug));
    if (qbxml::canonical::is_report(wish.type)) return get_reports(shell, store, wish);
    if (wish.id.empty()) return get_many(shell, store, wish);
    const auto record =
        store.read([&](store::Tx& tx) { return tx.find_record({wish.slug}, wish.type, wish.id); });
    if (!record) return unknown_record(wish.type, wish.id);
    print(shell, service::projected(*record, wish.records.fields, !wish.no_lines));
    return success;
}

void add_get(CLI::App& app, Shell& shell)
{
    auto wish = std::make_shared<GetWish>();
    auto* got = app.add_subcommand("get", "Records that were read, as canonical JSON");
    got->add_option("slug", wish->slug, "The company")->required();
    got->add_option("type", wish->type, "Record type, e.g. invoices")->required();
    got->add_option("id", wish->id, "One record only");
    got->add_option("--where", wish->records.where,
                    "A filter: status=Paid,Draft or dueDate.lt=2026-11-01 (lt, lte, gt, gte, ne, "
                    "like, isnull); may be given several times, all must hold")
        ->allow_extra_args(false);
    got->add_option("--words", wish->records.words, "Words in names, numbers and notes");
    got->add_option("--sort", wish->records.sort, "A field, with - in front for falling");
    got->add_option("--fields", wish->records.fields, "Only these fields, separated by commas")
        ->delimiter(',')
        ->allow_extra_args(false);
    got->add_flag("--no-lines", wish->no_lines, "Without the lines of documents");
    got->add_option("--changed-since", wish->changed_since,
                    "Stored in another version since this day or time");
    got->add_flag("--deleted", wish->records.deleted, "Deleted records too");
    got->add_flag("--all", wish->all, "Every record (default: the first 100)");
    got->add_option("--limit", wish->limit, "At most so many")->check(CLI::PositiveNumber);
    got->callback([&shell, wish] { shell.run = [&shell, wish] { return get(shell, *wish); }; });
}

int types(Shell& shell, const std::string& slug)
{
    auto store = shell.open_store();
    if (!company_of(store, slug)) return fail(service::no_company(slug));
    const auto counts = store.read([&](store::Tx& tx) { return tx.count_records({slug}); });
    const auto query_of = [&](std::string_view type) {
        const auto queries = qbxml::canonical::queries_of(type);
        return queries.empty() ? std::string() : std::string(queries.front()->message);
    };
    for (const auto type : qbxml::canonical::record_types()) {
        std::int64_t count = 0;
        for (const auto& [name, number] : counts)
            if (name == type) count = number;
        auto newest =
            store.read([&](store::Tx& tx) { return tx.watermark({slug}, query_of(type)); });
        if (qbxml::canonical::is_report(type)) {
            const auto kept = store.read([&](store::Tx& tx) { return tx.reports({slug}, type); });
            count = static_cast<std::int64_t>(kept.size());
            newest = kept.empty() ? "" : base::to_text(kept.front().read_at);
        }
        if (shell.json) {
            Value value;
            value.set("dataType", type);
            value.set("records", count);
            value.set("quickBooksThrough", newest.empty() ? Value() : Value(newest));
            print_value(shell, value);
        } else {
            // Types without a TimeModified are read whole.
            const std::string read = !newest.empty() ? "read through " + newest
                                     : count > 0     ? "read"
                                                     : "not read, or none there";
            std::cout << fmt::format("{:<24}{:>9}  {}\n", type, count, read);
        }
    }
    return success;
}

void add_types(CLI::App& app, Shell& shell)
{
    auto slug = std::make_shared<std::string>();
    auto* listed = app.add_subcommand(
        "types", "The record types: how many records of each, read through which time");
    listed->add_option("slug", *slug, "The company")->required();
    listed->callback(
        [&shell, slug] { shell.run = [&shell, slug] { return types(shell, *slug); }; });
}

struct ChangesWish {
    std::string slug;
    std::int64_t from = 0;
    int limit = 1000, seconds = 2;
    bool follow = false, with_records = false;
};

void print_change(Shell& shell, const store::Change& change, const std::optional<std::string>& json)
{
    if (!shell.json) {
        std::cout << fmt::format("{:>8}  {}  {:<8} {} {}\n", change.seq, base::to_text(change.at),
                                 change.kind, change.data_type, change.id);
        if (json) print(shell, *json);
        return;
    }
    Value value;
    value.set("cursor", std::to_string(change.seq));
    value.set("dataType", change.data_type);
    value.set("id", change.id);
    value.set("change", change.kind);
    value.set("modifiedDate", base::to_text(change.at));
    auto text = qbxml::to_json(value);
    if (json) text.insert(text.size() - 1, ",\"record\":" + *json);
    std::cout << text << '\n';
}

int changes(Shell& shell, ChangesWish wish)
{
    auto store = shell.open_store();
    if (!company_of(store, wish.slug)) return fail(service::no_company(wish.slug));
    const base::CompanyId company{wish.slug};
    const auto forgotten = store.read([&](store::Tx& tx) { return tx.pruned_through(company); });
    if (wish.from > 0 && wish.from < forgotten)
        return fail(
            {"--from", fmt::format("changes up to {} are forgotten, so some after {} would be "
                                   "missed; read everything anew ('get --all' or 'export') and "
                                   "follow from its cursor",
                                   forgotten, wish.from)});
    for (int left = wish.limit; wish.follow || left > 0;) {
        const auto page = store.read([&](store::Tx& tx) {
            return tx.changes(company, wish.from, wish.follow ? 500 : std::min(left, 500));
        });
        for (const auto& change : page) {
            std::optional<std::string> json;
            if (wish.with_records)
                json = store.read([&](store::Tx& tx) {
                    return tx.find_record(company, change.data_type, change.id);
                });
            print_change(shell, change, json);
            wish.from = change.seq;
            --left;
        }
        std::cout.flush();
        if (!std::cout) return unusable;  // nobody reads any more
        if (!page.empty()) continue;
        if (!wish.follow) break;
        sleep(static_cast<unsigned>(wish.seconds));
    }
    return success;
}

void add_changes(CLI::App& app, Shell& shell)
{
    auto wish = std::make_shared<ChangesWish>();
    auto* followed = app.add_subcommand("changes", "What became of records, oldest first");
    followed->add_option("slug", wish->slug, "The company")->required();
    followed->add_option("--from", wish->from, "After this cursor (default: from the oldest kept)")
        ->check(CLI::NonNegativeNumber);
    followed->add_option("--limit", wish->limit, "At most so many")->check(CLI::PositiveNumber);
    followed->add_flag("--records", wish->with_records, "With each record as it is now");
    followed->add_flag("--follow", wish->follow, "Waits for more, until it is interrupted");
    followed->callback(
        [&shell, wish] { shell.run = [&shell, wish] { return changes(shell, *wish); }; });
}

struct ExportCommand {
    std::string slug, folder, format = "ndjson";
};

int export_all(Shell& shell, const ExportCommand& wish)
{
    auto store = shell.open_store();
    if (!company_of(store, wish.slug)) return fail(service::no_company(wish.slug));
    const auto format =
        wish.format == "csv" ? service::ExportFormat::csv : service::ExportFormat::ndjson;
    const auto done =
        service::export_records(store, {wish.slug}, {wish.folder, format}, shell.clock.now());
    if (!done) return fail(done.error());
    std::cout << fmt::format("{} records in {} files are in {}\n", done->records, done->files,
                             wish.folder);
    return success;
}

void add_export(CLI::App& app, Shell& shell)
{
    auto wish = std::make_shared<ExportCommand>();
    auto* made = app.add_subcommand("export", "All records of a company as files");
    made->add_option("slug", wish->slug, "The company")->required();
    made->add_option("--to", wish->folder, "The folder to make")->required();
    made->add_option("--format", wish->format, "ndjson or csv (default: ndjson)")
        ->check(CLI::IsMember({"ndjson", "csv"}));
    made->callback(
        [&shell, wish] { shell.run = [&shell, wish] { return export_all(shell, *wish); }; });
}

struct ShowWish {
    std::string slug, type, id;
    bool source = false, history = false;
};

int show(Shell& shell, const ShowWish& wish)
{
    auto store = shell.open_store();
    if (!company_of(store, wish.slug)) return fail(service::no_company(wish.slug));
    const base::CompanyId company{wish.slug};
    const auto kept =
        store.read([&](store::Tx& tx) { return tx.find_kept(company, wish.type, wish.id); });
    if (!kept) return unknown_record(wish.type, wish.id);
    if (wish.source) std::cout << kept->source << '\n';
    for (const auto& version : store.read([&](store::Tx& tx) {
             return wish.history ? tx.versions(company, wish.type, wish.id)
                                 : std::vector<store::VersionSeen>();
         })) {
        Value value;
        value.set("at", base::to_text(version.at));
        value.set("change", version.kind);
        value.set("editSequence", version.edit_sequence);
        Value::Array fields(version.fields.begin(), version.fields.end());
        value.set("fields", std::move(fields));
        std::cout << qbxml::to_json(value) << '\n';
    }
    if (!wish.source && !wish.history) print(shell, kept->json);
    return success;
}

struct RebuildWish {
    std::string slug, type;
};

int rebuild(Shell& shell, const RebuildWish& wish)
{
    if (!wish.type.empty() && !qbxml::canonical::is_record_type(wish.type))
        return unknown_type(wish.type);
    auto store = shell.open_store();
    const auto company = company_of(store, wish.slug);
    if (!company) return fail(service::no_company(wish.slug));
    const auto done = service::remake_all(store, *company, wish.type, shell.clock.now());
    std::cout << fmt::format("{} records were made anew; {} of them changed\n", done.looked_at,
                             done.changed);
    return success;
}

void add_records(CLI::App& app, Shell& shell)
{
    auto* records = app.add_subcommand("records", "What stands behind the records");
    records->require_subcommand(1);
    auto wish = std::make_shared<ShowWish>();
    auto* shown = records->add_subcommand("show", "One record, its source or its history");
    shown->add_option("slug", wish->slug, "The company")->required();
    shown->add_option("type", wish->type, "Record type")->required();
    shown->add_option("id", wish->id, "ListID or TxnID")->required();
    shown->add_flag("--source", wish->source, "As QuickBooks said it, personal data masked");
    shown->add_flag("--history", wish->history, "The versions seen: when, and what differs");
    shown->callback([&shell, wish] { shell.run = [&shell, wish] { return show(shell, *wish); }; });
    auto all = std::make_shared<RebuildWish>();
    auto* rebuilt =
        records->add_subcommand("rebuild", "Makes the records anew from what QuickBooks said");
    rebuilt->add_option("slug", all->slug, "The company")->required();
    rebuilt->add_option("--type", all->type, "Only this record type");
    rebuilt->callback(
        [&shell, all] { shell.run = [&shell, all] { return rebuild(shell, *all); }; });
}

}  // namespace

void add_record_commands(CLI::App& app, Shell& shell)
{
    add_get(app, shell);
    add_types(app, shell);
    add_changes(app, shell);
    add_export(app, shell);
    add_records(app, shell);
}

}  // namespace server::cli
