#include "qbxml/company_facts.h"

#include <catch2/catch.hpp>

#include <string>

using namespace qbxml;

namespace {

const std::string owner = "{57F3B9B6-86F1-4FCC-B1FF-966DE1813D20}";

CompanyFacts facts_of(std::string responses, std::string_view owner_id = owner)
{
    const auto set = ResponseSet::read("<?xml version=\"1.0\" ?>\n<QBXML><QBXMLMsgsRs>" +
                                       std::move(responses) + "</QBXMLMsgsRs></QBXML>\n");
    REQUIRE((set ? "" : set.error().text()) == "");
    return company_facts(*set, owner_id);
}

const std::string host =
    "<HostQueryRs requestID=\"0\" statusCode=\"0\"><HostRet>"
    "<ProductName>QuickBooks Enterprise Solutions 24.0</ProductName>"
    "<MajorVersion>34</MajorVersion><MinorVersion>0</MinorVersion><Country>CA</Country>"
    "<SupportedQBXMLVersion>1.0</SupportedQBXMLVersion>"
    "<SupportedQBXMLVersion>CA2.0</SupportedQBXMLVersion>"
    "<SupportedQBXMLVersion>16.0</SupportedQBXMLVersion>"
    "<IsAutomaticLogin>true</IsAutomaticLogin><QBFileMode>MultiUser</QBFileMode>"
    "</HostRet></HostQueryRs>";

const std::string company =
    "<CompanyQueryRs requestID=\"1\" statusCode=\"0\"><CompanyRet>"
    "<IsSampleCompany>true</IsSampleCompany><CompanyName>Rock Castle &amp; Fils</CompanyName>"
    "<LegalCompanyName>Rock Castle Inc.</LegalCompanyName>"
    "<DataExtRet><OwnerID>{00000000-0000-0000-0000-000000000001}</OwnerID>"
    "<DataExtName>FileID</DataExtName><DataExtType>STR255TYPE</DataExtType>"
    "<DataExtValue>{of another application}</DataExtValue></DataExtRet>"
    "<DataExtRet><OwnerID>{57f3b9b6-86f1-4fcc-b1ff-966de1813d20}</OwnerID>"
    "<DataExtName>AppLock</DataExtName><DataExtType>STR255TYPE</DataExtType>"
    "<DataExtValue>LOCKED:PC:638000000000000000</DataExtValue></DataExtRet>"
    "<DataExtRet><OwnerID>{57f3b9b6-86f1-4fcc-b1ff-966de1813d20}</OwnerID>"
    "<DataExtName>FileID</DataExtName><DataExtType>STR255TYPE</DataExtType>"
    "<DataExtValue>{0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0}</DataExtValue></DataExtRet>"
    "</CompanyRet></CompanyQueryRs>";

const std::string preferences =
    "<PreferencesQueryRs requestID=\"2\" statusCode=\"0\"><PreferencesRet>"
    "<MultiCurrencyPreferences><IsMultiCurrencyOn>true</IsMultiCurrencyOn>"
    "<HomeCurrencyRef><ListID>1</ListID><FullName>Canadian Dollar</FullName></HomeCurrencyRef>"
    "</MultiCurrencyPreferences></PreferencesRet></PreferencesQueryRs>";

}  // namespace

TEST_CASE("host, company and preferences are read from what QBWC brings first")
{
    const CompanyFacts facts = facts_of(host + company + preferences);
    CHECK(facts.knows_host());
    CHECK(facts.product == "QuickBooks Enterprise Solutions 24.0");
    CHECK(facts.country == "CA");
    CHECK(facts.major_version == "34");
    CHECK(facts.minor_version == "0");
    CHECK(facts.supported_versions == std::vector<std::string>{"1.0", "CA2.0", "16.0"});
    CHECK(facts.file_mode == "MultiUser");
    CHECK(facts.automatic_login);

    CHECK(facts.knows_company());
    CHECK(facts.company_name == "Rock Castle & Fils");
    CHECK(facts.legal_name == "Rock Castle Inc.");
    CHECK(facts.sample_company);
    CHECK(facts.file_id == "{0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0}");

    CHECK(facts.multi_currency);
    CHECK(facts.home_currency == "Canadian Dollar");
}

TEST_CASE("the order of the answers does not matter")
{
    const CompanyFacts facts = facts_of(preferences + company + host);
    CHECK(facts.product == "QuickBooks Enterprise Solutions 24.0");
    CHECK(facts.company_name == "Rock Castle & Fils");
    CHECK(facts.multi_currency);
}

TEST_CASE("each of the three may be missing, refused or bare")
{
    CHECK_FALSE(facts_of(company).knows_host());
    CHECK(facts_of(company).knows_company());
    CHECK_FALSE(facts_of(host).knows_company());
    CHECK_FALSE(facts_of("").knows_host());

    const CompanyFacts bare = facts_of(
        "<HostQueryRs statusCode='0'><HostRet/></HostQueryRs>"
        "<CompanyQueryRs statusCode='3220' statusSeverity='Error'/>"
        "<PreferencesQueryRs statusCode='0'><PreferencesRet><MultiCurrencyPreferences>"
        "<IsMultiCurrencyOn>false</IsMultiCurrencyOn></MultiCurrencyPreferences></PreferencesRet>"
        "</PreferencesQueryRs>");
    CHECK_FALSE(bare.knows_host());
    CHECK_FALSE(bare.knows_company());
    CHECK_FALSE(bare.automatic_login);
    CHECK_FALSE(bare.multi_currency);
    CHECK(bare.home_currency.empty());
}

TEST_CASE("a file that another application was added to is not stamped for us")
{
    CHECK(facts_of(company, "{11111111-1111-1111-1111-111111111111}").file_id.empty());
    CHECK(facts_of(company, "").file_id.empty());
    CHECK(facts_of(company, "{57F3b9b6-86F1-4FCC-B1FF-966DE1813D20}").file_id ==
          "{0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0}");
}

TEST_CASE("three queries ask for the facts")
{
    const std::vector<Node> expected = {
        {.name = "HostQueryRq"},
        {.name = "CompanyQueryRq", .children = {{.name = "OwnerID", .text = owner}}},
        {.name = "PreferencesQueryRq"},
    };
    CHECK(company_facts_requests(owner) == expected);
}
