// What is never converted and never kept: the elements that say too much about a person or a card.
#pragma once

#include <string>
#include <string_view>

#include "qbxml/xml.h"

namespace qbxml::canonical {

// True when a step of the element path is masked.
bool leads_to_masked(std::string_view path);
// The element's text with the content of each masked element replaced by ***; every other byte as
// it was. `source` is well-formed.
std::string masked(std::string_view source);
// False when masked() would change nothing of the element's text; found much faster.
bool holds_masked(Element element);

}  // namespace qbxml::canonical
