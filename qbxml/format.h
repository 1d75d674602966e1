// Whole documents: put in order, indented, and turned into JSON and back.
#pragma once

#include <string>
#include <vector>

#include "qbxml/request.h"
#include "qbxml/value.h"

namespace qbxml {

// QBXML with the message set that messages of this kind travel in (that of the first). `messages`
// is not empty, and its first is a message of the language.
Node in_envelope(std::vector<Node> messages);

// The document with its declarations, every element in its order, one a line. Pure ASCII.
std::string document_text(const Node& root, Version version);

// The document in order and indented. What the language does not know stays behind its neighbour;
// values are kept as they are, comments are not. A document that declares no version (answers do
// not) gets none.
Result<std::string> format_document(std::string text);

// {"version": "13.0", "QBXML": {...}}: the declared version, when there is one, and the JSON form
// of the outermost element.
Result<Value> document_to_json(std::string text);

// The document of what `document_to_json` gave, or of a message set as `message_set_from_json`
// takes it; `version` when it tells none. In order, indented, not checked.
Result<std::string> document_from_json(const Value& value, Version version);

}  // namespace qbxml
