// The JSON form of a context: what `qbxml convert --context` reads.
#include <array>

#include <fmt/format.h>

#include "qbxml/canonical/read.h"
#include "qbxml/canonical/table.h"
#include "qbxml/canonical/zone.h"

namespace qbxml::canonical {
namespace {

std::string kind_of(const Value& value)
{
    if (value.is_null()) return "null";
    if (value.is_bool()) return "a boolean";
    if (value.is_number()) return "a number";
    if (value.is_string()) return "a string";
    return value.is_array() ? "an array" : "an object";
}

// Reads the members of a context; the first mistake stays.
class ContextReader {
public:
    explicit ContextReader(const Value& value) : value_(value) {}

    std::string text(const Value& value, const std::string& where)
    {
        if (value.is_null()) return {};
        if (value.is_number()) return value.number_text();
        if (value.is_string()) return value.as_string();
        fail(where, fmt::format("{} where a string is expected", kind_of(value)));
        return {};
    }
    std::map<std::string, std::string, std::less<>> names(std::string_view key)
    {
        std::map<std::string, std::string, std::less<>> found;
        const Value* value = value_.find(key);
        if (!value || value->is_null()) return found;
        const std::string where = "/" + std::string(key);
        if (!value->is_object()) {
            fail(where, fmt::format("{} where an object is expected", kind_of(*value)));
            return found;
        }
        for (const auto& [name, entry] : value->as_object())
            if (auto word = text(entry, where + "/" + name); !word.empty())
                found.emplace(name, std::move(word));
        return found;
    }
    std::vector<Context::NamedRecord> records(std::string_view key)
    {
        std::vector<Context::NamedRecord> found;
        for (const Value* entry : array(value_.find(key), "/" + std::string(key))) {
            const std::string name = entry->string_at("fullName", entry->string_at("name"));
            found.push_back({entry->string_at("id"), name, entry->string_at("nominalCode"),
                             entry->string_at("sourceAccountType")});
        }
        return found;
    }
    std::vector<const Value*> array(const Value* value, const std::string& where)
    {
        std::vector<const Value*> entries;
        if (!value || value->is_null()) return entries;
        if (!value->is_array()) {
            fail(where, fmt::format("{} where an array is expected", kind_of(*value)));
            return entries;
        }
        for (const auto& entry : value->as_array()) {
            if (!entry.is_object())
                fail(where, fmt::format("{} where an object is expected", kind_of(entry)));
            entries.push_back(&entry);
        }
        return entries;
    }
    void fail(std::string where, std::string what)
    {
        if (!error) error = Error{std::move(where), std::move(what)};
    }

    std::optional<Error> error;

private:
    const Value& value_;
};

void read_report(ContextReader& reader, const Value* report, Context& context)
{
    if (!report || report->is_null()) return;
    if (!report->is_object()) return reader.fail("/report", "an object is expected");
    context.report_data_type = report->string_at("dataType");
    const Type* type = find_type(context.report_data_type);
    if (!type || type->elements != "ReportRet")
        reader.fail(
            "/report/dataType",
            fmt::format("'{}' is no report; expected balanceSheet, profitAndLoss, agedDebtors "
                        "or agedCreditors",
                        context.report_data_type));
    for (const Value* period : reader.array(report->find("periods"), "/report/periods"))
        context.report_periods.push_back({period->string_at("from"), period->string_at("to")});
}

void read_supplemental(ContextReader& reader, const Value* wanted, Context& context)
{
    if (!wanted || wanted->is_null()) return;
    if (!wanted->is_object()) return reader.fail("/supplemental", "an object is expected");
    for (const auto& [type, paths] : wanted->as_object()) {
        const std::string where = "/supplemental/" + type;
        if (!find_type(type)) reader.fail(where, "no record type of that name");
        if (!paths.is_object()) {
            reader.fail(where, "an object is expected");
            continue;
        }
        for (const auto& [name, path] : paths.as_object())
            context.supplemental[type][name] = reader.text(path, where + "/" + name);
    }
}

}  // namespace

const std::string* Context::find(List list, std::string_view key) const
{
    if (key.empty()) return nullptr;
    if (list == List::accounts) {
        for (const auto& account : accounts)
            if (!account.type.empty() && (account.id == key || account.name == key))
                return &account.type;
        return look_up ? look_up(list, key) : nullptr;
    }
    const auto& held = list == List::currencies  ? currencies
                       : list == List::items     ? items
                       : list == List::tax_rates ? tax_rates
                                                 : entities;
    if (const auto found = held.find(key); found != held.end()) return &found->second;
    return look_up ? look_up(list, key) : nullptr;
}

bool knows_time_zone(std::string_view name)
{
    return Zone::load(name).has_value();
}

Result<Context> context_from_json(const Value& value)
{
    constexpr auto keys = std::to_array<std::string_view>(
        {"companyId", "timeZone", "homeCurrency", "now", "currencies", "items", "taxRates",
         "entities", "accounts", "customers", "suppliers", "report", "supplemental"});
    if (!value.is_object())
        return Error{"", fmt::format("a context is an object, not {}", kind_of(value))};
    ContextReader reader(value);
    for (const auto& [name, member] : value.as_object())
        if (std::find(keys.begin(), keys.end(), name) == keys.end())
            reader.fail("/" + name, fmt::format("no such part of a context; known are {}",
                                                fmt::join(keys, ", ")));
    Context context;
    const auto text = [&](std::string_view key) {
        const Value* member = value.find(key);
        return member ? reader.text(*member, "/" + std::string(key)) : std::string{};
    };
    context.company_id = text("companyId");
    context.time_zone = text("timeZone");
    context.home_currency = text("homeCurrency");
    context.now = text("now");
    context.currencies = reader.names("currencies");
    context.items = reader.names("items");
    context.tax_rates = reader.names("taxRates");
    context.entities = reader.names("entities");
    context.accounts = reader.records("accounts");
    context.customers = reader.records("customers");
    context.suppliers = reader.records("suppliers");
    read_report(reader, value.find("report"), context);
    read_supplemental(reader, value.find("supplemental"), context);
    if (!context.time_zone.empty() && !knows_time_zone(context.time_zone))
        reader.fail("/timeZone",
                    fmt::format("'{}' is no time zone of this system; expected an IANA name "
                                "such as America/Chicago",
                                context.time_zone));
    if (reader.error) return *reader.error;
    return context;
}

}  // namespace qbxml::canonical
