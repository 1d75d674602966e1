#include <iostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "qbxml/canonical/types.h"
#include "server/cli/commands.h"
#include "server/service/companies.h"

namespace server::cli {
namespace {

struct GetWish {
    std::string slug, type, id;
    bool all = false;
    std::int64_t limit = 100;
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

int get(Shell& shell, const GetWish& wish)
{
    if (!qbxml::canonical::is_record_type(wish.type))
        return fail({wish.type, fmt::format("there is no such record type; known are: {}",
                                            fmt::join(qbxml::canonical::record_types(), ", "))});
    auto store = shell.open_store();
    const base::CompanyId company{wish.slug};
    if (!store.read([&](store::Tx& tx) { return tx.find_company(company); }))
        return fail(service::no_company(wish.slug));
    if (!wish.id.empty()) {
        const auto record =
            store.read([&](store::Tx& tx) { return tx.find_record(company, wish.type, wish.id); });
        if (!record)
            return fail({wish.id, fmt::format("no record of type {} with this id has been read",
                                              wish.type)});
        print(shell, *record);
        return success;
    }
    const std::int64_t limit = wish.all ? std::numeric_limits<std::int64_t>::max() : wish.limit;
    store.read([&](store::Tx& tx) {
        tx.each_record(company, wish.type, limit,
                       [&](std::string_view json) { print(shell, json); });
    });
    return success;
}

}  // namespace

void add_record_commands(CLI::App& app, Shell& shell)
{
    auto wish = std::make_shared<GetWish>();
    auto* got = app.add_subcommand("get", "Records that were read, as canonical JSON");
    got->add_option("slug", wish->slug, "The company")->required();
    got->add_option("type", wish->type, "Record type, e.g. invoices")->required();
    got->add_option("id", wish->id, "One record only");
    got->add_flag("--all", wish->all, "Every record (default: the first 100)");
    got->add_option("--limit", wish->limit, "At most so many");
    got->callback([&shell, wish] { shell.run = [&shell, wish] { return get(shell, *wish); }; });
}

}  // namespace server::cli
