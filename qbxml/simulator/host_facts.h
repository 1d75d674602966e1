// What QuickBooks says of itself, of the company and of its preferences.
#pragma once

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/quickbooks.h"

namespace qbxml::simulator {

Node host_ret(const CompanyFile&, const QuickBooksOptions&);
// With the two private values that the Web Connector keeps at the company.
Node company_ret(const CompanyFile&, const QuickBooksOptions&, std::int64_t session_opened_at);
Node company_activity_ret(const CompanyFile&);
Node preferences_ret(const CompanyFile&);

// True when `version` is one that this QuickBooks supports.
bool is_supported(const QuickBooksOptions&, Version version);

}  // namespace qbxml::simulator
