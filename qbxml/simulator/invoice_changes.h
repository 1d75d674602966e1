// Changing invoices.
#pragma once

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// `mod` is an InvoiceMod, valid by the grammar. Without lines in it the lines stay; with any, those
// are the new lines: kept by TxnLineID in their order, new ones with -1, the rest goes.
Outcome modify_invoice(CompanyFile&, const Node& mod, std::int64_t now);

}  // namespace qbxml::simulator
