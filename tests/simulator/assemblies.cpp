// Assemblies: what they are built of leaves the stock, what is built comes in.
#include <catch2/catch.hpp>

#include "qbxml/simulator/company_file.h"
#include "tests/simulator/requests.h"

namespace {

using namespace simulator_test;

// A kit of two hinges (10.00 each in stock) and one lock (4.00 each).
Desk desk_with_kit(std::string_view hinges = "20", std::string_view locks = "10")
{
    Desk desk;
    const auto part = [&](std::string_view name, std::string_view count, std::string_view worth) {
        const std::string answer =
            desk.ask("<ItemInventoryAddRq><ItemInventoryAdd><Name>" + std::string(name) +
                     "</Name>" + ref("IncomeAccountRef", "Building Income:Materials") +
                     ref("COGSAccountRef", "Cost of Goods Sold") +
                     ref("AssetAccountRef", "Inventory Asset") + "<QuantityOnHand>" +
                     std::string(count) + "</QuantityOnHand><TotalValue>" + std::string(worth) +
                     "</TotalValue></ItemInventoryAdd></ItemInventoryAddRq>");
        REQUIRE(status_of(answer) == 0);
    };
    part("Kit hinge", hinges, std::to_string(std::stoi(std::string(hinges)) * 10) + ".00");
    part("Kit lock", locks, std::to_string(std::stoi(std::string(locks)) * 4) + ".00");
    const auto of = [](std::string_view item, std::string_view count) {
        return "<ItemInventoryAssemblyLine>" + ref("ItemInventoryRef", item) + "<Quantity>" +
               std::string(count) + "</Quantity></ItemInventoryAssemblyLine>";
    };
    const std::string kit = desk.ask(
        "<ItemInventoryAssemblyAddRq><ItemInventoryAssemblyAdd><Name>Kit</Name>"
        "<SalesPrice>60.00</SalesPrice>" +
        ref("IncomeAccountRef", "Building Income:Materials") +
        ref("COGSAccountRef", "Cost of Goods Sold") + ref("AssetAccountRef", "Inventory Asset") +
        of("Kit hinge", "2") + of("Kit lock", "1") +
        "</ItemInventoryAssemblyAdd></ItemInventoryAssemblyAddRq>");
    REQUIRE(status_of(kit) == 0);
    REQUIRE(faults_of(kit).empty());
    return desk;
}

std::string build(Desk& desk, std::string_view count, std::string_view more = "")
{
    return desk.ask("<BuildAssemblyAddRq><BuildAssemblyAdd>" +
                    ref("ItemInventoryAssemblyRef", "Kit") + "<QuantityToBuild>" +
                    std::string(count) + "</QuantityToBuild>" + std::string(more) +
                    "</BuildAssemblyAdd></BuildAssemblyAddRq>");
}

std::string change(Desk& desk, const std::string& built, std::string_view fields)
{
    return desk.ask("<BuildAssemblyModRq><BuildAssemblyMod><TxnID>" + first(built, "TxnID") +
                    "</TxnID><EditSequence>" + first(built, "EditSequence") + "</EditSequence>" +
                    std::string(fields) + "</BuildAssemblyMod></BuildAssemblyModRq>");
}

// What lies in stock, and what a kit costs.
std::string shelf(Desk& desk)
{
    const auto item = [&](std::string_view name) {
        return desk.ask("<ItemQueryRq><FullName>" + std::string(name) +
                        "</FullName></ItemQueryRq>");
    };
    const std::string kit = item("Kit");
    return first(item("Kit hinge"), "QuantityOnHand") + " hinges, " +
           first(item("Kit lock"), "QuantityOnHand") + " locks, " + first(kit, "QuantityOnHand") +
           " kits at " + first(kit, "AverageCost");
}

void check_books(Desk& desk)
{
    for (const std::string& breach : qbxml::simulator::books_balance(desk.quickbooks->books()))
        FAIL_CHECK(breach);
}

}  // namespace

TEST_CASE("a build takes its components at their cost and brings in the assembly")
{
    Desk desk = desk_with_kit();
    const std::string built = build(desk, "3");
    CHECK(status_of(built) == 0);
    CHECK(faults_of(built).empty());
    CHECK(first(built, "IsPending") == "false");
    CHECK(first(built, "QuantityCanBuild") == "10");
    CHECK(first(built, "QuantityOnHand") == "3");
    CHECK(first(built, "QuantityNeeded") == "6");
    CHECK(shelf(desk) == "14 hinges, 7 locks, 3 kits at 24.00");
    check_books(desk);
}

TEST_CASE("a build is changed, voided and deleted, and the stock follows")
{
    Desk desk = desk_with_kit();
    std::string built = build(desk, "3");
    built = change(desk, built, "<QuantityToBuild>5</QuantityToBuild>");
    CHECK(status_of(built) == 0);
    CHECK(shelf(desk) == "10 hinges, 5 locks, 5 kits at 24.00");
    check_books(desk);
    const std::string other = build(desk, "1");
    CHECK(shelf(desk) == "8 hinges, 4 locks, 6 kits at 24.00");
    CHECK(status_of(desk.ask("<TxnDelRq><TxnDelType>BuildAssembly</TxnDelType><TxnID>" +
                             first(other, "TxnID") + "</TxnID></TxnDelRq>")) == 0);
    CHECK(shelf(desk) == "10 hinges, 5 locks, 5 kits at 24.00");
    CHECK(first(desk.ask("<TxnDeletedQueryRq><TxnDelType>BuildAssembly</TxnDelType>"
                         "</TxnDeletedQueryRq>"),
                "TxnID") == first(other, "TxnID"));
    check_books(desk);
}

TEST_CASE("without enough components a build is pending, or nothing")
{
    Desk desk = desk_with_kit("4", "10");
    CHECK(status_of(build(desk, "3")) == 3180);
    std::string pending = build(desk, "3", "<MarkPendingIfRequired>true</MarkPendingIfRequired>");
    CHECK(status_of(pending) == 0);
    CHECK(first(pending, "IsPending") == "true");
    CHECK(first(pending, "QuantityCanBuild") == "2");
    CHECK(shelf(desk) == "4 hinges, 10 locks, 0 kits at 0.00");

    CHECK(status_of(change(desk, pending, "<RemovePending>true</RemovePending>")) == 3180);
    pending = change(desk, pending, "<QuantityToBuild>2</QuantityToBuild>");
    CHECK(first(pending, "IsPending") == "true");  // until it is told to be built
    pending = change(desk, pending, "<RemovePending>true</RemovePending>");
    CHECK(status_of(pending) == 0);
    CHECK(first(pending, "IsPending") == "false");
    CHECK(shelf(desk) == "0 hinges, 8 locks, 2 kits at 24.00");
    check_books(desk);
}

TEST_CASE("an assembly is sold at what building it has cost")
{
    Desk desk = desk_with_kit();
    build(desk, "4");
    REQUIRE(status_of(desk.ask(customer_add("<Name>A</Name>"))) == 0);
    CHECK(status_of(desk.ask(
              invoice_add(ref("CustomerRef", "A") + line("Kit", "<Quantity>1</Quantity>")))) == 0);
    CHECK(shelf(desk) == "12 hinges, 6 locks, 3 kits at 24.00");
    check_books(desk);
}

TEST_CASE("builds are found by query, and what they move by TransactionQuery")
{
    Desk desk = desk_with_kit();
    build(desk, "1");
    const std::string found = desk.ask("<BuildAssemblyQueryRq/>");
    CHECK(times_in(found, "<BuildAssemblyRet>") == 1);
    const std::string with_components = desk.ask(
        "<BuildAssemblyQueryRq><IncludeComponentLineItems>true</IncludeComponentLineItems>"
        "</BuildAssemblyQueryRq>");
    CHECK(times_in(with_components, "<ComponentItemLineRet>") == 2);
    CHECK(faults_of(with_components).empty());
}
