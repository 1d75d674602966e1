#include "server/jobs/job_text.h"

#include "server/base/ensure.h"

namespace server::jobs {
namespace {

using qbxml::Value;

Value read_own(std::string_view text)
{
    auto value = qbxml::parse_json(text);
    base::ensure(value.ok(), "a row holds JSON that cannot be read");
    return std::move(*value);
}

Value time_or_null(base::Time time)
{
    return time == base::Time{} ? Value() : Value(base::to_text(time));
}

Value text_or_null(std::string_view text)
{
    return text.empty() ? Value() : Value(text);
}

// Why a queued job is not sent yet, beside its time and its turn.
Value waits_for(const Job& job)
{
    if (job.state == State::running) return Value("quickbooks");
    if (job.state == State::in_doubt) return Value(job.batch ? "recovery" : "person");
    if (job.state != State::queued) return Value();
    if (job.hold == Hold::parent) return Value("failed_job");
    if (job.hold == Hold::upgrade) return Value("upgrade");
    if (job.waits_for > 0) return Value("job");
    return Value(job.problem ? "backoff" : "connector");
}

Value problem_value(const Problem& p)
{
    Value value(Value::Object{});
    value.set("code", p.code);
    value.set("statusCode", text_or_null(p.status_code));
    value.set("message", p.message);
    value.set("cause", text_or_null(p.cause));
    value.set("remedy", text_or_null(p.remedy));
    value.set("actor", text_or_null(p.actor));
    return value;
}

}  // namespace

std::string problem_text(const std::optional<Problem>& problem)
{
    return problem ? qbxml::to_json(problem_value(*problem)) : "";
}

std::optional<Problem> problem_from_text(std::string_view text)
{
    if (text.empty()) return std::nullopt;
    const Value value = read_own(text);
    return Problem{.code = value.string_at("code"),
                   .status_code = value.string_at("statusCode"),
                   .message = value.string_at("message"),
                   .cause = value.string_at("cause"),
                   .remedy = value.string_at("remedy"),
                   .actor = value.string_at("actor")};
}

namespace {

Value array_of(const std::vector<std::string>& texts)
{
    Value::Array array(texts.begin(), texts.end());
    return Value(std::move(array));
}

std::vector<std::string> texts_at(const Value& value, std::string_view name)
{
    std::vector<std::string> texts;
    if (const Value* array = value.find(name))
        for (const Value& text : array->as_array())
            texts.push_back(text.as_string());
    return texts;
}

}  // namespace

std::string lookup_text(const qbxml::canonical::Lookup& lookup)
{
    Value value(Value::Object{});
    value.set("ids", array_of(lookup.ids));
    value.set("names", array_of(lookup.names));
    value.set("refNumbers", array_of(lookup.ref_numbers));
    return qbxml::to_json(value);
}

qbxml::canonical::Lookup lookup_from_text(std::string_view text)
{
    const Value value = read_own(text);
    return {.ids = texts_at(value, "ids"),
            .names = texts_at(value, "names"),
            .ref_numbers = texts_at(value, "refNumbers")};
}

std::string report_text(const qbxml::canonical::ReportWish& wish)
{
    Value value(Value::Object{});
    value.set("from", wish.from);
    value.set("to", wish.to);
    value.set("basis", wish.basis);
    value.set("by", wish.by == qbxml::canonical::ReportWish::By::month ? "month" : "total");
    return qbxml::to_json(value);
}

qbxml::canonical::ReportWish report_from_text(std::string_view text)
{
    using Wish = qbxml::canonical::ReportWish;
    const Value value = read_own(text);
    return {.from = value.string_at("from"),
            .to = value.string_at("to"),
            .basis = value.string_at("basis"),
            .by = value.string_at("by") == "month" ? Wish::By::month : Wish::By::total};
}

Value to_value(const Job& job)
{
    Value value(Value::Object{});
    value.set("id", job.id.text);
    value.set("company", job.company.text);
    value.set("kind", to_text(job.kind));
    value.set("operation", text_or_null(job.operation));
    value.set("dataType", text_or_null(job.data_type));
    value.set("state", to_text(job.state));
    value.set("created", base::to_text(job.created_at));
    value.set("runAt", base::to_text(job.run_at));
    value.set("expires", time_or_null(job.expires_at));
    value.set("finished", time_or_null(job.finished_at));
    value.set("waitsFor", waits_for(job));
    value.set("idempotencyKey", text_or_null(job.key));
    value.set("attempt", job.attempt);
    if (job.ignore_window) value.set("ignoreWindow", true);
    if (job.kind == Kind::sync) {
        Value progress(Value::Object{});
        progress.set("read", job.cursor.read);
        progress.set("created", job.cursor.created);
        progress.set("updated", job.cursor.updated);
        progress.set("remaining", job.cursor.remaining);
        value.set("progress", std::move(progress));
    }
    if (!job.note.empty()) value.set("note", job.note);
    value.set("result", job.result.empty() ? Value() : read_own(job.result));
    value.set("problem", job.problem ? problem_value(*job.problem) : Value());
    return value;
}

}  // namespace server::jobs
