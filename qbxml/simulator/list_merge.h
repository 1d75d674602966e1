// Two records of a list made one.
#pragma once

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// ListMergeRq, valid by the grammar. What named the one merged away names the other afterwards; its
// balance and stock are added; it is gone, and in ListDeletedQuery. Records that named it keep
// their times.
Outcome merge_list_records(CompanyFile&, const Node& list_merge_rq, std::int64_t now);

}  // namespace qbxml::simulator
