// Reads the text that records are kept as: elements that append_element() wrote, one a line. Such
// text needs none of the checks that text from outside gets.
#pragma once

#include <string>
#include <string_view>

#include "qbxml/request.h"

namespace qbxml::simulator {

// The element at the front of the text, with everything inside it.
Node node_in(std::string_view text);
// What stands between the tags of the simple element at the front of the text.
std::string simple_text_in(std::string_view text);

}  // namespace qbxml::simulator
