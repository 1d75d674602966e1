#include "tests/scenario/checks.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <span>

#include <fmt/format.h>

#include "qbxml/canonical/read.h"
#include "qbxml/canonical/types.h"
#include "qbxml/status.h"
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
    {"what goes out is not over",
     "SELECT job.id || ' ' || batch.id FROM batch JOIN batch_item ON batch_item.batch_id = "
     "batch.id "
     "JOIN job ON job.id = batch_item.job_id WHERE batch.sendings = 1 AND job.expires_at > 0 AND "
     "batch.sent_at >= job.expires_at"},
    {"who did not ask for it wins over nobody's change",
     "SELECT id FROM job WHERE on_conflict = 'fail' AND refresh <> ''"},
    {"what runs was due when it went out",
     "SELECT job.id || ' ' || batch.id FROM job JOIN batch ON batch.id = job.batch_id WHERE "
     "job.state = 'running' AND batch.sent_at < job.run_at"},
    {"a session counts what it did",
     "SELECT id || ' ' || jobs_done || ' ' || jobs_failed FROM session WHERE batches < 0 OR "
     "jobs_done < 0 OR jobs_failed < 0 OR number < -1 OR number > 100"},
};

// Read once in the end, for they walk over much.
const Invariant last_invariants[] = {
    {"a record has changed last when the log says so",
     "SELECT record.id || ' ' || shelf.data_type FROM record JOIN shelf ON shelf.number = "
     "record.shelf WHERE NOT EXISTS (SELECT 1 FROM change WHERE change.company_id = "
     "shelf.company_id AND change.shelf = record.shelf AND change.id = record.id AND change.at = "
     "record.modified_at)"},
    {"what is deleted says so",
     "SELECT id FROM record WHERE deleted <> (instr(json, '\"isDeleted\":true') > 0)"},
    {"no edition of a record is kept that has no deed",
     "SELECT id FROM version WHERE kind NOT IN ('created', 'updated', 'deleted', 'voided')"},
    {"nothing is left of comparisons that are over",
     "SELECT run FROM seen WHERE run NOT IN (SELECT id FROM job WHERE state IN ('queued', "
     "'running'))"},
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

namespace {

void check(store::Store& store, std::span<const Invariant> all)
{
    auto& connection = store.connection();
    connection.begin_read();
    std::string broken;
    for (const auto& invariant : all) {
        const auto rows = texts(connection, invariant.breaches);
        if (rows.empty()) continue;
        broken = fmt::format("invariant: {}; not so: {}", invariant.says, rows.front());
        break;
    }
    connection.commit(store::Durable::soon);
    if (!broken.empty()) throw Broken(broken);
}

}  // namespace

void check_invariants(store::Store& store)
{
    check(store, invariants);
}

void check_last_invariants(store::Store& store)
{
    check(store, last_invariants);
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
    if (promise.part && job.state != jobs::State::done) return true;
    if (promise.undone) return promise.made <= 1;
    switch (job.state) {
        case jobs::State::done:
            return (promise.made >= 1 && promise.made <= promise.asked) ||
                   job.result.find("unchanged") != std::string::npos;
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

// Who asks for a record is given that one and no other.
void check_what_was_read(const Promise& promise, const jobs::Job& job)
{
    if (job.kind != jobs::Kind::read || job.state != jobs::State::done) return;
    const auto result = qbxml::parse_json(job.result);
    const auto* found = result ? result->find("found") : nullptr;
    if (!found || !found->is_array()) throw Broken("a read does not tell what it found");
    for (const auto& record : found->as_array())
        if (record.string_at("id") != promise.name)
            throw Broken(fmt::format("{} asked for {} and was given {}", job.id.text, promise.name,
                                     record.string_at("id")));
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

namespace {

// The texts with which QuickBooks says that somebody else is at work.
bool tells_of_others(std::string_view message)
{
    return message.find("another user") != message.npos;
}

// What passes by itself is tried until the attempts are spent; and what a sync asks for is never
// refused for good.
void check_patience(const jobs::Job& job, int attempts_max)
{
    if (job.state != jobs::State::failed || !job.problem || job.kind == jobs::Kind::probe) return;
    const auto& problem = *job.problem;
    if (problem.status_code.empty()) return;
    int code = 0;
    const auto end = problem.status_code.data() + problem.status_code.size();
    if (std::from_chars(problem.status_code.data(), end, code).ptr != end) return;
    const auto status = qbxml::status_of_request(code, problem.message);
    const bool passes = status.retry == qbxml::Retry::transient || tells_of_others(problem.message);
    if (job.kind == jobs::Kind::sync && !passes)
        throw Broken(fmt::format("{} was refused: {} {}", job.id.text, problem.status_code,
                                 problem.message));
    if (passes && job.attempt < attempts_max)
        throw Broken(fmt::format("{} was given up after {} attempts for {}: {}", job.id.text,
                                 job.attempt, problem.status_code, problem.message));
}

}  // namespace

void check_promises(store::Store& store, const Office& office, int attempts_max)
{
    std::map<std::string, jobs::Job> by_id;
    for (auto& job : all_jobs(store, office)) {
        check_patience(job, attempts_max);
        by_id.emplace(job.id.text, std::move(job));
    }
    for (const auto& promise : office.promises) {
        const auto found = by_id.find(promise.job ? promise.job->text : "");
        if (promise.made > promise.asked)
            throw Broken(fmt::format("{} was made {} times", promise.name, promise.made));
        if (!promise.job) continue;
        if (found == by_id.end())
            throw Broken(fmt::format("the accepted job {} is lost", promise.job->text));
        check_what_was_read(promise, found->second);
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

std::string amount_due(const std::string& json)
{
    return qbxml::parse_json(json)->string_at("amountDue");
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

void check_mirror(store::Store& store, Office& office, const std::vector<std::string>& types,
                  bool whole)
{
    const auto asked_for = [&](std::string_view type) {
        return std::find(types.begin(), types.end(), type) != types.end();
    };
    for (const auto& type : types) {
        if (type == "deletions") continue;
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
            // Payments name the invoices that they pay, and those are read again.
            if (type == "invoices" && asked_for("payments") &&
                amount_due(found->second.json) != amount_due(record.json))
                throw Broken(fmt::format("invoice {} has {} due in the books, {} in the mirror", id,
                                         amount_due(record.json), amount_due(found->second.json)));
            if (whole && comparable(found->second.json) != comparable(record.json))
                throw Broken(fmt::format("{} {} differs\n  books:  {}\n  mirror: {}", type, id,
                                         comparable(record.json), comparable(found->second.json)));
        }
        if (whole ? false : !asked_for("deletions") || office.restored) continue;
        for (const auto& [id, record] : mirror)
            if (!books.contains(id))
                throw Broken(fmt::format("{} {} is in the mirror and not in the books", type, id));
    }
}

}  // namespace scenario
