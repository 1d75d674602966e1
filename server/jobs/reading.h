// What a sync asks next, and what an answer makes of its cursor. Pure.
#pragma once

#include <string>
#include <string_view>

#include "qbxml/request.h"
#include "qbxml/result.h"
#include "qbxml/version.h"
#include "server/jobs/job.h"

namespace server::jobs {

// True when the next request of a sync pages by an iterator: it travels alone. Whole lists may
// travel together.
bool iterates(const Job&);

// What the company file is and takes.
struct Reader {
    qbxml::Version version = qbxml::common_version;
    std::string_view owner_id = {};  // our own private data is asked for under it
    int page_size = 100;
};

// The one request that a sync sends next. `cursor` moves past the queries that this QuickBooks is
// too old for; when it has none of them, the problem says so.
qbxml::Result<qbxml::Node, Problem> next_request(const Job&, const Reader&, Cursor& cursor);

// What the answer to that request held.
struct Page {
    int read = 0;             // records
    std::string newest = {};  // their largest TimeModified
    int remaining = 0;        // iteratorRemainingCount
    std::string iterator_id = {};
};
struct Advance {
    Cursor cursor = {};
    bool more = false;           // there is something left to ask
    std::string completed = {};  // query that was read to its end, its watermark may move
    std::string newest = {};     // to this text
};
Advance advanced(const Job&, const Page&);

}  // namespace server::jobs
