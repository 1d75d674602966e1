#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

std::string column(int id, const std::string& title, const std::string& type = "AMTTYPE")
{
    return "<ColDesc colID=\"" + std::to_string(id) + "\" dataType=\"" + type +
           "\"><ColTitle titleRow=\"1\" value=\"" + title + "\"/></ColDesc>";
}

std::string row(const std::string& kind, int number, const std::string& label,
                const std::vector<std::string>& amounts, const std::string& about = "")
{
    std::string text = "<" + kind + " rowNumber=\"" + std::to_string(number) + "\">" + about +
                       "<ColData colID=\"1\" value=\"" + label + "\"/>";
    for (std::size_t i = 0; i < amounts.size(); ++i)
        text += "<ColData colID=\"" + std::to_string(i + 2) + "\" value=\"" + amounts[i] + "\"/>";
    return text + "</" + kind + ">";
}

std::string text_row(int number, const std::string& label)
{
    return "<TextRow rowNumber=\"" + std::to_string(number) + "\" value=\"" + label + "\"/>";
}

std::string account(const std::string& name)
{
    return "<RowData rowType=\"account\" value=\"" + name + "\"/>";
}

Context report_context(const std::string& type)
{
    Context context;
    context.home_currency = "USD";
    context.report_data_type = type;
    context.report_periods = {{"2025-01-01", "2025-01-31"}, {"2025-02-01", "2025-02-28"}};
    context.accounts = {
        {"A-1", "Cash", "1000"}, {"A-2", "Sales:Repairs", "4010"}, {"A-3", "Rent", "6100"}};
    context.customers = {{"C-1", "Aspen & Sons", ""}};
    return context;
}

}  // namespace

TEST_CASE("profit and loss by month: rows out of order, numbers before names, a total column")
{
    const std::string report =
        "<ReportRet><ReportBasis>Cash</ReportBasis>" + column(1, "", "STRTYPE") +
        column(2, "Jan 25") + column(3, "Feb 25") + column(4, "TOTAL") + "<ReportData>" +
        text_row(1, "Ordinary Income/Expense") + text_row(2, " Income ") +
        row("SubtotalRow", 6, "Total Income", {"100.00", "50.00", "150.00"}) +
        text_row(3, "Sales") +
        row("DataRow", 4, "4010 \xC2\xB7 Repairs", {"100.00", "50.00", "150.00"},
            account("4000 \xC2\xB7 Sales:4010 \xC2\xB7 Repairs")) +
        row("SubtotalRow", 5, "Total Sales", {"100.00", "50.00"}, account("4000 \xC2\xB7 Sales")) +
        text_row(7, "Cost of Goods Sold") + row("DataRow", 8, "Parts", {"30.00"}) +
        row("SubtotalRow", 9, "Total COGS", {"30.00", "0.00"}) + text_row(10, "Expense") +
        row("DataRow", 11, "Rent", {"20.00", "20.00"}, account("6100 Rent")) +
        "</ReportData></ReportRet>";
    const auto read = record(report, report_context("profitAndLoss"));
    CHECK(at(read, "currency") == "\"USD\"");
    CHECK(at(read, "reportBasis") == "\"Cash\"");
    CHECK(at(read, "reports/2") == "(nothing)");
    CHECK(at(read, "reports/1/fromDate") == "\"2025-02-01\"");
    CHECK(at(read, "reports/0/income") ==
          R"({"name":"Income","accountRef":null,"value":"100.00","items":[)"
          R"({"name":"Sales","accountRef":{"id":null,"name":"4000 · Sales"},"value":"100.00",)"
          R"("items":[)"
          R"({"name":"4010 · Repairs",)"
          R"("accountRef":{"id":"A-2","name":"4000 · Sales:4010 · Repairs"},)"
          R"("value":"100.00","items":[]}]}]})");
    CHECK(at(read, "reports/0/costOfSales/value") == "\"30.00\"");
    CHECK(at(read, "reports/1/costOfSales/items/0/value") == "\"0.00\"");
    CHECK(at(read, "reports/0/expenses/items/0/accountRef/id") == "\"A-3\"");
    // The group was never closed, and the rows of results are not there: they are worked out.
    CHECK(at(read, "reports/0/expenses/value") == "\"20.00\"");
    CHECK(at(read, "reports/0/grossProfit") == "\"70.00\"");
    CHECK(at(read, "reports/0/netOperatingProfit") == "\"50.00\"");
    CHECK(at(read, "reports/1/netProfit") == "\"30.00\"");
    CHECK(at(read, "reports/0/otherIncome") == "null");
    CHECK(at(read, "reports/0/netOtherIncome") == "\"0.00\"");
}

TEST_CASE("a balance sheet: sections inside LIABILITIES and EQUITY, the result of the year")
{
    const std::string report =
        "<ReportRet><ReportBasis>Accrual</ReportBasis>" + column(1, "", "STRTYPE") +
        column(2, "Jan 31, 25") + "<ReportData>" + text_row(1, "ASSETS") +
        row("DataRow", 2, "Cash", {"500.00"}, account("Cash")) +
        row("TotalRow", 3, "TOTAL ASSETS", {"500.00"}) + text_row(4, "LIABILITIES &amp; EQUITY") +
        text_row(5, "Liabilities") + row("DataRow", 6, "Card", {"120.00"}) +
        row("SubtotalRow", 7, "Total Liabilities", {"120.00"}) + text_row(8, "Equity") +
        row("DataRow", 9, "Net Income", {"-20.00"}) + row("DataRow", 10, "Capital", {"400.00"}) +
        row("SubtotalRow", 11, "Total Equity", {"380.00"}) +
        row("TotalRow", 12, "TOTAL LIABILITIES &amp; EQUITY", {"500.00"}) +
        "</ReportData></ReportRet>";
    const auto read = record(report, report_context("balanceSheet"));
    CHECK(at(read, "reports/0/date") == "\"2025-01-31\"");
    CHECK(at(read, "reports/0/assets/items/0/accountRef/id") == "\"A-1\"");
    CHECK(at(read, "reports/0/liabilities/value") == "\"120.00\"");
    CHECK(at(read, "reports/0/equity/value") == "\"380.00\"");
    CHECK(at(read, "reports/0/netAssets") == "\"380.00\"");
    CHECK(at(read, "reports/0/netIncome") == "\"-20.00\"");
}

TEST_CASE("aged debtors: buckets by their titles, subtotals of parents left out")
{
    const std::string report =
        "<ReportRet>" + column(1, "", "STRTYPE") + column(2, "Current") + column(3, "1 - 30") +
        column(4, "&gt; 30") + column(5, "TOTAL") + "<ReportData>" +
        row("DataRow", 1, "Aspen", {"1.00", "2.00", "3.00", "6.00"},
            "<RowData rowType=\"customer\" value=\"Aspen &amp; Sons\"/>") +
        row("SubtotalRow", 2, "Total Aspen", {"1.00", "2.00", "3.00", "6.00"}) +
        row("DataRow", 3, "Walk-in", {"", "4.00"}) +
        row("TotalRow", 4, "TOTAL", {"1.00", "6.00", "3.00", "10.00"}) +
        "</ReportData></ReportRet>";
    const auto read = record(report, report_context("agedDebtors"));
    CHECK(at(read, "reportDate") == "\"2025-01-31\"");
    CHECK(at(read, "data/0/customerRef") == R"({"id":"C-1","name":"Aspen & Sons"})");
    CHECK(at(read, "data/1/customerRef") == R"({"id":null,"name":"Walk-in"})");
    CHECK(at(read, "data/2") == "(nothing)");
    CHECK(at(read, "data/0/buckets") ==
          R"([{"label":"Current","fromDays":null,"toDays":0,"amount":"1.00"},)"
          R"({"label":"1 - 30","fromDays":1,"toDays":30,"amount":"2.00"},)"
          R"({"label":"> 30","fromDays":31,"toDays":null,"amount":"3.00"}])");
    CHECK(at(read, "data/1/total") == "\"0.00\"");
    CHECK(at(read, "buckets/1/amount") == "\"6.00\"");
    CHECK(at(read, "total") == "\"10.00\"");
}

TEST_CASE("an empty report has no columns, no rows and no error")
{
    const auto aged = record("<ReportRet></ReportRet>", report_context("agedCreditors"));
    CHECK(at(aged, "data") == "[]");
    CHECK(at(aged, "buckets") == "[]");
    CHECK(at(aged, "total") == "\"0.00\"");
    const auto loss = record("<ReportRet></ReportRet>", report_context("profitAndLoss"));
    CHECK(at(loss, "reports") == "[]");
}

TEST_CASE("groups inside groups without end are read as deep as a report can be")
{
    std::string rows;
    for (int i = 1; i <= 20'000; ++i)
        rows += text_row(i, "G");
    const auto read = converted("<ReportRet>" + column(1, "", "STRTYPE") + column(2, "Jan 25") +
                                    "<ReportData>" + rows + "</ReportData></ReportRet>",
                                report_context("profitAndLoss"));
    CHECK(read.records.size() == 1);
}
