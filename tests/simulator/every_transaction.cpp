// Every kind of transaction: added as a bookkeeper would, and what it does to the books.
#include <catch2/catch.hpp>

#include "qbxml/check.h"
#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/ledger.h"
#include "tests/simulator/requests.h"

using namespace simulator_test;
using qbxml::simulator::books_balance;

namespace {

std::string add(std::string_view noun, std::string_view fields)
{
    const std::string name = std::string(noun) + "Add";
    return "<" + name + "Rq><" + name + ">" + std::string(fields) + "</" + name + "></" + name +
           "Rq>";
}

std::string balance(Desk& desk, std::string_view account)
{
    return first(desk.ask("<AccountQueryRq><FullName>" + std::string(account) +
                          "</FullName></AccountQueryRq>"),
                 "Balance");
}

std::string supplier(Desk& desk, std::string_view name)
{
    return first(
        desk.ask("<VendorQueryRq><FullName>" + std::string(name) + "</FullName></VendorQueryRq>"),
        "Balance");
}

std::string stock(Desk& desk, std::string_view item, std::string_view field = "QuantityOnHand")
{
    return first(desk.ask("<ItemInventoryQueryRq><FullName>" + std::string(item) +
                          "</FullName></ItemInventoryQueryRq>"),
                 field);
}

void require_right_books(Desk& desk)
{
    for (const std::string& breach : books_balance(desk.quickbooks->books()))
        FAIL_CHECK(breach);
}

void require_valid(const std::string& answer)
{
    const auto check = qbxml::check_document(answer, qbxml::Version{16, 0}, qbxml::Edition::us);
    for (const auto& fault : check.faults)
        UNSCOPED_INFO(fault.line << ": " << fault.fault.text());
    CHECK(check.valid());
}

const std::string a = ref("CustomerRef", "A");
const std::string lumber = ref("VendorRef", "Granite State Lumber");

}  // namespace

TEST_CASE("what each kind of transaction moves")
{
    struct Row {
        std::string noun, fields;
        std::string account, balance;  // after it
        std::string item_left;         // windows
    };
    const auto sold = [](std::string_view noun) {
        return "<" + std::string(noun) + "LineAdd>" + ref("ItemRef", "Window") +
               "<Quantity>2</Quantity></" + std::string(noun) + "LineAdd>";
    };
    const std::string expense = "<ExpenseLineAdd>" + ref("AccountRef", "Office Rent") +
                                "<Amount>12.50</Amount></ExpenseLineAdd>";
    const std::string bought = "<ItemLineAdd>" + ref("ItemRef", "Window") +
                               "<Quantity>3</Quantity><Cost>200</Cost></ItemLineAdd>";
    const auto row = GENERATE_COPY(values<Row>({
        {"Estimate", a + sold("Estimate"), "Accounts Receivable", "0.00", "400"},
        {"SalesOrder", a + sold("SalesOrder"), "Accounts Receivable", "0.00", "400"},
        {"Invoice", a + sold("Invoice"), "Accounts Receivable", "737.23", "398"},
        {"SalesReceipt", a + sold("SalesReceipt"), "Undeposited Funds", "737.23", "398"},
        {"CreditMemo", a + sold("CreditMemo"), "Accounts Receivable", "-737.23", "402"},
        {"ReceivePayment", a + "<TotalAmount>50</TotalAmount><IsAutoApply>true</IsAutoApply>",
         "Undeposited Funds", "50.00", "400"},
        {"PurchaseOrder",
         lumber + "<PurchaseOrderLineAdd>" + ref("ItemRef", "Window") +
             "<Quantity>4</Quantity></PurchaseOrderLineAdd>",
         "Accounts Payable", "0.00", "400"},
        {"ItemReceipt", lumber + bought, "Accounts Payable", "600.00", "403"},
        {"Bill", lumber + expense + bought, "Accounts Payable", "612.50", "403"},
        {"VendorCredit", lumber + expense + bought, "Accounts Payable", "-612.50", "397"},
        {"Check", ref("AccountRef", "Checking") + expense + bought, "Checking", "-612.50", "403"},
        {"CreditCardCharge", ref("AccountRef", "Company Card") + expense, "Company Card", "12.50",
         "400"},
        {"CreditCardCredit", ref("AccountRef", "Company Card") + expense, "Company Card", "-12.50",
         "400"},
        {"Transfer",
         ref("TransferFromAccountRef", "Checking") + ref("TransferToAccountRef", "Savings") +
             "<Amount>100</Amount>",
         "Savings", "100.00", "400"},
        {"Deposit",
         ref("DepositToAccountRef", "Checking") + "<DepositLineAdd>" +
             ref("AccountRef", "Opening Balance Equity") + "<Amount>500.00</Amount>" +
             "</DepositLineAdd>",
         "Checking", "500.00", "400"},
        {"JournalEntry",
         "<JournalDebitLine>" + ref("AccountRef", "Checking") +
             "<Amount>9.99</Amount></JournalDebitLine><JournalCreditLine>" +
             ref("AccountRef", "Savings") + "<Amount>9.99</Amount></JournalCreditLine>",
         "Savings", "-9.99", "400"},
        {"InventoryAdjustment",
         ref("AccountRef", "Job Expenses") + "<InventoryAdjustmentLineAdd>" +
             ref("ItemRef", "Window") +
             "<QuantityAdjustment><NewQuantity>390</NewQuantity></QuantityAdjustment>"
             "</InventoryAdjustmentLineAdd>",
         "Accounts Payable", "0.00", "390"},
        {"TimeTracking",
         ref("EntityRef", "Maura Keeling") + a + ref("ItemServiceRef", "Framing") +
             "<Duration>PT8H30M</Duration>",
         "Accounts Payable", "0.00", "400"},
    }));
    CAPTURE(row.noun);
    Desk desk = desk_with_a();
    const std::string answer =
        desk.ask(add(row.noun, row.fields), "onError=\"stopOnError\"", "16.0");
    INFO(answer);
    REQUIRE(status_of(answer) == 0);
    require_valid(answer);
    CHECK(balance(desk, row.account) == row.balance);
    CHECK(stock(desk, "Window") == row.item_left);
    require_right_books(desk);

    const std::string id = first(answer, "TxnID");
    const std::string lines = row.noun == "Transfer" || row.noun == "TimeTracking"
                                  ? ""
                                  : "<IncludeLineItems>1</IncludeLineItems>";
    const std::string asked = desk.ask("<" + row.noun + "QueryRq><TxnID>" + id + "</TxnID>" +
                                       lines + "</" + row.noun + "QueryRq>");
    CHECK(first(asked, "TxnID") == id);
    require_valid(asked);
}

TEST_CASE("a bill is paid by check, with a discount and with a supplier's credit")
{
    Desk desk = desk_with_a();
    const auto expense = [](std::string_view amount) {
        return "<ExpenseLineAdd>" + ref("AccountRef", "Office Rent") + "<Amount>" +
               std::string(amount) + "</Amount></ExpenseLineAdd>";
    };
    const std::string bill = first(desk.ask(add("Bill", lumber + expense("100.00"))), "TxnID");
    const std::string credit =
        first(desk.ask(add("VendorCredit", lumber + expense("30.00"))), "TxnID");
    const std::string paid = desk.ask(
        add("BillPaymentCheck",
            ref("PayeeEntityRef", "Granite State Lumber") + ref("BankAccountRef", "Checking") +
                "<RefNumber>77</RefNumber><AppliedToTxnAdd><TxnID>" + bill +
                "</TxnID><PaymentAmount>50.00</PaymentAmount><SetCredit><CreditTxnID>" + credit +
                "</CreditTxnID><AppliedAmount>20.00</AppliedAmount></SetCredit>"
                "<DiscountAmount>5.00</DiscountAmount>" +
                ref("DiscountAccountRef", "Discounts Given") + "</AppliedToTxnAdd>"));
    INFO(paid);
    REQUIRE(status_of(paid) == 0);
    CHECK(first(paid, "Amount") == "50.00");
    CHECK(first(paid, "BalanceRemaining") == "25.00");
    const std::string query = "<BillQueryRq><TxnID>" + bill +
                              "</TxnID><IncludeLinkedTxns>true</IncludeLinkedTxns></BillQueryRq>";
    const std::string open = desk.ask(query);
    CHECK(first(open, "OpenAmount") == "25.00");
    CHECK(first(open, "IsPaid") == "false");
    CHECK(times_in(open, "<LinkedTxn>") == 2);
    CHECK(supplier(desk, "Granite State Lumber") == "15.00");  // 25 of the bill, less 10 of credit
    CHECK(balance(desk, "Checking") == "-50.00");
    require_right_books(desk);
    require_valid(open);
}

TEST_CASE("an order becomes a bill or an invoice, all of it or a line of it")
{
    Desk desk = desk_with_a();
    const std::string order = desk.ask(add(
        "SalesOrder", a + "<SalesOrderLineAdd>" + ref("ItemRef", "Window") +
                          "<Quantity>5</Quantity></SalesOrderLineAdd><SalesOrderLineAdd>" +
                          ref("ItemRef", "Design") + "<Quantity>2</Quantity></SalesOrderLineAdd>"));
    const std::string id = first(order, "TxnID");
    CHECK(stock(desk, "Window", "QuantityOnSalesOrder") == "5");
    const std::string part =
        desk.ask(add("Invoice", a + "<InvoiceLineAdd><Quantity>2</Quantity><LinkToTxn><TxnID>" +
                                    id + "</TxnID><TxnLineID>" + first(order, "TxnLineID") +
                                    "</TxnLineID></LinkToTxn></InvoiceLineAdd>"));
    REQUIRE(status_of(part) == 0);
    CHECK(first(part, "Subtotal") == "689.00");
    const std::string query = "<SalesOrderQueryRq><TxnID>" + id +
                              "</TxnID><IncludeLineItems>1</IncludeLineItems><IncludeLinkedTxns>1"
                              "</IncludeLinkedTxns></SalesOrderQueryRq>";
    std::string open = desk.ask(query);
    CHECK(first(open, "Invoiced") == "2");
    CHECK(first(open, "IsFullyInvoiced") == "false");
    CHECK(stock(desk, "Window", "QuantityOnSalesOrder") == "3");
    require_right_books(desk);

    const std::string rest = desk.ask(add("Invoice", a + "<LinkToTxnID>" + id + "</LinkToTxnID>"));
    REQUIRE(status_of(rest) == 0);
    CHECK(first(rest, "Subtotal") == "1203.50");  // three windows and two hours
    open = desk.ask(query);
    CHECK(first(open, "IsFullyInvoiced") == "true");
    CHECK(times_in(open, "<LinkType>QUANTYPE</LinkType>") == 2);
    require_right_books(desk);

    // Nothing is left to be linked: saved without, which is nothing at all here.
    CHECK(status_of(desk.ask(add(
              "Invoice", a + "<LinkToTxnID>" + id + "</LinkToTxnID>" + line("Design")))) == 570);
    // The first invoice is deleted: its windows are open again.
    desk.ask("<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>" + first(part, "TxnID") +
             "</TxnID></TxnDelRq>");
    CHECK(first(desk.ask(query), "Invoiced") == "3");
    CHECK(first(desk.ask(query), "IsFullyInvoiced") == "false");
    require_right_books(desk);
}

TEST_CASE("what the forms refuse")
{
    struct Row {
        std::string noun, fields;
        int status;
    };
    const auto side = [](std::string_view which, std::string_view account, std::string_view amount,
                         const std::string& name = "") {
        const std::string element = "Journal" + std::string(which) + "Line";
        return "<" + element + ">" + ref("AccountRef", account) + "<Amount>" + std::string(amount) +
               "</Amount>" + name + "</" + element + ">";
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"JournalEntry", side("Debit", "Checking", "5") + side("Credit", "Savings", "4"), 3180},
        {"JournalEntry", side("Debit", "Checking", "-5") + side("Credit", "Savings", "-5"), 3180},
        {"JournalEntry", side("Debit", "Accounts Receivable", "5") + side("Credit", "Savings", "5"),
         3180},
        {"JournalEntry",
         side("Debit", "Accounts Payable", "5", ref("EntityRef", "A")) +
             side("Credit", "Savings", "5"),
         3180},
        {"Bill", lumber, 3180},
        {"ItemReceipt", lumber, 3180},
        {"Check", ref("AccountRef", "Office Rent"), 3210},
        {"CreditCardCharge", ref("AccountRef", "Checking"), 3210},
        {"Transfer", ref("TransferFromAccountRef", "Checking") + "<Amount>1</Amount>", 3150},
        {"Bill", lumber + "<ItemLineAdd>" + ref("ItemRef", "Subtotal") + "</ItemLineAdd>", 3280},
        {"InventoryAdjustment",
         ref("AccountRef", "Job Expenses") + "<InventoryAdjustmentLineAdd>" +
             ref("ItemRef", "Design") +
             "<QuantityAdjustment><NewQuantity>1</NewQuantity></QuantityAdjustment>"
             "</InventoryAdjustmentLineAdd>",
         3280},
        {"ARRefundCreditCard",
         a + "<RefundAppliedToTxnAdd><TxnID>1-1</TxnID><RefundAmount>1</RefundAmount>"
             "</RefundAppliedToTxnAdd>",
         3120},
    }));
    CAPTURE(row.noun, row.fields);
    Desk desk = desk_with_a();
    const std::string answer = desk.ask(add(row.noun, row.fields));
    INFO(answer);
    CHECK(status_of(answer) == row.status);
    require_valid(answer);
    require_right_books(desk);
}
