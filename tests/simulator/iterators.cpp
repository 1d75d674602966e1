// Pages of a query, and how long an iterator lives.
#include <catch2/catch.hpp>

#include <set>

#include "tests/simulator/books.h"

using namespace simulator_test;

namespace {

std::string start(int size, std::string_view more = "")
{
    return "<CustomerQueryRq iterator=\"Start\"><MaxReturned>" + std::to_string(size) +
           "</MaxReturned>" + std::string(more) + "</CustomerQueryRq>";
}

std::string go_on(const std::string& id, std::string_view inside)
{
    return "<CustomerQueryRq iterator=\"Continue\" iteratorID=\"" + id + "\">" +
           std::string(inside) + "</CustomerQueryRq>";
}

std::string iterator_in(const std::string& answer)
{
    return read(answer).responses().at(0).iterator_id.value_or("");
}

int remaining_in(const std::string& answer)
{
    return read(answer).responses().at(0).iterator_remaining.value_or(-1);
}

constexpr std::string_view all = "<ActiveStatus>All</ActiveStatus>";

}  // namespace

TEST_CASE("an iterator brings every record once, page by page, and its id to the last")
{
    Desk desk(25);
    std::string answer = desk.ask(start(10, all));
    const std::string id = iterator_in(answer);
    CHECK(id.size() == 38);
    CHECK(remaining_in(answer) == 15);
    std::multiset<std::string> seen;
    const auto collect = [&] {
        const auto set = read(answer);
        for (const auto& slice : set.responses().at(0).children) {
            seen.insert(std::string(set.parse(slice).root().child("ListID").text()));
        }
    };
    collect();
    answer = desk.ask(go_on(id, "<MaxReturned>10</MaxReturned>" + std::string(all)));
    CHECK(iterator_in(answer) == id);
    CHECK(remaining_in(answer) == 5);
    collect();
    answer = desk.ask(go_on(id, "<MaxReturned>10</MaxReturned>"));
    CHECK(iterator_in(answer) == id);
    CHECK(remaining_in(answer) == 0);
    collect();
    CHECK(seen.size() == 25);
    CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == 25);
    CHECK(status_of(desk.ask(go_on(id, "<MaxReturned>10</MaxReturned>"))) == 3391);
}

TEST_CASE("the size of a page is that of its own request, or of the first")
{
    Desk desk(25);
    const std::string id = iterator_in(desk.ask(start(4, all)));
    CHECK(remaining_in(desk.ask(go_on(id, "<MaxReturned>7</MaxReturned>"))) == 14);
    CHECK(remaining_in(desk.ask(go_on(id, ""))) == 10);
}

TEST_CASE("an iterator dies with its session")
{
    Desk desk(25);
    const std::string id = iterator_in(desk.ask(start(4, all)));
    desk.quickbooks->end_session();
    desk.quickbooks->begin_session("");
    CHECK(status_of(desk.ask(go_on(id, "<MaxReturned>4</MaxReturned>"))) == 3391);
    CHECK(iterator_in(desk.ask(start(4, all))) != id);
}

TEST_CASE("an iterator that was stopped is gone")
{
    Desk desk(25);
    const std::string id = iterator_in(desk.ask(start(4, all)));
    const std::string stop =
        "<CustomerQueryRq iterator=\"Stop\" iteratorID=\"" + id + "\"></CustomerQueryRq>";
    CHECK(status_of(desk.ask(stop)) == 0);
    CHECK(status_of(desk.ask(stop)) == 3391);
}

TEST_CASE("what an iterator is asked wrongly")
{
    struct Row {
        std::string request;
        int status;
    };
    Desk desk(25);
    const std::string id = iterator_in(desk.ask(start(4, all)));
    const auto row = GENERATE_COPY(values<Row>({
        {go_on("{nonsense}", "<MaxReturned>4</MaxReturned>"), 3391},
        {go_on(id, "<MaxReturned>4</MaxReturned><ActiveStatus>ActiveOnly</ActiveStatus>"), 3120},
        {"<InvoiceQueryRq iterator=\"Continue\" iteratorID=\"" + id +
             "\"><MaxReturned>4</MaxReturned></InvoiceQueryRq>",
         3391},
        {"<CustomerQueryRq iterator=\"Start\"/>", 3150},
        {"<CustomerQueryRq iterator=\"Start\"><FullName>x</FullName></CustomerQueryRq>", 3153},
        {"<CustomerQueryRq iterator=\"Start\"><MaxReturned>4</MaxReturned><NameFilter>"
         "<MatchCriterion>Contains</MatchCriterion><Name>no such</Name></NameFilter>"
         "</CustomerQueryRq>",
         1},
    }));
    CAPTURE(row.request);
    CHECK(status_of(desk.ask(row.request)) == row.status);
}

TEST_CASE("the set is fixed at the start; records come as they are, deleted ones are missing")
{
    Desk desk;
    for (const char* name : {"A", "B", "C", "D"}) {
        desk.ask("<CustomerAddRq><CustomerAdd><Name>" + std::string(name) +
                 "</Name></CustomerAdd></CustomerAddRq>");
    }
    const std::string id = iterator_in(desk.ask(start(1)));
    const std::string b = desk.ask("<CustomerQueryRq><FullName>B</FullName></CustomerQueryRq>");
    const std::string c = desk.ask("<CustomerQueryRq><FullName>C</FullName></CustomerQueryRq>");
    CHECK(status_of(desk.ask("<CustomerModRq><CustomerMod><ListID>" + first(b, "ListID") +
                             "</ListID><EditSequence>" + first(b, "EditSequence") +
                             "</EditSequence><Name>B2</Name></CustomerMod></CustomerModRq>")) == 0);
    CHECK(status_of(desk.ask("<ListDelRq><ListDelType>Customer</ListDelType><ListID>" +
                             first(c, "ListID") + "</ListID></ListDelRq>")) == 0);
    desk.ask("<CustomerAddRq><CustomerAdd><Name>E</Name></CustomerAdd></CustomerAddRq>");

    const std::string rest = desk.ask(go_on(id, "<MaxReturned>10</MaxReturned>"));
    CHECK(remaining_in(rest) == 0);
    CHECK(times_in(rest, "<CustomerRet>") == 2);
    CHECK(times_in(rest, "<FullName>B2</FullName>") == 1);
    CHECK(times_in(rest, "<FullName>D</FullName>") == 1);
}

TEST_CASE("several iterators are open at once, each with its own place")
{
    Desk desk(25, 40);
    const auto both = read(desk.ask(
        start(10, all) +
        "<InvoiceQueryRq iterator=\"Start\"><MaxReturned>15</MaxReturned></InvoiceQueryRq>"));
    const std::string customers = both.responses().at(0).iterator_id.value();
    const std::string invoices = both.responses().at(1).iterator_id.value();
    CHECK(customers != invoices);
    CHECK(both.responses().at(1).iterator_remaining == 25);
    CHECK(remaining_in(desk.ask(go_on(customers, "<MaxReturned>10</MaxReturned>"))) == 5);
}
