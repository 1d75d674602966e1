// The head of a transaction: what the form fills in, its totals, and what it posts beside its
// lines.
#pragma once

#include <vector>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/forms.h"
#include "qbxml/simulator/outcome.h"
#include "qbxml/simulator/settlements.h"
#include "qbxml/simulator/txn_lines.h"

namespace qbxml::simulator {

// What the form fills in from the customer or vendor and the books, where the record says nothing;
// a reason when an account or somebody is missing or wrong.
std::optional<Outcome> fill_in(CompanyFile&, const Form&, Node& record, std::int64_t now);

// The accounts of the head: those the form takes by itself when none is given; a reason when one is
// missing or of the wrong type.
std::optional<Outcome> settle_accounts(const CompanyFile&, const Form&, Node& record);

// Totals, tax, due date and suggested discount from the lines, or from what a payment applies. A
// reason when the form takes no such total.
std::optional<Outcome> total_up(const CompanyFile&, const Form&, Node& record, const MadeLines&,
                                const Applications&);
// What a record with no links yet shows of them.
void show_no_links(const Form&, Node& record);

// Everything the transaction posts: its total, taxes and discounts, and the lines. Nothing while it
// is pending.
std::optional<Outcome> postings_of(const LinesOf&, const MadeLines&, const std::vector<Link>& own,
                                   std::vector<Posting>& postings);

// Amounts at zero and "VOID: " before the memo.
void make_void(const Form&, Node& record);
bool is_void(const Form&, const Node& record);

}  // namespace qbxml::simulator
