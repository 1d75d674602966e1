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

int int_at(const Value& value, std::string_view name)
{
    return static_cast<int>(value.integer_at(name).value_or(0));
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

std::string cursor_text(const Cursor& c)
{
    Value value(Value::Object{});
    value.set("query", c.query);
    value.set("iteratorId", c.iterator_id);
    value.set("pages", c.pages);
    value.set("read", c.read);
    value.set("readHere", c.read_here);
    value.set("created", c.created);
    value.set("updated", c.updated);
    value.set("remaining", c.remaining);
    value.set("modifiedFrom", c.modified_from);
    value.set("newest", c.newest);
    return qbxml::to_json(value);
}

Cursor cursor_from_text(std::string_view text)
{
    const Value value = read_own(text);
    return Cursor{.query = int_at(value, "query"),
                  .iterator_id = value.string_at("iteratorId"),
                  .pages = int_at(value, "pages"),
                  .read = int_at(value, "read"),
                  .read_here = int_at(value, "readHere"),
                  .created = int_at(value, "created"),
                  .updated = int_at(value, "updated"),
                  .remaining = int_at(value, "remaining"),
                  .modified_from = value.string_at("modifiedFrom"),
                  .newest = value.string_at("newest")};
}

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
