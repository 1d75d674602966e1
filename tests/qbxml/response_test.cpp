#include "qbxml/response.h"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <string_view>

using namespace qbxml;

namespace {

const std::string two_customers =
    "<?xml version=\"1.0\" ?>\n"
    "<QBXML>\n"
    "<QBXMLMsgsRs>\n"
    "<CustomerQueryRs requestID=\"12\" statusCode=\"0\" statusSeverity=\"Info\" "
    "statusMessage=\"Status &quot;OK&quot;\" retCount=\"2\" iteratorRemainingCount=\"18\" "
    "iteratorID=\"{eb05f701-e727-472f-8ade-6753c4f67a46}\">\n"
    "<CustomerRet>\n<ListID>1</ListID>\n<Name>Crawford &amp; Sons</Name>\n</CustomerRet>\n"
    "<CustomerRet>\n<ListID>2</ListID>\n</CustomerRet>\n"
    "</CustomerQueryRs>\n"
    "</QBXMLMsgsRs>\n"
    "</QBXML>\n";

std::string in_message_set(std::string_view responses)
{
    return "<QBXML><QBXMLMsgsRs>" + std::string(responses) + "</QBXMLMsgsRs></QBXML>";
}

ResponseSet set_of(std::string text)
{
    auto set = ResponseSet::read(std::move(text));
    REQUIRE((set ? "" : set.error().text()) == "");
    return std::move(*set);
}

Response only_response(std::string text)
{
    const ResponseSet set = set_of(std::move(text));
    REQUIRE(set.responses().size() == 1);
    return set.responses().front();
}

std::string error_of(std::string text)
{
    const auto set = ResponseSet::read(std::move(text));
    return set ? "no error" : set.error().text();
}

}  // namespace

TEST_CASE("an answer is read without loss")
{
    const ResponseSet set = set_of(two_customers);
    CHECK(set.text() == two_customers);
    CHECK_FALSE(set.message_set_status_code());
    CHECK_FALSE(set.new_message_set_id());
    REQUIRE(set.responses().size() == 1);

    const Response& response = set.responses().front();
    CHECK(response.message == "CustomerQueryRs");
    CHECK(response.request_id == "12");
    CHECK(response.status_code == 0);
    CHECK(response.status_severity == "Info");
    CHECK(response.status_message == "Status \"OK\"");
    CHECK(response.ret_count == 2);
    CHECK(response.iterator_remaining == 18);
    CHECK(response.iterator_id == "{eb05f701-e727-472f-8ade-6753c4f67a46}");

    REQUIRE(response.children.size() == 2);
    CHECK(response.children[0].name == "CustomerRet");
    CHECK(set.source(response.children[1]) == "<CustomerRet>\n<ListID>2</ListID>\n</CustomerRet>");
    CHECK(set.source(response.whole).starts_with("<CustomerQueryRs requestID"));
    CHECK(set.source(response.whole).ends_with("</CustomerQueryRs>"));

    const Document record = set.parse(response.children[0]);
    CHECK(record.root().name() == "CustomerRet");
    CHECK(record.root().child("Name").text() == "Crawford & Sons");
    CHECK(set.parse(response.whole).root().attribute("requestID") == "12");

    ElementReader reader;
    CHECK(set.parse(response.children[0], reader).child("ListID").text() == "1");
    CHECK(set.parse(response.children[1], reader).child("ListID").text() == "2");
}

TEST_CASE("several responses come in the order of the requests")
{
    const ResponseSet set = set_of(in_message_set(
        "<HostQueryRs requestID=\"0\" statusCode=\"0\"><HostRet/></HostQueryRs>"
        "<CustomerAddRs requestID=\"1\" statusCode=\"3100\" statusSeverity=\"Error\"/>"
        "<InvoiceModRs requestID=\"2\" "
        "statusCode=\"3200\"><InvoiceRet><TxnID>9</TxnID></InvoiceRet>"
        "</InvoiceModRs>"));
    REQUIRE(set.responses().size() == 3);
    CHECK(set.responses()[0].message == "HostQueryRs");
    CHECK(set.responses()[0].children.size() == 1);
    CHECK(set.responses()[1].status_code == 3100);
    CHECK(set.responses()[1].children.empty());
    CHECK(set.responses()[2].status_code == 3200);
    CHECK(set.parse(set.responses()[2].children[0]).root().child("TxnID").text() == "9");
}

TEST_CASE("attributes may be absent, odd or unknown")
{
    struct Row {
        std::string attributes;
        std::optional<int> code;
        std::optional<std::string> id, severity;
    };
    const auto row = GENERATE(values<Row>({
        {"", std::nullopt, std::nullopt, std::nullopt},
        {"statusCode='0'", 0, std::nullopt, std::nullopt},
        {"statusCode=' 3120 ' requestID=''", 3120, "", std::nullopt},
        {"statusCode='' requestID='a'", std::nullopt, "a", std::nullopt},
        {"statusCode='12x'", std::nullopt, std::nullopt, std::nullopt},
        {"statusCode='99999999999999'", std::nullopt, std::nullopt, std::nullopt},
        {"statusSeverity='Warn' mystery='1' statusCode='-1'", -1, std::nullopt, "Warn"},
        {"statusSeverity='Info' statusCode='3210'", 3210, std::nullopt, "Info"},
    }));
    CAPTURE(row.attributes);
    const Response response =
        only_response(in_message_set("<BillQueryRs " + row.attributes + "/>"));
    CHECK(response.status_code == row.code);
    CHECK(response.request_id == row.id);
    CHECK(response.status_severity == row.severity);
    CHECK_FALSE(response.iterator_id);
    CHECK_FALSE(response.iterator_remaining);
    CHECK_FALSE(response.ret_count);
}

TEST_CASE("a status message is kept whole")
{
    const Response response = only_response(
        in_message_set("<BillAddRs statusMessage='There is  an error&#13;&#10;QuickBooks error "
                       "message: l&apos;&#233;l\xC3\xA9ment &lt;x&gt;\r\nest utilis\xC3\xA9. '/>"));
    CHECK(response.status_message ==
          "There is  an error\r\nQuickBooks error message: l'\xC3\xA9l\xC3\xA9ment <x> est "
          "utilis\xC3\xA9. ");
}

TEST_CASE("unknown elements are no failure")
{
    const ResponseSet set = set_of(
        "<QBXML><SignonMsgsRs><SignonDesktopRs statusCode='0'><ServerDateTime/></SignonDesktopRs>"
        "</SignonMsgsRs><QBXMLMsgsRs><Note>not a response</Note>"
        "<ItemQueryRs statusCode='0'>stray text<ItemNovelRet><ListID>1</ListID><Novel a='b'/>"
        "</ItemNovelRet><Remark/></ItemQueryRs></QBXMLMsgsRs></QBXML>");
    REQUIRE(set.responses().size() == 1);
    const Response& response = set.responses().front();
    CHECK(response.message == "ItemQueryRs");
    REQUIRE(response.children.size() == 2);
    CHECK(response.children[0].name == "ItemNovelRet");
    CHECK(response.children[1].name == "Remark");
    CHECK(set.parse(response.children[0]).root().child("Novel").attribute("a") == "b");
}

TEST_CASE("several message sets in one answer count as one")
{
    const ResponseSet set = set_of(
        "<QBXML><QBXMLMsgsRs newMessageSetID='B1' "
        "messageSetStatusCode='0'><BillAddRs/></QBXMLMsgsRs>"
        "<Elsewhere><BillModRs/></Elsewhere>"
        "<QBXMLMsgsRs newMessageSetID='B2' "
        "messageSetStatusCode='9002'><BillDelRs/></QBXMLMsgsRs></QBXML>");
    REQUIRE(set.responses().size() == 2);
    CHECK(set.responses()[1].message == "BillDelRs");
    CHECK(set.message_set_status_code() == "0");
    CHECK(set.new_message_set_id() == "B1");
}

TEST_CASE("an answer may hold no response at all")
{
    const ResponseSet set = set_of("<QBXML><QBXMLMsgsRs messageSetStatusCode='600'/></QBXML>");
    CHECK(set.responses().empty());
    CHECK(set.message_set_status_code() == "600");
}

TEST_CASE("an answer comes with or without declarations, mark and white space")
{
    const std::string body = in_message_set("<BillAddRs requestID='5'/>");
    const auto text = GENERATE_COPY(values<std::string>({
        body,
        "\xEF\xBB\xBF" + body,
        "\n  " + body + "\r\n\r\n",
        "<?xml version=\"1.0\" ?>\n" + body,
        "<?xml version=\"1.0\" encoding=\"windows-1252\"?><?qbxml version=\"13.0\"?>" + body,
        "<!-- recorded -->" + body + "<!-- end -->",
    }));
    CHECK(only_response(text).request_id == "5");
}

TEST_CASE("text that is no UTF-8 is read as Windows-1252")
{
    const ResponseSet set = set_of(
        in_message_set("<VendorQueryRs statusMessage='\x93OK\x94'><VendorRet><Name>Caf\xE9 \x80 "
                       "\x96 \x9F</Name></VendorRet></VendorQueryRs>"));
    const Response& response = set.responses().front();
    CHECK(response.status_message == "\xE2\x80\x9COK\xE2\x80\x9D");
    CHECK(set.parse(response.children[0]).root().child("Name").text() ==
          "Caf\xC3\xA9 \xE2\x82\xAC \xE2\x80\x93 \xC5\xB8");
}

TEST_CASE("characters that XML forbids do not lose an answer")
{
    std::string text = in_message_set(
        "<VendorQueryRs><VendorRet><Name>a@b\x0B"
        "c&#11;d&#x1f;e&#1;f\xEF\xBF\xBFg</Name></VendorRet></VendorQueryRs>");
    text[text.find('@')] = '\0';
    const ResponseSet set = set_of(text);
    const Response& response = set.responses().front();
    CHECK(set.parse(response.children[0]).root().child("Name").text() == "a\tb\tc\td\te\tf\t\t\tg");
}

TEST_CASE("carriage returns and pieces of text are put right in every record")
{
    const ResponseSet set = set_of(
        in_message_set("<BillQueryRs>\r\n<BillRet>\r\n<Memo>one\r\ntwo</Memo>\r\n</BillRet>\r\n"
                       "<BillRet><Memo>a<![CDATA[<b>]]>c</Memo></BillRet></BillQueryRs>"));
    const Response& response = set.responses().front();
    ElementReader reader;
    CHECK(set.parse(response.children[0], reader).child("Memo").text() == "one\ntwo");
    CHECK(set.parse(response.children[1], reader).child("Memo").text() == "a<b>c");
    CHECK(set.parse(response.children[1]).root().child("Memo").text() == "a<b>c");
}

TEST_CASE("what is no answer is refused with its place")
{
    struct Row {
        std::string text, error;
    };
    const auto row = GENERATE(values<Row>({
        {"", "line 1, column 1: the text ends before its first element; expected <QBXML>"},
        {"<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>",
         "line 1, column 1: found '<!DOCTYPE html>', a document type declaration, which is not "
         "allowed; expected <QBXML>"},
        {"<html><body><br>", "line 1, column 1: the root element is <html>, expected <QBXML>"},
        {"Internal Server Error",
         "line 1, column 1: found 'Internal Server Error', expected <QBXML>"},
        {"&lt;QBXML&gt;", "line 1, column 1: found '&lt;QBXML&gt;', expected <QBXML>"},
        {"<qbxml/>", "line 1, column 1: the root element is <qbxml>, expected <QBXML>"},
        {"\n<QBXML/>",
         "line 2, column 1: <QBXML> holds no <QBXMLMsgsRs>; expected the answers of QuickBooks in "
         "it"},
        {"<QBXML>\n<QBXMLMsgsRq onError=\"stopOnError\"/></QBXML>",
         "line 2, column 1: found <QBXMLMsgsRq>, which is a request; expected the answer "
         "<QBXMLMsgsRs>"},
        {"<QBXML>\n<QBXMLMsgsRs>\n<BillQueryRs>\n<BillRet>\n<TxnID>1",
         "line 5, column 9: the text ends inside <TxnID>, opened at line 5: it was cut off"},
        {"<QBXML>\n<QBXMLMsgsRs>\n<BillQueryRs>\n<BillRet>\n<TxnID>1</TxnID>\n",
         "line 6, column 1: the text ends inside <BillRet>, opened at line 4: it was cut off"},
        {"<QBXML><QBXMLMsgsRs></QBXMLMsgsRs></QBXML><QBXML/>",
         "line 1, column 43: found '<QBXML/>', a second root element; a document has one"},
    }));
    CAPTURE(row.text);
    CHECK(error_of(row.text) == row.error);
}

TEST_CASE("an answer cut off anywhere is an error")
{
    const std::string text = two_customers.substr(0, two_customers.size() - 1);
    CHECK(error_of(text) == "no error");
    for (std::size_t size = 0; size < text.size(); ++size) {
        CAPTURE(size);
        const std::string error = error_of(text.substr(0, size));
        CHECK(error.find("the text ends") != std::string::npos);
    }
}

TEST_CASE("an answer spoilt by any one byte is read or refused, and its records can be parsed")
{
    const std::string text = in_message_set(
        "<BillQueryRs statusCode='0'><BillRet a=\"b\"><Memo>x &amp; <!-- c --><![CDATA[y]]>&#65;"
        "</Memo></BillRet></BillQueryRs>");
    std::mt19937 random(20240301);
    int readable = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string spoilt = text;
        spoilt[random() % text.size()] = static_cast<char>(random() % 256);
        CAPTURE(spoilt);
        const auto set = ResponseSet::read(spoilt);
        if (!set) {
            CHECK(set.error().where.starts_with("line "));
            continue;
        }
        ++readable;
        for (const Response& response : set->responses()) {
            for (const Response::Slice& slice : response.children) {
                CHECK(set->parse(slice).root().name() == slice.name);
            }
        }
    }
    CHECK(readable > 1000);
}

TEST_CASE("the limits of an answer")
{
    std::string deep;
    for (int i = 0; i < 1'000'000; ++i)
        deep += "<a>";
    CHECK(error_of(in_message_set("<BillQueryRs>" + deep))
              .ends_with("<a> is nested 65 deep; at most 64 levels are allowed"));

    std::string many;
    for (int i = 0; i < 1'000'001; ++i)
        many += "<a/>";
    CHECK(error_of(in_message_set("<BillQueryRs>" + many + "</BillQueryRs>"))
              .ends_with("more than 1000000 records in one text; ask for smaller pages"));

    const auto too_long = ResponseSet::read(two_customers, {.bytes_max = 100});
    REQUIRE_FALSE(too_long);
    CHECK(too_long.error().what == "the text has 418 bytes; at most 100 are allowed");

    const std::string controls(5'000'000, '\x01');
    CHECK(error_of(in_message_set("<BillQueryRs>" + controls + "</BillQueryRs>")) == "no error");
}
