// Lists that have nothing special: their manners come from the grammar.
#include <catch2/catch.hpp>

#include "tests/simulator/requests.h"

using namespace simulator_test;

TEST_CASE("records of the small lists are added")
{
    struct Row {
        const char* request;
        int status;
        const char* field;
        const char* value;
    };
    const auto row = GENERATE(values<Row>({
        {"<ClassAddRq><ClassAdd><Name>Roof</Name><ParentRef><FullName>Remodel</FullName>"
         "</ParentRef></ClassAdd></ClassAddRq>",
         0, "Sublevel", "1"},
        {"<ClassAddRq><ClassAdd><Name>repair</Name></ClassAdd></ClassAddRq>", 3100, "", ""},
        {"<ClassAddRq><ClassAdd><Name>Roof</Name><ParentRef><FullName>Nothing</FullName>"
         "</ParentRef></ClassAdd></ClassAddRq>",
         3130, "", ""},
        {"<CustomerTypeAddRq><CustomerTypeAdd><Name>Trade</Name></CustomerTypeAdd>"
         "</CustomerTypeAddRq>",
         0, "FullName", "Trade"},
        {"<StandardTermsAddRq><StandardTermsAdd><Name>Net 60</Name><StdDueDays>60</StdDueDays>"
         "</StandardTermsAdd></StandardTermsAddRq>",
         0, "StdDueDays", "60"},
        {"<DateDrivenTermsAddRq><DateDrivenTermsAdd><Name>Net 30</Name><DayOfMonthDue>1"
         "</DayOfMonthDue></DateDrivenTermsAdd></DateDrivenTermsAddRq>",
         3100, "", ""},
        {"<VendorAddRq><VendorAdd><Name>Slate &amp; Co</Name><VendorAddress><Addr1>1 Quarry Hill"
         "</Addr1><City>Poultney</City><State>VT</State></VendorAddress></VendorAdd></VendorAddRq>",
         0, "NameOnCheck", "Slate &amp; Co"},
        {"<VendorAddRq><VendorAdd><Name>Maura Keeling</Name></VendorAdd></VendorAddRq>", 3100, "",
         ""},
        {"<VendorAddRq><VendorAdd><Name>X</Name><OpenBalance>1.00</OpenBalance></VendorAdd>"
         "</VendorAddRq>",
         0, "Balance", "1.00"},
        {"<EmployeeAddRq><EmployeeAdd><FirstName>Tom</FirstName><LastName>Ash</LastName>"
         "</EmployeeAdd></EmployeeAddRq>",
         0, "Name", "Tom Ash"},
        {"<ItemServiceAddRq><ItemServiceAdd><Name>Roofing</Name><SalesOrPurchase><Price>60</Price>"
         "<AccountRef><FullName>Building Income:Labour</FullName></AccountRef></SalesOrPurchase>"
         "</ItemServiceAdd></ItemServiceAddRq>",
         0, "Price", "60.00"},
        {"<ItemServiceAddRq><ItemServiceAdd><Name>Roofing</Name><SalesOrPurchase><Price>60</Price>"
         "<AccountRef><FullName>Nowhere</FullName></AccountRef></SalesOrPurchase>"
         "</ItemServiceAdd></ItemServiceAddRq>",
         3140, "", ""},
        {"<ItemInventoryAddRq><ItemInventoryAdd><Name>Slate</Name></ItemInventoryAdd>"
         "</ItemInventoryAddRq>",
         3270, "", ""},
        {"<AccountAddRq><AccountAdd><Name>Petty Cash</Name><AccountType>Bank</AccountType>"
         "</AccountAdd></AccountAddRq>",
         0, "Balance", "0.00"},
        {"<ChargeAddRq><ChargeAdd><CustomerRef><FullName>A</FullName></CustomerRef>"
         "</ChargeAdd></ChargeAddRq>",
         1030, "", ""},
    }));
    Desk desk;
    CAPTURE(row.request);
    const std::string answer = desk.ask(row.request);
    CHECK(status_of(answer) == row.status);
    CHECK(first(answer, row.field) == row.value);
}

TEST_CASE("an item is changed in part, and its new name follows into invoices")
{
    Desk desk(3, 10);
    const std::string window = desk.ask(
        "<ItemInventoryQueryRq><FullName>Window</FullName>"
        "</ItemInventoryQueryRq>");
    const std::string query =
        "<InvoiceQueryRq><IncludeLineItems>true</IncludeLineItems>"
        "</InvoiceQueryRq>";
    const std::string before = desk.ask(query);
    const std::string changed = desk.ask(
        list_mod("ItemInventory", window, "<Name>Casement</Name><SalesPrice>350.00</SalesPrice>"));
    CHECK(status_of(changed) == 0);
    CHECK(first(changed, "SalesPrice") == "350.00");
    CHECK(first(changed, "PurchaseCost") == first(window, "PurchaseCost"));
    CHECK(times_in(desk.ask(query), "<FullName>Casement</FullName>") ==
          times_in(before, "<FullName>Window</FullName>"));

    const std::string service = desk.ask(
        "<ItemServiceQueryRq><FullName>Design</FullName>"
        "</ItemServiceQueryRq>");
    const std::string dearer = desk.ask(list_mod(
        "ItemService", service, "<SalesOrPurchaseMod><Price>95.00</Price></SalesOrPurchaseMod>"));
    CHECK(first(dearer, "Price") == "95.00");
    CHECK(times_in(dearer, "<FullName>Building Income:Design</FullName>") == 1);
}

TEST_CASE("what a Mod of a list is refused for")
{
    struct Row {
        const char* fields;
        int status;
    };
    const auto row = GENERATE(values<Row>({
        {"<Name></Name>", 3190},
        {"<Name>Framing</Name>", 3100},
        {"<ParentRef><FullName>Painting</FullName></ParentRef>", 3170},
        {"<SalesTaxCodeRef><FullName>Odd</FullName></SalesTaxCodeRef>", 3140},
    }));
    Desk desk;
    const std::string service = desk.ask(
        "<ItemServiceQueryRq><FullName>Design</FullName>"
        "</ItemServiceQueryRq>");
    CAPTURE(row.fields);
    CHECK(status_of(desk.ask(list_mod("ItemService", service, row.fields))) == row.status);
}

TEST_CASE("the notes of a customer follow its Notes field, main contacts follow phone and e-mail")
{
    Desk desk;
    const std::string added = desk.ask(
        "<CustomerAddRq><CustomerAdd><Name>A</Name><Phone>1</Phone><Notes>old</Notes>"
        "<AdditionalNotes><Note>second</Note></AdditionalNotes></CustomerAdd></CustomerAddRq>");
    CHECK(times_in(added, "<NoteID>") == 2);
    const std::string changed = desk.ask(list_mod(
        "Customer", added,
        "<Phone>2</Phone><Notes>new</Notes><AdditionalNotesMod><NoteID>1</NoteID><Note>third"
        "</Note></AdditionalNotesMod>"));
    CHECK(status_of(changed) == 0);
    CHECK(times_in(changed, "<ContactValue>2</ContactValue>") == 1);
    CHECK(times_in(changed, "<ContactValue>") == 1);
    CHECK(times_in(changed, "<Note>new</Note>") == 1);
    CHECK(times_in(changed, "<Note>third</Note>") == 1);
    CHECK(times_in(changed, "<NoteID>") == 2);
}

TEST_CASE("a field of another country's QuickBooks is ignored with a warning")
{
    Desk desk;
    const std::string answer = desk.ask(
        "<VendorAddRq><VendorAdd><Name>Tax office</Name>"
        "<IsSalesTaxAgency>true</IsSalesTaxAgency></VendorAdd>"
        "</VendorAddRq>");
    CHECK(status_of(answer) == 530);
    CHECK(read(answer).responses().at(0).status_severity == "Warn");
    CHECK_THAT(read(answer).responses().at(0).status_message.value(),
               Catch::Contains("The field \"IsSalesTaxAgency\" is not supported"));
    CHECK(first(answer, "Name") == "Tax office");
    CHECK(first(answer, "IsSalesTaxAgency").empty());
}

TEST_CASE("keys that name no record tell why")
{
    struct Row {
        const char* id;
        int status;
    };
    const auto row = GENERATE(values<Row>({
        {"nonsense", 3000},
        {"80000001", 3000},
        {"80000001-1234567890", 3240},  // counted here too, but made at another time
        {"8000FFFF-1234567890", 3120},
    }));
    Desk desk;
    CAPTURE(row.id);
    CHECK(status_of(desk.ask("<ItemServiceModRq><ItemServiceMod><ListID>" + std::string(row.id) +
                             "</ListID><EditSequence>1</EditSequence></ItemServiceMod>"
                             "</ItemServiceModRq>")) == row.status);
    CHECK(status_of(desk.ask("<ListDelRq><ListDelType>ItemService</ListDelType><ListID>" +
                             std::string(row.id) + "</ListID></ListDelRq>")) == row.status);
}
