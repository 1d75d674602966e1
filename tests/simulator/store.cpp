// The file of the books.
#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "tests/simulator/books.h"
#include "tests/simulator/books_on_disk.h"

using namespace simulator_test;
using qbxml::simulator::SimulatedQuickBooks;

namespace {

std::string text_of(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("books saved and loaded answer as before, and go on where they were")
{
    const Folder folder;
    Desk desk(20, 50);
    desk.ask(add("Gone"));
    const std::string id =
        first(desk.ask("<CustomerQueryRq><FullName>Gone</FullName></CustomerQueryRq>"), "ListID");
    desk.ask("<ListDelRq><ListDelType>Customer</ListDelType><ListID>" + id +
             "</ListID></ListDelRq>");
    const std::string kept = desk.ask(add("Kept"), "onError=\"stopOnError\" newMessageSetID=\"K\"");
    desk.quickbooks->save(folder.file("books.xml"));

    Desk again;
    again.quickbooks = SimulatedQuickBooks::load(folder.file("books.xml"), again.options()).value();
    again.quickbooks->begin_session("");
    CHECK(again.ask(everything) == desk.ask(everything));
    CHECK(again.ask(add("Kept"), "onError=\"stopOnError\" newMessageSetID=\"K\"") == kept);
    CHECK(again.ask(add("New")) == desk.ask(add("New")));
    CHECK(again.quickbooks->company_path() == desk.quickbooks->company_path());
}

TEST_CASE("a message set that changed the books is on disk before its answer goes out")
{
    const Folder folder;
    const std::string path = folder.file("books.xml");
    Desk desk(3);
    desk.quickbooks->save_to(path);
    const std::string before = text_of(path);
    desk.ask("<CustomerQueryRq/>");
    CHECK(text_of(path) == before);
    desk.ask(add("A"));
    Desk other;
    other.quickbooks = SimulatedQuickBooks::load(path, other.options()).value();
    CHECK(other.quickbooks->count("CustomerRet") == 4);
    CHECK_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_CASE("a disk that refuses is an exception, not a lost answer")
{
    const Folder folder;
    Desk desk(3);
    CHECK_THROWS_AS(desk.quickbooks->save(folder.file("no such folder/books.xml")),
                    std::system_error);
}

TEST_CASE("files that are no books")
{
    struct Row {
        const char* text;
        const char* says;
    };
    const auto row = GENERATE(values<Row>({
        {"", "books.xml"},
        {"nothing", "line 1"},
        {"<SimulatedBooks format=\"2\"/>", "format 1"},
        {"<SimulatedBooks format=\"1\"/>", "no seed"},
        {"<SimulatedBooks format=\"1\" seed=\"1\" januaryOffset=\"0\" txnNumber=\"0\"><Shoe/>"
         "</SimulatedBooks>",
         "<Shoe>"},
        {"<SimulatedBooks format=\"1\" seed=\"1\" januaryOffset=\"0\" txnNumber=\"0\">"
         "<Record created=\"1\" modified=\"1\" sequence=\"1\"><CustomerRet><Name>A</Name>"
         "</CustomerRet></Record></SimulatedBooks>",
         "without times or id"},
        {"<SimulatedBooks format=\"1\" seed=\"1\" januaryOffset=\"0\" txnNumber=\"0\">"
         "<Record created=\"1\" modified=\"1\" sequence=\"1\"><CustomerRet><ListID>1</ListID>"
         "<Name>A</Name></CustomerRet></Record><Record created=\"1\" modified=\"1\" sequence=\"1\">"
         "<CustomerRet><ListID>2</ListID><Name>a</Name></CustomerRet></Record></SimulatedBooks>",
         "the name a twice"},
    }));
    const Folder folder;
    std::ofstream(folder.file("books.xml")) << row.text;
    const auto loaded = SimulatedQuickBooks::load(folder.file("books.xml"), Desk().options());
    REQUIRE_FALSE(loaded);
    CHECK_THAT(loaded.error().text(), Catch::Contains(row.says));
    CHECK_FALSE(SimulatedQuickBooks::load(folder.file("missing.xml"), Desk().options()));
}
