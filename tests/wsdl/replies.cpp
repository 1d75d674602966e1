// Replies and faults, as the server writes them and as the connector reads them.
#include "tests/wsdl/envelopes.h"

using namespace qbwc;
using namespace qbwc::test;

namespace {

const std::string result_missing = "The reply holds no result: it reads as null.";

// The refusal of a server's answer that must not be taken.
Refusal refused_reply(Codec& codec, std::string envelope, std::string_view method)
{
    INFO(envelope);
    auto read = codec.read_reply(std::move(envelope), method);
    REQUIRE(std::holds_alternative<Refusal>(read));
    return std::get<Refusal>(read);
}

Reply taken_reply(Codec& codec, std::string envelope, std::string_view method)
{
    INFO(envelope);
    auto read = codec.read_reply(std::move(envelope), method);
    if (const auto* refusal = std::get_if<Refusal>(&read)) FAIL(refusal->code << refusal->text);
    return std::get<Reply>(std::move(read));
}

std::string taken_text(Codec& codec, std::string envelope, std::string_view method)
{
    return std::get<TextReply>(taken_reply(codec, std::move(envelope), method)).text;
}

}  // namespace

TEST_CASE("every text reply carries its own element, and an empty text is an empty element")
{
    const auto [call, name] = GENERATE(table<Call, std::string>({
        {ServerVersion{}, "serverVersion"},
        {ClientVersion{}, "clientVersion"},
        {SendRequestXml{}, "sendRequestXML"},
        {ConnectionError{}, "connectionError"},
        {GetLastError{}, "getLastError"},
        {CloseConnection{}, "closeConnection"},
        {GetInteractiveUrl{}, "getInteractiveURL"},
        {InteractiveDone{}, "interactiveDone"},
        {InteractiveRejected{}, "interactiveRejected"},
    }));
    Codec codec;
    const auto full = codec.write_reply(TextReply{name, "a <b> & \"c\" ä€"}, {.call = call});
    CHECK(full == answered(fmt::format("<qbwc:{0}Response><qbwc:{0}Result>a &lt;b&gt; &amp; \"c\" "
                                       "ä€</qbwc:{0}Result></qbwc:{0}Response>",
                                       name)));
    CHECK(taken_text(codec, full, name) == "a <b> & \"c\" ä€");

    const auto empty = codec.write_reply(TextReply{name, ""}, {.call = call});
    CHECK(empty ==
          answered(fmt::format("<qbwc:{0}Response><qbwc:{0}Result/></qbwc:{0}Response>", name)));
    CHECK(taken_text(codec, empty, name).empty());
}

TEST_CASE("authenticate answers exactly the strings it was given")
{
    Codec codec;
    const Decoded about{.call = Authenticate{}};
    const auto envelope = codec.write_reply(AuthenticateReply{{"{t-1}", "", "", "60"}}, about);
    CHECK(envelope == answered("<qbwc:authenticateResponse><qbwc:authenticateResult>"
                               "<qbwc:string>{t-1}</qbwc:string><qbwc:string/>"
                               "<qbwc:string/><qbwc:string>60</qbwc:string>"
                               "</qbwc:authenticateResult></qbwc:authenticateResponse>"));
    for (const std::size_t count : {0u, 1u, 2u, 3u, 4u}) {
        const std::vector<std::string> strings(count, "x");
        const auto text = codec.write_reply(AuthenticateReply{strings}, about);
        const auto back = taken_reply(codec, text, "authenticate");
        CHECK(std::get<AuthenticateReply>(back).strings == strings);
    }
}

TEST_CASE("receiveResponseXML answers a bare integer")
{
    Codec codec;
    for (const int progress : {0, 7, 100, -1, -101}) {
        const auto envelope =
            codec.write_reply(ReceiveReply{progress}, {.call = ReceiveResponseXml{}});
        CHECK(envelope == answered(fmt::format(
                              "<qbwc:receiveResponseXMLResponse><qbwc:receiveResponseXMLResult>{}"
                              "</qbwc:receiveResponseXMLResult></qbwc:receiveResponseXMLResponse>",
                              progress)));
        const auto back = taken_reply(codec, envelope, "receiveResponseXML");
        CHECK(std::get<ReceiveReply>(back).progress == progress);
    }
}

TEST_CASE("a SOAP 1.2 call is answered in SOAP 1.2")
{
    Codec codec;
    const Decoded about{.call = GetLastError{}, .version = SoapVersion::soap_1_2};
    CHECK(codec.write_reply(TextReply{"getLastError", "NoOp"}, about) ==
          answered_1_2("<qbwc:getLastErrorResponse><qbwc:getLastErrorResult>NoOp"
                       "</qbwc:getLastErrorResult></qbwc:getLastErrorResponse>"));
    // And the next one in its own version again.
    CHECK(codec.write_reply(TextReply{"getLastError", "NoOp"}, {.call = GetLastError{}}) ==
          answered("<qbwc:getLastErrorResponse><qbwc:getLastErrorResult>NoOp"
                   "</qbwc:getLastErrorResult></qbwc:getLastErrorResponse>"));
}

TEST_CASE("an RPC call is answered with a typed, unqualified return")
{
    Codec codec;
    const std::string head =
        R"(<?xml version="1.0" encoding="utf-8"?>)"
        R"(<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/")"
        R"( xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/")"
        R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")"
        R"( xmlns:xsd="http://www.w3.org/2001/XMLSchema">)"
        R"(<soap:Body soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">)";
    const std::string tail = "</soap:Body></soap:Envelope>";

    const auto text = codec.write_reply(TextReply{"closeConnection", "OK"},
                                        {.call = CloseConnection{}, .rpc = true});
    CHECK(text == head +
                      R"(<n1:closeConnectionResponse xmlns:n1="http://developer.intuit.com/">)"
                      R"(<return xsi:type="xsd:string">OK</return></n1:closeConnectionResponse>)" +
                      tail);
    CHECK(taken_text(codec, text, "closeConnection") == "OK");

    const auto number =
        codec.write_reply(ReceiveReply{42}, {.call = ReceiveResponseXml{}, .rpc = true});
    CHECK(number ==
          head +
              R"(<n1:receiveResponseXMLResponse xmlns:n1="http://developer.intuit.com/">)"
              R"(<return xsi:type="xsd:int">42</return></n1:receiveResponseXMLResponse>)" +
              tail);
    const auto back = taken_reply(codec, number, "receiveResponseXML");
    CHECK(std::get<ReceiveReply>(back).progress == 42);

    const auto strings = codec.write_reply(AuthenticateReply{{"{t-1}", "none"}},
                                           {.call = Authenticate{}, .rpc = true});
    CHECK(strings == head +
                         R"(<n1:authenticateResponse xmlns:n1="http://developer.intuit.com/">)"
                         R"(<return xsi:type="soapenc:Array" soapenc:arrayType="xsd:string[2]">)"
                         R"(<item xsi:type="xsd:string">{t-1}</item>)"
                         R"(<item xsi:type="xsd:string">none</item></return>)"
                         R"(</n1:authenticateResponse>)" +
                         tail);
    const auto list = taken_reply(codec, strings, "authenticate");
    CHECK(std::get<AuthenticateReply>(list).strings == std::vector<std::string>{"{t-1}", "none"});
}

TEST_CASE("what XML cannot carry goes out of a reply as a question mark")
{
    Codec codec;
    const auto envelope = codec.write_reply(TextReply{"getLastError",
                                                      "a\x01\x1F\xFF"
                                                      "b\tc\r\n"},
                                            {.call = GetLastError{}});
    CHECK(taken_text(codec, envelope, "getLastError") == "a???b\tc\r\n");
}

TEST_CASE("a fault has the code and the text of its SOAP version")
{
    struct Row {
        std::string code, code_1_2;
    };
    const auto row = GENERATE(values<Row>({{"Client", "Sender"},
                                           {"Server", "Receiver"},
                                           {"VersionMismatch", "VersionMismatch"},
                                           {"MustUnderstand", "MustUnderstand"}}));
    Codec codec;
    const auto fault = codec.write_fault({row.code, "Fixed <words>."});
    CHECK(fault == answered(fmt::format("<SOAP-ENV:Fault><faultcode>SOAP-ENV:{}</faultcode>"
                                        "<faultstring>Fixed &lt;words&gt;.</faultstring>"
                                        "</SOAP-ENV:Fault>",
                                        row.code)));
    const auto fault_1_2 = codec.write_fault({row.code, "Fixed <words>.", SoapVersion::soap_1_2});
    CHECK(fault_1_2 ==
          answered_1_2(fmt::format(
              "<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:{}</SOAP-ENV:Value>"
              "</SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang=\"en\">Fixed "
              "&lt;words&gt;.</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>",
              row.code_1_2)));

    const auto read = refused_reply(codec, fault, "authenticate");
    CHECK(read.code == row.code);
    CHECK(read.text == "Fixed <words>.");
    const auto read_1_2 = refused_reply(codec, fault_1_2, "authenticate");
    CHECK(read_1_2.code == row.code_1_2);
    CHECK(read_1_2.text == "Fixed <words>.");
}

TEST_CASE("the connector takes the replies of other servers")
{
    Codec codec;
    CHECK(taken_text(codec,
                     "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'>\n"
                     "  <e:Body>\n"
                     "    <x:sendRequestXMLResponse xmlns:x='http://developer.intuit.com/'>\n"
                     "      <x:sendRequestXMLResult><![CDATA[<QBXML>&amp;</QBXML>]]>"
                     "</x:sendRequestXMLResult>\n"
                     "    </x:sendRequestXMLResponse>\n"
                     "  </e:Body>\n"
                     "</e:Envelope>",
                     "sendRequestXML") == "<QBXML>&amp;</QBXML>");
    // An item may be nil, which reads as empty.
    const auto login = taken_reply(
        codec,
        sent("<authenticateResponse xmlns='http://developer.intuit.com/'><authenticateResult>"
             "<string xsi:type='xsd:string'>T</string><string xsi:nil='true'/><string/>"
             "</authenticateResult></authenticateResponse>"),
        "authenticate");
    CHECK(std::get<AuthenticateReply>(login).strings == std::vector<std::string>{"T", "", ""});
    // A null answer to the version calls lets QBWC go on.
    CHECK(taken_text(codec, sent("<clientVersionResponse xmlns='http://developer.intuit.com/'/>"),
                     "clientVersion")
              .empty());
    CHECK(taken_text(codec,
                     sent("<clientVersionResponse xmlns='http://developer.intuit.com/'>"
                          "<clientVersionResult xsi:nil='true'/></clientVersionResponse>"),
                     "clientVersion")
              .empty());
}

TEST_CASE("the connector refuses a reply that QBWC could not take")
{
    struct Row {
        std::string method, body, text;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"authenticate", "<authenticateResponse xmlns='http://developer.intuit.com/'/>",
         result_missing},
        {"sendRequestXML", "<sendRequestXMLResponse xmlns='http://developer.intuit.com/'/>",
         result_missing},
        {"getLastError",
         "<getLastErrorResponse xmlns='http://developer.intuit.com/'>"
         "<getLastErrorResult xsi:nil='true'/></getLastErrorResponse>",
         result_missing},
        {"getLastError",
         "<getLastErrorResponse xmlns='http://localhost:8000//'>"
         "<getLastErrorResult>x</getLastErrorResult></getLastErrorResponse>",
         "The reply is in another namespace than http://developer.intuit.com/."},
        {"getLastError",
         "<x:getLastErrorResponse xmlns:x='http://developer.intuit.com/'>"
         "<getLastErrorResult>x</getLastErrorResult></x:getLastErrorResponse>",
         "The result is in another namespace than http://developer.intuit.com/: it reads as null."},
        {"getLastError",
         "<closeConnectionResponse xmlns='http://developer.intuit.com/'>"
         "<closeConnectionResult>x</closeConnectionResult></closeConnectionResponse>",
         "The Body holds something else than the reply to this method."},
        {"receiveResponseXML",
         "<receiveResponseXMLResponse xmlns='http://developer.intuit.com/'>"
         "<receiveResponseXMLResult>33.3</receiveResponseXMLResult></receiveResponseXMLResponse>",
         "The result of receiveResponseXML is no integer."},
        {"receiveResponseXML",
         "<receiveResponseXMLResponse xmlns='http://developer.intuit.com/'>"
         "<receiveResponseXMLResult/></receiveResponseXMLResponse>",
         "The result of receiveResponseXML is no integer."},
        {"getLastError", "", "The Body holds no operation."},
    }));
    Codec codec;
    CHECK(refused_reply(codec, sent(row.body), row.method).text == row.text);
}

TEST_CASE("a page instead of an envelope is refused as a reply")
{
    Codec codec;
    CHECK(refused_reply(codec, "<html><body>404</body></html>", "getLastError").text ==
          "The root element is not an Envelope of SOAP 1.1 or SOAP 1.2.");
    CHECK(refused_reply(codec, "Notice: undefined index" + sent(""), "getLastError").text ==
          "The envelope is not well-formed XML: it does not begin with an element.");
    CHECK(refused_reply(codec, "", "getLastError").text == "The envelope is empty.");
}

TEST_CASE("a reply of another kind than the call has is our own mistake")
{
    Codec codec;
    CHECK_THROWS_AS(codec.write_reply(ReceiveReply{1}, {.call = Authenticate{}}), std::logic_error);
    CHECK_THROWS_AS(codec.write_reply(ReceiveReply{1}, {.call = GetLastError{}, .rpc = true}),
                    std::logic_error);
    CHECK_THROWS_AS(codec.write_reply(TextReply{}, {.call = ReceiveResponseXml{}}),
                    std::logic_error);
    CHECK_THROWS_AS(codec.write_reply(AuthenticateReply{}, {.call = GetLastError{}}),
                    std::logic_error);
    CHECK_THROWS_AS(codec.read_reply("", "authenticate2"), std::logic_error);
}
