// A sync between its store and its rules, inside a transaction: where a query starts, what a page
// leaves behind.
#pragma once

#include <string>

#include "server/jobs/outcome.h"
#include "server/store/tx.h"

namespace server::service {

// Before a sync is planned: a query that begins learns since when it asks.
void start_query(store::Tx&, jobs::Job&);

// After its answer: a query that was read to its end moves its watermark.
void end_query(store::Tx&, const base::CompanyId&, const jobs::Verdict&, base::Time now);

// The numbers of a sync that is done, as JSON.
std::string sync_result(const jobs::Cursor&);

}  // namespace server::service
