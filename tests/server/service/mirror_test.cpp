// Records on their way into the mirror, and made anew when what they name becomes known.
#include <catch2/catch.hpp>

#include "qbxml/json_members.h"
#include "server/service/connections.h"
#include "server/service/lookups.h"
#include "server/service/mirror.h"
#include "server/service/remaking.h"
#include "server/service/sync_settings.h"
#include "tests/support/books.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;
using store::Tx;

namespace {

const std::string invoice =
    "<InvoiceRet><TxnID>1A-1</TxnID><TimeModified>2026-03-02T11:20:00</TimeModified>"
    "<EditSequence>7</EditSequence><CustomerRef><ListID>80-1</ListID><FullName>Ann</FullName>"
    "</CustomerRef><TxnDate>2026-03-02</TxnDate><RefNumber>2051</RefNumber>"
    "<Subtotal>90.00</Subtotal><AppliedAmount>0.00</AppliedAmount>"
    "<BalanceRemaining>90.00</BalanceRemaining><InvoiceLineRet><TxnLineID>1B-1</TxnLineID>"
    "<ItemRef><ListID>90-1</ListID><FullName>Less ten</FullName></ItemRef>"
    "<Amount>-10.00</Amount></InvoiceLineRet></InvoiceRet>";
const std::string discount =
    "<ItemDiscountRet><ListID>90-1</ListID><EditSequence>1</EditSequence><Name>Less ten</Name>"
    "<FullName>Less ten</FullName><IsActive>true</IsActive></ItemDiscountRet>";
const std::string service_item =
    "<ItemServiceRet><ListID>90-1</ListID><EditSequence>2</EditSequence><Name>Less ten</Name>"
    "<FullName>Less ten</FullName><IsActive>true</IsActive></ItemServiceRet>";
const std::string deposit =
    "<DepositRet><TxnID>2A-1</TxnID><EditSequence>7</EditSequence><TxnDate>2026-03-02</TxnDate>"
    "<DepositTotal>5.00</DepositTotal><DepositLineRet><TxnLineID>2B-1</TxnLineID><EntityRef>"
    "<ListID>80-1</ListID><FullName>Ann</FullName></EntityRef><Amount>5.00</Amount>"
    "</DepositLineRet></DepositRet>";
const std::string customer_ann =
    "<CustomerRet><ListID>80-1</ListID><EditSequence>1</EditSequence><Name>Ann</Name>"
    "<FullName>Ann</FullName><IsActive>true</IsActive></CustomerRet>";

std::string at(const std::string& json, std::string_view path)
{
    const auto value = qbxml::json_at(json, path);
    return value ? qbxml::json_plain(*value) : "(nothing)";
}

std::string line_type(Town& town)
{
    const auto json = town.record("invoices", "1A-1");
    const auto lines = qbxml::json_at(json, "lineItems");
    REQUIRE(lines);
    return at(std::string(qbxml::json_elements(*lines).at(0)), "lineType");
}

int remade(Town& town)
{
    int changed = 0;
    for (int n = 0; n < 100; ++n) {
        const auto some = service::remake_some(town.store, town.company(), town.clock.now());
        if (!some.worked) return changed;
        changed += some.changed;
    }
    throw std::logic_error("there is always something left to be made anew");
}

std::vector<std::string> changes(Town& town)
{
    std::vector<std::string> found;
    for (const auto& change : town.store.read([](Tx& tx) { return tx.changes(maple, 0, 100); }))
        found.push_back(change.data_type + ' ' + change.kind);
    return found;
}

}  // namespace

TEST_CASE("a line of an item that is read later becomes what it is, and that is a change")
{
    Town town;
    arrive(town, invoice);
    CHECK(line_type(town) == "Item");
    CHECK(remade(town) == 0);
    town.clock.advance(1min);
    arrive(town, discount);
    CHECK(remade(town) == 1);
    CHECK(line_type(town) == "Discount");
    const auto json = town.record("invoices", "1A-1");
    CHECK(at(json, "modifiedDate") == base::to_text(town.clock.now()));
    CHECK(changes(town) ==
          std::vector<std::string>{"invoices created", "items created", "invoices updated"});
    // Nothing is left, and nothing is done twice.
    CHECK(remade(town) == 0);
    CHECK(changes(town).size() == 3);
}

TEST_CASE("an item that is known when its invoice comes costs no second making")
{
    Town town;
    arrive(town, discount);
    arrive(town, invoice);
    CHECK(line_type(town) == "Discount");
    CHECK(remade(town) == 0);
    CHECK(changes(town) == std::vector<std::string>{"items created", "invoices created"});
}

TEST_CASE("an item that becomes another kind changes what was made with it")
{
    Town town;
    arrive(town, discount);
    arrive(town, invoice);
    arrive(town, service_item);
    CHECK(remade(town) == 1);
    CHECK(line_type(town) == "Item");
}

TEST_CASE("a person who is read later is told by record type")
{
    Town town;
    arrive(town, deposit);
    const auto contact_type = [&] {
        const auto json = town.record("deposits", "2A-1");
        return at(std::string(qbxml::json_elements(*qbxml::json_at(json, "lines")).at(0)),
                  "contactRef.dataType");
    };
    CHECK(contact_type().empty());
    arrive(town, customer_ann);
    CHECK(remade(town) == 1);
    CHECK(contact_type() == "customers");
}

TEST_CASE("what is remade says the same: nothing moves")
{
    Town town;
    arrive(town, customer_ann);
    const auto before = town.record("customers", "80-1");
    town.clock.advance(1h);
    const auto all = service::remake_all(town.store, town.company(), "", town.clock.now());
    CHECK(all.looked_at == 1);
    CHECK(all.changed == 0);
    CHECK(town.record("customers", "80-1") == before);
}

TEST_CASE("a tombstone that is made anew stays one")
{
    Town town;
    arrive(town, invoice);
    town.store.write(
        [&](Tx& tx) { tx.delete_record(maple, "invoices", "1A-1", "", town.clock.now()); });
    arrive(town, discount);
    CHECK(remade(town) == 1);
    const auto json = town.record("invoices", "1A-1");
    CHECK(at(json, "metadata.isDeleted") == "true");
    CHECK(line_type(town) == "Discount");
    CHECK(town.store.read([](Tx& tx) { return tx.find_kept(maple, "invoices", "1A-1"); })->deleted);
}

TEST_CASE("the currency of the books, told by a person, is that of every record that names none")
{
    Town town;
    arrive(town, invoice);
    const auto currency = [&] { return at(town.record("invoices", "1A-1"), "currency"); };
    CHECK(currency() == "");
    service::Connections connections(town.clock, town.ids);
    REQUIRE(connections.set(maple, {{"home-currency", "USD"}}, town.store).ok());
    CHECK(remade(town) == 1);
    CHECK(currency() == "USD");
}

TEST_CASE("a report that is kept is made anew: the currency of the books, accounts read since")
{
    Town town;
    arrive(town, invoice);
    const store::ReportKey key{.data_type = "balanceSheet", .period_to = "2026-10-31"};
    const std::string source =
        "<ReportRet><ReportTitle>Balance Sheet</ReportTitle><NumColumns>2</NumColumns>"
        "<ColDesc colID=\"1\" dataType=\"STRTYPE\"></ColDesc>"
        "<ColDesc colID=\"2\" dataType=\"AMTTYPE\"></ColDesc>"
        "<ReportData><TextRow rowNumber=\"1\" value=\"ASSETS\"/><DataRow rowNumber=\"2\">"
        "<RowData rowType=\"account\" value=\"Cash\"/><ColData colID=\"1\" value=\"Cash\"/>"
        "<ColData colID=\"2\" value=\"12.00\"/></DataRow><TotalRow rowNumber=\"3\">"
        "<ColData colID=\"1\" value=\"TOTAL ASSETS\"/><ColData colID=\"2\" value=\"12.00\"/>"
        "</TotalRow></ReportData></ReportRet>";
    town.store.write([&](Tx& tx) { tx.put_report(maple, key, "{}", source, noon); });
    const auto report = [&] {
        return *town.store.read([&](Tx& tx) { return tx.find_report(maple, key); });
    };
    const auto account = [&] {
        const auto json = report().json;
        const auto value = qbxml::parse_json(json);
        return qbxml::to_json(*value->find("reports")
                                   ->as_array()
                                   .at(0)
                                   .find("assets")
                                   ->find("items")
                                   ->as_array()
                                   .at(0)
                                   .find("accountRef"));
    };
    town.clock.advance(1h);
    arrive(town,
           "<AccountRet><ListID>8-1</ListID><EditSequence>1</EditSequence><Name>Cash</Name>"
           "<FullName>Cash</FullName><AccountType>Bank</AccountType></AccountRet>");
    service::Connections connections(town.clock, town.ids);
    REQUIRE(connections.set(maple, {{"home-currency", "USD"}}, town.store).ok());
    CHECK(remade(town) == 2);  // what it says of records
    CHECK(at(report().json, "currency") == "USD");
    CHECK(account() == R"({"id":"8-1","name":"Cash"})");
    CHECK(report().read_at == noon);  // it was not read since
    CHECK(report().source == source);

    const auto all = service::remake_all(town.store, town.company(), "balanceSheet", noon);
    CHECK(all.looked_at == 1);
    CHECK(all.changed == 0);
}

TEST_CASE("a supplement that is set later is made from what QuickBooks said before")
{
    Town town;
    arrive(town, invoice);
    const auto set = [&](std::string_view text) {
        const auto setting = service::setting_from_text("invoices", text).value();
        CHECK_FALSE(town.store.write(
            [&](Tx& tx) { return service::keep_settings(tx, maple, {{setting}}); }));
    };
    const auto beside = [&] { return at(town.record("invoices", "1A-1"), "supplementalData"); };
    CHECK(beside() == "{}");
    set("supplement.number=RefNumber");
    CHECK(remade(town) == 1);
    CHECK(beside() == R"({"number":"2051"})");
    set("supplement.number=");
    CHECK(remade(town) == 1);
    CHECK(beside() == "{}");
    CHECK(changes(town) ==
          std::vector<std::string>{"invoices created", "invoices updated", "invoices updated"});
}

TEST_CASE("another time zone moves the times of every record")
{
    Town town;
    arrive(town, invoice);
    town.store.write([&](Tx& tx) {
        auto company = *tx.find_company(maple);
        company.time_zone = "America/Chicago";
        tx.save_company(company);
    });
    CHECK(remade(town) == 1);
    CHECK(at(town.record("invoices", "1A-1"), "sourceModifiedDate") == "2026-03-02T11:20:00-06:00");
}

TEST_CASE("making anew fails at any step and is finished the next time")
{
    for (int nth = 0;; ++nth) {
        CAPTURE(nth);
        Town town;
        arrive(town, invoice);
        arrive(town, discount);
        town.faults->fail_step(nth);
        try {
            remade(town);
        } catch (const store::Unavailable&) {
        }
        const bool struck = town.faults->struck();
        town.faults->heal();
        remade(town);
        CHECK(line_type(town) == "Discount");
        CHECK(changes(town).size() == 3);
        if (!struck) break;
        REQUIRE(nth < 100);
    }
}

TEST_CASE("a record's row holds what it is looked for by")
{
    service::RecordPress press;
    const auto made = qbxml::canonical::convert_sources(invoice, {.home_currency = "USD"});
    REQUIRE(made.size() == 1);
    const auto ready = press.ready(qbxml::canonical::Record(made.front()));
    CHECK(ready.name == "2051");
    CHECK(ready.doc_date == "2026-03-02");
    CHECK(ready.party_id == "80-1");
    CHECK(ready.status == "Submitted");
    CHECK(base::unpack(ready.packed_source) == invoice);
}
