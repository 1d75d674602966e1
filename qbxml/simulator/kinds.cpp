#include "qbxml/simulator/kinds.h"

#include <array>
#include <unordered_map>

namespace qbxml::simulator {

namespace {

constexpr auto table = std::to_array<Kind>({
    {"Account", "account", "account", ""},
    {"StandardTerms", "terms", "terms", "Terms"},
    {"DateDrivenTerms", "terms", "terms", "Terms"},
    {"SalesTaxCode", "sales tax code", "sales tax code", ""},
    {"Class", "class", "class", ""},
    {"CustomerType", "customer type", "customer type", ""},
    {"VendorType", "vendor type", "vendor type", ""},
    {"JobType", "job type", "job type", ""},
    {"PaymentMethod", "payment method", "payment method", ""},
    {"ShipMethod", "ship method", "ship method", ""},
    {"CustomerMsg", "customer message", "customer message", ""},
    {"PriceLevel", "price level", "price level", ""},
    {"SalesRep", "sales rep", "sales rep", ""},
    {"Template", "template", "template", ""},
    {"Currency", "currency", "currency", ""},
    {"BillingRate", "billing rate", "billing rate", ""},
    {"InventorySite", "inventory site", "inventory site", ""},
    {"PayrollItemWage", "payroll item", "payroll item", ""},
    {"PayrollItemNonWage", "payroll item", "payroll item", ""},
    {"UnitOfMeasureSet", "unit of measure set", "unit of measure set", ""},
    {"Vehicle", "vehicle", "vehicle", ""},
    {"WorkersCompCode", "workers comp code", "workers comp code", ""},
    {"Lead", "lead", "lead", ""},
    {"ToDo", "to do", "to do", ""},
    // Customers, vendors, employees and other names share one space of names.
    {"Customer", "entity", "entity", "Entity"},
    {"Employee", "entity", "entity", "Entity"},
    {"OtherName", "entity", "entity", "Entity"},
    {"Vendor", "entity", "entity", "Entity"},
    // All kinds of item share another.
    {"ItemService", "item", "item", "Item"},
    {"ItemNonInventory", "item", "item", "Item"},
    {"ItemOtherCharge", "item", "item", "Item"},
    {"ItemInventory", "item", "item", "Item"},
    {"ItemInventoryAssembly", "item", "item", "Item"},
    {"ItemFixedAsset", "item", "item", "Item"},
    {"ItemSubtotal", "item", "item", "Item"},
    {"ItemDiscount", "item", "item", "Item"},
    {"ItemPayment", "item", "item", "Item"},
    {"ItemSalesTax", "item", "item", "Item"},
    {"ItemSalesTaxGroup", "item", "item", "Item"},
    {"ItemGroup", "item", "item", "Item"},
    {"Estimate", "", "transaction", ""},
    {"SalesOrder", "", "transaction", ""},
    {"Invoice", "", "transaction", ""},
    {"SalesReceipt", "", "transaction", ""},
    {"CreditMemo", "", "transaction", ""},
    {"ReceivePayment", "", "transaction", ""},
    {"ARRefundCreditCard", "", "transaction", ""},
    {"PurchaseOrder", "", "transaction", ""},
    {"ItemReceipt", "", "transaction", ""},
    {"Bill", "", "transaction", ""},
    {"VendorCredit", "", "transaction", ""},
    {"BillPaymentCheck", "", "transaction", ""},
    {"BillPaymentCreditCard", "", "transaction", ""},
    {"Check", "", "transaction", ""},
    {"CreditCardCharge", "", "transaction", ""},
    {"CreditCardCredit", "", "transaction", ""},
    {"Transfer", "", "transaction", ""},
    {"Deposit", "", "transaction", ""},
    {"JournalEntry", "", "transaction", ""},
    {"InventoryAdjustment", "", "transaction", ""},
    {"BuildAssembly", "", "transaction", ""},
    {"TimeTracking", "", "transaction", ""},
});

}  // namespace

const Kind* kind_of(std::string_view noun)
{
    static const auto by_noun = [] {
        std::unordered_map<std::string_view, const Kind*> kinds;
        for (const Kind& kind : table)
            kinds.emplace(kind.noun, &kind);
        return kinds;
    }();
    const auto found = by_noun.find(noun);
    return found == by_noun.end() ? nullptr : found->second;
}

const Kind* kind_of_ret(std::string_view ret_name)
{
    if (!ret_name.ends_with("Ret")) return nullptr;
    return kind_of(ret_name.substr(0, ret_name.size() - 3));
}

std::vector<const Kind*> kinds_answered(std::string_view query_noun)
{
    if (const Kind* kind = kind_of(query_noun)) return {kind};
    std::vector<const Kind*> family;
    for (const Kind& kind : table) {
        if (!kind.family.empty() && kind.family == query_noun) family.push_back(&kind);
    }
    return family;
}

std::size_t number_of(const Kind& kind)
{
    return static_cast<std::size_t>(&kind - table.data());
}

std::size_t kind_count()
{
    return table.size();
}

std::vector<const Kind*> all_kinds()
{
    std::vector<const Kind*> kinds;
    for (const Kind& kind : table)
        kinds.push_back(&kind);
    return kinds;
}

}  // namespace qbxml::simulator
