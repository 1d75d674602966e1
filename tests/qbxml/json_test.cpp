#include <catch2/catch.hpp>

#include <limits>
#include <string>

#include "qbxml/value.h"

using namespace qbxml;

namespace {

Value value_of(std::string_view text)
{
    auto value = parse_json(text);
    REQUIRE((value ? "" : value.error().text()) == "");
    return std::move(*value);
}

std::string error_of(std::string_view text, const JsonLimits& limits = {})
{
    const auto value = parse_json(text, limits);
    return value ? "no error" : value.error().text();
}

std::string json_string(std::string_view text)
{
    std::string out;
    append_json_string(out, text);
    return out;
}

}  // namespace

TEST_CASE("JSON comes back as it was written, numbers and order included")
{
    const auto text = GENERATE(values<std::string>({
        "null",
        "true",
        "false",
        "0",
        "-0",
        "10.50",
        "1e5",
        "-1.25E-300",
        "123456789012345678901234567890.000",
        "1e400",
        R"("")",
        R"("text")",
        R"("a \"b\" \\ c")",
        "[]",
        "{}",
        R"([1,[2,[3.0]],{"a":[]}])",
        R"({"z":1,"a":{"y":null,"b":true},"":"x"})",
        "\"caf\xC3\xA9 \xF0\x9F\x98\x80\"",
    }));
    CAPTURE(text);
    CHECK(to_json(value_of(text)) == text);
}

TEST_CASE("white space and escapes are read")
{
    CHECK(to_json(value_of(" \t\r\n{ \"a\" :\n[ 1 , 2 ] }\n")) == R"({"a":[1,2]})");
    CHECK(value_of(R"("\u0041\u00e9\u20AC\ud83d\ude00\b\f\n\r\t\/")").as_string() ==
          "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\b\f\n\r\t/");
    CHECK(value_of(R"({"caf\u00e9":1})").find("caf\xC3\xA9") != nullptr);
    CHECK(value_of(R"("a\u0000b")").as_string() == std::string("a\0b", 3));
}

TEST_CASE("malformed JSON is refused with its place and what was expected")
{
    struct Row {
        std::string text, error;
    };
    const auto row = GENERATE(values<Row>({
        {"", "line 1, column 1: found the end of the text, expected a value"},
        {"{",
         "line 1, column 2: found the end of the text, expected a name in double quotes or '}'"},
        {"[1", "line 1, column 3: found the end of the text, expected ',' or ']'"},
        {"[1,", "line 1, column 4: found the end of the text, expected a value"},
        {"[1,]", "line 1, column 4: found ']', expected a value"},
        {"[1 2]", "line 1, column 4: found '2', expected ',' or ']'"},
        {"[1}", "line 1, column 3: found '}', expected ',' or ']'"},
        {"{\n  \"a\": 1,\n}", "line 3, column 1: found '}', expected a name in double quotes"},
        {R"({"a" 1})", "line 1, column 6: found '1', expected ':'"},
        {R"({"a":})", "line 1, column 6: found '}', expected a value"},
        {R"({"a":1 "b":2})", "line 1, column 8: found '\"', expected ',' or '}'"},
        {R"({a:1})", "line 1, column 2: found 'a', expected a name in double quotes or '}'"},
        {R"({'a':1})", "line 1, column 2: found ''', expected a name in double quotes or '}'"},
        {"// no\n1", "line 1, column 1: found '/', expected a value"},
        {"tru",
         "line 1, column 4: found the end of the text in a word; expected true, false or null"},
        {"nul1", "line 1, column 1: found 'n', expected a value"},
        {"NaN", "line 1, column 1: found 'N', expected a value"},
        {"1 2", "line 1, column 3: found '2' after the value; expected the end of the text"},
        {"{}{}", "line 1, column 3: found '{' after the value; expected the end of the text"},
        {"01", "line 1, column 2: found '1' after the value; expected the end of the text"},
        {"1.", "line 1, column 3: found the end of the text in a number; expected a digit"},
        {".5", "line 1, column 1: found '.', expected a value"},
        {"+5", "line 1, column 1: found '+', expected a value"},
        {"[-]", "line 1, column 3: found ']' in a number; expected a digit"},
        {"[1e]", "line 1, column 4: found ']' in a number; expected a digit"},
        {R"("abc)", "line 1, column 5: the text ends inside a string"},
        {"\"abc\\",
         "line 1, column 6: found the end of the text after a backslash; expected one of "
         "\" \\ / b f n r t u"},
        {R"("\x41")",
         "line 1, column 3: found 'x' after a backslash; expected one of \" \\ / b f n r t u"},
        {R"("\u12x4")",
         "line 1, column 6: found 'x' in an escape; expected four hexadecimal digits "
         "after \\u"},
        {"\"a\nb\"",
         "line 1, column 3: found the control character U+000A in a string; write "
         "control characters as escapes"},
        {"\"\xC3\xA9\xE9\"", "line 1, column 3: the byte 0xE9 is no UTF-8"},
        {"[\xE9]", "line 1, column 2: the byte 0xE9 is no UTF-8"},
        {R"({"a":1,"b":2,"a":3})", "line 1, column 14: the name \"a\" stands twice in one object"},
    }));
    CAPTURE(row.text);
    CHECK(error_of(row.text) == row.error);
}

TEST_CASE("half of a surrogate pair is refused")
{
    const auto text = GENERATE(values<std::string>({
        R"("\ud800")",
        R"("\ud800x")",
        R"("\ud800\n")",
        R"("\ud800\u0041")",
        R"("\udc00")",
    }));
    CAPTURE(text);
    CHECK(error_of(text).find("half of a surrogate pair") != std::string::npos);
}

TEST_CASE("a name may stand once in an object, however large the object is")
{
    std::string members;
    for (int i = 0; i < 1000; ++i)
        members += "\"name" + std::to_string(i) + "\":1,";
    CHECK(value_of("{" + members + "\"last\":1}").as_object().size() == 1001);
    for (const int i : {0, 15, 16, 17, 999}) {
        const std::string name = "name" + std::to_string(i);
        CAPTURE(name);
        CHECK(error_of("{" + members + "\"" + name + "\":2}")
                  .ends_with("the name \"" + name + "\" stands twice in one object"));
    }
    CHECK(error_of(R"([{"a":1},{"a":1}])") == "no error");
    CHECK(error_of(R"({"a":{"a":1}})") == "no error");
    CHECK(error_of(R"({"a\"":1,"\u0061\"":2})") ==
          "line 1, column 10: the name \"a\"\" stands twice in one object");
}

TEST_CASE("the limits of JSON")
{
    CHECK(error_of("[[[1]]]", {.depth_max = 3}) == "no error");
    CHECK(error_of("[[[[1]]]]", {.depth_max = 3}) ==
          "line 1, column 4: nested too deep; at most 3 levels are allowed");
    CHECK(error_of(std::string(1'000'000, '[')) ==
          "line 1, column 33: nested too deep; at most 32 levels are allowed");
    CHECK(error_of(R"("1234")", {.bytes_max = 5}) == "the text has 6 bytes; at most 5 are allowed");
    CHECK(error_of("1e99999999999").ends_with("the exponent of a number is too large"));
}

TEST_CASE("JSON cut off anywhere is an error")
{
    const std::string text = R"({"a":[1.5,true,"x\u00e9\ud83d\ude00"],"b":{"c":null}})";
    CHECK(error_of(text) == "no error");
    for (std::size_t size = 0; size < text.size(); ++size) {
        CAPTURE(size);
        CHECK(error_of(text.substr(0, size)).starts_with("line 1, column "));
    }
}

TEST_CASE("JSON strings are escaped as far as they must be")
{
    CHECK(json_string("plain text") == "\"plain text\"");
    CHECK(json_string("") == "\"\"");
    CHECK(json_string("a\"b\\c/d") == R"("a\"b\\c/d")");
    CHECK(json_string("\b\f\n\r\t") == R"("\b\f\n\r\t")");
    CHECK(json_string(std::string("\0\x1F\x7F", 3)) == "\"\\u0000\\u001f\x7F\"");
    CHECK(json_string("caf\xC3\xA9") == "\"caf\xC3\xA9\"");
}

TEST_CASE("bytes that are no UTF-8 never reach JSON")
{
    CHECK(json_string("a\xE9z") == "\"a\xEF\xBF\xBDz\"");
    CHECK(json_string("\xC3") == "\"\xEF\xBF\xBD\"");
    CHECK(json_string("\xC3\xA9\xFF\"") == "\"\xC3\xA9\xEF\xBF\xBD\\\"\"");
}

TEST_CASE("JSON for people is indented")
{
    CHECK(to_pretty_json(value_of(R"({"a":1,"b":[true,{"c":[]}],"d":{}})")) ==
          "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    {\n      \"c\": []\n    }\n  ],\n  \"d\": "
          "{}\n}");
}

TEST_CASE("members are found, read and set")
{
    Value value = value_of(R"({"name":"Crawford","count":3,"rate":1.5,"big":9223372036854775808})");
    CHECK(value.find("name")->as_string() == "Crawford");
    CHECK(value.find("Name") == nullptr);
    CHECK(Value("text").find("name") == nullptr);
    CHECK(value.string_at("name") == "Crawford");
    CHECK(value.string_at("count", "none") == "none");
    CHECK(value.string_at("nothing", "none") == "none");
    CHECK(value.integer_at("count") == 3);
    CHECK_FALSE(value.integer_at("rate"));
    CHECK_FALSE(value.integer_at("big"));
    CHECK_FALSE(value.integer_at("name"));

    value.set("name", "Sons");
    value.set("extra", Value::Array{1, nullptr});
    CHECK(to_json(value) ==
          R"({"name":"Sons","count":3,"rate":1.5,"big":9223372036854775808,"extra":[1,null]})");

    Value fresh;
    fresh.set("least", std::numeric_limits<std::int64_t>::min());
    CHECK(to_json(fresh) == R"({"least":-9223372036854775808})");
}

TEST_CASE("a character is escaped alike wherever it stands in a long string")
{
    for (int c = 0; c < 0x80; ++c) {
        const std::string one(1, static_cast<char>(c));
        const std::string escaped = json_string(one).substr(1, json_string(one).size() - 2);
        for (std::size_t place = 0; place < 20; ++place) {
            CAPTURE(c, place);
            const std::string before(place, 'z'), after(19 - place, '~');
            CHECK(json_string(before + one + after) == '"' + before + escaped + after + '"');
        }
    }
    CHECK(json_string("eight by\xC3\xA9 eight by eight\xFF") ==
          "\"eight by\xC3\xA9 eight by eight\xEF\xBF\xBD\"");
}
