#include "qbxml/simulator/settings.h"

#include <algorithm>

#include "qbxml/simulator/text.h"

namespace qbxml::simulator {

namespace {

constexpr std::array<std::string_view, feature_count> words{
    "account-numbers", "classes",      "estimates",    "inventory", "inventory-sites",
    "multicurrency",   "price-levels", "sales-orders", "sales-tax", "units-of-measure"};

}  // namespace

std::string_view word_of(Feature feature)
{
    return words[static_cast<std::size_t>(feature)];
}

std::optional<Feature> feature_from(std::string_view word)
{
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == word) return static_cast<Feature>(i);
    }
    return std::nullopt;
}

std::string feature_words()
{
    std::string all;
    for (const std::string_view word : words) {
        if (!all.empty()) all += ", ";
        all += word;
    }
    return all;
}

bool CustomField::is_assigned(std::string_view object) const
{
    return std::find(assigned.begin(), assigned.end(), object) != assigned.end();
}

const CustomField* BookSettings::custom_field(std::string_view owner, std::string_view name) const
{
    for (const CustomField& field : custom_fields) {
        if (field.deleted) continue;
        if (folded(field.owner) == folded(owner) && folded(field.name) == folded(name)) {
            return &field;
        }
    }
    return nullptr;
}

}  // namespace qbxml::simulator
