// How a query too long to be read at one go is cut.
#include <catch2/catch.hpp>

#include "server/jobs/cursor.h"
#include "server/jobs/ranges.h"

using namespace server::jobs;

namespace {

constexpr std::int64_t day = 24 * 60 * 60;
constexpr std::int64_t noon_of_2026_11_21 = 1795262400;  // 12:00 on the 21st of November 2026

}  // namespace

TEST_CASE("records that come in order of time: the range ends where the target is expected")
{
    // Ten a day; of a thousand in all, a hundred are wanted.
    const std::vector<std::string> rising{"2026-01-01T00:00:00-08:00", "2026-01-01T06:00:00-08:00",
                                          "2026-01-01T12:00:00-08:00", "2026-01-01T18:00:00-08:00",
                                          "2026-01-02T00:00:00-08:00"};
    // 24 hours hold five, so a hundred lie within twenty days.
    CHECK(cut_times({}, rising, 1000, 100) == "2026-01-21T00:00:00");

    const std::vector<std::string> falling(rising.rbegin(), rising.rend());
    // The newest come first: all of them lie within 200 days, the first range in twenty.
    CHECK(cut_times({}, falling, 1000, 100) == "2025-07-06T00:00:00");
}

TEST_CASE("records that come in no order: the range ends at that share of them")
{
    const std::vector<std::string> mixed{"2026-03-01T00:00:00-08:00", "2026-01-01T00:00:00-08:00",
                                         "2026-04-01T00:00:00-08:00", "2026-02-01T00:00:00-08:00"};
    CHECK(cut_times({}, mixed, 1000, 500) == "2026-03-01T00:00:00");
    CHECK(cut_times({}, mixed, 1000, 10) == "2026-01-01T00:00:00");
}

TEST_CASE("a range is cut inside itself, or not at all")
{
    const Range second{"2026-01-01T00:00:00", "2026-01-01T00:00:01"};
    const std::vector<std::string> same(5, "2026-01-01T00:00:00-08:00");
    CHECK_FALSE(cut_times(second, same, 1000, 100));
    const std::vector<std::string> none;
    CHECK_FALSE(cut_times({}, none, 1000, 100));
    CHECK_FALSE(cut_times({}, {"no time"}, 1000, 100));

    // Everything was imported within one second: cut once behind it, then never again.
    const auto once = cut_times({}, same, 1000, 100);
    CHECK(once == "2026-01-01T00:00:00");
    CHECK_FALSE(cut_times({"", *once}, same, 1000, 100));
}

TEST_CASE("dates are cut by proportion")
{
    const Range year{"2025-01-01", "2025-12-31"};
    CHECK(cut_dates(year, 1000, 100, 0) == "2025-02-05");  // 36 of 365 days
    CHECK(cut_dates({"2025-01-01", "2025-01-02"}, 100000, 100, 0) == "2025-01-01");
    CHECK_FALSE(cut_dates({"2025-01-01", "2025-01-01"}, 100000, 100, 0));
    // What is open ends today; what lies ahead is not cut.
    CHECK(cut_dates({"2026-11-02", ""}, 1000, 100, noon_of_2026_11_21) == "2026-11-03");
    CHECK_FALSE(cut_dates({"2026-11-22", ""}, 1000, 100, noon_of_2026_11_21));
}

TEST_CASE("the next range is as wide as the last one lets expect, and the last one open")
{
    const std::int64_t now = noon_of_2026_11_21;
    const Range done{"2020-01-01T00:00:00", "2020-01-11T00:00:00"};
    CHECK(width_of(done, "") == 10 * day);
    struct Row {
        int records;
        const char* to;
    };
    const auto row = GENERATE(values<Row>({
        {100, "2020-01-21T00:00:00"},   // as many as wished
        {50, "2020-01-31T00:00:00"},    // half as many: twice as wide
        {0, "2020-03-31T00:00:00"},     // nothing: eight times
        {10000, "2020-01-13T12:00:00"}  // far too many: a quarter
    }));
    CHECK(following(done, 10 * day, row.records, 100, now, false) ==
          Range{"2020-01-11T00:00:00", row.to});
    // The second where they meet belongs to both. Days do not.
    CHECK(following({"2020-01-01", "2020-01-10"}, 9 * day, 100, 100, now, true) ==
          Range{"2020-01-11", "2020-01-19"});
    CHECK(following({"2026-10-01T00:00:00", "2026-11-10T00:00:00"}, 40 * day, 100, 100, now,
                    false) == Range{"2026-11-10T00:00:00", ""});
}

TEST_CASE("a range that was open at its start is as wide as what was seen in it")
{
    CHECK(width_of({"", "2026-01-02T00:00:00"}, "2026-01-01T00:00:00-08:00") == day);
    CHECK(width_of({"", "2026-01-02T00:00:00"}, "2026-02-01T00:00:00-08:00") == 1);
}

TEST_CASE("a cursor says how much of its query is read")
{
    CHECK(percent_read({}) == 0);
    CHECK(percent_read({.read_here = 25, .remaining = 75}) == 25);
    CHECK(percent_read({.read_here = 10, .remaining = 10, .read_before = 40, .expected = 200}) ==
          25);
    CHECK(percent_read({.read_here = 10, .read_before = 300, .expected = 200}) == 100);
}
