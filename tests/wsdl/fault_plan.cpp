// Fault plans as values: what their flags say, and that the same plan says the same again.
#include "wsdl/fault_plan.h"

#include <catch2/catch.hpp>

using namespace qbwc;

namespace {

Moment call(std::uint64_t number, std::string_view method = "sendRequestXML",
            std::uint64_t of_method = 1)
{
    return {Occasion::call, number, method, of_method};
}

}  // namespace

TEST_CASE("every fault has a word that names it again")
{
    for (int i = 0; i < fault_kinds; ++i) {
        const auto kind = static_cast<FaultKind>(i);
        CAPTURE(word_of(kind));
        CHECK(fault_kind_from(word_of(kind)) == kind);
    }
    CHECK_FALSE(fault_kind_from("bad-weather"));
}

TEST_CASE("a planned fault happens at its number and at no other")
{
    FaultPlan plan;
    REQUIRE_FALSE(plan.add_planned("lost-answer@3"));
    REQUIRE_FALSE(plan.add_planned("busy@2-3"));
    REQUIRE_FALSE(plan.add_planned("cut-answer@receiveResponseXML:2"));

    CHECK_FALSE(plan.fault_at(call(2)));
    CHECK(plan.fault_at(call(3)) == FaultKind::lost_answer);
    CHECK_FALSE(plan.fault_at(call(4)));
    CHECK_FALSE(plan.fault_at({Occasion::message_set, 1}));
    CHECK(plan.fault_at({Occasion::message_set, 2}) == FaultKind::busy);
    CHECK(plan.fault_at({Occasion::message_set, 3}) == FaultKind::busy);
    CHECK_FALSE(plan.fault_at({Occasion::message_set, 4}));
    CHECK(plan.fault_at(call(9, "receiveResponseXML", 2)) == FaultKind::cut_answer);
    CHECK_FALSE(plan.fault_at(call(9, "receiveResponseXML", 1)));
    CHECK_FALSE(plan.fault_at(call(9, "sendRequestXML", 2)));
}

TEST_CASE("a plan is printed as the flags that make it again")
{
    FaultPlan plan;
    REQUIRE_FALSE(plan.add_planned("lost-answer@sendRequestXML:3"));
    REQUIRE_FALSE(plan.add_planned("busy@2-4"));
    REQUIRE_FALSE(plan.set_seeded("seed=7,rate=0.25,kinds=lost-answer+dead-within,until=90"));

    CHECK(plan.flags() ==
          "--fault lost-answer@sendRequestXML:3 --fault busy@2-4 "
          "--faults seed=7,rate=0.25,kinds=lost-answer+dead-within,until=90,delay=1000");
    CHECK(FaultPlan{}.flags().empty());
}

TEST_CASE("a seed gives the same faults in any order of asking")
{
    FaultPlan plan;
    REQUIRE_FALSE(plan.set_seeded("seed=7,rate=0.5"));
    std::vector<std::optional<FaultKind>> forwards, backwards;
    for (std::uint64_t i = 1; i <= 200; ++i)
        forwards.push_back(plan.fault_at(call(i)));
    for (std::uint64_t i = 200; i >= 1; --i)
        backwards.insert(backwards.begin(), plan.fault_at(call(i)));
    CHECK(forwards == backwards);

    FaultPlan other;
    REQUIRE_FALSE(other.set_seeded("seed=8,rate=0.5"));
    std::vector<std::optional<FaultKind>> others;
    for (std::uint64_t i = 1; i <= 200; ++i)
        others.push_back(other.fault_at(call(i)));
    CHECK(forwards != others);
}

TEST_CASE("a rate is kept, and only faults of the occasion's sort are drawn")
{
    FaultPlan plan;
    REQUIRE_FALSE(plan.set_seeded("seed=3,rate=0.1"));
    for (const auto occasion : {Occasion::call, Occasion::message_set, Occasion::opening}) {
        int faults = 0;
        for (std::uint64_t i = 1; i <= 10'000; ++i) {
            const auto fault = plan.fault_at({occasion, i});
            if (!fault) continue;
            ++faults;
            REQUIRE(occasion_of(*fault) == occasion);
        }
        CHECK(faults > 900);
        CHECK(faults < 1100);
    }
}

TEST_CASE("seeded faults keep to their kinds and end where they should")
{
    FaultPlan plan;
    REQUIRE_FALSE(plan.set_seeded("seed=5,rate=0.9,kinds=lost-request,until=20"));
    for (std::uint64_t i = 1; i <= 20; ++i) {
        const auto fault = plan.fault_at(call(i));
        CHECK((!fault || *fault == FaultKind::lost_request));
        CHECK_FALSE(plan.fault_at({Occasion::opening, i}));
    }
    for (std::uint64_t i = 21; i <= 60; ++i)
        CHECK_FALSE(plan.fault_at(call(i)));
}

TEST_CASE("what cannot be read says why")
{
    struct Row {
        std::string_view text, part;
    };
    const auto planned = GENERATE(values<Row>({
        {"lost-answer", "has no @ and number"},
        {"bad-weather@3", "'bad-weather' is no fault; they are lost-request, lost-answer"},
        {"lost-answer@0", "'0' is no number from 1"},
        {"lost-answer@4-2", "'4-2' is no number from 1"},
        {"lost-answer@x", "'x' is no number from 1"},
        {"lost-answer@post:1", "'post' is no method of QBWC's"},
        {"busy@sendRequestXML:1", "busy is no fault of a call"},
        {"lost-answer@99999999999", "is no number from 1"},
    }));
    FaultPlan plan;
    const auto problem = plan.add_planned(planned.text);
    REQUIRE(problem);
    CHECK(problem->find(planned.part) != std::string::npos);
    CHECK(plan.planned.empty());
}

TEST_CASE("seeded flags that cannot be read say why")
{
    struct Row {
        std::string_view text, part;
    };
    const auto row = GENERATE(values<Row>({
        {"rate=0.1", "there is no seed"},
        {"seed=7,rate=1", "rate '1' is no number from 0 to 0.9"},
        {"seed=7,rate=often", "rate 'often' is no number"},
        {"seed=x", "seed 'x' is no number"},
        {"seed=7,kinds=busy+rain", "'rain' is no fault"},
        {"seed=7,colour=3", "'colour' is none of seed, rate"},
        {"7", "is not of the form name=value"},
    }));
    FaultPlan plan;
    const auto problem = plan.set_seeded(row.text);
    REQUIRE(problem);
    CHECK(problem->find(row.part) != std::string::npos);
}
