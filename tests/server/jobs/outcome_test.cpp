// What an answer means for the job whose batch it answers.
#include <catch2/catch.hpp>

#include "server/jobs/outcome.h"
#include "server/jobs/packer.h"
#include "tests/support/answers.h"

using namespace server;
using namespace server::jobs;
using namespace testing;
using Catch::Contains;
using Ending = Verdict::Kind;

namespace Catch {
template <>
struct StringMaker<Ending> {
    static std::string convert(Ending e)
    {
        return std::vector<
            std::string>{"done",     "more",   "refused", "postponed",
                         "in_doubt", "resend", "split",   "refresh"}[static_cast<std::size_t>(e)];
    }
};
}  // namespace Catch

namespace {

const Job customers_job{.id = {"job_1"}, .data_type = "customers", .operation = "delta"};
const Job add_job{
    .id = {"job_2"},
    .kind = Kind::raw,
    .body = "<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>"};

// The batch that the planner makes of the job.
Batch batch_for(const Job& job)
{
    const auto planned = plan(job, {"QB7"}, {.company = "maple"});
    REQUIRE(planned.ok());
    return planned->batch;
}

// What came of it for the one job.
struct Single : Verdict {
    std::string breach;
};

Single single(Judgement judgement)
{
    REQUIRE(judgement.verdicts.size() == 1);
    return {std::move(judgement.verdicts.front()), std::move(judgement.breach)};
}

Single verdict(const Job& job, const std::string& text)
{
    auto answer = qbxml::ResponseSet::read(text);
    INFO((answer ? "" : answer.error().text()));
    REQUIRE(answer.ok());
    return single(judge({&job, 1}, batch_for(job), *answer, {.company_id = "maple"}));
}

std::string query_error(int code, const char* message)
{
    return answer("<CustomerQueryRs requestID=\"QB7-1\" statusCode=\"" + std::to_string(code) +
                  "\" statusSeverity=\"Error\" statusMessage=\"" + message + "\"/>\n");
}

std::string add_answer(int code, const char* message)
{
    const bool well = code == 0;
    return kept_answer("QB7", "<CustomerAddRs requestID=\"QB7-1\" statusCode=\"" +
                                  std::to_string(code) + "\" statusSeverity=\"" +
                                  (well ? "Info" : "Error") + "\" statusMessage=\"" + message +
                                  "\">\n" + (well ? customer("80000009-1", "Ann") : "") +
                                  "</CustomerAddRs>\n");
}

}  // namespace

TEST_CASE("a page with more behind it: the cursor goes on with QuickBooks' iterator")
{
    const auto v =
        verdict(customers_job, customers_page("QB7-1", 5, customer("80000001-1", "Ann")));
    CHECK(v.kind == Ending::more);
    CHECK(v.records.size() == 1);
    CHECK(v.cursor.iterator_id == "{11111111-2222-4333-8444-555555555555}");
    CHECK(v.cursor.remaining == 5);
    CHECK(v.cursor.read == 1);
    CHECK(v.cursor.pages == 1);
    CHECK(v.completed.empty());  // the watermark stays until all is read
    CHECK(v.breach.empty());
}

TEST_CASE("the last page completes the query, and its newest change is the watermark")
{
    auto job = customers_job;
    job.cursor = {.iterator_id = "{it}",
                  .pages = 1,
                  .read = 100,
                  .read_here = 100,
                  .newest = "2026-11-01T08:00:00-07:00"};
    const auto v = verdict(job, customers_page("QB7-1", 0, customer("80000001-1", "Ann")));
    CHECK(v.kind == Ending::done);
    CHECK(v.completed == "CustomerQueryRq");
    CHECK(v.newest == "2026-11-01T08:00:00-07:00");
    CHECK(v.cursor.read == 101);
    CHECK(v.cursor.iterator_id.empty());
}

TEST_CASE("an empty list is well, also when QuickBooks calls it status 1 or 500")
{
    for (const int code : {0, 1, 500}) {
        CAPTURE(code);
        const auto v = verdict(
            customers_job,
            answer("<CustomerQueryRs requestID=\"QB7-1\" statusCode=\"" + std::to_string(code) +
                   "\" statusSeverity=\"Info\" statusMessage=\"nothing\"/>\n"));
        CHECK(v.kind == Ending::done);
        CHECK(v.records.empty());
    }
}

TEST_CASE("an error of a read decides by its status whether it is tried again")
{
    struct Row {
        int code;
        const char* message;
        Ending kind;
    };
    const auto row = GENERATE(values<Row>({
        {3175, "The object is in use.", Ending::postponed},
        {3120, "Object not found.", Ending::refused},
        {3180, "There was an error when saving.", Ending::refused},
        {3210, "The value is not valid.", Ending::refused},
    }));
    CAPTURE(row.code);
    const auto v = verdict(customers_job, query_error(row.code, row.message));
    CHECK(v.kind == row.kind);
    CHECK(v.problem.status_code == std::to_string(row.code));
    CHECK(v.problem.message == row.message);
    CHECK_FALSE(v.problem.code.empty());
    CHECK_FALSE(v.problem.remedy.empty());
    CHECK(v.breach.empty());  // the run goes on with other jobs
}

TEST_CASE("a write that was done gives its records, whatever else is in the answer")
{
    const auto v = verdict(add_job, add_answer(0, "Status OK"));
    CHECK(v.kind == Ending::done);
    REQUIRE(v.records.size() == 1);
    CHECK(v.records[0].id == "80000009-1");
    CHECK_THAT(v.result, Contains("CustomerAddRs"));
}

TEST_CASE("a write that QuickBooks refused is settled: it is never sent again")
{
    const auto v = verdict(add_job, add_answer(3100, "The name is already in use."));
    CHECK(v.kind == Ending::refused);
    CHECK(v.problem.status_code == "3100");
}

TEST_CASE("when QuickBooks' record of a message set settles nothing, a person must look")
{
    const auto code = GENERATE(values<std::string>({"600", "9001", "9002", "9005"}));
    CAPTURE(code);
    const auto v = verdict(add_job,
                           "<?xml version=\"1.0\" ?>\n<QBXML><QBXMLMsgsRs newMessageSetID=\"QB7\" "
                           "messageSetStatusCode=\"" +
                               code + "\">" +
                               "<CustomerAddRs requestID=\"QB7-1\" statusCode=\"0\" "
                               "statusSeverity=\"Info\" statusMessage=\"Status OK\"/>"
                               "</QBXMLMsgsRs></QBXML>");
    CHECK(v.kind == Ending::in_doubt);
    CHECK(v.problem.status_code == code);
}

TEST_CASE("an answer to another question settles nothing and ends the run")
{
    struct Row {
        const char* what;
        std::string text;
        const char* says;
    };
    const auto row = GENERATE(values<Row>({
        {"no response at all", answer(""), "0 answers came to 1 requests"},
        {"two responses",
         answer("<CustomerQueryRs requestID=\"QB7-1\" statusCode=\"0\"/>"
                "<CustomerQueryRs requestID=\"QB7-2\" statusCode=\"0\"/>"),
         "2 answers came to 1 requests"},
        {"another message", answer("<InvoiceQueryRs requestID=\"QB7-1\" statusCode=\"0\"/>"),
         "InvoiceQueryRs came where CustomerQueryRs was expected"},
        {"another request", customers("QB6-1", ""), "the answer is to request QB6-1, not to QB7-1"},
        {"an iterator without a name",
         answer("<CustomerQueryRs requestID=\"QB7-1\" statusCode=\"0\" "
                "iteratorRemainingCount=\"3\"/>"),
         "announces more records without an iteratorID"},
    }));
    CAPTURE(row.what);
    const auto v = verdict(customers_job, row.text);
    CHECK(v.kind == Ending::postponed);
    CHECK(v.problem.code == "unreadable_answer");
    CHECK_THAT(v.breach, Contains(row.says));
    CHECK(v.records.empty());
}

TEST_CASE("an answer without requestID is taken: QuickBooks keeps the order")
{
    CHECK(verdict(customers_job, answer("<CustomerQueryRs statusCode=\"0\" statusSeverity=\"Info\" "
                                        "statusMessage=\"Status OK\"/>"))
              .kind == Ending::done);
}

TEST_CASE("the answer to another message set settles no write, though its requests are alike")
{
    auto text = add_answer(0, "Status OK");
    text.replace(text.find("newMessageSetID=\"QB7\""), 21, "newMessageSetID=\"QB6\"");
    const auto v = verdict(add_job, text);
    CHECK(v.kind == Ending::resend);
    CHECK_THAT(v.breach, Contains("to message set QB6, not to QB7"));
}

TEST_CASE("an answer that cannot be read: reading is repeated, writing is sent again as it was")
{
    CHECK(single(judge_unreadable(batch_for(customers_job), "it is empty")).kind ==
          Ending::postponed);
    const auto v = single(judge_unreadable(batch_for(add_job), "it is empty"));
    CHECK(v.kind == Ending::resend);
    CHECK_THAT(v.breach, Contains("it is empty") && Contains("nothing is lost"));
}

TEST_CASE("an HRESULT instead of an answer")
{
    struct Row {
        const char* hresult;
        Ending reading;
        Ending writing;
        bool ends_run;
    };
    const auto row = GENERATE(values<Row>({
        {"0x80040400", Ending::refused, Ending::refused, false},  // our text: the run goes on
        {"0x80040423", Ending::refused, Ending::refused, false},
        {"0x80040408", Ending::postponed, Ending::resend, true},
        {"0x8004040D", Ending::postponed, Ending::resend, true},
        {"0x8004040d", Ending::postponed, Ending::resend, true},
        {"0x8004FFFF", Ending::postponed, Ending::resend, true},  // not known: it may be done
    }));
    CAPTURE(row.hresult);
    const auto reading =
        single(judge_failure(batch_for(customers_job), row.hresult, "what QBWC said"));
    CHECK(reading.kind == row.reading);
    CHECK(reading.breach.empty() == !row.ends_run);
    CHECK(reading.problem.status_code == row.hresult);
    CHECK(reading.problem.message == "what QBWC said");
    CHECK(single(judge_failure(batch_for(add_job), row.hresult, "")).kind == row.writing);
}

TEST_CASE("a refusal of a set that was sent before does not tell what its first sending did")
{
    auto batch = batch_for(add_job);
    CHECK(single(judge_failure(batch, "0x80040400", "")).kind == Ending::refused);
    batch.sendings = 2;
    const auto again = single(judge_failure(batch, "0x80040400", ""));
    CHECK(again.kind == Ending::resend);
    CHECK_FALSE(again.breach.empty());
}

TEST_CASE("a push is judged by its first answer, and gives id and edit sequence back")
{
    const Job push{
        .id = {"job_3"},
        .kind = Kind::write,
        .data_type = "customers",
        .operation = "create",
        .body = R"({"operation":"create","dataType":"customers","record":{"name":"Ann"}})"};
    const auto v = verdict(push, add_answer(0, "Status OK"));
    CHECK(v.kind == Ending::done);
    CHECK(v.result == R"({"id":"80000009-1","editSequence":"1700000000","warnings":[]})");
}
