// The sample company: believable, consistent, and the same for the same seed.
#include <catch2/catch.hpp>

#include <set>

#include "qbxml/check.h"
#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/memorized_txn.h"
#include "qbxml/simulator/number.h"
#include "tests/simulator/books.h"

using namespace simulator_test;
using qbxml::simulator::all_kinds;
using qbxml::simulator::books_balance;
using qbxml::simulator::Cents;
using qbxml::simulator::CompanyFile;
using qbxml::simulator::Kind;
using qbxml::simulator::kind_of;
using qbxml::simulator::text_at;

namespace {

constexpr std::string_view everything =
    "<AccountQueryRq><ActiveStatus>All</ActiveStatus></AccountQueryRq>"
    "<CustomerQueryRq><ActiveStatus>All</ActiveStatus><OwnerID>0</OwnerID></CustomerQueryRq>"
    "<VendorQueryRq/><EmployeeQueryRq/><TermsQueryRq/><ClassQueryRq/><ItemQueryRq/>"
    "<SalesTaxCodeQueryRq/><SalesRepQueryRq/><PaymentMethodQueryRq/><TemplateQueryRq/>"
    "<CustomerTypeQueryRq/><JobTypeQueryRq/><ShipMethodQueryRq/><CustomerMsgQueryRq/>"
    "<PriceLevelQueryRq/>"
    "<InvoiceQueryRq><IncludeLineItems>true</IncludeLineItems>"
    "<IncludeLinkedTxns>true</IncludeLinkedTxns><OwnerID>0</OwnerID></InvoiceQueryRq>"
    "<EstimateQueryRq><IncludeLineItems>true</IncludeLineItems>"
    "<IncludeLinkedTxns>true</IncludeLinkedTxns></EstimateQueryRq>"
    "<SalesOrderQueryRq><IncludeLineItems>true</IncludeLineItems>"
    "<IncludeLinkedTxns>true</IncludeLinkedTxns></SalesOrderQueryRq>"
    "<CreditMemoQueryRq><IncludeLineItems>true</IncludeLineItems>"
    "<IncludeLinkedTxns>true</IncludeLinkedTxns></CreditMemoQueryRq>"
    "<PurchaseOrderQueryRq><IncludeLineItems>true</IncludeLineItems>"
    "<IncludeLinkedTxns>true</IncludeLinkedTxns></PurchaseOrderQueryRq>"
    "<ItemReceiptQueryRq><IncludeLineItems>true</IncludeLineItems>"
    "<IncludeLinkedTxns>true</IncludeLinkedTxns></ItemReceiptQueryRq>"
    "<BillQueryRq><IncludeLineItems>true</IncludeLineItems>"
    "<IncludeLinkedTxns>true</IncludeLinkedTxns></BillQueryRq>"
    "<VendorCreditQueryRq><IncludeLineItems>true</IncludeLineItems>"
    "<IncludeLinkedTxns>true</IncludeLinkedTxns></VendorCreditQueryRq>"
    "<CheckQueryRq><IncludeLineItems>true</IncludeLineItems>"
    "<IncludeLinkedTxns>true</IncludeLinkedTxns></CheckQueryRq>"
    "<SalesReceiptQueryRq><IncludeLineItems>true</IncludeLineItems></SalesReceiptQueryRq>"
    "<ARRefundCreditCardQueryRq><IncludeLineItems>true</IncludeLineItems></"
    "ARRefundCreditCardQueryRq>"
    "<BillPaymentCheckQueryRq><IncludeLineItems>true</IncludeLineItems></BillPaymentCheckQueryRq>"
    "<BillPaymentCreditCardQueryRq><IncludeLineItems>true</IncludeLineItems></"
    "BillPaymentCreditCardQueryRq>"
    "<CreditCardChargeQueryRq><IncludeLineItems>true</IncludeLineItems></CreditCardChargeQueryRq>"
    "<CreditCardCreditQueryRq><IncludeLineItems>true</IncludeLineItems></CreditCardCreditQueryRq>"
    "<DepositQueryRq><IncludeLineItems>true</IncludeLineItems></DepositQueryRq>"
    "<JournalEntryQueryRq><IncludeLineItems>true</IncludeLineItems></JournalEntryQueryRq>"
    "<InventoryAdjustmentQueryRq><IncludeLineItems>true</IncludeLineItems></"
    "InventoryAdjustmentQueryRq>"
    "<TransferQueryRq/><TimeTrackingQueryRq/>"
    "<TransactionQueryRq><TransactionDetailLevelFilter>All</TransactionDetailLevelFilter>"
    "</TransactionQueryRq><OtherNameQueryRq/><EmployeeQueryRq/>"
    "<ReceivePaymentQueryRq><IncludeLineItems>true</IncludeLineItems></ReceivePaymentQueryRq>"
    "<HostQueryRq/><CompanyQueryRq><OwnerID>{57F3B9B6-86F1-4FCC-B1EE-566DE1813D20}</OwnerID>"
    "</CompanyQueryRq><PreferencesQueryRq/>";

Cents cents(const std::string& text)
{
    const auto amount = Cents::parse(text);
    INFO("amount: " << text);
    REQUIRE(amount);
    return *amount;
}

}  // namespace

TEST_CASE("the same seed gives the same books, byte for byte, and another seed others")
{
    const std::string once = Desk(20, 60, 7).ask(everything);
    CHECK(once == Desk(20, 60, 7).ask(everything));
    CHECK(once != Desk(20, 60, 8).ask(everything));
}

TEST_CASE("books have as many records as were wished for")
{
    struct Row {
        int customers, invoices;
    };
    const auto row = GENERATE(values<Row>({{0, 0}, {1, 0}, {1, 5}, {30, 100}}));
    Desk desk(row.customers, row.invoices);
    CHECK(desk.quickbooks->count("CustomerRet") == static_cast<std::size_t>(row.customers));
    CHECK(desk.quickbooks->count("InvoiceRet") == static_cast<std::size_t>(row.invoices));
    CHECK(desk.quickbooks->count("NothingRet") == 0);
}

TEST_CASE("every answer about the sample books is valid by the grammar")
{
    Desk desk(40, 150);
    const auto check =
        qbxml::check_document(desk.ask(everything), qbxml::Version{16, 0}, qbxml::Edition::us);
    for (const auto& fault : check.faults)
        UNSCOPED_INFO(fault.line << ": " << fault.fault.text());
    CHECK(check.valid());
}

TEST_CASE("an older version is answered without the fields it does not know")
{
    Desk desk(30, 60);
    const std::string version = GENERATE("6.0", "8.0", "12.0");
    const std::string answer = desk.ask(
        "<CustomerQueryRq/><InvoiceQueryRq><IncludeLineItems>true</IncludeLineItems>"
        "</InvoiceQueryRq><ItemQueryRq/><BillQueryRq><IncludeLineItems>true</IncludeLineItems>"
        "<IncludeLinkedTxns>true</IncludeLinkedTxns></BillQueryRq><PurchaseOrderQueryRq>"
        "<IncludeLineItems>true</IncludeLineItems></PurchaseOrderQueryRq><JournalEntryQueryRq>"
        "<IncludeLineItems>true</IncludeLineItems></JournalEntryQueryRq><DepositQueryRq>"
        "<IncludeLineItems>true</IncludeLineItems></DepositQueryRq><CheckQueryRq>"
        "<IncludeLineItems>true</IncludeLineItems></CheckQueryRq><TimeTrackingQueryRq/>",
        "onError=\"stopOnError\"", version);
    const auto check =
        qbxml::check_document(answer, qbxml::Version::parse(version), qbxml::Edition::us);
    for (const auto& fault : check.faults)
        UNSCOPED_INFO(fault.line << ": " << fault.fault.text());
    CHECK(check.valid());
}

TEST_CASE("a thousand customers and ten thousand invoices agree with each other")
{
    Desk desk(1000, 10000);
    const CompanyFile& books = desk.quickbooks->books();
    for (const std::string& breach : books_balance(books))
        FAIL_CHECK(breach);

    std::set<std::string> ids;
    std::set<std::string> names;
    for (const auto& customer : books.records(*kind_of("Customer"))) {
        CHECK(ids.insert(customer->id()).second);
        CHECK(names.insert(customer->full_name()).second);
    }

    std::set<std::string> txn_ids;
    int paid = 0, in_part = 0, voided = 0, pending = 0, grouped = 0, ordered = 0;
    for (const auto& invoice : books.records(*kind_of("Invoice"))) {
        CHECK(txn_ids.insert(invoice->id()).second);
        const qbxml::Node tree = invoice->tree();
        const Cents open = cents(text_at(tree, "BalanceRemaining"));
        const Cents total =
            cents(text_at(tree, "Subtotal")) + cents(text_at(tree, "SalesTaxTotal"));
        if (text_at(tree, "IsPending") == "true") {
            ++pending;
            CHECK(open == Cents{});
            continue;
        }
        CHECK(total + cents(text_at(tree, "AppliedAmount")) == open);
        CHECK(invoice->paid() == (open == Cents{}));
        Cents subtotal;
        Cents applied;
        for (const qbxml::Node& child : tree.children) {
            if (child.name == "LinkedTxn") {
                const bool money = text_at(child, "LinkType") == "AMTTYPE";
                if (money) applied += cents(text_at(child, "Amount"));
                ordered += !money;
            } else if (child.name == "InvoiceLineGroupRet") {
                ++grouped;
                subtotal += cents(text_at(child, "TotalAmount"));
            } else if (child.name == "InvoiceLineRet" && child.child("Amount") != nullptr &&
                       text_at(child, "ItemRef/FullName") != "Subtotal") {
                subtotal += cents(text_at(child, "Amount"));
            }
        }
        CHECK(subtotal == cents(text_at(tree, "Subtotal")));
        CHECK(applied == cents(text_at(tree, "AppliedAmount")));
        paid += invoice->paid();
        in_part += !invoice->paid() && applied != Cents{};
        voided += text_at(tree, "Memo").starts_with("VOID: ");
    }
    CHECK(paid > 3000);
    CHECK(in_part > 300);
    CHECK(voided > 20);
    CHECK(pending > 50);
    CHECK(grouped > 500);
    CHECK(ordered > 200);

    for (const auto& payment : books.records(*kind_of("ReceivePayment"))) {
        CHECK(txn_ids.insert(payment->id()).second);
        const qbxml::Node tree = payment->tree();
        Cents applied;
        for (const qbxml::Node& child : tree.children) {
            if (child.name == "AppliedToTxnRet") applied += cents(text_at(child, "Amount"));
        }
        CHECK(cents(text_at(tree, "TotalAmount")) ==
              applied + cents(text_at(tree, "UnusedPayment")));
    }
}

TEST_CASE("the sample company has some of every kind of transaction, in proportion")
{
    const int invoices = GENERATE(60, 600);
    Desk desk(30, invoices);
    const CompanyFile& books = desk.quickbooks->books();
    for (const Kind* kind : all_kinds()) {
        if (kind->is_list()) continue;
        CAPTURE(kind->noun, invoices);
        const std::size_t least = invoices == 60 ? 0 : 1;  // refunds and returns are rare
        CHECK(books.count(*kind) >= least);
        CHECK(books.count(*kind) <= static_cast<std::size_t>(invoices));
    }
    CHECK(books.count(*kind_of("Bill")) >= static_cast<std::size_t>(invoices / 10));
    CHECK(books.count(*kind_of("Estimate")) == static_cast<std::size_t>(invoices / 10));
    for (const std::string& breach : books_balance(books))
        FAIL_CHECK(breach);
}

TEST_CASE("one customer may have twenty thousand invoices")
{
    Desk desk(1, 20000);
    CHECK(desk.quickbooks->count("InvoiceRet") == 20000);
    CHECK(books_balance(desk.quickbooks->books()).empty());
}

TEST_CASE("an invoice entered anew has numbers and dates of its own, and is posted like the first")
{
    Desk desk(5, 20);
    CompanyFile& books = desk.quickbooks->books();
    const Kind& kind = *kind_of("Invoice");
    const qbxml::simulator::Record* first_one = nullptr;
    for (const auto& invoice : books.records(kind)) {
        const bool free = books.ledger().links_to(*invoice).empty() &&
                          books.ledger().links_from(*invoice).empty();
        if (free && !books.ledger().postings(*invoice).empty()) first_one = invoice.get();
    }
    REQUIRE(first_one != nullptr);
    qbxml::simulator::MemorizedTxn memorized(books, *first_one);
    const qbxml::simulator::Record& again = memorized.enter(books, noon);
    CHECK(again.txn_date() == "2024-07-01");
    CHECK(again.id() != first_one->id());
    CHECK(again.ref_number() != first_one->ref_number());
    const auto& names = books.names();
    CHECK(again.field("Subtotal", names) == first_one->field("Subtotal", names));
    CHECK(again.field("TxnNumber", names) != first_one->field("TxnNumber", names));
    CHECK(books.ledger().owed(again) == books.ledger().owed(*first_one));
    CHECK(books.ledger().postings(again).size() == books.ledger().postings(*first_one).size());
    for (const std::string& breach : books_balance(books))
        FAIL_CHECK(breach);
}
