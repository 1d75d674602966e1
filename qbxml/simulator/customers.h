// Customers and jobs: adding, changing, and the balances that invoices move.
#pragma once

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// `add` is a CustomerAdd, `mod` a CustomerMod, both valid by the grammar.
Outcome add_customer(CompanyFile&, const Node& add, std::int64_t now);
Outcome modify_customer(CompanyFile&, const Node& mod, std::int64_t now);

// Moves what a customer owes: Balance of the customer, TotalBalance of it and of all above it.
void move_customer_balance(CompanyFile&, std::string_view list_id, Cents by);

}  // namespace qbxml::simulator
