#include "server/jobs/reading.h"

#include <algorithm>

#include <fmt/format.h>

#include "qbxml/canonical/types.h"

namespace server::jobs {

namespace canonical = qbxml::canonical;

bool iterates(const Job& job)
{
    if (job.kind != Kind::sync) return false;
    const auto queries = canonical::queries_of(job.data_type);
    const auto at = static_cast<std::size_t>(job.cursor.query);
    return at < queries.size() && queries[at]->iterator;
}

qbxml::Result<qbxml::Node, Problem> next_request(const Job& job, const Reader& reader,
                                                 Cursor& cursor)
{
    const auto queries = canonical::queries_of(job.data_type);
    const auto at = [&] { return static_cast<std::size_t>(cursor.query); };
    while (at() < queries.size() && queries[at()]->since > reader.version)
        ++cursor.query;
    if (at() >= queries.size())
        return Problem{
            .code = "version_too_low",
            .message = fmt::format("{} needs a newer qbXML than {}, which is what this QuickBooks "
                                   "speaks",
                                   job.data_type, reader.version.text()),
            .cause = "The QuickBooks of this company is too old for this record type.",
            .remedy = "Update QuickBooks, or leave this record type out.",
            .actor = "user"};
    const canonical::Query& query = *queries[at()];
    return canonical::query_request(
        query, {.modified_from = query.delta ? std::string_view(cursor.modified_from) : "",
                .page_size = reader.page_size,
                .iterator_id = cursor.iterator_id,
                .own_owner_id = reader.owner_id});
}

Advance advanced(const Job& job, const Page& page)
{
    const auto queries = canonical::queries_of(job.data_type);
    Advance next{.cursor = job.cursor};
    Cursor& cursor = next.cursor;
    ++cursor.pages;
    cursor.read += page.read;
    cursor.read_here += page.read;
    cursor.newest = std::max(cursor.newest, page.newest);
    cursor.remaining = page.remaining;
    if (cursor.remaining > 0) {
        cursor.iterator_id = page.iterator_id;
        next.more = true;
        return next;
    }
    next.completed = queries[static_cast<std::size_t>(cursor.query)]->message;
    next.newest = cursor.newest;
    cursor.iterator_id.clear();
    cursor.newest.clear();
    cursor.read_here = 0;
    cursor.pages = 0;
    ++cursor.query;
    next.more = static_cast<std::size_t>(cursor.query) < queries.size();
    return next;
}

}  // namespace server::jobs
