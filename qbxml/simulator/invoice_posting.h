// The sums of an invoice, and what it moves: balances of customers and accounts, stock.
#pragma once

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/invoice_lines.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// True when the tax code of the customer on the form is a taxable one.
bool is_taxed(const CompanyFile&, const Node& invoice);

// Subtotal, tax, balance, paid state, from the lines and from what was applied before; due date and
// suggested discount where the record has none yet. Refuses a blank or negative invoice, and one of
// less than was paid on it.
std::optional<Outcome> total_up(const CompanyFile&, Node& invoice, const InvoiceLines&);
void set_totals(Node& invoice, Cents subtotal, Cents tax, Fine tax_percent);

// Moves balances and stock from what `before` did to what `after` does. An empty node does nothing:
// that is an invoice before it was made, or after it was deleted. Pending and void ones do nothing
// either.
void repost(CompanyFile&, const Node& before, const Node& after, std::int64_t now);
bool is_void(const Node& invoice);

void move_account_balance(CompanyFile&, std::string_view list_id, Cents by);

}  // namespace qbxml::simulator
