// Totals, statuses, lines and links of transactions, rule by rule.
#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

std::string transaction(const std::string& name, const std::string& inside)
{
    return "<" + name + "Ret><TxnID>T-1</TxnID>" + inside + "</" + name + "Ret>";
}

std::string sum(const std::string& name, const std::string& amount)
{
    return "<" + name + ">" + amount + "</" + name + ">";
}

std::string linked(const std::string& type, const std::string& amount,
                   const std::string& kind = "AMTTYPE", const std::string& date = "2025-01-05")
{
    return "<LinkedTxn><TxnID>L-" + type + "</TxnID><TxnType>" + type + "</TxnType><TxnDate>" +
           date + "</TxnDate><LinkType>" + kind + "</LinkType><Amount>" + amount +
           "</Amount></LinkedTxn>";
}

}  // namespace

TEST_CASE("the status of a transaction")
{
    struct Row {
        std::string name, inside, status;
    };
    const auto row = GENERATE(values<Row>({
        {"Invoice", "<Subtotal>0</Subtotal><Memo>Void - twice</Memo>", "Void"},
        {"Invoice", "<Subtotal>0</Subtotal><Memo>Voided by hand</Memo>", "Paid"},
        {"Invoice", "<Subtotal>0</Subtotal><Memo>not VOID</Memo>", "Paid"},
        {"Invoice", "<Subtotal>5</Subtotal><Memo>VOID</Memo>", "Submitted"},
        {"Invoice", "<IsPending>true</IsPending><Subtotal>5</Subtotal>", "Draft"},
        {"Invoice", "<Subtotal>5</Subtotal><IsPaid>true</IsPaid>", "Paid"},
        {"Invoice", "<Subtotal>5</Subtotal><BalanceRemaining>0.00</BalanceRemaining>", "Paid"},
        {"Invoice", "<Subtotal>5</Subtotal><AppliedAmount>-1</AppliedAmount>", "PartiallyPaid"},
        {"Invoice", "<Subtotal>5</Subtotal>", "Submitted"},
        {"SalesReceipt", "<TotalAmount>0</TotalAmount><Memo>VOID:</Memo>", "Void"},
        {"SalesReceipt", "<IsPending>1</IsPending>", "Draft"},
        {"SalesReceipt", "<TotalAmount>9</TotalAmount>", "Paid"},
        {"CreditMemo", "<TotalAmount>9</TotalAmount>", "Paid"},
        {"CreditMemo", "<TotalAmount>9</TotalAmount><CreditRemaining>4</CreditRemaining>",
         "PartiallyPaid"},
        {"CreditMemo", "<TotalAmount>9</TotalAmount><CreditRemaining>9</CreditRemaining>",
         "Submitted"},
        {"CreditMemo",
         "<Subtotal>8</Subtotal><SalesTaxTotal>1</SalesTaxTotal>"
         "<CreditRemaining>8</CreditRemaining>",
         "PartiallyPaid"},
        {"Bill", "<AmountDue>9</AmountDue>", "Open"},
        {"Bill", "<AmountDue>9</AmountDue><IsPaid>true</IsPaid>", "Paid"},
        {"Bill", "<AmountDue>9</AmountDue><OpenAmount>2</OpenAmount>", "PartiallyPaid"},
        {"Bill", "<AmountDue>0</AmountDue><Memo>void:</Memo>", "Void"},
        {"Bill", "<AmountDue>9</AmountDue><IsPending>true</IsPending>", "Draft"},
        {"VendorCredit", "<CreditAmount>9</CreditAmount>", "Submitted"},
        {"VendorCredit", "<CreditAmount>9</CreditAmount><OpenAmount>0</OpenAmount>", "Paid"},
        {"VendorCredit", "<CreditAmount>9</CreditAmount><OpenAmount>3</OpenAmount>",
         "PartiallyPaid"},
        {"VendorCredit", "<CreditAmount>0</CreditAmount><Memo>VOID:</Memo>", "Void"},
        {"Check", "<Amount>9</Amount>", "Posted"},
        {"Check", "<Amount>9</Amount><IsPending>true</IsPending>", "Draft"},
        {"Check", "<Amount>0.00</Amount><Memo>VOID: lost</Memo>", "Void"},
        {"ReceivePayment", "<TotalAmount>0</TotalAmount><Memo>VOID</Memo>", "Void"},
        {"Deposit", "<DepositTotal>5</DepositTotal><Memo>VOID</Memo>", "Posted"},
        {"Deposit", "<DepositTotal>0</DepositTotal><Memo>VOID</Memo>", "Void"},
        {"Estimate", "<IsActive>false</IsActive>", "Closed"},
        {"Estimate", linked("Invoice", "-1"), "Converted"},
        {"Estimate", linked("Bill", "-1"), "Open"},
        {"SalesOrder", "<IsFullyInvoiced>true</IsFullyInvoiced>", "Invoiced"},
        {"SalesOrder", "<IsManuallyClosed>true</IsManuallyClosed>", "Closed"},
        {"SalesOrder", "<SalesOrderLineRet><Invoiced>2</Invoiced></SalesOrderLineRet>",
         "PartiallyInvoiced"},
        {"SalesOrder", "<SalesOrderLineRet><Invoiced>0</Invoiced></SalesOrderLineRet>", "Open"},
        {"PurchaseOrder", "<IsFullyReceived>true</IsFullyReceived>", "Received"},
        {"PurchaseOrder", "<IsManuallyClosed>true</IsManuallyClosed>", "Closed"},
        {"PurchaseOrder",
         "<PurchaseOrderLineRet><ReceivedQuantity>1</ReceivedQuantity>"
         "</PurchaseOrderLineRet>",
         "PartiallyReceived"},
        {"PurchaseOrder", "", "Open"},
        {"JournalEntry",
         "<JournalDebitLine><Amount>0</Amount><Memo>VOID: x</Memo></JournalDebitLine>"
         "<JournalCreditLine></JournalCreditLine>",
         "Void"},
        {"JournalEntry",
         "<JournalDebitLine><Amount>1</Amount><Memo>VOID: x</Memo></JournalDebitLine>", "Posted"},
        {"JournalEntry", "<JournalDebitLine><Amount>0</Amount></JournalDebitLine>", "Posted"},
        {"InventoryAdjustment",
         "<Memo>VOID</Memo><InventoryAdjustmentLineRet>"
         "<ValueDifference>0.00</ValueDifference></InventoryAdjustmentLineRet>",
         "Void"},
        {"InventoryAdjustment",
         "<Memo>VOID</Memo><InventoryAdjustmentLineRet>"
         "<QuantityDifference>1</QuantityDifference></InventoryAdjustmentLineRet>",
         "Posted"},
    }));
    CAPTURE(row.name, row.inside);
    const auto read = converted(transaction(row.name, row.inside));
    REQUIRE(read.records.size() == 1);
    CHECK(at(json(read.records[0].json), "status") == '"' + row.status + '"');
    CHECK(read.records[0].voided == (row.status == "Void"));
}

TEST_CASE("the total of an invoice")
{
    struct Row {
        std::string inside, sub_total, total;
    };
    const auto row = GENERATE(values<Row>({
        {"<Subtotal>10</Subtotal><SalesTaxTotal>1</SalesTaxTotal>", "10.00", "11.00"},
        {"<BalanceRemaining>7</BalanceRemaining><AppliedAmount>-3</AppliedAmount>", "0.00",
         "10.00"},
        {"<IsPending>true</IsPending><BalanceRemaining>7</BalanceRemaining>"
         "<AppliedAmount>-3</AppliedAmount>",
         "0.00", "0.00"},
        {"<Subtotal>12</Subtotal><SalesTaxTotal>2</SalesTaxTotal><IsTaxIncluded>true</"
         "IsTaxIncluded>"
         "<BalanceRemaining>12</BalanceRemaining><AppliedAmount>0</AppliedAmount>",
         "10.00", "12.00"},
        {"<Subtotal>1e9</Subtotal>", "", ""},
    }));
    CAPTURE(row.inside);
    const auto read = converted(transaction("Invoice", row.inside));
    const Value invoice = json(read.records[0].json);
    CHECK(at(invoice, "subTotal") == (row.sub_total.empty() ? "null" : '"' + row.sub_total + '"'));
    CHECK(at(invoice, "totalAmount") == (row.total.empty() ? "null" : '"' + row.total + '"'));
}

TEST_CASE("an invoice whose parts do not add up is reported and kept")
{
    const auto read =
        converted(transaction("Invoice",
                              "<Subtotal>10</Subtotal><BalanceRemaining>7</BalanceRemaining>"
                              "<AppliedAmount>-2</AppliedAmount>"));
    REQUIRE(read.records.size() == 1);
    REQUIRE(read.issues.size() == 1);
    CHECK(read.issues[0] == Issue{"amount.mismatch", "invoices", "T-1", "totalAmount", "10.00"});
}

TEST_CASE("journal lines and payments that do not add up are reported")
{
    const auto journal =
        converted(transaction("JournalEntry",
                              "<JournalDebitLine><Amount>5</Amount></JournalDebitLine>"
                              "<JournalCreditLine><Amount>4.50</Amount></JournalCreditLine>"));
    REQUIRE(journal.issues.size() == 1);
    CHECK(journal.issues[0].field == "journalLines");
    CHECK(journal.issues[0].value == "0.50");
    const auto payment =
        converted(transaction("ReceivePayment",
                              "<TotalAmount>100</TotalAmount><UnusedPayment>10</UnusedPayment>"
                              "<AppliedToTxnRet><TxnID>9</TxnID><TxnType>Invoice</TxnType>"
                              "<Amount>80</Amount></AppliedToTxnRet>"));
    REQUIRE(payment.issues.size() == 1);
    CHECK(payment.issues[0].field == "allocations");
    CHECK(payment.issues[0].value == "90.00");
}

TEST_CASE("journal lines in document order, credits negative, one without amount")
{
    const auto read = record(transaction(
        "JournalEntry",
        "<JournalDebitLine><TxnLineID>1</TxnLineID></JournalDebitLine>"
        "<JournalCreditLine><TxnLineID>2</TxnLineID><Amount>5.00</Amount></JournalCreditLine>"
        "<JournalDebitLine><TxnLineID>3</TxnLineID><Amount>5.00</Amount></JournalDebitLine>"));
    CHECK(at(read, "journalLines/0/netAmount") == "\"0.00\"");
    CHECK(at(read, "journalLines/1/netAmount") == "\"-5.00\"");
    CHECK(at(read, "journalLines/1/lineNumber") == "2");
    CHECK(at(read, "journalLines/2/netAmount") == "\"5.00\"");
}

TEST_CASE("purchase tax is told by line, or is the rest, or is not known")
{
    struct Row {
        std::string inside, sub_total, tax;
    };
    const auto row = GENERATE(values<Row>({
        {"", "\"100.00\"", "\"0.00\""},
        {"<ExpenseLineRet><Amount>100</Amount></ExpenseLineRet>", "\"100.00\"", "\"0.00\""},
        {"<ExpenseLineRet><Amount>60</Amount></ExpenseLineRet><ItemLineRet><Amount>30</Amount>"
         "</ItemLineRet>",
         "\"90.00\"", "\"10.00\""},
        {"<ExpenseLineRet><Amount>90</Amount><TaxAmount>9</TaxAmount></ExpenseLineRet>",
         "\"91.00\"", "\"9.00\""},
        {"<ItemGroupLineRet><TotalAmount>80</TotalAmount><ItemLineRet><Amount>80</Amount>"
         "</ItemLineRet></ItemGroupLineRet>",
         "\"80.00\"", "\"20.00\""},
        {"<IsTaxIncluded>true</IsTaxIncluded><ExpenseLineRet><Amount>100</Amount></ExpenseLineRet>",
         "null", "null"},
    }));
    CAPTURE(row.inside);
    const auto read = record(transaction("Bill", "<AmountDue>100</AmountDue>" + row.inside));
    CHECK(at(read, "subTotal") == row.sub_total);
    CHECK(at(read, "totalTaxAmount") == row.tax);
}

TEST_CASE("a card credit turns its signs, not its prices")
{
    const auto read =
        record(transaction("CreditCardCredit",
                           "<Amount>50.00</Amount><ItemLineRet><Quantity>2</Quantity>"
                           "<Cost>25.00</Cost><Amount>50.00</Amount><TaxAmount>5</TaxAmount>"
                           "</ItemLineRet>"));
    CHECK(at(read, "kind") == "\"CreditCardCredit\"");
    CHECK(at(read, "totalAmount") == "\"-50.00\"");
    CHECK(at(read, "totalTaxAmount") == "\"-5.00\"");
    CHECK(at(read, "subTotal") == "\"-45.00\"");
    CHECK(at(read, "lineItems/0/quantity") == "\"-2\"");
    CHECK(at(read, "lineItems/0/unitAmount") == "\"25.00\"");
    CHECK(at(read, "lineItems/0/subTotal") == "\"-50.00\"");
    CHECK(at(read, "lineItems/0/taxAmount") == "\"-5.00\"");
    CHECK(at(read, "lineItems/0/totalAmount") == "\"-55.00\"");
}

TEST_CASE("an open bill without OpenAmount is what its links leave, not below zero")
{
    const auto open = record(
        transaction("Bill", sum("AmountDue", "100") + linked("BillPaymentCheck", "-30") +
                                linked("VendorCredit", "-20") + linked("PurchaseOrder", "-50") +
                                linked("BillPaymentCheck", "-40", "QUANTYPE")));
    CHECK(at(open, "amountDue") == "\"50.00\"");
    CHECK(at(open, "status") == "\"PartiallyPaid\"");
    CHECK(at(open, "paymentAllocations/1/amount") == "\"20.00\"");
    CHECK(at(open, "purchaseOrderRefs/0/id") == "\"L-PurchaseOrder\"");
    const auto over = record(transaction("Bill", sum("AmountDue", "10") + linked("Check", "-30")));
    CHECK(at(over, "amountDue") == "\"0.00\"");
    CHECK(at(over, "status") == "\"Paid\"");
    CHECK(at(over, "paidOnDate") == "\"2025-01-05\"");
}

TEST_CASE("an unknown item repeats the lines above or is an item")
{
    struct Row {
        std::string last, type;
    };
    const std::string item = "<ItemRef><ListID>9</ListID></ItemRef>";
    const auto row = GENERATE(values<Row>({
        {"<Amount>30.00</Amount>", "Subtotal"},
        {"<Amount>31.00</Amount>", "Item"},
        {"<Quantity>1</Quantity><Amount>30.00</Amount>", "Item"},
        {"<RatePercent>1</RatePercent><Amount>30.00</Amount>", "Item"},
        {"", "Item"},
    }));
    CAPTURE(row.last);
    const std::string above =
        "<SalesOrderLineRet><ItemRef><ListID>1</ListID></ItemRef><Quantity>1"
        "</Quantity><Amount>10</Amount></SalesOrderLineRet>"
        "<SalesOrderLineRet><ItemRef><ListID>1</ListID></ItemRef><Quantity>1"
        "</Quantity><Amount>20</Amount></SalesOrderLineRet>";
    const auto read = record(transaction(
        "SalesOrder", above + "<SalesOrderLineRet>" + item + row.last + "</SalesOrderLineRet>"));
    CHECK(at(read, "lineItems/2/lineType") == '"' + row.type + '"');
}

TEST_CASE("lines that only QuickBooks Online sends are passed over")
{
    const auto read = record(transaction("Invoice",
                                         "<InvoiceLineRet><TxnLineID>1</TxnLineID></InvoiceLineRet>"
                                         "<DiscountLineRet><Amount>1</Amount></DiscountLineRet>"
                                         "<SalesTaxLineRet><Amount>1</Amount></SalesTaxLineRet>"
                                         "<ShippingLineRet><Amount>1</Amount></ShippingLineRet>"));
    CHECK(at(read, "lineItems/0/id") == "\"1\"");
    CHECK(at(read, "lineItems/1") == "(nothing)");
}

TEST_CASE("the currency by id, by name, by its code, or not at all, and its rate")
{
    struct Row {
        std::string inside, currency, rate;
    };
    const auto row = GENERATE(values<Row>({
        {"", "\"USD\"", "\"1\""},
        {"<CurrencyRef><ListID>80000007-1100000007</ListID></CurrencyRef>", "\"CAD\"", "null"},
        {"<CurrencyRef><FullName>SEK</FullName></CurrencyRef><ExchangeRate>0.10</ExchangeRate>",
         "\"SEK\"", "\"0.1\""},
        {"<CurrencyRef><FullName>USD</FullName></CurrencyRef>", "\"USD\"", "\"1\""},
        {"<CurrencyRef><FullName>Gold coin</FullName></CurrencyRef>", "null", "null"},
    }));
    CAPTURE(row.inside);
    const auto read = record(transaction("Bill", row.inside), shop());
    CHECK(at(read, "currency") == row.currency);
    CHECK(at(read, "currencyRate") == row.rate);
}

TEST_CASE("the kind of name behind a payee is looked up")
{
    const auto payee = [](const std::string& id) {
        return at(record(transaction("Check", "<PayeeEntityRef><ListID>" + id +
                                                  "</ListID><FullName>Spoke Supply</FullName>"
                                                  "</PayeeEntityRef>"),
                         shop()),
                  "contactRef");
    };
    CHECK(payee("8000C001-1") ==
          R"({"id":"8000C001-1","name":"Spoke Supply","dataType":"suppliers"})");
    CHECK(payee("nobody") == R"({"id":"nobody","name":"Spoke Supply","dataType":null})");
}

TEST_CASE("a deposit names the payments it holds and the cash that went out")
{
    const auto read = record(transaction(
        "Deposit",
        "<DepositTotal>80.00</DepositTotal><CashBackInfoRet><TxnLineID>9</TxnLineID>"
        "<AccountRef><ListID>5</ListID></AccountRef><Amount>20</Amount></CashBackInfoRet>"
        "<DepositLineRet><TxnType>ReceivePayment</TxnType><TxnID>P-1</TxnID>"
        "<Amount>60</Amount></DepositLineRet>"
        "<DepositLineRet><TxnLineID>3</TxnLineID><Amount>40</Amount></DepositLineRet>"));
    CHECK(at(read, "lines/0/recordRef") ==
          R"({"id":"P-1","dataType":"payments","sourceType":"ReceivePayment"})");
    CHECK(at(read, "lines/1/recordRef") == "null");
    CHECK(at(read, "lines/1/lineNumber") == "2");
    CHECK(at(read, "cashBack/amount") == "\"20.00\"");
    CHECK(at(record(transaction("Deposit", "")), "cashBack") == "null");
}
