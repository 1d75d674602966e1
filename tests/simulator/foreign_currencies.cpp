// Books with several currencies: what is owed in euros, posted in dollars.
#include <catch2/catch.hpp>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/currencies.h"
#include "tests/simulator/requests.h"

namespace {

using namespace simulator_test;

// Books in US dollars with customers and vendors of other currencies; a euro is 1.10 dollars.
Desk desk_with_currencies()
{
    Desk desk;
    qbxml::simulator::use_currencies(desk.quickbooks->books(), noon);
    const std::string euro = ref("CurrencyRef", "Euro");
    REQUIRE(status_of(desk.ask(
                customer_add("<Name>Paris</Name>" + ref("SalesTaxCodeRef", "Non") + euro))) == 0);
    REQUIRE(status_of(desk.ask(
                customer_add("<Name>Boston</Name>" + ref("SalesTaxCodeRef", "Non")))) == 0);
    REQUIRE(status_of(desk.ask("<VendorAddRq><VendorAdd><Name>Berlin</Name>" + euro +
                               "</VendorAdd></VendorAddRq>")) == 0);
    REQUIRE(status_of(desk.ask("<AccountAddRq><AccountAdd><Name>Euro bank</Name>"
                               "<AccountType>Bank</AccountType>" +
                               euro + "</AccountAdd></AccountAddRq>")) == 0);
    return desk;
}

std::string rate(std::string_view text)
{
    return "<ExchangeRate>" + std::string(text) + "</ExchangeRate>";
}

// An invoice of one line of work: its answer.
std::string invoice_in(Desk& desk, std::string_view customer, std::string_view amount,
                       const std::string& rate_given)
{
    return desk.ask(invoice_add(ref("CustomerRef", customer) + rate_given +
                                line("Design", "<Amount>" + std::string(amount) + "</Amount>")));
}

std::string paid(Desk& desk, const std::string& invoice_id, std::string_view amount,
                 std::string_view at, std::string_view into)
{
    return desk.ask("<ReceivePaymentAddRq><ReceivePaymentAdd>" + ref("CustomerRef", "Paris") +
                    "<TotalAmount>" + std::string(amount) + "</TotalAmount>" + rate(at) +
                    ref("DepositToAccountRef", into) + "<AppliedToTxnAdd><TxnID>" + invoice_id +
                    "</TxnID><PaymentAmount>" + std::string(amount) +
                    "</PaymentAmount></AppliedToTxnAdd></ReceivePaymentAdd></ReceivePaymentAddRq>");
}

std::string balance(Desk& desk, std::string_view account)
{
    return first(desk.ask("<AccountQueryRq><FullName>" + std::string(account) +
                          "</FullName></AccountQueryRq>"),
                 "Balance");
}

// What was posted to an account in all, in home currency; debits are positive.
std::string posted(Desk& desk, std::string_view account)
{
    using namespace qbxml::simulator;
    const CompanyFile& books = desk.quickbooks->books();
    Cents sum;
    for (const Kind* kind : all_kinds()) {
        for (const auto& txn : books.records(*kind)) {
            for (const Posting& posting : books.ledger().postings(*txn)) {
                if (posting.account != nullptr && posting.account->full_name() == account) {
                    sum += posting.amount;
                }
            }
        }
    }
    return sum.text();
}

void check_books(Desk& desk)
{
    for (const std::string& breach : qbxml::simulator::books_balance(desk.quickbooks->books()))
        FAIL_CHECK(breach);
}

}  // namespace

TEST_CASE("an invoice in euros is owed in euros and posted in dollars")
{
    Desk desk = desk_with_currencies();
    const std::string answer = invoice_in(desk, "Paris", "200.00", rate("1.1"));
    CHECK(status_of(answer) == 0);
    CHECK(faults_of(answer).empty());
    CHECK(answer.find("<FullName>Euro</FullName>") != std::string::npos);
    CHECK(answer.find("<FullName>Accounts Receivable - EUR</FullName>") != std::string::npos);
    CHECK(first(answer, "ExchangeRate") == "1.1");
    CHECK(first(answer, "BalanceRemaining") == "200.00");
    CHECK(first(answer, "BalanceRemainingInHomeCurrency") == "220.00");
    CHECK(customer(desk, "Paris", "Balance") == "200.00");
    CHECK(balance(desk, "Accounts Receivable - EUR") == "200.00");
    CHECK(posted(desk, "Accounts Receivable - EUR") == "220.00");
    CHECK(posted(desk, "Building Income:Design") == "-220.00");
    check_books(desk);
}

TEST_CASE("queries take only what is in the currencies asked for")
{
    Desk desk = desk_with_currencies();
    invoice_in(desk, "Paris", "200.00", rate("1.1"));
    invoice_in(desk, "Boston", "100.00", "");
    const auto asked = [&](const std::string& message, const char* currency) {
        return desk.ask("<" + message + "><CurrencyFilter><FullName>" + currency +
                        "</FullName></CurrencyFilter></" + message + ">");
    };
    const std::string euro = asked("CustomerQueryRq", "Euro");
    CHECK(times_in(euro, "<CustomerRet>") == 1);
    CHECK(times_in(euro, "<Name>Paris</Name>") == 1);
    CHECK(times_in(asked("CustomerQueryRq", "US Dollar"), "<Name>Boston</Name>") == 1);
    CHECK(times_in(asked("InvoiceQueryRq", "Euro"), "<InvoiceRet>") == 1);
    CHECK(times_in(asked("InvoiceQueryRq", "US Dollar"), "<FullName>Boston</FullName>") == 1);
    const std::string rows = asked("TransactionQueryRq", "Euro");
    CHECK(times_in(rows, "<TransactionRet>") == 1);
    CHECK(first(rows, "Amount") == "200.00");
    CHECK(status_of(asked("InvoiceQueryRq", "Ducat")) == 3120);
}

TEST_CASE("a rate that is not given is the last known one, and one of the home currency is one")
{
    Desk desk = desk_with_currencies();
    CHECK(first(invoice_in(desk, "Paris", "100.00", ""), "ExchangeRate") == "1.0725");
    CHECK(first(invoice_in(desk, "Boston", "100.00", ""), "ExchangeRate") == "1");
    CHECK(first(invoice_in(desk, "Boston", "100.00", ""), "BalanceRemainingInHomeCurrency") ==
          "100.00");
    CHECK(status_of(invoice_in(desk, "Paris", "100.00", rate("0"))) == 3210);
    check_books(desk);
}

TEST_CASE("a price of the list becomes one in the currency of the customer")
{
    Desk desk = desk_with_currencies();
    const std::string answer = desk.ask(invoice_add(ref("CustomerRef", "Paris") + rate("1.25") +
                                                    line("Design", "<Quantity>2</Quantity>")));
    CHECK(first(answer, "Rate") == "68.00");  // 85 dollars
    CHECK(first(answer, "Amount") == "136.00");
    CHECK(posted(desk, "Building Income:Design") == "-170.00");
    check_books(desk);
}

TEST_CASE("a payment at another rate brings an exchange gain or loss")
{
    struct Row {
        const char *payment, *rate, *into, *gain, *bank, *bank_shows, *open;
    };
    // The invoice: 200 euros at 1.10.
    const auto row = GENERATE(values<Row>({
        {"200.00", "1.2", "Checking", "-20.00", "240.00", "240.00", "0.00"},
        {"200.00", "1.05", "Checking", "10.00", "210.00", "210.00", "0.00"},
        {"200.00", "1.1", "Checking", "0.00", "220.00", "220.00", "0.00"},
        {"50.00", "1.2", "Euro bank", "-5.00", "60.00", "50.00", "150.00"},
    }));
    CAPTURE(row.payment, row.rate, row.into);
    Desk desk = desk_with_currencies();
    const std::string id = first(invoice_in(desk, "Paris", "200.00", rate("1.1")), "TxnID");
    const std::string answer = paid(desk, id, row.payment, row.rate, row.into);
    CHECK(status_of(answer) == 0);
    CHECK(faults_of(answer).empty());
    CHECK(posted(desk, "Exchange Gain or Loss") == row.gain);
    CHECK(posted(desk, row.into) == row.bank);
    CHECK(balance(desk, row.into) == row.bank_shows);
    CHECK(customer(desk, "Paris", "Balance") == row.open);
    CHECK(first(invoice(desk, id), "BalanceRemaining") == row.open);
    check_books(desk);

    CHECK(status_of(desk.ask("<TxnDelRq><TxnDelType>ReceivePayment</TxnDelType><TxnID>" +
                             first(answer, "TxnID") + "</TxnID></TxnDelRq>")) == 0);
    CHECK(posted(desk, "Exchange Gain or Loss") == "0.00");
    CHECK(customer(desk, "Paris", "Balance") == "200.00");
    check_books(desk);
}

TEST_CASE("a bill in euros is paid from a bank in dollars")
{
    Desk desk = desk_with_currencies();
    const std::string bill =
        desk.ask("<BillAddRq><BillAdd>" + ref("VendorRef", "Berlin") + rate("1.1") +
                 "<ExpenseLineAdd>" + ref("AccountRef", "Insurance") +
                 "<Amount>80.00</Amount></ExpenseLineAdd></BillAdd></BillAddRq>");
    CHECK(status_of(bill) == 0);
    CHECK(first(bill, "AmountDue") == "80.00");
    CHECK(first(bill, "AmountDueInHomeCurrency") == "88.00");
    const std::string payment =
        desk.ask("<BillPaymentCheckAddRq><BillPaymentCheckAdd>" + ref("PayeeEntityRef", "Berlin") +
                 ref("BankAccountRef", "Checking") + "<IsToBePrinted>false</IsToBePrinted>" +
                 rate("1.15") + "<AppliedToTxnAdd><TxnID>" + first(bill, "TxnID") +
                 "</TxnID><PaymentAmount>80.00</PaymentAmount></AppliedToTxnAdd>"
                 "</BillPaymentCheckAdd></BillPaymentCheckAddRq>");
    CHECK(status_of(payment) == 0);
    CHECK(first(payment, "AmountInHomeCurrency") == "92.00");
    CHECK(posted(desk, "Insurance") == "88.00");
    CHECK(posted(desk, "Checking") == "-92.00");
    CHECK(posted(desk, "Exchange Gain or Loss") == "4.00");
    CHECK(balance(desk, "Accounts Payable - EUR") == "0.00");
    CHECK(posted(desk, "Accounts Payable - EUR") == "0.00");
    check_books(desk);
}

TEST_CASE("a payment in euros is banked in dollars or in euros")
{
    struct Row {
        const char *bank, *rate, *amount, *posted, *gain;
    };
    const auto row = GENERATE(values<Row>({
        {"Checking", "1", "220.00", "220.00", "0.00"},
        {"Euro bank", "1.2", "200.00", "240.00", "-20.00"},
    }));
    CAPTURE(row.bank);
    Desk desk = desk_with_currencies();
    const std::string id = first(invoice_in(desk, "Paris", "200.00", rate("1.1")), "TxnID");
    const std::string payment =
        first(paid(desk, id, "200.00", "1.1", "Undeposited Funds"), "TxnID");
    const std::string deposit =
        desk.ask("<DepositAddRq><DepositAdd>" + ref("DepositToAccountRef", row.bank) +
                 rate(row.rate) + "<DepositLineAdd><PaymentTxnID>" + payment +
                 "</PaymentTxnID></DepositLineAdd></DepositAdd></DepositAddRq>");
    CHECK(status_of(deposit) == 0);
    CHECK(first(deposit, "DepositTotal") == row.amount);
    CHECK(posted(desk, row.bank) == row.posted);
    CHECK(posted(desk, "Undeposited Funds") == "0.00");
    CHECK(posted(desk, "Exchange Gain or Loss") == row.gain);
    check_books(desk);
}

TEST_CASE("what a form in another currency may not do")
{
    struct Row {
        const char* what;
        std::string request;
        int code;
    };
    Desk desk = desk_with_currencies();
    const std::string to_paris = ref("CustomerRef", "Paris");
    const std::string design = line("Design", "<Amount>1.00</Amount>");
    const std::vector<Row> rows{
        {"the receivable account of another currency",
         invoice_add(to_paris + ref("ARAccountRef", "Accounts Receivable") + design), 3180},
        {"a bank account of a third currency",
         "<CheckAddRq><CheckAdd>" + ref("AccountRef", "Euro bank") + "<ExpenseLineAdd>" +
             ref("AccountRef", "Yen bank") +
             "<Amount>1.00</Amount></ExpenseLineAdd></CheckAdd></CheckAddRq>",
         3180},
        {"a transfer between currencies",
         "<TransferAddRq><TransferAdd>" + ref("TransferFromAccountRef", "Checking") +
             ref("TransferToAccountRef", "Euro bank") +
             "<Amount>1.00</Amount></TransferAdd></TransferAddRq>",
         3180},
    };
    REQUIRE(status_of(desk.ask("<AccountAddRq><AccountAdd><Name>Yen bank</Name>"
                               "<AccountType>Bank</AccountType>" +
                               ref("CurrencyRef", "Japanese Yen") +
                               "</AccountAdd></AccountAddRq>")) == 0);
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(status_of(desk.ask(row.request)) == row.code);
    }
    check_books(desk);
}

TEST_CASE("the currency of a customer stays once it is used")
{
    Desk desk = desk_with_currencies();
    const auto change = [&] {
        const std::string found =
            desk.ask("<CustomerQueryRq><FullName>Paris</FullName></CustomerQueryRq>");
        return status_of(desk.ask("<CustomerModRq><CustomerMod><ListID>" + first(found, "ListID") +
                                  "</ListID><EditSequence>" + first(found, "EditSequence") +
                                  "</EditSequence>" + ref("CurrencyRef", "Japanese Yen") +
                                  "</CustomerMod></CustomerModRq>"));
    };
    CHECK(change() == 0);
    invoice_in(desk, "Paris", "100.00", rate("0.006"));
    const std::string found =
        desk.ask("<CustomerQueryRq><FullName>Paris</FullName></CustomerQueryRq>");
    CHECK(status_of(desk.ask("<CustomerModRq><CustomerMod><ListID>" + first(found, "ListID") +
                             "</ListID><EditSequence>" + first(found, "EditSequence") +
                             "</EditSequence>" + ref("CurrencyRef", "Euro") +
                             "</CustomerMod></CustomerModRq>")) == 3170);
}

TEST_CASE("an invoice in euros changed, voided and kept in the file keeps both sums")
{
    Desk desk = desk_with_currencies();
    const std::string made = invoice_in(desk, "Paris", "200.00", rate("1.1"));
    const std::string changed =
        desk.ask("<InvoiceModRq><InvoiceMod><TxnID>" + first(made, "TxnID") +
                 "</TxnID><EditSequence>" + first(made, "EditSequence") + "</EditSequence>" +
                 rate("1.3") + "</InvoiceMod></InvoiceModRq>");
    CHECK(status_of(changed) == 0);
    CHECK(first(changed, "BalanceRemainingInHomeCurrency") == "260.00");
    CHECK(posted(desk, "Accounts Receivable - EUR") == "260.00");
    check_books(desk);
    CHECK(status_of(desk.ask("<TxnVoidRq><TxnVoidType>Invoice</TxnVoidType><TxnID>" +
                             first(made, "TxnID") + "</TxnID></TxnVoidRq>")) == 0);
    CHECK(posted(desk, "Accounts Receivable - EUR") == "0.00");
    CHECK(customer(desk, "Paris", "Balance") == "0.00");
    check_books(desk);
}

TEST_CASE("reports of books with several currencies are in home currency")
{
    Desk desk = desk_with_currencies();
    const std::string id = first(invoice_in(desk, "Paris", "200.00", rate("1.1")), "TxnID");
    paid(desk, id, "50.00", "1.2", "Checking");
    const std::string aging = desk.ask(
        "<AgingReportQueryRq><AgingReportType>ARAgingSummary</AgingReportType>"
        "</AgingReportQueryRq>");
    CHECK(status_of(aging) == 0);
    CHECK(aging.find("165.00") != std::string::npos);
    const std::string sheet = desk.ask(
        "<GeneralSummaryReportQueryRq>"
        "<GeneralSummaryReportType>BalanceSheetStandard</GeneralSummaryReportType>"
        "</GeneralSummaryReportQueryRq>");
    CHECK(status_of(sheet) == 0);
    CHECK(sheet.find("165.00") != std::string::npos);
}
