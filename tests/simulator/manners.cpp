// What the state of the company file refuses: features, closed periods, modes, locks.
#include <catch2/catch.hpp>

#include "qbxml/simulator/company_file.h"
#include "tests/simulator/requests.h"

using namespace simulator_test;
using qbxml::simulator::BookSettings;
using qbxml::simulator::Feature;

namespace {

template <class Change>
void change_settings(Desk& desk, Change change)
{
    BookSettings settings = desk.quickbooks->books().settings();
    change(settings);
    desk.quickbooks->books().change_settings(settings);
}

std::string invoice_of_a(std::string_view fields)
{
    return invoice_add(ref("CustomerRef", "A") + std::string(fields) +
                       line("Hinge", "<Quantity>1</Quantity>"));
}

std::string txn_request(std::string_view verb, const std::string& id)
{
    const std::string name = "Txn" + std::string(verb);
    return "<" + name + "Rq><" + name + "Type>Invoice</" + name + "Type><TxnID>" + id +
           "</TxnID></" + name + "Rq>";
}

}  // namespace

TEST_CASE("what a feature that is off knows is refused with 3250")
{
    struct Row {
        Feature feature;
        const char* request;
    };
    const auto row = GENERATE(values<Row>({
        {Feature::classes, "<ClassAddRq><ClassAdd><Name>Roof</Name></ClassAdd></ClassAddRq>"},
        {Feature::classes,
         "<VendorAddRq><VendorAdd><Name>V</Name><ClassRef><FullName>Repair</FullName></ClassRef>"
         "</VendorAdd></VendorAddRq>"},
        {Feature::inventory,
         "<ItemInventoryAddRq><ItemInventoryAdd><Name>Slate</Name><IncomeAccountRef><FullName>"
         "Building Income</FullName></IncomeAccountRef><COGSAccountRef><FullName>Cost of Goods Sold"
         "</FullName></COGSAccountRef><AssetAccountRef><FullName>Inventory Asset</FullName>"
         "</AssetAccountRef></ItemInventoryAdd></ItemInventoryAddRq>"},
        {Feature::sales_tax,
         "<CustomerAddRq><CustomerAdd><Name>B</Name><SalesTaxCodeRef><FullName>Tax</FullName>"
         "</SalesTaxCodeRef></CustomerAdd></CustomerAddRq>"},
        {Feature::price_levels,
         "<PriceLevelAddRq><PriceLevelAdd><Name>P</Name><PriceLevelFixedPercentage>5"
         "</PriceLevelFixedPercentage></PriceLevelAdd></PriceLevelAddRq>"},
        {Feature::units_of_measure,
         "<UnitOfMeasureSetAddRq><UnitOfMeasureSetAdd><Name>Length</Name><UnitOfMeasureType>Length"
         "</UnitOfMeasureType><BaseUnit><Name>foot</Name><Abbreviation>ft</Abbreviation></BaseUnit>"
         "</UnitOfMeasureSetAdd></UnitOfMeasureSetAddRq>"},
    }));
    CAPTURE(row.request);
    Desk desk;
    CHECK(status_of(desk.ask(row.request)) == 0);
    Desk without;
    change_settings(without, [&](BookSettings& settings) { settings.set(row.feature, false); });
    const std::string answer = without.ask(row.request);
    CHECK(status_of(answer) == 3250);
    CHECK(faults_of(answer) == "");
}

TEST_CASE("one currency only: CurrencyRef and ExchangeRate are refused")
{
    Desk desk = desk_with_a();
    CHECK(status_of(desk.ask(customer_add("<Name>B</Name>" + ref("CurrencyRef", "Euro")))) == 3250);
    CHECK(status_of(desk.ask("<CurrencyAddRq><CurrencyAdd><Name>Krone</Name><CurrencyCode>DKK"
                             "</CurrencyCode></CurrencyAdd></CurrencyAddRq>")) == 3250);
    CHECK(status_of(desk.ask("<CurrencyQueryRq/>")) == 1);
}

TEST_CASE("a closing date with a password shuts what is dated on or before it")
{
    struct Row {
        const char* closing_date;
        int add, mod, void_, del;
    };
    const auto row = GENERATE(values<Row>({
        {"2024-06-30", 0, 0, 0, 0},
        {"2024-07-01", 3171, 3171, 3171, 3161},
        {"2024-12-31", 3171, 3171, 3171, 3161},
        {"", 0, 0, 0, 0},
    }));
    CAPTURE(row.closing_date);
    Desk desk = desk_with_a();
    const std::string added = desk.ask(invoice_of_a("<TxnDate>2024-07-01</TxnDate>"));
    REQUIRE(status_of(added) == 0);
    const std::string id = first(added, "TxnID");
    change_settings(desk, [&](BookSettings& settings) {
        settings.closing_date = row.closing_date;
        settings.closing_password = true;
    });

    CHECK(status_of(desk.ask(invoice_of_a("<TxnDate>2024-07-01</TxnDate>"))) == row.add);
    const std::string changed = desk.ask("<InvoiceModRq><InvoiceMod><TxnID>" + id +
                                         "</TxnID><EditSequence>" + first(added, "EditSequence") +
                                         "</EditSequence><Memo>m</Memo></InvoiceMod>"
                                         "</InvoiceModRq>");
    CHECK(status_of(changed) == row.mod);
    CHECK(faults_of(changed) == "");
    CHECK(status_of(desk.ask(txn_request("Void", id))) == row.void_);
    CHECK(status_of(desk.ask(txn_request("Del", id))) == row.del);
}

TEST_CASE("a closing date without a password lets an application through, and is shown")
{
    Desk desk = desk_with_a();
    change_settings(desk, [&](BookSettings& settings) { settings.closing_date = "2024-12-31"; });
    CHECK(status_of(desk.ask(invoice_of_a("<TxnDate>2024-07-01</TxnDate>"))) == 0);
    CHECK(first(desk.ask("<PreferencesQueryRq/>"), "ClosingDate") == "2024-12-31");
}

TEST_CASE("a transaction is not moved into a closed period either")
{
    Desk desk = desk_with_a();
    const std::string added = desk.ask(invoice_of_a("<TxnDate>2024-07-01</TxnDate>"));
    change_settings(desk, [&](BookSettings& settings) {
        settings.closing_date = "2023-12-31";
        settings.closing_password = true;
    });
    CHECK(status_of(desk.ask("<InvoiceModRq><InvoiceMod><TxnID>" + first(added, "TxnID") +
                             "</TxnID><EditSequence>" + first(added, "EditSequence") +
                             "</EditSequence><TxnDate>2023-12-31</TxnDate></InvoiceMod>"
                             "</InvoiceModRq>")) == 3171);
}

TEST_CASE("in multi-user mode nothing is deleted from a list, nor merged")
{
    Desk desk = desk_with_a();
    const std::string id = customer(desk, "A", "ListID");
    change_settings(desk, [](BookSettings& settings) { settings.multi_user = true; });
    CHECK(first(desk.ask("<HostQueryRq/>"), "QBFileMode") == "MultiUser");
    CHECK(status_of(desk.ask("<ListDelRq><ListDelType>Customer</ListDelType><ListID>" + id +
                             "</ListID></ListDelRq>")) == 3162);
    CHECK(status_of(desk.ask("<ListMergeRq><ListMergeType>Customer</ListMergeType><MergeFrom>"
                             "<ListID>" +
                             id +
                             "</ListID><EditSequence>1</EditSequence></MergeFrom><MergeTo>"
                             "<ListID>" +
                             id +
                             "</ListID><EditSequence>1</EditSequence></MergeTo>"
                             "</ListMergeRq>")) == 3500);
}

TEST_CASE("a session that wants the other mode does not open")
{
    using qbxml::simulator::FileMode;
    struct Row {
        FileMode wanted;
        bool multi_user, opens;
    };
    const auto row = GENERATE(values<Row>({
        {FileMode::any, false, true},
        {FileMode::any, true, true},
        {FileMode::single_user, false, true},
        {FileMode::single_user, true, false},
        {FileMode::multi_user, true, true},
        {FileMode::multi_user, false, false},
    }));
    Desk desk;
    auto options = desk.options();
    options.wanted_mode = row.wanted;
    qbxml::simulator::SimulatedQuickBooks quickbooks({.customers = 0, .invoices = 0}, options);
    BookSettings settings = quickbooks.books().settings();
    settings.multi_user = row.multi_user;
    quickbooks.books().change_settings(settings);
    const auto failure = quickbooks.begin_session("");
    CHECK(failure.has_value() != row.opens);
    if (failure) CHECK(failure->hresult == "0x80040410");
}

TEST_CASE("what somebody else holds is in use")
{
    Desk desk = desk_with_a();
    const std::string a = customer(desk, "A", "ListID");
    const std::string sequence = customer(desk, "A", "EditSequence");
    const std::string change_a = "<CustomerModRq><CustomerMod><ListID>" + a +
                                 "</ListID><EditSequence>" + sequence +
                                 "</EditSequence><Notes>n</Notes></CustomerMod></CustomerModRq>";
    const std::string delete_a =
        "<ListDelRq><ListDelType>Customer</ListDelType><ListID>" + a + "</ListID></ListDelRq>";
    struct Row {
        const char* lock;  // "a": the record
        const std::string request;
        int status;
        const char* says;
    };
    const Row rows[] = {
        {"a", change_a, 3175, "is in use"},
        {"a", delete_a, 3175, "is in use"},
        {"a", invoice_of_a(""), 0, ""},  // naming it changes nothing of it
        {"Customer", customer_add("<Name>B</Name>"), 3180,
         "The list has been modified by another user"},
        {"Customer", change_a, 3170, "internals could not be locked"},
        {"Customer", delete_a, 3175, "The list element is in use"},
        {"Vendor", customer_add("<Name>C</Name>"), 0, ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.lock, row.request);
        change_settings(desk, [&](BookSettings& settings) {
            settings.locks = {row.lock == std::string("a") ? a : std::string(row.lock)};
        });
        const std::string answer = desk.ask(row.request);
        CHECK(status_of(answer) == row.status);
        CHECK_THAT(read(answer).responses().at(0).status_message.value(),
                   Catch::Contains(row.says));
        CHECK(faults_of(answer) == "");
    }
    change_settings(desk, [](BookSettings& settings) { settings.locks.clear(); });
    CHECK(status_of(desk.ask(change_a)) == 0);
}

TEST_CASE("a transaction that another one needs is held: 3176")
{
    Desk desk = desk_with_a();
    const std::string added = desk.ask(invoice_of_a(""));
    const std::string id = first(added, "TxnID");
    change_settings(desk, [&](BookSettings& settings) { settings.locks = {id}; });
    CHECK(status_of(desk.ask("<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef><FullName>A"
                             "</FullName></CustomerRef><TotalAmount>1.00</TotalAmount>"
                             "<AppliedToTxnAdd><TxnID>" +
                             id +
                             "</TxnID><PaymentAmount>1.00</PaymentAmount></AppliedToTxnAdd>"
                             "</ReceivePaymentAdd></ReceivePaymentAddRq>")) == 3176);
    CHECK(status_of(desk.ask(txn_request("Del", id))) == 3175);
}

TEST_CASE("a message that only other countries have is not supported")
{
    Desk desk;
    CHECK(status_of(desk.ask("<SalesTaxReturnQueryRq/>")) == 1030);
}

TEST_CASE("a restored file says when")
{
    Desk desk;
    change_settings(desk, [](BookSettings& settings) { settings.last_restored = noon; });
    const std::string answer = desk.ask("<CompanyActivityQueryRq/>");
    CHECK(first(answer, "LastRestoreTime") == "2024-07-01T12:00:00-05:00");
    CHECK(faults_of(answer) == "");
}
