#include <map>
#include <catch2/catch.hpp>

#include <algorithm>

#include "qbxml/check.h"
#include "qbxml/explain.h"
#include "qbxml/format.h"

using namespace qbxml;

namespace {

// The faults of a document: "line rule path", one a line.
std::string faults_in(const std::string& text, std::optional<Version> version = {},
                      Edition edition = Edition::any)
{
    std::string out;
    for (const DocumentFault& each : check_document(text, version, edition).faults)
        out += std::to_string(each.line) + " " + each.fault.rule + " " + each.fault.path + "\n";
    return out;
}

std::string in_set(const std::string& requests, const std::string& version = "13.0")
{
    return "<?xml version=\"1.0\"?>\n<?qbxml version=\"" + version +
           "\"?>\n<QBXML>\n<QBXMLMsgsRq onError=\"stopOnError\">\n" + requests +
           "\n</QBXMLMsgsRq>\n</QBXML>\n";
}

}  // namespace

TEST_CASE("a right document has no faults, and is checked against the version it declares")
{
    const auto check = check_document(in_set("<HostQueryRq/>", "8.0"), {}, Edition::us);
    CHECK(check.valid());
    CHECK(check.version == Version{8, 0});
    CHECK(check_document(in_set("<HostQueryRq/>", "8.0"), Version{2, 0}, Edition::us).version ==
          Version{2, 0});
}

TEST_CASE("faults of a document come with the line of their element")
{
    CHECK(faults_in(in_set("<InvoiceAddRq>\n"
                           " <InvoiceAdd>\n"
                           "  <TxnDate>2024-02-30</TxnDate>\n"
                           "  <CustomerRef>\n   <FullName>Ann</FullName>\n  </CustomerRef>\n"
                           "  <!-- a\n comment --><Colour/>\n"
                           " </InvoiceAdd>\n"
                           "</InvoiceAddRq>\n"
                           "<LeadQueryRq/>",
                           "12.0")) ==
          "7 pattern InvoiceAddRq/InvoiceAdd/TxnDate\n"
          "8 order InvoiceAddRq/InvoiceAdd/CustomerRef\n"
          "12 unknown InvoiceAddRq/InvoiceAdd/Colour\n"
          "15 version LeadQueryRq\n");
}

TEST_CASE("an element out of order is told where it belongs")
{
    const auto check = check_document(
        in_set("<ListDelRq><ListID>1</ListID><ListDelType>Account</ListDelType></ListDelRq>"), {},
        Edition::us);
    REQUIRE(check.faults.size() == 1);
    const Fault& fault = check.faults[0].fault;
    CHECK(fault.pointer == "/QBXML/QBXMLMsgsRq/ListDelRq/0/ListDelType");
    CHECK(fault.found == "ListDelType as element 2 of ListDelRq");
    CHECK(fault.suggestion == "move it before ListID");
}

TEST_CASE("of many elements only those that moved are told")
{
    const auto faults = faults_in(
        in_set("<CustomerAddRq><CustomerAdd><Name>A</Name><Notes>n</Notes><IsActive>true</IsActive>"
               "<CompanyName>c</CompanyName><Phone>1</Phone></CustomerAdd></CustomerAddRq>"));
    CHECK(faults == "5 order CustomerAddRq/CustomerAdd/Notes\n");
}

TEST_CASE("the envelope has rules too")
{
    struct Row {
        std::string text, faults;
    };
    const auto row = GENERATE(values<Row>({
        {"<?qbxml version='13.0'?><HostQueryRq/>", "1 envelope HostQueryRq\n"},
        {"<?qbxml version='13.0'?><QBXML><QBXMLMsgsRq><HostQueryRq/></QBXMLMsgsRq></QBXML>",
         "1 attribute QBXML/QBXMLMsgsRq/@onError\n"},
        {"<?qbxml version='13.0'?><QBXML><QBXMLMsgsRq onError='never'/></QBXML>",
         "1 enum QBXML/QBXMLMsgsRq/@onError\n"},
        {"<?qbxml version='13.0'?><QBXML><InvoiceAddRq/></QBXML>",
         "1 unknown QBXML/InvoiceAddRq\n"},
        {"<QBXML><QBXMLMsgsRq onError='stopOnError'/></QBXML>", "1 version ?qbxml\n"},
        {"<?qbxml version='thirteen'?><QBXML><QBXMLMsgsRq onError='stopOnError'/></QBXML>",
         "1 version ?qbxml\n"},
        {"<?qbxml version='12.0'?>\n<?qbxml version='13.0'?>\n<QBXML><QBXMLMsgsRq "
         "onError='stopOnError'/></QBXML>",
         "3 version ?qbxml\n"},
        {"<QBXML><QBXMLMsgsRs><HostQueryRs statusCode='0' "
         "statusSeverity='Info'/></QBXMLMsgsRs></QBXML>",
         ""},
        {"<QBXML><QBXMLMsgsRs><HostQueryRs statusCode='zero'/></QBXMLMsgsRs></QBXML>",
         "1 pattern HostQueryRs/@statusCode\n1 attribute HostQueryRs/@statusSeverity\n"},
        {"<QBXML>\n<QBXMLMsgsRq>", "2 xml \n"},
        {"", "1 xml \n"},
    }));
    CAPTURE(row.text);
    const std::string faults = faults_in(row.text);
    if (row.text.empty())
        CHECK(faults.find("xml") != std::string::npos);
    else
        CHECK(faults == row.faults);
}

TEST_CASE("a version that is given stands above the one that is declared")
{
    const std::string two =
        "<?qbxml version='x'?>\n<?qbxml version='13.0'?>\n<QBXML><QBXMLMsgsRq "
        "onError='stopOnError'/></QBXML>";
    CHECK(check_document(two, Version{13, 0}, Edition::any).valid());
    CHECK(check_document("<QBXML><QBXMLMsgsRq onError='stopOnError'/></QBXML>", Version{13, 0},
                         Edition::any)
              .valid());
}

TEST_CASE("a document is formatted in order, in ASCII, one element a line")
{
    const auto text = format_document(
        "<?qbxml version='13.0'?><QBXML><QBXMLMsgsRq onError='stopOnError'><ListDelRq "
        "requestID='1'>"
        "<ListID>1&#233;</ListID><Odd/><ListDelType>Account</ListDelType></ListDelRq></"
        "QBXMLMsgsRq></QBXML>");
    REQUIRE(text);
    CHECK(*text ==
          "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
          "<?qbxml version=\"13.0\"?>\n"
          "<QBXML>\n"
          "  <QBXMLMsgsRq onError=\"stopOnError\">\n"
          "    <ListDelRq requestID=\"1\">\n"
          "      <ListDelType>Account</ListDelType>\n"
          "      <ListID>1&#233;</ListID>\n"
          "      <Odd/>\n"
          "    </ListDelRq>\n"
          "  </QBXMLMsgsRq>\n"
          "</QBXML>\n");
    CHECK(*format_document(*text) == *text);
    CHECK_FALSE(format_document("<QBXML>").ok());
}

TEST_CASE("a document becomes JSON and comes back")
{
    const std::string text = in_set("<HostQueryRq/><CompanyQueryRq/><HostQueryRq/>");
    const auto json = document_to_json(text);
    REQUIRE(json);
    CHECK(
        to_json(*json) ==
        R"({"version":"13.0","QBXML":{"QBXMLMsgsRq":{"@onError":"stopOnError",)"
        R"("#mixed":[{"HostQueryRq":{}},{"CompanyQueryRq":{}},{"HostQueryRq":{}}]}}})");
    CHECK(*document_from_json(*json, {8, 0}) == *format_document(text));
    const auto refused = document_from_json(*parse_json(R"({"version":"x","QBXML":{}})"), {8, 0});
    REQUIRE(!refused);
    CHECK(refused.error().text() == "/version: expected a qbXML version as \"13.0\"");
    CHECK(
        document_from_json(*parse_json(R"({"HostQueryRq":{}})"), {8, 0})->find("version=\"8.0\"") !=
        std::string::npos);
}

TEST_CASE("a message is explained: what it does, its attributes, its elements in order")
{
    const auto page = explain("invoicequery");
    REQUIRE(page);
    CHECK(
        page->starts_with("InvoiceQueryRq: a query, answered by InvoiceQueryRs\n"
                          "since qbXML 1.0; editions US, CA, UK, AU\n"
                          "pages with iterator=\"Start\" and MaxReturned"));
    CHECK(
        page->find(
            "  @iterator                            optional           Start  Continue  Stop\n") !=
        std::string::npos);
    CHECK(
        page->find(
            "  OwnerID                              optional, repeats  GUIDTYPE                   "
            "since 2.0\n") != std::string::npos);
    CHECK(page->find("  TxnID") < page->find("  MaxReturned"));
}

TEST_CASE("an element is explained: its place, type, limits, versions and editions")
{
    const auto page = explain("CustomerAdd/ResaleNumber");
    REQUIRE(page);
    CHECK(*page ==
          "CustomerAddRq/CustomerAdd/ResaleNumber\n"
          "  occurs     optional\n"
          "  place      in CustomerAdd, after SalesTaxCountry, before AccountNumber\n"
          "  since      qbXML 1.0\n"
          "  editions   US, CA, UK, AU\n"
          "  type       STRTYPE: text\n"
          "  length     characters at most: US 15, CA 21, UK 21, AU 21\n");
}

TEST_CASE("types, values, shared elements and names that stand in many places are explained")
{
    CHECK(explain("AMTTYPE")->starts_with("AMTTYPE: up to 13 digits"));
    CHECK(explain("PaidStatus")->find("All  PaidOnly  NotPaidOnly") != std::string::npos);
    CHECK(explain("BillAddress")->find("stands in CreditMemoAdd") != std::string::npos);
    CHECK(explain("RefNumber")->find("STRTYPE (11)") != std::string::npos);
    CHECK(explain("InvoiceQuery/TxnID")->find("excludes   RefNumber; or RefNumberCaseSensitive") !=
          std::string::npos);
    CHECK(explain("InvoiceAddRq/InvoiceAdd/InvoiceLineAdd/Quantity").ok());
}

TEST_CASE("what cannot be explained is told with the likely name")
{
    struct Row {
        std::string topic, error;
    };
    const auto row = GENERATE(values<Row>({
        {"", "name a message or an element, as InvoiceAdd or InvoiceAdd/RefNumber"},
        {"InvoceAdd", "InvoceAdd: there is nothing of that name; did you mean InvoiceAdd?"},
        {"InvoiceAdd/RefNumbr",
         "InvoiceAddRq/InvoiceAdd: 'RefNumbr' does not stand here; did you mean RefNumber?"},
        {"ListDel/ListID/More", "ListDelRq/ListID: has no elements inside"},
        {"Xyzzyplugh",
         "Xyzzyplugh: there is no message, element, type or enumeration of that name"},
    }));
    const auto page = explain(row.topic);
    REQUIRE(!page);
    CHECK(page.error().text() == row.error);
}

TEST_CASE("an invoice in JSON, in any order: three faults, each with its place and remedy")
{
    const std::string json = R"({"InvoiceAddRq": {"InvoiceAdd": {
        "Memo": "hello",
        "InvoiceLineAdd": [{"Quantity": "2", "ItemRef": {"FullName": "Framing"}}],
        "RefNumbr": "77",
        "PONumber": "12345678901234567890123456789",
        "ExternalGUID": "{12345678-1234-1234-1234-123456789012}",
        "CustomerRef": {"FullName": "Alder"}}}})";
    const auto check = qbxml::check_json_document(json, qbxml::Version{8, 0}, qbxml::Edition::any);
    REQUIRE(check.faults.size() == 3);
    std::map<std::string, qbxml::Fault> by_pointer;
    for (const auto& [line, fault] : check.faults)
        by_pointer[fault.pointer] = fault;
    CHECK(by_pointer["/InvoiceAddRq/InvoiceAdd/RefNumbr"].rule == "unknown");
    CHECK_THAT(by_pointer["/InvoiceAddRq/InvoiceAdd/RefNumbr"].suggestion,
               Catch::Contains("RefNumber"));
    CHECK(by_pointer["/InvoiceAddRq/InvoiceAdd/PONumber"].rule == "tooLong");
    CHECK_THAT(by_pointer["/InvoiceAddRq/InvoiceAdd/PONumber"].allowed, Catch::Contains("25"));
    CHECK(by_pointer["/InvoiceAddRq/InvoiceAdd/ExternalGUID"].rule == "version");
    CHECK_THAT(by_pointer["/InvoiceAddRq/InvoiceAdd/ExternalGUID"].since, Catch::Contains("9.0"));
}

TEST_CASE("what is no JSON form is told as such")
{
    for (const char* text : {"{", "{\"NoSuchRq\": {}}", "{}"}) {
        CAPTURE(text);
        CHECK(!qbxml::check_json_document(text, {}, qbxml::Edition::any).valid());
    }
}
