#include "server/service/lookups.h"

#include <limits>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "qbxml/json_members.h"
#include "server/service/supplements.h"

namespace server::service {
namespace {

std::string text_at(std::string_view json, std::string_view path)
{
    const auto value = qbxml::json_at(json, path);
    return value ? qbxml::json_plain(*value) : std::string();
}

using List = qbxml::canonical::Context::List;

// What the mirror holds of it, "" when it does not.
std::string ask(store::Tx& tx, const base::CompanyId& company, List list, std::string_view key)
{
    switch (list) {
        case List::currencies: {
            auto record = tx.find_record(company, "currencies", key);
            if (!record) record = tx.find_record_named(company, "currencies", key);
            return record ? text_at(*record, "code") : "";
        }
        case List::items:
            // Tax items are kept as rates; each says what it is by the name of its element.
            for (const char* type : {"items", "taxRates"})
                if (const auto item = tx.find_record(company, type, key)) {
                    const auto element = text_at(*item, "metadata.sourceType");
                    return element.starts_with("Item") ? element.substr(4) : element;
                }
            return "";
        case List::tax_rates:
            if (const auto rate = tx.find_record(company, "taxRates", key))
                return text_at(*rate, "effectiveTaxRate");
            return "";
        case List::accounts: {
            auto account = tx.find_record(company, "accounts", key);
            if (!account) account = tx.find_record_named(company, "accounts", key);
            return account ? text_at(*account, "sourceAccountType") : "";
        }
        case List::entities:
            for (const char* type : {"customers", "suppliers", "employees", "otherNames"})
                if (tx.has_record(company, type, key)) return type;
            return "";
    }
    return "";
}

}  // namespace

std::string made_by(const store::Company& company, const store::MirrorState& state)
{
    return fmt::format("{}/{}/{}/{}", qbxml::canonical::mapping_version(), company.time_zone,
                       company.home_currency, state.lists);
}

Lookups::Lookups(store::Store& store, const store::Company& company, base::Time now)
    : store_(store),
      company_(company.id),
      context_{.company_id = company.id.text,
               .time_zone = company.time_zone,
               .home_currency = company.home_currency,
               .now = base::to_text(now)}
{
    store.read([&](store::Tx& tx) {
        made_by_ = service::made_by(company, tx.mirror_state(company.id));
        context_.supplemental = supplements_of(tx.sync_settings(company.id));
    });
    context_.look_up = [this](List list, std::string_view key) { return look_up(list, key); };
}

const std::string* Lookups::look_up(List list, std::string_view key)
{
    auto& known = known_[list];
    auto found = known.find(key);
    if (found == known.end())
        found =
            known
                .emplace(std::string(key),
                         store_.read([&](store::Tx& tx) { return ask(tx, company_, list, key); }))
                .first;
    if (!found->second.empty()) return &found->second;
    // A currency is asked for by id and then by name, and its list is read before all others.
    if (list != List::currencies) unresolved_ = true;
    return nullptr;
}

qbxml::canonical::Context write_context(store::Tx& tx, const base::CompanyId& company)
{
    qbxml::canonical::Context context{.company_id = company.text};
    if (const auto found = tx.find_company(company)) context.home_currency = found->home_currency;
    using Known = std::map<std::pair<List, std::string>, std::string>;
    context.look_up = [&tx, company, known = std::make_shared<Known>()](
                          List list, std::string_view key) -> const std::string* {
        const auto [at, fresh] = known->try_emplace({list, std::string(key)});
        if (fresh) at->second = ask(tx, company, list, key);
        return at->second.empty() ? nullptr : &at->second;
    };
    return context;
}

bool Lookups::take_unresolved()
{
    return std::exchange(unresolved_, false);
}

void Lookups::load_names()
{
    store_.read([&](store::Tx& tx) {
        const auto load = [&](std::string_view type, auto& into) {
            tx.each_record(company_, type, std::numeric_limits<std::int64_t>::max(),
                           [&](std::string_view json) {
                               auto name = text_at(json, "fullName");
                               if (name.empty()) name = text_at(json, "name");
                               into.push_back({text_at(json, "id"), std::move(name),
                                               text_at(json, "nominalCode")});
                           });
        };
        load("accounts", context_.accounts);
        load("customers", context_.customers);
        load("suppliers", context_.suppliers);
    });
}

}  // namespace server::service
