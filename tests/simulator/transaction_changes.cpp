// Changing transactions: lines of two tables, groups, applications; voiding them.
#include <catch2/catch.hpp>

#include <vector>

#include "qbxml/simulator/company_file.h"
#include "tests/simulator/requests.h"

using namespace simulator_test;
using qbxml::simulator::books_balance;

namespace {

std::string request(const std::string& verb, const std::string& fields)
{
    return "<" + verb + "Rq><" + verb + ">" + fields + "</" + verb + "></" + verb + "Rq>";
}

std::string mod(const std::string& noun, const std::string& shown, const std::string& fields)
{
    return request(noun + "Mod", "<TxnID>" + first(shown, "TxnID") + "</TxnID><EditSequence>" +
                                     first(shown, "EditSequence") + "</EditSequence>" + fields);
}

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

std::string line_mod(const std::string& stem, const std::string& id, const std::string& fields = "")
{
    return "<" + stem + "Mod><TxnLineID>" + id + "</TxnLineID>" + fields + "</" + stem + "Mod>";
}

void require_right_books(Desk& desk)
{
    for (const std::string& breach : books_balance(desk.quickbooks->books()))
        FAIL_CHECK(breach);
}

const std::string lumber = ref("VendorRef", "Granite State Lumber");
const std::string rent = ref("AccountRef", "Office Rent");

}  // namespace

TEST_CASE("the expense lines and the item lines of a bill are two tables")
{
    Desk desk = desk_with_a();
    const std::string made = desk.ask(request(
        "BillAdd", lumber + "<ExpenseLineAdd>" + rent + "<Amount>10.00</Amount></ExpenseLineAdd>" +
                       "<ExpenseLineAdd>" + rent + "<Amount>5.00</Amount></ExpenseLineAdd>" +
                       "<ItemLineAdd>" + ref("ItemRef", "Hinge") +
                       "<Quantity>2</Quantity><Cost>4</Cost></ItemLineAdd>"));
    const auto ids = line_ids(made);
    REQUIRE(ids.size() == 3);
    struct Row {
        std::string fields, due;
        std::size_t lines;
        int status;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"<Memo>x</Memo>", "23.00", 3, 0},
        {line_mod("ExpenseLine", ids[1], "<Amount>7.00</Amount>"), "15.00", 2, 0},
        {line_mod("ItemLine", ids[2], "<Quantity>3</Quantity>"), "27.00", 3, 0},
        {line_mod("ItemLine", "-1", ref("ItemRef", "Hinge") + "<Amount>9.00</Amount>"), "24.00", 3,
         0},
        {"<ClearExpenseLines>true</ClearExpenseLines>", "8.00", 1, 0},
        {"<ClearItemLines>true</ClearItemLines>", "15.00", 2, 0},
        {"<ClearExpenseLines>1</ClearExpenseLines><ClearItemLines>1</ClearItemLines>", "", 0, 3180},
        {line_mod("ExpenseLine", ids[1]) + line_mod("ExpenseLine", ids[0]), "", 0, 3290},
        {line_mod("ExpenseLine", ids[2]), "", 0, 3120},
        {line_mod("ExpenseLine", ids[0], "<AccountRef></AccountRef>"), "", 0, 3190},
    }));
    CAPTURE(row.fields);
    const std::string changed = desk.ask(mod("Bill", made, row.fields));
    INFO(changed);
    CHECK(status_of(changed) == row.status);
    if (row.status == 0) {
        CHECK(first(changed, "AmountDue") == row.due);
        CHECK(line_ids(changed).size() == row.lines);
    }
    require_right_books(desk);
}

TEST_CASE("a line that stays keeps its numbers and its account when its item changes later")
{
    Desk desk = desk_with_a();
    const std::string made = desk.ask(
        invoice_add(ref("CustomerRef", "A") +
                    line("Design", "<Quantity>1.5</Quantity><Rate>90.255</Rate>") + line("Hinge")));
    const auto ids = line_ids(made);
    const std::string changed = desk.ask(
        mod("Invoice", made, line_mod("InvoiceLine", ids[0]) + line_mod("InvoiceLine", ids[1])));
    REQUIRE(status_of(changed) == 0);
    CHECK(first(changed, "Rate") == "90.255");
    CHECK(first(changed, "Amount") == "135.38");
    CHECK(line_ids(changed) == ids);
    // Said again in full: still the same.
    const std::string again = desk.ask(
        mod("Invoice", changed,
            line_mod("InvoiceLine", ids[0],
                     "<Quantity>1.50</Quantity><Rate>90.255</Rate><Amount>135.38</Amount>") +
                line_mod("InvoiceLine", ids[1])));
    CHECK(first(again, "Rate") == "90.255");
    require_right_books(desk);
}

TEST_CASE("a group of lines keeps its lines, changes one of them, or is made up anew")
{
    Desk desk = desk_with_a();
    const std::string made = desk.ask(invoice_add(
        ref("CustomerRef", "A") +
        "<InvoiceLineGroupAdd><ItemGroupRef><FullName>Door set</FullName></ItemGroupRef>"
        "<Quantity>2</Quantity></InvoiceLineGroupAdd>"));
    const auto ids = line_ids(made);  // the group and its four lines
    REQUIRE(ids.size() == 5);
    SECTION("kept")
    {
        const std::string kept =
            desk.ask(mod("Invoice", made, line_mod("InvoiceLineGroup", ids[0])));
        CHECK(line_ids(kept) == ids);
        CHECK(first(kept, "TotalAmount") == "683.40");
    }
    SECTION("one line changed, two left out")
    {
        const std::string changed =
            desk.ask(mod("Invoice", made,
                         line_mod("InvoiceLineGroup", ids[0],
                                  line_mod("InvoiceLine", ids[1], "<Quantity>1</Quantity>") +
                                      line_mod("InvoiceLine", ids[2]))));
        CHECK(line_ids(changed) == std::vector<std::string>{ids[0], ids[1], ids[2]});
        CHECK(first(changed, "TotalAmount") == "232.50");  // 189 and six hinges
    }
    SECTION("another number of it")
    {
        const std::string changed = desk.ask(
            mod("Invoice", made, line_mod("InvoiceLineGroup", ids[0], "<Quantity>1</Quantity>")));
        CHECK(line_ids(changed)[0] == ids[0]);
        CHECK(first(changed, "TotalAmount") == "341.70");
    }
    require_right_books(desk);
}

TEST_CASE("a payment changed lists all it is applied to; what it leaves out is open again")
{
    Desk desk = desk_with_a();
    const std::string a = ref("CustomerRef", "A");
    const auto sell = [&](const std::string& amount) {
        return first(desk.ask(invoice_add(a + line("Design", "<Amount>" + amount + "</Amount>"))),
                     "TxnID");
    };
    const std::string one = sell("100.00");
    const std::string two = sell("60.00");
    const auto applied = [](const std::string& verb, const std::string& id,
                            const std::string& amount) {
        return "<AppliedToTxn" + verb + "><TxnID>" + id + "</TxnID><PaymentAmount>" + amount +
               "</PaymentAmount></AppliedToTxn" + verb + ">";
    };
    const std::string paid = desk.ask(request(
        "ReceivePaymentAdd", a + "<TotalAmount>120.00</TotalAmount>" +
                                 applied("Add", one, "80.00") + applied("Add", two, "40.00")));
    REQUIRE(status_of(paid) == 0);
    const std::string changed = desk.ask(mod("ReceivePayment", paid, applied("Mod", two, "60.00")));
    INFO(changed);
    REQUIRE(status_of(changed) == 0);
    CHECK(first(changed, "UnusedPayment") == "60.00");
    CHECK(first(invoice(desk, one), "BalanceRemaining") == "100.00");
    CHECK(first(invoice(desk, two), "IsPaid") == "true");
    CHECK(status_of(desk.ask(mod("ReceivePayment", changed, applied("Mod", two, "60.01")))) ==
          3210);
    // Without a list the applications stay.
    const std::string noted = desk.ask(mod("ReceivePayment", changed, "<Memo>seen</Memo>"));
    CHECK(first(noted, "UnusedPayment") == "60.00");
    CHECK(times_in(noted, "<AppliedToTxnRet>") == 1);
    require_right_books(desk);
}

TEST_CASE("what was deposited stays as it was until the deposit lets go of it")
{
    Desk desk = desk_with_a();
    const std::string paid = desk.ask(
        request("ReceivePaymentAdd", ref("CustomerRef", "A") + "<TotalAmount>20.00</TotalAmount>"
                                                               "<IsAutoApply>true</IsAutoApply>"));
    const std::string id = first(paid, "TxnID");
    const std::string bank = ref("DepositToAccountRef", "Checking") +
                             "<DepositLineAdd><PaymentTxnID>" + id +
                             "</PaymentTxnID></DepositLineAdd>";
    const std::string deposit = desk.ask(request("DepositAdd", bank));
    REQUIRE(status_of(deposit) == 0);
    CHECK(first(deposit, "DepositTotal") == "20.00");
    CHECK(first(deposit, "TxnType") == "ReceivePayment");
    CHECK(status_of(desk.ask(request("DepositAdd", bank))) == 3180);
    const std::string removal =
        "<TxnDelRq><TxnDelType>ReceivePayment</TxnDelType><TxnID>" + id + "</TxnID></TxnDelRq>";
    CHECK(status_of(desk.ask(removal)) == 3160);
    CHECK(status_of(desk.ask(mod("ReceivePayment", paid, "<TotalAmount>19.00</TotalAmount>"))) ==
          3170);
    CHECK(status_of(desk.ask(mod("ReceivePayment", paid, "<Memo>banked</Memo>"))) == 0);
    require_right_books(desk);
    desk.ask("<TxnDelRq><TxnDelType>Deposit</TxnDelType><TxnID>" + first(deposit, "TxnID") +
             "</TxnID></TxnDelRq>");
    CHECK(status_of(desk.ask(removal)) == 0);
    require_right_books(desk);
}

TEST_CASE("a void keeps the transaction with nothing in it, and frees what was linked")
{
    struct Row {
        std::string noun, fields, zero;
    };
    const auto row = GENERATE(values<Row>({
        {"Bill", lumber + "<ExpenseLineAdd>" + rent + "<Amount>9</Amount></ExpenseLineAdd>",
         "AmountDue"},
        {"Check",
         ref("AccountRef", "Checking") + "<ExpenseLineAdd>" + rent +
             "<Amount>9</Amount></ExpenseLineAdd>",
         "Amount"},
        {"CreditMemo",
         ref("CustomerRef", "A") + "<CreditMemoLineAdd>" + ref("ItemRef", "Window") +
             "</CreditMemoLineAdd>",
         "CreditRemaining"},
        {"JournalEntry",
         "<JournalDebitLine>" + rent + "<Amount>3</Amount></JournalDebitLine><JournalCreditLine>" +
             ref("AccountRef", "Checking") + "<Amount>3</Amount></JournalCreditLine>",
         "Amount"},
        {"InventoryAdjustment",
         ref("AccountRef", "Inventory Shrinkage") + "<InventoryAdjustmentLineAdd>" +
             ref("ItemRef", "Hinge") +
             "<QuantityAdjustment><QuantityDifference>-5</QuantityDifference></QuantityAdjustment>"
             "</InventoryAdjustmentLineAdd>",
         "ValueDifference"},
    }));
    CAPTURE(row.noun);
    Desk desk = desk_with_a();
    const std::string made = desk.ask(request(row.noun + "Add", row.fields));
    REQUIRE(status_of(made) == 0);
    const std::string id = first(made, "TxnID");
    CHECK(status_of(desk.ask("<TxnVoidRq><TxnVoidType>" + row.noun + "</TxnVoidType><TxnID>" + id +
                             "</TxnID></TxnVoidRq>")) == 0);
    const std::string left =
        desk.ask("<" + row.noun + "QueryRq><TxnID>" + id +
                 "</TxnID><IncludeLineItems>1</IncludeLineItems></" + row.noun + "QueryRq>");
    CHECK(first(left, row.zero) == "0.00");
    CHECK(times_in(left, "<Memo>VOID: </Memo>") >= 1);
    CHECK(status_of(desk.ask(mod(row.noun, left, "<TxnDate>2024-01-01</TxnDate>"))) == 3170);
    require_right_books(desk);
}
