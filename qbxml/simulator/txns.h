// Transactions of every kind: adding, changing, voiding, deleting. forms.h says how kinds differ.
#pragma once

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/forms.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// `add` and `mod` are the payload of an ...AddRq or ...ModRq of that form, valid by the grammar.
Outcome add_txn(CompanyFile&, const Form&, const Node& add, std::int64_t now);
Outcome modify_txn(CompanyFile&, const Form&, const Node& mod, std::int64_t now);
// Keeps the record with all amounts at zero and "VOID: " before the memo; what was linked to it is
// open again.
Outcome void_txn(CompanyFile&, Record&, std::int64_t now);
// Takes it away; what was linked to it is open again. A reason when QuickBooks does not let go.
std::optional<Outcome> delete_txn(CompanyFile&, Record&, std::int64_t now);

// A transaction at the other end of links that came or went shows them, and counts as changed.
void refresh_links(CompanyFile&, Record&, std::int64_t now);

// What the opening balance of a new list record, or its opening stock, becomes: an invoice or bill
// without lines, a journal entry, an inventory adjustment. `add` is the payload of its ...AddRq.
void add_opening_balance(CompanyFile&, Record& added, const Node& add, std::int64_t now);

}  // namespace qbxml::simulator
