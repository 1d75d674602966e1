// How many records a page should have.
#include <catch2/catch.hpp>

#include "server/jobs/pace.h"

using namespace server::jobs;

TEST_CASE("pages grow and shrink towards a few seconds an answer")
{
    struct Row {
        const char* what;
        PageTaken page;
        int next;
    };
    const auto row = GENERATE(values<Row>({
        {"just right", {100, 100, false, 3.0}, 100},
        {"quick: twice as many", {100, 100, false, 0.2}, 200},
        {"a little quick", {100, 100, false, 1.75}, 200},
        {"slow: as many as fit", {100, 100, false, 7.0}, 50},
        {"very slow: half", {100, 100, false, 60.0}, 50},
        {"slow by the records that came", {200, 100, false, 7.0}, 100},
        {"never below the least", {20, 20, false, 60.0}, 20},
        {"never above the most", {400, 400, false, 0.1}, 500},
        {"a slow first page is QuickBooks collecting", {100, 100, true, 60.0}, 100},
        {"a quick first page may grow", {100, 100, true, 0.5}, 200},
        {"a short page says nothing by being quick", {100, 7, false, 0.1}, 100},
        {"an empty answer says nothing", {100, 0, false, 30.0}, 100},
        {"a clock that stands still says nothing", {100, 100, false, 0.0}, 100},
        {"a size out of bounds is brought back", {9000, 0, false, 0.0}, 500},
    }));
    CAPTURE(row.what);
    CHECK(next_page_size(row.page, {}) == row.next);
}

TEST_CASE("a set that writes holds as many requests as QuickBooks does in a few seconds")
{
    struct Row {
        const char* what;
        int milliseconds;
        int fit;
    };
    const auto row = GENERATE(values<Row>({
        {"nothing is known yet", 0, 25},
        {"quick", 40, 25},
        {"slow", 1000, 5},
        {"slower than the limit", 9000, 1},
    }));
    CAPTURE(row.what);
    CHECK(writes_that_fit(row.milliseconds, 25, {}) == row.fit);
}

TEST_CASE("the pace of writing follows what sets took, and is not led astray by one")
{
    CHECK(write_pace(0, 10, 2.0) == 200);
    CHECK(write_pace(200, 10, 2.0) == 200);
    CHECK(write_pace(200, 1, 60.0) == 15150);
    CHECK(write_pace(200, 10, 0) == 200);  // a clock that stood still says nothing
    int pace = 15150;
    for (int n = 0; n < 20; ++n)
        pace = write_pace(pace, 10, 2.0);
    CHECK(pace < 260);
}
