#include "server/jobs/recovery.h"

#include <fmt/format.h>

#include "qbxml/canonical/values.h"
#include "server/base/ensure.h"

namespace server::jobs {
namespace {

namespace canonical = qbxml::canonical;
using qbxml::Value;

// QuickBooks' wall clock may stand in any time zone, and be wrong by a day.
constexpr std::chrono::hours clocks_differ{38};

std::vector<canonical::Deed> deeds_in(std::string_view text)
{
    const auto set = qbxml::message_set_from_xml(std::string(text));
    base::ensure(set.ok(), "a stored batch cannot be read");
    return canonical::deeds_of(*set);
}

Value body_of(const Job& look)
{
    auto body = qbxml::parse_json(look.body);
    base::ensure(body.ok(), "a look holds a body that is no JSON");
    return std::move(*body);
}

std::string_view to_text(canonical::Deed::Kind kind)
{
    switch (kind) {
        case canonical::Deed::Kind::makes: return "created";
        case canonical::Deed::Kind::changes: return "changed";
        case canonical::Deed::Kind::removes: return "deleted";
    }
    base::unreachable();
}

}  // namespace

bool leaves_traces(const Batch& batch)
{
    return batch.changes_books && !deeds_in(batch.text).empty();
}

Job look_for(const Batch& batch)
{
    const auto since = std::chrono::floor<std::chrono::seconds>(batch.sent_at - clocks_differ);
    Value body(Value::Object{});
    body.set("batch", batch.id.text);
    body.set("since", canonical::wall_clock_text(since.time_since_epoch().count()));
    body.set("qbxml", batch.text);
    return {.kind = Kind::read,
            .operation = std::string(look_operation),
            .body = qbxml::to_json(body),
            .note = fmt::format("looks whether the message set {} was done", batch.id.text)};
}

bool is_look(const Job& job)
{
    return job.kind == Kind::read && job.operation == look_operation;
}

qbxml::MessageSet look_requests(const Job& look, const Facts& facts)
{
    const Value body = body_of(look);
    return {.on_error = qbxml::OnError::go_on,
            .requests =
                canonical::requests_to_see(deeds_in(body.string_at("qbxml")),
                                           body.string_at("since"), facts.owner_id, facts.version)};
}

canonical::Witness witness_of(const Job& look)
{
    const Value body = body_of(look);
    return {deeds_in(body.string_at("qbxml")), body.string_at("since")};
}

Value::Array found_by(const canonical::Witness& witness)
{
    Value::Array found;
    for (const auto& trace : witness.traces()) {
        Value one(Value::Object{});
        one.set("was", to_text(trace.kind));
        one.set("dataType", trace.data_type);
        one.set("id", trace.id);
        one.set("name", trace.name);
        found.push_back(std::move(one));
    }
    return found;
}

Sight sight_of(const Job& look, const KnownBefore& known_before)
{
    if (look.state != State::done) return {};
    const auto result = qbxml::parse_json(look.result);
    base::ensure(result.ok(), "a job holds a result that is no JSON");
    const Value* found = result->find("found");
    if (!found || !found->is_array()) return {.clear = true, .found = {}};
    Sight sight;
    for (const Value& one : found->as_array()) {
        const std::string type = one.string_at("dataType"), id = one.string_at("id");
        const std::string was = one.string_at("was"), name = one.string_at("name");
        if (was == "created" && known_before(type, id)) continue;
        sight.found += fmt::format("{}{} {}{}({}, {})", sight.found.empty() ? "" : "; ", type, name,
                                   name.empty() ? "" : " ", id, was);
    }
    sight.clear = sight.found.empty();
    return sight;
}

std::string question_for(const Batch& batch)
{
    // The declarations and the version of the set, down to its message element.
    const auto set = batch.text.find("<QBXMLMsgsRq");
    base::ensure(set != batch.text.npos, "a stored batch holds no message set");
    return fmt::format(
        "{}<QBXMLMsgsRq onError=\"stopOnError\" newMessageSetID=\"{}\" oldMessageSetID=\"{}\"/>\n"
        "</QBXML>\n",
        batch.text.substr(0, set), batch.id.text, batch.id.text);
}

std::string words_of(const Batch& batch)
{
    return batch.asked ? question_for(batch) : batch.text;
}

}  // namespace server::jobs
