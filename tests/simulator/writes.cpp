// What requests change in the books, and what they are refused for.
#include <catch2/catch.hpp>

#include "tests/simulator/requests.h"

using namespace simulator_test;

TEST_CASE("what a CustomerAdd is refused for")
{
    struct Row {
        std::string fields;
        int status;
        const char* says;
    };
    const auto row = GENERATE(values<Row>({
        {"<Name>a</Name>", 3100, "The name \"a\" of the list element is already in use."},
        {"<Name>Granite State Lumber</Name>", 3100, "already in use"},  // a vendor holds it
        {"<Name> A </Name>", 3100, "already in use"},
        {"<Name>A:B</Name>", 3090, "\"A:B\" in the \"Name\" field"},
        {"<Name> </Name>", 3150, "\"Name\""},
        {"<Name>B</Name><ParentRef><FullName>Nobody</FullName></ParentRef>", 3130, "\"Nobody\""},
        {"<Name>B</Name><TermsRef><FullName>Net 31</FullName></TermsRef>", 3140,
         "invalid reference to QuickBooks Terms \"Net 31\" in the Customer"},
        {"<Name>B</Name><TermsRef><ListID>80000099-1</ListID></TermsRef>", 3140, "80000099-1"},
        {"<Name>B</Name><CurrencyRef><FullName>Euro</FullName></CurrencyRef>", 3250, "CurrencyRef"},
        {"<Name>B</Name><BillAddress><Addr1>1</Addr1><Addr2>2</Addr2><Addr3>3</Addr3>"
         "<Addr4>4</Addr4><City>C</City><Country>D</Country></BillAddress>",
         3205, "BillAddress"},
        {"<Name>B</Name><FirstName>Abcdefghijklmnopqrstuvwxyz</FirstName>", 3070,
         "The string \"Abcdefghijklmnopqrstuvwxyz\" in the field \"FirstName\" is too long."},
    }));
    Desk desk = desk_with_a();
    const std::size_t before = desk.quickbooks->count("CustomerRet");
    const auto set = read(desk.ask(customer_add(row.fields)));
    CAPTURE(row.fields);
    CHECK(set.responses().at(0).status_code == row.status);
    CHECK_THAT(set.responses().at(0).status_message.value(), Catch::Contains(row.says));
    CHECK(set.responses().at(0).children.empty());
    CHECK(desk.quickbooks->count("CustomerRet") == before);
}

TEST_CASE("a requestID over fifty characters is 1060")
{
    Desk desk;
    const std::string id(51, 'x');
    CHECK(status_of(desk.ask("<HostQueryRq requestID=\"" + id + "\"/>")) == 1060);
}

TEST_CASE("a job stands under its customer, five levels at most")
{
    Desk desk = desk_with_a();
    std::string parent = "A";
    for (int level = 1; level < 5; ++level) {
        const std::string name = "J" + std::to_string(level);
        const std::string answer =
            desk.ask(customer_add("<Name>" + name + "</Name>" + ref("ParentRef", parent)));
        REQUIRE(status_of(answer) == 0);
        parent += ":" + name;
        CHECK(times_in(answer, "<FullName>" + parent + "</FullName>") == 1);
        CHECK(first(answer, "Sublevel") == std::to_string(level));
    }
    CHECK(status_of(desk.ask(customer_add("<Name>J5</Name>" + ref("ParentRef", parent)))) == 3180);
    CHECK(status_of(desk.ask(customer_add("<Name>J1</Name>"))) == 0);  // another full name
}

TEST_CASE("text is stored as QuickBooks stores it")
{
    Desk desk;
    const std::string answer = desk.ask(customer_add(
        "<Name>&#8364;uro &#9731; man</Name><Notes>one&#10;two &amp; &lt;three&gt;</Notes>"));
    CHECK(first(answer, "Name") == "&#8364;uro ? man");  // no snowman in Windows-1252
    CHECK(first(answer, "Notes") == "one\ntwo &amp; &lt;three&gt;");
}

TEST_CASE("an opening balance becomes an invoice")
{
    Desk desk;
    CHECK(status_of(desk.ask(customer_add("<Name>A</Name><OpenBalance>120.50</OpenBalance>"
                                          "<OpenBalanceDate>2024-06-01</OpenBalanceDate>"))) == 0);
    CHECK(customer(desk, "A", "Balance") == "120.50");
    const std::string answer = desk.ask("<InvoiceQueryRq/>");
    CHECK(first(answer, "Memo") == "Opening balance");
    CHECK(first(answer, "TxnDate") == "2024-06-01");
    CHECK(receivable(desk) == "120.50");
}

TEST_CASE("a CustomerMod changes what it names, clears what it leaves empty, keeps the rest")
{
    Desk desk = desk_with_a();
    const std::string id = customer(desk, "A", "ListID");
    const std::string sequence = customer(desk, "A", "EditSequence");
    const std::string answer = desk.ask(
        "<CustomerModRq><CustomerMod><ListID>" + id + "</ListID><EditSequence>" + sequence +
        "</EditSequence><CompanyName>A Ltd</CompanyName><Phone></Phone></CustomerMod>"
        "</CustomerModRq>");
    CHECK(status_of(answer) == 0);
    CHECK(first(answer, "CompanyName") == "A Ltd");
    CHECK(first(answer, "Phone").empty());
    CHECK(first(answer, "Email") == "a@example.com");
    // Within one second the sequence still grows.
    CHECK(first(answer, "EditSequence") == std::to_string(std::stoll(sequence) + 1));
}

TEST_CASE("a stale edit sequence is 3200 with the current record")
{
    Desk desk = desk_with_a();
    const std::string id = customer(desk, "A", "ListID");
    const std::string answer =
        desk.ask("<CustomerModRq requestID=\"9\"><CustomerMod><ListID>" + id +
                 "</ListID><EditSequence>1272664823</EditSequence><Phone>2</Phone></CustomerMod>"
                 "</CustomerModRq>");
    CHECK_THAT(answer, Catch::Contains("<CustomerModRs requestID=\"9\" statusCode=\"3200\" "
                                       "statusSeverity=\"Error\" statusMessage=\"The provided edit "
                                       "sequence &quot;1272664823&quot; is out-of-date. \">"));
    CHECK(first(answer, "EditSequence") == customer(desk, "A", "EditSequence"));
    CHECK(first(answer, "Phone") == "1");
}

TEST_CASE("a customer renamed is renamed in its jobs and on its invoices, which did not change")
{
    Desk desk = desk_with_a();
    REQUIRE(status_of(desk.ask(customer_add("<Name>J</Name>" + ref("ParentRef", "A")))) == 0);
    REQUIRE(status_of(desk.ask(invoice_add(ref("CustomerRef", "A:J") + line("Window")))) == 0);
    const std::string before = desk.ask("<InvoiceQueryRq/>");
    const std::string id = customer(desk, "A", "ListID");
    *desk.clock += 60;
    CHECK(status_of(desk.ask("<CustomerModRq><CustomerMod><ListID>" + id +
                             "</ListID><EditSequence>" + customer(desk, "A", "EditSequence") +
                             "</EditSequence><Name>Z</Name></CustomerMod></CustomerModRq>")) == 0);
    const std::string after = desk.ask("<InvoiceQueryRq/>");
    CHECK(times_in(after, "<FullName>Z:J</FullName>") == 1);
    CHECK(first(after, "EditSequence") == first(before, "EditSequence"));
    CHECK(status_of(desk.ask("<CustomerQueryRq><FullName>A:J</FullName></CustomerQueryRq>")) ==
          500);
    CHECK(customer(desk, "z:j", "Sublevel") == "1");
}

TEST_CASE("an invoice computes what the request leaves out")
{
    Desk desk = desk_with_a();
    const std::string answer = desk.ask(
        invoice_add(ref("CustomerRef", "A") + "<TxnDate>2024-06-10</TxnDate>" +
                    line("Window", "<Quantity>2</Quantity>") +  // 344.50 each, taxed
                    line("Design", "<Quantity>1.5</Quantity><Rate>90.255</Rate>") +  // not taxed
                    line("Framing", "<Quantity>3</Quantity><Amount>100.00</Amount>")));
    CHECK(status_of(answer) == 0);
    CHECK(first(answer, "RefNumber") == "1");
    CHECK(first(answer, "DueDate") == "2024-07-10");
    CHECK(times_in(answer, "<Amount>689.00</Amount>") == 1);
    CHECK(times_in(answer, "<Amount>135.38</Amount>") == 1);  // 135.3825
    CHECK(times_in(answer, "<Rate>33.33333</Rate>") == 1);
    CHECK(first(answer, "Subtotal") == "924.38");
    CHECK(first(answer, "SalesTaxPercentage") == "7.00");
    CHECK(first(answer, "SalesTaxTotal") == "48.23");
    CHECK(first(answer, "BalanceRemaining") == "972.61");
    CHECK(first(answer, "IsPaid") == "false");
    CHECK(times_in(answer, "<Desc>Double-glazed window</Desc>") == 1);
    CHECK(customer(desk, "A", "Balance") == "972.61");
    CHECK(receivable(desk) == "972.61");
}

TEST_CASE("discounts, subtotals and groups")
{
    Desk desk = desk_with_a();
    const std::string group =
        "<InvoiceLineGroupAdd><ItemGroupRef><FullName>Door set</FullName></ItemGroupRef>"
        "<Quantity>2</Quantity></InvoiceLineGroupAdd>";
    const std::string answer =
        desk.ask(invoice_add(ref("CustomerRef", "A") + group + line("Design") + line("Subtotal") +
                             line("Trade discount") + line("Goodwill")));
    CHECK(status_of(answer) == 0);
    CHECK(times_in(answer, "<TotalAmount>683.40</TotalAmount>") == 1);
    CHECK(times_in(answer, "<Amount>768.40</Amount>") == 1);  // the subtotal
    CHECK(times_in(answer, "<RatePercent>-10.00</RatePercent>\n<Amount>-76.84</Amount>") == 1);
    CHECK(times_in(answer, "<Rate>-25.00</Rate>\n<Amount>-25.00</Amount>") == 1);
    CHECK(first(answer, "Subtotal") == "666.56");
}

TEST_CASE("what an InvoiceAdd is refused for")
{
    struct Row {
        std::string fields;
        int status;
        const char* says;
    };
    const std::string a = ref("CustomerRef", "A");
    const auto row = GENERATE_COPY(values<Row>({
        {ref("CustomerRef", "Nobody") + line("Window"), 3140,
         "invalid reference to QuickBooks Customer \"Nobody\" in the Invoice"},
        {a + line("No such item"), 3140, "Item \"No such item\" in the Invoice line"},
        {a, 3180, "blank transaction"},
        {a + line("Goodwill"), 3180, "must be positive"},
        {a + line("Window", "<Quantity>9999999999</Quantity><Rate>9999999999</Rate>"), 3101,
         "too large"},
        {a + line("Trade discount", "<Quantity>1</Quantity>"), 3151, "Trade discount"},
        {a + line("Door set"), 3280, "Door set"},
        {a + line("Burlington"), 3280, "Burlington"},
        {a + "<LinkToTxnID>1-1</LinkToTxnID>" + line("Window"), 3120, "1-1"},
        {a + ref("ClassRef", "Nowhere") + line("Window"), 3140, "Class \"Nowhere\""},
    }));
    Desk desk = desk_with_a();
    const auto set = read(desk.ask(invoice_add(row.fields)));
    CAPTURE(row.fields);
    CHECK(set.responses().at(0).status_code == row.status);
    CHECK_THAT(set.responses().at(0).status_message.value(), Catch::Contains(row.says));
    CHECK(desk.quickbooks->count("InvoiceRet") == 0);
    CHECK(customer(desk, "A", "Balance") == "0.00");
}

TEST_CASE("the number of an invoice is counted, given, or left blank")
{
    Desk desk = desk_with_a();
    const std::string a = ref("CustomerRef", "A");
    desk.ask(invoice_add(a + "<RefNumber>41</RefNumber>" + line("Window")));
    CHECK(first(desk.ask(invoice_add(a + line("Window"))), "RefNumber") == "42");
    CHECK(first(desk.ask(invoice_add(a + "<RefNumber></RefNumber>" + line("Window"))), "RefNumber")
              .empty());
    CHECK(first(desk.ask(invoice_add(a + "<RefNumber>A-7</RefNumber>" + line("Window"))),
                "RefNumber") == "A-7");
    CHECK(first(desk.ask(invoice_add(a + line("Window"))), "RefNumber") == "43");
}

TEST_CASE("a pending invoice owes nothing yet")
{
    Desk desk = desk_with_a();
    const std::string answer = desk.ask(
        invoice_add(ref("CustomerRef", "A") + "<IsPending>1</IsPending>" + line("Window")));
    CHECK(first(answer, "IsPending") == "true");
    CHECK(first(answer, "BalanceRemaining") == "0.00");
    CHECK(customer(desk, "A", "Balance") == "0.00");
}

TEST_CASE("what is sold leaves the stock: times move, the edit sequence does not")
{
    Desk desk = desk_with_a();
    const std::string query =
        "<ItemInventoryQueryRq><FullName>Window</FullName>"
        "</ItemInventoryQueryRq>";
    const std::string before = desk.ask(query);
    desk.ask(invoice_add(ref("CustomerRef", "A") + line("Window", "<Quantity>2.5</Quantity>")));
    const std::string after = desk.ask(query);
    CHECK(first(before, "QuantityOnHand") == "400");
    CHECK(first(after, "QuantityOnHand") == "397.5");
    CHECK(first(after, "EditSequence") == first(before, "EditSequence"));
    CHECK(first(after, "TimeModified") != first(before, "TimeModified"));
}

TEST_CASE("a payment pays invoices, in full, in part and with a discount")
{
    Desk desk = desk_with_a();
    const std::string a = ref("CustomerRef", "A");
    const std::string id =
        first(desk.ask(invoice_add(a + line("Design", "<Amount>100.00</Amount>"))), "TxnID");
    const auto pay = [&](std::string_view total, std::string_view applied) {
        return desk.ask("<ReceivePaymentAddRq><ReceivePaymentAdd>" + a + "<TotalAmount>" +
                        std::string(total) + "</TotalAmount>" + std::string(applied) +
                        "</ReceivePaymentAdd></ReceivePaymentAddRq>");
    };
    const auto applied = [&](std::string_view amount, std::string_view more = "") {
        return "<AppliedToTxnAdd><TxnID>" + id + "</TxnID><PaymentAmount>" + std::string(amount) +
               "</PaymentAmount>" + std::string(more) + "</AppliedToTxnAdd>";
    };
    const std::string discount =
        "<DiscountAmount>10.00</DiscountAmount><DiscountAccountRef>"
        "<FullName>Discounts Given</FullName></DiscountAccountRef>";

    CHECK(status_of(pay("200.00", applied("100.01"))) == 3210);
    CHECK(status_of(pay("50.00", applied("60.00"))) == 3210);
    CHECK(status_of(pay("50.00", applied("20.00") + applied("20.00"))) == 3177);
    CHECK(status_of(pay("50.00", applied("20.00", "<DiscountAmount>1.00</DiscountAmount>"))) ==
          3150);
    CHECK(invoice(desk, id).find("LinkedTxn") == std::string::npos);

    const std::string paid = pay("50.00", applied("40.00", discount));
    CHECK(status_of(paid) == 0);
    CHECK(first(paid, "UnusedPayment") == "10.00");
    CHECK(first(paid, "DiscountAmount") == "10.00");
    const std::string half = invoice(desk, id);
    CHECK(first(half, "AppliedAmount") == "-50.00");
    CHECK(first(half, "BalanceRemaining") == "50.00");
    CHECK(times_in(half, "<LinkedTxn>") == 1);
    CHECK(customer(desk, "A", "Balance") == "40.00");

    CHECK(status_of(pay("50.00", "<IsAutoApply>true</IsAutoApply>")) == 0);
    CHECK(first(invoice(desk, id), "IsPaid") == "true");
    CHECK(times_in(invoice(desk, id), "<LinkedTxn>") == 2);
}

TEST_CASE("a payment deleted opens its invoice again; an invoice deleted frees its payment")
{
    Desk desk = desk_with_a();
    const std::string a = ref("CustomerRef", "A");
    const std::string id =
        first(desk.ask(invoice_add(a + line("Design", "<Amount>100.00</Amount>"))), "TxnID");
    const std::string payment = desk.ask(
        "<ReceivePaymentAddRq><ReceivePaymentAdd>" + a +
        "<TotalAmount>30.00</TotalAmount><AppliedToTxnAdd><TxnID>" + id +
        "</TxnID><PaymentAmount>30.00</PaymentAmount></AppliedToTxnAdd></ReceivePaymentAdd>"
        "</ReceivePaymentAddRq>");
    const auto remove = [&](std::string_view type, const std::string& txn) {
        return desk.ask("<TxnDelRq><TxnDelType>" + std::string(type) + "</TxnDelType><TxnID>" +
                        txn + "</TxnID></TxnDelRq>");
    };
    SECTION("payment")
    {
        CHECK(status_of(remove("ReceivePayment", first(payment, "TxnID"))) == 0);
        CHECK(first(invoice(desk, id), "BalanceRemaining") == "100.00");
        CHECK(times_in(invoice(desk, id), "<LinkedTxn>") == 0);
        CHECK(customer(desk, "A", "Balance") == "100.00");
    }
    SECTION("invoice")
    {
        CHECK(status_of(remove("Invoice", id)) == 0);
        CHECK(status_of(remove("Invoice", id)) == 3120);
        const std::string left = desk.ask(
            "<ReceivePaymentQueryRq><IncludeLineItems>1"
            "</IncludeLineItems></ReceivePaymentQueryRq>");
        CHECK(first(left, "UnusedPayment") == "30.00");
        CHECK(times_in(left, "<AppliedToTxnRet>") == 0);
        CHECK(customer(desk, "A", "Balance") == "-30.00");
        const std::string gone = desk.ask(
            "<TxnDeletedQueryRq><TxnDelType>Invoice</TxnDelType>"
            "</TxnDeletedQueryRq>");
        CHECK(first(gone, "TxnID") == id);
        CHECK(first(gone, "RefNumber") == "1");
    }
    SECTION("voided")
    {
        CHECK(status_of(desk.ask("<TxnVoidRq><TxnVoidType>Invoice</TxnVoidType><TxnID>" + id +
                                 "</TxnID></TxnVoidRq>")) == 0);
        const std::string voided = invoice(desk, id);
        CHECK(first(voided, "Memo") == "VOID: ");
        CHECK(first(voided, "Subtotal") == "0.00");
        CHECK(first(voided, "IsPaid") == "true");
        CHECK(customer(desk, "A", "Balance") == "-30.00");
    }
}

TEST_CASE("a list record in use cannot be deleted; one that is not is remembered for ninety days")
{
    Desk desk = desk_with_a();
    desk.ask(customer_add("<Name>B</Name>"));
    desk.ask(invoice_add(ref("CustomerRef", "A") + line("Design")));
    const auto remove = [&](const std::string& id) {
        return desk.ask("<ListDelRq><ListDelType>Customer</ListDelType><ListID>" + id +
                        "</ListID></ListDelRq>");
    };
    const std::string id = customer(desk, "B", "ListID");
    CHECK(status_of(remove(customer(desk, "A", "ListID"))) == 3160);
    const std::string answer = remove(id);
    CHECK(status_of(answer) == 0);
    CHECK(first(answer, "FullName") == "B");
    CHECK(status_of(remove(id)) == 3120);

    const std::string query =
        "<ListDeletedQueryRq><ListDelType>Customer</ListDelType></ListDeletedQueryRq>";
    CHECK(first(desk.ask(query), "ListID") == id);
    CHECK(status_of(desk.ask("<ListDeletedQueryRq><ListDelType>Vendor</ListDelType>"
                             "</ListDeletedQueryRq>")) == 1);
    *desk.clock += 91 * 86400;
    CHECK(status_of(desk.ask(query)) == 1);
}
