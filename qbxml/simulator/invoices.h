// Invoices: amounts, taxes, numbers, and the balances they move.
#pragma once

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// `add` is an InvoiceAdd, valid by the grammar.
Outcome add_invoice(CompanyFile&, const Node& add, std::int64_t now);
// What the opening balance of a customer becomes: an invoice without lines.
void add_opening_invoice(CompanyFile&, const Record& customer, Cents amount,
                         const std::string& txn_date, std::int64_t now);
// Keeps the record with all amounts at zero and "VOID: " before the memo; what was paid on it
// becomes unused payment.
Outcome void_invoice(CompanyFile&, Record& invoice, std::int64_t now);
// Takes it away; what was paid on it becomes unused payment.
void delete_invoice(CompanyFile&, Record& invoice, std::int64_t now);

// The account of that AccountType that came first; null when there is none.
Record* first_account(const CompanyFile&, std::string_view account_type);
Record* account_named(const CompanyFile&, std::string_view full_name);

}  // namespace qbxml::simulator
