// Features that a company's preferences switch off, and what cannot be written then.
#pragma once

#include <array>
#include <string_view>

#include "qbxml/canonical/table.h"
#include "qbxml/value.h"

namespace qbxml::canonical {

struct Feature {
    std::string_view preference;  // member of companyPreferences, true when it is on
    std::string_view elements;    // elements that QuickBooks refuses while it is off, by comma
    std::string_view types;       // record types it refuses
    std::string_view why;
};

inline constexpr auto features = std::to_array<Feature>({
    {"isMultiCurrencyEnabled", "CurrencyRef,ExchangeRate", "currencies",
     "multi-currency is off in this company file"},
    {"usesClasses", "ClassRef", "", "class tracking is off in this company file"},
    {"usesEstimates", "", "estimates", "estimates are off in this company file"},
    {"usesInventory", "", "purchaseOrders,itemReceipts,inventoryAdjustments",
     "inventory and purchase orders are off in this company file"},
    {"usesMultiLocationInventory", "InventorySiteRef,InventorySiteLocationRef", "",
     "multi-location inventory is off in this company file"},
    {"usesSalesTax", "SalesTaxCodeRef,ItemSalesTaxRef,CustomerSalesTaxCodeRef", "taxRates,taxCodes",
     "sales tax is off in this company file"},
    {"allowsTaxInclusiveAmounts", "IsTaxIncluded", "",
     "amounts that include tax are off in this company file"},
});

constexpr bool can_be_off(std::string_view element)
{
    for (const Feature& feature : features)
        if (lists(feature.elements, element, ',')) return true;
    return false;
}

// The reason why an element or a record type cannot be used; "" when nothing speaks against it.
// Preferences that are not known forbid nothing.
inline std::string_view off_for_element(const Value& preferences, std::string_view element)
{
    for (const Feature& feature : features)
        if (const Value* on = preferences.find(feature.preference))
            if (*on == Value(false) && lists(feature.elements, element, ',')) return feature.why;
    return {};
}

inline std::string_view off_for_type(const Value& preferences, std::string_view data_type)
{
    for (const Feature& feature : features)
        if (const Value* on = preferences.find(feature.preference))
            if (*on == Value(false) && lists(feature.types, data_type, ',')) return feature.why;
    return {};
}

}  // namespace qbxml::canonical
