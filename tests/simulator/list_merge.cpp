// Two records of a list made one.
#include <catch2/catch.hpp>

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "qbxml/simulator/company_file.h"
#include "tests/simulator/requests.h"

using namespace simulator_test;

namespace {

std::string merge(Desk& desk, std::string_view type, std::string_view from, std::string_view into,
                  std::string_view more = "")
{
    const auto key = [&](std::string_view name) {
        const std::string found =
            desk.ask("<" + std::string(type) + "QueryRq><FullName>" + std::string(name) +
                     "</FullName></" + std::string(type) + "QueryRq>");
        return "<ListID>" + first(found, "ListID") + "</ListID><EditSequence>" +
               first(found, "EditSequence") + "</EditSequence>";
    };
    return "<ListMergeRq><ListMergeType>" + std::string(type) + "</ListMergeType><MergeFrom>" +
           key(from) + "</MergeFrom><MergeTo>" + key(into) + "</MergeTo>" + std::string(more) +
           "</ListMergeRq>";
}

}  // namespace

TEST_CASE("a customer merged into another takes its invoices and its balance along")
{
    Desk desk = desk_with_a();
    desk.ask(customer_add("<Name>B</Name>"));
    const std::string added = desk.ask(invoice_add(
        ref("CustomerRef", "B") + line("Design", "<Quantity>1</Quantity><Rate>10.00</Rate>")));
    REQUIRE(status_of(added) == 0);
    const std::string balance = customer(desk, "B", "Balance");
    const std::string b = customer(desk, "B", "ListID");
    *desk.clock += 60;

    const std::string answer = desk.ask(merge(desk, "Customer", "B", "A"));
    REQUIRE(status_of(answer) == 0);
    CHECK(faults_of(answer) == "");
    CHECK(times_in(answer, "<ListID>" + b + "</ListID>") == 1);
    CHECK(customer(desk, "A", "Balance") == balance);
    CHECK(customer(desk, "A", "TotalBalance") == balance);
    CHECK(customer(desk, "A", "EditSequence") == std::to_string(noon + 60));
    CHECK(status_of(desk.ask("<CustomerQueryRq><FullName>B</FullName></CustomerQueryRq>")) == 500);
    const std::string shown = invoice(desk, first(added, "TxnID"));
    CHECK(times_in(shown, "<FullName>A</FullName>") == 1);
    CHECK(times_in(shown, b) == 0);
    CHECK(first(shown, "EditSequence") == first(added, "EditSequence"));
    CHECK(times_in(desk.ask("<ListDeletedQueryRq><ListDelType>Customer</ListDelType>"
                            "</ListDeletedQueryRq>"),
                   b) == 1);
}

TEST_CASE("books still balance after merges, also when they come back from the journal")
{
    std::string folder = (std::filesystem::temp_directory_path() / "books-XXXXXX").string();
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    const std::string path = folder + "/books.xml";
    Desk desk(20, 120);
    desk.quickbooks->save_to(path);
    CHECK(books_balance(desk.quickbooks->books()) == std::vector<std::string>{});
    const std::string more = "<SameShipAddrOk>true</SameShipAddrOk>";
    // The first customer without jobs whose name needs no escape.
    desk.ask(customer_add("<Name>A</Name>"));
    std::vector<std::string> names;
    for (const auto& record :
         desk.quickbooks->books().records(*qbxml::simulator::kind_of("Customer"))) {
        const std::string& name = record->full_name();
        const bool plain = std::all_of(name.begin(), name.end(),
                                       [](char c) { return c > 0 && c != '&' && c != ':'; });
        if (plain && name != "A") names.push_back(name);
    }
    const bool merged = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return status_of(desk.ask(merge(desk, "Customer", name, "A", more))) == 0;
    });
    CHECK(merged);
    CHECK(status_of(desk.ask(merge(desk, "ItemInventory", "Hinge", "Lockset"))) == 0);
    CHECK(status_of(desk.ask(
              merge(desk, "Account", "Building Income:Design", "Building Income:Labour"))) == 0);
    CHECK(books_balance(desk.quickbooks->books()) == std::vector<std::string>{});

    Desk again;
    again.quickbooks = qbxml::simulator::SimulatedQuickBooks::load(path, again.options()).value();
    CHECK(books_balance(again.quickbooks->books()) == std::vector<std::string>{});
    std::filesystem::remove_all(folder);
}

TEST_CASE("a class is merged wherever it stands")
{
    Desk desk;
    desk.ask(
        "<VendorAddRq><VendorAdd><Name>V</Name><ClassRef><FullName>Repair</FullName>"
        "</ClassRef></VendorAdd></VendorAddRq>");
    REQUIRE(status_of(desk.ask(merge(desk, "Class", "Repair", "Overhead"))) == 0);
    CHECK(times_in(desk.ask("<VendorQueryRq><FullName>V</FullName></VendorQueryRq>"),
                   "<FullName>Overhead</FullName>") == 1);
}

TEST_CASE("what a merge is refused for")
{
    Desk desk = desk_with_a();
    desk.ask(customer_add("<Name>B</Name><ShipAddress><Addr1>Elsewhere</Addr1></ShipAddress>"));
    desk.ask(customer_add("<Name>Job</Name>" + ref("ParentRef", "B")));
    const auto status = [&](const std::string& request) { return status_of(desk.ask(request)); };

    CHECK(status(merge(desk, "Customer", "A", "A")) == 3500);
    CHECK(status(merge(desk, "Customer", "B", "A")) == 3500);  // it has a job
    CHECK(status(merge(desk, "Account", "Checking", "Office Rent")) == 3500);
    CHECK(status(merge(desk, "Account", "Accounts Payable", "Accounts Payable")) == 3500);
    CHECK(status(merge(desk, "Customer", "A", "B")) == 3500);  // the ship-to addresses differ
    CHECK(status(merge(desk, "Customer", "A", "B", "<SameShipAddrOk>true</SameShipAddrOk>")) == 0);
    CHECK(status("<ListMergeRq><ListMergeType>Vendor</ListMergeType><MergeFrom><ListID>80000001-1"
                 "</ListID><EditSequence>1</EditSequence></MergeFrom><MergeTo><ListID>80000001-1"
                 "</ListID><EditSequence>1</EditSequence></MergeTo></ListMergeRq>") == 3240);
    std::string stale = merge(desk, "Class", "Repair", "Overhead");
    stale.insert(stale.find("</EditSequence>"), "1");
    CHECK(status(stale) == 3200);
}
