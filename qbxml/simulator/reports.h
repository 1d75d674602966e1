// Reports computed from the postings: balance sheet, profit and loss, aging.
#pragma once

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// `request` is a GeneralSummaryReportQueryRq or AgingReportQueryRq, valid by the grammar; the
// report is in the body of the outcome. A reason when these books do not make that report.
Outcome report(const CompanyFile&, const Node& request, std::int64_t now);

}  // namespace qbxml::simulator
