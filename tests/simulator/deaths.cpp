// QuickBooks dies in the middle of a message set, or loses its iterators.
#include <catch2/catch.hpp>

#include "tests/simulator/books.h"

using namespace simulator_test;

namespace {

std::string add(std::string_view name)
{
    return "<CustomerAddRq><CustomerAdd><Name>" + std::string(name) +
           "</Name></CustomerAdd></CustomerAddRq>";
}

}  // namespace

TEST_CASE("a death within a message set leaves some of it done and no answer kept")
{
    struct Row {
        int requests;
        std::size_t done;
    };
    const auto row = GENERATE(values<Row>({{0, 0}, {1, 1}, {2, 2}, {3, 3}, {9, 3}}));
    CAPTURE(row.requests);
    Desk desk;
    const std::string set = add("A") + add("B") + add("C");
    const std::string recovery = "onError=\"stopOnError\" newMessageSetID=\"M1\"";

    desk.quickbooks->die_within(row.requests);
    CHECK(desk.ask(set, recovery) == "0x80010105");
    CHECK(desk.quickbooks->count("CustomerRet") == row.done);
    CHECK(desk.ask("<CustomerQueryRq/>") == "0x8004040C");  // the session is gone

    desk.quickbooks->begin_session("");
    CHECK_THAT(desk.ask(set, recovery), Catch::Contains("messageSetStatusCode=\"9002\""));
    CHECK(desk.quickbooks->count("CustomerRet") == row.done);
    CHECK(status_of(desk.ask("<HostQueryRq/>")) == 0);
}

TEST_CASE("an iterator that was lost is refused, and a new one can be started")
{
    Desk desk(12);
    const std::string start =
        "<CustomerQueryRq iterator=\"Start\"><MaxReturned>5</MaxReturned></CustomerQueryRq>";
    const auto page = read(desk.ask(start));
    desk.quickbooks->lose_iterators();
    const std::string answer = desk.ask("<CustomerQueryRq iterator=\"Continue\" iteratorID=\"" +
                                        page.responses().at(0).iterator_id.value() +
                                        "\"><MaxReturned>5</MaxReturned></CustomerQueryRq>");
    CHECK(status_of(answer) == 3391);
    CHECK(status_of(desk.ask(start)) == 0);
}
