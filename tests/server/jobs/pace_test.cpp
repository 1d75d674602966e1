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
