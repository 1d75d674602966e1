// Taking records away, and asking what was taken away.
#pragma once

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

Outcome delete_list_record(CompanyFile&, const Node& list_del_rq, std::int64_t now);
Outcome delete_txn(CompanyFile&, const Node& txn_del_rq, std::int64_t now);
Outcome void_txn(CompanyFile&, const Node& txn_void_rq, std::int64_t now);
// ListDeletedQuery and TxnDeletedQuery: the last ninety days, whatever is asked.
Outcome deleted_records(const CompanyFile&, const Node& request, std::int64_t now);

}  // namespace qbxml::simulator
