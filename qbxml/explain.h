// The language told to people: what a message, an element, a type or an enumeration is.
#pragma once

#include <string>
#include <string_view>

#include "qbxml/result.h"

namespace qbxml {

// A page of plain text about `topic`, in any case:
//   a message          InvoiceAdd, InvoiceAddRq, InvoiceQueryRs
//   an element in it   InvoiceAdd/RefNumber, InvoiceAddRq/InvoiceAdd/InvoiceLineAdd/Rate
//   an element by name BillAddress (what stands inside it), RefNumber (where it stands)
//   a type             AMTTYPE
//   an enumeration     TxnType
// Fails with the likely name when there is nothing of that name.
Result<std::string> explain(std::string_view topic);

}  // namespace qbxml
