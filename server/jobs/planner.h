// What a waiting job asks of QuickBooks next.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

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
};

// What is known beside the job itself.
struct Known {
    std::string current = {};  // JSON of the record that it changes, "" when it was never read
    std::map<std::string, std::string> ids = {};  // of what other jobs made, by job id
    qbxml::canonical::Context context = {};       // what a write looks up in the company's lists
};

struct Wanted {
    Cursor cursor = {};          // moved past queries that this QuickBooks does not have
    qbxml::MessageSet set = {};  // no requests when nothing is left to change
};

// The requests of a job, without ids of their own. Fails when the job can never be sent as it is:
// the problem says what is wrong and what to do; its code is `upgrade_advised` when only this
// QuickBooks is too old for it.
//
// Pure. Not for pages (Kind::interactive), which send nothing.
qbxml::Result<Wanted, Problem> requests_of(const Job&, const Facts&, const Known& = {});

// True when the job's next request only asks.
bool reads(const Job&);
// True when it must be the only job of its message set: pages of an iterator, raw sets, probes.
bool travels_alone(const Job&);

// The record as it was last read tells which fields a change really changes, which message writes
// it, and, when the change names none, the edit sequence that it is made for.
void take_current(qbxml::canonical::Write&, std::string_view record_json);

// The id of the record that a job changes; nullopt when it changes none that is known by id.
std::optional<std::string> changed_record(const Job&);

// --- ids that do not exist yet: "$job_..." stands for the ListID or TxnID that this job will make

// The jobs that a record names so, each once.
std::vector<base::JobId> jobs_named(const qbxml::Value& record);
// With every name replaced; those that `ids` does not know stay.
qbxml::Value with_ids(qbxml::Value record, const std::map<std::string, std::string>& ids);

// The message set that completes a write which is done: the custom fields of a new list record,
// whose ListID stands in the job's result. "" when nothing is left to write.
std::string follow_up(const Job& done, const Facts&, const Known& = {});

}  // namespace server::jobs
