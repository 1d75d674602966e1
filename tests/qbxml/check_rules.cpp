// The rules of the checker, one literal case after the other.
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <ostream>

#include "qbxml/example.h"
#include "qbxml/request.h"

using namespace qbxml;

namespace qbxml {

// What Catch shows of a fault.
std::ostream& operator<<(std::ostream& out, const Fault& fault)
{
    return out << fault.pointer << " | " << fault.text() << " | " << fault.since;
}

}  // namespace qbxml

namespace {

Node request(const std::string& xml)
{
    auto set = message_set_from_xml(xml);
    REQUIRE(set);
    REQUIRE(set->requests.size() == 1);
    return std::move(set->requests.front());
}

Fault only_fault(const Node& node, Version version = common_version, Edition edition = Edition::us)
{
    const auto faults = check(node, version, edition);
    std::string all;
    for (const Fault& fault : faults)
        all += fault.text() + "\n";
    CAPTURE(all);
    REQUIRE(faults.size() == 1);
    return faults.front();
}

}  // namespace

TEST_CASE("one fault of each rule, with place, finding and remedy")
{
    struct Row {
        std::string xml;
        Version version;
        Edition edition;
        Fault fault;
    };
    const auto row = GENERATE(values<Row>({
        {"<CustomerAddRq><CustomerAdd><Name>A</Name><Colour>red</Colour></CustomerAdd></"
         "CustomerAddRq>",
         {1, 0},
         Edition::us,
         {.pointer = "/CustomerAddRq/CustomerAdd/Colour",
          .path = "CustomerAddRq/CustomerAdd/Colour",
          .rule = "unknown",
          .found = "Colour",
          .allowed =
              "Name, IsActive, ParentRef, CompanyName, Salutation, FirstName, MiddleName, "
              "LastName, BillAddress, ShipAddress, Phone, AltPhone, Fax, Email, Contact, "
              "AltContact, CustomerTypeRef, TermsRef, SalesRepRef, OpenBalance, "
              "OpenBalanceDate, SalesTaxCodeRef, ItemSalesTaxRef, ResaleNumber, AccountNumber "
              "and 7 more",
          .suggestion = "leave it out"}},
        {"<HostQueryRq><Includeretelement>X</Includeretelement></HostQueryRq>",
         {13, 0},
         Edition::us,
         {.pointer = "/HostQueryRq/Includeretelement",
          .path = "HostQueryRq/Includeretelement",
          .rule = "unknown",
          .found = "Includeretelement",
          .allowed = "IncludeListMetaData or IncludeRetElement",
          .suggestion = "write IncludeRetElement: case counts"}},
        {"<ListDelRq><ListDelType>Account</ListDelType></ListDelRq>",
         {13, 0},
         Edition::us,
         {.pointer = "/ListDelRq/ListID",
          .path = "ListDelRq/ListID",
          .rule = "required",
          .found = "nothing",
          .allowed = "one ListID",
          .suggestion = "give ListID inside ListDelRq"}},
        {"<ClassAddRq><ClassAdd><Name>0123456789012345678901234567890x</Name></ClassAdd></"
         "ClassAddRq>",
         {13, 0},
         Edition::us,
         {.pointer = "/ClassAddRq/ClassAdd/Name",
          .path = "ClassAddRq/ClassAdd/Name",
          .rule = "tooLong",
          .found = "32 characters: '0123456789012345678901234567890x'",
          .allowed = "at most 31 characters",
          .suggestion = "shorten it by 1"}},
        {"<InvoiceQueryRq><MaxReturned>0</MaxReturned></InvoiceQueryRq>",
         {13, 0},
         Edition::us,
         {.pointer = "/InvoiceQueryRq/MaxReturned",
          .path = "InvoiceQueryRq/MaxReturned",
          .rule = "range",
          .found = "'0'",
          .allowed = "at least 1",
          .suggestion = "give a number in that range"}},
        {"<InvoiceQueryRq><PaidStatus>paidonly</PaidStatus></InvoiceQueryRq>",
         {13, 0},
         Edition::us,
         {.pointer = "/InvoiceQueryRq/PaidStatus",
          .path = "InvoiceQueryRq/PaidStatus",
          .rule = "enum",
          .found = "'paidonly'",
          .allowed = "All, PaidOnly or NotPaidOnly",
          .suggestion = "write PaidOnly: case counts"}},
        {"<InvoiceQueryRq><PaidStatus>PaydOnly</PaidStatus></InvoiceQueryRq>",
         {13, 0},
         Edition::us,
         {.pointer = "/InvoiceQueryRq/PaidStatus",
          .path = "InvoiceQueryRq/PaidStatus",
          .rule = "enum",
          .found = "'PaydOnly'",
          .allowed = "All, PaidOnly or NotPaidOnly",
          .suggestion = "did you mean PaidOnly?"}},
        {"<InvoiceQueryRq><TxnID>1</TxnID><RefNumber>2</RefNumber></InvoiceQueryRq>",
         {13, 0},
         Edition::us,
         {.pointer = "/InvoiceQueryRq/RefNumber/0",
          .path = "InvoiceQueryRq/RefNumber",
          .rule = "oneOf",
          .found = "RefNumber beside TxnID",
          .allowed = "only one of TxnID or RefNumber",
          .suggestion = "keep TxnID or RefNumber, not both"}},
        {"<ClassAddRq><ClassAdd><Name>A</Name><Name>B</Name></ClassAdd></ClassAddRq>",
         {13, 0},
         Edition::us,
         {.pointer = "/ClassAddRq/ClassAdd/Name/1",
          .path = "ClassAddRq/ClassAdd/Name",
          .rule = "tooMany",
          .found = "2 of them",
          .allowed = "one",
          .suggestion = "keep one Name"}},
        {"<ClassAddRq><ClassAdd>A<Name>A</Name></ClassAdd></ClassAddRq>",
         {13, 0},
         Edition::us,
         {.pointer = "/ClassAddRq/ClassAdd",
          .path = "ClassAddRq/ClassAdd",
          .rule = "text",
          .found = "'A'",
          .allowed = "elements only",
          .suggestion = "take the text out, or put it into the element it belongs to"}},
        {"<LeadQueryRq/>",
         {12, 0},
         Edition::us,
         {.pointer = "/LeadQueryRq",
          .path = "LeadQueryRq",
          .rule = "version",
          .found = "LeadQueryRq",
          .allowed = "what qbXML 12.0 has",
          .since = "13.0",
          .suggestion = "leave it out, or send it as qbXML 13.0 or newer"}},
        {"<SalesTaxReturnQueryRq/>",
         {13, 0},
         Edition::us,
         {.pointer = "/SalesTaxReturnQueryRq",
          .path = "SalesTaxReturnQueryRq",
          .rule = "edition",
          .found = "SalesTaxReturnQueryRq",
          .allowed = "what the US edition has",
          .since = "CA, UK, AU",
          .suggestion = "leave it out"}},
        {"<AccountQueryRq iterator='Start'/>",
         {13, 0},
         Edition::us,
         {.pointer = "/AccountQueryRq/@iterator",
          .path = "AccountQueryRq/@iterator",
          .rule = "iterator",
          .found = "the attribute iterator",
          .allowed = "requestID or metaData",
          .suggestion = "leave it out: AccountQueryRq answers everything at once"}},
        {"<InvoiceQueryRq iterator='Continue'/>",
         {13, 0},
         Edition::us,
         {.pointer = "/InvoiceQueryRq/@iteratorID",
          .path = "InvoiceQueryRq/@iteratorID",
          .rule = "iterator",
          .found = "nothing",
          .allowed = "the iteratorID of the answer before",
          .suggestion = "start with iterator=\"Start\" and send back the iteratorID"}},
        {"<InvoiceQueryRq iterator='Start'/>",
         {4, 0},
         Edition::us,
         {.pointer = "/InvoiceQueryRq/@iterator",
          .path = "InvoiceQueryRq/@iterator",
          .rule = "version",
          .found = "the attribute iterator",
          .allowed = "what qbXML 4.0 has",
          .since = "5.0",
          .suggestion = "leave it out, or send it as qbXML 5.0 or newer"}},
        {"<HostQueryRq requestId='1'/>",
         {13, 0},
         Edition::us,
         {.pointer = "/HostQueryRq/@requestId",
          .path = "HostQueryRq/@requestId",
          .rule = "attribute",
          .found = "the attribute requestId",
          .allowed = "requestID",
          .suggestion = "did you mean requestID?"}},
        {"<HostQueryRq requestID='012345678901234567890123456789012345678901234567890'/>",
         {13, 0},
         Edition::us,
         {.pointer = "/HostQueryRq/@requestID",
          .path = "HostQueryRq/@requestID",
          .rule = "tooLong",
          .found = "51 characters: '012345678901234567890123456789012345678901234567890'",
          .allowed = "at most 50 characters",
          .suggestion = "shorten it by 1"}},
        {"<ItemServiceAddRq><ItemServiceAdd><Name>A</Name></ItemServiceAdd></ItemServiceAddRq>",
         {13, 0},
         Edition::us,
         {.pointer = "/ItemServiceAddRq/ItemServiceAdd",
          .path = "ItemServiceAddRq/ItemServiceAdd",
          .rule = "required",
          .found = "nothing",
          .allowed = "one of SalesOrPurchase or SalesAndPurchase",
          .suggestion = "give SalesOrPurchase or SalesAndPurchase inside ItemServiceAdd"}},
        {"<InvoiceAdRq/>",
         {13, 0},
         Edition::us,
         {.pointer = "/InvoiceAdRq",
          .path = "InvoiceAdRq",
          .rule = "unknown",
          .found = "'InvoiceAdRq'",
          .allowed = "the name of a request, such as CustomerQueryRq",
          .suggestion = "did you mean InvoiceAddRq?"}},
        {"<TxnDelRq><TxnDelType>Transfer</TxnDelType><TxnID>1</TxnID></TxnDelRq>",
         {13, 0},
         Edition::us,
         {.pointer = "/TxnDelRq/TxnDelType",
          .path = "TxnDelRq/TxnDelType",
          .rule = "enum",
          .found = "'Transfer'",
          .allowed =
              only_fault(request("<TxnDelRq><TxnDelType>?</TxnDelType><TxnID>1</TxnID></TxnDelRq>"))
                  .allowed,
          .suggestion = "give one of the values"}},
    }));
    CAPTURE(row.xml);
    CHECK(only_fault(request(row.xml), row.version, row.edition) == row.fault);
}

TEST_CASE("values are right or wrong by their type")
{
    struct Row {
        std::string type, text;
        bool right;
    };
    const auto row = GENERATE(values<Row>({
        {"AMTTYPE", "0", true},
        {"AMTTYPE", "-125.50", true},
        {"AMTTYPE", "+1234567890123.99", true},
        {"AMTTYPE", "12345678901234", false},
        {"AMTTYPE", "125.5", false},
        {"AMTTYPE", "125.500", false},
        {"AMTTYPE", "1,250.00", false},
        {"AMTTYPE", "$5.00", false},
        {"AMTTYPE", "5.", false},
        {"AMTTYPE", ".50", false},
        {"AMTTYPE", "1e3", false},
        {"AMTTYPE", " 5.00", false},
        {"QUANTYPE", "2.12345", true},
        {"QUANTYPE", "2.123456", false},
        {"QUANTYPE", "12345678901", false},
        {"PERCENTTYPE", "8.25", true},
        {"PERCENTTYPE", "8.25%", false},
        {"PRICETYPE", "0.00001", true},
        {"BOOLTYPE", "true", true},
        {"BOOLTYPE", "0", true},
        {"BOOLTYPE", " false ", true},
        {"BOOLTYPE", "True", false},
        {"BOOLTYPE", "yes", false},
        {"BOOLTYPE", "", true},
        {"DATETYPE", "2024-02-29", true},
        {"DATETYPE", "2023-02-29", false},
        {"DATETYPE", "1900-02-29", false},
        {"DATETYPE", "2000-02-29", true},
        {"DATETYPE", "2024-13-01", false},
        {"DATETYPE", "2024-04-31", false},
        {"DATETYPE", "2024-00-10", false},
        {"DATETYPE", "2024-1-2", false},
        {"DATETYPE", "02/29/2024", false},
        {"DATETYPE", "2024-02-29T12:00:00", false},
        {"DATETYPE", "2024-02-29-08:00", true},
        {"DATETYPE", "2024-02-29+15:00", false},
        {"DATETYPE", "", true},
        {"DATETIMETYPE", "2024-02-29", true},
        {"DATETIMETYPE", "2024-2-9", true},
        {"DATETIMETYPE", "2024-02-29T12", true},
        {"DATETIMETYPE", "2024-02-29T12:30:59-08:00", true},
        {"DATETIMETYPE", "2024-02-29T12:30:59Z", false},
        {"DATETIMETYPE", "2024-02-30T12:00:00", false},
        {"DATETIMETYPE", "2024-02-29T24:00:00", false},
        {"DATETIMETYPE", "2024-02-29T12:60:00", false},
        {"DATETIMETYPE", "2024-02-29 12:00:00", false},
        {"DATETIMETYPE", "2024-02-29T12:00:00.000", false},
        {"TIMEINTERVALTYPE", "PT8H30M", true},
        {"TIMEINTERVALTYPE", "PT8H30M0S", true},
        {"TIMEINTERVALTYPE", "-PT1S", true},
        {"TIMEINTERVALTYPE", "PT30M8H", false},
        {"TIMEINTERVALTYPE", "PT", false},
        {"TIMEINTERVALTYPE", "P1D", false},
        {"TIMEINTERVALTYPE", "PTH", false},
        {"TIMEINTERVALTYPE", "8:30", false},
        {"INTTYPE", "-7", true},
        {"INTTYPE", "7.0", false},
        {"INTTYPE", "", false},
        {"FLOATTYPE", "1.0825", true},
        {"FLOATTYPE", ".5", true},
        {"FLOATTYPE", "1e3", false},
        {"FLOATTYPE", ".", false},
        {"GUIDTYPE", "0", true},
        {"GUIDTYPE", "{0a1b2c3d-0123-4567-89AB-0123456789ab}", true},
        {"GUIDTYPE", "0a1b2c3d-0123-4567-89AB-0123456789ab", false},
        {"GUIDTYPE", "{0a1b2c3d-0123-4567-89AB-0123456789ag}", false},
        {"GUIDTYPE", "", false},
        {"IDTYPE", "80000001-1700000000", true},
        {"IDTYPE", "1234567890123456789012345678901234567", false},
        {"STRTYPE", "anything", true},
        {"STRTYPE", "line\nbreak\ttab", true},
        {"STRTYPE", "bell\x07", false},
        {"STRTYPE", "\xC3", false},
    }));
    // An element of that type in some message.
    static const auto element_of = [](const std::string& type) {
        const std::map<std::string, std::pair<std::string, std::string>> elements = {
            {"AMTTYPE", {"TransferAdd", "Amount"}},
            {"QUANTYPE", {"InvoiceLineAdd", "Quantity"}},
            {"PERCENTTYPE", {"InvoiceLineAdd", "RatePercent"}},
            {"PRICETYPE", {"InvoiceLineAdd", "Rate"}},
            {"BOOLTYPE", {"InvoiceAdd", "IsPending"}},
            {"DATETYPE", {"InvoiceAdd", "TxnDate"}},
            {"DATETIMETYPE", {"CustomerQueryRq", "FromModifiedDate"}},
            {"TIMEINTERVALTYPE", {"TimeTrackingAdd", "Duration"}},
            {"INTTYPE", {"StandardTermsAdd", "StdDueDays"}},
            {"FLOATTYPE", {"InvoiceAdd", "ExchangeRate"}},
            {"GUIDTYPE", {"InvoiceAdd", "ExternalGUID"}},
            {"IDTYPE", {"ListDelRq", "ListID"}},
            {"STRTYPE", {"InvoiceAdd", "Memo"}},
        };
        return elements.at(type);
    };
    CAPTURE(row.type, row.text);
    const auto [owner, name] = element_of(row.type);
    REQUIRE(grammar::owner(owner)->find(name)->type()->name() == row.type);
    const std::map<std::string, std::string> requests = {{"InvoiceLineAdd", "InvoiceAdd"},
                                                         {"CustomerQueryRq", "CustomerQuery"},
                                                         {"ListDelRq", "ListDel"}};
    const auto at = requests.find(owner);
    const auto* message = find_message(at == requests.end() ? owner : at->second);
    Node node = example_node(*message, Extent::minimal);
    Node* around = &node;
    if (owner == "InvoiceLineAdd")
        around = &node.children.front().add(Node{.name = owner});
    else if (owner != node.name)
        around = &node.children.front();
    std::erase_if(around->children, [&](const Node& each) { return each.name == name; });
    around->add(name, row.text);
    const auto faults = check(node, common_version, Edition::any);
    for (const Fault& fault : faults)
        CHECK((fault.rule == "pattern" || fault.rule == "tooLong" || fault.rule == "characters"));
    CHECK(faults.empty() == row.right);
}

TEST_CASE("a wrong value is told with what was probably meant")
{
    struct Row {
        std::string xml, suggestion;
    };
    const auto row = GENERATE(values<Row>({
        {"<TransferAddRq><TransferAdd><TxnDate>2024-02-29T00:00:00</TxnDate></TransferAdd></"
         "TransferAddRq>",
         "write 2024-02-29"},
        {"<TransferAddRq><TransferAdd><Amount>$1,250.50</Amount></TransferAdd></TransferAddRq>",
         "write 1250.50"},
        {"<TransferAddRq><TransferAdd><Amount>12.5</Amount></TransferAdd></TransferAddRq>",
         "write 12.50"},
        {"<InvoiceAddRq><InvoiceAdd><IsPending>Yes</IsPending></InvoiceAdd></InvoiceAddRq>",
         "write true"},
        {"<InvoiceAddRq><InvoiceAdd><ExternalGUID>0a1b2c3d-0123-4567-89AB-0123456789ab</"
         "ExternalGUID>"
         "</InvoiceAdd></InvoiceAddRq>",
         "write {0a1b2c3d-0123-4567-89AB-0123456789ab}"},
    }));
    CAPTURE(row.xml);
    const auto faults = check(request(row.xml), common_version, Edition::any);
    const auto at = std::ranges::find(faults, "pattern", &Fault::rule);
    REQUIRE(at != faults.end());
    CHECK(at->suggestion == row.suggestion);
}

TEST_CASE("an unknown element is told where it belongs")
{
    struct Row {
        std::string xml, suggestion;
    };
    const auto row = GENERATE(values<Row>({
        {"<InvoiceAddRq><InvoiceAdd><CustomerRef/><Addr1>x</Addr1></InvoiceAdd></InvoiceAddRq>",
         "put it inside BillAddress or ShipAddress"},
        {"<InvoiceAddRq><InvoiceAdd><CustomerRef/><InvoiceLine/></InvoiceAdd></InvoiceAddRq>",
         "did you mean InvoiceLineAdd?"},
        {"<InvoiceAddRq><InvoiceAdd><CustomerRef/><Mmeo>x</Mmeo></InvoiceAdd></InvoiceAddRq>",
         "did you mean Memo?"},
        {"<CustomerModRq><CustomerMod><ListID>1</ListID><EditSequence>1</EditSequence>"
         "<FullName>A</FullName></CustomerMod></CustomerModRq>",
         "leave it out"},
    }));
    CAPTURE(row.xml);
    CHECK(only_fault(request(row.xml)).suggestion == row.suggestion);
}

TEST_CASE("the limits are those of the edition")
{
    const auto with_code = [](const std::string& code) {
        return request("<CustomerAddRq><CustomerAdd><Name>A</Name><SalesTaxCodeRef><FullName>" +
                       code + "</FullName></SalesTaxCodeRef></CustomerAdd></CustomerAddRq>");
    };
    CHECK(check(with_code("ABC"), common_version, Edition::us).empty());
    CHECK(only_fault(with_code("ABCDEF"), common_version, Edition::us).rule == "tooLong");
    CHECK(check(with_code("ABCDEF"), common_version, Edition::au).empty());
    CHECK(only_fault(with_code("ABCDEFG"), common_version, Edition::au).allowed ==
          "at most 6 characters");
}

TEST_CASE("a macro stands for the value")
{
    const Node deposit = request(
        "<DepositAddRq><DepositAdd><DepositToAccountRef><FullName>Bank</FullName></"
        "DepositToAccountRef>"
        "<DepositLineAdd><PaymentTxnID "
        "useMacro='TxnID:pay'/></DepositLineAdd></DepositAdd></DepositAddRq>");
    CHECK(check(deposit, common_version, Edition::us).empty());
}

TEST_CASE("of a hostile request a thousand faults are told, quickly")
{
    Node request{.name = "InvoiceAddRq"};
    Node& invoice = request.add(Node{.name = "InvoiceAdd"});
    for (int i = 0; i < 20000; ++i)
        invoice.add("Unknown" + std::to_string(i), "");
    CHECK(check(request, common_version, Edition::any).size() == 1000);
}

TEST_CASE("a fault is one line, whatever stood in the value")
{
    Node request{.name = "InvoiceQueryRq"};
    request.add("MaxReturned", "1\n2\x1B\xC3");
    const std::string text = check(request, common_version, Edition::any).front().text();
    CHECK(text.find_first_of("\n\x1B\xC3") == std::string::npos);
    request.children.front().text = "many\r\nlines";
    CHECK(check(request, common_version, Edition::any).front().found == "'many\\x0D\\x0Alines'");
}
