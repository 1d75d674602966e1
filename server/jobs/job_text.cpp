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
    value.set("finished", time_or_null(job.finished_at));
    value.set("attempt", job.attempt);
    if (job.kind == Kind::sync) {
        Value progress(Value::Object{});
        progress.set("read", job.cursor.read);
        progress.set("created", job.cursor.created);
        progress.set("updated", job.cursor.updated);
        progress.set("remaining", job.cursor.remaining);
        value.set("progress", std::move(progress));
    }
    value.set("result", job.result.empty() ? Value() : read_own(job.result));
    value.set("problem", job.problem ? problem_value(*job.problem) : Value());
    return value;
}

}  // namespace server::jobs
