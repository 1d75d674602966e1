#include "qbxml/grammar/history.h"

#include <algorithm>

namespace qbxml::grammar {

bool PastElement::stood_in(std::string_view owner) const
{
    for (std::size_t at = owners.find(owner); at != owners.npos; at = owners.find(owner, at + 1)) {
        const std::size_t end = at + owner.size();
        if ((at == 0 || owners[at - 1] == ' ') && (end == owners.size() || owners[end] == ' '))
            return !owner.empty();
    }
    return false;
}

const PastElement* past_element(std::string_view owner, std::string_view name)
{
    const auto all = past_elements();
    for (auto at = std::ranges::lower_bound(all, name, {}, &PastElement::name);
         at != all.end() && at->name == name; ++at)
        if (at->stood_in(owner)) return &*at;
    return nullptr;
}

const PastValue* past_value(std::string_view enumeration, std::string_view value)
{
    const auto all = past_values();
    const auto found = std::ranges::find_if(all, [&](const PastValue& past) {
        return past.enumeration == enumeration && past.value == value;
    });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace qbxml::grammar
