#include "qbxml/canonical/capabilities.h"

#include <algorithm>

#include "qbxml/canonical/types.h"
#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

const FieldCapability& field_of(const TypeCapabilities& type, std::string_view path)
{
    const auto at = std::ranges::find(type.fields, path, &FieldCapability::path);
    INFO(path);
    REQUIRE(at != type.fields.end());
    return *at;
}

FileFacts file(Version version, Edition edition, std::string_view preferences = "{}")
{
    return {.version = version, .edition = edition, .preferences = json(preferences)};
}

// "required", "optional", or the reason why not.
std::string said(const FieldUse& use)
{
    return use.need == Need::unavailable ? use.why : std::string(to_text(use.need));
}

}  // namespace

TEST_CASE("what a US company file of today takes of a bill")
{
    const auto bills = capabilities("bills", file({16, 0}, Edition::us));
    CHECK(bills.read.available);
    CHECK(bills.create.available);
    CHECK(bills.update.available);
    CHECK(bills.erase.available);
    CHECK(bills.make_void.available);
    CHECK(said(field_of(bills, "supplierRef").create) == "required");
    CHECK(said(field_of(bills, "supplierRef").update) == "optional");
    CHECK(field_of(bills, "reference").length_max == 20);
    CHECK(field_of(bills, "note").length_max == 4095);
    CHECK(said(field_of(bills, "lineItems[].taxAmount").create) == "only in the editions AU");
    CHECK(said(field_of(bills, "lineItems[].createdFrom.lineId").update) ==
          "can be given on create only");
    CHECK(said(field_of(bills, "metadata.editSequence").update) == "required");
    CHECK(said(field_of(bills, "metadata.editSequence").create) == "QuickBooks gives it");
    CHECK(field_of(bills, "lineItems[].tracking.categoryRefs").items_max == 1);
    CHECK(field_of(bills, "lineItems[].tracking.categoryRefs").type == "array<ref>");
    CHECK(field_of(bills, "lineItems[].tracking.billableStatus").values ==
          std::vector<std::string>{"Billable", "NotBillable", "HasBeenBilled"});
}

TEST_CASE("an older version, another edition and features that are off take less, and say why")
{
    struct Row {
        std::string type, path;
        FileFacts facts;
        std::string create;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"customers", "jobTitle", file({12, 0}, Edition::us), "optional"},
        {"customers", "jobTitle", file({8, 0}, Edition::us),
         "needs qbXML 12.0; this company file speaks 8.0"},
        {"bills", "lineItems[].taxAmount", file({13, 0}, Edition::au), "optional"},
        {"bills", "currencyRate", file({13, 0}, Edition::us, R"({"isMultiCurrencyEnabled":true})"),
         "optional"},
        {"bills", "currencyRate", file({13, 0}, Edition::us, R"({"isMultiCurrencyEnabled":false})"),
         "multi-currency is off in this company file"},
        {"bills", "currencyRate", file({13, 0}, Edition::us), "optional"},
        {"invoices", "categoryRefs", file({13, 0}, Edition::us, R"({"usesClasses":false})"),
         "class tracking is off in this company file"},
        {"invoices", "lineItems[].inventorySiteRef",
         file({13, 0}, Edition::us, R"({"usesMultiLocationInventory":false})"),
         "multi-location inventory is off in this company file"},
        {"invoices", "amountsIncludeTax", file({13, 0}, Edition::us),
         "only in the editions CA, UK, AU"},
        {"estimates", "customerRef", file({13, 0}, Edition::us, R"({"usesEstimates":false})"),
         "estimates are off in this company file"},
        {"transfers", "amount", file({8, 0}, Edition::us),
         "needs qbXML 12.0; this company file speaks 8.0"},
    }));
    CAPTURE(row.type, row.path);
    CHECK(said(field_of(capabilities(row.type, row.facts), row.path).create) == row.create);
}

TEST_CASE("operations that QuickBooks does not have are told with the way round")
{
    const auto of = [](std::string_view type, Version version = {16, 0}) {
        return capabilities(type, file(version, Edition::us));
    };
    CHECK(of("transfers", {8, 0}).read.why == "needs qbXML 12.0; this company file speaks 8.0");
    CHECK(of("payments").make_void.why == "QuickBooks does not void it; delete it instead");
    CHECK(of("transfers").erase.why == "QuickBooks takes no Transfer in TxnDel");
    CHECK(of("companyPreferences").update.why == "QuickBooks lets it be read only");
    CHECK(of("refunds").update.why ==
          "QuickBooks has no such message; delete the record and create it again");
    CHECK_FALSE(of("balanceSheet").create.available);
    CHECK(of("balanceSheet").read.available);
    CHECK(of("balanceSheet").fields.empty());
    FileFacts before = file({16, 0}, Edition::us);
    before.refused.push_back({"estimates", "create", "Estimates are not turned on."});
    CHECK(capabilities("estimates", before).create.why ==
          "QuickBooks refused it before: Estimates are not turned on.");
    CHECK(capabilities("estimates", before).update.available);

    // One element of it: the fields that are written there, and no others.
    FileFacts element = file({16, 0}, Edition::us);
    element.refused.push_back(
        {"invoices", "create", "\"ExchangeRate\" is not enabled.", "ExchangeRate"});
    element.refused.push_back({"currencies", "read", "Switched off."});
    const auto invoices = capabilities("invoices", element);
    CHECK(invoices.create.available);
    for (const auto& field : invoices.fields) {
        CAPTURE(field.path);
        if (field.path == "currencyRate")
            CHECK(field.create.why ==
                  "QuickBooks refused it before: \"ExchangeRate\" is not enabled.");
        if (field.path == "note") CHECK(field.create.need == Need::optional);
    }
    for (const auto& field : capabilities("bills", element).fields)
        if (field.path == "currencyRate") CHECK(field.create.need == Need::optional);
    CHECK(capabilities("currencies", element).read.why ==
          "QuickBooks refused it before: Switched off.");
}

TEST_CASE("fields that only some kinds of a type take name them")
{
    const auto items = capabilities("items", file({16, 0}, Edition::us));
    const auto& order_point = field_of(items, "reorderPoint").create;
    CHECK(order_point.kinds == std::vector<std::string_view>{"Inventory", "InventoryAssembly"});
    CHECK(said(field_of(items, "kind").create) == "required");
    CHECK(said(field_of(items, "kind").update) == "the kind of a record cannot be changed");
    CHECK(field_of(items, "name").create.kinds.empty());
}

// What the capabilities promise is what a write does: each field that one is told to be able to
// give is taken, and each that is not is refused.
TEST_CASE("a field that cannot be given is refused, in every version and edition")
{
    const auto version = GENERATE(Version{8, 0}, Version{13, 0}, Version{16, 0});
    const auto edition = GENERATE(Edition::us, Edition::ca, Edition::uk, Edition::au);
    CAPTURE(version.text(), to_text(edition));
    for (const auto& [type, record] :
         {std::pair{"customers", R"("name":"Ann")"}, std::pair{"suppliers", R"("name":"Ann")"},
          std::pair{"invoices", R"("customerRef":{"id":"1-1"})"},
          std::pair{"bills", R"("supplierRef":{"id":"1-1"})"}}) {
        for (const auto& field : capabilities(type, file(version, edition)).fields) {
            if (field.type != "string" || field.path.find('.') != std::string_view::npos) continue;
            if (record == "\"" + std::string(field.path) + "\"" || field.path == "name") continue;
            CAPTURE(type, field.path);
            const std::string write = R"({"operation":"create","dataType":")" + std::string(type) +
                                      R"(","record":{)" + record + ",\"" + std::string(field.path) +
                                      R"(":"x"}})";
            const std::string refused = refusals(write, {}, version, edition);
            if (field.create.need == Need::unavailable)
                CHECK(refused == "/" + std::string(field.path) + " unsupported");
            else
                CHECK(refused == "");
        }
    }
}

TEST_CASE("capabilities as JSON")
{
    const Value bills = capabilities_json("bills", file({13, 0}, Edition::us));
    CHECK(at(bills, "dataType") == "\"bills\"");
    CHECK(at(bills, "edition") == "\"US\"");
    CHECK(at(bills, "qbxml") == "\"13.0\"");
    CHECK(at(bills, "void") == "true");
    CHECK(at(bills, "fields/0/path") == "\"metadata.editSequence\"");
    const Value all = capabilities_json(file({13, 0}, Edition::us, R"({"usesClasses":true})"));
    CHECK(all.find("dataTypes")->as_array().size() == 39);
    CHECK(at(all, "features/usesClasses") == "true");
    CHECK(at(all, "features/usesEstimates") == "null");
}
