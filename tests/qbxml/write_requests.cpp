#include <catch2/catch.hpp>

#include <algorithm>

#include "qbxml/check.h"
#include "qbxml/request.h"

using namespace qbxml;

namespace {

const std::string head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?qbxml version=\"13.0\"?>\n";

std::string written(const MessageSet& set, Version version = common_version)
{
    const auto text = write(set, version, Edition::us);
    if (text) return *text;
    std::string faults;
    for (const Fault& fault : text.error())
        faults += fault.text() + "\n";
    return faults;
}

Value json(const std::string& text)
{
    auto value = parse_json(text);
    REQUIRE(value);
    return std::move(*value);
}

MessageSet set_from(const std::string& text)
{
    auto set = message_set_from_json(json(text));
    INFO((set ? "" : set.error().text()));
    REQUIRE(set);
    return std::move(*set);
}

}  // namespace

TEST_CASE("an empty message is one empty element")
{
    MessageSet set{.requests = {{.name = "HostQueryRq", .attributes = {{"requestID", "1"}}}}};
    CHECK(written(set) ==
          head +
              "<QBXML><QBXMLMsgsRq onError=\"stopOnError\"><HostQueryRq requestID=\"1\"/>"
              "</QBXMLMsgsRq></QBXML>\n");
}

TEST_CASE("a message set carries its ids and what to do on errors")
{
    MessageSet set{.on_error = OnError::go_on,
                   .new_message_set_id = "B2",
                   .old_message_set_id = "B1",
                   .include_response_data = false};
    CHECK(written(set) ==
          head +
              "<QBXML><QBXMLMsgsRq oldMessageSetID=\"B1\" newMessageSetID=\"B2\" "
              "responseData=\"includeNone\" onError=\"continueOnError\"/></QBXML>\n");
    set.new_message_set_id = "0123456789012345678901234";
    CHECK(
        written(set) ==
        "QBXMLMsgsRq/@newMessageSetID: tooLong: found 25 characters: '0123456789012345678901234'; "
        "allowed: at most 23 characters; shorten it by 2\n");
}

TEST_CASE("elements are put in order and text is escaped into pure ASCII")
{
    Node request{.name = "CustomerAddRq", .attributes = {{"requestID", "a<b"}}};
    Node& customer = request.add(Node{.name = "CustomerAdd"});
    customer.add("Email", "ann@example.com");
    Node& address = customer.add(Node{.name = "BillAddress"});
    address.add("City", "Z\xC3\xBCrich");
    address.add("Addr1", "M\xC3\xBCller & Co <\"'>");
    customer.add("Name", "Ren\xC3\xA9");
    CHECK(written({.requests = {request}}) ==
          head +
              "<QBXML><QBXMLMsgsRq onError=\"stopOnError\"><CustomerAddRq requestID=\"a&lt;b\">"
              "<CustomerAdd><Name>Ren&#233;</Name><BillAddress>"
              "<Addr1>M&#252;ller &amp; Co &lt;&quot;&apos;&gt;</Addr1><City>Z&#252;rich</City>"
              "</BillAddress><Email>ann@example.com</Email></CustomerAdd></CustomerAddRq>"
              "</QBXMLMsgsRq></QBXML>\n");
}

TEST_CASE("invoice lines and line groups keep the order they were given in")
{
    const auto line = [](const std::string& kind, const std::string& item) {
        Node node{.name = kind};
        node.add(Node{.name = kind == "InvoiceLineAdd" ? "ItemRef" : "ItemGroupRef"})
            .add("FullName", item);
        return node;
    };
    Node request{.name = "InvoiceAddRq"};
    Node& invoice = request.add(Node{.name = "InvoiceAdd"});
    invoice.add(line("InvoiceLineGroupAdd", "G1"));
    invoice.add(line("InvoiceLineAdd", "A"));
    invoice.add(Node{.name = "CustomerRef"}).add("FullName", "Ann");
    invoice.add(line("InvoiceLineGroupAdd", "G2"));
    invoice.add(line("InvoiceLineAdd", "B"));
    const std::string text = written({.requests = {request}});
    std::vector<std::size_t> places;
    for (const std::string item : {"Ann", "G1", ">A<", "G2", ">B<"})
        places.push_back(text.find(item));
    CHECK(std::ranges::is_sorted(places));
    CHECK(places.back() != std::string::npos);

    CHECK(
        to_json(to_json_form(request)) ==
        R"({"InvoiceAddRq":{"InvoiceAdd":{"#mixed":[)"
        R"({"InvoiceLineGroupAdd":{"ItemGroupRef":{"FullName":"G1"}}},)"
        R"({"InvoiceLineAdd":{"ItemRef":{"FullName":"A"}}},)"
        R"({"InvoiceLineGroupAdd":{"ItemGroupRef":{"FullName":"G2"}}},)"
        R"({"InvoiceLineAdd":{"ItemRef":{"FullName":"B"}}}],"CustomerRef":{"FullName":"Ann"}}}})");
    const auto back = message_set_from_json(to_json_form(request));
    REQUIRE(back);
    CHECK(written(*back) == text);
}

TEST_CASE("an invoice in JSON with three mistakes gets three faults, each with its remedy")
{
    const std::string invoice = R"({"InvoiceAddRq": {"InvoiceAdd": {
        "InvoiceLineAdd": [{"Rate": 12.50, "Quantity": 2, "ItemRef": {"FullName": "Table"}}],
        "PONumber": "PO-7",
        "RefNumber": "2024-000123456",
        "ExternalGUID": "{0a1b2c3d-0123-4567-89ab-0123456789ab}",
        "TxnDate": "2024-02-29",
        "CustmerRef": {"FullName": "Ann Miller"}}}})";
    MessageSet set = set_from(invoice);
    const auto refused = write(set, {8, 0}, Edition::us);
    REQUIRE(!refused);
    std::vector<Fault> faults = refused.error();
    REQUIRE(faults.size() == 3);

    CHECK(faults[0].rule == "tooLong");
    CHECK(faults[0].pointer == "/requests/0/InvoiceAddRq/InvoiceAdd/RefNumber");
    CHECK(faults[0].allowed == "at most 11 characters");
    CHECK(faults[0].suggestion == "shorten it by 3");

    CHECK(faults[1].rule == "version");
    CHECK(faults[1].path == "InvoiceAddRq/InvoiceAdd/ExternalGUID");
    CHECK(faults[1].since == "9.0");
    CHECK(faults[1].suggestion == "leave it out, or send it as qbXML 9.0 or newer");

    CHECK(faults[2].rule == "unknown");
    CHECK(faults[2].found == "CustmerRef");
    CHECK(faults[2].suggestion == "did you mean CustomerRef?");

    Node& mended = set.requests[0].children[0];
    for (Node& child : mended.children) {
        if (child.name == "CustmerRef") child.name = "CustomerRef";
        if (child.name == "RefNumber") child.text = "2024-000123";
    }
    std::erase_if(mended.children, [](const Node& child) { return child.name == "ExternalGUID"; });
    const auto text = write(set, {8, 0}, Edition::us);
    REQUIRE(text);
    CHECK(*text ==
          "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?qbxml version=\"8.0\"?>\n"
          "<QBXML><QBXMLMsgsRq onError=\"stopOnError\"><InvoiceAddRq><InvoiceAdd>"
          "<CustomerRef><FullName>Ann Miller</FullName></CustomerRef><TxnDate>2024-02-29</TxnDate>"
          "<RefNumber>2024-000123</RefNumber><PONumber>PO-7</PONumber><InvoiceLineAdd>"
          "<ItemRef><FullName>Table</FullName></ItemRef><Quantity>2</Quantity><Rate>12.50</Rate>"
          "</InvoiceLineAdd></InvoiceAdd></InvoiceAddRq></QBXMLMsgsRq></QBXML>\n");
    CHECK(check_document(*text, {}, Edition::us).valid());
}

TEST_CASE("all faults of all requests come at once, each with the place in the set")
{
    const auto set = set_from(R"({"requests": [
        {"HostQueryRq": {"@requestID": "1"}},
        {"ListDelRq": {"ListDelType": "account"}},
        {"UIEventSubscriptionQueryRq": {"SubscriberID": "0"}}]})");
    const auto refused = write(set, common_version, Edition::us);
    REQUIRE(!refused);
    std::vector<std::string> seen;
    for (const Fault& fault : refused.error())
        seen.push_back(fault.rule + " " + fault.pointer);
    CHECK(seen == std::vector<std::string>{"enum /requests/1/ListDelRq/ListDelType",
                                           "required /requests/1/ListDelRq/ListID",
                                           "envelope /requests/2/UIEventSubscriptionQueryRq"});
}

TEST_CASE("message sets are read from documents, sets and bare requests")
{
    struct Row {
        std::string xml;
        std::vector<std::string> requests;
    };
    const auto row = GENERATE(values<Row>({
        {"<HostQueryRq/>", {"HostQueryRq"}},
        {"  <HostQueryRq/>\n<CompanyQueryRq/>  ", {"HostQueryRq", "CompanyQueryRq"}},
        {"<?xml version='1.0'?><!-- two --><HostQueryRq/><CompanyQueryRq/>",
         {"HostQueryRq", "CompanyQueryRq"}},
        {"<QBXMLMsgsRq onError='continueOnError'><HostQueryRq/></QBXMLMsgsRq>", {"HostQueryRq"}},
        {"<?xml version='1.0'?><?qbxml version='13.0'?><QBXML><QBXMLMsgsRq onError='stopOnError'>"
         "<HostQueryRq/></QBXMLMsgsRq></QBXML>",
         {"HostQueryRq"}},
        {"<QBXMLMsgsRq onError='stopOnError'/>", {}},
    }));
    CAPTURE(row.xml);
    const auto set = message_set_from_xml(row.xml);
    REQUIRE(set);
    std::vector<std::string> names;
    for (const Node& request : set->requests)
        names.push_back(request.name);
    CHECK(names == row.requests);
}

TEST_CASE("the attributes of a message set are read")
{
    const auto set = message_set_from_xml(
        "<QBXMLMsgsRq onError='continueOnError' responseData='includeNone' newMessageSetID='N' "
        "oldMessageSetID='O'><HostQueryRq requestID='7'/></QBXMLMsgsRq>");
    REQUIRE(set);
    CHECK(set->on_error == OnError::go_on);
    CHECK_FALSE(set->include_response_data);
    CHECK(set->new_message_set_id == "N");
    CHECK(set->old_message_set_id == "O");
    CHECK(*set->requests[0].attribute("requestID") == "7");
}

TEST_CASE("what is no message set is refused with the reason")
{
    struct Row {
        std::string xml, error;
    };
    const auto row = GENERATE(values<Row>({
        {"<InvoiceAdd/>",
         "InvoiceAdd: expected a QBXML document, a QBXMLMsgsRq, or requests whose names end in Rq"},
        {"<QBXML/>", "QBXML: is empty; put a QBXMLMsgsRq inside"},
        {"<QBXML><SignonMsgsRq/><QBXMLMsgsRq onError='stopOnError'/></QBXML>",
         "QBXML/SignonMsgsRq: the Web Connector carries a QBXMLMsgsRq only; leave this out"},
        {"<QBXML><QBXMLMsgsRq/><QBXMLMsgsRq/></QBXML>",
         "QBXML/QBXMLMsgsRq: only one QBXMLMsgsRq may stand here"},
        {"<QBXMLMsgsRq onError='rollbackOnError'/>",
         "QBXMLMsgsRq/@onError: 'rollbackOnError' is not taken by QuickBooks Desktop; give "
         "stopOnError or "
         "continueOnError"},
        {"<QBXMLMsgsRq responseData='some'/>",
         "QBXMLMsgsRq/@responseData: 'some' is neither includeAll nor includeNone"},
        {"<QBXMLMsgsRq colour='red'/>",
         "QBXMLMsgsRq/@colour: there is no such attribute; leave it out"},
        {"<QBXMLMsgsRq>text</QBXMLMsgsRq>",
         "QBXMLMsgsRq: text stands between the requests; take it out"},
    }));
    CAPTURE(row.xml);
    const auto set = message_set_from_xml(row.xml);
    REQUIRE(!set);
    CHECK(set.error().text() == row.error);
    CHECK_FALSE(message_set_from_xml("<HostQueryRq>").ok());
    CHECK_FALSE(message_set_from_xml("").ok());
    CHECK_FALSE(message_set_from_xml("plain").ok());
}

TEST_CASE("JSON may be written as people write it")
{
    struct Row {
        std::string json, xml;
    };
    const auto row = GENERATE(values<Row>({
        {R"({"CustomerQueryRq": {"FullName": "Ann"}})",
         "<CustomerQueryRq><FullName>Ann</FullName></CustomerQueryRq>"},
        {R"({"CustomerQueryRq": {"FullName": ["Ann", "Bob"]}})",
         "<CustomerQueryRq><FullName>Ann</FullName><FullName>Bob</FullName></CustomerQueryRq>"},
        {R"([{"HostQueryRq": {}}, {"HostQueryRq": ""}])", "<HostQueryRq/><HostQueryRq/>"},
        {R"({"HostQueryRq": [{}, {}]})", "<HostQueryRq/><HostQueryRq/>"},
        {R"({"TransferAddRq": {"TransferAdd": {"Amount": 10.50, "TxnDate": "2024-02-29",
             "Memo": "", "TransferFromAccountRef": {"ListID": "1"},
             "TransferToAccountRef": {"ListID": "2"}}}})",
         "<TransferAddRq><TransferAdd><TxnDate>2024-02-29</TxnDate>"
         "<TransferFromAccountRef><ListID>1</ListID>"
         "</TransferFromAccountRef><TransferToAccountRef><ListID>2</ListID></TransferToAccountRef>"
         "<Amount>10.50</Amount><Memo/></TransferAdd></TransferAddRq>"},
        {R"({"InvoiceQueryRq": {"IncludeLineItems": true, "MaxReturned": 5,
             "@iterator": "Start"}})",
         "<InvoiceQueryRq iterator=\"Start\"><MaxReturned>5</MaxReturned>"
         "<IncludeLineItems>true</IncludeLineItems></InvoiceQueryRq>"},
        {R"({"QBXML": {"QBXMLMsgsRq": {"@onError": "stopOnError", "HostQueryRq": [{}]}}})",
         "<HostQueryRq/>"},
        {R"({"QBXMLMsgsRq": {"#mixed": [{"HostQueryRq": {}}, {"CompanyQueryRq": {}}]}})",
         "<HostQueryRq/><CompanyQueryRq/>"},
        {R"({"DepositAddRq": {"DepositAdd": {"DepositToAccountRef": {"ListID": "1"},
             "DepositLineAdd": [{"PaymentTxnID": {"@useMacro": "TxnID:p"}}]}}})",
         "<DepositAddRq><DepositAdd><DepositToAccountRef><ListID>1</ListID></DepositToAccountRef>"
         "<DepositLineAdd><PaymentTxnID "
         "useMacro=\"TxnID:p\"/></DepositLineAdd></DepositAdd></DepositAddRq>"},
    }));
    CAPTURE(row.json);
    CHECK(written(set_from(row.json)) == head + "<QBXML><QBXMLMsgsRq onError=\"stopOnError\">" +
                                             row.xml + "</QBXMLMsgsRq></QBXML>\n");
}

TEST_CASE("JSON that is no message set is refused with its place")
{
    struct Row {
        std::string json, error;
    };
    const auto row = GENERATE(values<Row>({
        {"7", "expected a request as an object, or an array of requests"},
        {"{}",
         "expected an object with the name of a request as member, as {\"CustomerQueryRq\": "
         "{...}}"},
        {R"([{"HostQueryRq": {}}, 7])",
         "/1: expected an object with the name of a request as member, as {\"CustomerQueryRq\": "
         "{...}}"},
        {R"({"Host": {}})", "/Host: 'Host' is no request; their names end in Rq"},
        {R"({"HostQueryRq": null})",
         "/HostQueryRq: null says nothing: leave the member out, or give \"\" to clear the field"},
        {R"({"InvoiceAddRq": {"InvoiceAdd": {"Memo": null}}})",
         "/InvoiceAddRq/InvoiceAdd/Memo: null says nothing: leave the member out, or give \"\" to "
         "clear the field"},
        {R"({"InvoiceAddRq": {"InvoiceAdd": {"LinkToTxnID": ["1", null]}}})",
         "/InvoiceAddRq/InvoiceAdd/LinkToTxnID/1: null says nothing: leave the member out, or give "
         "\"\" to "
         "clear the field"},
        {R"({"InvoiceAddRq": {"@requestID": {}}})",
         "/InvoiceAddRq/@requestID: expected a text, a number or a boolean"},
        {R"({"InvoiceAddRq": {"InvoiceAdd": {"#mixed": {}}}})",
         "/InvoiceAddRq/InvoiceAdd/#mixed: expected an array of objects with one element each"},
        {R"({"InvoiceAddRq": {"InvoiceAdd": {"#mixed": [{}]}}})",
         "/InvoiceAddRq/InvoiceAdd/#mixed/0: expected an object with one member, the name of the "
         "element"},
        {R"({"requests": {}})", "/requests: expected an array of requests"},
        {R"({"requests": [], "onError": "rollbackOnError"})",
         "/onError: 'rollbackOnError' is not taken by QuickBooks Desktop; give stopOnError or "
         "continueOnError"},
        {R"({"requests": [], "colour": "red"})",
         "/colour: there is no such member; known are requests, onError, responseData, "
         "newMessageSetID and "
         "oldMessageSetID"},
    }));
    CAPTURE(row.json);
    const auto set = message_set_from_json(json(row.json));
    REQUIRE(!set);
    CHECK(set.error().text() == row.error);
}

TEST_CASE("messages that change the books are told from those that ask")
{
    struct Row {
        std::string_view name;
        bool changes;
    };
    const auto row = GENERATE(values<Row>({{"InvoiceAddRq", true},
                                           {"InvoiceModRq", true},
                                           {"ListDelRq", true},
                                           {"TxnVoidRq", true},
                                           {"ListMergeRq", true},
                                           {"ClearedStatusModRq", true},
                                           {"InvoiceQueryRq", false},
                                           {"ListDeletedQueryRq", false},
                                           {"GeneralSummaryReportQueryRq", false},
                                           {"HostQueryRq", false},
                                           {"NoSuchRq", false}}));
    CHECK(changes_books(row.name) == row.changes);
}
