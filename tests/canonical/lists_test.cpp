#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

TEST_CASE("an item with one side shows it on both, one with two keeps them apart")
{
    const auto one = record(
        "<ItemServiceRet><ListID>1</ListID><Name>Tune-up</Name><SalesOrPurchase>"
        "<Desc>Full tune-up</Desc><Price>45</Price><AccountRef><ListID>A</ListID>"
        "</AccountRef></SalesOrPurchase></ItemServiceRet>");
    CHECK(at(one, "kind") == "\"Service\"");
    CHECK(at(one, "invoiceItem/unitPrice") == "\"45.00\"");
    CHECK(at(one, "billItem/unitPrice") == "\"45.00\"");
    CHECK(at(one, "fixedAsset") == "null");
    const auto two = record(
        "<ItemInventoryRet><ListID>1</ListID><SalesPrice>9</SalesPrice>"
        "<PurchaseCost>4.125</PurchaseCost><COGSAccountRef><ListID>C</ListID>"
        "</COGSAccountRef></ItemInventoryRet>");
    CHECK(at(two, "type") == "\"Inventory\"");
    CHECK(at(two, "invoiceItem/unitPrice") == "\"9.00\"");
    CHECK(at(two, "billItem/unitPrice") == "\"4.125\"");
    CHECK(at(two, "billItem/accountRef/id") == "\"C\"");
}

TEST_CASE("purchase cost belongs to the asset of a fixed asset, not to a bill item")
{
    const auto asset = record(
        "<ItemFixedAssetRet><ListID>1</ListID><AcquiredAs>New</AcquiredAs>"
        "<PurchaseCost>900</PurchaseCost></ItemFixedAssetRet>");
    CHECK(at(asset, "billItem") == "null");
    CHECK(at(asset, "fixedAsset/purchaseCost") == "\"900.00\"");
    CHECK(at(asset, "isBillItem") == "true");
    CHECK(at(asset, "isInvoiceItem") == "false");
}

TEST_CASE("tax rates: single, group with known members, group with an unknown one")
{
    const std::string group =
        "<ItemSalesTaxGroupRet><ListID>1</ListID><ItemSalesTaxRef><ListID>"
        "8000B001-1</ListID></ItemSalesTaxRef><ItemSalesTaxRef><ListID>";
    const auto known =
        record(group + "8000B002-1</ListID></ItemSalesTaxRef></ItemSalesTaxGroupRet>", shop());
    CHECK(at(known, "effectiveTaxRate") == "\"6.25\"");
    CHECK(at(known, "components/1/rate") == "\"1.5\"");
    const auto unknown =
        record(group + "other</ListID></ItemSalesTaxRef></ItemSalesTaxGroupRet>", shop());
    CHECK(at(unknown, "effectiveTaxRate") == "null");
    CHECK(at(unknown, "components/1/rate") == "null");
    const auto single = record(
        "<ItemSalesTaxRet><ListID>1</ListID><TaxRate>4.750</TaxRate>"
        "</ItemSalesTaxRet>");
    CHECK(at(single, "effectiveTaxRate") == "\"4.75\"");
    CHECK(at(single, "kind") == "\"Single\"");
}

TEST_CASE("the ids of type lists carry the name of their list, classes do not")
{
    const auto type = record(
        "<VendorTypeRet><ListID>5-1</ListID><Name>Parts</Name><ParentRef>"
        "<ListID>4-1</ListID></ParentRef></VendorTypeRet>");
    CHECK(at(type, "id") == "\"VendorType:5-1\"");
    CHECK(at(type, "parentRef/id") == "\"VendorType:4-1\"");
    CHECK(at(type, "metadata/rawLink") ==
          "\"/v1/companies//trackingCategories/VendorType:5-1/raw\"");
    CHECK(at(type, "fullName") == "\"Parts\"");
    const auto plain = record(
        "<ClassRet><ListID>5-1</ListID><ParentRef><ListID>4-1</ListID>"
        "</ParentRef></ClassRet>");
    CHECK(at(plain, "id") == "\"5-1\"");
    CHECK(at(plain, "parentRef/id") == "\"4-1\"");
}

TEST_CASE("accounts by their type")
{
    struct Row {
        std::string type, type_word, category;
    };
    const auto row = GENERATE(values<Row>({
        {"Bank", "Asset", "Asset.CurrentAsset.Bank"},
        {"CreditCard", "Liability", "Liability.CurrentLiability.CreditCard"},
        {"CostOfGoodsSold", "Expense", "Expense.CostOfGoodsSold"},
        {"NonPosting", "NonPosting", "NonPosting"},
        {"Moonbeams", "Unknown", "Unknown"},
    }));
    CAPTURE(row.type);
    const auto read = record("<AccountRet><ListID>1</ListID><AccountType>" + row.type +
                             "</AccountType></AccountRet>");
    CHECK(at(read, "type") == '"' + row.type_word + '"');
    CHECK(at(read, "category") == '"' + row.category + '"');
    CHECK(at(read, "isBankAccount") == (row.type == "Bank" ? "true" : "false"));
}

TEST_CASE("payment methods and terms by their kind")
{
    const auto method = [](const std::string& type) {
        return at(record("<PaymentMethodRet><ListID>1</ListID><PaymentMethodType>" + type +
                         "</PaymentMethodType></PaymentMethodRet>"),
                  "type");
    };
    CHECK(method("ECheck") == "\"BankTransfer\"");
    CHECK(method("Visa") == "\"CreditCard\"");
    CHECK(method("GiftCard") == "\"Other\"");
    CHECK(method("") == "\"Unknown\"");
    const auto terms = record(
        "<DateDrivenTermsRet><ListID>1</ListID><DayOfMonthDue>10</DayOfMonthDue>"
        "</DateDrivenTermsRet>");
    CHECK(at(terms, "kind") == "\"DateDriven\"");
    CHECK(at(terms, "dayOfMonthDue") == "10");
    CHECK(at(terms, "dueDays") == "null");
}

TEST_CASE("singletons and custom field definitions have ids of their own")
{
    CHECK(at(record(
                 "<CompanyRet><FirstMonthFiscalYear>April</FirstMonthFiscalYear>"
                 "<CompanyWebSite>maple.example.com</CompanyWebSite><Phone>1</Phone></CompanyRet>"),
             "financialYearStartMonth") == "4");
    CHECK(at(record("<HostRet><SupportedQBXMLVersion>1.0</SupportedQBXMLVersion>"
                    "<SupportedQBXMLVersion></SupportedQBXMLVersion>"
                    "<SupportedQBXMLVersion>16.0</SupportedQBXMLVersion></HostRet>"),
             "supportedQbxmlVersions") == R"(["1.0","16.0"])");
    const auto preferences = record(
        "<PreferencesRet><MultiCurrencyPreferences><HomeCurrencyRef>"
        "<FullName>CAD</FullName></HomeCurrencyRef>"
        "</MultiCurrencyPreferences></PreferencesRet>",
        shop());
    CHECK(at(preferences, "id") == "\"preferences\"");
    CHECK(at(preferences, "baseCurrency") == "\"CAD\"");
    CHECK(at(preferences, "usesSalesTax") == "false");
    const auto field = record(
        "<DataExtDefRet><OwnerID>0</OwnerID><DataExtID>3</DataExtID>"
        "<DataExtName>Route</DataExtName><DataExtType>STR1024TYPE</DataExtType>"
        "<AssignToObject>Customer</AssignToObject></DataExtDefRet>");
    CHECK(at(field, "id") == "\"0:3\"");
    CHECK(at(field, "type") == "\"LongString\"");
    CHECK(at(field, "appliesTo") == R"(["Customer"])");
}

TEST_CASE("elements are found wherever QuickBooks puts them, unknown ones are passed over")
{
    const auto read = converted(
        "<CustomerRet><FavouriteColour>red</FavouriteColour><Sublevel>0"
        "</Sublevel><Name>Late name</Name><ListID>1</ListID></CustomerRet>");
    REQUIRE(read.records.size() == 1);
    CHECK(read.issues.empty());
    CHECK(at(json(read.records[0].json), "name") == "\"Late name\"");
    CHECK(read.records[0].name == "Late name");
    CHECK(read.records[0].id == "1");
}

TEST_CASE("supplemental data takes the elements that the company chose")
{
    Context context;
    context.supplemental["customers"] = {{"site", "JobSite/City"}, {"none", "Nothing/Here"}};
    const auto read = record(
        "<CustomerRet><ListID>1</ListID><JobSite><City>Lyons</City></JobSite>"
        "</CustomerRet>",
        context);
    CHECK(at(read, "supplementalData") == R"({"none":null,"site":"Lyons"})");
}

TEST_CASE("ids are percent-encoded in links")
{
    Context context;
    context.company_id = "maple";
    const auto read = record("<CustomerRet><ListID>a/b c~1</ListID></CustomerRet>", context);
    CHECK(at(read, "metadata/rawLink") == "\"/v1/companies/maple/customers/a%2Fb%20c~1/raw\"");
}
