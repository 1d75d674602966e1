// What clients do differently and the codec takes all the same.
#include "tests/wsdl/envelopes.h"

using namespace qbwc;
using namespace qbwc::test;

namespace {

constexpr std::string_view xmlns = R"( xmlns="http://developer.intuit.com/")";

// An envelope of SOAP 1.1 with its own way of writing everything.
std::string enveloped(std::string_view before, std::string_view header, std::string_view body)
{
    return fmt::format(
        "{}<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'>{}"
        "<e:Body>{}</e:Body></e:Envelope>",
        before, header, body);
}

std::string login(std::string_view parameters)
{
    return sent(fmt::format("<authenticate{}>{}</authenticate>", xmlns, parameters));
}

}  // namespace

TEST_CASE("any prefix, indentation, comments and headers are taken")
{
    const std::string body =
        "\n  <!-- hello --><w:authenticate xmlns:w=\"http://developer.intuit.com/\">\n"
        "    <w:strUserName>larch</w:strUserName><!-- and -->\n"
        "    <w:strPassword>pi<!-- x -->ne</w:strPassword>\n"
        "  </w:authenticate>\n";
    const auto envelope = GENERATE_COPY(
        enveloped("", "", body), enveloped("<?xml version='1.0'?>\n", "", body),
        enveloped("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\" ?>", "", body),
        enveloped("\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>", "", body),
        enveloped("\xEF\xBB\xBF", "", body), enveloped("\n <!-- before -->\n", "", body),
        enveloped("", "<e:Header/>", body), enveloped("", "\n<e:Header>\n</e:Header>\n", body),
        enveloped("",
                  "<e:Header><h:Trace xmlns:h='urn:h' id='7'>deep <b xmlns=''>er</b></h:Trace>"
                  "<h:More xmlns:h='urn:h' e:mustUnderstand='0'/></e:Header>",
                  body),
        enveloped("", "", body) + "\n<!-- after -->\n");
    Codec codec;
    const auto call = decoded_as<Authenticate>(codec, envelope);
    CHECK(call.user == "larch");
    CHECK(call.password == "pine");
}

TEST_CASE("parameters are read in any order, and unknown or repeated ones passed over")
{
    Codec codec;
    const auto call = decoded_as<Authenticate>(
        codec, login("<strPassword>pine</strPassword><extra a='1'><strUserName>no</strUserName>"
                     "</extra><strUserName>larch</strUserName><strUserName>second</strUserName>"));
    CHECK(call.user == "larch");
    CHECK(call.password == "pine");
}

TEST_CASE("missing, nil and empty parameters are empty text")
{
    const std::string parameters =
        GENERATE("", "<strUserName/>", "<strUserName></strUserName><strPassword />",
                 "<strUserName xsi:nil='true'/><strPassword xsi:nil='1'></strPassword>");
    Codec codec;
    const auto call = decoded_as<Authenticate>(codec, login(parameters));
    CHECK(call.user.empty());
    CHECK(call.password.empty());
}

TEST_CASE("white space in a text is part of it, and CDATA and references are its characters")
{
    Codec codec;
    const auto call = decoded_as<Authenticate>(
        codec,
        login("<strUserName> la\n\trch </strUserName>"
              "<strPassword>a<![CDATA[<&amp;>]]>&#65;&#x20AC;&#xD;&quot;&apos;</strPassword>"));
    CHECK(call.user == " la\n\trch ");
    CHECK(call.password == "a<&amp;>A€\r\"'");
}

TEST_CASE("line ends become LF, as XML demands")
{
    Codec codec;
    const auto call = decoded_as<Authenticate>(
        codec, login("<strUserName>a\r\nb\rc\r\r\nd&#13;\n</strUserName>\r\n"));
    CHECK(call.user == "a\nb\nc\n\nd\r\n");
}

TEST_CASE("text outside of Latin-1 is kept")
{
    Codec codec;
    CHECK(decoded_as<Authenticate>(codec, login("<strUserName>Søren 田中 😀</strUserName>")).user ==
          "Søren 田中 😀");
}

TEST_CASE("a version that cannot be read is 0")
{
    struct Row {
        std::string text;
        int major;
    };
    const auto row = GENERATE(values<Row>({{"16", 16},
                                           {" 13\n", 13},
                                           {"+2", 2},
                                           {"", 0},
                                           {"sixteen", 0},
                                           {"16.0", 0},
                                           {"-1", 0},
                                           {"99999999999", 0}}));
    Codec codec;
    const auto call = decoded_as<SendRequestXml>(
        codec, sent(fmt::format("<sendRequestXML{}><qbXMLMajorVers>{}</qbXMLMajorVers>"
                                "<qbXMLMinorVers xsi:nil='true'/></sendRequestXML>",
                                xmlns, row.text)));
    CHECK(call.major == row.major);
    CHECK(call.minor == 0);
}

TEST_CASE("serverVersion may carry the parameter of the contracts in circulation")
{
    Codec codec;
    decoded_as<ServerVersion>(
        codec,
        sent(fmt::format("<serverVersion{}><strVersion>1</strVersion></serverVersion>", xmlns)));
    decoded_as<ServerVersion>(codec, sent(fmt::format("<serverVersion{}></serverVersion>", xmlns)));
}

TEST_CASE("interactive calls name their ticket wcTicket or ticket")
{
    Codec codec;
    const std::string name = GENERATE("wcTicket", "ticket");
    const auto envelope = [&name](std::string_view method, std::string_view rest) {
        return sent(fmt::format("<{0}{1}>{3}<{2}>T</{2}></{0}>", method, xmlns, name, rest));
    };
    const auto url = decoded_as<GetInteractiveUrl>(
        codec, envelope("getInteractiveURL", "<sessionID>7</sessionID>"));
    CHECK(url.ticket == "T");
    CHECK(url.session_id == "7");
    CHECK(decoded_as<InteractiveDone>(codec, envelope("interactiveDone", "")).ticket == "T");
    const auto rejected = decoded_as<InteractiveRejected>(
        codec, envelope("interactiveRejected", "<reason>no</reason>"));
    CHECK(rejected.ticket == "T");
    CHECK(rejected.reason == "no");
}

TEST_CASE("the namespace may lack its slash")
{
    Codec codec;
    const auto call = decoded_as<GetLastError>(
        codec, sent("<getLastError xmlns='http://developer.intuit.com'><ticket>T</ticket>"
                    "</getLastError>"));
    CHECK(call.ticket == "T");
}

TEST_CASE("a SOAP 1.2 envelope is read")
{
    Codec codec;
    const auto call = decoded(
        codec,
        "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Body>"
        "<getLastError xmlns='http://developer.intuit.com/'><ticket>T</ticket></getLastError>"
        "</s:Body></s:Envelope>");
    CHECK(call.version == SoapVersion::soap_1_2);
    CHECK(std::get<GetLastError>(call.call).ticket == "T");
}

TEST_CASE("a call is RPC when the encoding is stated and no parameter is in a namespace")
{
    struct Row {
        std::string stated_on_envelope, stated_on_operation, parameter;
        bool rpc;
    };
    const std::string stated = " e:encodingStyle='http://schemas.xmlsoap.org/soap/encoding/'";
    const auto row = GENERATE_COPY(values<Row>({
        {stated, "", "<ticket>T</ticket>", true},
        {"", stated, "<ticket>T</ticket>", true},
        {"", stated, "", true},
        {"", "", "<ticket>T</ticket>", false},
        {stated, "", "<d:ticket>T</d:ticket>", false},
        {" e:encodingStyle=''", "", "<ticket>T</ticket>", false},
    }));
    Codec codec;
    const auto call = decoded(
        codec, fmt::format("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'{}>"
                           "<e:Body><d:getLastError xmlns:d='http://developer.intuit.com/'{}>{}"
                           "</d:getLastError></e:Body></e:Envelope>",
                           row.stated_on_envelope, row.stated_on_operation, row.parameter));
    CHECK(call.rpc == row.rpc);
    CHECK(std::get<GetLastError>(call.call).ticket == (row.parameter.empty() ? "" : "T"));
}

TEST_CASE("types of other kinds on a text do not matter")
{
    const std::string type = GENERATE("xsd:string", "xsd:anyType", "soapenc:string", "xsd:token");
    Codec codec;
    const auto call = decoded_as<GetLastError>(
        codec, sent_rpc(fmt::format("<q1:getLastError xmlns:q1='http://developer.intuit.com/'>"
                                    "<ticket xsi:type='{}'>T</ticket></q1:getLastError>",
                                    type)));
    CHECK(call.ticket == "T");
}

TEST_CASE("a header for somebody else is passed over, one for us that is unknown is refused")
{
    Codec codec;
    const std::string body =
        "<getLastError xmlns='http://developer.intuit.com/'><ticket>T</ticket></getLastError>";
    const auto refusal = refused(
        codec,
        enveloped("", "<e:Header><h:x xmlns:h='urn:h' e:mustUnderstand='1'/></e:Header>", body));
    CHECK(refusal.code == "MustUnderstand");
    CHECK(refusal.text == "A SOAP header that must be understood is not.");
    const auto refusal_1_2 =
        refused(codec,
                "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'><e:Header>"
                "<h:x xmlns:h='urn:h' e:mustUnderstand='true'/></e:Header><e:Body>" +
                    body + "</e:Body></e:Envelope>");
    CHECK(refusal_1_2.code == "MustUnderstand");
    CHECK(refusal_1_2.version == SoapVersion::soap_1_2);

    const auto call = decoded_as<GetLastError>(
        codec, enveloped("",
                         "<e:Header><h:x xmlns:h='urn:h' e:mustUnderstand='1' e:actor='urn:else'/>"
                         "</e:Header>",
                         body));
    CHECK(call.ticket == "T");
}
