#include "server/service/supplements.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "qbxml/canonical/masks.h"
#include "qbxml/canonical/places.h"
#include "qbxml/canonical/types.h"
#include "server/jobs/reading.h"

namespace server::service {
namespace {

using qbxml::Error;
using qbxml::Result;
using store::SyncSetting;
namespace canonical = qbxml::canonical;

constexpr std::string_view prefix = "supplement.";
constexpr std::size_t name_max = 40;
constexpr std::size_t path_max = 200;

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A letter, then letters and digits: what names a member of a record, or an element.
bool is_plain(std::string_view name)
{
    return !name.empty() && is_letter(name.front()) &&
           std::ranges::all_of(name, [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

bool is_path(std::string_view path)
{
    if (path.size() > path_max) return false;
    for (;; path.remove_prefix(path.find('/') + 1)) {
        if (!is_plain(path.substr(0, path.find('/')))) return false;
        if (path.find('/') == path.npos) return true;
    }
}

}  // namespace

bool is_supplement(std::string_view name)
{
    return name.starts_with(prefix);
}

Result<SyncSetting> supplement_from_text(std::string_view data_type, std::string_view text)
{
    const auto types = canonical::record_types();
    if (std::ranges::find(types, data_type) == types.end() || jobs::is_report(data_type))
        return Error{std::string(data_type),
                     fmt::format("a supplement belongs to one record type that is no report; there "
                                 "are: {}",
                                 fmt::join(types, ", "))};
    const auto equals = text.find('=');
    const auto name = text.substr(0, equals);
    const auto member = name.substr(prefix.size());
    if (equals == text.npos || !is_plain(member) || member.size() > name_max)
        return Error{
            std::string(text),
            fmt::format("expected supplement.NAME=PATH, the name of at most {} letters and "
                        "digits, as supplement.crew=Other",
                        name_max)};
    const auto path = text.substr(equals + 1);
    if (!path.empty() && !is_path(path))
        return Error{std::string(text), fmt::format("'{}' is no path of elements; expected one as "
                                                    "Other or BillAddress/City",
                                                    path)};
    if (canonical::leads_to_masked(path))
        return Error{
            std::string(text),
            fmt::format("'{}' says too much about a person or a card; it is never kept", path)};
    return SyncSetting{std::string(data_type), std::string(name), std::string(path)};
}

std::string doubt_about(const SyncSetting& setting)
{
    if (!is_supplement(setting.name) || setting.value.empty() ||
        canonical::has_element(setting.data_type, setting.value))
        return {};
    return fmt::format(
        "{}: no QuickBooks that we know has the element '{}' in its {}; it is null "
        "unless this one sends it ('qbwcd qbxml explain' shows the elements)",
        setting.name, setting.value, setting.data_type);
}

std::map<std::string, std::map<std::string, std::string>> supplements_of(
    std::span<const SyncSetting> rows)
{
    std::map<std::string, std::map<std::string, std::string>> wanted;
    for (const SyncSetting& row : rows)
        if (is_supplement(row.name))
            wanted[row.data_type][row.name.substr(prefix.size())] = row.value;
    return wanted;
}

}  // namespace server::service
