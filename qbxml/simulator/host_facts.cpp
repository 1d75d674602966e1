#include "qbxml/simulator/host_facts.h"

#include <fmt/format.h>

#include "qbxml/grammar/grammar.h"
#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/currencies.h"
#include "qbxml/simulator/lists.h"

namespace qbxml::simulator {

namespace {

// Name, then year and release number, by the highest qbXML the program speaks.
struct Product {
    Version speaks;
    std::string_view name;
    std::string_view release;
};
constexpr Product products[] = {
    {{16, 0}, "QuickBooks Desktop Enterprise 24.0", "34"},
    {{15, 0}, "QuickBooks Premier Desktop 2022", "32"},
    {{14, 0}, "QuickBooks Premier Desktop 2021", "31"},
    {{13, 0}, "QuickBooks Premier 2014", "24"},
    {{12, 0}, "QuickBooks Premier 2013", "23"},
    {{0, 0}, "QuickBooks Pro", "20"},
};

// 100-nanosecond ticks since the year 1, as .NET counts.
std::int64_t net_ticks(std::int64_t unix_seconds)
{
    return (unix_seconds + 62135596800) * 10'000'000;
}

Version highest(const QuickBooksOptions& options)
{
    return Version::parse(options.qbxml_version).value_or(newest_version);
}

Node group(std::string_view name,
           std::initializer_list<std::pair<std::string_view, std::string_view>> fields)
{
    Node node{.name = std::string(name)};
    for (const auto& [field, value] : fields)
        node.add(std::string(field), std::string(value));
    return node;
}

void add_reference(const CompanyFile& books, Node& to, std::string_view name, std::string_view noun,
                   std::string_view full_name)
{
    const Record* record = books.find_by_name(*kind_of(noun), full_name);
    if (record != nullptr) to.add(reference(name, record->id(), record->full_name()));
}

Node private_value(const std::string& owner_id, std::string_view name, std::string value)
{
    Node node{.name = "DataExtRet"};
    node.add("OwnerID", owner_id);
    node.add("DataExtName", std::string(name));
    node.add("DataExtType", "STR255TYPE");
    node.add("DataExtValue", std::move(value));
    return node;
}

}  // namespace

bool is_supported(const QuickBooksOptions& options, Version version)
{
    if (version > highest(options)) return false;
    for (const auto& known : grammar::versions()) {
        if (known.version() == version) return true;
    }
    return false;
}

Node host_ret(const CompanyFile& books, const QuickBooksOptions& options)
{
    const Version speaks = highest(options);
    const Product* product = products;
    while (product->speaks > speaks)
        ++product;
    Node ret{.name = "HostRet"};
    ret.add("ProductName", options.product.empty() ? std::string(product->name) : options.product);
    ret.add("MajorVersion", std::string(product->release));
    ret.add("MinorVersion", "0");
    ret.add("Country", books.profile().country);
    for (const auto& known : grammar::versions()) {
        if (is_supported(options, known.version())) {
            ret.add("SupportedQBXMLVersion", known.version().text());
        }
    }
    ret.add("IsAutomaticLogin", "false");
    ret.add("QBFileMode", books.settings().multi_user ? "MultiUser" : "SingleUser");
    return ret;
}

Node company_ret(const CompanyFile& books, const QuickBooksOptions& options,
                 std::int64_t session_opened_at)
{
    const CompanyProfile& profile = books.profile();
    Node ret{.name = "CompanyRet"};
    ret.add("IsSampleCompany", "false");
    ret.add("CompanyName", profile.name);
    ret.add("LegalCompanyName", profile.name);
    ret.add(group("Address", {{"Addr1", profile.name},
                              {"Addr2", "1200 Sawmill Road"},
                              {"City", "Burlington"},
                              {"State", "VT"},
                              {"PostalCode", "05401"},
                              {"Country", profile.country}}));
    ret.add(group("LegalAddress", {{"Addr1", "1200 Sawmill Road"},
                                   {"City", "Burlington"},
                                   {"State", "VT"},
                                   {"PostalCode", "05401"},
                                   {"Country", profile.country}}));
    if (set_address_blocks(ret)) remove(ret, "AddressBlock");
    ret.add("Phone", "802-555-0142");
    ret.add("Email", "office@example.com");
    ret.add("FirstMonthFiscalYear", "January");
    ret.add("FirstMonthIncomeTaxYear", "January");
    ret.add("CompanyType", "Construction Trades (Plumber, Electrician, HVAC, etc.)");
    ret.add("EIN", "00-1234567");
    ret.add("TaxForm", "Form1120S");
    if (!options.owner_id.empty()) {
        if (!options.file_id.empty()) {
            ret.add(private_value(options.owner_id, "FileID", options.file_id));
        }
        ret.add(private_value(
            options.owner_id, "AppLock",
            fmt::format("LOCKED:{}:{}", options.computer, net_ticks(session_opened_at))));
    }
    for (const auto& [key, value] : books.settings().company_values) {
        Node field = private_value(key.first, key.second, value);
        if (const CustomField* known = books.settings().custom_field(key.first, key.second)) {
            put(field, "DataExtType", known->type);
            ret.add(std::move(field));
        }
    }
    arrange(ret, books.edition());
    return ret;
}

Node company_activity_ret(const CompanyFile& books)
{
    Node ret{.name = "CompanyActivityRet"};
    ret.add("LastRestoreTime", books.time_text(books.settings().last_restored));
    ret.add("LastCondenseTime", books.time_text(0));
    return ret;
}

Node preferences_ret(const CompanyFile& books)
{
    const auto flag = [&](Feature feature) {
        return books.settings().has(feature) ? std::string_view("true") : std::string_view("false");
    };
    Node ret{.name = "PreferencesRet"};
    Node accounting =
        group("AccountingPreferences", {{"IsUsingAccountNumbers", flag(Feature::account_numbers)},
                                        {"IsRequiringAccounts", "true"},
                                        {"IsUsingClassTracking", flag(Feature::classes)},
                                        {"IsUsingAuditTrail", "true"},
                                        {"IsAssigningJournalEntryNumbers", "true"}});
    if (!books.settings().closing_date.empty()) {
        accounting.add("ClosingDate", books.settings().closing_date);
    }
    ret.add(std::move(accounting));
    ret.add(group("FinanceChargePreferences", {{"AnnualInterestRate", "0.00"},
                                               {"MinFinanceCharge", "0.00"},
                                               {"GracePeriod", "0"},
                                               {"IsAssessingForOverdueCharges", "false"},
                                               {"CalculateChargesFrom", "DueDate"},
                                               {"IsMarkedToBePrinted", "false"}}));
    ret.add(group("JobsAndEstimatesPreferences", {{"IsUsingEstimates", flag(Feature::estimates)},
                                                  {"IsUsingProgressInvoicing", "false"},
                                                  {"IsPrintingItemsWithZeroAmounts", "false"}}));
    Node currencies =
        group("MultiCurrencyPreferences", {{"IsMultiCurrencyOn", flag(Feature::multicurrency)}});
    if (const Record* home = home_currency(books)) {
        currencies.add(reference("HomeCurrencyRef", home->id(), home->full_name()));
    }
    ret.add(std::move(currencies));
    ret.add(group("MultiLocationInventoryPreferences",
                  {{"IsMultiLocationInventoryAvailable", "true"},
                   {"IsMultiLocationInventoryEnabled", flag(Feature::inventory_sites)}}));
    ret.add(group("PurchasesAndVendorsPreferences", {{"IsUsingInventory", flag(Feature::inventory)},
                                                     {"DaysBillsAreDue", "10"},
                                                     {"IsAutomaticallyUsingDiscounts", "false"}}));
    ret.add(group("ReportsPreferences",
                  {{"AgingReportBasis", "AgeFromDueDate"}, {"SummaryReportBasis", "Accrual"}}));
    Node sales = group(
        "SalesAndCustomersPreferences",
        {{"IsTrackingReimbursedExpensesAsIncome", "false"}, {"IsAutoApplyingPayments", "true"}});
    sales.add(group("PriceLevels", {{"IsUsingPriceLevels", flag(Feature::price_levels)},
                                    {"IsRoundingSalesPriceUp", "false"}}));
    ret.add(std::move(sales));
    Node taxes = group("SalesTaxPreferences", {{"PaySalesTax", "Quarterly"}});
    const auto& rates = books.records(*kind_of("ItemSalesTax"));
    if (!rates.empty()) {
        taxes.add(reference("DefaultItemSalesTaxRef", rates[0]->id(), rates[0]->full_name()));
    }
    add_reference(books, taxes, "DefaultTaxableSalesTaxCodeRef", "SalesTaxCode", "Tax");
    add_reference(books, taxes, "DefaultNonTaxableSalesTaxCodeRef", "SalesTaxCode", "Non");
    if (books.settings().has(Feature::sales_tax)) ret.add(std::move(taxes));
    ret.add(group("TimeTrackingPreferences", {{"FirstDayOfWeek", "Monday"}}));
    ret.add(group("CurrentAppAccessRights",
                  {{"IsAutomaticLoginAllowed", "false"}, {"IsPersonalDataAccessAllowed", "true"}}));
    ret.add(group("ItemsAndInventoryPreferences", {{"EnhancedInventoryReceivingEnabled", "false"},
                                                   {"IsTrackingSerialOrLotNumber", "None"},
                                                   {"FIFOEnabled", "false"}}));
    arrange(ret, books.edition());
    return ret;
}

}  // namespace qbxml::simulator
