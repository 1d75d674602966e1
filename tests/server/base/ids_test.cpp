// Identifiers: shape, order, uniqueness; secrets and their hashes.
#include <algorithm>
#include <regex>
#include <set>

#include <catch2/catch.hpp>

#include "server/base/ids.h"

using namespace server::base;

namespace {
constexpr Time noon{std::chrono::hours{500'000}};
}

TEST_CASE("job and batch ids sort by the time they were made, also within a millisecond")
{
    RandomIds ids;
    std::vector<std::string> made;
    for (int n = 0; n < 2000; ++n)
        made.push_back(ids.job(noon + std::chrono::milliseconds(n / 500)).text);
    CHECK(std::is_sorted(made.begin(), made.end()));
    CHECK(std::set(made.begin(), made.end()).size() == made.size());
    CHECK(ids.batch(noon + std::chrono::hours(1)) > ids.batch(noon));
}

TEST_CASE("a clock set back makes no id twice and none out of order")
{
    RandomIds ids;
    const auto before = ids.batch(noon + std::chrono::hours(2));
    const auto after = ids.batch(noon);
    CHECK(after > before);
}

TEST_CASE("a batch id fits a message set id")
{
    RandomIds ids;
    const auto id = ids.batch(noon).text;
    CHECK(std::regex_match(id, std::regex("QB[0-9A-HJKMNP-TV-Z]{19}")));
    CHECK(id.size() < 24);
}

TEST_CASE("a ticket is a random GUID in braces, never the same twice")
{
    RandomIds ids;
    const std::regex form(
        R"(\{[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}\})");
    std::set<std::string> tickets;
    for (int n = 0; n < 1000; ++n) {
        const auto ticket = ids.ticket().text;
        REQUIRE(std::regex_match(ticket, form));
        tickets.insert(ticket);
    }
    CHECK(tickets.size() == 1000);
}

TEST_CASE("a password has 24 characters that nobody misreads")
{
    RandomIds ids;
    std::set<std::string> passwords;
    std::set<char> letters;
    for (int n = 0; n < 200; ++n) {
        const auto password = ids.password();
        CHECK(password.size() == 24);
        CHECK(password.find_first_of("0O1lI") == password.npos);
        letters.insert(password.begin(), password.end());
        passwords.insert(password);
    }
    CHECK(passwords.size() == 200);
    CHECK(letters.size() == 57);  // every one of the alphabet is drawn
}

TEST_CASE("a time is told in whole seconds of UTC")
{
    CHECK(to_text(Time{}) == "1970-01-01T00:00:00Z");
    CHECK(to_text(Time{std::chrono::microseconds{1'795'262'400'999'999}}) ==
          "2026-11-21T12:00:00Z");
    CHECK(to_text(Time{std::chrono::microseconds{-1}}) == "1969-12-31T23:59:59Z");
}
