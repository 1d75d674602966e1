#include "server/jobs/outcome.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "qbxml/canonical/ask.h"
#include "qbxml/canonical/values.h"
#include "qbxml/request.h"
#include "qbxml/status.h"
#include "server/base/ensure.h"
#include "server/jobs/raw_set.h"
#include "server/jobs/reading.h"
#include "server/jobs/recovery.h"

namespace server::jobs {
namespace {

namespace canonical = qbxml::canonical;
using qbxml::Response;
using qbxml::ResponseSet;
using qbxml::Value;
using Ending = Verdict::Kind;

std::string_view actor_text(qbxml::Actor actor)
{
    switch (actor) {
        case qbxml::Actor::nobody: return "";
        case qbxml::Actor::caller: return "caller";
        case qbxml::Actor::user: return "user";
        case qbxml::Actor::operator_: return "operator";
    }
    base::unreachable();
}

Problem problem_of(const qbxml::Status& status, std::string_view code, std::string_view message)
{
    return {.code = std::string(status.name),
            .status_code = std::string(code),
            .message = std::string(message.empty() ? status.meaning : message),
            .cause = std::string(status.cause),
            .remedy = std::string(status.remedy),
            .actor = std::string(actor_text(status.actor))};
}

// What becomes of a job whose answer is lost: reading is repeated, writing is sent again as it was.
Ending kind_without_answer(const Batch& batch)
{
    return batch.changes_books ? Ending::resend : Ending::postponed;
}

Ending kind_of(qbxml::Retry retry, const Batch& batch)
{
    switch (retry) {
        case qbxml::Retry::not_an_error: return Ending::done;
        case qbxml::Retry::transient: return Ending::postponed;
        case qbxml::Retry::needs_fix: return Ending::refused;
        case qbxml::Retry::unknown_outcome: return kind_without_answer(batch);
    }
    base::unreachable();
}

// The name of the answer to a request: CustomerQueryRq is answered by CustomerQueryRs.
std::string answer_name(std::string_view request)
{
    std::string name(request);
    base::ensure(name.ends_with("Rq"), "a batch holds something that is no request");
    name.back() = 's';
    return name;
}

// How a request was sent: its name, and its requestID.
struct Sent {
    std::string_view name;
    std::string id;
};

Sent sent_at(const Batch& batch, std::size_t n)
{
    const std::string& text = batch.requests[n];
    const auto mark = text.find('=');
    if (mark == text.npos) return {text, fmt::format("{}-{}", batch.id.text, n + 1)};
    return {std::string_view(text).substr(0, mark), text.substr(mark + 1)};
}

// Why the answer is not one to this batch; "" when it is.
std::string mismatch(const Batch& batch, const ResponseSet& answer)
{
    const auto& responses = answer.responses();
    const auto& kept_under = answer.new_message_set_id();
    if (batch.changes_books && kept_under && *kept_under != batch.id.text)
        return fmt::format("the answer is to message set {}, not to {}", *kept_under,
                           batch.id.text);
    const bool all_well = std::none_of(responses.begin(), responses.end(), [](const Response& r) {
        return canonical::outcome_of(r) == canonical::Outcome::error;
    });
    // After an error QuickBooks may leave out the rest.
    if (responses.size() > batch.requests.size() ||
        (all_well && responses.size() < batch.requests.size()))
        return fmt::format("{} answers came to {} requests", responses.size(),
                           batch.requests.size());
    for (std::size_t n = 0; n < responses.size(); ++n) {
        const Sent sent = sent_at(batch, n);
        const std::string expected = answer_name(sent.name);
        if (responses[n].message != expected)
            return fmt::format("{} came where {} was expected", responses[n].message, expected);
        if (responses[n].request_id && *responses[n].request_id != sent.id)
            return fmt::format("the answer is to request {}, not to {}", *responses[n].request_id,
                               sent.id);
        if (responses[n].iterator_remaining.value_or(0) > 0 && !responses[n].iterator_id)
            return fmt::format("{} announces more records without an iteratorID", expected);
    }
    return {};
}

// The responses to one job: those of its requests that came.
using Answers = std::span<const Response>;

// Some versions call it an error when no record has one of the ids asked for.
bool tells_nothing_found(const Response& response)
{
    return qbxml::status_of_request(response.status_code.value_or(-1), "").name == "not_found";
}

// The answer that decides: of a write the first (what follows are its custom fields), else the
// first that is an error. Null when all are well. What certain records are looked for in, kind by
// kind, need not have them all.
const Response* decisive_error(const Job& job, Answers answers, int read)
{
    if (job.kind == Kind::probe) return nullptr;
    const bool found = is_look(job) || (job.kind == Kind::read && read > 0);
    for (const Response& response : answers) {
        if (found && tells_nothing_found(response)) continue;
        if (canonical::outcome_of(response) == canonical::Outcome::error) return &response;
        if (job.kind == Kind::write) return nullptr;
    }
    return nullptr;
}

void read_on(Verdict& verdict, Advance next)
{
    verdict.kind = next.more ? Ending::more : Ending::done;
    verdict.cursor = std::move(next.cursor);
    verdict.completed = std::move(next.completed);
    verdict.newest = std::move(next.newest);
}

void judge_sync(Verdict& verdict, const Job& job, const Response& response,
                const canonical::Context& context)
{
    read_on(verdict, advanced(job, {.read = verdict.read,
                                    .newest = std::exchange(verdict.newest, {}),
                                    .remaining = response.iterator_remaining.value_or(0),
                                    .iterator_id = response.iterator_id.value_or(""),
                                    .times = std::exchange(verdict.times, {}),
                                    .now = canonical::wall_clock(context.now).value_or(0)}));
}

// What the person or program that asked gets back: of a write the record, of a read how many.
std::string result_of(const Job& job, const Verdict& verdict, Answers answers)
{
    Value result(Value::Object{});
    if (job.kind == Kind::write && !verdict.id.empty()) {
        result.set("id", verdict.id);
        if (!verdict.edit_sequence.empty()) result.set("editSequence", verdict.edit_sequence);
    }
    if (job.kind == Kind::read) {
        result.set("read", verdict.read);
        result.set("found", verdict.found);
    }
    Value::Array warnings;
    for (const Response& response : answers) {
        const auto outcome = canonical::outcome_of(response);
        if (outcome != canonical::Outcome::success && outcome != canonical::Outcome::empty)
            warnings.push_back(Value(response.status_message.value_or("")));
    }
    result.set("warnings", std::move(warnings));
    return qbxml::to_json(result);
}

// The answer, and what is done of the set beside it.
std::string raw_result(const ResponseSet& answer, const std::vector<Applied>& applied)
{
    Value result(Value::Object{});
    result.set("qbxml", answer.text());
    if (!applied.empty()) result.set("applied", to_value(applied));
    return qbxml::to_json(result);
}

// What this answer says is done of a raw set. `made`: the id of what each request made or changed.
std::vector<Applied> applied_by(const Job& job, const Batch& batch, Answers answers,
                                std::span<const std::string> made)
{
    std::vector<Applied> applied;
    for (std::size_t n = 0; n < answers.size(); ++n) {
        const Sent sent = sent_at(batch, n);
        if (!qbxml::changes_books(sent.name) ||
            canonical::outcome_of(answers[n]) == canonical::Outcome::error)
            continue;
        applied.push_back({place_in_set(job.cursor.applied, static_cast<int>(n) + 1),
                           std::string(sent.name), made[n]});
    }
    return applied;
}

// A raw set is judged as a whole, but what is done of it is remembered.
void judge_raw(Verdict& verdict, const Job& job, const Batch& batch, const ResponseSet& answer,
               std::span<const std::string> made)
{
    auto all = job.cursor.applied;
    if (verdict.kind != Ending::done) {
        verdict.applied = applied_by(job, batch, answer.responses(), made);
        all.insert(all.end(), verdict.applied.begin(), verdict.applied.end());
        verdict.problem = with_applied(std::move(verdict.problem), all);
    }
    verdict.result = raw_result(answer, all);
}

void judge_error(Verdict& verdict, const Job& job, const Batch& batch, const Response& failed)
{
    const int code = failed.status_code.value_or(-1);
    const std::string message = failed.status_message.value_or("");
    const qbxml::Status status = qbxml::status_of_request(code, message);
    if (auto next = after_refusal(job, status, message)) {
        verdict.status_code = std::to_string(code);
        return read_on(verdict, std::move(*next));
    }
    verdict.kind = kind_of(status.retry, batch);
    if (verdict.kind == Ending::done) verdict.kind = Ending::refused;
    // QuickBooks answered: whatever it was, the message set is settled and not sent again.
    if (verdict.kind == Ending::resend) verdict.kind = Ending::in_doubt;
    verdict.status_code = std::to_string(code);
    verdict.message = message;
    verdict.problem = problem_of(status, verdict.status_code, message);
    const bool stale = verdict.problem.code == "stale_edit_sequence";
    if (stale && job.kind == Kind::write && job.on_conflict == OnConflict::latest &&
        job.refresh == Refresh::none)
        verdict.kind = Ending::refresh;
}

// No response came to a job whose set was answered: QuickBooks left it out.
void judge_left_out(Verdict& verdict, const Batch& batch)
{
    verdict.kind = batch.changes_books ? Ending::in_doubt : Ending::postponed;
    verdict.problem = {.code = "left_out",
                       .message =
                           "QuickBooks answered other requests of the same message set, but "
                           "not this one.",
                       .cause = "QuickBooks stopped at an error of another request.",
                       .remedy = batch.changes_books ? "Look in QuickBooks whether it was done."
                                                     : "Nothing: it is asked again.",
                       .actor = "operator"};
}

void judge_one(Verdict& verdict, const Job& job, const Batch& batch, Answers answers,
               const canonical::Context& context)
{
    if (answers.empty()) return judge_left_out(verdict, batch);
    if (const Response* failed = decisive_error(job, answers, verdict.read))
        return judge_error(verdict, job, batch, *failed);
    const Response& first = answers.front();
    verdict.status_code = std::to_string(first.status_code.value_or(0));
    if (job.kind == Kind::sync) judge_sync(verdict, job, first, context);
    if (job.kind == Kind::write && job.refresh == Refresh::wanted) {
        verdict.kind = Ending::refresh;  // read: the change goes out once more
        return;
    }
    if (job.kind == Kind::write || job.kind == Kind::read || job.kind == Kind::report)
        verdict.result = result_of(job, verdict, answers);
}

Judgement all_alike(const Batch& batch, Verdict verdict, std::string breach = {})
{
    return {.breach = std::move(breach),
            .verdicts = std::vector<Verdict>(batch.items.size(), std::move(verdict))};
}

// What a person who looks for a record wants to see of it.
constexpr std::size_t found_max = 20;
Value found_value(const canonical::Record& record)
{
    Value found(Value::Object{});
    found.set("id", record.id);
    found.set("name", record.name);
    found.set("editSequence", record.edit_sequence);
    found.set("timeModified", record.time_modified);
    return found;
}

// Who sees each record.
struct Readers {
    const OnRecordOf& on_record;
    std::optional<canonical::Witness>& witness;
    std::vector<std::string>& made;  // the id of the first record of each response
};

void read_records(Judgement& judgement, JobsOut jobs, const Batch& batch, const ResponseSet& answer,
                  const canonical::Context& context, const Readers& readers)
{
    std::size_t item = 0;
    int left = batch.items.front().requests;
    for (const Response& response : answer.responses()) {
        std::string& made = readers.made.emplace_back();
        for (; left == 0; left = batch.items[item].requests)
            ++item;
        --left;
        Verdict& verdict = judgement.verdicts[item];
        const Job& job = jobs[item];
        const bool times =
            job.kind == Kind::sync && wants_times(job, response.iterator_remaining.value_or(0));
        const auto take = [&](canonical::Record&& record) {
            if (made.empty()) made = record.id;
            if (++verdict.read == 1) {
                verdict.id = record.id;
                verdict.edit_sequence = record.edit_sequence;
            }
            verdict.newest = std::max(verdict.newest, record.time_modified);
            if (times) verdict.times.push_back(record.time_modified);
            if (readers.witness)
                readers.witness->see(record);
            else if (job.kind == Kind::read && verdict.found.size() < found_max)
                verdict.found.push_back(found_value(record));
            if (readers.on_record)
                readers.on_record(item, std::move(record));
            else
                verdict.records.push_back(std::move(record));
        };
        std::optional<canonical::Context> own;
        if (is_report(job.data_type))
            own = canonical::context_of_report(context, job.data_type, report_wish(job));
        auto read = canonical::convert_each(answer, response, own ? *own : context, take);
        for (auto& deletion : read.deletions) {
            if (job.data_type == "deletions")
                verdict.newest = std::max(verdict.newest, deletion.deleted_date);
            if (readers.witness) readers.witness->see(deletion);
            verdict.deletions.push_back(std::move(deletion));
        }
        for (auto& voided : read.voids) {
            if (made.empty()) made = voided.id;
            if (verdict.id.empty()) verdict.id = voided.id;
            verdict.voids.push_back(std::move(voided));
        }
    }
}

// Of a batch that was stored before its requests were kept beside its text; one job travelled.
Batch with_requests_read(Batch batch)
{
    const auto sent = qbxml::message_set_from_xml(batch.text);
    base::ensure(sent.ok() && !sent->requests.empty(), "a stored batch cannot be read");
    for (const qbxml::Node& request : sent->requests) {
        const std::string* id = request.attribute("requestID");
        batch.requests.push_back(id ? request.name + "=" + *id : request.name);
    }
    batch.items.front().requests = static_cast<int>(batch.requests.size());
    return batch;
}

}  // namespace

Judgement judge(JobsOut jobs, const Batch& batch, const ResponseSet& answer,
                const canonical::Context& context, const OnRecordOf& on_record)
{
    base::ensure(jobs.size() == batch.items.size() && !jobs.empty(), "a batch without its jobs");
    if (batch.requests.empty())
        return judge(jobs, with_requests_read(batch), answer, context, on_record);
    // A status of the set may come alone, without any response.
    const auto& kept_under = answer.new_message_set_id();
    const bool ours = !kept_under || *kept_under == batch.id.text;
    if (const auto& code = answer.message_set_status_code(); ours && code && *code != "0") {
        // QuickBooks' record of this message set does not settle it: never sent blindly again.
        return all_alike(batch,
                         {.kind = Ending::in_doubt,
                          .problem = problem_of(qbxml::status_of_message_set(*code), *code, ""),
                          .status_code = *code});
    }
    if (const std::string why = mismatch(batch, answer); !why.empty())
        return judge_unreadable(batch, why);
    if (answer.responses().empty()) return judge_unreadable(batch, "the answer holds no response");

    Judgement judgement = all_alike(batch, {});
    std::optional<canonical::Witness> witness;
    if (is_look(jobs.front())) witness = witness_of(jobs.front());
    std::vector<std::string> made;
    read_records(judgement, jobs, batch, answer, context, {on_record, witness, made});
    if (witness) judgement.verdicts.front().found = found_by(*witness);
    const Answers all = answer.responses();
    std::size_t at = 0;
    for (std::size_t item = 0; item < jobs.size(); ++item) {
        const auto count = static_cast<std::size_t>(batch.items[item].requests);
        const std::size_t begin = std::min(at, all.size());
        const Answers own = all.subspan(begin, std::min(count, all.size() - begin));
        at += count;
        Verdict& verdict = judgement.verdicts[item];
        judge_one(verdict, jobs[item], batch, own, context);
        if (jobs[item].kind == Kind::raw) judge_raw(verdict, jobs[item], batch, answer, made);
    }
    return judgement;
}

Judgement judge_failure(const Batch& batch, std::string_view hresult, std::string_view message)
{
    const qbxml::Status status = qbxml::status_of_hresult(hresult, message);
    Verdict verdict{.kind = kind_of(status.retry, batch),
                    .problem = problem_of(status, hresult, message),
                    .status_code = std::string(hresult),
                    .message = std::string(message)};
    // Our text was bad, nothing of it was done, the run goes on. Of a set that was sent before it
    // tells nothing about what the earlier sending did, so that one stays in doubt.
    const bool sent_before = batch.changes_books && batch.sendings > 1;
    if (verdict.kind == Ending::refused && !sent_before) {
        if (batch.items.size() > 1) verdict.kind = Ending::split;
        return all_alike(batch, std::move(verdict));
    }
    // QuickBooks is busy or gone. Whether a write arrived is not known.
    verdict.kind = kind_without_answer(batch);
    std::string breach = fmt::format("QuickBooks could not do the work: {} {} (code {})",
                                     verdict.problem.message, status.remedy, hresult);
    return all_alike(batch, std::move(verdict), std::move(breach));
}

Judgement judge_unreadable(const Batch& batch, std::string_view why)
{
    const std::string message = fmt::format("The answer of QuickBooks could not be used: {}.", why);
    return all_alike(
        batch,
        {.kind = kind_without_answer(batch),
         .problem = {.code = "unreadable_answer",
                     .message = message,
                     .cause = "The answer was lost or damaged on its way, or is not QuickBooks'.",
                     .remedy = "Nothing: the request is sent again with the next update.",
                     .actor = "operator"}},
        message + " It will be asked again with the next update; nothing is lost.");
}

}  // namespace server::jobs
