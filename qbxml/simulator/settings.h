// What is set in a company file, apart from its records: features switched on and off, the closing
// date, the mode in which the file is open, and what somebody else holds at the moment.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qbxml::simulator {

enum class Feature {
    account_numbers,
    classes,
    estimates,
    inventory,
    inventory_sites,
    multicurrency,
    price_levels,
    sales_orders,
    sales_tax,
    units_of_measure,
};

inline constexpr int feature_count = static_cast<int>(Feature::units_of_measure) + 1;

// "multicurrency", and back.
std::string_view word_of(Feature);
std::optional<Feature> feature_from(std::string_view word);
std::string feature_words();  // all of them, for a message

// A custom field (owner "0") or a private value of an application (owner a GUID), as it was
// defined.
struct CustomField {
    std::string owner = {};
    std::string name = {};
    int id = 0;
    std::string type = "STR255TYPE";
    std::vector<std::string> assigned = {};  // "Customer", "Item", "Invoice", "Company", ...
    bool list_require = false;
    bool txn_require = false;
    std::string format = {};
    // Deleted ones stay: made again, they take no value any more (seen of public ones).
    bool deleted = false;
    bool made_again = false;

    bool is_public() const { return owner == "0"; }
    bool is_assigned(std::string_view object) const;
};

struct BookSettings {
    // As in the sample: no account numbers, no sites, one currency.
    std::array<bool, feature_count> features = {false, true, true, true, false,
                                                false, true, true, true, true};
    // Transactions of that day ("YYYY-MM-DD") or before are closed; "" for none. Without a
    // password QuickBooks only warns the person in front of it, and lets applications through.
    std::string closing_date = {};
    bool closing_password = false;
    bool multi_user = false;
    // What another user holds: ids of records whose form is open, and nouns of whole lists.
    std::set<std::string, std::less<>> locks = {};
    std::string qbxml_version = {};  // of the QuickBooks that these books are opened with, or ""
    std::int64_t last_restored = 0;  // Unix seconds, 0 for never
    std::vector<CustomField> custom_fields = {};
    // Private values of the company itself: owner, name, value.
    std::map<std::pair<std::string, std::string>, std::string> company_values = {};

    // The field of that owner and name, any case, deleted ones apart; null when there is none.
    const CustomField* custom_field(std::string_view owner, std::string_view name) const;

    bool has(Feature feature) const { return features[static_cast<std::size_t>(feature)]; }
    void set(Feature feature, bool on) { features[static_cast<std::size_t>(feature)] = on; }
    bool is_closed(std::string_view txn_date) const
    {
        return closing_password && !closing_date.empty() && !txn_date.empty() &&
               txn_date <= closing_date;
    }
};

}  // namespace qbxml::simulator
