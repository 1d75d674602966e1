#include "server/service/job_desk.h"

#include <algorithm>

#include <fmt/format.h>

#include "qbxml/canonical/types.h"
#include "server/jobs/lifecycle.h"
#include "server/jobs/planner.h"
#include "server/service/companies.h"
#include "server/service/sync_runs.h"
#include "server/service/sync_settings.h"

namespace server::service {
namespace {

using qbxml::Error;
using qbxml::Result;
namespace canonical = qbxml::canonical;

constexpr std::size_t raw_bytes_max = 1u << 20;

// What the company file speaks, as far as it is known.
qbxml::Version version_of(const store::Company& company)
{
    return qbxml::Version::parse(company.qbxml_version).value_or(qbxml::newest_version);
}

}  // namespace

jobs::Job JobDesk::fresh(const base::CompanyId& company, jobs::Kind kind) const
{
    const auto now = clock_.now();
    return {
        .id = ids_.job(now), .company = company, .kind = kind, .created_at = now, .run_at = now};
}

Result<std::vector<jobs::Job>> JobDesk::sync(const base::CompanyId& id,
                                             const std::vector<std::string>& data_types, bool full,
                                             store::Store& store)
{
    const auto now = clock_.now();
    using Made = std::optional<Result<std::vector<jobs::Job>>>;
    const auto added = store.write([&](store::Tx& tx) -> Made {
        if (!tx.find_company(id)) return std::nullopt;
        const auto types = ordered_types(data_types, tx.sync_settings(id));
        if (!types) return types.error();
        std::vector<Due> due;
        for (const std::string& type : *types)
            due.push_back({type, full});
        return start_run(tx, ids_, id, due, "asked", now).jobs;
    });
    if (!added) return no_company(id.text);
    return *added;
}

Result<jobs::Job> JobDesk::raw(const base::CompanyId& id, std::string qbxml, store::Store& store)
{
    if (qbxml.size() > raw_bytes_max)
        return Error{"request", fmt::format("{} bytes are too many; a raw request may have {}",
                                            qbxml.size(), raw_bytes_max)};
    auto job = fresh(id, jobs::Kind::raw);
    job.body = std::move(qbxml);
    const auto company = store.read([&](store::Tx& tx) { return tx.find_company(id); });
    if (!company) return no_company(id.text);
    // Planned once for show: what cannot be sent is refused now and not at the next session.
    const auto trial = jobs::plan(job, {"trial"},
                                  {.owner_id = company->owner_id, .version = version_of(*company)});
    if (!trial) return Error{"request", trial.error().message};
    store.write([&](store::Tx& tx) { tx.add_job(job); });
    return job;
}

Result<JobDesk::Pushed, JobDesk::Refusals> JobDesk::push(const base::CompanyId& id,
                                                         std::string_view data_type,
                                                         std::string_view record_id,
                                                         std::string_view record_json,
                                                         store::Store& store)
{
    auto prepared = prepare(id, data_type, record_id, record_json, store);
    if (prepared) store.write([&](store::Tx& tx) { tx.add_job(prepared->job); });
    return prepared;
}

Result<JobDesk::Pushed, JobDesk::Refusals> JobDesk::prepare(const base::CompanyId& id,
                                                            std::string_view data_type,
                                                            std::string_view record_id,
                                                            std::string_view record_json,
                                                            store::Store& store)
{
    auto record = qbxml::parse_json(record_json);
    if (!record) return Refusals{{.path = "", .code = "value", .message = record.error().text()}};
    canonical::Write write{.operation = record_id.empty() ? canonical::Operation::create
                                                          : canonical::Operation::update,
                           .data_type = std::string(data_type),
                           .id = std::string(record_id),
                           .record = *record};
    std::optional<std::string> current;
    const auto company = store.read([&](store::Tx& tx) {
        if (!record_id.empty()) current = tx.find_record(id, data_type, record_id);
        return tx.find_company(id);
    });
    if (!company)
        return Refusals{{.path = "", .code = "company", .message = no_company(id.text).text()}};
    if (current) jobs::take_current(write, *current);
    const auto edition = qbxml::edition_from_text(company->linked.country);
    const auto requests =
        canonical::to_requests(write, {.company_id = id.text}, version_of(*company),
                               edition.value_or(qbxml::Edition::any));
    if (!requests) return requests.error();
    if (requests->requests.empty() && !requests->warnings.empty()) return requests->warnings;
    if (requests->requests.empty())
        return Refusals{{.path = "",
                         .code = "unchanged",
                         .message = "the record says all of this already; nothing would change"}};

    Pushed pushed{fresh(id, jobs::Kind::write), requests->warnings, ""};
    pushed.job.data_type = data_type;
    pushed.job.operation = to_text(write.operation);
    qbxml::Value body(qbxml::Value::Object{});
    body.set("operation", to_text(write.operation));
    body.set("dataType", data_type);
    if (!record_id.empty()) body.set("id", record_id);
    body.set("record", std::move(*record));
    pushed.job.body = qbxml::to_json(body);
    const auto planned = jobs::plan(pushed.job, {"preview"},
                                    {.company = id.text,
                                     .owner_id = company->owner_id,
                                     .version = version_of(*company),
                                     .edition = edition.value_or(qbxml::Edition::any),
                                     .current = current.value_or("")});
    if (!planned)
        return Refusals{
            {.path = "", .code = planned.error().code, .message = planned.error().message}};
    pushed.qbxml = planned->text;
    return pushed;
}

Result<jobs::Job> JobDesk::interactive(const base::CompanyId& id, std::string_view url,
                                       store::Store& store)
{
    if (!url.starts_with("https://") && !url.starts_with("http://"))
        return Error{"url",
                     fmt::format("'{}' is no address of a page; https://… is expected", url)};
    auto job = fresh(id, jobs::Kind::interactive);
    qbxml::Value body(qbxml::Value::Object{});
    body.set("url", url);
    job.body = qbxml::to_json(body);
    const bool added = store.write([&](store::Tx& tx) {
        if (!tx.find_company(id)) return false;
        tx.add_job(job);
        return true;
    });
    if (!added) return no_company(id.text);
    return job;
}

Result<jobs::Job> JobDesk::finish(const base::JobId& id, store::Store& store)
{
    const auto now = clock_.now();
    const Error not_waiting{id.text,
                            "no page is waiting under this id: only an interactive job that "
                            "has not ended can be finished"};
    const auto finished = store.write([&](store::Tx& tx) -> std::optional<jobs::Job> {
        auto job = tx.find_job(id);
        if (!job || job->kind != jobs::Kind::interactive || job->state != jobs::State::queued)
            return std::nullopt;
        auto next = jobs::finished_by_person(*job, now);
        tx.save_job(next);
        return next;
    });
    if (!finished) return not_waiting;
    return *finished;
}

namespace {

// Moves one job by a rule, if its state allows it.
template <class May, class Move>
Result<jobs::Job> act(const base::JobId& id, store::Store& store, std::string_view only, May may,
                      Move move)
{
    struct Found {
        std::optional<jobs::Job> before, after;
    };
    const auto found = store.write([&](store::Tx& tx) {
        Found seen{tx.find_job(id), {}};
        if (!seen.before || !may(*seen.before)) return seen;
        seen.after = move(*seen.before);
        tx.save_job(*seen.after);
        return seen;
    });
    if (found.after) return *found.after;
    if (!found.before)
        return Error{id.text, "no job has this id; 'qbwcd job list' shows those there are"};
    const bool waits = found.before->state == jobs::State::in_doubt && found.before->batch;
    return Error{id.text, fmt::format("the job is {}; {}{}", to_text(found.before->state), only,
                                      waits ? ". Its message set goes out again with the next "
                                              "session, and QuickBooks' record settles it"
                                            : "")};
}

}  // namespace

Result<jobs::Job> JobDesk::cancel(const base::JobId& id, store::Store& store)
{
    const auto now = clock_.now();
    return act(id, store, "only one that is queued can be cancelled", jobs::may_cancel,
               [now](const jobs::Job& job) { return jobs::cancelled(job, now); });
}

Result<jobs::Job> JobDesk::retry(const base::JobId& id, store::Store& store)
{
    const auto now = clock_.now();
    return act(id, store, "only one that has failed can be tried again", jobs::may_retry,
               [now](const jobs::Job& job) { return jobs::retried(job, now); });
}

Result<jobs::Job> JobDesk::resolve(const base::JobId& id, bool applied, std::string_view record_id,
                                   store::Store& store)
{
    const auto now = clock_.now();
    return act(id, store, "only one that is in doubt and left to a person can be resolved",
               jobs::may_resolve, [&](const jobs::Job& job) {
                   return applied ? jobs::found_applied(job, record_id, now)
                                  : jobs::found_not_applied(job, now);
               });
}

}  // namespace server::service
