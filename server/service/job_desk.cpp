#include "server/service/job_desk.h"

#include <algorithm>

#include <fmt/format.h>

#include "qbxml/canonical/types.h"
#include "qbxml/format.h"
#include "server/base/secret.h"
#include "server/jobs/job_text.h"
#include "server/jobs/packer.h"
#include "server/service/companies.h"
#include "server/service/connections.h"
#include "server/service/lookups.h"
#include "server/service/sync_runs.h"
#include "server/service/sync_settings.h"

namespace server::service {
namespace {

using qbxml::Error;
using qbxml::Result;
namespace canonical = qbxml::canonical;

constexpr std::size_t raw_bytes_max = 1u << 20;
constexpr std::size_t key_characters_max = 255;
constexpr std::size_t after_max = 100;
constexpr std::size_t keys_max = 500;

// What the company file speaks, as far as it is known.
qbxml::Version version_of(const store::Company& company)
{
    return qbxml::Version::parse(company.qbxml_version).value_or(qbxml::newest_version);
}

// What was asked for, in one text: equal wishes have equal hashes.
std::string hash_of(std::initializer_list<std::string_view> parts)
{
    std::string all;
    for (const std::string_view part : parts)
        all.append(std::to_string(part.size())).append(":").append(part);
    return base::sha256_hex(all);
}

JobDesk::Refusals refusal(std::string_view code, const Error& error)
{
    return {{.path = "", .code = std::string(code), .message = error.text()}};
}

std::optional<Error> fault_of(const QueueOptions& options, base::Time now)
{
    if (options.key.size() > key_characters_max)
        return Error{"key", fmt::format("{} characters are too many for an idempotency key; at "
                                        "most {} are taken",
                                        options.key.size(), key_characters_max)};
    if (options.after.size() > after_max)
        return Error{"after", fmt::format("{} jobs are too many to wait for; at most {} are taken",
                                          options.after.size(), after_max)};
    if (options.expires_at != base::Time{} && options.expires_at <= now)
        return Error{"expires",
                     fmt::format("{} is over already", base::to_text(options.expires_at))};
    return std::nullopt;
}

}  // namespace

jobs::Job JobDesk::fresh(const base::CompanyId& company, jobs::Kind kind,
                         const QueueOptions& options) const
{
    const auto now = clock_.now();
    return {.id = ids_.job(now),
            .company = company,
            .kind = kind,
            .priority = options.priority,
            .created_at = now,
            .run_at = std::max(now, options.run_at),
            .expires_at = options.expires_at,
            .ignore_window = options.ignore_window,
            .on_conflict = options.on_conflict,
            .key = options.key};
}

JobDesk::Queued JobDesk::enqueue(store::Tx& tx, jobs::Job job,
                                 const std::vector<base::JobId>& after) const
{
    const auto company = tx.find_company(job.company);
    if (!company) return {.refused = no_company(job.company.text)};
    if (!job.key.empty()) {
        if (auto known = tx.find_job_by_key(job.company, job.key)) {
            if (known->wish_hash == job.wish_hash) return {.job = known, .replayed = true};
            return {.refused = {"key", fmt::format("'{}' was used for another request ({}); the "
                                                   "same key must come with the same request",
                                                   job.key, known->id.text)}};
        }
    }
    if (auto closed = takes_no_jobs(tx, *company)) return {.refused = *closed};
    if (tx.count_jobs(job.company, jobs::State::queued) >= limits_.queued_max)
        return {.refused = {job.company.text,
                            fmt::format("{} jobs are queued, which is the limit; wait until the "
                                        "Web Connector has worked on them, or cancel some",
                                        limits_.queued_max)}};
    for (const auto& parent : after) {
        const auto found = tx.find_job(parent);
        if (!found || found->company != job.company)
            return {.refused = {"after", fmt::format("{}: this company has no job with this id",
                                                     parent.text)}};
    }
    tx.add_job(job, after);
    return {.job = tx.find_job(job.id)};
}

Result<std::vector<jobs::Job>> JobDesk::sync(const base::CompanyId& id,
                                             const std::vector<std::string>& data_types, bool full,
                                             store::Store& store, bool ignore_window)
{
    const auto now = clock_.now();
    using Made = std::optional<Result<std::vector<jobs::Job>>>;
    const auto added = store.write([&](store::Tx& tx) -> Made {
        const auto company = tx.find_company(id);
        if (!company) return std::nullopt;
        if (auto closed = takes_no_jobs(tx, *company)) return Made(*closed);
        const auto types = ordered_types(data_types, tx.sync_settings(id));
        if (!types) return types.error();
        std::vector<Due> due;
        for (const std::string& type : *types)
            due.push_back({type, full});
        return start_run(tx, ids_, id, due, "asked", now, ignore_window).jobs;
    });
    if (!added) return no_company(id.text);
    return *added;
}

Result<jobs::Job> JobDesk::raw(const base::CompanyId& id, std::string qbxml, store::Store& store,
                               const QueueOptions& options)
{
    if (qbxml.size() > raw_bytes_max)
        return Error{"request", fmt::format("{} bytes are too many; a raw request may have {}",
                                            qbxml.size(), raw_bytes_max)};
    if (const auto fault = fault_of(options, clock_.now())) return *fault;
    auto job = fresh(id, jobs::Kind::raw, options);
    job.body = std::move(qbxml);
    job.wish_hash = hash_of({"raw", job.body});
    const auto company = store.read([&](store::Tx& tx) { return tx.find_company(id); });
    if (!company) return no_company(id.text);
    // Planned once for show: what cannot be sent is refused now and not at the next session.
    const auto trial = jobs::plan(job, {"trial"},
                                  {.owner_id = company->owner_id, .version = version_of(*company)});
    if (!trial) return Error{"request", trial.error().message};
    return queued(job, options.after, store);
}

Result<jobs::Job> JobDesk::read(const base::CompanyId& id, const std::string& data_type,
                                const canonical::Lookup& lookup, store::Store& store,
                                const QueueOptions& options)
{
    if (const auto fault = fault_of(options, clock_.now())) return *fault;
    const auto keys = lookup.ids.size() + lookup.names.size() + lookup.ref_numbers.size();
    if (keys > keys_max)
        return Error{"ids", fmt::format("{} ids, names and numbers are too many; at most {} are "
                                        "taken",
                                        keys, keys_max)};
    if (const auto asked = canonical::lookup_requests(data_type, lookup, "", qbxml::newest_version);
        !asked)
        return asked.error();
    auto job = fresh(id, jobs::Kind::read, options);
    job.data_type = data_type;
    job.body = jobs::lookup_text(lookup);
    job.wish_hash = hash_of({"read", data_type, job.body});
    return queued(job, options.after, store);
}

Result<jobs::Job> JobDesk::report(const base::CompanyId& id, const std::string& data_type,
                                  const canonical::ReportWish& wish, store::Store& store,
                                  const QueueOptions& options)
{
    if (const auto fault = fault_of(options, clock_.now())) return *fault;
    if (const auto asked = canonical::report_request(data_type, wish, qbxml::newest_version);
        !asked)
        return asked.error();
    auto job = fresh(id, jobs::Kind::report, options);
    job.data_type = data_type;
    job.body = jobs::report_text(wish);
    job.wish_hash = hash_of({"report", data_type, job.body});
    return queued(job, options.after, store);
}

Result<jobs::Job> JobDesk::queued(const jobs::Job& job, const std::vector<base::JobId>& after,
                                  store::Store& store) const
{
    auto result = store.write([&](store::Tx& tx) { return enqueue(tx, job, after); });
    if (!result.job) return result.refused;
    return *result.job;
}

Result<JobDesk::Pushed, JobDesk::Refusals> JobDesk::push(const base::CompanyId& id,
                                                         std::string_view data_type,
                                                         std::string_view record_id,
                                                         std::string_view record_json,
                                                         store::Store& store)
{
    return push(id,
                {.operation = record_id.empty() ? canonical::Operation::create
                                                : canonical::Operation::update,
                 .data_type = std::string(data_type),
                 .id = std::string(record_id),
                 .record_json = std::string(record_json)},
                store);
}

Result<JobDesk::Pushed, JobDesk::Refusals> JobDesk::push(const base::CompanyId& id,
                                                         const WriteWish& wish, store::Store& store)
{
    const auto draft = draft_of(id, wish);
    if (!draft) return draft.error();
    // A key that was seen answers as it did then, whatever became of the record meanwhile.
    if (!wish.queue.key.empty()) {
        const auto known =
            store.read([&](store::Tx& tx) { return tx.find_job_by_key(id, wish.queue.key); });
        if (known && known->wish_hash == draft->job.wish_hash) return Pushed{*known, {}, "", true};
    }
    auto prepared = prepared_of(*draft, store);
    if (!prepared) return prepared;
    auto result =
        store.write([&](store::Tx& tx) { return enqueue(tx, prepared->job, draft->after); });
    if (!result.job)
        return refusal(result.refused.where == "key" ? "idempotencyKeyReused" : "refused",
                       result.refused);
    prepared->job = std::move(*result.job);
    prepared->replayed = result.replayed;
    return prepared;
}

Result<JobDesk::Pushed, JobDesk::Refusals> JobDesk::prepare(const base::CompanyId& id,
                                                            const WriteWish& wish,
                                                            store::Store& store)
{
    const auto draft = draft_of(id, wish);
    if (!draft) return draft.error();
    return prepared_of(*draft, store);
}

Result<JobDesk::Draft, JobDesk::Refusals> JobDesk::draft_of(const base::CompanyId& id,
                                                            const WriteWish& wish) const
{
    if (const auto fault = fault_of(wish.queue, clock_.now())) return refusal("value", *fault);
    auto record = qbxml::parse_json(wish.record_json.empty() ? "{}" : wish.record_json);
    if (!record) return refusal("value", record.error());
    Draft draft{.job = fresh(id, jobs::Kind::write, wish.queue), .after = wish.queue.after};
    draft.job.data_type = wish.data_type;
    draft.job.operation = to_text(wish.operation);
    qbxml::Value body(qbxml::Value::Object{});
    body.set("operation", to_text(wish.operation));
    body.set("dataType", wish.data_type);
    if (!wish.id.empty()) body.set("id", wish.id);
    body.set("record", std::move(*record));
    draft.job.body = qbxml::to_json(body);
    // What other jobs make must be there first.
    for (auto& named : jobs::jobs_named(body))
        if (std::find(draft.after.begin(), draft.after.end(), named) == draft.after.end())
            draft.after.push_back(std::move(named));
    std::string after;
    for (const auto& parent : draft.after)
        after += parent.text + " ";
    draft.job.wish_hash =
        hash_of({"write", draft.job.body, after, to_text(wish.queue.on_conflict)});
    return draft;
}

Result<JobDesk::Pushed, JobDesk::Refusals> JobDesk::prepared_of(const Draft& draft,
                                                                store::Store& store) const
{
    const jobs::Job& job = draft.job;
    auto body = qbxml::parse_json(job.body);
    auto write = canonical::write_from_json(*body);
    if (!write) return refusal("value", write.error());
    const bool exists = job.operation != "create";
    std::optional<std::string> current;
    const auto company = store.read([&](store::Tx& tx) {
        if (exists) current = tx.find_record(job.company, job.data_type, write->id);
        return tx.find_company(job.company);
    });
    if (!company) return refusal("company", no_company(job.company.text));
    Pushed pushed{job, {}, "", false};
    // A record that is still to be made cannot be compared with what is there.
    if (exists && write->id.starts_with("$")) return pushed;
    if (current) jobs::take_current(*write, *current);
    const auto edition =
        qbxml::edition_from_text(company->linked.country).value_or(qbxml::Edition::any);
    const Lookups lookups(store, *company, clock_.now());
    const auto requests =
        canonical::to_requests(*write, lookups.context(), version_of(*company), edition);
    if (!requests) return requests.error();
    if (requests->requests.empty() && !requests->warnings.empty()) return requests->warnings;
    if (requests->requests.empty())
        return refusal("unchanged",
                       {"", "the record says all of this already; nothing would change"});
    pushed.warnings = requests->warnings;

    jobs::Known known{.current = current.value_or("")};
    for (const auto& parent : draft.after)  // for show: they stand where the ids will
        known.ids[parent.text] = "$" + parent.text.substr(parent.text.size() - 8);
    const auto planned = jobs::plan(job, {"preview"},
                                    {.company = job.company.text,
                                     .owner_id = company->owner_id,
                                     .version = version_of(*company),
                                     .edition = edition},
                                    known);
    if (!planned)
        return Refusals{
            {.path = "", .code = planned.error().code, .message = planned.error().message}};
    pushed.qbxml = planned->batch.text;
    std::vector<qbxml::Node> later;
    for (const auto& request : requests->follow_up)
        later.push_back(canonical::with_list_id(request, "$ListID"));
    if (!later.empty())
        pushed.follow_up =
            qbxml::document_text(qbxml::in_envelope(std::move(later)), version_of(*company));
    return pushed;
}

Result<jobs::Job> JobDesk::look(const base::CompanyId& id, std::chrono::seconds good_for,
                                store::Store& store)
{
    auto job = fresh(id, jobs::Kind::probe, {.priority = 0});
    job.expires_at = job.created_at + good_for;
    return queued(job, {}, store);
}

Result<jobs::Job> JobDesk::interactive(const base::CompanyId& id, std::string_view url,
                                       store::Store& store)
{
    if (!url.starts_with("https://") && !url.starts_with("http://"))
        return Error{"url",
                     fmt::format("'{}' is no address of a page; https://… is expected", url)};
    auto job = fresh(id, jobs::Kind::interactive, {.priority = jobs::page_priority});
    qbxml::Value body(qbxml::Value::Object{});
    body.set("url", url);
    job.body = qbxml::to_json(body);
    return queued(job, {}, store);
}

}  // namespace server::service
