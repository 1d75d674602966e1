// Custom fields and private values: definitions, values of records, lines and the company.
#include <catch2/catch.hpp>

#include "tests/simulator/requests.h"

using namespace simulator_test;

namespace {

constexpr std::string_view app = "{57F3B9B6-86F1-4FCC-B1EE-566DE1813D20}";

std::string define(std::string_view owner, std::string_view name, std::string_view type,
                   std::string_view objects)
{
    return "<DataExtDefAddRq><DataExtDefAdd><OwnerID>" + std::string(owner) +
           "</OwnerID><DataExtName>" + std::string(name) + "</DataExtName><DataExtType>" +
           std::string(type) + "</DataExtType>" + std::string(objects) +
           "</DataExtDefAdd></DataExtDefAddRq>";
}

std::string assign(std::string_view object)
{
    return "<AssignToObject>" + std::string(object) + "</AssignToObject>";
}

// A DataExtAdd, DataExtMod or DataExtDel of the customer A.
std::string of_a(std::string_view verb, std::string_view owner, std::string_view name,
                 std::string_view value = "")
{
    const std::string request = "DataExt" + std::string(verb);
    std::string text = "<" + request + "Rq><" + request + "><OwnerID>" + std::string(owner) +
                       "</OwnerID><DataExtName>" + std::string(name) +
                       "</DataExtName><ListDataExtType>Customer</ListDataExtType><ListObjRef>"
                       "<FullName>A</FullName></ListObjRef>";
    if (verb != "Del") text += "<DataExtValue>" + std::string(value) + "</DataExtValue>";
    return text + "</" + request + "></" + request + "Rq>";
}

std::string a_with(Desk& desk, std::string_view owner)
{
    return desk.ask("<CustomerQueryRq><FullName>A</FullName><OwnerID>" + std::string(owner) +
                    "</OwnerID></CustomerQueryRq>");
}

}  // namespace

TEST_CASE("a private value is defined, written, read by its owner alone, changed and deleted")
{
    Desk desk = desk_with_a();
    const std::string before = a_with(desk, app);
    const std::string defined = desk.ask(define(app, "Score", "INTTYPE", assign("Customer")));
    CHECK(status_of(defined) == 0);
    CHECK(faults_of(defined) == "");

    *desk.clock += 60;
    const std::string added = desk.ask(of_a("Add", app, "Score", "7"));
    CHECK(status_of(added) == 0);
    CHECK(first(added, "DataExtType") == "INTTYPE");
    CHECK(faults_of(added) == "");
    CHECK(first(a_with(desk, app), "DataExtValue") == "7");
    CHECK(first(a_with(desk, "0"), "DataExtValue") == "");
    // It counts as a change of the customer.
    CHECK(first(a_with(desk, app), "EditSequence") != first(before, "EditSequence"));

    CHECK(status_of(desk.ask(of_a("Mod", app, "score", "8"))) == 0);
    CHECK(first(a_with(desk, app), "DataExtValue") == "8");
    const std::string deleted = desk.ask(of_a("Del", app, "Score"));
    CHECK(status_of(deleted) == 0);
    CHECK(faults_of(deleted) == "");
    CHECK(first(a_with(desk, app), "DataExtValue") == "");
    CHECK(status_of(desk.ask(of_a("Del", app, "Score"))) == 3120);
    CHECK(status_of(desk.ask(of_a("Mod", app, "Score", "9"))) == 3120);
}

TEST_CASE("what a value is refused for")
{
    struct Row {
        const char* type;
        std::string value;
        int status;
    };
    const auto row = GENERATE(values<Row>({
        {"INTTYPE", "12", 0},
        {"INTTYPE", "-12", 0},
        {"INTTYPE", "1.5", 3085},
        {"AMTTYPE", "10.25", 0},
        {"AMTTYPE", "ten", 3040},
        {"PRICETYPE", "x", 3045},
        {"PERCENTTYPE", "x", 3050},
        {"QUANTYPE", "2.5", 0},
        {"QUANTYPE", "x", 3060},
        {"DATETIMETYPE", "2024-02-29", 0},
        {"DATETIMETYPE", "yesterday", 3020},
        {"STR255TYPE", std::string(255, 'x'), 0},
        {"STR255TYPE", std::string(256, 'x'), 3070},
        {"STR1024TYPE", std::string(1024, 'x'), 0},
        {"STR1024TYPE", std::string(1025, 'x'), 3070},
        {"STR255TYPE", "", 3190},
    }));
    CAPTURE(row.type, row.value);
    Desk desk = desk_with_a();
    REQUIRE(status_of(desk.ask(define(app, "V", row.type, assign("Customer")))) == 0);
    CHECK(status_of(desk.ask(of_a("Add", app, "V", row.value))) == row.status);
}

TEST_CASE("no definition, no value: 3121")
{
    Desk desk = desk_with_a();
    CHECK(status_of(desk.ask(of_a("Add", app, "Nothing", "1"))) == 3121);
    CHECK(status_of(desk.ask(of_a("Add", "0", "Birch or oak", "oak"))) == 3121);  // of items
    REQUIRE(status_of(desk.ask(define(app, "V", "INTTYPE", assign("Vendor")))) == 0);
    CHECK(status_of(desk.ask(of_a("Add", app, "V", "1"))) == 3121);
}

TEST_CASE("an object holds 4096 bytes of private data and no more")
{
    Desk desk = desk_with_a();
    for (const char* name : {"V1", "V2", "V3", "V4", "V5"}) {
        desk.ask(define(app, name, "STR1024TYPE", assign("Customer")));
    }
    for (const char* name : {"V1", "V2", "V3", "V4"}) {
        CHECK(status_of(desk.ask(of_a("Add", app, name, std::string(1024, 'x')))) == 0);
    }
    CHECK(status_of(desk.ask(of_a("Add", app, "V5", "x"))) == 3180);
    CHECK(times_in(a_with(desk, app), "<DataExtValue>") == 4);
}

TEST_CASE("public custom fields: where they may be and how many")
{
    Desk desk;
    CHECK(status_of(desk.ask(define("0", "F", "STR255TYPE", assign("Invoice")))) == 3351);
    CHECK(status_of(desk.ask(define("0", "F", "INTTYPE", assign("Customer")))) == 3330);
    CHECK(status_of(desk.ask(define("0", "gate code", "STR255TYPE", assign("Vendor")))) == 3352);
    CHECK(status_of(desk.ask(define("0", "Gate code", "STR255TYPE", assign("Customer")))) == 3100);
    int made = 0;  // two of the seven are there
    while (status_of(desk.ask(
               define("0", "F" + std::to_string(made), "STR255TYPE", assign("Customer")))) == 0) {
        REQUIRE(++made < 20);
    }
    CHECK(made == 5);
    CHECK(status_of(desk.ask(define("0", "F9", "STR255TYPE", assign("Customer")))) == 3350);
    CHECK(status_of(desk.ask(define("0", "F9", "STR255TYPE", assign("Item")))) == 0);
}

TEST_CASE("definitions are asked for by owner or by object")
{
    struct Row {
        const char* filter;
        int status, found;
    };
    const auto row = GENERATE(values<Row>({
        {"", 1, 0},  // though there are some
        {"<OwnerID>0</OwnerID>", 0, 3},
        {"<OwnerID>{57F3B9B6-86F1-4FCC-B1EE-566DE1813D20}</OwnerID>", 0, 1},
        {"<OwnerID>0</OwnerID><OwnerID>{57f3b9b6-86f1-4fcc-b1ee-566de1813d20}</OwnerID>", 0, 4},
        {"<AssignToObject>Customer</AssignToObject>", 0, 3},
        {"<AssignToObject>Check</AssignToObject>", 1, 0},
    }));
    CAPTURE(row.filter);
    Desk desk;
    desk.ask(define(app, "Score", "INTTYPE", assign("Customer")));
    const std::string answer =
        desk.ask("<DataExtDefQueryRq>" + std::string(row.filter) + "</DataExtDefQueryRq>");
    CHECK(status_of(answer) == row.status);
    CHECK(times_in(answer, "<DataExtDefRet>") == row.found);
    CHECK(faults_of(answer) == "");
}

TEST_CASE("a definition is renamed and its values with it; deleted, they are gone")
{
    Desk desk = desk_with_a();
    REQUIRE(status_of(desk.ask(of_a("Add", "0", "Gate code", "0815"))) == 0);
    const std::string sequence = first(a_with(desk, "0"), "EditSequence");
    const std::string renamed = desk.ask(
        "<DataExtDefModRq><DataExtDefMod><OwnerID>0</OwnerID><DataExtName>Gate code</DataExtName>"
        "<DataExtNewName>Key box</DataExtNewName><AssignToObject>Vendor</AssignToObject>"
        "</DataExtDefMod></DataExtDefModRq>");
    CHECK(status_of(renamed) == 0);
    CHECK(times_in(renamed, "<AssignToObject>") == 2);
    CHECK(faults_of(renamed) == "");
    CHECK(first(a_with(desk, "0"), "DataExtName") == "Key box");
    CHECK(first(a_with(desk, "0"), "EditSequence") == sequence);

    const std::string gone = desk.ask(
        "<DataExtDefDelRq><OwnerID>0</OwnerID><DataExtName>Key box</DataExtName>"
        "</DataExtDefDelRq>");
    CHECK(status_of(gone) == 0);
    CHECK(faults_of(gone) == "");
    CHECK(times_in(a_with(desk, "0"), "<DataExtRet>") == 0);
    CHECK(status_of(desk.ask(of_a("Mod", "0", "Key box", "1"))) == 3121);

    // Made again, it takes no value: seen of the real one.
    CHECK(status_of(desk.ask(define("0", "Key box", "STR255TYPE", assign("Customer")))) == 0);
    CHECK(status_of(desk.ask(of_a("Add", "0", "Key box", "1"))) == 3180);
}

TEST_CASE("lines of a transaction and the company itself hold values")
{
    Desk desk = desk_with_a();
    const std::string added =
        desk.ask(invoice_add(ref("CustomerRef", "A") + line("Hinge", "<Quantity>1</Quantity>")));
    const std::string id = first(added, "TxnID");
    const std::string set = desk.ask(
        "<DataExtAddRq><DataExtAdd><OwnerID>0</OwnerID><DataExtName>Birch or oak</DataExtName>"
        "<TxnDataExtType>Invoice</TxnDataExtType><TxnID>" +
        id + "</TxnID><TxnLineID>" + first(added, "TxnLineID") +
        "</TxnLineID><DataExtValue>oak</DataExtValue></DataExtAdd></DataExtAddRq>");
    CHECK(status_of(set) == 0);
    const std::string shown =
        desk.ask("<InvoiceQueryRq><TxnID>" + id +
                 "</TxnID><IncludeLineItems>true</IncludeLineItems><OwnerID>0</OwnerID>"
                 "</InvoiceQueryRq>");
    CHECK(first(shown, "DataExtValue") == "oak");
    CHECK(shown.find("<DataExtRet>") < shown.find("</InvoiceLineRet>"));
    CHECK(faults_of(shown) == "");
    CHECK(status_of(desk.ask("<DataExtAddRq><DataExtAdd><OwnerID>0</OwnerID><DataExtName>Birch or "
                             "oak</DataExtName><TxnDataExtType>Invoice</TxnDataExtType><TxnID>" +
                             id +
                             "</TxnID><TxnLineID>FFFF-1</TxnLineID><DataExtValue>oak"
                             "</DataExtValue></DataExtAdd></DataExtAddRq>")) == 3120);

    desk.ask(define(app, "Site", "STR255TYPE", assign("Company")));
    const std::string of_company =
        "<DataExtAddRq><DataExtAdd><OwnerID>" + std::string(app) +
        "</OwnerID><DataExtName>Site</DataExtName><OtherDataExtType>Company</OtherDataExtType>"
        "<DataExtValue>HQ</DataExtValue></DataExtAdd></DataExtAddRq>";
    CHECK(status_of(desk.ask(of_company)) == 0);
    const std::string company =
        desk.ask("<CompanyQueryRq><OwnerID>" + std::string(app) + "</OwnerID></CompanyQueryRq>");
    CHECK(times_in(company, "<DataExtValue>HQ</DataExtValue>") == 1);
    CHECK(faults_of(company) == "");
}

TEST_CASE("a macro names the transaction that a DataExtAdd of the same message set is for")
{
    Desk desk = desk_with_a();
    const auto add = [](std::string_view macro, std::string_view customer) {
        return "<InvoiceAddRq><InvoiceAdd defMacro=\"" + std::string(macro) + "\">" +
               ref("CustomerRef", customer) + line("Hinge", "<Quantity>1</Quantity>") +
               "</InvoiceAdd></InvoiceAddRq>";
    };
    const auto set = [](std::string_view macro) {
        return "<DataExtAddRq><DataExtAdd><OwnerID>0</OwnerID><DataExtName>Gate code</DataExtName>"
               "<TxnDataExtType>Invoice</TxnDataExtType><TxnID useMacro=\"" +
               std::string(macro) +
               "\"/><DataExtValue>12</DataExtValue></DataExtAdd></DataExtAddRq>";
    };
    const std::string answer =
        desk.ask(add("TxnID:a", "A") + add("TxnID:b", "Nobody") + set("TxnID:a") + set("TxnID:b"),
                 "onError=\"continueOnError\"");
    const auto answered = read(answer);
    const auto& responses = answered.responses();
    REQUIRE(responses.size() == 4);
    CHECK(responses[0].status_code == 0);
    CHECK(responses[1].status_code == 3140);
    CHECK(responses[2].status_code == 0);
    CHECK(responses[3].status_code == 9103);
    CHECK(first(desk.ask("<InvoiceQueryRq><OwnerID>0</OwnerID></InvoiceQueryRq>"),
                "DataExtValue") == "12");
}
