// Examples of messages, made from the language: right by every rule the checker has.
#pragma once

#include <string>
#include <string_view>

#include "qbxml/grammar/grammar.h"
#include "qbxml/request.h"

namespace qbxml {

enum class Extent { minimal, full };

// A message as "InvoiceAddRq", or as "InvoiceAdd" for the request, in any case; null when there is
// none.
const grammar::Message* find_message(std::string_view name);

// The smallest message that is right, or one with everything that may stand together (of a one-of
// group the alternative with most elements, of what repeats one). Elements that the version or
// edition lacks are left out. The message must exist in that version and edition.
Node example_node(const grammar::Message& message, Extent extent, Version version = newest_version,
                  Edition edition = Edition::any);

// The same as a whole document, indented, ready to be sent or changed. Fails with the likely name
// when there is no such message, and when the version or edition lacks it.
Result<std::string> example(std::string_view message, Extent extent,
                            Version version = common_version, Edition edition = Edition::any);

}  // namespace qbxml
