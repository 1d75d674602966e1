// TransactionQuery and the reports: what the postings say, seen from the accounts.
#include <catch2/catch.hpp>

#include "qbxml/canonical/read.h"
#include "qbxml/check.h"
#include "qbxml/simulator/company_file.h"
#include "tests/simulator/requests.h"

using namespace simulator_test;
using qbxml::simulator::Cents;

namespace {

// A sold two windows (689.00 and 48.23 of tax) in June, paid half of it in July; rent of 300.00 is
// owed since May.
Desk desk_with_trade()
{
    Desk desk = desk_with_a();
    const std::string a = ref("CustomerRef", "A");
    const std::string id = first(desk.ask(invoice_add(a + "<TxnDate>2024-06-10</TxnDate>" +
                                                      line("Window", "<Quantity>2</Quantity>"))),
                                 "TxnID");
    REQUIRE(status_of(desk.ask(
                "<ReceivePaymentAddRq><ReceivePaymentAdd>" + a +
                "<TxnDate>2024-07-01</TxnDate><TotalAmount>368.61</TotalAmount><AppliedToTxnAdd>"
                "<TxnID>" +
                id +
                "</TxnID><PaymentAmount>368.61</PaymentAmount></AppliedToTxnAdd>"
                "</ReceivePaymentAdd></ReceivePaymentAddRq>")) == 0);
    REQUIRE(status_of(desk.ask(
                "<BillAddRq><BillAdd>" + ref("VendorRef", "Granite State Lumber") +
                "<TxnDate>2024-05-02</TxnDate><DueDate>2024-05-12</DueDate><ExpenseLineAdd>" +
                ref("AccountRef", "Office Rent") +
                "<Amount>300.00</Amount></ExpenseLineAdd></BillAdd></BillAddRq>")) == 0);
    return desk;
}

// The value of the row with that label, in that column.
std::string cell(const std::string& report, const std::string& label, int column = 2)
{
    const std::size_t at = report.find("<ColData colID=\"1\" value=\"" + label + "\">");
    if (at == std::string::npos) return "none";
    const std::size_t end = report.find("Row>", at);
    const std::string open = "<ColData colID=\"" + std::to_string(column) + "\" value=\"";
    const std::size_t value = report.find(open, at);
    if (value == std::string::npos || value > end) return "empty";
    const std::size_t begin = value + open.size();
    return report.substr(begin, report.find('"', begin) - begin);
}

void require_valid(const std::string& answer)
{
    const auto check = qbxml::check_document(answer, qbxml::Version{16, 0}, qbxml::Edition::us);
    for (const auto& fault : check.faults)
        UNSCOPED_INFO(fault.line << ": " << fault.fault.text());
    CHECK(check.valid());
}

std::string summary(Desk& desk, const std::string& type, const std::string& more)
{
    const std::string answer =
        desk.ask("<GeneralSummaryReportQueryRq><GeneralSummaryReportType>" + type +
                 "</GeneralSummaryReportType>" + more + "</GeneralSummaryReportQueryRq>");
    REQUIRE(status_of(answer) == 0);
    require_valid(answer);
    return answer;
}

std::string period(const std::string& from, const std::string& to)
{
    return "<ReportPeriod><FromReportDate>" + from + "</FromReportDate><ToReportDate>" + to +
           "</ToReportDate></ReportPeriod>";
}

const std::string half_year = period("2024-01-01", "2024-06-30");

}  // namespace

TEST_CASE("the postings to an account, by TransactionQuery")
{
    struct Row {
        std::string filters;
        int rows;
        const char* amount;  // of the first
    };
    const auto account = [](std::string_view name) {
        return "<TransactionAccountFilter><FullName>" + std::string(name) +
               "</FullName></TransactionAccountFilter>";
    };
    const std::string all = "<TransactionDetailLevelFilter>All</TransactionDetailLevelFilter>";
    const auto row = GENERATE_COPY(values<Row>({
        {account("Accounts Receivable") + all, 2, "737.23"},
        {account("Building Income:Materials") + all, 1, "689.00"},
        {account("Building Income:Materials"), 0, ""},  // not the summary of anything
        {account("Sales Tax Payable") + all, 1, "48.23"},
        {account("Cost of Goods Sold") + all, 1, "413.40"},
        {account("Accounts Payable") + all, 1, "300.00"},
        {"<TransactionAccountFilter><AccountTypeFilter>ExpenseAndOtherExpense</AccountTypeFilter>"
         "</TransactionAccountFilter>" +
             all,
         1, "300.00"},
        {"<TransactionTypeFilter><TxnTypeFilter>Bill</TxnTypeFilter></TransactionTypeFilter>", 1,
         "300.00"},
        {"<TransactionDateRangeFilter><FromTxnDate>2024-06-01</FromTxnDate>"
         "<ToTxnDate>2024-06-30</ToTxnDate></TransactionDateRangeFilter>",
         1, "737.23"},
        {"<TransactionEntityFilter><FullName>A</FullName></TransactionEntityFilter>", 2, "737.23"},
        {"<TransactionPaidStatusFilter>Open</TransactionPaidStatusFilter>", 2, "737.23"},
    }));
    Desk desk = desk_with_trade();
    CAPTURE(row.filters);
    const std::string answer =
        desk.ask("<TransactionQueryRq>" + row.filters + "</TransactionQueryRq>");
    INFO(answer);
    CHECK(status_of(answer) == (row.rows == 0 ? 1 : 0));
    CHECK(times_in(answer, "<TransactionRet>") == row.rows);
    CHECK(first(answer, "Amount") == row.amount);
    require_valid(answer);
}

TEST_CASE("transactions come page by page")
{
    Desk desk(10, 60);
    std::string answer = desk.ask(
        "<TransactionQueryRq iterator=\"Start\"><MaxReturned>50</MaxReturned>"
        "<TransactionDetailLevelFilter>All</TransactionDetailLevelFilter></TransactionQueryRq>");
    int rows = times_in(answer, "<TransactionRet>");
    CHECK(rows == 50);
    int pages = 1;
    while (read(answer).responses().at(0).iterator_remaining.value() > 0) {
        const std::string id = read(answer).responses().at(0).iterator_id.value();
        answer = desk.ask("<TransactionQueryRq iterator=\"Continue\" iteratorID=\"" + id +
                          "\"><MaxReturned>50</MaxReturned></TransactionQueryRq>");
        REQUIRE(status_of(answer) == 0);
        rows += times_in(answer, "<TransactionRet>");
        REQUIRE(++pages < 100);
    }
    const std::string whole = desk.ask(
        "<TransactionQueryRq><TransactionDetailLevelFilter>All</TransactionDetailLevelFilter>"
        "</TransactionQueryRq>");
    CHECK(times_in(whole, "<TransactionRet>") == rows);
}

TEST_CASE("profit and loss, accrued and as paid")
{
    Desk desk = desk_with_trade();
    const std::string accrued = summary(desk, "ProfitAndLossStandard", half_year);
    CHECK(cell(accrued, "Total Income") == "689.00");
    CHECK(cell(accrued, "Total COGS") == "413.40");
    CHECK(cell(accrued, "Gross Profit") == "275.60");
    CHECK(cell(accrued, "Office Rent") == "300.00");
    CHECK(cell(accrued, "Net Income") == "-24.40");

    const std::string year = period("2024-01-01", "2024-12-31");
    const std::string paid =
        summary(desk, "ProfitAndLossStandard", year + "<ReportBasis>Cash</ReportBasis>");
    CHECK(first(paid, "ReportBasis") == "Cash");
    CHECK(cell(paid, "Total Income") == "344.49");  // 368.61 of 737.23, of 689.00
    CHECK(cell(paid, "Office Rent") == "none");     // not paid yet

    const std::string months =
        summary(desk, "ProfitAndLossStandard",
                half_year + "<SummarizeColumnsBy>Month</SummarizeColumnsBy>");
    CHECK(first(months, "NumColumns") == "8");  // labels, six months, total
    CHECK(cell(months, "Office Rent", 6) == "300.00");
    CHECK(cell(months, "Total Income", 7) == "689.00");
    CHECK(cell(months, "Net Income", 8) == "-24.40");
}

TEST_CASE("both sides of a balance sheet are equal, on either basis, and today's are the accounts'")
{
    Desk desk(12, 120, 3);
    const std::string basis = GENERATE("Accrual", "Cash");
    const std::string sheet =
        summary(desk, "BalanceSheetStandard",
                period("", "2030-12-31") + "<ReportBasis>" + basis + "</ReportBasis>");
    CHECK(cell(sheet, "TOTAL ASSETS") == cell(sheet, "TOTAL LIABILITIES &amp; EQUITY"));
    CHECK(Cents::parse(cell(sheet, "TOTAL ASSETS"))->value > 0);
    CHECK(cell(sheet, "Checking") ==
          first(desk.ask("<AccountQueryRq><FullName>Checking</FullName></AccountQueryRq>"),
                "Balance"));
}

TEST_CASE("the aging of what customers owe and of what is owed to suppliers")
{
    Desk desk = desk_with_trade();
    const auto aged = [&](const std::string& type, const std::string& to) {
        const std::string answer = desk.ask(
            "<AgingReportQueryRq><AgingReportType>" + type + "</AgingReportType>" + period("", to) +
            "<ReportAgingAsOf>ReportEndDate</ReportAgingAsOf>" + "</AgingReportQueryRq>");
        REQUIRE(status_of(answer) == 0);
        require_valid(answer);
        return answer;
    };
    // Due on the tenth of July; half was paid on the first.
    CHECK(cell(aged("ARAgingSummary", "2024-06-30"), "A", 2) == "737.23");
    CHECK(cell(aged("ARAgingSummary", "2024-07-05"), "A", 2) == "368.62");
    CHECK(cell(aged("ARAgingSummary", "2024-07-11"), "A", 3) == "368.62");
    CHECK(cell(aged("ARAgingSummary", "2024-12-31"), "TOTAL", 6) == "368.62");
    CHECK(cell(aged("ARAgingSummary", "2024-05-31"), "A") == "none");
    CHECK(cell(aged("APAgingSummary", "2024-07-01"), "Granite State Lumber", 4) == "300.00");
}

TEST_CASE("the reports can be read as canonical records")
{
    Desk desk = desk_with_trade();
    struct Row {
        std::string request, type;
        std::vector<std::string> says;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"<GeneralSummaryReportQueryRq><GeneralSummaryReportType>ProfitAndLossStandard"
         "</GeneralSummaryReportType>" +
             half_year + "</GeneralSummaryReportQueryRq>",
         "profitAndLoss",
         {R"("name":"Income",)", R"("grossProfit":"275.60")", R"("netProfit":"-24.40")",
          R"("netOperatingProfit":"-24.40")"}},
        {"<GeneralSummaryReportQueryRq><GeneralSummaryReportType>BalanceSheetStandard"
         "</GeneralSummaryReportType>" +
             half_year + "</GeneralSummaryReportQueryRq>",
         "balanceSheet",
         {R"("name":"ASSETS")", R"("netIncome":"-24.40")", R"("name":"Accounts Receivable")"}},
        {"<AgingReportQueryRq><AgingReportType>ARAgingSummary</AgingReportType>" + half_year +
             "</AgingReportQueryRq>",
         "agedDebtors",
         {R"("label":"1 - 30","fromDays":1,"toDays":30)", R"("total":"737.23")"}},
    }));
    CAPTURE(row.type);
    qbxml::canonical::Context context;
    context.report_data_type = row.type;
    context.report_periods = {{"2024-01-01", "2024-06-30"}};
    const auto set = read(desk.ask(row.request));
    const auto converted = qbxml::canonical::convert(set, set.responses().at(0), context);
    REQUIRE(converted.records.size() == 1);
    CHECK(converted.issues.empty());
    for (const std::string& text : row.says)
        CHECK_THAT(converted.records[0].json, Catch::Contains(text));
}
