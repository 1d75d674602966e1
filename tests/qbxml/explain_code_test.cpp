// The catalogue told to people: every form of a code is recognised and says what to do.
#include <catch2/catch.hpp>

#include "qbxml/explain_code.h"

using qbxml::explain_code;

TEST_CASE("codes in every form are explained, what is no code is not")
{
    struct Row {
        const char* topic;
        const char* says;
    };
    const auto row = GENERATE(values<Row>({
        {"3200", "statusCode 3200"},
        {"600", "messageSetStatusCode 600"},
        {"9001", "messageSetStatusCode 9001"},
        {"0x80040408", "HRESULT 0x80040408"},
        {"0X8004040a", "HRESULT 0x8004040A"},
        {"-2147220480", "HRESULT -2147220480"},
        {"QBWC1039", "Web Connector QBWC1039"},
        {"qbwc1041", "Web Connector QBWC1041"},
        {"1039", "QBWC 1039"},
        {"4711", "not in the catalogue"},
        {"0x8FFFFFFF", "not in the catalogue"},
    }));
    CAPTURE(row.topic);
    const auto page = explain_code(row.topic);
    REQUIRE(page);
    CHECK_THAT(*page, Catch::Contains(row.says));
    CHECK_THAT(*page, Catch::Contains("what to do"));

    for (const char* none : {"", "InvoiceAdd", "0x", "QBWC", "12a", "-"})
        CHECK(!explain_code(none));
}

TEST_CASE("a code that means a lock or a rule shows both")
{
    const auto page = explain_code("3170");
    REQUIRE(page);
    CHECK_THAT(*page, Catch::Contains("speaks of a lock"));
    CHECK_THAT(*page, Catch::Contains("may succeed later"));
    CHECK_THAT(*page, Catch::Contains("does not help until something is changed"));
}

TEST_CASE("what the bookkeeper reads is there in French")
{
    const auto page = explain_code("0x80040414");
    REQUIRE(page);
    CHECK_THAT(*page, Catch::Contains("in French"));
}
