#include <set>

#include "qbxml/canonical/ask.h"
#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

constexpr std::string_view own_id = "{8A6B0C5E-1111-4222-8333-944455566677}";

// The requests as qbXML, or "where: what" of the refusal.
std::string looked_up(std::string_view type, const Lookup& lookup, Version version = common_version)
{
    const auto found = lookup_requests(type, lookup, "", version);
    return found ? qbxml_of(*found, version) : found.error().text();
}

std::string report_of(std::string_view type, const ReportWish& wish,
                      Version version = common_version)
{
    const auto asked = report_request(type, wish, version);
    return asked ? qbxml_of({asked->request}, version) : asked.error().text();
}

}  // namespace

TEST_CASE("records are looked up by id in every list and document they may stand in")
{
    CHECK(looked_up("billPayments", {.ids = {"7-1"}}) ==
          "<BillPaymentCheckQueryRq><TxnID>7-1</TxnID><IncludeLineItems>true</IncludeLineItems>"
          "<OwnerID>0</OwnerID></BillPaymentCheckQueryRq>"
          "<BillPaymentCreditCardQueryRq><TxnID>7-1</TxnID><IncludeLineItems>true"
          "</IncludeLineItems><OwnerID>0</OwnerID></BillPaymentCreditCardQueryRq>");
    CHECK(
        looked_up("taxRates", {.ids = {"8-1", "8-2"}}) ==
        "<ItemQueryRq><ListID>8-1</ListID><ListID>8-2</ListID><OwnerID>0</OwnerID></ItemQueryRq>");
    CHECK(looked_up("accountTransactions", {.ids = {"9-1", "9-1:9-2"}}) ==
          "<TransactionQueryRq><TxnID>9-1</TxnID></TransactionQueryRq>");
}

TEST_CASE("an id with the name of its list goes to that list alone")
{
    CHECK(looked_up("trackingCategories", {.ids = {"CustomerType:3-1", "4-1"}}) ==
          "<ClassQueryRq><ListID>4-1</ListID></ClassQueryRq>"
          "<CustomerTypeQueryRq><ListID>3-1</ListID></CustomerTypeQueryRq>");
}

TEST_CASE("records are looked up by name, by number, or both")
{
    CHECK(looked_up("customers", {.names = {"Wheelers:Fleet"}}) ==
          "<CustomerQueryRq><FullName>Wheelers:Fleet</FullName><OwnerID>0</OwnerID>"
          "</CustomerQueryRq>");
    CHECK(looked_up("transfers", {.ids = {"2-1"}}) ==
          "<TransferQueryRq><TxnID>2-1</TxnID></TransferQueryRq>");
    CHECK(looked_up("bills", {.ids = {"5-1"}, .ref_numbers = {"88", "a-9"}}) ==
          "<BillQueryRq><TxnID>5-1</TxnID><IncludeLineItems>true</IncludeLineItems>"
          "<IncludeLinkedTxns>true</IncludeLinkedTxns><OwnerID>0</OwnerID></BillQueryRq>"
          "<BillQueryRq><RefNumber>88</RefNumber><RefNumber>a-9</RefNumber><IncludeLineItems>true"
          "</IncludeLineItems><IncludeLinkedTxns>true</IncludeLinkedTxns><OwnerID>0</OwnerID>"
          "</BillQueryRq>");
}

TEST_CASE("a GUID is found by reading what changed since then")
{
    CHECK(looked_up("deposits",
                    {.external_guids = {"{1}"}, .changed_since = "2026-03-01T10:00:00"}) ==
          "<DepositQueryRq><ModifiedDateRangeFilter><FromModifiedDate>2026-03-01T10:00:00"
          "</FromModifiedDate></ModifiedDateRangeFilter><IncludeLineItems>true</IncludeLineItems>"
          "<OwnerID>0</OwnerID></DepositQueryRq>");
}

TEST_CASE("many keys are asked for in several requests, each taken by QuickBooks")
{
    Lookup lookup;
    for (int i = 0; i < 450; ++i)
        lookup.ids.push_back(std::to_string(i) + "-1");
    const auto found = lookup_requests("invoices", lookup, own_id, common_version);
    REQUIRE(found);
    REQUIRE(found->size() == 3);
    std::set<std::string> asked;
    for (const auto& request : *found) {
        CHECK(check(request, common_version, Edition::us).empty());
        for (const auto& child : request.children)
            if (child.name == "TxnID") asked.insert(child.text);
    }
    CHECK(asked.size() == 450);
}

TEST_CASE("every record type can be looked up in the ways its queries have")
{
    for (auto type : record_types()) {
        CAPTURE(type);
        if (is_report(type)) continue;
        const auto found = lookup_requests(type, {.ids = {"1-2"}}, own_id, newest_version);
        REQUIRE(found);
        REQUIRE_FALSE(found->empty());
        for (const auto& request : *found)
            for (const auto& fault : check(request, newest_version, Edition::us))
                FAIL(fault.text());
    }
}

TEST_CASE("keys that a type does not have are refused by name")
{
    struct Row {
        std::string type;
        Lookup lookup;
        std::string refused;
    };
    const auto row = GENERATE(values<Row>({
        {"invoices",
         {.names = {"x"}},
         "names: QuickBooks does not look up invoices by name; use ids or numbers"},
        {"customers",
         {.ref_numbers = {"1"}},
         "refNumbers: QuickBooks does not look up customers by number; use ids"},
        {"timeEntries",
         {.ref_numbers = {"1"}},
         "refNumbers: QuickBooks does not look up timeEntries by number; use ids"},
        {"currencies",
         {.external_guids = {"1"}},
         "externalGuids: QuickBooks does not look up currencies by GUID: they have none"},
        {"invoices",
         {.external_guids = {"1"}},
         "changedSince: QuickBooks cannot look for GUIDs; say since when to look for them"},
        {"invoices", {}, "ids: nothing is asked for; give ids, names or numbers"},
        {"leads", {.ids = {"1"}}, "dataType: 'leads' has no records that could be looked up"},
        {"balanceSheet",
         {.ids = {"1"}},
         "dataType: 'balanceSheet' has no records that could be looked up"},
    }));
    CHECK(looked_up(row.type, row.lookup) == row.refused);
    CHECK(looked_up("transfers", {.ids = {"1"}}, {8, 0}) ==
          "dataType: transfers need qbXML 12.0; this company file speaks 8.0");
}

TEST_CASE("reports of a period, with what is needed to read them")
{
    CHECK(report_of("balanceSheet", {.to = "2026-06-30", .basis = "Cash"}) ==
          "<GeneralSummaryReportQueryRq><GeneralSummaryReportType>BalanceSheetStandard"
          "</GeneralSummaryReportType><ReportPeriod><ToReportDate>2026-06-30</ToReportDate>"
          "</ReportPeriod><SummarizeColumnsBy>TotalOnly</SummarizeColumnsBy><ReportBasis>Cash"
          "</ReportBasis></GeneralSummaryReportQueryRq>");
    CHECK(report_of("agedCreditors", {.to = "2026-06-30"}) ==
          "<AgingReportQueryRq><AgingReportType>APAgingSummary</AgingReportType><ReportPeriod>"
          "<ToReportDate>2026-06-30</ToReportDate></ReportPeriod><ReportAgingAsOf>ReportEndDate"
          "</ReportAgingAsOf></AgingReportQueryRq>");
    const auto aged = report_request("agedDebtors", {.to = "2026-06-30"}, common_version);
    REQUIRE(aged);
    REQUIRE(aged->periods.size() == 1);
    CHECK(aged->periods[0].to == "2026-06-30");
}

TEST_CASE("a report by months has a period for each, the first and last cut")
{
    const auto asked = report_request(
        "profitAndLoss", {.from = "2027-11-15", .to = "2028-03-10", .by = ReportWish::By::month},
        common_version);
    REQUIRE(asked);
    std::string periods;
    for (const auto& period : asked->periods)
        periods += period.from + " " + period.to + "\n";
    CHECK(periods ==
          "2027-11-15 2027-11-30\n2027-12-01 2027-12-31\n2028-01-01 2028-01-31\n"
          "2028-02-01 2028-02-29\n2028-03-01 2028-03-10\n");
    CHECK(asked->request.child("SummarizeColumnsBy")->text == "Month");
}

TEST_CASE("a report that cannot be asked for names the parameter")
{
    using By = ReportWish::By;
    struct Row {
        std::string type;
        ReportWish wish;
        std::string refused;
    };
    const auto row = GENERATE(values<Row>({
        {"invoices",
         {.to = "2026-01-31"},
         "type: 'invoices' is no report; expected balanceSheet, profitAndLoss, agedDebtors or "
         "agedCreditors"},
        {"balanceSheet", {}, "to: the last day of the report is missing"},
        {"profitAndLoss", {.to = "2026-01-31"}, "from: the first day of the report is missing"},
        {"balanceSheet",
         {.to = "2026-01-31", .by = By::month},
         "from: the first day of the report is missing"},
        {"profitAndLoss",
         {.from = "2026-02-29", .to = "2026-03-31"},
         "from: '2026-02-29' is no day; expected as 2026-01-31"},
        {"profitAndLoss",
         {.from = "2026-1-1", .to = "2026-03-31"},
         "from: '2026-1-1' is no day; expected as 2026-01-31"},
        {"profitAndLoss",
         {.from = "2026-04-01", .to = "2026-03-31"},
         "from: 2026-04-01 is after 2026-03-31"},
        {"agedDebtors",
         {.from = "2026-01-01", .to = "2026-03-31"},
         "from: an aged report has one day, `to`; leave `from` out"},
        {"agedDebtors",
         {.to = "2026-03-31", .basis = "Cash"},
         "basis: QuickBooks takes no basis for an aged report; leave it out"},
        {"balanceSheet",
         {.to = "2026-03-31", .basis = "cash"},
         "basis: 'cash' is no basis; expected Accrual or Cash"},
        {"agedDebtors",
         {.to = "2026-03-31", .by = By::month},
         "by: an aged report has no months; leave `by` out"},
        {"profitAndLoss",
         {.from = "1990-01-01", .to = "9999-12-31", .by = By::month},
         "by: 1990-01-01 to 9999-12-31 are more than 120 months; ask for less at a time"},
    }));
    CHECK(report_of(row.type, row.wish) == row.refused);
}

TEST_CASE("postings of one account, by pages and parts")
{
    const auto request = account_transactions_request({.account_id = "A-1",
                                                       .modified_from = "2026-01-01T00:00:00",
                                                       .modified_to = "2026-02-01T00:00:00",
                                                       .date_from = "2025-01-01",
                                                       .date_to = "2025-12-31",
                                                       .page_size = 500,
                                                       .iterator_id = "{I}"});
    CHECK(qbxml_of({request}) ==
          "<TransactionQueryRq iterator=\"Continue\" iteratorID=\"{I}\"><MaxReturned>500"
          "</MaxReturned><TransactionModifiedDateRangeFilter><FromModifiedDate>2026-01-01T00:00:00"
          "</FromModifiedDate><ToModifiedDate>2026-02-01T00:00:00</ToModifiedDate>"
          "</TransactionModifiedDateRangeFilter><TransactionDateRangeFilter><FromTxnDate>2025-01-01"
          "</FromTxnDate><ToTxnDate>2025-12-31</ToTxnDate></TransactionDateRangeFilter>"
          "<TransactionAccountFilter><ListID>A-1</ListID></TransactionAccountFilter>"
          "<TransactionDetailLevelFilter>All</TransactionDetailLevelFilter></TransactionQueryRq>");
}

TEST_CASE("deletions are asked for of every type that is carried, and read as such")
{
    const auto requests = deleted_requests("2026-01-01T00:00:00", newest_version);
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].name == "ListDeletedQueryRq");
    std::set<std::string> types;
    std::string answers;
    for (const auto& request : requests) {
        CHECK(check(request, newest_version, Edition::us).empty());
        CHECK(request.child("DeletedDateRangeFilter")->child("FromDeletedDate")->text ==
              "2026-01-01T00:00:00");
        const bool list = request.name == "ListDeletedQueryRq";
        for (const auto& child : request.children)
            if (child.name == (list ? "ListDelType" : "TxnDelType"))
                answers +=
                    (list ? "<ListDeletedRet><ListDelType>" : "<TxnDeletedRet><TxnDelType>") +
                    child.text +
                    (list ? "</ListDelType><ListID>1-1</ListID></ListDeletedRet>"
                          : "</TxnDelType><TxnID>1-1</TxnID></TxnDeletedRet>");
    }
    const auto read = converted(answers);
    CHECK(read.issues.empty());
    for (const auto& deletion : read.deletions) {
        CHECK(is_record_type(deletion.data_type));
        types.insert(deletion.data_type);
    }
    // All that QuickBooks deletes: not singletons, postings, reports, definitions, and of the
    // transactions not transfers, for which it keeps no such list.
    CHECK(types.size() == 39 - 4 - 3 - 1 - 1 - 1);
    CHECK(deleted_requests("", {8, 0}).size() == 2);
    CHECK_FALSE(deleted_requests("", {8, 0})[0].child("DeletedDateRangeFilter"));
}

TEST_CASE("the documents a record names are read again with it")
{
    const auto payment = record(
        "<ReceivePaymentRet><TxnID>P-1</TxnID><CustomerRef><ListID>C-1</ListID></CustomerRef>"
        "<TotalAmount>70.00</TotalAmount>"
        "<AppliedToTxnRet><TxnID>I-2</TxnID><TxnType>Invoice</TxnType><Amount>50.00</Amount>"
        "<LinkedTxn><TxnID>M-1</TxnID><TxnType>CreditMemo</TxnType><Amount>5.00</Amount>"
        "</LinkedTxn></AppliedToTxnRet>"
        "<AppliedToTxnRet><TxnID>I-1</TxnID><TxnType>Invoice</TxnType><Amount>20.00</Amount>"
        "</AppliedToTxnRet>"
        "<AppliedToTxnRet><TxnID>I-1</TxnID><TxnType>Invoice</TxnType><Amount>0.00</Amount>"
        "</AppliedToTxnRet>"
        "<AppliedToTxnRet><TxnID>X-1</TxnID><TxnType>Charge</TxnType><Amount>0.00</Amount>"
        "</AppliedToTxnRet></ReceivePaymentRet>");
    const auto linked = linked_documents(to_json(payment));
    REQUIRE(linked);
    CHECK(*linked == std::vector<DocumentRef>{
                         {"creditNotes", "M-1"}, {"invoices", "I-1"}, {"invoices", "I-2"}});
    CHECK(linked_documents("{\"id\":\"C-1\",\"dataType\":\"customers\"}")->empty());
    CHECK_FALSE(linked_documents("{"));
}

TEST_CASE("what queries can be cut into")
{
    std::string table;
    for (const auto& query : queries()) {
        const auto has = divisions_of(query);
        table += std::string(query.message) + (has.modified ? " modified" : "") +
                 (has.dates ? " dates" : "") + (has.names ? " names" : "") +
                 (has.numbers ? " numbers" : "") + "\n";
        CHECK(has.modified == query.delta);
    }
    CHECK(table.find("CustomerQueryRq modified names\n") != table.npos);
    CHECK(table.find("InvoiceQueryRq modified dates numbers\n") != table.npos);
    CHECK(table.find("TransferQueryRq modified dates\n") != table.npos);
    CHECK(table.find("TransactionQueryRq modified dates numbers\n") != table.npos);
    CHECK(table.find("CompanyQueryRq\n") != table.npos);
}

TEST_CASE("every query is cut in the ways it says, and QuickBooks takes it")
{
    for (const auto& query : queries()) {
        CAPTURE(query.message);
        const auto has = divisions_of(query);
        QueryWish wish{.page_size = 10};
        if (has.names) wish.name_from = "A", wish.name_to = "Czz";
        if (has.numbers) wish.number_from = "1", wish.number_to = "999";
        if (has.dates) wish.date_from = "2025-01-01", wish.date_to = "2025-12-31";
        if (has.modified && !has.dates)
            wish.modified_from = "2025-01-01T00:00:00", wish.modified_to = "2025-02-01T00:00:00";
        for (const auto& fault : check(query_request(query, wish), newest_version, Edition::us))
            FAIL_CHECK(fault.text());
    }
    CHECK(
        qbxml_of({query_request(*queries_of("accounts")[0], {.modified_from = "2025-01-01T00:00:00",
                                                             .modified_to = "2025-02-01T00:00:00",
                                                             .name_to = "M"})}) ==
        "<AccountQueryRq><ActiveStatus>All</ActiveStatus><FromModifiedDate>2025-01-01T00:00:00"
        "</FromModifiedDate><ToModifiedDate>2025-02-01T00:00:00</ToModifiedDate><NameRangeFilter>"
        "<ToName>M</ToName></NameRangeFilter><OwnerID>0</OwnerID></AccountQueryRq>");
}
