#include <iostream>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "qbxml/canonical/capabilities.h"
#include "qbxml/canonical/schema.h"
#include "qbxml/canonical/types.h"
#include "qbxml/suggest.h"
#include "server/cli/commands.h"
#include "server/cli/qbxml.h"
#include "server/service/companies.h"

namespace server::cli {
namespace {

namespace canonical = qbxml::canonical;
using qbxml::Value;

constexpr std::size_t preferences_bytes_max = 1u << 20;

struct Wish {
    std::string slug, type, version = "16.0", edition = "any", preferences, form = "read";
};

int print(const Shell& shell, const Value& value)
{
    std::cout << (shell.json ? qbxml::to_json(value) : qbxml::to_pretty_json(value)) << '\n';
    return success;
}

qbxml::Error no_type(const std::string& type)
{
    const auto meant = qbxml::nearest(type, canonical::record_types());
    return {type, fmt::format("there is no such record type{}; known are: {}",
                              meant.empty() ? "" : fmt::format(", {} may be meant", meant),
                              fmt::join(canonical::record_types(), ", "))};
}

int print_capabilities(const Shell& shell, const std::string& type,
                       const canonical::FileFacts& facts)
{
    if (type.empty()) return print(shell, canonical::capabilities_json(facts));
    if (!canonical::is_record_type(type)) return fail(no_type(type));
    return print(shell, canonical::capabilities_json(type, facts));
}

int of_company(const Shell& shell, const Wish& wish)
{
    auto store = shell.open_store();
    const base::CompanyId company{wish.slug};
    const auto found = store.read([&](store::Tx& tx) { return tx.find_company(company); });
    if (!found) return fail(service::no_company(wish.slug));
    const auto facts = store.read([&](store::Tx& tx) { return service::file_facts(tx, *found); });
    return print_capabilities(shell, wish.type, facts);
}

int of_language(const Shell& shell, const Wish& wish)
{
    canonical::FileFacts facts{.version = *qbxml::Version::parse(wish.version),
                               .edition = *qbxml::edition_from_text(wish.edition)};
    if (!wish.preferences.empty()) {
        auto value = qbxml::parse_json(read_file(wish.preferences, preferences_bytes_max));
        if (!value) return fail({wish.preferences, value.error().text()});
        if (!value->is_object())
            return fail({wish.preferences, "a companyPreferences record is expected"});
        facts.preferences = std::move(*value);
    }
    return print_capabilities(shell, wish.type, facts);
}

int print_schema(const Shell& shell, const Wish& wish)
{
    const auto form = *canonical::schema_form_from_text(wish.form);
    if (!wish.type.empty()) {
        if (!canonical::is_record_type(wish.type)) return fail(no_type(wish.type));
        const auto schema = canonical::schema_of(wish.type, form);
        if (!schema)
            return fail({wish.type, fmt::format("QuickBooks has no message to {} them; see "
                                                "'qbwcd qbxml capabilities {}'",
                                                wish.form, wish.type)});
        return print(shell, *schema);
    }
    Value all{Value::Object{}};
    for (const auto type : canonical::record_types())
        if (auto schema = canonical::schema_of(type, form)) all.set(type, std::move(*schema));
    return print(shell, all);
}

}  // namespace

void add_capabilities_commands(CLI::App& app, Shell& shell)
{
    auto wish = std::make_shared<Wish>();
    auto* able = app.add_subcommand(
        "capabilities", "What can be read from and written to a company file, with limits");
    able->add_option("slug", wish->slug, "The company")->required();
    able->add_option("type", wish->type, "Every field of this record type, e.g. bills");
    able->callback(
        [&shell, wish] { shell.run = [&shell, wish] { return of_company(shell, *wish); }; });

    auto* schema =
        app.add_subcommand("schema", "JSON Schema (2020-12) of the records, for host applications");
    schema->add_option("type", wish->type, "One record type; all of them without it");
    schema
        ->add_option("--for", wish->form,
                     "read: as records are read; create, update: what is written [read]")
        ->check(CLI::IsMember({"read", "create", "update"}));
    schema->callback(
        [&shell, wish] { shell.run = [&shell, wish] { return print_schema(shell, *wish); }; });
}

void add_language_capabilities_command(CLI::App& noun, Shell& shell)
{
    auto wish = std::make_shared<Wish>();
    auto* able = noun.add_subcommand(
        "capabilities", "What a version and edition lets be read and written, with limits");
    able->add_option("type", wish->type, "Every field of this record type, e.g. bills");
    able->add_option("--version", wish->version, "qbXML that the company file speaks [16.0]")
        ->check([](const std::string& text) {
            return qbxml::Version::parse(text) ? std::string() : "a version as 13.0 is expected";
        });
    able->add_option("--edition", wish->edition, "Country of QuickBooks: any, US, CA, UK, AU [any]")
        ->check([](const std::string& text) {
            return qbxml::edition_from_text(text) ? std::string()
                                                  : "any, US, CA, UK or AU is expected";
        });
    able->add_option("--preferences", wish->preferences,
                     "JSON of a companyPreferences record: what is switched off")
        ->type_name("FILE");
    able->callback(
        [&shell, wish] { shell.run = [&shell, wish] { return of_language(shell, *wish); }; });
}

}  // namespace server::cli
