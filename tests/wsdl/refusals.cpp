// Malformed and hostile envelopes: each with the exact fault.
#include <chrono>

#include "tests/wsdl/envelopes.h"

using namespace qbwc;
using namespace qbwc::test;

namespace {

const std::string head = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'>";
const std::string tail = "</e:Envelope>";
const std::string good =
    "<getLastError xmlns='http://developer.intuit.com/'><ticket>T</ticket></getLastError>";
const std::string malformed = "The envelope is not well-formed XML: ";
const std::string taken = head + "<e:Body>" + good + "</e:Body>" + tail;

// A call whose ticket is `text`.
std::string with_ticket(std::string_view text)
{
    return fmt::format(
        "{}<e:Body><getLastError xmlns='http://developer.intuit.com/'><ticket>{}"
        "</ticket></getLastError></e:Body>{}",
        head, text, tail);
}

// A call with `markup` beside its ticket.
std::string with_markup(std::string_view markup)
{
    return fmt::format(
        "{}<e:Body><getLastError xmlns='http://developer.intuit.com/'>"
        "<ticket>T</ticket>{}</getLastError></e:Body>{}",
        head, markup, tail);
}

std::string repeated(std::string_view text, int times)
{
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

struct Row {
    std::string envelope;
    std::string text;
    std::string code = "Client";
};

void check(const std::vector<Row>& rows)
{
    Codec codec;
    for (const auto& row : rows) {
        CAPTURE(row.envelope.substr(0, 400));
        const auto refusal = refused(codec, row.envelope);
        CHECK(refusal.text == row.text);
        CHECK(refusal.code == row.code);
        // The context is none the worse for it.
        CHECK(decoded_as<GetLastError>(codec, taken).ticket == "T");
    }
}

}  // namespace

TEST_CASE("what is no UTF-8 or no XML character is refused")
{
    const std::string not_utf8 = "The envelope is not UTF-8.";
    const std::string forbidden = "The envelope holds a character that XML forbids.";
    const std::string reference = "The envelope holds a reference to a character that XML forbids.";
    const std::string entity = "The envelope refers to an entity that XML does not define.";
    const std::string encoding = "The envelope declares another encoding than utf-8.";
    check({
        {with_ticket("\xE4"), not_utf8},
        {with_ticket("\xC0\x80"), not_utf8},
        {with_ticket("\xED\xA0\x80"), not_utf8},
        {std::string("\xFF\xFE<\0e\0", 6), not_utf8},
        {"<?xml version='1.0' encoding='iso-8859-1'?>" + taken, encoding},
        {"<?xml version='1.0' encoding='utf-16'?>" + taken, encoding},
        {with_ticket(std::string("a\0b", 3)), forbidden},
        {with_ticket("a\x01"), forbidden},
        {with_ticket("a\x1F"), forbidden},
        {with_ticket("a\xEF\xBF\xBE"), forbidden},
        {with_ticket("a\xEF\xBF\xBF"), forbidden},
        {with_ticket("&#0;"), reference},
        {with_ticket("&#x1F;"), reference},
        {with_ticket("&#xD800;"), reference},
        {with_ticket("&#xFFFE;"), reference},
        {with_ticket("&#x110000;"), reference},
        {with_ticket("&#99999999999999;"), reference},
        {with_ticket("&#;"), reference},
        {with_ticket("&#x;"), reference},
        {with_ticket("&#X41;"), reference},
        {with_ticket("&#65"), reference},
        {with_ticket("&nbsp;"), entity},
        {with_ticket("&LT;"), entity},
        {with_ticket("&lt"), entity},
        {with_ticket("&"), entity},
        {with_ticket("a & b"), entity},
        {with_markup("<x a='&b;'/>"), entity},
        {with_markup("<x a='&#1;'/>"), reference},
    });
}

TEST_CASE("DOCTYPE and processing instructions are refused")
{
    const std::string doctype = "The envelope holds a DOCTYPE, which SOAP forbids.";
    const std::string instruction =
        "The envelope holds a processing instruction, which SOAP forbids.";
    check({
        {"<!DOCTYPE x>" + taken, doctype},
        {"<!DOCTYPE x [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]>" + with_ticket("&c;"), doctype},
        {"<!DOCTYPE x SYSTEM 'file:///etc/passwd'>" + taken, doctype},
        {with_markup("<!ELEMENT x>"), doctype},
        {"<?xml-stylesheet href='a'?>" + taken, instruction},
        {with_ticket("<?php echo 1 ?>"), instruction},
        {" <?xml version='1.0'?>" + taken, instruction},
        {with_ticket("<?xml version='1.0'?>"), instruction},
    });
}

TEST_CASE("what is not well-formed is refused with the reason")
{
    check({
        {"", "The envelope is empty."},
        {" \n", "The envelope is empty."},
        {"not xml", malformed + "it does not begin with an element."},
        {"{\"a\": 1}", malformed + "it does not begin with an element."},
        {taken.substr(0, taken.size() - tail.size()), malformed + "it ends too early."},
        {taken.substr(0, taken.size() - 1), malformed + "an end tag has no start tag."},
        {head, malformed + "it ends too early."},
        {"<", malformed + "a name is malformed."},
        {"</a>", malformed + "an end tag has no start tag."},
        {with_markup("<a></b>"), malformed + "an end tag has no start tag."},
        {with_markup("<a></ab>"), malformed + "an end tag has no start tag."},
        {with_markup("<a></a b='1'>"), malformed + "an end tag has no start tag."},
        {with_markup("<a b='1'b='2'/>"), malformed + "a start tag is malformed."},
        {with_markup("<a / >"), malformed + "a start tag is malformed."},
        {with_markup("<a ?>"), malformed + "a start tag is malformed."},
        {with_markup("<1a/>"), malformed + "a name is malformed."},
        {with_markup("< a/>"), malformed + "a name is malformed."},
        {with_markup("<:a/>"), malformed + "a name is malformed."},
        {with_markup("<a:/>"), malformed + "a name is malformed."},
        {with_markup("<a:b:c/>"), malformed + "a name is malformed."},
        {with_markup("<a b/>"), malformed + "an attribute is malformed."},
        {with_markup("<a b=1/>"), malformed + "an attribute is malformed."},
        {with_markup("<a b='1/>"), malformed + "an attribute is malformed."},
        {with_markup("<a b='<'/>"), malformed + "an attribute is malformed."},
        {with_markup("<a b='1' b='2'/>"), malformed + "an attribute occurs twice."},
        {with_markup("<p:a/>"), malformed + "a prefix is not declared."},
        {with_markup("<a p:b='1'/>"), malformed + "a prefix is not declared."},
        {with_markup("<p:a xmlns:p='urn:p'/><p:b/>"), malformed + "a prefix is not declared."},
        {with_markup("<!-- a -- b -->"), malformed + "a comment is malformed."},
        {with_markup("<!-- a"), malformed + "a comment is malformed."},
        {with_ticket("<![CDATA[ a"), malformed + "a CDATA section has no end."},
        {"<?xml?>" + taken, "The envelope holds a processing instruction, which SOAP forbids."},
        {"<?xml encoding='utf-8'?>" + taken, malformed + "its declaration is malformed."},
        {"<?xml version='2.0'?>" + taken, malformed + "its declaration is malformed."},
        {"<?xml version='1.0' x='y'?>" + taken, malformed + "its declaration is malformed."},
        {"<?xml version='1.0'>" + taken, malformed + "its declaration is malformed."},
        {"<?xml version='1.0'", malformed + "its declaration is malformed."},
    });
}

TEST_CASE("an Envelope of another shape is refused")
{
    const std::string mismatch = "The root element is not an Envelope of SOAP 1.1 or SOAP 1.2.";
    const std::string more = "The envelope is followed by more content.";
    const std::string outside = "The envelope holds text outside of a parameter.";
    const std::string else_ = "The Envelope holds something else than one Header and one Body.";
    check({
        {"<Envelope><Body>" + good + "</Body></Envelope>", mismatch, "VersionMismatch"},
        {"<e:Envelope xmlns:e='urn:soap'><e:Body>" + good + "</e:Body></e:Envelope>", mismatch,
         "VersionMismatch"},
        {good, mismatch, "VersionMismatch"},
        {"<e:Body xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'>" + good + "</e:Body>",
         mismatch, "VersionMismatch"},
        {taken + taken, more},
        {taken + "x", more},
        {taken + "<a/>", more},
        {taken + "</a>", malformed + "an end tag has no start tag."},
        {head + tail + head + tail, more},
        {head + tail, "The Envelope holds no Body."},
        {head + "<e:Header/>" + tail, "The Envelope holds no Body."},
        {head + "<e:Body/>" + tail, "The Body holds no operation."},
        {head + "<e:Body> </e:Body>" + tail, "The Body holds no operation."},
        {head + "<e:Body>" + good + good + "</e:Body>" + tail,
         "The Body holds more than one operation."},
        {head + "x<e:Body>" + good + "</e:Body>" + tail, outside},
        {head + "<e:Body>x" + good + "</e:Body>" + tail, outside},
        {head + "<e:Body><![CDATA[x]]>" + good + "</e:Body>" + tail, outside},
        {with_markup("x"), outside},
        {with_markup("&lt;"), outside},
        {with_markup("<![CDATA[]]>"), outside},
        {head + "<Body>" + good + "</Body>" + tail, else_},
        {head + "<e:Body>" + good + "</e:Body><e:Body>" + good + "</e:Body>" + tail, else_},
        {head + "<e:Body>" + good + "</e:Body><e:Header/>" + tail, else_},
        {head + "<e:Header/><e:Header/><e:Body>" + good + "</e:Body>" + tail, else_},
        {head + "<e:Foot/><e:Body>" + good + "</e:Body>" + tail, else_},
    });
}

TEST_CASE("an operation that is not of this service is refused")
{
    const std::string unknown = "The operation is not one of this service.";
    const auto with_operation = [](std::string_view operation) {
        return fmt::format("{}<e:Body>{}</e:Body>{}", head, operation, tail);
    };
    check({
        {with_operation("<authenticate2 xmlns='http://developer.intuit.com/'/>"), unknown},
        {with_operation("<AUTHENTICATE xmlns='http://developer.intuit.com/'/>"), unknown},
        {with_operation("<authenticateResponse xmlns='http://developer.intuit.com/'/>"), unknown},
        {with_operation("<e:Fault/>"), unknown},
        {with_operation("<authenticate xmlns='urn:other'/>"), unknown},
        {with_operation("<authenticate/>"), unknown},
    });
}

TEST_CASE("limits of depth, names, attributes, namespaces and elements hold")
{
    const std::string deep = "The envelope nests elements deeper than this service takes.";
    const std::string long_name = "The envelope holds a longer name than this service takes.";
    const std::string attributes =
        "The envelope holds an element with more attributes than this service takes.";
    const std::string spaces = "The envelope declares more namespaces than this service takes.";
    const std::string elements = "The envelope holds more elements than this service takes.";
    const auto with_attributes = [](int count) {
        std::string element = "<a";
        for (int i = 0; i < count; ++i)
            element += fmt::format(" b{}=''", i);
        return with_markup(element + "/>");
    };
    const auto nested = [](int depth) {
        return with_markup(repeated("<a>", depth) + repeated("</a>", depth));
    };
    Codec codec;
    decoded(codec, nested(61));  // Envelope, Body and the operation make 64
    decoded(codec, with_markup("<" + std::string(512, 'a') + "/>"));
    decoded(codec, with_attributes(64));
    decoded(codec, with_markup(repeated("<a/>", 9996)));

    std::string declarations;
    for (int i = 0; i < 63; ++i)
        declarations += fmt::format("<a xmlns:p{}='urn:p'>", i);
    check({
        {nested(62), deep},
        {repeated("<a>", 100'000), "The root element is not an Envelope of SOAP 1.1 or SOAP 1.2.",
         "VersionMismatch"},
        {with_markup("<" + std::string(513, 'a') + "/>"), long_name},
        {with_markup("<a " + std::string(513, 'b') + "=''/>"), long_name},
        {with_attributes(65), attributes},
        {with_markup(declarations), deep},
        {with_markup("<a" +
                     [] {
                         std::string more;
                         for (int i = 0; i < 63; ++i)
                             more += fmt::format(" xmlns:p{}='urn:p'", i);
                         return more;
                     }() +
                     "/>"),
         spaces},
        {with_markup(repeated("<a/>", 9997)), elements},
    });
}

TEST_CASE("an envelope over the limit of bytes is refused before it is looked at")
{
    Codec codec({.bytes_max = 1000});
    CHECK(decoded_as<GetLastError>(codec, taken).ticket == "T");
    const auto refusal = refused(codec, std::string(1001, '\xFF'));
    CHECK(refusal.code == "Client");
    CHECK(refusal.text == "The envelope is larger than this service takes.");
    const auto fits = with_ticket(std::string(1000 - with_ticket("").size(), 'x'));
    CHECK(decoded_as<GetLastError>(codec, fits).ticket.size() > 500);
}

TEST_CASE("a fault is told in the SOAP version of the envelope")
{
    Codec codec;
    const std::string head_1_2 = "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'>";
    for (const auto* rest : {"<e:Body/></e:Envelope>", "<e:Body><x/></e:Body></e:Envelope>",
                             "<e:Body><authenticate xmlns='http://developer.intuit.com/'>&x;",
                             "<e:Body><e:Fault><a></b>"}) {
        CHECK(refused(codec, head_1_2 + rest).version == SoapVersion::soap_1_2);
    }
    CHECK(refused(codec, "<e:Envelope xmlns:e='urn:x'/>").version == SoapVersion::soap_1_1);
}

TEST_CASE("no cut of a good envelope is taken, and none harms the next")
{
    Codec codec;
    const auto whole = with_ticket("a&amp;b");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        refused(codec, whole.substr(0, length));
    }
    CHECK(decoded_as<GetLastError>(codec, whole).ticket == "a&b");
}
