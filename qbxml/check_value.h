// Whether a text is a value of its type.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "qbxml/grammar/grammar.h"
#include "qbxml/version.h"

namespace qbxml {

// What is wrong with one value: the parts of a Fault that do not depend on its place.
struct ValueFault {
    std::string rule;
    std::string found;
    std::string allowed;
    std::string since = {};
    std::string suggestion = {};
};

// The limits of one value besides its type; null and none where there are none.
struct ValueLimits {
    const grammar::Type& type;
    std::uint16_t chars = grammar::none;
    const grammar::Enumeration* values = nullptr;
    const grammar::Range* range = nullptr;
    std::string_view fallback = {};  // with one, an empty element is right
};

// The first objection to `text` (UTF-8), or none.
std::optional<ValueFault> check_value(std::string_view text, const ValueLimits& limits,
                                      Version version);

// A value as it is shown in a fault: in quotes, on one line, cut after 60 characters.
std::string shown(std::string_view text);
// A name as it is shown: as it is, or like a value when it could be no name.
std::string shown_name(std::string_view name);
// How many characters UTF-8 text has.
std::size_t length_of(std::string_view utf8);

}  // namespace qbxml
