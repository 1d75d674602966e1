// All eleven calls, as QBWC writes them and as the codec reads them.
#include "tests/wsdl/envelopes.h"

using namespace qbwc;
using namespace qbwc::test;

namespace {

struct Row {
    Call call;
    std::string_view document;  // what stands in Body
    std::string_view rpc;
};

const std::vector<Row> rows = {
    {ServerVersion{}, R"(<serverVersion xmlns="http://developer.intuit.com/" />)",
     R"(<q1:serverVersion xmlns:q1="http://developer.intuit.com/" />)"},
    {ClientVersion{"34.0.10018.91"},
     R"(<clientVersion xmlns="http://developer.intuit.com/"><strVersion>34.0.10018.91</strVersion>)"
     R"(</clientVersion>)",
     R"(<q1:clientVersion xmlns:q1="http://developer.intuit.com/">)"
     R"(<strVersion xsi:type="xsd:string">34.0.10018.91</strVersion></q1:clientVersion>)"},
    {Authenticate{"larch", "p<&>\"'"},
     R"(<authenticate xmlns="http://developer.intuit.com/"><strUserName>larch</strUserName>)"
     R"(<strPassword>p&lt;&amp;&gt;"'</strPassword></authenticate>)",
     R"(<q1:authenticate xmlns:q1="http://developer.intuit.com/">)"
     R"(<strUserName xsi:type="xsd:string">larch</strUserName>)"
     R"(<strPassword xsi:type="xsd:string">p&lt;&amp;&gt;"'</strPassword></q1:authenticate>)"},
    {SendRequestXml{"{t-1}", "<QBXML/>", "C:\\Larch & Pine.qbw", "US", 16, 0},
     R"(<sendRequestXML xmlns="http://developer.intuit.com/"><ticket>{t-1}</ticket>)"
     R"(<strHCPResponse>&lt;QBXML/&gt;</strHCPResponse>)"
     R"(<strCompanyFileName>C:\Larch &amp; Pine.qbw</strCompanyFileName>)"
     R"(<qbXMLCountry>US</qbXMLCountry><qbXMLMajorVers>16</qbXMLMajorVers>)"
     R"(<qbXMLMinorVers>0</qbXMLMinorVers></sendRequestXML>)",
     R"(<q1:sendRequestXML xmlns:q1="http://developer.intuit.com/">)"
     R"(<ticket xsi:type="xsd:string">{t-1}</ticket>)"
     R"(<strHCPResponse xsi:type="xsd:string">&lt;QBXML/&gt;</strHCPResponse>)"
     R"(<strCompanyFileName xsi:type="xsd:string">C:\Larch &amp; Pine.qbw</strCompanyFileName>)"
     R"(<qbXMLCountry xsi:type="xsd:string">US</qbXMLCountry>)"
     R"(<qbXMLMajorVers xsi:type="xsd:int">16</qbXMLMajorVers>)"
     R"(<qbXMLMinorVers xsi:type="xsd:int">0</qbXMLMinorVers></q1:sendRequestXML>)"},
    {ReceiveResponseXml{"{t-1}", "<Name>Pin & Söhne €</Name>\n", "", ""},
     R"(<receiveResponseXML xmlns="http://developer.intuit.com/"><ticket>{t-1}</ticket>)"
     "<response>&lt;Name&gt;Pin &amp; Söhne €&lt;/Name&gt;\n</response>"
     R"(<hresult /><message /></receiveResponseXML>)",
     R"(<q1:receiveResponseXML xmlns:q1="http://developer.intuit.com/">)"
     R"(<ticket xsi:type="xsd:string">{t-1}</ticket>)"
     "<response xsi:type=\"xsd:string\">&lt;Name&gt;Pin &amp; Söhne €&lt;/Name&gt;\n</response>"
     R"(<hresult xsi:type="xsd:string" /><message xsi:type="xsd:string" />)"
     R"(</q1:receiveResponseXML>)"},
    {ConnectionError{"{t-1}", "0x80040408", "Could not start QuickBooks."},
     R"(<connectionError xmlns="http://developer.intuit.com/"><ticket>{t-1}</ticket>)"
     R"(<hresult>0x80040408</hresult><message>Could not start QuickBooks.</message>)"
     R"(</connectionError>)",
     R"(<q1:connectionError xmlns:q1="http://developer.intuit.com/">)"
     R"(<ticket xsi:type="xsd:string">{t-1}</ticket>)"
     R"(<hresult xsi:type="xsd:string">0x80040408</hresult>)"
     R"(<message xsi:type="xsd:string">Could not start QuickBooks.</message>)"
     R"(</q1:connectionError>)"},
    {GetLastError{"{t-1}"},
     R"(<getLastError xmlns="http://developer.intuit.com/"><ticket>{t-1}</ticket></getLastError>)",
     R"(<q1:getLastError xmlns:q1="http://developer.intuit.com/">)"
     R"(<ticket xsi:type="xsd:string">{t-1}</ticket></q1:getLastError>)"},
    {CloseConnection{"{t-1}"},
     R"(<closeConnection xmlns="http://developer.intuit.com/"><ticket>{t-1}</ticket>)"
     R"(</closeConnection>)",
     R"(<q1:closeConnection xmlns:q1="http://developer.intuit.com/">)"
     R"(<ticket xsi:type="xsd:string">{t-1}</ticket></q1:closeConnection>)"},
    {GetInteractiveUrl{"{t-1}", "7"},
     R"(<getInteractiveURL xmlns="http://developer.intuit.com/"><wcTicket>{t-1}</wcTicket>)"
     R"(<sessionID>7</sessionID></getInteractiveURL>)",
     R"(<q1:getInteractiveURL xmlns:q1="http://developer.intuit.com/">)"
     R"(<wcTicket xsi:type="xsd:string">{t-1}</wcTicket>)"
     R"(<sessionID xsi:type="xsd:string">7</sessionID></q1:getInteractiveURL>)"},
    {InteractiveDone{"{t-1}"},
     R"(<interactiveDone xmlns="http://developer.intuit.com/"><wcTicket>{t-1}</wcTicket>)"
     R"(</interactiveDone>)",
     R"(<q1:interactiveDone xmlns:q1="http://developer.intuit.com/">)"
     R"(<wcTicket xsi:type="xsd:string">{t-1}</wcTicket></q1:interactiveDone>)"},
    {InteractiveRejected{"{t-1}", "no time"},
     R"(<interactiveRejected xmlns="http://developer.intuit.com/"><wcTicket>{t-1}</wcTicket>)"
     R"(<reason>no time</reason></interactiveRejected>)",
     R"(<q1:interactiveRejected xmlns:q1="http://developer.intuit.com/">)"
     R"(<wcTicket xsi:type="xsd:string">{t-1}</wcTicket>)"
     R"(<reason xsi:type="xsd:string">no time</reason></q1:interactiveRejected>)"},
};

}  // namespace

TEST_CASE("every call is written as QBWC writes it")
{
    Codec codec;
    REQUIRE(rows.size() == std::variant_size_v<Call>);
    for (const auto& row : rows) {
        CHECK(codec.write_call(row.call) == sent(row.document));
        CHECK(codec.write_call(row.call, true) == sent_rpc(row.rpc));
    }
}

TEST_CASE("every call that QBWC writes is read back whole, in both styles")
{
    Codec codec;
    for (const auto& row : rows) {
        const auto document = decoded(codec, sent(row.document));
        CHECK(codec.write_call(document.call) == sent(row.document));
        CHECK_FALSE(document.rpc);
        CHECK(document.version == SoapVersion::soap_1_1);

        const auto rpc = decoded(codec, sent_rpc(row.rpc));
        CHECK(codec.write_call(rpc.call) == sent(row.document));
        CHECK(rpc.rpc);
    }
}

TEST_CASE("the name of a method is its element")
{
    for (const auto& row : rows) {
        CHECK(row.document.starts_with(fmt::format("<{} ", method_name(row.call))));
    }
}

TEST_CASE("what XML cannot carry goes out of a call as a question mark")
{
    Codec codec;
    const std::string text(
        "a\x01"
        "b\xFF"
        "c\xED\xA0\x80"
        "d\xEF\xBF\xBF"
        "e\0f\r\n",
        17);
    CHECK(codec.write_call(GetLastError{text}) ==
          sent("<getLastError xmlns=\"http://developer.intuit.com/\">"
               "<ticket>a?b?c?d?e?f&#xD;\n</ticket></getLastError>"));
}
