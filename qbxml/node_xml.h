// Trees of values <-> XML text, in the order of the language.
#pragma once

#include <string>
#include <vector>

#include "qbxml/grammar/grammar.h"
#include "qbxml/request.h"
#include "qbxml/xml.h"

namespace qbxml {

// The element with everything inside it. Text beside child elements is kept.
Node to_node(Element element);

// The element QBXMLMsgsRq with the attributes and the requests of the set.
Node envelope_of(const MessageSet& set);

// The children of a node whose content is `content`, put into the order QuickBooks demands.
// Children of one place keep their order among themselves, and so do those of a choice that may
// repeat (invoice lines and line groups). A child the language does not know stays behind its
// neighbour. `content` null: as they are.
std::vector<const Node*> in_order(const Node& node, const grammar::Owner* content);

// What stands inside the child `name` of an element with that content; null for a simple or unknown
// child.
const grammar::Owner* content_of(const grammar::Owner* content, std::string_view name);

enum class Layout { compact, indented };

// Appends the element in order, escaped, pure ASCII; an element without content as <Name/>.
// Indented: one element a line, by two blanks a level, `level` levels in, each line ended.
void append_xml(std::string& out, const Node& node, const grammar::Owner* content, Layout layout,
                int level = 0);
// Appends ` name="value"` for each attribute.
void append_attributes(std::string& out, const Node& node);

}  // namespace qbxml
