// The person in front of QuickBooks.
#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>

#include "qbxml/simulator/bookkeeper.h"
#include "qbxml/simulator/company_file.h"
#include "tests/simulator/requests.h"

using namespace simulator_test;
using namespace qbxml::simulator;
using qbxml::Node;

namespace {

Node fields(const std::vector<std::string>& texts)
{
    return fields_from_texts(texts).value();
}

}  // namespace

TEST_CASE("fields typed as paths become elements")
{
    const Node made = fields({"Name=A", "BillAddress/City=Stowe", "BillAddress/State=VT",
                              "InvoiceLineAdd/Quantity=1", "InvoiceLineAdd[2]/Quantity=2",
                              "InvoiceLineAdd[2]/ItemRef/FullName=Hinge", "Memo=a=b"});
    REQUIRE(made.children.size() == 5);
    CHECK(made.children[1].children.size() == 2);
    CHECK(made.children[3].children.size() == 2);
    CHECK(made.children[4].text == "a=b");
}

TEST_CASE("fields that cannot be read say why")
{
    struct Row {
        const char* text;
        const char* says;
    };
    const auto row = GENERATE(values<Row>({
        {"Name", "path=value"},
        {"=A", "path=value"},
        {"BillAddress//City=A", "has no name"},
        {"InvoiceLineAdd[0]/Amount=1", "no element and number"},
        {"InvoiceLineAdd[x]/Amount=1", "no element and number"},
        {"InvoiceLineAdd[3]/Amount=1", "comes before"},
    }));
    const auto made = fields_from_texts({row.text});
    REQUIRE_FALSE(made);
    CHECK_THAT(made.error().text(), Catch::Contains(row.says));
}

TEST_CASE("a bookkeeper adds, finds, changes, voids, deletes and merges")
{
    Desk desk;
    Bookkeeper keeper(*desk.quickbooks);
    const auto added = keeper.add("Customer", fields({"Name=A", "Phone=1"}));
    REQUIRE(added);
    CHECK(added->status == 0);
    CHECK(keeper.find("Customer", "a")->records.size() == 1);

    *desk.clock += 10;
    const auto changed = keeper.change("Customer", "A", fields({"Phone=2"}));
    REQUIRE(changed);
    CHECK(changed->records.at(0).child("Phone")->text == "2");

    const auto invoiced = keeper.add(
        "Invoice", fields({"CustomerRef/FullName=A", "RefNumber=77",
                           "InvoiceLineAdd/ItemRef/FullName=Hinge", "InvoiceLineAdd/Quantity=2"}));
    REQUIRE(invoiced);
    CHECK(invoiced->status == 0);
    CHECK(keeper.void_txn("Invoice", "77")->status == 0);
    CHECK(keeper.remove("Customer", "A")->status == 3160);
    CHECK(keeper.remove("Invoice", "77")->status == 0);
    CHECK(keeper.add("Customer", fields({"Name=B"}))->status == 0);
    CHECK(keeper.merge("Customer", "B", "A")->status == 0);
    CHECK(keeper.list("Customer")->records.size() == 1);
    CHECK(keeper.remove("Customer", "A")->status == 0);
}

TEST_CASE("an edit by hand leaves the session of the application and its iterators alone")
{
    Desk desk(12);
    const auto page =
        read(desk.ask("<CustomerQueryRq iterator=\"Start\"><MaxReturned>5"
                      "</MaxReturned></CustomerQueryRq>"));
    REQUIRE(Bookkeeper(*desk.quickbooks).add("Vendor", fields({"Name=V"})));
    CHECK(status_of(desk.ask("<CustomerQueryRq iterator=\"Continue\" iteratorID=\"" +
                             page.responses().at(0).iterator_id.value() +
                             "\"><MaxReturned>5</MaxReturned></CustomerQueryRq>")) == 0);
}

TEST_CASE("wishes that are none of QuickBooks'")
{
    Desk desk;
    Bookkeeper keeper(*desk.quickbooks);
    CHECK_THAT(keeper.add("Shoe", fields({"Name=A"})).error().text(),
               Catch::Contains("QuickBooks has no ShoeAdd"));
    CHECK_THAT(keeper.list("Shoe").error().text(), Catch::Contains("QuickBooks has no ShoeQuery"));
    CHECK_THAT(keeper.add("Customer", fields({"Nane=A"})).error().text(), Catch::Contains("Nane"));
    CHECK_THAT(keeper.change("Customer", "Nobody", fields({"Phone=1"})).error().text(),
               Catch::Contains("no such record"));
}

TEST_CASE("a restored backup is as it was, its kept answers too, and says when it was restored")
{
    std::string folder = (std::filesystem::temp_directory_path() / "books-XXXXXX").string();
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    const std::string path = folder + "/books.xml";
    const std::string backup = folder + "/backup.xml";
    const std::string recovery = "onError=\"stopOnError\" newMessageSetID=\"M1\"";
    Desk desk;
    desk.quickbooks->save_to(path);
    desk.ask(customer_add("<Name>Before</Name>"), recovery);
    desk.quickbooks->save(backup);
    desk.ask(customer_add("<Name>After</Name>"));
    desk.ask("", "onError=\"stopOnError\" oldMessageSetID=\"M1\"");

    CHECK_FALSE(SimulatedQuickBooks::restore(backup, path, noon));
    Desk again;
    again.quickbooks = SimulatedQuickBooks::load(path, again.options()).value();
    again.quickbooks->begin_session("");
    CHECK(again.quickbooks->count("CustomerRet") == 1);
    CHECK_THAT(again.ask(customer_add("<Name>Before</Name>"), recovery),
               Catch::Contains("messageSetStatusCode=\"0\""));
    CHECK(again.quickbooks->count("CustomerRet") == 1);
    CHECK(first(again.ask("<CompanyActivityQueryRq/>"), "LastRestoreTime") ==
          "2024-07-01T12:00:00-05:00");
    CHECK(SimulatedQuickBooks::restore(folder + "/none.xml", path, noon));
    std::filesystem::remove_all(folder);
}

TEST_CASE("books know the version of their QuickBooks")
{
    Desk desk;
    BookSettings settings = desk.quickbooks->books().settings();
    settings.qbxml_version = "12.0";
    desk.quickbooks->change_settings(settings);
    auto options = desk.options("");
    SimulatedQuickBooks newest({.customers = 0, .invoices = 0}, options);
    CHECK(newest.options().qbxml_version == "16.0");
}
