#include "server/service/sync.h"

#include <algorithm>
#include <array>
#include <utility>

#include "qbxml/canonical/ask.h"
#include "qbxml/canonical/types.h"
#include "qbxml/value.h"
#include "server/jobs/lifecycle.h"
#include "server/jobs/planner.h"
#include "server/jobs/watermark.h"
#include "server/service/sync_settings.h"

namespace server::service {
namespace {

using base::Time;
using jobs::Cursor;
using jobs::Job;
namespace canonical = qbxml::canonical;

constexpr int sweep_limit = 500;
constexpr int linked_limit = 200;

// Their changes move what other documents owe, and QuickBooks does not say that those changed.
constexpr auto naming_types = std::to_array<std::string_view>(
    {"payments", "creditNotes", "refunds", "billCreditNotes", "billPayments", "journalEntries"});

bool names_documents(std::string_view data_type)
{
    return std::find(naming_types.begin(), naming_types.end(), data_type) != naming_types.end();
}

std::int64_t seconds_of(Time time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

Time time_of(std::int64_t seconds)
{
    return Time(std::chrono::seconds(seconds));
}

// The types whose records one sync brings.
std::vector<std::string_view> types_of(const Job& job)
{
    if (job.data_type == "items") return {"items", "taxRates"};
    return {job.data_type};
}

bool reads_everything(const Job& job, const canonical::Query& query)
{
    return job.operation == "full" || (!query.delta && query.step < 4);
}

// The next account whose postings are read. False behind the last.
bool to_next_account(store::Tx& tx, Job& job, Time now)
{
    Cursor& c = job.cursor;
    const std::string next = tx.next_record_id(job.company, "accounts", c.part);
    if (next.empty()) {
        const auto query = jobs::query_at_work(job)->message;
        const auto newest = jobs::watermark_after({.previous = tx.watermark(job.company, query),
                                                   .newest = c.newest_before,
                                                   .asked_at = time_of(c.asked_at),
                                                   .answered_at = now,
                                                   .whole = job.operation == "full"});
        if (!newest.empty()) tx.save_watermark(job.company, query, newest, now);
        return false;
    }
    c.part = next;
    c.part_done = false;
    c.expected = 0;
    c.pages = 0;
    c.read_before += std::exchange(c.read_here, 0);
    c.from.clear();
    c.to.clear();
    c.newest.clear();
    c.iterator_id.clear();
    return true;
}

// The next documents that wait, all of one type. False when none does.
bool to_next_documents(store::Tx& tx, Job& job)
{
    Cursor& c = job.cursor;
    if (c.part_done)
        for (const std::string& id : c.ids)
            tx.drop_linked_wait(job.company, c.part, id);
    else if (!c.ids.empty())
        return true;
    c.ids.clear();
    c.query = 0;
    c.part.clear();
    for (const auto& wait : tx.linked_waits(job.company, linked_limit)) {
        const auto kept = tx.find_kept(job.company, wait.data_type, wait.id);
        if (kept && (kept->deleted || kept->modified_at > wait.at)) {
            tx.drop_linked_wait(job.company, wait.data_type, wait.id);  // it came by itself since
            continue;
        }
        if (!c.part.empty() && c.part != wait.data_type) break;
        c.part = wait.data_type;
        c.ids.push_back(wait.id);
    }
    c.part_done = false;
    return !c.ids.empty();
}

// The days of a report: whole months up to the one that goes on.
void set_days(store::Tx& tx, Job& job, Time now)
{
    const auto settings = settings_of(job.data_type, tx.sync_settings(job.company));
    const auto today = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day date(today);
    const auto month = date.year() / date.month();
    const auto first = month - std::chrono::months(settings.months - 1);
    const auto text = [](std::chrono::year_month_day day) {
        return base::to_text(Time(std::chrono::sys_days(day))).substr(0, 10);
    };
    job.cursor.from = text(first / 1);
    job.cursor.to =
        job.data_type.starts_with("aged") ? text(date) : text(month / std::chrono::last);
    job.cursor.part = settings.basis;
}

void note_linked(store::Tx& tx, const base::CompanyId& company, std::string_view json, Time now)
{
    const auto named = canonical::linked_documents(json);
    if (!named) return;
    for (const auto& document : *named)
        tx.add_linked_wait(company, {document.data_type, document.id, now});
}

// What is gone. The documents that it named are owed again; how many are deleted.
int take_deletions(store::Tx& tx, const base::CompanyId& company,
                   std::span<const canonical::Deletion> deletions, Time now)
{
    int deleted = 0;
    for (const auto& gone : deletions) {
        if (gone.data_type.empty()) continue;
        if (names_documents(gone.data_type)) {
            const auto kept = tx.find_kept(company, gone.data_type, gone.id);
            if (kept && !kept->deleted) note_linked(tx, company, kept->json, now);
        }
        if (tx.delete_record(company, gone.data_type, gone.id, gone.deleted_date, now)) ++deleted;
    }
    return deleted;
}

// The PC's clock may have been put back: no watermark stays ahead of it.
void note_clock(store::Tx& tx, const Job& job, const canonical::Record& written, Time now)
{
    for (const auto& mark : tx.watermarks(job.company)) {
        const auto since =
            std::chrono::duration_cast<std::chrono::seconds>(now - mark.completed_at);
        const auto lower = jobs::put_back(mark.newest, written.time_modified, since);
        if (!lower.empty()) tx.save_watermark(job.company, mark.query, lower, now);
    }
}

// A sync has been read to its end: what a comparison has not met is deleted, and the type is
// complete.
void finish_sync(store::Tx& tx, const Job& job, Cursor& cursor, Time now)
{
    if (job.kind != jobs::Kind::sync || job.data_type == jobs::linked_documents_type) return;
    if (cursor.compare) {
        if (cursor.skipped.empty())
            for (const std::string_view type : types_of(job))
                while (const int gone = tx.sweep_unseen(job.company, job.id.text, type, {},
                                                        job.created_at, sweep_limit, now))
                    cursor.deleted += gone;
        tx.forget_seen(job.id.text);
    }
    store::SyncState state{.data_type = job.data_type};
    for (auto& known : tx.sync_states(job.company))
        if (known.data_type == job.data_type) state = std::move(known);
    const auto queries = canonical::queries_of(job.data_type);
    const bool skipped = cursor.skipped.size() >= queries.size();
    state.skipped = skipped ? cursor.skipped.front().reason : "";
    if (!skipped) state.completed_at = now;
    if (!skipped && job.operation == "full") state.full_at = now;
    tx.save_sync_state(job.company, state);
}

}  // namespace

bool start_query(store::Tx& tx, Job& job, const jobs::Reader& reader, Time now)
{
    if (job.kind != jobs::Kind::sync) return true;
    Cursor& c = job.cursor;
    if (job.data_type == jobs::linked_documents_type) return to_next_documents(tx, job);
    const bool postings = job.data_type == "accountTransactions";
    if (c.asked_at != 0) return !(postings && c.part_done) || to_next_account(tx, job, now);
    jobs::pass_over_too_new(job, reader.version);
    const canonical::Query* query = jobs::query_at_work(job);
    if (!query) return false;
    c.asked_at = seconds_of(now);
    const int known_size = query->iterator ? tx.page_pace(job.company, query->message) : 0;
    c.page_size = known_size > 0 ? known_size : reader.page_size;
    if (jobs::is_report(job.data_type)) set_days(tx, job, now);
    if (job.operation == "delta")
        c.modified_from = jobs::delta_from(tx.watermark(job.company, query->message));
    if (reads_everything(job, *query)) {
        const auto settings = settings_of(job.data_type, tx.sync_settings(job.company));
        const bool from = !settings.from.empty() && canonical::divisions_of(*query).dates;
        if (from) {
            c.dates = true;
            c.from = settings.from;
        }
        // What was never read needs no comparison, and what is left out on purpose no deletion.
        if (c.query == 0 && !from)
            c.compare = !tx.next_record_id(job.company, job.data_type, "").empty();
    }
    return !postings || to_next_account(tx, job, now);
}

bool takes_notes(const Job& job)
{
    return job.kind == jobs::Kind::sync &&
           (job.cursor.compare || (job.operation == "delta" && names_documents(job.data_type)));
}

void note_records(store::Tx& tx, const Job& job, std::span<const canonical::Record> records,
                  Time now)
{
    if (records.empty()) return;
    if (job.kind == jobs::Kind::write) note_clock(tx, job, records.front(), now);
    if (job.kind != jobs::Kind::sync) return;
    if (job.cursor.compare)
        for (const std::string_view type : types_of(job)) {
            std::vector<std::string_view> ids;
            for (const auto& record : records)
                if (record.data_type == type) ids.push_back(record.id);
            tx.mark_seen(job.company, job.id.text, type, ids);
        }
    if (job.operation != "delta" || !names_documents(job.data_type)) return;
    for (const auto& record : records) {
        const auto kept = tx.find_kept(job.company, record.data_type, record.id);
        if (kept && kept->edit_sequence == record.edit_sequence) continue;
        note_linked(tx, job.company, record.json, now);
    }
}

namespace {

bool has_custom_fields(const std::string& json)
{
    const auto record = qbxml::parse_json(json);
    const auto* fields = record ? record->find("customFields") : nullptr;
    return fields && fields->is_array() && !fields->as_array().empty();
}

}  // namespace

void note_written(store::Tx& tx, const Job& job, const jobs::Verdict& verdict, Time now)
{
    if (job.kind != jobs::Kind::write && job.kind != jobs::Kind::raw) return;
    const auto note_kept = [&](std::string_view type, std::string_view id) {
        if (const auto before = tx.find_record(job.company, type, id))
            note_linked(tx, job.company, *before, now);
    };
    for (const auto& record : verdict.records) {
        if (!names_documents(record.data_type)) continue;
        note_kept(record.data_type, record.id);
        note_linked(tx, job.company, record.json, now);
    }
    if (job.kind == jobs::Kind::write && verdict.kind == jobs::Verdict::Kind::done) {
        const auto id = verdict.id.empty() ? jobs::changed_record(job).value_or("") : verdict.id;
        const auto before = tx.find_record(job.company, job.data_type, id);
        if (!id.empty() && (has_custom_fields(job.body) || (before && has_custom_fields(*before))))
            tx.add_linked_wait(job.company, {job.data_type, id, now});
    }
    // The answer to a void does not show what the document has become.
    for (const auto& voided : verdict.voids) {
        tx.add_linked_wait(job.company, {voided.data_type, voided.id, now});
        if (names_documents(voided.data_type)) note_kept(voided.data_type, voided.id);
    }
}

void end_query(store::Tx& tx, const Job& before, Time sent_at, const jobs::Verdict& verdict,
               Cursor& cursor, Time now, const jobs::PaceBounds& bounds)
{
    cursor.deleted += take_deletions(tx, before.company, verdict.deletions, now);
    if (before.kind != jobs::Kind::sync) return;
    const canonical::Query* query = jobs::query_at_work(before);
    const bool answered =
        verdict.kind == jobs::Verdict::Kind::more || verdict.kind == jobs::Verdict::Kind::done;
    if (answered && query && query->iterator && before.cursor.page_size > 0) {
        const std::chrono::duration<double> took = now - sent_at;
        const int size = jobs::next_page_size({.page_size = before.cursor.page_size,
                                               .records = verdict.read,
                                               .first = before.cursor.pages == 0,
                                               .seconds = took.count()},
                                              bounds);
        if (size != before.cursor.page_size)
            tx.save_page_pace(before.company, query->message, size);
        if (cursor.query == before.cursor.query) cursor.page_size = size;
    }
    if (!verdict.completed.empty()) {
        const auto newest =
            jobs::watermark_after({.previous = tx.watermark(before.company, verdict.completed),
                                   .newest = verdict.newest,
                                   .asked_at = time_of(before.cursor.asked_at),
                                   .answered_at = now,
                                   .whole = before.operation == "full" && !before.cursor.dates});
        if (!newest.empty()) tx.save_watermark(before.company, verdict.completed, newest, now);
    }
    if (verdict.kind == jobs::Verdict::Kind::done) finish_sync(tx, before, cursor, now);
}

Job end_sync(store::Tx& tx, Job job, Time now)
{
    finish_sync(tx, job, job.cursor, now);
    auto result = sync_result(job.cursor);
    return jobs::done(std::move(job), std::move(result), now);
}

void add_linked_sync(store::Tx& tx, const Job& done, base::Ids& ids, Time now)
{
    const bool sync = done.kind == jobs::Kind::sync;
    const bool raw = done.kind == jobs::Kind::raw;
    if (sync ? done.operation != "delta" : !raw && done.kind != jobs::Kind::write) return;
    if (done.state != jobs::State::done && !raw) return;
    if (sync && done.data_type != "deletions" && !names_documents(done.data_type)) return;
    if (tx.linked_waits(done.company, 1).empty() ||
        tx.unfinished_sync(done.company, jobs::linked_documents_type))
        return;
    const Job next{.id = ids.job(now),
                   .company = done.company,
                   .kind = jobs::Kind::sync,
                   .data_type = std::string(jobs::linked_documents_type),
                   .operation = "linked",
                   .priority = jobs::sync_priority,
                   .created_at = now,
                   .run_at = now,
                   .ignore_window = done.ignore_window};
    tx.add_job(next);
    if (const std::string run = tx.sync_run_of(done.id); !run.empty())
        tx.add_sync_part(run, {next.data_type, next.id});
}

std::string sync_result(const Cursor& cursor)
{
    qbxml::Value result(qbxml::Value::Object{});
    result.set("read", cursor.read);
    result.set("created", cursor.created);
    result.set("updated", cursor.updated);
    result.set("unchanged", std::max(0, cursor.read - cursor.created - cursor.updated));
    if (cursor.deleted > 0) result.set("deleted", cursor.deleted);
    qbxml::Value::Array skipped;
    for (const auto& one : cursor.skipped) {
        qbxml::Value value(qbxml::Value::Object{});
        value.set("query", one.query);
        value.set("reason", one.reason);
        value.set("message", one.message);
        skipped.push_back(std::move(value));
    }
    if (!skipped.empty()) result.set("skipped", std::move(skipped));
    return qbxml::to_json(result);
}

}  // namespace server::service
