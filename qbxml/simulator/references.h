// References between records: ...Ref elements, by ListID or by full name.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// The kinds that a reference of that name may point at ("ItemRef": all items); empty when the books
// have no such list.
const std::vector<const Kind*>& targets_of(std::string_view ref_name);

// The record a reference points at. Of ListID and FullName the ListID counts. Null when there is
// none.
Record* referred(const CompanyFile&, const Node& ref, const std::vector<const Kind*>& targets);

// Resolves every reference inside `fields` (ParentRef apart) and writes both ListID and
// FullName into it; empty references stay, for a Mod clears with them. `owner` is what the sentence
// of a failure names ("Customer", "Invoice").
std::optional<Outcome> resolve_references(const CompanyFile&, Node& fields, std::string_view owner);

// QuickBooks' sentence for a reference that points nowhere (3140).
Outcome bad_reference(const Node& ref, std::string_view owner);
Outcome object_not_found(std::string_view id);  // 3120
// Why a key names no record: it is no id (3000), the id of another file (3240), or not there
// (3120).
Outcome missing_record(const CompanyFile&, const Kind&, std::string_view id);
Outcome feature_not_enabled(std::string_view field);  // 3250

}  // namespace qbxml::simulator
