// Rows of the sync: settings, how a type stands, runs.
#pragma once

#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/base/ids.h"

namespace server::store {

struct SyncSetting {
    std::string data_type = {};  // "" for every type
    std::string name = {};
    std::string value = {};

    bool operator==(const SyncSetting&) const = default;
};

// How the reading of a type stands; a time is 0 where it never came to that.
struct SyncState {
    std::string data_type = {};
    base::Time asked_at = {};      // enqueued last
    base::Time completed_at = {};  // read to its end
    base::Time full_at = {};       // the same, everything of it
    std::string skipped = {};      // why QuickBooks does not answer it, "" when it does

    bool operator==(const SyncState&) const = default;
};

// Types that were asked for together; their numbers stand in their jobs.
struct SyncPart {
    std::string data_type = {};
    base::JobId job = {};
};
struct SyncRun {
    std::string id = {};
    base::CompanyId company = {};
    std::string cause = {};  // first, schedule, asked, comparison
    base::Time started_at = {};
    std::vector<SyncPart> parts = {};
};

// How far a query has been read.
struct Watermark {
    std::string query = {}, newest = {};
    base::Time completed_at = {};
};

// A document that another one names.
struct LinkedWait {
    std::string data_type = {}, id = {};
    base::Time at = {};  // it was named
};

}  // namespace server::store
