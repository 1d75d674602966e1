#include "server/jobs/planner.h"

#include <algorithm>

#include <fmt/format.h>

#include "qbxml/canonical/ask.h"
#include "qbxml/canonical/write.h"
#include "qbxml/company_facts.h"
#include "server/base/ensure.h"
#include "server/jobs/job_text.h"
#include "server/jobs/raw_set.h"
#include "server/jobs/reading.h"
#include "server/jobs/recovery.h"

namespace server::jobs {
namespace {

using qbxml::Result;
namespace canonical = qbxml::canonical;

Problem invalid(std::string message, std::string remedy)
{
    return {.code = "validation",
            .message = std::move(message),
            .cause = "The request breaks a rule of qbXML; it was not sent.",
            .remedy = std::move(remedy),
            .actor = "caller"};
}

Result<qbxml::MessageSet, Problem> sync_set(const Job& job, const Facts& facts, Cursor& cursor)
{
    auto request = next_request(job, {facts.version, facts.owner_id, facts.page_size}, cursor);
    if (!request) return request.error();
    return qbxml::MessageSet{.requests = {std::move(*request)}};
}

// What a change of this kind is refused with when a newer QuickBooks would take it.
Problem too_old(const Job& job, const Facts& facts)
{
    return {.code = "upgrade_advised",
            .message = fmt::format("This write of {} needs a newer qbXML than {}, which is what "
                                   "this QuickBooks speaks.",
                                   job.data_type, facts.version.text()),
            .cause = "The QuickBooks of this company is too old for it. It was not sent.",
            .remedy = "Update QuickBooks; it is sent then by itself. Or cancel it.",
            .actor = "user"};
}

// A write body with the ids of what other jobs made in their places.
Result<canonical::Write, Problem> write_of(const Job& job, const Known& known)
{
    auto body = qbxml::parse_json(job.body);
    base::ensure(body.ok(), "a write job holds a body that is no JSON");
    const qbxml::Value resolved = with_ids(std::move(*body), known.ids);
    if (const auto unknown = jobs_named(resolved); !unknown.empty())
        return Problem{.code = "reference_unknown",
                       .message = fmt::format("${} stands for a record, but that job left no id.",
                                              unknown.front().text),
                       .cause = "The job was resolved by a person who named no record.",
                       .remedy = "Put the ListID or TxnID in its place and try again.",
                       .actor = "caller"};
    auto write = canonical::write_from_json(resolved);
    if (!write) return invalid(write.error().text(), "Mend the record and push it again.");
    if (!known.current.empty()) take_current(*write, known.current);
    if (job.refresh == Refresh::had && !known.current.empty()) {
        // Asked to win over a change made meanwhile: the edition read last is the one to change.
        const auto current = qbxml::parse_json(known.current);
        const qbxml::Value* metadata = current ? current->find("metadata") : nullptr;
        if (metadata) write->edit_sequence = metadata->string_at("editSequence");
        if (const qbxml::Value* own = write->record.find("metadata"); own && own->is_object()) {
            qbxml::Value fresh = *own;
            fresh.set("editSequence", write->edit_sequence);
            write->record.set("metadata", std::move(fresh));
        }
    }
    return std::move(*write);
}

Result<canonical::Requests, Problem> write_requests(const Job& job, const Facts& facts,
                                                    const Known& known)
{
    const auto write = write_of(job, known);
    if (!write) return write.error();
    canonical::Context context = known.context;
    context.company_id = facts.company;
    const auto requests = canonical::to_requests(*write, context, facts.version, facts.edition);
    if (requests) return *requests;
    if (canonical::to_requests(*write, context, qbxml::newest_version, facts.edition))
        return too_old(job, facts);
    std::string text;
    for (const auto& refused : requests.error())
        text += fmt::format("{}{}: {} ({})", text.empty() ? "" : "\n", refused.path,
                            refused.message, refused.code);
    return invalid(std::move(text), "Mend the fields named and push the record again.");
}

Result<qbxml::MessageSet, Problem> lookup_set(std::string_view data_type,
                                              const canonical::Lookup& lookup, const Facts& facts)
{
    auto requests = canonical::lookup_requests(data_type, lookup, facts.owner_id, facts.version);
    if (!requests) return invalid(requests.error().text(), "Ask for what this type has.");
    return qbxml::MessageSet{.on_error = qbxml::OnError::go_on, .requests = std::move(*requests)};
}

Result<qbxml::MessageSet, Problem> write_set(const Job& job, const Facts& facts, const Known& known)
{
    if (job.refresh == Refresh::wanted) {
        const auto write = write_of(job, known);
        if (!write) return write.error();
        return lookup_set(job.data_type, {.ids = {write->id}}, facts);
    }
    auto requests = write_requests(job, facts, known);
    if (!requests) return requests.error();
    return qbxml::MessageSet{.requests = std::move(requests->requests)};
}

Result<qbxml::MessageSet, Problem> report_set(const Job& job, const Facts& facts)
{
    auto asked = canonical::report_request(job.data_type, report_wish(job), facts.version);
    if (!asked) return invalid(asked.error().text(), "Ask again with other parameters.");
    return qbxml::MessageSet{.requests = {std::move(asked->request)}};
}

Result<qbxml::MessageSet, Problem> set_for(const Job& job, const Facts& facts, const Known& known,
                                           Cursor& cursor)
{
    switch (job.kind) {
        case Kind::probe:
            return qbxml::MessageSet{.on_error = qbxml::OnError::go_on,
                                     .requests = qbxml::company_facts_requests(facts.owner_id)};
        case Kind::sync: return sync_set(job, facts, cursor);
        case Kind::read:
            if (is_look(job)) return look_requests(job, facts);
            return lookup_set(job.data_type, lookup_from_text(job.body), facts);
        case Kind::write: return write_set(job, facts, known);
        case Kind::report: return report_set(job, facts);
        case Kind::raw: {
            auto set = qbxml::message_set_from_xml(job.body);
            if (!set) return invalid(set.error().text(), "Mend the qbXML and send it again.");
            return rest_of(std::move(*set), job.cursor.applied);
        }
        case Kind::interactive: break;
    }
    base::unreachable();
}

constexpr std::string_view reference_mark = "$job_";

// Calls `each` on every string of the value that stands for what a job will make.
template <class ValueType, class Each>
void for_references(ValueType& value, const Each& each)
{
    if (value.is_string()) {
        if (value.as_string().starts_with(reference_mark)) each(value);
    } else if (value.is_array()) {
        for (auto& item : value.as_array())
            for_references(item, each);
    } else if (value.is_object()) {
        for (auto& [name, member] : value.as_object())
            for_references(member, each);
    }
}

}  // namespace

void take_current(canonical::Write& write, std::string_view json)
{
    auto current = qbxml::parse_json(json);
    if (!current) return;
    const qbxml::Value* metadata = current->find("metadata");
    const qbxml::Value* own = write.record.find("metadata");
    if (metadata) {
        write.source_type = metadata->string_at("sourceType");
        if (!own || own->string_at("editSequence").empty())
            write.edit_sequence = metadata->string_at("editSequence");
    }
    write.current = std::move(*current);
}

std::optional<std::string> changed_record(const Job& job)
{
    if (job.kind != Kind::write || job.operation == "create") return std::nullopt;
    const auto body = qbxml::parse_json(job.body);
    base::ensure(body.ok(), "a write job holds a body that is no JSON");
    return body->string_at("id");
}

std::vector<base::JobId> jobs_named(const qbxml::Value& record)
{
    std::vector<base::JobId> named;
    for_references(record, [&](const qbxml::Value& value) {
        base::JobId id{value.as_string().substr(1)};
        if (std::find(named.begin(), named.end(), id) == named.end())
            named.push_back(std::move(id));
    });
    return named;
}

qbxml::Value with_ids(qbxml::Value record, const std::map<std::string, std::string>& ids)
{
    for_references(record, [&](qbxml::Value& value) {
        if (const auto known = ids.find(value.as_string().substr(1)); known != ids.end())
            value = qbxml::Value(known->second);
    });
    return record;
}

bool reads(const Job& job)
{
    switch (job.kind) {
        case Kind::probe:
        case Kind::sync:
        case Kind::read:
        case Kind::report: return true;
        case Kind::write: return job.refresh == Refresh::wanted;
        case Kind::raw:
        case Kind::interactive: return false;
    }
    base::unreachable();
}

bool travels_alone(const Job& job)
{
    switch (job.kind) {
        case Kind::probe:
        case Kind::report:
        case Kind::raw:
        case Kind::interactive: return true;
        case Kind::read: return is_look(job);
        case Kind::write: return false;
        case Kind::sync: return iterates(job);
    }
    base::unreachable();
}

std::string follow_up(const Job& done, const Facts& facts, const Known& known)
{
    const auto requests = write_requests(done, facts, known);
    const auto result = qbxml::parse_json(done.result);
    if (!requests || !result || requests->follow_up.empty()) return {};
    qbxml::MessageSet set{.on_error = qbxml::OnError::go_on};
    for (const qbxml::Node& node : requests->follow_up)
        set.requests.push_back(canonical::with_list_id(node, result->string_at("id")));
    const auto text = qbxml::write(set, facts.version, facts.edition);
    return text ? *text : std::string();
}

Result<Wanted, Problem> requests_of(const Job& job, const Facts& facts, const Known& known)
{
    Wanted wanted{.cursor = job.cursor};
    auto set = set_for(job, facts, known, wanted.cursor);
    if (!set) return set.error();
    wanted.set = std::move(*set);
    return wanted;
}

}  // namespace server::jobs
