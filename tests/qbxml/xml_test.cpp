#include "qbxml/xml.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace qbxml;

namespace {

std::string error_of(std::string text, const XmlLimits& limits = {})
{
    const auto document = Document::parse(std::move(text), limits);
    return document ? "no error" : document.error().text();
}

std::string text_of(std::string content)
{
    const auto document = Document::parse("<A>" + content + "</A>");
    REQUIRE((document ? "" : document.error().text()) == "");
    return std::string(document->root().text());
}

std::string repeated(std::string_view what, int times)
{
    std::string out;
    for (int i = 0; i < times; ++i)
        out += what;
    return out;
}

}  // namespace

TEST_CASE("an element tells its name, text, attributes and neighbours")
{
    const auto document = Document::parse(
        "<?xml version=\"1.0\" ?>\n<?qbxml version=\"13.0\"?>\n"
        "<QBXML>\n  <Customer requestID='7' note=\"a &lt; b\">\n    <Name>Crawford</Name>\n"
        "    <Phone/>\n    <Name>Sons</Name>\n  </Customer>\n</QBXML>\n");
    REQUIRE(document);
    CHECK(document->qbxml_version() == "13.0");

    const Element root = document->root();
    CHECK(root.name() == "QBXML");
    CHECK_FALSE(root.parent());
    CHECK(root.text() == "");

    const Element customer = root.child("Customer");
    CHECK(customer == root.first_child());
    CHECK(customer.parent() == root);
    CHECK(customer.attribute("requestID") == "7");
    CHECK(customer.attribute("note") == "a < b");
    CHECK_FALSE(customer.attribute("requestid"));
    CHECK(customer.attributes() == std::vector<std::pair<std::string_view, std::string_view>>{
                                       {"requestID", "7"}, {"note", "a < b"}});

    CHECK(root.at("Customer/Name").text() == "Crawford");
    CHECK(root.at("Customer/Name").next_sibling().name() == "Phone");
    CHECK(root.at("Customer/Name").next_sibling("Name").text() == "Sons");
    CHECK_FALSE(root.at("Customer/Fax"));
    CHECK_FALSE(root.at("Customer/Nam"));
    CHECK(root.at("") == root);
    CHECK_FALSE(customer.child("Phone").has_children());
    CHECK(customer.has_children());

    std::string names;
    for (const Element child : customer.children())
        names += std::string(child.name()) + ' ';
    CHECK(names == "Name Phone Name ");
}

TEST_CASE("any() looks at the element and at all inside it, and at nothing else")
{
    const auto document = Document::parse("<A><B><C/><D><E/></D></B><F/></A>");
    REQUIRE(document);
    const Element b = document->root().child("B");
    const auto has = [](std::string_view name) {
        return [=](Element element) { return element.name() == name; };
    };
    for (const auto* name : {"B", "C", "D", "E"})
        CHECK(b.any(has(name)));
    for (const auto* name : {"A", "F", ""})
        CHECK_FALSE(b.any(has(name)));
    CHECK_FALSE(Element().any(has("")));
    CHECK(b.at("D/E").parent() == b.child("D"));
    CHECK(b.child("D").parent() == b);
    CHECK(b.next_sibling() == document->root().child("F"));
}

TEST_CASE("the null element is empty and leads nowhere")
{
    const Element none;
    CHECK_FALSE(none);
    CHECK(none.name() == "");
    CHECK(none.text() == "");
    CHECK_FALSE(none.attribute("requestID"));
    CHECK(none.attributes().empty());
    CHECK_FALSE(none.child("Name"));
    CHECK_FALSE(none.child(""));
    CHECK_FALSE(none.next_sibling("Name"));
    CHECK_FALSE(none.first_child());
    CHECK_FALSE(none.next_sibling());
    CHECK_FALSE(none.parent());
    CHECK_FALSE(none.at("Name/ListID"));
    CHECK(none.children().begin() == none.children().end());
}

TEST_CASE("elements stay valid when their document moves")
{
    auto document = Document::parse("<A><B>text</B></A>");
    REQUIRE(document);
    const Element child = document->root().child("B");
    const Document moved = std::move(*document);
    CHECK(child.text() == "text");
    CHECK(moved.root().child("B") == child);
}

TEST_CASE("the text of an element is whole and unescaped")
{
    struct Row {
        std::string content, text;
    };
    const auto row = GENERATE(values<Row>({
        {"", ""},
        {"plain", "plain"},
        {"&amp;&lt;&gt;&quot;&apos;", "&<>\"'"},
        {"&#233;&#xE9;&#x20ac;&#128512;", "\xC3\xA9\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"},
        {"caf\xC3\xA9", "caf\xC3\xA9"},
        {"&#0000000000000000000065;", "A"},
        {"  two  ", "  two  "},
        {" \n\t ", ""},
        {"a\r\nb\rc\nd", "a\nb\nc\nd"},
        {"a]b]]c>", "a]b]]c>"},
        {"<![CDATA[<a> & b]]>", "<a> & b"},
        {"<![CDATA[]]>", ""},
        {"a<![CDATA[b]]>c<![CDATA[d]]>e", "abcde"},
        {"a<!-- no -->b", "ab"},
        {"<!-- no --> <!-- no -->", ""},
        {"a <!-- no --> b", "a  b"},
        {"a<B>inner</B>c", "ac"},
        {"a<B/>c<B/> d", "ac d"},
        {"<B>inner</B>c", "c"},
        {"a<B>inner</B>", "a"},
        {"&#65;<!-- -->&amp;", "A&"},
    }));
    CAPTURE(row.content);
    CHECK(text_of(row.content) == row.text);
}

TEST_CASE("text in pieces is joined at every depth and leaves its neighbours alone")
{
    const auto document = Document::parse(
        "<A>\n<B>one<!-- --> two</B>\n<C>\n<D>three</D> "
        "<E>f<![CDATA[ou]]>r</E>\n</C><F>five</F></A>");
    REQUIRE(document);
    const Element root = document->root();
    CHECK(root.text() == "");
    CHECK(root.at("B").text() == "one two");
    CHECK(root.at("C").text() == "");
    CHECK(root.at("C/D").text() == "three");
    CHECK(root.at("C/E").text() == "four");
    CHECK(root.at("F").text() == "five");
    CHECK_FALSE(root.at("B").has_children());
}

TEST_CASE("white space in attribute values becomes blanks")
{
    const auto document = Document::parse("<A b=\"x\r\ny\tz&#10;\" c = 'it&apos;s \"it\"' />");
    REQUIRE(document);
    CHECK(document->root().attribute("b") == "x y z\n");
    CHECK(document->root().attribute("c") == "it's \"it\"");
}

TEST_CASE("what may stand around the root element")
{
    const auto text = GENERATE(values<std::string>({
        "<A/>",
        "\xEF\xBB\xBF<A/>",
        " \r\n\t<A/>\n\n",
        "\n<?xml version='1.0' encoding='utf-8'?><A/>",
        "<?xml version=\"1.0\"?><?qbxml version=\"16.0\"?><!-- hello --><A></A ><!-- bye -->",
        "<!-- first --><?qbxml version=\"16.0\"?><A/>",
        "<A\n/>",
    }));
    CAPTURE(text);
    CHECK(error_of(text) == "no error");
}

TEST_CASE("malformed XML is refused with its place")
{
    struct Row {
        std::string text, error;
    };
    const auto row = GENERATE(values<Row>({
        {"", "line 1, column 1: the text ends before its first element; expected an XML element"},
        {" \n ",
         "line 2, column 2: the text ends before its first element; expected an XML element"},
        {"hello", "line 1, column 1: found 'hello', expected an XML element"},
        {"<", "line 1, column 2: the text ends inside a tag"},
        {"<1/>", "line 1, column 1: found '<1/>', expected an XML element"},
        {"< A/>", "line 1, column 1: found '< A/>', expected an XML element"},
        {"<A", "line 1, column 3: the text ends inside a start tag"},
        {"<A/><B/>", "line 1, column 5: found '<B/>', a second root element; a document has one"},
        {"<A/>text",
         "line 1, column 5: found 'text' after the root element; expected the end of the text"},
        {"<A>\n<B>\n</A>", "line 3, column 1: </A> closes <B>, opened at line 2; expected </B>"},
        {"<A></AB>", "line 1, column 4: </AB> closes <A>, opened at line 1; expected </A>"},
        {"<AB></A>", "line 1, column 5: </A> closes <AB>, opened at line 1; expected </AB>"},
        {"<A></A x>", "line 1, column 8: found 'x>' in the end tag </A>; expected '>'"},
        {"<A></>", "line 1, column 6: found '>', expected the name of an end tag"},
        {"<A>\n<B>x</B>\n",
         "line 3, column 1: the text ends inside <A>, opened at line 1: it was cut off"},
        {"<A b=c/>",
         "line 1, column 6: found 'c/>' as the value of the attribute b; expected a quoted value"},
        {"<A b/>", "line 1, column 5: found '/>' after the attribute b; expected '='"},
        {"<A b='1' b='2'/>", "line 1, column 10: the attribute b is given twice"},
        {"<A b='1'c='2'/>",
         "line 1, column 9: found 'c='2'/>' in the tag <A>; expected '>', '/>' "
         "or a blank and an attribute"},
        {"<A / >",
         "line 1, column 4: found '/ >' in the tag <A>; expected '>', '/>' or a blank and an "
         "attribute"},
        {"<A b='<'/>", "line 1, column 7: '<' in the value of the attribute b; write it as &lt;"},
        {"<A b='x",
         "line 1, column 8: the text ends inside the value of the attribute b in <A>, opened at "
         "line 1: it was cut off"},
        {"<A>1 < 2</A>",
         "line 1, column 6: found '< 2</A>', expected a tag; write < in text as &lt;"},
        {"<A>x & y</A>",
         "line 1, column 6: a bare '&': XML knows &amp; &lt; &gt; &quot; &apos; and "
         "numeric references alone; write & itself as &amp;"},
        {"<A>&nbsp;</A>",
         "line 1, column 4: &nbsp; is no reference: XML knows &amp; &lt; &gt; &quot; &apos; and "
         "numeric references alone; write & itself as &amp;"},
        {"<A>&#0;</A>", "line 1, column 4: '&#0;' is no character that XML allows"},
        {"<A>&#x1F;</A>", "line 1, column 4: '&#x1F;' is no character that XML allows"},
        {"<A>&#xD800;</A>", "line 1, column 4: '&#xD800;' is no character that XML allows"},
        {"<A>&#99999999999999999999;</A>",
         "line 1, column 4: '&#99999999999999999999;' is no character that XML allows"},
        {"<A>&#;</A>", "line 1, column 4: '&#;</A>' is no reference: expected &#NNN; or &#xHH;"},
        {"<A>&#12a;</A>",
         "line 1, column 4: '&#12a;</A>' is no reference: expected &#NNN; or &#xHH;"},
        {"<A b='&#0;'/>", "line 1, column 7: '&#0;' is no character that XML allows"},
        {"<A>]]></A>", "line 1, column 4: ']]>' may not stand in text; write > as &gt;"},
        {"<A><!-- x -- y --></A>", "line 1, column 4: a comment holds '--', which may only end it"},
        {"<A><!-- x",
         "line 1, column 10: the text ends inside a comment in <A>, opened at line 1: "
         "it was cut off"},
        {"<A><![CDATA[x]]",
         "line 1, column 16: the text ends inside a CDATA section in <A>, opened "
         "at line 1: it was cut off"},
        {"<!DOCTYPE html>\n<html/>",
         "line 1, column 1: found '<!DOCTYPE html>', a document type declaration, which is not "
         "allowed; expected an XML element"},
        {"<A><!DOCTYPE a></A>",
         "line 1, column 4: found '<!DOCTYPE a></A>', expected a tag; write < in text as &lt;"},
        {"<A/><?xml version='1.0'?>",
         "line 1, column 5: found '<?xml version='1.0'?>' after the root element; expected the end "
         "of the text"},
        {"<!-- --><?xml version='1.0'?><A/>",
         "line 1, column 9: the XML declaration must be the first thing in the text"},
        {"<?php echo ?><A/>",
         "line 1, column 1: the processing instruction <?php?> is not allowed; "
         "only <?xml?> and <?qbxml?> are"},
        {"<A><?qbxml version='13.0'?></A>",
         "line 1, column 4: found '<?qbxml version='13.0'?></A>'; processing instructions are "
         "allowed before the root only"},
        {"<?xml&version='1.0'?><A/>",
         "line 1, column 6: found '&version='1.0'?><A/>' after <?xml; expected a blank or ?>"},
        {"<?qbxml?><A/>",
         "line 1, column 1: '<?qbxml?><A/>' names no version; expected <?qbxml version=\"13.0\"?>"},
        {"<?qbxml version='13.0'?><?qbxml version='13.0'?><A/>",
         "line 1, column 25: <?qbxml?> stands here a second time"},
        {"<A>caf\xE9</A>", "line 1, column 7: the byte 0xE9 is no UTF-8"},
        {"<A>\xC0\xAF</A>", "line 1, column 4: the byte 0xC0 is no UTF-8"},
        {"<A>\xED\xA0\x80</A>", "line 1, column 4: the byte 0xED is no UTF-8"},
        {"<A>\xF5\x80\x80\x80</A>", "line 1, column 4: the byte 0xF5 is no UTF-8"},
        {"<A>\x01</A>", "line 1, column 4: the character U+0001 is not allowed in XML"},
        {"<A>\xEF\xBF\xBE</A>", "line 1, column 4: the character U+FFFE is not allowed in XML"},
        {"\xFF\xFE<\0A", "line 1, column 1: the text is UTF-16; expected UTF-8"},
        {"<A>\n\xC3\xA9\xC3\xA9<B></A>",
         "line 2, column 6: </A> closes <B>, opened at line 2; expected </B>"},
        {"\xEF\xBB\xBF<A></B>",
         "line 1, column 4: </B> closes <A>, opened at line 1; expected </A>"},
    }));
    CAPTURE(row.text);
    CHECK(error_of(row.text) == row.error);
}

TEST_CASE("a zero byte is refused wherever it stands")
{
    const std::string text = "<A b='c'>text</A>\n";
    for (std::size_t at = 0; at <= text.size(); ++at) {
        CAPTURE(at);
        std::string spoilt = text;
        spoilt.insert(at, 1, '\0');
        CHECK(error_of(spoilt).ends_with("the character U+0000 is not allowed in XML"));
    }
}

TEST_CASE("the limits of XML text")
{
    const XmlLimits small{.bytes_max = 100,
                          .depth_max = 3,
                          .name_bytes_max = 5,
                          .attributes_max = 2,
                          .attribute_bytes_max = 4};
    CHECK(error_of("<A><B><C/></B></A>", small) == "no error");
    CHECK(error_of("<A><B><C><D/></C></B></A>", small) ==
          "line 1, column 10: <D> is nested 4 deep; at most 3 levels are allowed");
    CHECK(error_of("<Names/>", small) == "no error");
    CHECK(error_of("<Longer/>", small) ==
          "line 1, column 2: a name of 6 bytes; at most 5 are allowed");
    CHECK(error_of("<A Longer='1'/>", small) ==
          "line 1, column 4: a name of 6 bytes; at most 5 are allowed");
    CHECK(error_of("<A a='1' b='2'/>", small) == "no error");
    CHECK(error_of("<A a='1' b='2' c='3'/>", small) ==
          "line 1, column 16: an element with more than 2 attributes");
    CHECK(error_of("<A a='1234'/>", small) == "no error");
    CHECK(error_of("<A a='12345'/>", small) ==
          "line 1, column 7: the value of the attribute a has 5 bytes; at most 4 are allowed");
    CHECK(error_of("<A>" + std::string(93, 'x') + "</A>", small) == "no error");
    CHECK(error_of("<A>" + std::string(94, 'x') + "</A>", small) ==
          "the text has 101 bytes; at most 100 are allowed");
}

TEST_CASE("hostile text is refused before it costs much")
{
    CHECK(error_of(repeated("<a>", 1'000'000)) ==
          "line 1, column 193: <a> is nested 65 deep; at most 64 levels are allowed");
    CHECK(error_of("<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;&b;'>]><a>&c;</a>")
              .find("document type declaration") != std::string::npos);
    CHECK(error_of("<a>&c;</a>").starts_with("line 1, column 4: &c; is no reference"));
    CHECK(error_of("<a b='" + std::string(10'000'000, 'x') + "'/>") ==
          "line 1, column 7: the value of the attribute b has 10000000 bytes; at most 262144 are "
          "allowed");
    CHECK(error_of("<" + std::string(1'000'000, 'a') + "/>") ==
          "line 1, column 2: a name of 1000000 bytes; at most 256 are allowed");
    std::string crowded = "<a";
    for (int i = 0; i < 100'000; ++i)
        crowded += " a" + std::to_string(i) + "=''";
    CHECK(error_of(crowded + "/>").ends_with("an element with more than 64 attributes"));
}

TEST_CASE("the error of a long text stays short and is cut between characters")
{
    const std::string text = "<A>" + repeated("\xC3\xA9", 1000) + "<" + repeated("\xC3\xA9", 1000);
    const std::string error = error_of("<?xml?>" + repeated("\xC3\xA9", 1000));
    CHECK(error ==
          "line 1, column 8: found '" + repeated("\xC3\xA9", 20) + "...', expected an XML element");
    CHECK(error_of(text).size() < 400);
}

TEST_CASE("an element reader reads one element after the other in the same memory")
{
    ElementReader reader;
    CHECK(reader.read("<A><B>one</B></A>", {}).at("B").text() == "one");
    CHECK(reader.read("<C/>", {}).name() == "C");
    const Element pieces = reader.read("<A>x<!-- -->y</A>", {.in_pieces = true});
    CHECK(pieces.text() == "xy");
    ElementReader moved = std::move(reader);
    CHECK(pieces.name() == "A");
    CHECK(moved.read("<D>a\r\nb</D>", {.carriage_returns = true}).text() == "a\nb");
}

TEST_CASE("text for QuickBooks is pure ASCII")
{
    struct Row {
        std::string text, escaped;
    };
    const auto row = GENERATE(values<Row>({
        {"", ""},
        {"plain text 123", "plain text 123"},
        {"a & b < c > d \"e\" 'f'", "a &amp; b &lt; c &gt; d &quot;e&quot; &apos;f&apos;"},
        {"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", "caf&#233; &#8364; &#128512;"},
        {"~\x7F\xC2\x80", "~&#127;&#128;"},
        {"one\ntwo\r\n\tthree", "one\ntwo\r\n\tthree"},
        {"a\xE9z", "a?z"},
        {std::string("a\0b\x1F", 4), "a?b?"},
        {"\xEF\xBF\xBF", "?"},
        {"\xC3", "?"},
    }));
    std::string out = "[";
    append_escaped(out, row.text);
    CHECK(out == "[" + row.escaped);
}

TEST_CASE("escaped text comes back as it was")
{
    std::string all;
    for (int c = 0x20; c < 0x250; ++c) {
        all += c < 0x80 ? std::string(1, static_cast<char>(c))
                        : std::string{static_cast<char>(0xC0 | c >> 6),
                                      static_cast<char>(0x80 | (c & 0x3F))};
    }
    std::string escaped;
    append_escaped(escaped, all);
    CHECK(
        std::all_of(escaped.begin(), escaped.end(), [](char c) { return c >= 0x20 && c < 0x7F; }));
    CHECK(text_of(escaped) == all);
}
