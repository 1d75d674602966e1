// The currencies of a company file.
#pragma once

#include <string_view>

#include "qbxml/simulator/company_file.h"

namespace qbxml::simulator {

// The currency of the company; null in books with one currency only, for they keep no list.
const Record* home_currency(const CompanyFile&);
// Switches several currencies on, for good: the list is made, with rates of the day, and everybody
// and every account is given the home currency.
void use_currencies(CompanyFile&, std::int64_t now);

}  // namespace qbxml::simulator
