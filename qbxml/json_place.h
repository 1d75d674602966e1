// Where the children of a node stand in its JSON form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "qbxml/grammar/grammar.h"
#include "qbxml/request.h"

namespace qbxml {

// The member that holds a choice whose elements are mixed: an array of objects with one member
// each.
inline constexpr std::string_view mixed_member = "#mixed";
// The member that holds the text of an element which has attributes too.
inline constexpr std::string_view text_member = "#text";

struct JsonPlace {
    bool mixed = false;  // in the array `mixed_member`, inside an object of its own
    int index = -1;      // in an array; -1 for a plain member
};

// One place for each child, in the order of the children. A child is in an array when the language
// lets it repeat or when it stands more than once; it is in the mixed array when it belongs to a
// choice that may repeat and of which more than one element is present.
std::vector<JsonPlace> json_places(const Node& node, const grammar::Owner* content);

// "/InvoiceLineAdd/2" or "/#mixed/2/InvoiceLineAdd".
std::string pointer_step(std::string_view name, const JsonPlace& place);

}  // namespace qbxml
