// Lists, whatever their kind: names, places in a hierarchy, references, adding and changing. The
// grammar says which fields a kind has; what only customers do is in customers.h.
#pragma once

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// `add` and `mod` are the payload of an ...AddRq or ...ModRq of a list, valid by the grammar.
Outcome add_list_record(CompanyFile&, const Kind&, const Node& add, std::int64_t now);
Outcome modify_list_record(CompanyFile&, const Kind&, const Node& mod, std::int64_t now);

// The pieces, for kinds with more to say.

// Name, ParentRef, FullName and Sublevel as they belong together, and free in the list; `self` is
// the record that is being changed, null for a new one.
std::optional<Outcome> place_in_list(const CompanyFile&, const Kind&, Node& record,
                                     const Record* self);
// 3200 with the current record when `mod` was made from an older one.
std::optional<Outcome> refuse_stale(const Record&, const Node& mod);
// A field that takes back what the record says: without text, a reference or an address also with
// parts that are all without.
bool is_empty(const Node& field);
// Fields into a record: an empty one clears, lines of an address that are left out stay.
void apply_field(Node& record, const Node& field);
// The ...Block form of every address of the record, as it would be printed; five lines at most
// (3205).
std::optional<Outcome> set_address_blocks(Node& record);
// The names of a record stand in those that refer to it; QuickBooks shows the present ones.
void follow_name(CompanyFile&, const Record& renamed);

}  // namespace qbxml::simulator
