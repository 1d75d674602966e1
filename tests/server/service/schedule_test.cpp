// Settings of the sync, and what is due by them.
#include <catch2/catch.hpp>

#include "server/service/schedule.h"
#include "server/service/sync_settings.h"
#include "tests/support/clock.h"

using namespace server;
using namespace server::service;
using Catch::Contains;
using std::chrono::hours;
using testing::noon;

namespace {

using Rows = std::vector<store::SyncSetting>;
using States = std::vector<store::SyncState>;

// Only customers, read whole an hour ago.
const Rows only_customers{{"", "enabled", "no"}, {"customers", "enabled", "yes"}};
store::SyncState read_at(base::Time time, const char* type = "customers")
{
    return {.data_type = type, .asked_at = time, .completed_at = time, .full_at = time};
}

}  // namespace

TEST_CASE("what is due")
{
    struct Row {
        const char* what;
        Rows settings;
        States states;
        std::vector<Due> due;
        const char* cause;
    };
    const auto with = [](store::SyncSetting setting) {
        auto rows = only_customers;
        rows.push_back(std::move(setting));
        return rows;
    };
    auto skipped = read_at(noon - hours(30));
    skipped.skipped = "feature_off";
    auto long_ago = read_at(noon - hours(24 * 90));
    const auto deletions_on = with({"deletions", "enabled", "yes"});
    const std::vector<Row> rows{
        {"never read: whole", only_customers, {}, {{"customers", true}}, "first"},
        {"never read, and left to a person",
         with({"customers", "first", "no"}),
         {},
         {},
         "schedule"},
        {"just read", only_customers, {read_at(noon)}, {}, "schedule"},
        {"an hour ago: what changed",
         only_customers,
         {read_at(noon - hours(1))},
         {{"customers", false}},
         "schedule"},
        {"a day ago: balances have moved",
         only_customers,
         {read_at(noon - hours(24))},
         {{"customers", true}},
         "schedule"},
        {"every day only",
         with({"customers", "every", "1d"}),
         {read_at(noon - hours(2))},
         {},
         "schedule"},
        {"never by itself",
         {{"", "enabled", "no"},
          {"customers", "enabled", "yes"},
          {"customers", "every", "never"},
          {"customers", "full", "never"}},
         {read_at(noon - hours(2000))},
         {},
         "schedule"},
        {"QuickBooks does not answer it: once a week", only_customers, {skipped}, {}, "schedule"},
        {"deletions not read for ninety days: everything, compared",
         deletions_on,
         {long_ago, read_at(noon - hours(24 * 90), "deletions")},
         {{"customers", true}, {"deletions", false}},
         "comparison"},
        {"compared meanwhile",
         deletions_on,
         {read_at(noon), read_at(noon - hours(24 * 90), "deletions")},
         {{"deletions", false}},
         "schedule"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto found = look(row.settings, row.states, noon);
        CHECK(found.due == row.due);
        CHECK(found.cause == row.cause);
        CHECK(found.next > noon);
        CHECK(found.next <= noon + hours(1));
    }
}

TEST_CASE("a setting says where its value comes from")
{
    const Rows rows{{"", "every", "30m"}, {"invoices", "every", "5m"}};
    const auto every = [&](const char* type) {
        for (const auto& shown : shown_settings(type, rows))
            if (shown.name == "every") return shown.value + " " + std::string(shown.source);
        return std::string("none");
    };
    CHECK(every("invoices") == "5m type");
    CHECK(every("customers") == "30m company");
    const auto plain = shown_settings("customers", {});
    CHECK(plain.at(0).name == "enabled");
    CHECK(plain.at(0).source == "default");
    CHECK(settings_of("invoices", rows).every == std::chrono::minutes(5));
    CHECK_FALSE(settings_of("profitAndLoss", {}).enabled);
    CHECK(settings_of("accounts", {}).full == hours(24));
}

TEST_CASE("a setting that makes no sense is refused with what is expected")
{
    struct Row {
        const char* type;
        const char* text;
        const char* why;
    };
    const auto row = GENERATE(values<Row>({
        {"customers", "enabled=maybe", "expected yes or no"},
        {"customers", "every=soon", "as 15m, 2h or 1d"},
        {"customers", "every=10s", "as 15m, 2h or 1d"},
        {"customers", "every=9999d", "as 15m, 2h or 1d"},
        {"customers", "colour=blue", "expected name=value"},
        {"customers", "enabled", "expected name=value"},
        {"customers", "from=2026-01-01", "customers has no 'from'"},
        {"invoices", "from=2026-02-30", "as 2026-01-31"},
        {"invoices", "months=3", "invoices has no 'months'"},
        {"profitAndLoss", "basis=Guess", "Accrual or Cash"},
        {"profitAndLoss", "months=0", "a number from 1 to 120"},
        {"widgets", "enabled=no", "no sync has this name"},
        {"", "order=3", "belongs to one type"},
    }));
    CAPTURE(row.text);
    const auto setting = setting_from_text(row.type, row.text);
    REQUIRE_FALSE(setting.ok());
    CHECK_THAT(setting.error().text(), Contains(row.why));
}

TEST_CASE("look-ups are read before what needs them")
{
    CHECK_FALSE(order_breach({}));
    CHECK_FALSE(order_breach(Rows{{"payments", "order", "250"}}));
    const auto breach = order_breach(Rows{{"invoices", "order", "1"}});
    REQUIRE(breach);
    CHECK_THAT(breach->text(), Contains("invoices (order 1) needs what"));

    const auto types = ordered_types({}, {});
    REQUIRE(types.ok());
    CHECK(types->front() == "hostInfo");
    CHECK(types->back() == "deletions");
    const std::vector<std::string> wanted{"invoices", "taxRates", "customers"};
    CHECK(*ordered_types(wanted, {}) == std::vector<std::string>{"customers", "items", "invoices"});
}
