// InvoiceMod: lines kept, changed, added and dropped.
#include <catch2/catch.hpp>

#include <vector>

#include "tests/simulator/requests.h"

using namespace simulator_test;

namespace {

std::string invoice_mod(const std::string& shown, std::string_view fields)
{
    return "<InvoiceModRq><InvoiceMod><TxnID>" + first(shown, "TxnID") + "</TxnID><EditSequence>" +
           first(shown, "EditSequence") + "</EditSequence>" + std::string(fields) +
           "</InvoiceMod></InvoiceModRq>";
}

// The TxnLineIDs of an answer, in order.
std::vector<std::string> line_ids(const std::string& answer)
{
    std::vector<std::string> ids;
    constexpr std::string_view open = "<TxnLineID>";
    for (std::size_t at = answer.find(open); at != std::string::npos;
         at = answer.find(open, at + 1)) {
        ids.push_back(answer.substr(at + open.size(), answer.find('<', at + 1) - at - open.size()));
    }
    return ids;
}

std::string kept(const std::string& id, std::string_view fields = "")
{
    return "<InvoiceLineMod><TxnLineID>" + id + "</TxnLineID>" + std::string(fields) +
           "</InvoiceLineMod>";
}

}  // namespace

TEST_CASE("an InvoiceMod without lines leaves the lines as they are")
{
    Desk desk = desk_with_a();
    const std::string made =
        desk.ask(invoice_add(ref("CustomerRef", "A") + "<TxnDate>2024-06-10</TxnDate>" +
                             line("Window") + line("Design")));
    const std::string changed =
        desk.ask(invoice_mod(made, "<TxnDate>2024-06-20</TxnDate><PONumber>P1</PONumber>"));
    CHECK(status_of(changed) == 0);
    CHECK(first(changed, "PONumber") == "P1");
    CHECK(first(changed, "DueDate") == "2024-07-20");
    CHECK(line_ids(changed) == line_ids(made));
    CHECK(first(changed, "BalanceRemaining") == first(made, "BalanceRemaining"));
    CHECK(first(changed, "RefNumber") == first(made, "RefNumber"));
    CHECK(status_of(desk.ask(invoice_mod(made, "<PONumber>P2</PONumber>"))) == 3200);
}

TEST_CASE("an InvoiceMod with lines keeps, changes, adds and drops them, and moves balances")
{
    Desk desk = desk_with_a();
    const std::string made = desk.ask(invoice_add(
        ref("CustomerRef", "A") + line("Design", "<Quantity>1</Quantity>") +
        line("Framing", "<Quantity>2</Quantity>") + line("Window", "<Quantity>3</Quantity>")));
    const auto ids = line_ids(made);
    REQUIRE(ids.size() == 3);
    const std::string changed = desk.ask(
        invoice_mod(made, kept(ids[0]) + kept(ids[1], "<Quantity>4</Quantity>") +
                              kept("-1", "<ItemRef><FullName>Permit</FullName></ItemRef>")));
    CHECK(status_of(changed) == 0);
    const auto now = line_ids(changed);
    REQUIRE(now.size() == 3);
    CHECK(now[0] == ids[0]);
    CHECK(now[1] == ids[1]);
    CHECK(now[2] != ids[2]);
    CHECK(first(changed, "Subtotal") == "430.00");  // 85 + 4 * 55 + 125, nothing taxed
    CHECK(customer(desk, "A", "Balance") == "430.00");
    CHECK(receivable(desk) == "430.00");
    // The windows are back.
    CHECK(first(desk.ask("<ItemInventoryQueryRq><FullName>Window</FullName>"
                         "</ItemInventoryQueryRq>"),
                "QuantityOnHand") == "400");
}

TEST_CASE("what an InvoiceMod is refused for")
{
    Desk desk = desk_with_a();
    const std::string made =
        desk.ask(invoice_add(ref("CustomerRef", "A") + line("Design") + line("Framing")));
    const auto ids = line_ids(made);
    REQUIRE(
        status_of(desk.ask("<ReceivePaymentAddRq><ReceivePaymentAdd>" + ref("CustomerRef", "A") +
                           "<TotalAmount>100.00</TotalAmount><IsAutoApply>true</IsAutoApply>"
                           "</ReceivePaymentAdd></ReceivePaymentAddRq>")) == 0);
    desk.ask(customer_add("<Name>B</Name>"));
    const std::string paid = desk.ask("<InvoiceQueryRq/>");
    struct Row {
        std::string fields;
        int status;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {kept(ids[1]) + kept(ids[0]), 3290},
        {kept("FFFF-1"), 3120},
        {kept(ids[0]), 3170},  // 85.00 is less than the 100.00 that were paid
        {"<CustomerRef></CustomerRef>", 3190},
        {ref("CustomerRef", "B"), 3170},
        {ref("TermsRef", "Never"), 3140},
    }));
    CAPTURE(row.fields);
    CHECK(status_of(desk.ask(invoice_mod(paid, row.fields))) == row.status);
    CHECK(first(desk.ask("<InvoiceQueryRq/>"), "EditSequence") == first(paid, "EditSequence"));
}
