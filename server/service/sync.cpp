#include "server/service/sync.h"

#include <algorithm>

#include <fmt/format.h>

#include "qbxml/canonical/types.h"

namespace server::service {

// A delta starts a little before the newest change that was seen: QuickBooks' times are off by an
// hour for half of the year (see the guide's section on time stamps), so two hours overlap.
constexpr long overlap_seconds = 2 * 60 * 60;

void start_query(store::Tx& tx, jobs::Job& job)
{
    if (job.kind != jobs::Kind::sync || job.operation != "delta" || job.cursor.pages > 0) return;
    const auto queries = qbxml::canonical::queries_of(job.data_type);
    const auto at = static_cast<std::size_t>(job.cursor.query);
    if (at >= queries.size()) return;
    const std::string newest = tx.watermark(job.company, queries[at]->message);
    job.cursor.modified_from =
        qbxml::canonical::wall_clock_before(newest, overlap_seconds).value_or("");
}

void end_query(store::Tx& tx, const base::CompanyId& company, const jobs::Verdict& verdict,
               base::Time now)
{
    if (!verdict.completed.empty() && !verdict.newest.empty())
        tx.save_watermark(company, verdict.completed, verdict.newest, now);
}

std::string sync_result(const jobs::Cursor& cursor)
{
    return fmt::format(R"({{"read":{},"created":{},"updated":{},"unchanged":{}}})", cursor.read,
                       cursor.created, cursor.updated,
                       std::max(0, cursor.read - cursor.created - cursor.updated));
}

}  // namespace server::service
