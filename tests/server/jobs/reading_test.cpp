// What a sync asks next, and what an answer makes of its cursor.
#include <catch2/catch.hpp>

#include "qbxml/canonical/types.h"
#include "qbxml/xml.h"
#include "server/jobs/reading.h"

using namespace server;
using namespace server::jobs;

namespace {

Job sync_of(const char* data_type, Cursor cursor = {}, const char* operation = "delta")
{
    return {.id = {"job_1"},
            .data_type = data_type,
            .operation = operation,
            .cursor = std::move(cursor)};
}

// The texts of an element anywhere in the request.
std::vector<std::string> texts(const qbxml::Node& node, std::string_view name)
{
    std::vector<std::string> found;
    if (node.name == name) found.push_back(node.text);
    for (const auto& child : node.children)
        for (auto& text : texts(child, name))
            found.push_back(std::move(text));
    return found;
}

qbxml::Node asked(const Job& job, qbxml::Version version = {13, 0})
{
    Cursor cursor = job.cursor;
    auto request = next_request(job, {.version = version, .page_size = 100}, cursor);
    REQUIRE(request.ok());
    return *request;
}

using Texts = std::vector<std::string>;

Page page(int read, int remaining, const char* first = "2026-01-01T00:00:00-08:00",
          const char* last = "2026-01-11T00:00:00-08:00")
{
    std::vector<std::string> times(static_cast<std::size_t>(read), first);
    std::fill(times.begin() + read / 2, times.end(), last);
    return {.read = read,
            .newest = last,
            .remaining = remaining,
            .iterator_id = remaining > 0 ? "{it}" : "",
            .times = std::move(times),
            .now = 1795262400};  // noon of the 21st of November 2026
}

const Cursor hundred_a_page{.asked_at = 1, .page_size = 100};

}  // namespace

TEST_CASE("what pages by an iterator travels alone; lists come whole")
{
    CHECK(iterates(sync_of("invoices")));
    CHECK(iterates(sync_of("accountTransactions")));
    CHECK_FALSE(iterates(sync_of("accounts")));
    CHECK_FALSE(iterates(sync_of("deletions")));
    CHECK_FALSE(iterates(sync_of("profitAndLoss")));
    CHECK_FALSE(iterates(sync_of("linkedDocuments")));
    CHECK_FALSE(iterates({.kind = Kind::write, .data_type = "invoices"}));
    // A list that comes whole is never cut: what is over the most would be missing silently.
    CHECK(texts(asked(sync_of("accounts", hundred_a_page)), "MaxReturned").empty());
}

TEST_CASE("a short query is one range, read page by page")
{
    auto job = sync_of("invoices", hundred_a_page);
    CHECK(texts(asked(job), "ModifiedDateRangeFilter").empty());
    auto next = advanced(job, page(100, 40));
    CHECK(next.more);
    CHECK(next.cursor.iterator_id == "{it}");
    CHECK(next.cursor.remaining == 40);

    job.cursor = next.cursor;
    CHECK(asked(job).attribute("iterator") != nullptr);
    CHECK(*asked(job).attribute("iterator") == "Continue");
    next = advanced(job, page(40, 0));
    CHECK_FALSE(next.more);
    CHECK(next.completed == "InvoiceQueryRq");
    CHECK(next.newest == "2026-01-11T00:00:00-08:00");
    CHECK(next.cursor.read == 140);
}

TEST_CASE("a long query is cut, and each range that is read to its end is a checkpoint")
{
    // 10,000 invoices; 100 of them lie within ten days, so 800 within eighty.
    auto job = sync_of("invoices", hundred_a_page, "full");
    auto next = advanced(job, page(100, 9900));
    REQUIRE(next.more);
    CHECK(next.cursor.iterator_id.empty());  // the range begins again with its new end
    CHECK(next.cursor.read == 0);
    CHECK(next.cursor.expected == 10000);
    const std::string first_end = next.cursor.to;
    CHECK(first_end == "2026-03-22T00:00:00");

    job.cursor = next.cursor;
    CHECK(texts(asked(job), "FromModifiedDate").empty());
    CHECK(texts(asked(job), "ToModifiedDate") == Texts{first_end});
    job.cursor = advanced(job, page(100, 300)).cursor;
    // Continue repeats what Start asked for.
    CHECK(texts(asked(job), "ToModifiedDate") == Texts{first_end});
    job.cursor.remaining = 0;
    next = advanced(job, page(300, 0));
    CHECK(next.more);
    CHECK(next.completed.empty());  // the watermark stays until all ranges are read
    CHECK(next.cursor.from == first_end);
    CHECK(next.cursor.read_before == 400);
    CHECK(next.cursor.read == 400);

    // The session is lost in the second range: only that one is read again.
    job.cursor = next.cursor;
    job.cursor = advanced(job, page(100, 300)).cursor;
    CHECK(job.cursor.read == 500);
    job.cursor = restarted(job.cursor);
    CHECK(job.cursor.read == 400);
    CHECK(texts(asked(job), "FromModifiedDate") == Texts{first_end});
    CHECK(*asked(job).attribute("iterator") == "Start");
    CHECK(percent_read(job.cursor) == 4);
}

TEST_CASE("where sessions end before a range does, ranges become shorter until one fits")
{
    auto job = sync_of("invoices", hundred_a_page, "full");
    job.cursor.to = "2026-06-01T00:00:00";
    job.cursor.expected = 10000;
    CHECK(advanced(job, page(100, 1400)).cursor.pages == 1);  // fifteen pages are one range
    for (int session = 0; session < 3; ++session) {
        job.cursor = advanced(job, page(100, 100)).cursor;
        job.cursor = restarted(job.cursor);
        job.cursor = restarted(job.cursor);  // given back twice is lost once
    }
    CHECK(job.cursor.lost == 3);
    const auto cut = advanced(job, page(100, 300));
    CHECK(cut.cursor.pages == 0);  // four pages are too many now
    CHECK(cut.cursor.to < "2026-06-01T00:00:00");
    CHECK(advanced(job, page(100, 100)).cursor.pages == 1);
    // A range that is complete gives the courage for a longer one.
    CHECK(advanced(job, page(100, 0)).cursor.lost == 2);
}

TEST_CASE("the last range is open, so that what changes meanwhile is in it")
{
    auto job = sync_of("invoices", hundred_a_page, "full");
    job.cursor.from = "2026-10-01T00:00:00";
    job.cursor.to = "2026-11-15T00:00:00";
    job.cursor.newest_before = "2026-09-30T00:00:00-08:00";
    auto next = advanced(job, page(500, 0));
    CHECK(next.cursor.from == "2026-11-15T00:00:00");
    CHECK(next.cursor.to.empty());
    job.cursor = next.cursor;
    next = advanced(job, page(0, 0, "", ""));
    CHECK_FALSE(next.more);
    CHECK(next.completed == "InvoiceQueryRq");
    CHECK(next.newest == "2026-09-30T00:00:00-08:00");  // of all ranges
}

TEST_CASE("a delta is cut from its start on")
{
    auto job = sync_of("customers", hundred_a_page);
    job.cursor.modified_from = "2025-12-31T22:00:00";
    auto next = advanced(job, page(100, 9900));
    job.cursor = next.cursor;
    CHECK(texts(asked(job), "FromModifiedDate") == Texts{"2025-12-31T22:00:00"});
    CHECK(texts(asked(job), "ToModifiedDate") == Texts{job.cursor.to});
}

TEST_CASE("from a day on, documents are cut by their dates")
{
    auto job = sync_of("invoices", hundred_a_page, "full");
    job.cursor.dates = true;
    job.cursor.from = "2026-01-01";
    CHECK(texts(asked(job), "FromTxnDate") == Texts{"2026-01-01"});
    CHECK(texts(asked(job), "ModifiedDateRangeFilter").empty());
    const auto next = advanced(job, page(100, 9900));
    job.cursor = next.cursor;
    CHECK(texts(asked(job), "ToTxnDate") == Texts{"2026-01-26"});  // 8 % of 325 days
}

TEST_CASE("an iterator that QuickBooks lost starts its range again, three times")
{
    const auto status = qbxml::status_of_request(3391, "iteratorID is not valid");
    auto job = sync_of("invoices", hundred_a_page);
    job.cursor.from = "2026-01-01T00:00:00";
    job.cursor.iterator_id = "{gone}";
    job.cursor.pages = 2;
    job.cursor.read = job.cursor.read_here = 200;
    for (int lost = 1; lost <= 3; ++lost) {
        const auto next = after_refusal(job, status, "");
        REQUIRE(next);
        CHECK(next->more);
        CHECK(next->cursor.iterator_id.empty());
        CHECK(next->cursor.from == "2026-01-01T00:00:00");
        CHECK(next->cursor.read == 0);
        CHECK(next->cursor.restarts == lost);
        job.cursor = next->cursor;
    }
    CHECK_FALSE(after_refusal(job, status, ""));
    // A page that comes makes good for it.
    CHECK(advanced(job, page(100, 100)).cursor.restarts == 0);
}

TEST_CASE("what QuickBooks does not have or does not allow is passed over with its reason")
{
    struct Row {
        int code;
        const char* reason;
    };
    const auto row = GENERATE(values<Row>({
        {1030, "not_in_edition"},
        {3250, "feature_off"},
        {3260, "no_permission"},
        {3261, "no_permission"},
    }));
    const auto status = qbxml::status_of_request(row.code, "no");
    const auto next = after_refusal(sync_of("billPayments"), status, "no");
    REQUIRE(next);
    CHECK(next->more);  // the credit card payments are asked for
    CHECK(next->cursor.query == 1);
    REQUIRE(next->cursor.skipped.size() == 1);
    CHECK(next->cursor.skipped[0].reason == row.reason);
    CHECK(next->cursor.skipped[0].query == "BillPaymentCheckQueryRq");
    CHECK(next->completed.empty());  // and no watermark moves
    CHECK_FALSE(after_refusal(sync_of("salesOrders"), status, "no")->more);
    // Others are judged as ever.
    CHECK_FALSE(after_refusal(sync_of("invoices"), qbxml::status_of_request(3120, ""), ""));
    CHECK_FALSE(after_refusal({.kind = Kind::write}, status, "no"));
}

TEST_CASE("queries that QuickBooks is too old for are passed over with the reason")
{
    auto job = sync_of("refunds");
    pass_over_too_new(job, {4, 0});
    REQUIRE(job.cursor.skipped.size() == 1);
    CHECK(job.cursor.skipped[0].reason == "version");
    CHECK(query_at_work(job) == nullptr);
    Cursor cursor;
    CHECK_FALSE(next_request(sync_of("refunds"), {.version = {4, 0}}, cursor));
}

TEST_CASE("postings are read account by account")
{
    auto job =
        sync_of("accountTransactions", {.asked_at = 1, .page_size = 100, .part = "80000001-1"});
    CHECK(texts(asked(job), "ListID") == Texts{"80000001-1"});
    const auto next = advanced(job, page(40, 0));
    CHECK(next.more);
    CHECK(next.cursor.part_done);
    CHECK(next.completed.empty());
}

TEST_CASE("deletions are asked for since the last ones, lists first")
{
    auto job = sync_of("deletions", {.modified_from = "2026-11-01T10:00:00"});
    CHECK(asked(job).name == "ListDeletedQueryRq");
    CHECK(texts(asked(job), "FromDeletedDate") == Texts{"2026-11-01T10:00:00"});
    const auto next = advanced(job, page(0, 0));
    CHECK(next.more);
    job.cursor = next.cursor;
    CHECK(asked(job).name == "TxnDeletedQueryRq");
    CHECK_FALSE(advanced(job, page(0, 0)).more);
}

TEST_CASE("documents that others name are asked for by their ids, kind by kind")
{
    auto job = sync_of("linkedDocuments", {.part = "directCosts", .ids = {"1-1", "2-2"}}, "linked");
    Cursor cursor = job.cursor;
    auto request = next_request(job, {}, cursor);
    REQUIRE(request);
    CHECK(request->name == "CheckQueryRq");
    CHECK(texts(*request, "TxnID") == Texts{"1-1", "2-2"});
    CHECK(cursor.expected == 3);
    job.cursor = cursor;
    job.cursor = advanced(job, {.read = 1}).cursor;
    CHECK(asked(job).name == "CreditCardChargeQueryRq");
    // None of the ids is a charge, which some versions call an error.
    job.cursor = after_refusal(job, qbxml::status_of_request(3120, ""), "")->cursor;
    CHECK(asked(job).name == "CreditCardCreditQueryRq");
    CHECK_FALSE(job.cursor.part_done);
    CHECK(advanced(job, {.read = 1}).cursor.part_done);
}

TEST_CASE("a report asks for its days")
{
    auto job = sync_of("profitAndLoss", {.from = "2026-01-01", .to = "2026-11-30", .part = "Cash"});
    const auto request = asked(job);
    CHECK(request.name == "GeneralSummaryReportQueryRq");
    CHECK(texts(request, "FromReportDate") == Texts{"2026-01-01"});
    CHECK(texts(request, "ReportBasis") == Texts{"Cash"});
    CHECK(texts(request, "SummarizeColumnsBy") == Texts{"Month"});
    CHECK_FALSE(advanced(job, page(1, 0)).more);
    const auto aged = asked(sync_of("agedDebtors", {.to = "2026-11-21"}));
    CHECK(texts(aged, "ToReportDate") == Texts{"2026-11-21"});
}

TEST_CASE("every cursor survives its text, and an idle one is short")
{
    const Cursor full{.query = 1,
                      .iterator_id = "{it}",
                      .pages = 2,
                      .read = 300,
                      .read_here = 100,
                      .created = 3,
                      .updated = 4,
                      .deleted = 5,
                      .remaining = 6,
                      .modified_from = "2026-01-01T00:00:00",
                      .newest = "2026-01-02T00:00:00-08:00",
                      .from = "2026-01-03T00:00:00",
                      .to = "2026-01-04T00:00:00",
                      .dates = true,
                      .width = 5'000'000'000,
                      .read_before = 7,
                      .newest_before = "2026-01-05T00:00:00-08:00",
                      .earliest = "2026-01-06T00:00:00-08:00",
                      .expected = 8,
                      .asked_at = 1795262400,
                      .page_size = 9,
                      .lost = 2,
                      .restarts = 1,
                      .compare = true,
                      .part = "80000001-1",
                      .part_done = true,
                      .ids = {"1-1", "2-2"},
                      .skipped = {{"CheckQueryRq", "feature_off", "3250", "It is \"off\"."}}};
    CHECK(cursor_from_text(cursor_text(full)) == full);
    CHECK(cursor_text({}) == "{}");
}
