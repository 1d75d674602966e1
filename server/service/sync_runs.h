// Runs of the sync: record types that are read together, by a person's wish or by the schedule.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "qbxml/result.h"
#include "qbxml/value.h"
#include "server/base/ids.h"
#include "server/jobs/job.h"
#include "server/service/schedule.h"
#include "server/store/store.h"

namespace server::service {

struct StartedRun {
    store::SyncRun run;
    std::vector<jobs::Job> jobs;  // one for each type, in order
};

// One job for each type, which goes outside the window too where `ignore_window` says so. A type
// whose sync has not ended yet is joined instead of doubled, unless it should be read whole and
// that one reads what changed. Inside a transaction.
StartedRun start_run(store::Tx&, base::Ids&, const base::CompanyId&, const std::vector<Due>&,
                     std::string_view cause, base::Time now, bool ignore_window = false);

// Enqueues what the schedule says is due, for every company that may be written to. Several
// processes may do it at once: each run is made by one of them. The number of runs made.
int run_schedule(store::Store&, base::Ids&, base::Time now);

// How a type of a run stands.
struct PartProgress {
    std::string data_type;
    std::string state;  // waiting, reading, done, skipped, failed, cancelled
    jobs::Job job;
};
struct RunProgress {
    store::SyncRun run;
    std::vector<PartProgress> parts;
    base::Time ended_at = {};  // unless something of it goes on
    bool ended() const { return ended_at != base::Time{}; }
    bool well() const;  // every type is done or skipped
};
// Newest first.
std::vector<RunProgress> runs_of(store::Tx&, const base::CompanyId&, int limit);
qbxml::Value to_value(const RunProgress&);

}  // namespace server::service
