#include "qbxml/grammar/history.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "qbxml/check.h"
#include "qbxml/explain.h"
#include "qbxml/grammar/grammar.h"

using namespace qbxml;
using grammar::past_element;

namespace {

std::string faults_in(const std::string& contents, const std::string& version)
{
    std::string out;
    const auto check = check_document("<?xml version=\"1.0\"?>\n<?qbxml version=\"" + version +
                                          "\"?>\n<QBXML>" + contents + "</QBXML>",
                                      Version::parse(version), Edition::any);
    for (const auto& each : check.faults)
        out += each.fault.rule + " " + each.fault.path + ": " + each.fault.suggestion + "\n";
    return out;
}

std::string answer(const std::string& vendor)
{
    return "<QBXMLMsgsRs><VendorQueryRs statusCode=\"0\" statusSeverity=\"Info\" "
           "statusMessage=\"OK\"><VendorRet><ListID>1-1</ListID>" +
           vendor + "</VendorRet></VendorQueryRs></QBXMLMsgsRs>";
}

}  // namespace

TEST_CASE("what stood in the language once is told with the versions that had it")
{
    const auto* tax = past_element("BillRet", "Tax1Total");
    REQUIRE(tax);
    CHECK(tax->type == "AMTTYPE");
    CHECK(tax->first == Version{5, 0});
    CHECK(tax->last == Version{5, 0});
    CHECK(tax->known_to({5, 0}));
    CHECK_FALSE(tax->known_to({6, 0}));
    CHECK_FALSE(past_element("BillRet", "Tax3Total"));
    CHECK_FALSE(past_element("CustomerRet", "Tax1Total"));
    CHECK_FALSE(past_element("", "Tax1Total"));
    CHECK_FALSE(past_element("Bill", "Tax1Total"));
}

TEST_CASE("no element of the past is one that its place has today")
{
    CHECK(grammar::past_elements().size() > 50);
    for (const auto& past : grammar::past_elements()) {
        CAPTURE(past.name, past.owners);
        CHECK(past.first <= past.last);
        CHECK(past.last < newest_version);
        CHECK((past.type == "{}" || grammar::type(past.type)));
        std::istringstream owners{std::string(past.owners)};
        for (std::string owner; owners >> owner;) {
            CAPTURE(owner);
            const auto* today = grammar::owner(owner);
            CHECK((!today || !today->find(past.name)));
        }
    }
    // A name may have gone from one place and stand in another.
    CHECK(past_element("BillAdd", "AmountIncludesVAT"));
    CHECK_FALSE(grammar::owner("BillAdd")->find("AmountIncludesVAT"));
}

TEST_CASE("an answer of an old QuickBooks may have what was gone later, a request may not")
{
    const std::string old = "<BusinessNumber>123</BusinessNumber>";
    CHECK(faults_in(answer(old), "5.0") == "");
    CHECK(faults_in(answer(old), "13.0") ==
          "unknown VendorQueryRs/VendorRet/BusinessNumber: leave it out: qbXML 5.0 was the last "
          "that had it\n");
    CHECK(faults_in(answer("<BusinessNumbers>123</BusinessNumbers>"), "5.0") != "");
    CHECK(faults_in("<QBXMLMsgsRq onError=\"stopOnError\"><VendorAddRq><VendorAdd><Name>A</Name>" +
                        old + "</VendorAdd></VendorAddRq></QBXMLMsgsRq>",
                    "5.0") ==
          "unknown VendorAddRq/VendorAdd/BusinessNumber: leave it out: qbXML 5.0 was the last that "
          "had it\n");
}

TEST_CASE("no value of the past is one that its enumeration has today")
{
    CHECK(grammar::past_values().size() == 18);
    for (const auto& past : grammar::past_values()) {
        CAPTURE(past.enumeration, past.value);
        CHECK(past.first <= past.last);
        CHECK(past.last < newest_version);
        const auto all = grammar::enumerations();
        const auto today = std::ranges::find(all, past.enumeration, &grammar::Enumeration::name);
        REQUIRE(today != all.end());
        CHECK_FALSE(today->find(past.value));
        CHECK(grammar::past_value(past.enumeration, past.value) == &past);
    }
    CHECK_FALSE(grammar::past_value("ListDelType", "Account"));
    CHECK_FALSE(grammar::past_value("TxnDelType", "TaxCode"));
}

TEST_CASE("an answer of an old QuickBooks may have a value that was gone later")
{
    const std::string deleted =
        "<QBXMLMsgsRs><ListDeletedQueryRs statusCode=\"0\" statusSeverity=\"Info\" "
        "statusMessage=\"OK\"><ListDeletedRet><ListDelType>TaxCode</ListDelType><ListID>1-1</"
        "ListID>"
        "<TimeCreated>2006-01-01T09:00:00</TimeCreated>"
        "<TimeDeleted>2006-01-02T09:00:00</TimeDeleted></ListDeletedRet></ListDeletedQueryRs>"
        "</QBXMLMsgsRs>";
    CHECK(faults_in(deleted, "5.0") == "");
    CHECK(
        faults_in(deleted, "13.0") ==
        "enum ListDeletedQueryRs/ListDeletedRet/ListDelType: give one of the values: qbXML 5.0 was "
        "the last that had it\n");
    CHECK(
        faults_in("<QBXMLMsgsRq onError=\"stopOnError\"><ListDelRq><ListDelType>TaxCode"
                  "</ListDelType><ListID>1-1</ListID></ListDelRq></QBXMLMsgsRq>",
                  "5.0") ==
        "enum ListDelRq/ListDelType: give one of the values: qbXML 5.0 was the last that had it\n");
}

TEST_CASE("explain tells of what is gone")
{
    const auto words = explain("ListEventType");
    REQUIRE(words);
    CHECK(words->find("Currency (until 5.0)") != std::string::npos);
    const auto page = explain("VendorAdd/BusinessNumber");
    REQUIRE_FALSE(page);
    CHECK(page.error().what.find("qbXML 5.0 was the last that had it") != std::string::npos);
}
