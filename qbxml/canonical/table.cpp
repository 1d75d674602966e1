#include "qbxml/canonical/table.h"

namespace qbxml::canonical {

const Type* find_type(std::string_view name)
{
    for (const auto& type : mapped_types())
        if (type.name == name) return &type;
    return nullptr;
}

const Type* type_of_element(std::string_view ret)
{
    if (ret == "ReportRet" || ret.empty()) return nullptr;
    for (const auto& type : mapped_types())
        if (lists(type.elements, ret, ',')) return &type;
    return nullptr;
}

}  // namespace qbxml::canonical
