// Who may open a session, and how guessing is slowed down.
#include <catch2/catch.hpp>

#include "server/service/doorkeeper.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;

namespace {

constexpr service::DoorRules rules{.free_failures = 3, .first_delay = 1s, .longest_delay = 10s};

// One try with the rules above.
bool try_in(Town& town, const char* password, const char* address = "192.0.2.7",
            const char* user = "qbwc-maple")
{
    return service::let_in(town.store, user, password, address, town.clock.now(), rules)
        .has_value();
}

void guess(Town& town, int times, const char* address = "192.0.2.7")
{
    for (int n = 0; n < times; ++n)
        CHECK_FALSE(try_in(town, "oak", address));
}

}  // namespace

TEST_CASE("the delay after so many wrong passwords")
{
    struct Row {
        std::int64_t failures;
        std::chrono::seconds delay;
    };
    const auto row = GENERATE(values<Row>({{0, 0s},
                                           {1, 0s},
                                           {3, 0s},
                                           {4, 1s},
                                           {5, 2s},
                                           {6, 4s},
                                           {7, 8s},
                                           {8, 10s},
                                           {9, 10s},
                                           {1'000'000'000'000, 10s}}));
    CAPTURE(row.failures);
    CHECK(service::delay_after(row.failures, rules) == row.delay);
}

TEST_CASE("as it is shipped: ten free, then from a second doubling to a quarter of an hour")
{
    CHECK(service::delay_after(10, {}) == 0s);
    CHECK(service::delay_after(11, {}) == 1s);
    CHECK(service::delay_after(20, {}) == 512s);
    CHECK(service::delay_after(21, {}) == 900s);
}

TEST_CASE("after too many wrong passwords the right one must wait, too")
{
    Town town;
    guess(town, 4);
    CHECK_FALSE(try_in(town, "maple-secret"));  // and counts as one more: two seconds now
    town.clock.advance(2s - 1us);
    CHECK_FALSE(try_in(town, "maple-secret"));  // four
    town.clock.advance(4s);
    CHECK(try_in(town, "maple-secret"));
    guess(town, 3);
    CHECK(try_in(town, "maple-secret"));  // success had started the count anew
}

TEST_CASE("guessing from elsewhere does not lock out the bookkeeper")
{
    Town town;
    guess(town, 10, "203.0.113.66");
    CHECK_FALSE(try_in(town, "maple-secret", "203.0.113.66"));
    CHECK(try_in(town, "maple-secret", "192.0.2.7"));
}

TEST_CASE("an address from which the right password came is not delayed later")
{
    Town town;
    CHECK(try_in(town, "maple-secret"));
    guess(town, 20);
    CHECK(try_in(town, "maple-secret"));
}

TEST_CASE("one user's failures are not another's, and unknown users are counted alike")
{
    Town town;
    for (int n = 0; n < 5; ++n)
        CHECK_FALSE(try_in(town, "oak", "192.0.2.7", "qbwc-larch"));
    CHECK(try_in(town, "maple-secret"));
    const auto guard =
        town.store.read([](store::Tx& tx) { return tx.login_guard("qbwc-larch", "192.0.2.7"); });
    CHECK(guard.failures == 5);
    CHECK(guard.blocked_until == noon + 2s);
}

TEST_CASE("names as long as a book are cut before they are kept")
{
    Town town;
    const std::string book(1'000'000, 'x');
    CHECK_FALSE(try_in(town, "oak", book.c_str(), book.c_str()));
    const auto kept = book.substr(0, 200);
    CHECK(town.store.read([&](store::Tx& tx) { return tx.login_guard(kept, kept); }).failures == 1);
}
