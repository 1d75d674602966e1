// The big text of receiveResponseXML: cut out and unescaped beside gSOAP, with the same meaning.
#include <random>

#include "tests/wsdl/envelopes.h"
#include "wsdl/prescan.h"
#include "wsdl/xml_text.h"

using namespace qbwc;
using namespace qbwc::test;

namespace {

std::string with_response(std::string_view content, std::string_view attributes = "")
{
    return sent(
        fmt::format("<receiveResponseXML xmlns=\"http://developer.intuit.com/\">"
                    "<ticket>T</ticket><response{}>{}</response><hresult>h</hresult>"
                    "<message>m</message></receiveResponseXML>",
                    attributes, content));
}

bool is_spliced(const std::string& envelope)
{
    const auto scanned = prescan(envelope, {});
    REQUIRE(std::holds_alternative<Outline>(scanned));
    return std::get<Outline>(scanned).response.has_value();
}

std::string response_of(Codec& codec, const std::string& envelope)
{
    const auto call = decoded_as<ReceiveResponseXml>(codec, envelope);
    CHECK(call.ticket == "T");
    CHECK(call.hresult == "h");
    CHECK(call.message == "m");
    return call.response;
}

// A text of everything that may stand in plain character data.
std::string random_content(std::mt19937& random)
{
    static const std::vector<std::string> pieces = {
        "a",     "Larch",    " ",         "\n",         "\r\n",      "\r",      "\t",     "&lt;",
        "&gt;",  "&amp;",    "&quot;",    "&apos;",     "&amp;amp;", "&#10;",   "&#13;",  "&#x9;",
        "&#65;", "&#x20AC;", "&#x1F600;", "&#0000228;", "\"",        "'",       ">",      "]]&gt;",
        "ä",     "€",        "😀",         "]]",         "&#xFFFD;",  "&#x7FF;", "&#x800;"};
    std::string content;
    const auto count = std::uniform_int_distribution<int>(1, 60)(random);
    std::uniform_int_distribution<std::size_t> pick(0, pieces.size() - 1);
    for (int i = 0; i < count; ++i) {
        content += pieces[pick(random)];
    }
    return content + "x";
}

}  // namespace

TEST_CASE("a plain response is cut out, whatever stands around it")
{
    CHECK(is_spliced(with_response("&lt;QBXML/&gt;")));
    CHECK(is_spliced(with_response("x", " xsi:type=\"xsd:string\"")));
    CHECK(
        is_spliced(sent("<receiveResponseXML xmlns='http://developer.intuit.com'><response>x"
                        "</response></receiveResponseXML>")));
    // The text of nothing else is.
    CHECK_FALSE(
        is_spliced(sent("<sendRequestXML xmlns='http://developer.intuit.com/'><response>x"
                        "</response></sendRequestXML>")));
    CHECK_FALSE(
        is_spliced(sent("<receiveResponseXML xmlns='http://developer.intuit.com/'>"
                        "<x><response>x</response></x></receiveResponseXML>")));
}

TEST_CASE("a response with markup in it goes through gSOAP and means the same")
{
    struct Row {
        std::string content, text;
    };
    const auto row = GENERATE(values<Row>({
        {"", ""},
        {"a<!-- b -->c", "ac"},
        {"<!-- b -->&lt;c", "<c"},
        {"<![CDATA[<QBXML>&amp;</QBXML>]]>", "<QBXML>&amp;</QBXML>"},
        {"a&lt;<![CDATA[<]]>&gt;", "a<<>"},
    }));
    Codec codec;
    const auto envelope = with_response(row.content);
    CHECK_FALSE(is_spliced(envelope));
    CHECK(response_of(codec, envelope) == row.text);
}

TEST_CASE("a nil response is empty")
{
    Codec codec;
    const auto envelope = with_response("", " xsi:nil=\"true\"");
    CHECK_FALSE(is_spliced(envelope));
    CHECK(response_of(codec, envelope).empty());
}

TEST_CASE("of two responses the first counts")
{
    Codec codec;
    for (const std::string first : {"<response>1</response>", "<response><!---->1</response>"}) {
        const auto call = decoded_as<ReceiveResponseXml>(
            codec, sent("<receiveResponseXML xmlns='http://developer.intuit.com/'>" + first +
                        "<response>2</response></receiveResponseXML>"));
        CHECK(call.response == "1");
    }
}

TEST_CASE("the cut-out text and gSOAP's own reading are equal")
{
    const unsigned seed = GENERATE(1u, 2u, 3u);
    CAPTURE(seed);
    std::mt19937 random(seed);
    Codec codec;
    for (int i = 0; i < 300; ++i) {
        const auto content = random_content(random);
        CAPTURE(content);
        const auto fast = with_response(content);
        const auto slow = with_response(content + "<!-- slow -->");
        REQUIRE(response_of(codec, fast) == response_of(codec, slow));
    }
}

TEST_CASE("a large response comes back whole")
{
    std::string text = "<?xml version=\"1.0\" ?>\n<QBXML>\n";
    for (int i = 0; i < 50'000; ++i)
        text += fmt::format("<Name>Customer &amp; {} \"ä\"</Name>\n", i);
    Codec codec;
    const auto envelope = codec.write_call(ReceiveResponseXml{"T", text, "", ""});
    CHECK(decoded_as<ReceiveResponseXml>(codec, envelope).response == text);
    const auto rpc = codec.write_call(ReceiveResponseXml{"T", text, "", ""}, true);
    CHECK(decoded_as<ReceiveResponseXml>(codec, rpc).response == text);
}

TEST_CASE("the text takes the envelope's buffer over")
{
    Codec codec;
    auto envelope = with_response(std::string(100'000, 'x'));
    const char* buffer = envelope.data();
    auto read = codec.read_call(std::move(envelope));
    REQUIRE(std::holds_alternative<Decoded>(read));
    CHECK(std::get<ReceiveResponseXml>(std::get<Decoded>(read).call).response.data() == buffer);
}

TEST_CASE("references in a response are checked like anywhere")
{
    Codec codec;
    CHECK(refused(codec, with_response("&nbsp;")).text ==
          "The envelope refers to an entity that XML does not define.");
    CHECK(refused(codec, with_response("&#0;")).text ==
          "The envelope holds a reference to a character that XML forbids.");
}

TEST_CASE("references have one meaning or none")
{
    struct Row {
        std::string text;
        std::uint32_t character;
        std::size_t length;
    };
    const auto row = GENERATE(values<Row>({
        {"&lt;", '<', 4},
        {"&gt;", '>', 4},
        {"&amp;x", '&', 5},
        {"&quot;", '"', 6},
        {"&apos;", '\'', 6},
        {"&#9;", 9, 4},
        {"&#x10FFFF;", 0x10FFFF, 10},
        {"&#xd7ff;", 0xD7FF, 8},
        {"&#xE000;", 0xE000, 8},
        {"&#8;", 0, 0},
        {"&#xDFFF;", 0, 0},
        {"&#x110000;", 0, 0},
        {"&lt", 0, 0},
        {"&", 0, 0},
        {"&;", 0, 0},
        {"&# 65;", 0, 0},
        {"&#-65;", 0, 0},
        {"&#x;", 0, 0},
        {"&copy;", 0, 0},
        {"&a", 0, 0},
        {"&#00000000000000065;", 0, 0},
    }));
    CAPTURE(row.text);
    const auto reference = read_reference(row.text);
    CHECK(reference.length == row.length);
    if (row.length != 0) CHECK(reference.character == row.character);
}

TEST_CASE("unescaping may write over its own beginning")
{
    std::string buffer = "head&lt;a&gt; &amp;amp; &#x20AC;\n&#65;tail";
    const auto from = std::string_view(buffer).substr(4);
    buffer.resize(unescape(buffer.data(), from));
    CHECK(buffer == "<a> &amp; €\nAtail");
}

TEST_CASE("references that are too long for gSOAP are written anew")
{
    std::string markup =
        "<a b='&#x1F600;'>&#x1F600;&#0000060;&#00000228;&lt;&#x20AC;<!-- &#x1F600; -->"
        "<![CDATA[&#x1F600;]]></a>";
    shorten_references(markup);
    CHECK(markup == "<a b='😀'>😀&#60;ä&lt;&#x20AC;<!-- &#x1F600; --><![CDATA[&#x1F600;]]></a>");

    Codec codec;
    const auto call = decoded_as<ReceiveResponseXml>(
        codec, sent("<receiveResponseXML xmlns='http://developer.intuit.com/'>"
                    "<ticket>&#x1F600;<![CDATA[&#x1F600;]]></ticket><response>a&#x1F600;b"
                    "</response></receiveResponseXML>"));
    CHECK(call.ticket == "😀&#x1F600;");
    CHECK(call.response == "a😀b");
}

TEST_CASE("line ends of all kinds become LF")
{
    std::string text = "a\r\nb\rc\n\r\r\n\n\r";
    normalise_line_ends(text);
    CHECK(text == "a\nb\nc\n\n\n\n\n");
}

TEST_CASE("forbidden characters are found wherever they stand")
{
    for (const std::size_t size : {1u, 3u, 64u, 4095u, 4096u, 4097u, 8193u}) {
        CAPTURE(size);
        const std::string good(size, 'x');
        CHECK(has_only_allowed_characters(good));
        CHECK(has_only_allowed_characters(good + "\t\n\r\x7F ä\xEF\xBF\xBD"));
        CHECK_FALSE(has_only_allowed_characters(good + '\0'));
        CHECK_FALSE(has_only_allowed_characters(good + '\x1F'));
        CHECK_FALSE(has_only_allowed_characters(good + "\xEF\xBF\xBE"));
        CHECK_FALSE(has_only_allowed_characters(good + "\xEF\xBF\xBF" + good));
        CHECK_FALSE(has_only_allowed_characters("\x01" + good));
    }
}
