// What stood in the language once and is gone: elements and values that only older versions had,
// most of them of the Canadian and British dialects of qbXML 5.0. They are not sent; answers of an
// old QuickBooks may have them.
#pragma once

#include <span>
#include <string_view>

#include "qbxml/version.h"

namespace qbxml::grammar {

struct PastElement {
    std::string_view name, type;  // type "{}" for one with elements inside
    Version first, last;          // as far as it was seen
    std::string_view owners;      // elements it stood in, separated by blanks

    bool stood_in(std::string_view owner) const;
    bool known_to(Version version) const { return first <= version && version <= last; }
};

// In the order of names.
std::span<const PastElement> past_elements();
// The element of that name that once stood inside `owner`; null when there was none.
const PastElement* past_element(std::string_view owner, std::string_view name);

struct PastValue {
    std::string_view enumeration, value;
    Version first, last;  // as far as it was seen

    bool known_to(Version version) const { return first <= version && version <= last; }
};

// In the order of enumerations and values.
std::span<const PastValue> past_values();
// The value that the enumeration once had; null when it had none of that name.
const PastValue* past_value(std::string_view enumeration, std::string_view value);

}  // namespace qbxml::grammar
