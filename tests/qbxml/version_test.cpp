#include "qbxml/version.h"

#include <catch2/catch.hpp>

#include <vector>

using namespace qbxml;

TEST_CASE("qbXML versions are two numbers with a dot")
{
    CHECK(Version::parse("13.0") == Version{13, 0});
    CHECK(Version::parse("2.1") == Version{2, 1});
    CHECK(Version{13, 0}.text() == "13.0");
    const auto text = GENERATE(values<std::string>({"", ".", "13", "13.", ".0", "CA2.0", "13.0.1",
                                                    "13.0 ", " 13.0", "-1.0", "13,0", "1234.0"}));
    CAPTURE(text);
    CHECK_FALSE(Version::parse(text));
}

TEST_CASE("versions compare as numbers")
{
    CHECK(Version{2, 1} < Version{10, 0});
    CHECK(Version{2, 9} < Version{2, 10});
}

TEST_CASE("the version that both sides speak")
{
    struct Row {
        std::vector<std::string> supported;
        Version spoken, chosen;
    };
    const auto row = GENERATE(values<Row>({
        {{"1.0", "2.0", "13.0", "16.0"}, {}, {16, 0}},
        {{"1.0", "13.0", "9.0"}, {16, 0}, {13, 0}},
        {{"16.0", "17.0", "18.0"}, {}, {16, 0}},
        {{"17.0"}, {14, 0}, {14, 0}},
        {{"CA2.0", "UK3.0"}, {6, 0}, {6, 0}},
        {{"CA2.0", "2.0"}, {6, 0}, {2, 0}},
        {{}, {12, 0}, {12, 0}},
        {{}, {17, 3}, {16, 0}},
        {{}, {}, {13, 0}},
    }));
    CHECK(choose_version(row.supported, row.spoken) == row.chosen);
}

TEST_CASE("editions are known by several words")
{
    struct Row {
        std::string text;
        Edition edition;
    };
    const auto row = GENERATE(values<Row>({
        {"US", Edition::us},
        {"ca", Edition::ca},
        {"Canada", Edition::ca},
        {"UK", Edition::uk},
        {"GB", Edition::uk},
        {"AU", Edition::au},
        {"QBAU", Edition::au},
        {"any", Edition::any},
    }));
    CHECK(edition_from_text(row.text) == row.edition);
    CHECK(edition_from_text(to_text(row.edition)) == row.edition);
    CHECK_FALSE(edition_from_text(""));
    CHECK_FALSE(edition_from_text("FR"));
}
