// Since when a delta asks, whatever the clocks do.
#include <catch2/catch.hpp>

#include <cstdio>

#include "server/jobs/watermark.h"

using namespace server;
using namespace server::jobs;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

base::Time at(const char* day, int hour, int minute = 0)
{
    int year = 0;
    unsigned month = 0, day_of = 0;
    REQUIRE(std::sscanf(day, "%d-%u-%u", &year, &month, &day_of) == 3);
    return base::Time(std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) /
                                            static_cast<int>(day_of))) +
           hours(hour) + minutes(minute);
}

// A run that took no time, at 20:00 UTC: noon in the zone -08:00.
std::string after(std::string_view previous, std::string_view newest)
{
    return watermark_after({previous, newest, at("2026-11-21", 20), at("2026-11-21", 20)});
}

}  // namespace

TEST_CASE("the newest change that was read is the watermark, in QuickBooks' own words")
{
    CHECK(after("", "2026-11-20T09:30:00-08:00") == "2026-11-20T09:30:00-08:00");
    CHECK(after("2026-11-19T08:00:00-08:00", "2026-11-20T09:30:00-08:00") ==
          "2026-11-20T09:30:00-08:00");
}

TEST_CASE("a run that brought nothing leaves the watermark as it was")
{
    CHECK(after("2026-11-19T08:00:00-08:00", "") == "2026-11-19T08:00:00-08:00");
    CHECK(after("", "") == "");
    // The newest record was deleted: what is known stays known.
    CHECK(after("2026-11-19T08:00:00-08:00", "2026-11-19T07:00:00-08:00") ==
          "2026-11-19T08:00:00-08:00");
}

TEST_CASE("what changed while the run went on is asked for again")
{
    // Read from 18:00 to 20:30 UTC; somebody worked all the time, the last change at 12:29.
    CHECK(watermark_after({"", "2026-11-21T12:29:00-08:00", at("2026-11-21", 18),
                           at("2026-11-21", 20, 30)}) == "2026-11-21T09:59:00-08:00");
}

TEST_CASE("a clock that was in the future once does not hide what comes until then")
{
    // The PC said 2031 for a day. It is 20:00 UTC, and noon there: an hour more is allowed for
    // daylight time, which QuickBooks' offset does not know.
    const auto mark = after("", "2031-05-01T10:00:00-08:00");
    CHECK(mark == "2026-11-21T13:00:00-08:00");
    CHECK(delta_from(mark) == "2026-11-21T11:00:00");
    // The same when a delta before had believed it.
    CHECK(after("2031-05-01T10:00:00-08:00", "2031-05-01T10:00:00-08:00") == mark);
    // Without an offset the bound is the easternmost zone.
    CHECK(after("", "2031-05-01T10:00:00") == "2026-11-22T10:00:00");
}

TEST_CASE("a clock that is behind is taken as it is: its changes are measured by it")
{
    CHECK(after("", "2019-01-01T00:10:00-08:00") == "2019-01-01T00:10:00-08:00");
    CHECK(after("2019-01-01T00:10:00-08:00", "2019-01-02T00:00:00-08:00") ==
          "2019-01-02T00:00:00-08:00");
}

TEST_CASE("a PC that moved to another zone is asked for the hours between")
{
    // From New York to Los Angeles: its wall clock went back three hours.
    CHECK(after("2026-11-21T12:00:00-05:00", "2026-11-21T09:05:00-08:00") ==
          "2026-11-21T06:05:00-08:00");
    // And from Los Angeles to New York.
    CHECK(after("2026-11-21T09:00:00-08:00", "2026-11-21T12:05:00-05:00") ==
          "2026-11-21T06:00:00-05:00");
}

TEST_CASE("what was just written tells of a clock that was put back")
{
    // The last complete run was three hours ago: what changed since may say 21:10.
    CHECK(put_back("2026-11-21T12:00:00-08:00", "2020-01-01T00:10:00-08:00", hours(3)) ==
          "2019-12-31T21:10:00-08:00");
    // Within the overlap nothing is missed, and a clock ahead of the watermark is the rule.
    CHECK(put_back("2026-11-21T12:00:00-08:00", "2026-11-21T10:30:00-08:00", hours(3)) == "");
    CHECK(put_back("2026-11-21T12:00:00-08:00", "2026-11-21T12:30:00-08:00", hours(3)) == "");
    CHECK(put_back("", "2026-11-21T12:30:00-08:00", hours(3)) == "");
    CHECK(put_back("2026-11-21T12:00:00-08:00", "", hours(3)) == "");
}

TEST_CASE("everything read anew sets the watermark anew")
{
    CHECK(watermark_after({.previous = "2026-11-20T00:00:00-08:00",
                           .newest = "2026-11-01T00:00:00-08:00",
                           .asked_at = at("2026-11-21", 20),
                           .answered_at = at("2026-11-21", 20),
                           .whole = true}) == "2026-11-01T00:00:00-08:00");
}

TEST_CASE("a delta overlaps by two hours, also over the hour that comes twice")
{
    CHECK(delta_from("") == "");
    CHECK(delta_from("2026-11-21T13:29:58-08:00") == "2026-11-21T11:29:58");
    // On the first of November 2026 clocks in Vancouver went from 02:00 back to 01:00. A change in
    // the first 01:50 is followed by one in the second 01:10: both lie behind 23:50.
    CHECK(delta_from("2026-11-01T01:50:00-08:00") == "2026-10-31T23:50:00");
    // On the eighth of March they went from 02:00 to 03:00. 03:05 is five minutes after 01:59;
    // asked for is 01:05.
    CHECK(delta_from("2026-03-08T03:05:00-08:00") == "2026-03-08T01:05:00");
}

TEST_CASE("both changes of the clocks: no change falls between two deltas")
{
    struct Row {
        const char* what;
        const char* watermark;  // the newest text before
        const char* later;      // the text of a change that came after it
    };
    const auto row = GENERATE(values<Row>({
        {"summer begins", "2026-03-08T01:59:00-08:00", "2026-03-08T03:00:00-08:00"},
        {"summer ends", "2026-11-01T01:59:00-08:00", "2026-11-01T01:00:00-08:00"},
        {"summer ends in the south", "2026-04-05T02:59:00+11:00", "2026-04-05T02:00:00+11:00"},
        {"half an hour on Lord Howe", "2026-04-05T01:59:00+11:00", "2026-04-05T01:30:00+11:00"},
    }));
    CAPTURE(row.what);
    CHECK(delta_from(row.watermark) <= std::string(row.later).substr(0, 19));
}
