#include "server/service/sync_settings.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "qbxml/canonical/types.h"
#include "qbxml/canonical/values.h"
#include "server/jobs/reading.h"
#include "server/service/supplements.h"

namespace server::service {
namespace {

using qbxml::Error;
using qbxml::Result;
using std::chrono::seconds;
using store::SyncSetting;
namespace canonical = qbxml::canonical;

constexpr auto names = std::to_array<std::string_view>(
    {"enabled", "first", "every", "full", "from", "order", "months", "basis"});
constexpr seconds shortest{60};
constexpr seconds longest{366 * 24 * 3600};

int step_of(std::string_view data_type)
{
    return canonical::queries_of(data_type).front()->step;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::find(words.begin(), words.end(), text) != words.end();
}

std::string default_of(std::string_view data_type, std::string_view name)
{
    const int step = step_of(data_type);
    if (name == "enabled") return step == 5 ? "no" : "yes";
    if (name == "first") return "yes";
    // What rarely changes, and what takes long.
    const bool rare = is_one_of(
        data_type, {"hostInfo", "companyInfo", "companyPreferences", "customFieldDefinitions"});
    if (name == "every") return rare || step == 5 ? "1d" : "1h";
    // Their balances and stock move without their own TimeModified.
    const bool moving = is_one_of(data_type, {"accounts", "customers", "suppliers", "items"});
    if (name == "full") return moving ? "1d" : "never";
    if (name == "order") {
        int place = 0;
        for (const std::string& type : synced_types())
            if (place += 10; type == data_type) break;
        return std::to_string(place);
    }
    if (name == "months") return "12";
    return "";
}

std::optional<int> number_of(std::string_view text, int most)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && number >= 0 && number <= most ? std::optional(number) : std::nullopt;
}

// "15m", "2h", "1d"; "never" is 0.
std::optional<seconds> span_of(std::string_view text)
{
    if (text == "never") return seconds(0);
    if (text.size() < 2) return std::nullopt;
    const auto count = number_of(text.substr(0, text.size() - 1), 1'000'000);
    if (!count) return std::nullopt;
    const std::int64_t unit = text.back() == 'm'   ? 60
                              : text.back() == 'h' ? 3600
                              : text.back() == 'd' ? 24 * 3600
                                                   : 0;
    const seconds span{unit * *count};
    return unit > 0 && span >= shortest && span <= longest ? std::optional(span) : std::nullopt;
}

const SyncSetting* find_row(std::span<const SyncSetting> rows, std::string_view data_type,
                            std::string_view name)
{
    for (const SyncSetting& row : rows)
        if (row.data_type == data_type && row.name == name) return &row;
    return nullptr;
}

// Whether a setting has a meaning for the type.
bool applies(std::string_view data_type, std::string_view name)
{
    // Some types come with another one's query: tax rates with the items.
    if (canonical::queries_of(data_type).front()->data_type != data_type) return false;
    if (name == "months" || name == "basis") return jobs::is_report(data_type);
    if (name == "from") return step_of(data_type) == 4;
    if (name == "full") return step_of(data_type) < 5;
    return true;
}

// What a value must be; "" when it is that.
std::string expectation(std::string_view name, std::string_view value)
{
    if (name == "enabled" || name == "first")
        return is_one_of(value, {"yes", "no"}) ? "" : "yes or no";
    if (name == "every" || name == "full")
        return span_of(value) ? "" : "a time from 1m to 366d, as 15m, 2h or 1d, or never";
    if (name == "from")
        return value == "all" || canonical::date_value(value) == value ? ""
                                                                       : "a day, as 2026-01-31, or "
                                                                         "all";
    if (name == "order") return number_of(value, 10000) ? "" : "a number from 0 to 10000";
    if (name == "months")
        return number_of(value, 120).value_or(0) > 0 ? "" : "a number from 1 to 120";
    return is_one_of(value, {"Accrual", "Cash"}) ? "" : "Accrual or Cash";
}

}  // namespace

std::vector<std::string> synced_types()
{
    std::vector<std::string> types;
    for (const canonical::Query& query : canonical::queries())
        if (std::find(types.begin(), types.end(), query.data_type) == types.end())
            types.emplace_back(query.data_type);
    return types;
}

std::vector<ShownSetting> shown_settings(std::string_view data_type,
                                         std::span<const SyncSetting> rows)
{
    std::vector<ShownSetting> shown;
    for (const std::string_view name : names) {
        if (!applies(data_type, name)) continue;
        const SyncSetting* own = find_row(rows, data_type, name);
        const SyncSetting* common = find_row(rows, "", name);
        shown.push_back({std::string(name),
                         own      ? own->value
                         : common ? common->value
                                  : default_of(data_type, name),
                         own      ? "type"
                         : common ? "company"
                                  : "default"});
    }
    for (const SyncSetting& row : rows)
        if (row.data_type == data_type && is_supplement(row.name))
            shown.push_back({row.name, row.value, "type"});
    return shown;
}

TypeSettings settings_of(std::string_view data_type, std::span<const SyncSetting> rows)
{
    TypeSettings settings;
    for (const auto& [name, value, source] : shown_settings(data_type, rows)) {
        if (name == "enabled") settings.enabled = value == "yes";
        if (name == "first") settings.first = value == "yes";
        if (name == "every") settings.every = span_of(value).value_or(seconds(0));
        if (name == "full") settings.full = span_of(value).value_or(seconds(0));
        if (name == "from") settings.from = value == "all" ? "" : value;
        if (name == "order") settings.order = number_of(value, 10000).value_or(0);
        if (name == "months") settings.months = number_of(value, 120).value_or(12);
        if (name == "basis") settings.basis = value;
    }
    return settings;
}

Result<SyncSetting> setting_from_text(std::string_view data_type, std::string_view text)
{
    if (is_supplement(text)) return supplement_from_text(data_type, text);
    const auto types = synced_types();
    if (!data_type.empty() && std::find(types.begin(), types.end(), data_type) == types.end())
        return Error{std::string(data_type),
                     fmt::format("no sync has this name; there are: {}", fmt::join(types, ", "))};
    const auto equals = text.find('=');
    const auto name = text.substr(0, equals);
    if (equals == text.npos || std::find(names.begin(), names.end(), name) == names.end())
        return Error{std::string(text), fmt::format("expected name=value, the name one of {}",
                                                    fmt::join(names, ", "))};
    if (!data_type.empty() && !applies(data_type, name))
        return Error{std::string(text), fmt::format("{} has no '{}'", data_type, name)};
    if (data_type.empty() && name == "order")
        return Error{std::string(text), "an order belongs to one type; name it"};
    const auto value = text.substr(equals + 1);
    if (!value.empty())
        if (const auto expected = expectation(name, value); !expected.empty())
            return Error{std::string(text),
                         fmt::format("'{}' will not do; expected {}", value, expected)};
    return SyncSetting{std::string(data_type), std::string(name), std::string(value)};
}

std::optional<Error> order_breach(std::span<const SyncSetting> rows)
{
    const auto types = synced_types();
    for (const std::string& later : types)
        for (const std::string& earlier : types) {
            if (step_of(earlier) >= step_of(later)) continue;
            const int before = settings_of(earlier, rows).order;
            const int after = settings_of(later, rows).order;
            if (before >= after)
                return Error{later, fmt::format("{} (order {}) needs what {} (order {}) brings; "
                                                "give it a higher order",
                                                later, after, earlier, before)};
        }
    return std::nullopt;
}

std::optional<Error> keep_settings(store::Tx& tx, const base::CompanyId& company,
                                   std::span<const SyncSetting> changes)
{
    std::vector<SyncSetting> rows = tx.sync_settings(company);
    for (const SyncSetting& change : changes) {
        std::erase_if(rows, [&](const SyncSetting& row) {
            return row.data_type == change.data_type && row.name == change.name;
        });
        if (!change.value.empty()) rows.push_back(change);
    }
    if (auto breach = order_breach(rows)) return breach;
    for (const auto& [type, wanted] : supplements_of(rows))
        if (wanted.size() > supplements_max)
            return Error{type,
                         fmt::format("{} supplements are too many; at most {} are kept of one "
                                     "type",
                                     wanted.size(), supplements_max)};
    bool others = false;
    for (const SyncSetting& change : changes) {
        others = others || is_supplement(change.name);
        if (change.value.empty())
            tx.forget_sync_setting(company, change.data_type, change.name);
        else
            tx.save_sync_setting(company, change);
    }
    if (others) {
        auto state = tx.mirror_state(company);
        ++state.lists;
        tx.save_mirror_state(company, state);
    }
    if (!changes.empty()) tx.look_again(company);
    return std::nullopt;
}

Result<std::vector<std::string>> ordered_types(std::span<const std::string> wanted,
                                               std::span<const SyncSetting> rows)
{
    // Some types come with another one's query: tax rates with the items.
    std::vector<std::string> asked;
    for (const std::string& type : wanted) {
        const auto queries = canonical::queries_of(type);
        if (queries.empty())
            return Error{type, fmt::format("no record type of this name can be read; known are: {}",
                                           fmt::join(canonical::record_types(), ", "))};
        asked.emplace_back(queries.front()->data_type);
    }
    std::vector<std::pair<int, std::string>> chosen;
    for (const std::string& type : synced_types()) {
        const auto settings = settings_of(type, rows);
        const bool wished = wanted.empty()
                                ? settings.enabled
                                : std::find(asked.begin(), asked.end(), type) != asked.end();
        if (wished) chosen.emplace_back(settings.order, type);
    }
    std::stable_sort(chosen.begin(), chosen.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> types;
    for (auto& [order, type] : chosen)
        types.push_back(std::move(type));
    return types;
}

}  // namespace server::service
