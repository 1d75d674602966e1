// What a sync asks next, and what an answer makes of its cursor. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/canonical/ask.h"
#include "qbxml/request.h"
#include "qbxml/result.h"
#include "qbxml/status.h"
#include "qbxml/version.h"
#include "server/jobs/job.h"

namespace server::jobs {

// The sync that reads documents by their ids because others name them; it has no query of its own.
inline constexpr std::string_view linked_documents_type = "linkedDocuments";

// True when the next request of a sync pages by an iterator: it travels alone. Whole lists may
// travel together.
bool iterates(const Job&);
bool is_report(std::string_view data_type);
// The query at work; null when the sync has none (any more).
const qbxml::canonical::Query* query_at_work(const Job&);

// What the company file is and takes.
struct Reader {
    qbxml::Version version = qbxml::common_version;
    std::string_view owner_id = {};  // our own private data is asked for under it
    int page_size = 100;             // unless the cursor knows better
};

// Moves the cursor past the queries that this QuickBooks is too old for.
void pass_over_too_new(Job&, qbxml::Version);

// The one request that a sync sends next; when this QuickBooks is too old for all of it, the
// problem says so.
qbxml::Result<qbxml::Node, Problem> next_request(const Job&, const Reader&, Cursor& cursor);

// What a report asks for. Of a sync its days are the range of the cursor, its basis the part.
qbxml::canonical::ReportWish report_wish(const Job&);

// What the answer to that request held.
struct Page {
    int read = 0;             // records
    std::string newest = {};  // their largest TimeModified
    int remaining = 0;        // iteratorRemainingCount
    std::string iterator_id = {};
    std::vector<std::string> times = {};  // their TimeModified as they came, where it helps
    std::int64_t now = 0;                 // our clock, seconds since 1970
};
// True when `times` help: the first page of a range tells whether it must be cut, and where.
bool wants_times(const Job&, int remaining);

struct Advance {
    Cursor cursor = {};
    bool more = false;           // there is something left to ask
    std::string completed = {};  // query that was read to its end, its watermark may move
    std::string newest = {};     // to this text
};
Advance advanced(const Job&, const Page&);

// QuickBooks refused the request. A query that it does not have or does not let us ask is passed
// over, an iterator that it lost starts its range again; nullopt: judged as every other refusal.
std::optional<Advance> after_refusal(const Job&, const qbxml::Status&, std::string_view message);

// Why a status means that QuickBooks will not answer this query until something there is changed:
// not_in_edition, feature_off, no_permission; "" when it means something else.
std::string_view reason_to_skip(const qbxml::Status&);

}  // namespace server::jobs
