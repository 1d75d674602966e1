// The .qwc file: its text, and what QBWC would refuse in it.
#include <catch2/catch.hpp>

#include "server/service/companies.h"
#include "server/service/qwc.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using Catch::Contains;
using service::make_qwc;
using service::QwcWish;

namespace {

const QwcWish plain{.url = "https://books.example.com/qbwc"};

}  // namespace

TEST_CASE("the plain file")
{
    const auto qwc = make_qwc(maple_company(), plain);
    CHECK(qwc.faults.empty());
    CHECK(qwc.warnings.empty());
    CHECK(qwc.text == R"(<?xml version="1.0"?>
<QBWCXML>
  <AppName>qbwcd - Maple &amp; Pine Joinery</AppName>
  <AppID></AppID>
  <AppURL>https://books.example.com/qbwc</AppURL>
  <AppDescription>Exchanges data with QuickBooks</AppDescription>
  <AppSupport>https://books.example.com/support</AppSupport>
  <UserName>qbwc-maple</UserName>
  <OwnerID>{5A1C0000-0000-4000-8000-000000000001}</OwnerID>
  <FileID>{5A1C0000-0000-4000-8000-00000000000A}</FileID>
  <QBType>QBFS</QBType>
</QBWCXML>
)");
}

TEST_CASE("everything that can be asked for")
{
    const auto qwc = make_qwc(maple_company(), {.url = "https://books.example.com:8440/qbwc",
                                                .support_url = "https://books.example.com/help",
                                                .cert_url = "https://books.example.com/certificate",
                                                .app_name = "Workshop <2>",
                                                .display_name = "Workshop",
                                                .unique_name = "workshop-2",
                                                .description = "Invoices & payments",
                                                .auth_flags = "0xF",
                                                .style = "DocWrapped",
                                                .unattended = "umpRequired",
                                                .personal_data = "pdpNotNeeded",
                                                .notify = true,
                                                .every_minutes = 30});
    CHECK(qwc.faults.empty());
    CHECK(qwc.text == R"(<?xml version="1.0"?>
<QBWCXML>
  <AppName>Workshop &lt;2&gt;</AppName>
  <AppID></AppID>
  <AppURL>https://books.example.com:8440/qbwc</AppURL>
  <AppDescription>Invoices &amp; payments</AppDescription>
  <AppSupport>https://books.example.com/help</AppSupport>
  <CertURL>https://books.example.com/certificate</CertURL>
  <UserName>qbwc-maple</UserName>
  <OwnerID>{5A1C0000-0000-4000-8000-000000000001}</OwnerID>
  <FileID>{5A1C0000-0000-4000-8000-00000000000A}</FileID>
  <QBType>QBFS</QBType>
  <AppDisplayName>Workshop</AppDisplayName>
  <AppUniqueName>workshop-2</AppUniqueName>
  <AuthFlags>0xF</AuthFlags>
  <Style>DocWrapped</Style>
  <Notify>true</Notify>
  <UnattendedModePref>umpRequired</UnattendedModePref>
  <PersonalDataPref>pdpNotNeeded</PersonalDataPref>
  <Scheduler>
    <RunEveryNMinutes>30</RunEveryNMinutes>
  </Scheduler>
</QBWCXML>
)");
}

TEST_CASE("what QBWC would refuse is named with its code")
{
    struct Row {
        const char* what;
        QwcWish wish;
        const char* fault;
        std::size_t count = 1;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"plain http", {.url = "http://books.example.com/qbwc"}, "QBWC1010"},
        {"no address", {.url = "books.example.com"}, "QBWC1010"},
        {"empty", {.url = ""}, "QBWC1010"},
        {"another scheme", {.url = "ftp://books.example.com"}, "QBWC1010"},
        {"an IP address", {.url = "https://192.0.2.1/qbwc"}, "QBWC1001", 2},
        {"an IPv6 address", {.url = "https://[2001:db8::1]/qbwc"}, "QBWC1001", 2},
        {"support elsewhere",
         {.url = plain.url, .support_url = "https://help.example.com"},
         "QBWC1000"},
        {"support by IP", {.url = plain.url, .support_url = "https://192.0.2.1"}, "QBWC1002"},
        {"support that is none", {.url = plain.url, .support_url = "call us"}, "QBWC1004"},
        {"a certificate page that is none", {.url = plain.url, .cert_url = "x"}, "QBWC1048"},
        {"flags", {.url = plain.url, .auth_flags = "15"}, "QBWC1034"},
        {"style",
         {.url = plain.url, .style = "document"},
         "Style 'document' is not one of Document, DocWrapped, RPC"},
        {"unattended",
         {.url = plain.url, .unattended = "yes"},
         "UnattendedModePref 'yes' is not one of umpRequired, umpOptional"},
        {"personal data",
         {.url = plain.url, .personal_data = "no"},
         "PersonalDataPref 'no' is not one of pdpNotNeeded, pdpOptional, pdpRequired"},
        {"schedule", {.url = plain.url, .every_minutes = -1}, "above 0"},
    }));
    CAPTURE(row.what);
    const auto qwc = make_qwc(maple_company(), row.wish);
    REQUIRE(qwc.faults.size() == row.count);  // /support lies on the same host
    CHECK_THAT(qwc.faults[0], Contains(row.fault));
}

TEST_CASE("ids that are no GUIDs are refused")
{
    auto company = maple_company();
    company.owner_id = "5A1C0000-0000-4000-8000-000000000001";
    company.file_id = "{5A1C0000-0000-4000-8000-00000000000G}";
    const auto qwc = make_qwc(company, plain);
    REQUIRE(qwc.faults.size() == 2);
    CHECK_THAT(qwc.faults[0], Contains("OwnerID") && Contains("QBWC1039"));
    CHECK_THAT(qwc.faults[1], Contains("FileID") && Contains("QBWC1039"));
}

TEST_CASE("localhost may be plain http; what works but is unwise is a warning")
{
    CHECK(make_qwc(maple_company(), {.url = "http://localhost:8440/qbwc"}).faults.empty());
    CHECK(make_qwc(maple_company(), {.url = "HTTP://LOCALHOST/qbwc"}).faults.empty());
    const auto qwc = make_qwc(maple_company(), {.url = plain.url,
                                                .description = std::string(81, 'x'),
                                                .read_only = true,
                                                .every_minutes = 5,
                                                .every_seconds = 5});
    CHECK(qwc.faults.empty());
    CHECK(qwc.warnings.size() == 3);
    CHECK_THAT(qwc.text, Contains("RunEveryNMinutes") && !Contains("RunEveryNSeconds") &&
                             Contains("<IsReadOnly>true</IsReadOnly>"));
}

TEST_CASE("two downloads are the same file, also after a new password")
{
    Town town;
    service::Companies companies(town.clock, town.ids);
    const auto made = companies.create({.slug = "larch", .name = "Larch Ltd"}, town.store).value();
    const auto first = make_qwc(made.company, plain).text;
    CHECK(companies.new_password({"larch"}, town.store).ok());
    const auto later = town.store.read([](store::Tx& tx) { return tx.find_company({"larch"}); });
    CHECK(make_qwc(later.value(), plain).text == first);
}
