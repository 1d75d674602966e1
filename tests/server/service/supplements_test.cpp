// What a company may ask to see in supplementalData, and how that is kept.
#include <catch2/catch.hpp>

#include "server/service/supplements.h"
#include "server/service/sync_settings.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using Catch::Contains;

TEST_CASE("a supplement belongs to one type, has a plain name and a path that is no secret")
{
    struct Row {
        std::string_view type, text, refused;  // "" when it is taken
    };
    const auto row = GENERATE(values<Row>({
        {"invoices", "supplement.crew=Other", ""},
        {"invoices", "supplement.crew=", ""},  // takes it back
        {"customers", "supplement.town2=BillAddress/City", ""},
        {"taxRates", "supplement.bar=BarCodeValue", ""},
        {"invoices", "supplement.faxed=IsFaxed", ""},  // perhaps of a newer QuickBooks
        {"", "supplement.crew=Other", "one record type"},
        {"deletions", "supplement.crew=Other", "one record type"},
        {"balanceSheet", "supplement.crew=Other", "one record type"},
        {"invoices", "supplement.a-b=Other", "letters and digits"},
        {"invoices", "supplement.=Other", "letters and digits"},
        {"invoices", "supplement.crew", "expected supplement.NAME=PATH"},
        {"invoices", "supplement.crew=Other/", "no path of elements"},
        {"invoices", "supplement.crew=//Other", "no path of elements"},
        {"invoices", "supplement.crew=Other[1]", "no path of elements"},
        {"employees", "supplement.number=SSN", "never kept"},
        {"customers", "supplement.card=CreditCardInfo/CreditCardNumber", "never kept"},
    }));
    CAPTURE(row.type, row.text);
    const auto setting = service::setting_from_text(row.type, row.text);
    CHECK(setting.ok() == row.refused.empty());
    if (!setting) CHECK_THAT(setting.error().text(), Contains(std::string(row.refused)));
}

TEST_CASE("a supplement of an element that QuickBooks is not known to have is doubted")
{
    const auto doubt = [](std::string_view type, std::string_view text) {
        return service::doubt_about(service::setting_from_text(type, text).value());
    };
    CHECK(doubt("invoices", "supplement.crew=Other") == "");
    CHECK(doubt("customers", "supplement.town=BillAddress/City") == "");
    CHECK(doubt("directCosts", "supplement.line=ExpenseLineRet/Memo") == "");
    CHECK(doubt("bills", "supplement.vat=AmountIncludesVAT") == "");  // of QuickBooks 2006
    CHECK(doubt("invoices", "supplement.crew=") == "");
    CHECK_THAT(doubt("invoices", "supplement.faxed=IsFaxed"),
               Contains("element 'IsFaxed' in its invoices"));
    CHECK_THAT(doubt("customers", "supplement.town=City"), Contains("element 'City'"));
}

TEST_CASE("one type has so many supplements at most, and none is kept beyond")
{
    Town town;
    std::vector<store::SyncSetting> many;
    for (int n = 0; n <= service::supplements_max; ++n)
        many.push_back({"invoices", "supplement.n" + std::to_string(n), "Other"});
    const auto kept = [&] {
        return town.store.read([](store::Tx& tx) { return tx.sync_settings(maple); }).size();
    };
    const auto keep = [&] {
        return town.store.write(
            [&](store::Tx& tx) { return service::keep_settings(tx, maple, many); });
    };
    const auto fault = keep();
    REQUIRE(fault);
    CHECK_THAT(fault->text(), Contains("51 supplements are too many; at most 50"));
    CHECK(kept() == 0);
    many.pop_back();
    CHECK_FALSE(keep());
    CHECK(kept() == 50);
}
