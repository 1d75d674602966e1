// Putting records into the order and shape that the grammar wants.
#pragma once

#include <string_view>

#include "qbxml/request.h"
#include "qbxml/version.h"

namespace qbxml::simulator {

// Sorts the children of `node`, and theirs, as the content of its name has them. Repeated elements
// keep their order; what the content does not know, or QuickBooks of that edition has not, is taken
// away.
void arrange(Node& node, Edition edition = Edition::any);

// The fields of an ...Add or ...Mod that a record shows under the same name, as store_texts()
// leaves them.
Node same_fields(const Node& request, std::string_view ret_name);
// Texts as QuickBooks stores and answers them: trimmed, in Windows-1252, amounts with two decimals,
// flags as true and false.
void store_texts(Node& record);

// Puts a field in place of the one of that name, or adds it.
void put(Node& record, Node field);
void put(Node& record, std::string_view name, std::string_view text);
void remove(Node& record, std::string_view name);

// <Name><ListID>..</ListID><FullName>..</FullName></Name>
Node reference(std::string_view name, std::string_view list_id, std::string_view full_name);

}  // namespace qbxml::simulator
