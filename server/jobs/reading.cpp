#include "server/jobs/reading.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "qbxml/canonical/types.h"
#include "server/base/ensure.h"
#include "server/jobs/job_text.h"
#include "server/jobs/ranges.h"

namespace server::jobs {
namespace {

namespace canonical = qbxml::canonical;
using qbxml::Node;
using qbxml::Result;

constexpr int pages_most = 8;  // of a range: what a lost session may cost
constexpr int restarts_max = 3;

int page_size_of(const Cursor& cursor, int configured)
{
    return cursor.page_size > 0 ? cursor.page_size : configured;
}

// How many pages a range should have: fewer where sessions end before a range does, or it would be
// begun for ever.
int pages_in_range(const Cursor& cursor)
{
    return std::max(1, pages_most >> std::min(cursor.lost, 8));
}

Problem too_old(const Job& job, qbxml::Version version)
{
    return {.code = "version_too_low",
            .message = fmt::format("{} needs a newer qbXML than {}, which is what this QuickBooks "
                                   "speaks",
                                   job.data_type, version.text()),
            .cause = "The QuickBooks of this company is too old for this record type.",
            .remedy = "Update QuickBooks, or leave this record type out.",
            .actor = "user"};
}

Problem unaskable(const Job& job, const qbxml::Error& error)
{
    return {.code = "validation",
            .message = fmt::format("{} cannot be asked for: {}", job.data_type, error.text()),
            .cause = "A setting of this sync does not fit.",
            .remedy = "Mend the setting that is named.",
            .actor = "operator"};
}

// Of the documents asked for by id, the request for the kind whose turn it is.
Result<Node, Problem> linked_request(const Job& job, const Reader& reader, Cursor& cursor)
{
    auto requests = canonical::lookup_requests(cursor.part, {.ids = cursor.ids}, reader.owner_id,
                                               reader.version);
    if (!requests) return unaskable(job, requests.error());
    cursor.expected = static_cast<int>(requests->size());
    const auto at = static_cast<std::size_t>(cursor.query);
    base::ensure(at < requests->size(), "linked documents are asked for beyond their kinds");
    return std::move((*requests)[at]);
}

canonical::QueryWish wish_of(const Job& job, const Reader& reader, const Cursor& cursor,
                             const canonical::Query& query)
{
    canonical::QueryWish wish{.page_size = page_size_of(cursor, reader.page_size),
                              .iterator_id = cursor.iterator_id,
                              .own_owner_id = reader.owner_id,
                              .account_id = cursor.part,
                              .version = reader.version};
    const bool since = query.delta || job.data_type == "deletions";
    const std::string& from = cursor.from.empty() ? cursor.modified_from : cursor.from;
    if (since && !cursor.dates) {
        wish.modified_from = from;
        wish.modified_to = cursor.to;
    }
    if (cursor.dates) {
        wish.date_from = cursor.from;
        wish.date_to = cursor.to;
    }
    return wish;
}

// A range that is too long is cut, and begun again with its new end: what came of it is in the
// mirror already and comes once more.
std::optional<Cursor> cut(const Job& job, const Page& page)
{
    const Cursor& before = job.cursor;
    const int size = page_size_of(before, std::max(1, page.read));
    const int total = page.read + page.remaining;
    const int longest = size * pages_in_range(before) * (before.lost < 4 ? 2 : 1);
    if (before.pages > 0 || page.remaining == 0 || total <= longest) return std::nullopt;
    const canonical::Query* query = query_at_work(job);
    const auto divisions = canonical::divisions_of(*query);
    if (!(before.dates ? divisions.dates : divisions.modified)) return std::nullopt;
    const Range range{before.from.empty() ? before.modified_from : before.from, before.to};
    const int target = size * pages_in_range(before);
    const auto end = before.dates ? cut_dates(range, total, target, page.now)
                                  : cut_times(range, page.times, total, target);
    if (!end) return std::nullopt;
    Cursor cursor = before;
    cursor.to = *end;
    if (cursor.expected == 0) cursor.expected = total;
    if (range.from.empty() && !page.times.empty())
        cursor.earliest = *std::min_element(page.times.begin(), page.times.end());
    return cursor;
}

// The range at work is complete, and the next one of the query begins behind it.
void to_next_range(Cursor& cursor, int page_size, std::int64_t now)
{
    const Range done{cursor.from.empty() ? cursor.modified_from : cursor.from, cursor.to};
    cursor.width = width_of(done, cursor.earliest);
    const auto next = following(done, cursor.width, cursor.read_here,
                                page_size * pages_in_range(cursor), now, cursor.dates);
    cursor.newest_before = std::max(cursor.newest_before, std::exchange(cursor.newest, {}));
    cursor.from = next.from;
    cursor.to = next.to;
    cursor.read_before += std::exchange(cursor.read_here, 0);
    cursor.iterator_id.clear();
    cursor.pages = 0;
    cursor.lost = std::max(0, cursor.lost - 1);
}

void to_next_query(Cursor& cursor)
{
    const Cursor done = std::exchange(cursor, {});
    cursor.query = done.query + 1;
    cursor.read = done.read;
    cursor.created = done.created;
    cursor.updated = done.updated;
    cursor.deleted = done.deleted;
    cursor.compare = done.compare;
    cursor.skipped = done.skipped;
}

Advance linked_advanced(const Job& job, const Page& page)
{
    Advance next{.cursor = job.cursor, .more = true};
    next.cursor.read += page.read;
    if (++next.cursor.query >= next.cursor.expected) {
        next.cursor.query = 0;
        next.cursor.part_done = true;  // the ids are read; whether others wait is seen at the next
    }
    return next;
}

}  // namespace

bool iterates(const Job& job)
{
    const canonical::Query* query = query_at_work(job);
    return query && query->iterator;
}

bool is_report(std::string_view data_type)
{
    const auto queries = canonical::queries_of(data_type);
    return !queries.empty() && queries.front()->step == 5 && data_type != "accountTransactions";
}

const canonical::Query* query_at_work(const Job& job)
{
    if (job.kind != Kind::sync || job.data_type == linked_documents_type) return nullptr;
    const auto queries = canonical::queries_of(job.data_type);
    const auto at = static_cast<std::size_t>(job.cursor.query);
    return at < queries.size() ? queries[at] : nullptr;
}

canonical::ReportWish report_wish(const Job& job)
{
    if (job.kind == Kind::report) return report_from_text(job.body);
    canonical::ReportWish wish{.to = job.cursor.to, .basis = job.cursor.part};
    if (job.data_type.starts_with("aged")) {
        wish.basis.clear();
        return wish;
    }
    wish.from = job.cursor.from;
    wish.by = canonical::ReportWish::By::month;
    return wish;
}

void pass_over_too_new(Job& job, qbxml::Version version)
{
    if (job.data_type == linked_documents_type) return;
    Cursor& cursor = job.cursor;
    while (const canonical::Query* query = query_at_work(job)) {
        if (query->since <= version) return;
        cursor.skipped.push_back({std::string(query->message), "version", "",
                                  fmt::format("needs qbXML {}", query->since.text())});
        ++cursor.query;
    }
}

Result<Node, Problem> next_request(const Job& job, const Reader& reader, Cursor& cursor)
{
    if (job.data_type == linked_documents_type) return linked_request(job, reader, cursor);
    Job passed = job;
    pass_over_too_new(passed, reader.version);
    cursor = passed.cursor;
    const canonical::Query* query = query_at_work(passed);
    if (!query) return too_old(job, reader.version);
    if (is_report(job.data_type)) {
        auto asked = canonical::report_request(job.data_type, report_wish(job), reader.version);
        if (!asked) return unaskable(job, asked.error());
        return std::move(asked->request);
    }
    return canonical::query_request(*query, wish_of(job, reader, cursor, *query));
}

bool wants_times(const Job& job, int remaining)
{
    return remaining > 0 && job.cursor.pages == 0 && !job.cursor.dates && iterates(job);
}

Advance advanced(const Job& job, const Page& page)
{
    if (job.data_type == linked_documents_type) return linked_advanced(job, page);
    Advance next{.more = true};
    if (auto shorter = cut(job, page)) {
        next.cursor = std::move(*shorter);
        return next;
    }
    next.cursor = job.cursor;
    Cursor& cursor = next.cursor;
    ++cursor.pages;
    cursor.read += page.read;
    cursor.read_here += page.read;
    cursor.restarts = 0;
    cursor.newest = std::max(cursor.newest, page.newest);
    cursor.remaining = page.remaining;
    if (cursor.remaining > 0) {
        cursor.iterator_id = page.iterator_id;
        return next;
    }
    if (!cursor.to.empty() && !is_report(job.data_type)) {
        to_next_range(cursor, page_size_of(cursor, std::max(1, page.read)), page.now);
        return next;
    }
    const auto queries = canonical::queries_of(job.data_type);
    next.newest = std::max(cursor.newest, cursor.newest_before);
    if (job.data_type == "accountTransactions") {
        cursor.part_done = true;  // of one account; whether another follows is seen at the next
        cursor.newest_before = next.newest;
        return next;
    }
    next.completed = queries[static_cast<std::size_t>(cursor.query)]->message;
    to_next_query(cursor);
    next.more = static_cast<std::size_t>(cursor.query) < queries.size();
    return next;
}

std::string_view reason_to_skip(const qbxml::Status& status)
{
    static constexpr auto reasons = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"unsupported_message", "not_in_edition"},
        {"feature_off", "feature_off"},
        {"payroll_required", "feature_off"},
        {"merchant_required", "feature_off"},
        {"no_permission", "no_permission"},
        {"insufficient_permission", "no_permission"},
        {"no_personal_data", "no_permission"},
    });
    for (const auto& [name, reason] : reasons)
        if (status.name == name) return reason;
    return {};
}

std::optional<Advance> after_refusal(const Job& job, const qbxml::Status& status,
                                     std::string_view message)
{
    if (job.kind != Kind::sync) return std::nullopt;
    if (job.data_type == linked_documents_type) {
        // Some versions call it an error when none of the ids is found.
        if (status.name == "not_found") return linked_advanced(job, {});
        return std::nullopt;
    }
    // The account was deleted after its list was read: it has no postings any more.
    if (job.data_type == "accountTransactions" && status.name == "not_found")
        return advanced(job, {});
    if (status.name == "bad_iterator" && job.cursor.restarts < restarts_max) {
        Advance again{.cursor = restarted(job.cursor), .more = true};
        ++again.cursor.restarts;
        return again;
    }
    const auto reason = reason_to_skip(status);
    const canonical::Query* query = query_at_work(job);
    if (reason.empty() || !query) return std::nullopt;
    Advance next{.cursor = job.cursor};
    next.cursor.skipped.push_back({std::string(query->message), std::string(reason),
                                   std::string(status.code), std::string(message)});
    to_next_query(next.cursor);
    next.more =
        static_cast<std::size_t>(next.cursor.query) < canonical::queries_of(job.data_type).size();
    return next;
}

}  // namespace server::jobs
