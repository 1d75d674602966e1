#include "server/jobs/planner.h"

#include <fmt/format.h>

#include "qbxml/canonical/write.h"
#include "qbxml/company_facts.h"
#include "server/base/ensure.h"
#include "server/jobs/reading.h"

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

std::string joined(const std::vector<qbxml::Fault>& faults)
{
    std::string text;
    for (const qbxml::Fault& fault : faults)
        text += (text.empty() ? "" : "\n") + fault.text();
    return text;
}

Result<qbxml::MessageSet, Problem> sync_set(const Job& job, const Facts& facts, Cursor& cursor)
{
    auto request = next_request(job, {facts.version, facts.owner_id, facts.page_size}, cursor);
    if (!request) return request.error();
    return qbxml::MessageSet{.requests = {std::move(*request)}};
}

Result<canonical::Requests, Problem> write_requests(const Job& job, const Facts& facts)
{
    const auto body = qbxml::parse_json(job.body);
    base::ensure(body.ok(), "a write job holds a body that is no JSON");
    auto write = canonical::write_from_json(*body);
    if (!write) return invalid(write.error().text(), "Mend the record and push it again.");
    if (!facts.current.empty()) take_current(*write, facts.current);
    const auto requests =
        canonical::to_requests(*write, {.company_id = facts.company}, facts.version, facts.edition);
    if (!requests) {
        std::string text;
        for (const auto& refused : requests.error())
            text += fmt::format("{}{}: {} ({})", text.empty() ? "" : "\n", refused.path,
                                refused.message, refused.code);
        return invalid(std::move(text), "Mend the fields named and push the record again.");
    }
    return *requests;
}

Result<qbxml::MessageSet, Problem> write_set(const Job& job, const Facts& facts)
{
    auto requests = write_requests(job, facts);
    if (!requests) return requests.error();
    return qbxml::MessageSet{.requests = std::move(requests->requests)};
}

Result<qbxml::MessageSet, Problem> set_for(const Job& job, const Facts& facts, Cursor& cursor)
{
    switch (job.kind) {
        case Kind::probe:
            return qbxml::MessageSet{.on_error = qbxml::OnError::go_on,
                                     .requests = qbxml::company_facts_requests(facts.owner_id)};
        case Kind::sync: return sync_set(job, facts, cursor);
        case Kind::write: return write_set(job, facts);
        case Kind::raw: {
            auto set = qbxml::message_set_from_xml(job.body);
            if (!set) return invalid(set.error().text(), "Mend the qbXML and send it again.");
            return std::move(*set);
        }
        case Kind::interactive: break;
    }
    base::unreachable();
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

std::string follow_up(const Job& done, const Facts& facts)
{
    const auto requests = write_requests(done, facts);
    const auto result = qbxml::parse_json(done.result);
    if (!requests || !result || requests->follow_up.empty()) return {};
    qbxml::MessageSet set{.on_error = qbxml::OnError::go_on};
    for (const qbxml::Node& node : requests->follow_up)
        set.requests.push_back(canonical::with_list_id(node, result->string_at("id")));
    const auto text = qbxml::write(set, facts.version, facts.edition);
    return text ? *text : std::string();
}

Result<Planned, Problem> plan(const Job& job, const base::BatchId& batch, const Facts& facts)
{
    Planned planned{.cursor = job.cursor};
    auto set = set_for(job, facts, planned.cursor);
    if (!set) return set.error();
    if (set->requests.empty()) return planned;

    set->new_message_set_id.clear();
    set->old_message_set_id.clear();
    int number = 0;
    for (qbxml::Node& request : set->requests) {
        ++number;
        planned.changes_books |= qbxml::changes_books(request.name);
        if (!request.attribute("requestID"))
            request.set_attribute("requestID", fmt::format("{}-{}", batch.text, number));
    }
    if (planned.changes_books) {
        set->new_message_set_id = batch.text;
        set->old_message_set_id = facts.settled_batch;
    }
    auto text = qbxml::write(*set, facts.version, facts.edition);
    if (!text) return invalid(joined(text.error()), "Mend what is named and send it again.");
    planned.text = std::move(*text);
    return planned;
}

}  // namespace server::jobs
