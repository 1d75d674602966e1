// Parts of list records that an answer shows in another shape than a request gives them: notes and
// contacts get numbers of their own, prices and rates say of what type they are.
#pragma once

#include <cstdint>
#include <string_view>

#include "qbxml/simulator/company_file.h"

namespace qbxml::simulator {

// "AdditionalNotes" when the record shows such a part as "AdditionalNotesRet"; else "".
std::string_view detail_name(const Kind&, std::string_view given);
// True for a part that a record has several of: given in a Mod, all of them are given.
bool repeats(const Kind&, std::string_view field);
// Puts a part in place of the one with the same number, or adds it; false when the part has no
// number to be known by.
bool put_numbered(Node& record, const Node& part);
// Numbers, times and types that only QuickBooks gives.
void complete_details(CompanyFile&, const Kind&, Node& record, std::int64_t now);

}  // namespace qbxml::simulator
