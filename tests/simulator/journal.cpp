// The journal beside the file of the books: what was answered is on the disk, at any death.
#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "qbxml/simulator/books_file.h"
#include "tests/simulator/books.h"
#include "tests/simulator/books_on_disk.h"

using namespace simulator_test;
using qbxml::simulator::SimulatedQuickBooks;

namespace {

std::string invoice_of(std::string_view customer)
{
    return "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>" + std::string(customer) +
           "</FullName></CustomerRef><TxnDate>2024-07-01</TxnDate><InvoiceLineAdd><ItemRef>"
           "<FullName>Hinge</FullName></ItemRef><Quantity>3</Quantity></InvoiceLineAdd>"
           "</InvoiceAdd></InvoiceAddRq>";
}

std::string text_of(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

Desk opened(const std::string& path)
{
    Desk desk;
    desk.quickbooks = SimulatedQuickBooks::load(path, desk.options()).value();
    desk.quickbooks->begin_session("");
    return desk;
}

// Changes of every sort: added, changed, renamed, removed, deleted, kept and forgotten answers.
void work(Desk& desk)
{
    desk.ask(add("A") + add("B") + invoice_of("A"));
    desk.ask(add("Kept"), "onError=\"stopOnError\" newMessageSetID=\"K1\"");
    desk.ask(add("Forgotten"), "onError=\"stopOnError\" newMessageSetID=\"K2\"");
    desk.ask("", "onError=\"stopOnError\" oldMessageSetID=\"K2\"");
    const std::string a = desk.ask("<CustomerQueryRq><FullName>A</FullName></CustomerQueryRq>");
    const std::string b = desk.ask("<CustomerQueryRq><FullName>B</FullName></CustomerQueryRq>");
    *desk.clock += 60;
    // The name A goes to another record within one message set.
    CHECK(times_in(
              desk.ask("<CustomerModRq><CustomerMod><ListID>" + first(a, "ListID") +
                       "</ListID><EditSequence>" + first(a, "EditSequence") +
                       "</EditSequence><Name>Was A</Name></CustomerMod></CustomerModRq>"
                       "<CustomerModRq><CustomerMod><ListID>" +
                       first(b, "ListID") + "</ListID><EditSequence>" + first(b, "EditSequence") +
                       "</EditSequence><Name>A</Name></CustomerMod></CustomerModRq>"),
              "statusCode=\"0\"") == 2);
    desk.ask("<ListDelRq><ListDelType>Customer</ListDelType><ListID>" + first(b, "ListID") +
             "</ListID></ListDelRq>");
}

}  // namespace

TEST_CASE("changes are appended to the journal, and the file itself stays as it is")
{
    const Folder folder;
    const std::string path = folder.file("books.xml");
    Desk desk(20, 50);
    desk.quickbooks->save_to(path);
    const std::string whole = text_of(path);
    const std::string journal = text_of(path + ".journal");
    CHECK(journal == "journal of generation 1\n");

    desk.ask("<CustomerQueryRq/>");
    CHECK(text_of(path + ".journal") == journal);
    work(desk);
    CHECK(text_of(path) == whole);
    CHECK(text_of(path + ".journal").size() > journal.size());

    Desk again = opened(path);
    *again.clock = *desk.clock;
    CHECK(again.ask(everything) == desk.ask(everything));
    CHECK(again.ask(add("Kept"), "onError=\"stopOnError\" newMessageSetID=\"K1\"") ==
          desk.ask(add("Kept"), "onError=\"stopOnError\" newMessageSetID=\"K1\""));
    CHECK(again.ask("", "onError=\"stopOnError\" oldMessageSetID=\"K2\"") ==
          desk.ask("", "onError=\"stopOnError\" oldMessageSetID=\"K2\""));
    CHECK(again.ask(add("New")) == desk.ask(add("New")));
}

TEST_CASE("a journal cut off at any byte gives the books after a whole number of message sets")
{
    const Folder folder;
    const std::string path = folder.file("books.xml");
    Desk desk;
    desk.quickbooks->save_to(path);
    std::vector<std::size_t> sizes{text_of(path + ".journal").size()};
    for (const char* name : {"A", "B", "C"}) {
        desk.ask(add(name));
        sizes.push_back(text_of(path + ".journal").size());
    }
    const std::string journal = text_of(path + ".journal");
    for (std::size_t cut = 0; cut <= journal.size(); cut += 7) {
        std::ofstream(path + ".journal", std::ios::binary) << journal.substr(0, cut);
        const auto loaded = SimulatedQuickBooks::load(path, desk.options());
        CAPTURE(cut);
        REQUIRE(loaded);
        const auto whole = std::count_if(sizes.begin() + 1, sizes.end(),
                                         [&](std::size_t size) { return size <= cut; });
        CHECK((*loaded)->count("CustomerRet") == static_cast<std::size_t>(whole));
    }
}

TEST_CASE("a journal with a damaged change is refused, not half believed")
{
    const Folder folder;
    const std::string path = folder.file("books.xml");
    Desk desk;
    desk.quickbooks->save_to(path);
    desk.ask(add("Arthur"));
    std::string journal = text_of(path + ".journal");
    journal[journal.find("Arthur")] = 'B';
    std::ofstream(path + ".journal", std::ios::binary) << journal;
    const auto loaded = SimulatedQuickBooks::load(path, desk.options());
    REQUIRE_FALSE(loaded);
    CHECK_THAT(loaded.error().text(), Catch::Contains("is damaged: restore the books"));
}

TEST_CASE("opened again, books go on with their journal")
{
    const Folder folder;
    const std::string path = folder.file("books.xml");
    {
        Desk desk;
        desk.quickbooks->save_to(path);
        desk.ask(add("A"));
    }
    const std::string whole = text_of(path);
    {
        Desk again = opened(path);
        again.quickbooks->save_to(path);
        again.ask(add("B"));
    }
    CHECK(text_of(path) == whole);
    CHECK(opened(path).quickbooks->count("CustomerRet") == 2);
}

TEST_CASE("a journal that a death cut off is folded in, one of an older file is not read")
{
    const Folder folder;
    const std::string path = folder.file("books.xml");
    std::string old_journal;
    {
        Desk desk;
        desk.quickbooks->save_to(path);
        desk.ask(add("A"));
        old_journal = text_of(path + ".journal");
    }
    std::ofstream(path + ".journal", std::ios::binary) << old_journal << "change 99 1";
    opened(path).quickbooks->save_to(path);
    CHECK(text_of(path + ".journal") == "journal of generation 2\n");
    CHECK(text_of(path).find("<Name>A</Name>") != std::string::npos);

    // As if death had come between the new file and the end of its old journal.
    std::ofstream(path + ".journal", std::ios::binary) << old_journal;
    CHECK(opened(path).quickbooks->count("CustomerRet") == 1);
}

TEST_CASE("a journal that has grown long is folded in by itself")
{
    const Folder folder;
    const std::string path = folder.file("books.xml");
    Desk desk;
    desk.quickbooks->save_to(path);
    const std::string notes(4000, 'n');
    int sets = 0;
    while (text_of(path).size() < 1'000'000 && sets < 1000) {
        desk.ask("<CustomerAddRq><CustomerAdd><Name>C" + std::to_string(++sets) + "</Name><Notes>" +
                 notes + "</Notes></CustomerAdd></CustomerAddRq>");
    }
    CHECK(sets > 100);
    CHECK(sets < 1000);
    CHECK(text_of(path + ".journal") == "journal of generation 2\n");
    CHECK(opened(path).quickbooks->count("CustomerRet") == static_cast<std::size_t>(sets));
}

TEST_CASE("settings of the books are kept")
{
    const Folder folder;
    const std::string path = folder.file("books.xml");
    Desk desk;
    desk.quickbooks->save_to(path);
    auto settings = desk.quickbooks->books().settings();
    settings.closing_date = "2023-12-31";
    settings.closing_password = true;
    settings.multi_user = true;
    settings.set(qbxml::simulator::Feature::classes, false);
    settings.locks = {"80000001-1650000001", "Customer"};
    settings.qbxml_version = "13.0";
    desk.quickbooks->books().change_settings(settings);
    desk.ask(add("A"));  // settings go to the disk with the next message set

    for (int round = 0; round < 2; ++round) {  // from the journal, then from the file
        Desk again = opened(path);
        const auto& kept = again.quickbooks->books().settings();
        CHECK(kept.closing_date == "2023-12-31");
        CHECK(kept.is_closed("2023-12-31"));
        CHECK_FALSE(kept.is_closed("2024-01-01"));
        CHECK(kept.multi_user);
        CHECK_FALSE(kept.has(qbxml::simulator::Feature::classes));
        CHECK(kept.has(qbxml::simulator::Feature::estimates));
        CHECK(kept.locks == settings.locks);
        CHECK(kept.qbxml_version == "13.0");
        again.quickbooks->save(path);
    }
}
