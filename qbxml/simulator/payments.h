// Payments received and what they pay.
#pragma once

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// `add` is a ReceivePaymentAdd, valid by the grammar.
Outcome add_payment(CompanyFile&, const Node& add, std::int64_t now);
// Takes a payment away; what it paid is open again.
void delete_payment(CompanyFile&, Record& payment, std::int64_t now);
// Takes back what payments paid on this invoice: it is open again, they have it unused.
void release_payments(CompanyFile&, Record& invoice, std::int64_t now);

}  // namespace qbxml::simulator
