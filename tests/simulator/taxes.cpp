// Taxes of the four editions, by examples computed by hand.
#include <catch2/catch.hpp>

#include "qbxml/simulator/company_file.h"
#include "tests/simulator/requests.h"

namespace {

using namespace simulator_test;

Desk desk_in(const std::string& country)
{
    using namespace qbxml::simulator;
    Desk desk;
    desk.quickbooks = std::make_unique<SimulatedQuickBooks>(
        BooksWish{.customers = 0, .invoices = 0, .country = country}, desk.options());
    desk.quickbooks->begin_session("");
    REQUIRE(status_of(desk.ask(customer_add("<Name>A</Name>"))) == 0);
    return desk;
}

std::string taxed(std::string_view code, std::string_view amount)
{
    return line("Design",
                "<Amount>" + std::string(amount) + "</Amount>" + ref("SalesTaxCodeRef", code));
}

std::string posted_tax(Desk& desk)
{
    using namespace qbxml::simulator;
    const CompanyFile& books = desk.quickbooks->books();
    return special_account(books, "SalesTaxPayable")->field("Balance", books.names());
}

void check_books(Desk& desk)
{
    for (const std::string& breach : qbxml::simulator::books_balance(desk.quickbooks->books()))
        FAIL_CHECK(breach);
}

}  // namespace

TEST_CASE("sales tax by the codes of the lines, outside the amounts or inside")
{
    struct Row {
        const char *country, *included, *first_code, *first, *second_code, *second;
        const char *subtotal, *tax;
    };
    const auto row = GENERATE(values<Row>({
        {"UK", "false", "S", "100.00", "Z", "50.00", "150.00", "20.00"},
        {"UK", "true", "S", "120.00", "Z", "50.00", "150.00", "20.00"},
        {"UK", "false", "S", "0.99", "S", "0.99", "1.98", "0.40"},   // 0.198 twice
        {"UK", "true", "S", "0.99", "O", "10.00", "10.83", "0.16"},  // 0.99 / 1.2 = 0.825
        {"CA", "false", "H", "100.00", "G", "100.00", "200.00", "18.00"},
        {"CA", "false", "E", "80.00", "H", "19.99", "99.99", "2.60"},
        {"CA", "true", "H", "113.00", "E", "7.00", "107.00", "13.00"},
        {"AU", "false", "GST", "55.55", "FRE", "10.00", "65.55", "5.56"},
        {"AU", "true", "GST", "110.00", "FRE", "10.00", "110.00", "10.00"},
    }));
    CAPTURE(row.country, row.included, row.first_code, row.first, row.second_code, row.second);
    Desk desk = desk_in(row.country);
    const std::string answer = desk.ask(invoice_add(
        ref("CustomerRef", "A") + "<IsTaxIncluded>" + row.included + "</IsTaxIncluded>" +
        taxed(row.first_code, row.first) + taxed(row.second_code, row.second)));
    CHECK(status_of(answer) == 0);
    const auto edition = qbxml::edition_from_text(row.country);
    CHECK(faults_of(answer, *edition).empty());
    CHECK(first(answer, "Subtotal") == row.subtotal);
    CHECK(first(answer, "SalesTaxTotal") == row.tax);
    CHECK(posted_tax(desk) == row.tax);
    check_books(desk);
}

TEST_CASE("tax on purchases is in the total, and what was paid of it is not owed")
{
    struct Row {
        const char *country, *included, *code, *amount, *total, *tax, *shown;
    };
    const auto row = GENERATE(values<Row>({
        {"UK", "false", "S", "100.00", "120.00", "-20.00", ""},
        {"UK", "true", "S", "120.00", "120.00", "-20.00", ""},
        {"CA", "false", "H", "50.00", "56.50", "-6.50", ""},
        {"AU", "false", "GST", "33.33", "36.66", "-3.33", "3.33"},
        {"AU", "true", "GST", "33.33", "33.33", "-3.03", "3.03"},
        {"AU", "false", "FRE", "33.33", "33.33", "0.00", "0.00"},
        {"US", "", "", "100.00", "100.00", "0.00", ""},
    }));
    CAPTURE(row.country, row.included, row.code, row.amount);
    Desk desk = desk_in(row.country);
    const bool us = std::string_view(row.country) == "US";
    const std::string included =
        us ? std::string() : std::string("<IsTaxIncluded>") + row.included + "</IsTaxIncluded>";
    const std::string code = us ? std::string() : ref("SalesTaxCodeRef", row.code);
    const std::string answer =
        desk.ask("<BillAddRq><BillAdd>" + ref("VendorRef", "Granite State Lumber") + included +
                 "<ExpenseLineAdd>" + ref("AccountRef", "Insurance") + "<Amount>" + row.amount +
                 "</Amount>" + code + "</ExpenseLineAdd></BillAdd></BillAddRq>");
    CHECK(status_of(answer) == 0);
    const auto edition = qbxml::edition_from_text(row.country);
    CHECK(faults_of(answer, *edition).empty());
    CHECK(first(answer, "AmountDue") == row.total);
    CHECK(first(answer, "TaxAmount") == row.shown);
    CHECK(posted_tax(desk) == row.tax);
    check_books(desk);
}

TEST_CASE("a line takes the tax code of its item, else of the customer or vendor")
{
    Desk desk = desk_in("UK");
    const std::string hinge = desk.ask(invoice_add(
        ref("CustomerRef", "A") + line("Hinge", "<Quantity>2</Quantity><Rate>10</Rate>")));
    CHECK(first(hinge, "SalesTaxTotal") == "4.00");
    const std::string design =
        desk.ask(invoice_add(ref("CustomerRef", "A") + line("Design", "<Quantity>1</Quantity>")));
    CHECK(first(design, "SalesTaxTotal") == "0.00");
    check_books(desk);
}

TEST_CASE("in the US a sale has one rate on what is taxable, groups of items and taxes included")
{
    Desk desk = desk_with_a();  // Burlington, seven per cent
    const std::string plain = desk.ask(invoice_add(
        ref("CustomerRef", "A") + line("Hinge", "<Quantity>10</Quantity><Rate>7.25</Rate>") +
        line("Design", "<Quantity>1</Quantity>")));
    CHECK(first(plain, "Subtotal") == "157.50");
    CHECK(first(plain, "SalesTaxTotal") == "5.08");  // 7 % of 72.50 is 5.075
    const std::string grouped = desk.ask(invoice_add(
        ref("CustomerRef", "A") + "<InvoiceLineGroupAdd>" + ref("ItemGroupRef", "Door set") +
        "<Quantity>1</Quantity></InvoiceLineGroupAdd>"));
    // 189.00 + 3 * 7.25 + 58.95 are taxed, 1.5 * 48.00 are not.
    CHECK(first(grouped, "Subtotal") == "341.70");
    CHECK(first(grouped, "SalesTaxTotal") == "18.88");
    const std::string group = desk.ask(
        "<ItemSalesTaxGroupAddRq><ItemSalesTaxGroupAdd><Name>Both</Name>"
        "<ItemDesc>Town and state</ItemDesc>" +
        ref("ItemSalesTaxRef", "Burlington") + ref("ItemSalesTaxRef", "Vermont") +
        "</ItemSalesTaxGroupAdd></ItemSalesTaxGroupAddRq>");
    REQUIRE(status_of(group) == 0);
    const std::string both =
        desk.ask(invoice_add(ref("CustomerRef", "A") + ref("ItemSalesTaxRef", "Both") +
                             line("Hinge", "<Quantity>4</Quantity><Rate>25</Rate>")));
    CHECK(first(both, "SalesTaxTotal") == "13.00");
    check_books(desk);
}
