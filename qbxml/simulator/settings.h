// What is set in a company file, apart from its records: features switched on and off, the closing
// date, the mode in which the file is open, and what somebody else holds at the moment.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

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

struct BookSettings {
    std::array<bool, feature_count> features = {false, true, true,  true, false,
                                                false, true, false, true, false};
    // Transactions of that day ("YYYY-MM-DD") or before are closed; "" for none. Without a
    // password QuickBooks only warns the person in front of it, and lets applications through.
    std::string closing_date = {};
    bool closing_password = false;
    bool multi_user = false;
    // What another user holds: ids of records whose form is open, and nouns of whole lists.
    std::set<std::string, std::less<>> locks = {};
    std::string qbxml_version = {};  // of the QuickBooks that these books are opened with, or ""
    std::int64_t last_restored = 0;  // Unix seconds, 0 for never

    bool has(Feature feature) const { return features[static_cast<std::size_t>(feature)]; }
    void set(Feature feature, bool on) { features[static_cast<std::size_t>(feature)] = on; }
    bool is_closed(std::string_view txn_date) const
    {
        return closing_password && !closing_date.empty() && !txn_date.empty() &&
               txn_date <= closing_date;
    }
};

}  // namespace qbxml::simulator
