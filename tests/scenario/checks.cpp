#include "tests/scenario/checks.h"

#include <map>
#include <set>

#include <fmt/format.h>

#include "qbxml/canonical/read.h"
#include "qbxml/canonical/types.h"
#include "qbxml/value.h"
#include "server/jobs/lifecycle.h"
#include "server/service/lookups.h"

namespace scenario {

using namespace server;
namespace canonical = qbxml::canonical;

namespace {

struct Invariant {
    const char* says;
    const char* breaches;  // rows that should not be there, one text each
};

const Invariant invariants[] = {
    {"a job that is out names a batch that is out",
     "SELECT job.id || ' ' || job.state || ' ' || coalesce(batch.state, 'no batch') FROM job "
     "LEFT JOIN batch ON batch.id = job.batch_id WHERE job.batch_id IS NOT NULL AND "
     "(batch.id IS NULL OR NOT EXISTS (SELECT 1 FROM batch_item WHERE batch_item.batch_id = "
     "batch.id AND batch_item.job_id = job.id) OR "
     " (job.state = 'running' AND batch.state <> 'sent') OR "
     " (job.state = 'in_doubt' AND batch.state NOT IN ('in_doubt', 'sent')))"},
    {"a batch that is out or in doubt belongs to a job that names it",
     "SELECT batch.id || ' ' || batch.state || ' ' || job.id || ' ' || job.state FROM batch "
     "JOIN batch_item ON batch_item.batch_id = batch.id JOIN job ON job.id = batch_item.job_id "
     "WHERE batch.state IN ('sent', 'in_doubt') AND "
     "(job.batch_id IS NULL OR job.batch_id <> batch.id)"},
    {"a running job has a session",
     "SELECT job.id || ' ' || job.kind FROM job WHERE state = 'running' AND NOT EXISTS (SELECT 1 "
     "FROM session WHERE session.company_id = job.company_id AND session.state IN ('open', "
     "'busy', 'interactive'))"},
    {"a busy session has sent its batch",
     "SELECT session.id || ' ' || session.batch_id || ' ' || coalesce(batch.state, 'none') FROM "
     "session LEFT JOIN batch ON batch.id = session.batch_id WHERE session.state = 'busy' AND "
     "(batch.state IS NULL OR batch.state <> 'sent' OR batch.company_id <> session.company_id)"},
    {"a batch that is out is out in a session",
     "SELECT batch.id FROM batch WHERE state = 'sent' AND NOT EXISTS (SELECT 1 FROM session WHERE "
     "session.batch_id = batch.id AND session.state = 'busy')"},
    {"an attempt that counts is of a job that was tried so often",
     "SELECT attempt.job_id || ' ' || attempt.number FROM attempt JOIN job ON job.id = "
     "attempt.job_id WHERE attempt.number > job.attempt AND attempt.outcome <> 'given_back'"},
    {"a job ends only with an attempt, unless it was never sent",
     "SELECT job.id || ' ' || job.state FROM job WHERE state = 'done' AND kind IN ('sync', "
     "'write', 'raw') AND result <> '{\"unchanged\":true}' AND result NOT LIKE '%resolved%' AND "
     "NOT EXISTS (SELECT 1 FROM attempt WHERE attempt.job_id = job.id)"},
    {"what reads is never in doubt",
     "SELECT job.id FROM job WHERE state = 'in_doubt' AND kind IN ('probe', 'sync', "
     "'interactive')"},
    {"a batch carries its id into QuickBooks when it changes the books",
     "SELECT id FROM batch WHERE changes_books = 1 AND instr(text, 'newMessageSetID=\"' || id || "
     "'\"') = 0"},
    {"a batch has items",
     "SELECT id FROM batch WHERE NOT EXISTS (SELECT 1 FROM batch_item WHERE batch_item.batch_id = "
     "batch.id)"},
    {"a job waits for as many as are not done",
     "SELECT job.id || ' ' || job.waits_for FROM job WHERE state = 'queued' AND waits_for <> "
     "(SELECT COUNT(*) FROM job_after JOIN job AS parent ON parent.id = job_after.parent_id WHERE "
     "job_after.job_id = job.id AND parent.state <> 'done')"},
    {"a job is held while a parent has ended otherwise",
     "SELECT job.id || ' ' || job.hold FROM job WHERE state = 'queued' AND hold <> 'upgrade' AND "
     "(hold = 'parent') <> EXISTS (SELECT 1 FROM job_after JOIN job AS parent ON parent.id = "
     "job_after.parent_id WHERE job_after.job_id = job.id AND parent.state IN ('failed', "
     "'cancelled', 'expired', 'ignored'))"},
    {"jobs are counted by state",
     "SELECT job_count.company_id || ' ' || job_count.state || ' ' || job_count.count FROM "
     "job_count WHERE job_count.count <> (SELECT COUNT(*) FROM job WHERE job.company_id = "
     "job_count.company_id AND job.state = job_count.state)"},
    {"a session counts what it did",
     "SELECT id || ' ' || jobs_done || ' ' || jobs_failed FROM session WHERE batches < 0 OR "
     "jobs_done < 0 OR jobs_failed < 0 OR number < -1 OR number > 100"},
};

std::vector<std::string> texts(store::Connection& connection, std::string_view sql,
                               std::initializer_list<store::Param> params = {})
{
    std::vector<std::string> rows;
    connection.run(sql, std::span(params.begin(), params.size()),
                   [&](const store::Row& row) { rows.emplace_back(row.text(0)); });
    return rows;
}

}  // namespace

void check_invariants(store::Store& store)
{
    auto& connection = store.connection();
    connection.begin_read();
    std::string broken;
    for (const auto& invariant : invariants) {
        const auto rows = texts(connection, invariant.breaches);
        if (rows.empty()) continue;
        broken = fmt::format("invariant: {}; not so: {}", invariant.says, rows.front());
        break;
    }
    connection.commit();
    if (!broken.empty()) throw Broken(broken);
}

namespace {

std::vector<jobs::Job> all_jobs(store::Store& store, const Office& office)
{
    return store.read([&](store::Tx& tx) {
        return tx.list_jobs({.company = office.company.id, .state = {}, .limit = 10'000});
    });
}

bool is_write(const Promise& promise)
{
    return promise.what != Promise::What::sync && promise.what != Promise::What::read;
}

// How often a promise may have come true, by the state of its job.
bool fits(const Promise& promise, const jobs::Job& job)
{
    if (promise.undone) return promise.made <= 1;
    switch (job.state) {
        case jobs::State::done:
            return promise.made == 1 || job.result.find("unchanged") != std::string::npos;
        case jobs::State::failed:
        case jobs::State::ignored:
        case jobs::State::expired:
        case jobs::State::cancelled: return promise.made == 0;
        case jobs::State::in_doubt: return promise.made <= 1;
        case jobs::State::queued: return job.waits_for > 0 && promise.made == 0;
        case jobs::State::running: return false;
    }
    return false;
}

}  // namespace

bool is_quiet(store::Store& store, const Office& office)
{
    for (const auto& job : all_jobs(store, office)) {
        if (job.kind == jobs::Kind::interactive) continue;
        // What comes after a job that did not come true waits for a person.
        if (job.state == jobs::State::queued && job.waits_for > 0) continue;
        if (job.state == jobs::State::queued || job.state == jobs::State::running) return false;
        if (job.state == jobs::State::in_doubt && !jobs::may_resolve(job)) return false;
    }
    return true;
}

std::string jobs_as_text(store::Store& store, const Office& office)
{
    std::string text;
    for (const auto& job : all_jobs(store, office))
        text += fmt::format(
            "\n  {} {} {} {} attempt {} {}{}", job.id.text, jobs::to_text(job.kind), job.data_type,
            jobs::to_text(job.state), job.attempt, job.batch ? job.batch->text : "",
            job.problem ? " " + job.problem->code + ": " + job.problem->message : "");
    return text;
}

void check_promises(store::Store& store, const Office& office)
{
    std::map<std::string, jobs::Job> by_id;
    for (auto& job : all_jobs(store, office))
        by_id.emplace(job.id.text, std::move(job));
    for (const auto& promise : office.promises) {
        if (promise.made > 1)
            throw Broken(fmt::format("{} was made {} times", promise.name, promise.made));
        if (!promise.job) continue;
        const auto found = by_id.find(promise.job->text);
        if (found == by_id.end())
            throw Broken(fmt::format("the accepted job {} is lost", promise.job->text));
        if (is_write(promise) && !fits(promise, found->second))
            throw Broken(fmt::format("{} ({}) is {}, but was made {} times", promise.job->text,
                                     promise.name, jobs::to_text(found->second.state),
                                     promise.made));
    }
}

namespace {

struct Mirrored {
    std::string edit_sequence, json;
};
using Records = std::map<std::string, Mirrored, std::less<>>;

// Without what says when we looked.
std::string comparable(const std::string& json)
{
    auto value = qbxml::parse_json(json);
    if (!value) throw Broken("a record of the mirror is no JSON: " + json);
    qbxml::Value kept(qbxml::Value::Object{});
    for (const auto& [name, member] : value->as_object())
        if (name != "modifiedDate") kept.set(name, member);
    return qbxml::to_json(kept);
}

Records in_mirror(store::Store& store, const Office& office, const std::string& type)
{
    Records records;
    store.read([&](store::Tx& tx) {
        tx.each_record(office.company.id, type, 1'000'000, [&](std::string_view json) {
            const auto value = qbxml::parse_json(json);
            if (!value) throw Broken("a record of the mirror is no JSON: " + std::string(json));
            const auto* metadata = value->find("metadata");
            records[value->string_at("id")] = {metadata ? metadata->string_at("editSequence") : "",
                                               std::string(json)};
        });
    });
    return records;
}

// What a reader who asks QuickBooks now is told.
Records in_books(store::Store& store, Office& office, const std::string& type)
{
    const auto company =
        store.read([&](store::Tx& tx) { return tx.find_company(office.company.id); });
    service::Lookups lookups(store, *company, company->created_at);
    qbxml::MessageSet set{.on_error = qbxml::OnError::go_on};
    for (const auto* query : canonical::queries_of(type))
        set.requests.push_back(
            canonical::query_request(*query, {.own_owner_id = company->owner_id}));
    const auto version = qbxml::Version::parse(company->qbxml_version);
    const auto text =
        qbxml::write(set, version.value_or(qbxml::common_version), qbxml::Edition::any);
    if (!text) throw Broken("the books cannot be asked for " + type);
    const auto answer = qbxml::ResponseSet::read(office.open()->process(*text).response);
    if (!answer) throw Broken("the books give no answer: " + answer.error().text());
    Records records;
    for (const auto& response : answer->responses())
        for (auto& record : canonical::convert(*answer, response, lookups.context()).records)
            if (record.data_type == type) records[record.id] = {record.edit_sequence, record.json};
    return records;
}

}  // namespace

void check_changes(store::Store& store, const Office& office)
{
    std::map<std::string, std::set<std::string>> live;  // by type, as the log tells it
    std::int64_t last = 0;
    store.read([&](store::Tx& tx) {
        for (;;) {
            const auto page = tx.changes(office.company.id, last, 100);
            if (page.empty()) break;
            for (const auto& change : page) {
                if (change.seq <= last) throw Broken("the change log goes back");
                last = change.seq;
                auto& ids = live[change.data_type];
                if (change.kind == "deleted")
                    ids.erase(change.id);
                else if (!ids.insert(change.id).second && change.kind == "created")
                    throw Broken(fmt::format("{} was created twice in the log", change.id));
            }
        }
        for (const auto& [type, count] : tx.count_records(office.company.id))
            if (static_cast<std::size_t>(count) != live[type].size())
                throw Broken(fmt::format("the log tells of {} {}, the mirror has {}",
                                         live[type].size(), type, count));
    });
}

void check_mirror(store::Store& store, Office& office, const std::vector<std::string>& types,
                  bool whole)
{
    std::set<std::string, std::less<>> gone;
    for (const auto& deletion : office.books->deletions())
        gone.insert(deletion.id);
    for (const auto& type : types) {
        const auto books = in_books(store, office, type);
        const auto mirror = in_mirror(store, office, type);
        for (const auto& [id, record] : books) {
            const auto found = mirror.find(id);
            if (found == mirror.end())
                throw Broken(fmt::format("{} {} is in the books, not in the mirror", type, id));
            if (found->second.edit_sequence != record.edit_sequence)
                throw Broken(
                    fmt::format("{} {} has edit sequence {} in the books, {} in the "
                                "mirror",
                                type, id, record.edit_sequence, found->second.edit_sequence));
            if (whole && comparable(found->second.json) != comparable(record.json))
                throw Broken(fmt::format("{} {} differs\n  books:  {}\n  mirror: {}", type, id,
                                         comparable(record.json), comparable(found->second.json)));
        }
        for (const auto& [id, record] : mirror)
            if (!books.contains(id) && !gone.contains(id) && !office.restored)
                throw Broken(
                    fmt::format("{} {} is in the mirror and never was in the books", type, id));
    }
}

}  // namespace scenario
