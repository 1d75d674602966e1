// The JSON form of elements, told in request.h, for any element of the language.
#pragma once

#include <string_view>

#include "qbxml/grammar/grammar.h"
#include "qbxml/request.h"
#include "qbxml/value.h"

namespace qbxml {

// What stands under the element's name: text, or an object.
Value json_content(const Node& node, const grammar::Owner* content);

// The element `name` from what stands under its name. `where` is the JSON pointer of `value`. Names
// are not looked up: what the language lacks is for the checker to tell.
Result<Node> node_from_json(std::string_view name, const Value& value, const std::string& where);

}  // namespace qbxml
