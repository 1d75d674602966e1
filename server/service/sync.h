// A sync between its store and its rules, inside a transaction: where a query starts, what a page
// leaves behind, what is true when a type has been read.
#pragma once

#include <span>
#include <string>

#include "server/base/ids.h"
#include "server/jobs/outcome.h"
#include "server/jobs/pace.h"
#include "server/jobs/reading.h"
#include "server/store/tx.h"

namespace server::service {

// Before a sync is planned: a query that begins learns since when it asks, in pages of what size.
// False when nothing is left to ask (no account has postings to read, no document waits, this
// QuickBooks is too old for all of it).
bool start_query(store::Tx&, jobs::Job&, const jobs::Reader&, base::Time now);
// What becomes of it then.
jobs::Job end_sync(store::Tx&, jobs::Job, base::Time now);

// Records, before they are put into the mirror: a comparison marks what it met, documents that a
// payment or credit names are noted, to be read again, and what was just written tells of a clock
// that was put back.
bool takes_notes(const jobs::Job&);  // of a sync
void note_records(store::Tx&, const jobs::Job&, std::span<const qbxml::canonical::Record>,
                  base::Time now);

// After its answer: deletions are applied (those of our own writes too), the pages find their size,
// a query that was read to its end moves its watermark. `cursor` is the verdict's, and counts on.
void end_query(store::Tx&, const jobs::Job& before, base::Time sent_at, const jobs::Verdict&,
               jobs::Cursor& cursor, base::Time now, const jobs::PaceBounds& = {});

// What a payment or credit that we wrote ourselves named before and names now is to be read again
// as well, and what we voided or what has custom fields: QuickBooks answers with the payment only,
// to a void with nothing but its id, and never shows custom fields in the answer to a write. Before
// its records are put into the mirror.
void note_written(store::Tx&, const jobs::Job& write, const jobs::Verdict&, base::Time now);

// When documents wait to be read again: the sync that reads them, behind those of its run.
void add_linked_sync(store::Tx&, const jobs::Job& done, base::Ids&, base::Time now);

// The numbers of a sync that is done, as JSON.
std::string sync_result(const jobs::Cursor&);

}  // namespace server::service
