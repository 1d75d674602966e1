#include "server/service/views.h"

#include <algorithm>
#include <set>

#include "qbxml/canonical/places.h"
#include "qbxml/canonical/types.h"

namespace server::service {
namespace {

namespace canonical = qbxml::canonical;
using canonical::Scalar;

std::string snake(std::string_view name)
{
    std::string text;
    for (const char c : name) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper && !text.empty() && text.back() != '_') text += '_';
        text += c == '.' ? '_' : upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

std::string column_name(std::string path)
{
    if (path.starts_with("metadata.")) path.erase(0, 9);
    if (const auto ref = path.find("Ref."); ref != path.npos) path.erase(ref, 3);
    return snake(path);
}

std::string singular(std::string_view plural)
{
    if (plural.ends_with("ies")) return std::string(plural.substr(0, plural.size() - 3)) + 'y';
    if (plural.ends_with('s')) return std::string(plural.substr(0, plural.size() - 1));
    return std::string(plural);
}

std::string lines_name(std::string_view data_type, std::string_view array)
{
    const bool lines = array == "lineItems" || array == "journalLines" || array == "lines";
    if (lines) return "v_" + snake(singular(data_type)) + "_lines";
    return "v_" + snake(data_type) + '_' + snake(array);
}

store::ViewColumn::Type type_of(Scalar scalar)
{
    using Type = store::ViewColumn::Type;
    switch (scalar) {
        case Scalar::decimal: return Type::decimal;
        case Scalar::whole: return Type::whole;
        case Scalar::flag: return Type::flag;
        case Scalar::text:
        case Scalar::date:
        case Scalar::datetime: break;
    }
    return Type::text;
}

void add_column(store::View& view, const canonical::Place& place)
{
    static const std::set<std::string_view> elsewhere{"id", "metadata.isDeleted",
                                                      "metadata.deletedDate", "metadata.rawLink"};
    if (place.array.empty() && elsewhere.contains(place.path)) return;
    auto name = column_name(place.path);
    const auto taken = [&] {
        return std::any_of(view.columns.begin(), view.columns.end(),
                           [&](const auto& column) { return column.name == name; });
    };
    if (taken()) name = snake(place.path);
    if (taken()) return;
    view.columns.push_back({name, place.path, type_of(place.scalar)});
}

}  // namespace

std::vector<store::View> record_views()
{
    std::vector<store::View> views;
    for (const std::string_view type : canonical::record_types()) {
        store::View whole{.name = "v_" + snake(type), .data_type = std::string(type)};
        std::vector<store::View> lists;
        for (const auto& place : canonical::places_of(type)) {
            if (place.array.empty()) {
                add_column(whole, place);
                continue;
            }
            const auto list = std::find_if(lists.begin(), lists.end(), [&](const auto& one) {
                return one.lines == place.array;
            });
            if (list != lists.end())
                add_column(*list, place);
            else
                add_column(lists.emplace_back(store::View{.name = lines_name(type, place.array),
                                                          .data_type = std::string(type),
                                                          .lines = place.array}),
                           place);
        }
        // Reports have no records of their own here.
        if (!canonical::place_at(type, "id")) continue;
        views.push_back(std::move(whole));
        views.insert(views.end(), lists.begin(), lists.end());
    }
    return views;
}

}  // namespace server::service
