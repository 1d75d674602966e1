// Jobs that are due -> the one message set in which they travel.
#pragma once

#include <set>
#include <string>

#include "server/jobs/planner.h"

namespace server::jobs {

struct PackLimits {
    int requests_max = 25;
    int writes_max = 25;                 // of those, when they change the books
    std::size_t bytes_max = 512u << 10;  // of the requests' text
};

// Packs one message set: reads with reads and writes with writes, never two changes of one record,
// each job's requests together. Independent jobs do not stop one another (continueOnError); where
// the order of requests matters, within one job, it travels alone (stopOnError).
//
// A set that changes the books carries the batch id as newMessageSetID, so that QuickBooks does it
// once however often it is sent, and names the last settled one as oldMessageSetID, which
// QuickBooks may then forget. Pure.
class Packer {
public:
    Packer(base::BatchId id, Facts facts, const PackLimits& limits = {})
        : id_(std::move(id)), facts_(std::move(facts)), limits_(limits)
    {
    }

    // Whether the job may join those that are inside; anything may be the first.
    bool takes(const Job&) const;

    enum class Packed {
        inside,
        nothing_to_do,  // the record says all of this already
        no_room,        // it travels with a later set
    };
    // Plans the job and puts it in; its cursor moves past queries that this QuickBooks lacks. What
    // can never be sent as it is fails alone and harms nobody.
    qbxml::Result<Packed, Problem> add(Job&, const Known& = {});

    const base::BatchId& id() const { return id_; }
    bool empty() const { return items_.empty(); }
    Batch batch(const base::CompanyId&, base::Time now) const;

private:
    bool has_room(const Job&, int requests, std::size_t bytes) const;

    base::BatchId id_;
    Facts facts_;
    PackLimits limits_;
    std::vector<BatchItem> items_;
    std::vector<std::string> names_;  // of the requests, as Batch::requests
    std::string text_;                // of the requests
    qbxml::MessageSet envelope_;      // without requests
    bool changes_books_ = false;
    bool closed_ = false;            // nobody may join
    int together_ = 0;               // the narrowest limit of those inside; 0 = none
    std::set<std::string> changed_;  // records that are changed by it
};

// One job alone in its message set, as it would be sent.
struct Planned {
    Cursor cursor;
    Batch batch;  // no text when nothing is left to change
};
qbxml::Result<Planned, Problem> plan(Job, const base::BatchId&, const Facts&, const Known& = {});

}  // namespace server::jobs
