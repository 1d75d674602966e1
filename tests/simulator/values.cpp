// Numbers, times and texts as QuickBooks handles them.
#include <catch2/catch.hpp>

#include "qbxml/simulator/date_macro.h"
#include "qbxml/simulator/local_time.h"
#include "qbxml/simulator/number.h"
#include "qbxml/simulator/text.h"

using namespace qbxml::simulator;

TEST_CASE("amounts are read exactly and written with two decimals")
{
    struct Row {
        const char* text;
        const char* written;
    };
    const auto row = GENERATE(values<Row>({
        {"0", "0.00"},
        {"10", "10.00"},
        {"10.5", "10.50"},
        {"-0.05", "-0.05"},
        {"+3.1", "3.10"},
        {".5", "0.50"},
        {"1.005", ""},
        {"", ""},
        {"-", ""},
        {"1,000.00", ""},
        {"1e3", ""},
        {"9999999999999.99", "9999999999999.99"},
        {"99999999999999.99", ""},
    }));
    CAPTURE(row.text);
    const auto amount = Cents::parse(row.text);
    CHECK((amount ? amount->text() : "") == row.written);
}

TEST_CASE("prices and quantities drop zeros, prices keep two decimals")
{
    struct Row {
        const char* text;
        const char* quantity;
        const char* price;
    };
    const auto row = GENERATE(values<Row>({
        {"1", "1", "1.00"},
        {"2.50", "2.5", "2.50"},
        {"0.55536", "0.55536", "0.55536"},
        {"-7.125", "-7.125", "-7.125"},
        {"18.0%", "18", "18.00"},
        {"0", "0", "0.00"},
    }));
    const auto number = Fine::parse(row.text);
    REQUIRE(number);
    CHECK(number->quantity_text() == row.quantity);
    CHECK(number->price_text() == row.price);
}

TEST_CASE("products are rounded half a cent away from zero")
{
    const auto fine = [](const char* text) { return *Fine::parse(text); };
    CHECK(extend(fine("3"), fine("0.335"))->text() == "1.01");  // 1.005
    CHECK(extend(fine("-3"), fine("0.335"))->text() == "-1.01");
    CHECK(extend(fine("227"), fine("0.12375"))->text() == "28.09");
    CHECK_FALSE(extend(fine("9999999999"), fine("9999999999")));
    CHECK(percent_of(*Cents::parse("689.00"), fine("7"))->text() == "48.23");
    CHECK(rate_of(*Cents::parse("100.00"), fine("3")).price_text() == "33.33333");
    CHECK(rate_of(*Cents::parse("-100.00"), fine("-4")).price_text() == "25.00");
}

TEST_CASE("times show the true clock and January's offset all year round")
{
    struct Row {
        std::int64_t unix;
        const char* text;
    };
    const auto row = GENERATE(values<Row>({
        {1705320000, "2024-01-15T07:00:00-05:00"},
        {1719849600, "2024-07-01T12:00:00-05:00"},  // an hour late by its own word
        {1710053999, "2024-03-10T01:59:59-05:00"},
        {1710054000, "2024-03-10T03:00:00-05:00"},  // clocks go forward
        {1730613599, "2024-11-03T01:59:59-05:00"},
        {1730613600, "2024-11-03T01:00:00-05:00"},  // and back
    }));
    CHECK(date_time_text(row.unix, HostZone{}) == row.text);
}

TEST_CASE("times of requests")
{
    struct Row {
        const char* text;
        bool end;
        std::int64_t unix;
    };
    const auto row = GENERATE(values<Row>({
        {"2024-07-01T12:00:00", false, 1719849600},
        {"2024-07-01T12:00", false, 1719849600},
        {"2024-07-01T12:00:00-04:00", false, 1719849600},
        {"2024-07-01T12:00:00-05:00", false, 1719853200},  // taken at its word
        {"2024-07-01T16:00:00Z", false, 1719849600},
        {"2024-07-01T12:00:00.5", false, 1719849600},
        {"2024-07-01", false, 1719806400},
        {"2024-07-01", true, 1719892799},
    }));
    CAPTURE(row.text);
    CHECK(unix_from_text(row.text, HostZone{}, row.end) == row.unix);
}

TEST_CASE("texts that are no times")
{
    const std::string text = GENERATE("", "2024-13-01", "2023-02-29", "2024-07-01T25:00:00",
                                      "2024-07-01T12:00:00+5", "2024-07-01 12:00:00", "noon");
    CAPTURE(text);
    CHECK_FALSE(unix_from_text(text, HostZone{}));
}

TEST_CASE("date macros on Thursday, 15 February 2024")
{
    struct Row {
        const char* macro;
        const char* from;
        const char* to;
    };
    const auto row = GENERATE(values<Row>({
        {"All", "", ""},
        {"Today", "2024-02-15", "2024-02-15"},
        {"Yesterday", "2024-02-14", "2024-02-14"},
        {"ThisWeek", "2024-02-11", "2024-02-17"},
        {"LastWeekToDate", "2024-02-04", "2024-02-08"},
        {"NextFourWeeks", "2024-02-18", "2024-03-16"},
        {"ThisMonth", "2024-02-01", "2024-02-29"},
        {"ThisMonthToDate", "2024-02-01", "2024-02-15"},
        {"LastMonth", "2024-01-01", "2024-01-31"},
        {"LastCalendarQuarter", "2023-10-01", "2023-12-31"},
        {"ThisFiscalQuarterToDate", "2024-01-01", "2024-02-15"},
        {"NextCalendarYear", "2025-01-01", "2025-12-31"},
    }));
    const auto days = days_of_macro(row.macro, "2024-02-15");
    CAPTURE(row.macro);
    REQUIRE(days);
    CHECK(days->from == row.from);
    CHECK(days->to == row.to);
    CHECK_FALSE(days_of_macro("SomeDay", "2024-02-15"));
}

TEST_CASE("names are compared without regard to case, accents count")
{
    CHECK(folded("RENÉE Škoda") == folded("renée škoda"));
    CHECK(folded("Renee") != folded("Renée"));
    CHECK(as_stored("5 € – ☃ ½") == "5 € – ? ½");
    CHECK(trimmed(" \t a b\n") == "a b");
}
