// A waiting job -> the one message set in which it travels next.
#pragma once

#include <string>
#include <string_view>

#include "qbxml/canonical/write.h"
#include "qbxml/request.h"
#include "qbxml/result.h"
#include "qbxml/version.h"
#include "server/jobs/job.h"

namespace server::jobs {

// What the planner must know of the company file.
struct Facts {
    std::string company;        // the slug
    std::string owner_id;       // of the .qwc: our own private data is asked for under it
    std::string settled_batch;  // the last message set that changed the books and is settled
    qbxml::Version version = qbxml::common_version;
    qbxml::Edition edition = qbxml::Edition::any;
    int page_size = 100;
    std::string current = {};  // JSON of the record that the job changes, "" when it was never read
};

struct Planned {
    Cursor cursor;     // moved past queries that this QuickBooks does not have
    std::string text;  // the whole qbXML document; "" when nothing is left to change
    bool changes_books = false;
};

// The record as it was last read tells which fields a change really changes, which message writes
// it, and, when the change names none, the edit sequence that it is made for.
void take_current(qbxml::canonical::Write&, std::string_view record_json);

// The message set for a job, complete and checked. A set that changes the books carries the batch
// id as newMessageSetID, so that QuickBooks does it once however often it is sent, and names the
// last settled one as oldMessageSetID, which QuickBooks may then forget. Fails when the job can
// never be sent as it is: the problem says what is wrong and what to do.
//
// Pure. Not for pages (Kind::interactive), which send nothing.
qbxml::Result<Planned, Problem> plan(const Job&, const base::BatchId&, const Facts&);

// The id of the record that a job changes; nullopt when it changes none that is known by id.
std::optional<std::string> changed_record(const Job&);

// The message set that completes a write which is done: the custom fields of a new list record,
// whose ListID stands in the job's result. "" when nothing is left to write.
std::string follow_up(const Job& done, const Facts&);

}  // namespace server::jobs
