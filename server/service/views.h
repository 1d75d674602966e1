// The database's views, from the record types.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/store/views.h"

namespace server::service {

// v_invoices with a column for each value outside arrays, v_invoice_lines for its lines, and so
// forth. Names are those of the model in snake case; "customerRef.id" is customer_id.
std::vector<store::View> record_views();

}  // namespace server::service
