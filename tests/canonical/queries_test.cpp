#include <set>

#include "qbxml/canonical/types.h"
#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

const Query& query_of(std::string_view data_type)
{
    const auto found = queries_of(data_type);
    REQUIRE_FALSE(found.empty());
    return *found.front();
}

}  // namespace

TEST_CASE("every query is one that QuickBooks takes, with all of its flags")
{
    for (const auto& query : queries()) {
        CAPTURE(query.message);
        const auto request =
            query_request(query, {.modified_from = "2025-01-02T03:04:05",
                                  .page_size = 100,
                                  .own_owner_id = "{8A6B0C5E-1111-4222-8333-944455566677}"});
        const auto faults = check(request, newest_version, Edition::us);
        CHECK((faults.empty() ? "" : faults.front().text()) == "");
        CHECK(query.since <= newest_version);
    }
}

TEST_CASE("look-ups are asked for before what points at them, every record type is fed")
{
    int step = 0;
    std::set<std::string_view> fed;
    for (const auto& query : queries()) {
        CHECK(query.step >= step);
        step = query.step;
        fed.insert(query.data_type);
    }
    CHECK(record_types().size() == 39);
    for (auto type : record_types()) {
        CAPTURE(type);
        CHECK(is_record_type(type));
        CHECK_FALSE(queries_of(type).empty());
    }
    CHECK_FALSE(is_record_type("deletions"));
    CHECK(queries_of("trackingCategories").size() == 4);
    CHECK(queries_of("taxRates") == queries_of("items"));
}

TEST_CASE("a delta query of a list and one of transactions")
{
    CHECK(
        qbxml_of({query_request(query_of("accounts"), {.modified_from = "2025-01-02T03:04:05"})}) ==
        "<AccountQueryRq><ActiveStatus>All</ActiveStatus>"
        "<FromModifiedDate>2025-01-02T03:04:05</FromModifiedDate><OwnerID>0</OwnerID>"
        "</AccountQueryRq>");
    CHECK(
        qbxml_of({query_request(query_of("invoices"),
                                {.modified_from = "2025-01-02T03:04:05", .page_size = 50})}) ==
        "<InvoiceQueryRq iterator=\"Start\"><MaxReturned>50</MaxReturned><ModifiedDateRangeFilter>"
        "<FromModifiedDate>2025-01-02T03:04:05</FromModifiedDate></ModifiedDateRangeFilter>"
        "<IncludeLineItems>true</IncludeLineItems><IncludeLinkedTxns>true</IncludeLinkedTxns>"
        "<OwnerID>0</OwnerID></InvoiceQueryRq>");
}

TEST_CASE("the next page repeats what was asked for")
{
    const QueryWish first{.modified_from = "2025-01-02T03:04:05", .page_size = 50};
    QueryWish next = first;
    next.iterator_id = "{I-1}";
    auto a = query_request(query_of("customers"), first),
         b = query_request(query_of("customers"), next);
    REQUIRE(b.attribute("iterator"));
    CHECK(*b.attribute("iterator") == "Continue");
    CHECK(*b.attribute("iteratorID") == "{I-1}");
    CHECK(a.children == b.children);
}

TEST_CASE("lists that do not page come whole")
{
    const auto request = query_request(query_of("employees"), {.page_size = 50});
    CHECK_FALSE(request.attribute("iterator"));
    CHECK_FALSE(request.child("MaxReturned"));
}

TEST_CASE("records by their ids, without filters and pages")
{
    CHECK(
        qbxml_of({query_request(
            query_of("bills"),
            {.modified_from = "2025-01-02T03:04:05", .page_size = 50, .ids = {"1-2", "3-4"}})}) ==
        "<BillQueryRq><TxnID>1-2</TxnID><TxnID>3-4</TxnID><IncludeLineItems>true</IncludeLineItems>"
        "<IncludeLinkedTxns>true</IncludeLinkedTxns><OwnerID>0</OwnerID></BillQueryRq>");
}

TEST_CASE("reports for a period, postings of one account, deletions since a time")
{
    CHECK(qbxml_of({query_request(query_of("profitAndLoss"), {.period_from = "2025-01-01",
                                                              .period_to = "2025-03-31",
                                                              .report_basis = "Cash",
                                                              .by_month = true})}) ==
          "<GeneralSummaryReportQueryRq><GeneralSummaryReportType>ProfitAndLossStandard"
          "</GeneralSummaryReportType><ReportPeriod><FromReportDate>2025-01-01</FromReportDate>"
          "<ToReportDate>2025-03-31</ToReportDate></ReportPeriod><SummarizeColumnsBy>Month"
          "</SummarizeColumnsBy><ReportBasis>Cash</ReportBasis></GeneralSummaryReportQueryRq>");
    CHECK(qbxml_of({query_request(query_of("accountTransactions"), {.account_id = "A-1"})}) ==
          "<TransactionQueryRq><TransactionAccountFilter><ListID>A-1</ListID>"
          "</TransactionAccountFilter><TransactionDetailLevelFilter>All</"
          "TransactionDetailLevelFilter>"
          "</TransactionQueryRq>");
    const auto deleted =
        query_request(query_of("deletions"), {.modified_from = "2025-01-02", .version = {2, 0}});
    for (const auto& child : deleted.children)
        CHECK(child.text != "ItemFixedAsset");
    CHECK(deleted.child("DeletedDateRangeFilter"));
}

TEST_CASE("the wall clock moves back across days, months and years")
{
    struct Row {
        std::string time;
        long seconds;
        std::optional<std::string> before;
    };
    const auto row = GENERATE(values<Row>({
        {"2025-03-01T00:10:00-05:00", 900, "2025-02-28T23:55:00"},
        {"2024-03-01T00:00:00Z", 1, "2024-02-29T23:59:59"},
        {"2025-01-01T00:00:30+11:00", 60, "2024-12-31T23:59:30"},
        {"2025-06-05T07:08:09-04:00", 0, "2025-06-05T07:08:09"},
        {"2025-6-5", 86400, "2025-06-04T00:00:00"},
        {"1970-01-01T00:00:00", 1, "1969-12-31T23:59:59"},
        {"yesterday", 1, std::nullopt},
        {"", 1, std::nullopt},
    }));
    CAPTURE(row.time);
    CHECK(wall_clock_before(row.time, row.seconds) == row.before);
}
