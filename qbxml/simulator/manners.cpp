#include "qbxml/simulator/manners.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "qbxml/grammar/grammar.h"
#include "qbxml/simulator/references.h"

namespace qbxml::simulator {

namespace {

struct Needs {
    std::string_view name;  // noun of a message, or element
    Feature feature;
};

// Messages that add or change what only a feature knows.
constexpr auto messages = std::to_array<Needs>({
    {"Class", Feature::classes},
    {"Currency", Feature::multicurrency},
    {"Estimate", Feature::estimates},
    {"BuildAssembly", Feature::inventory},
    {"InventoryAdjustment", Feature::inventory},
    {"ItemInventory", Feature::inventory},
    {"ItemInventoryAssembly", Feature::inventory},
    {"ItemReceipt", Feature::inventory},
    {"PurchaseOrder", Feature::inventory},
    {"BuildAssembly", Feature::inventory},
    {"InventorySite", Feature::inventory_sites},
    {"TransferInventory", Feature::inventory_sites},
    {"PriceLevel", Feature::price_levels},
    {"SalesOrder", Feature::sales_orders},
    {"ItemSalesTax", Feature::sales_tax},
    {"ItemSalesTaxGroup", Feature::sales_tax},
    {"SalesTaxCode", Feature::sales_tax},
    {"SalesTaxPaymentCheck", Feature::sales_tax},
    {"UnitOfMeasureSet", Feature::units_of_measure},
});

// Elements, wherever they stand in what is added or changed.
constexpr auto elements = std::to_array<Needs>({
    {"ClassRef", Feature::classes},
    {"CurrencyRef", Feature::multicurrency},
    {"ExchangeRate", Feature::multicurrency},
    {"InventorySiteLocationRef", Feature::inventory_sites},
    {"InventorySiteRef", Feature::inventory_sites},
    {"PriceLevelRef", Feature::price_levels},
    {"CustomerSalesTaxCodeRef", Feature::sales_tax},
    {"ItemSalesTaxRef", Feature::sales_tax},
    {"SalesTaxCodeRef", Feature::sales_tax},
    {"OverrideUOMSetRef", Feature::units_of_measure},
    {"UnitOfMeasure", Feature::units_of_measure},
    {"UnitOfMeasureSetRef", Feature::units_of_measure},
});

// Orders post nothing: a closed period does not hold them.
constexpr auto open_in_closed_periods =
    std::to_array<std::string_view>({"Estimate", "PurchaseOrder", "SalesOrder", "TimeTracking"});

// "InvoiceAddRq" is a request about an Invoice, and adds it.
struct Wish {
    std::string_view noun;
    enum class Verb { add, mod, del, void_, merge, other } verb = Verb::other;
    bool changes_record() const { return verb == Verb::add || verb == Verb::mod; }
};

Wish wish_of(std::string_view request)
{
    if (request == "ListDelRq" || request == "TxnDelRq") return {"", Wish::Verb::del};
    if (request == "TxnVoidRq") return {"", Wish::Verb::void_};
    if (request == "ListMergeRq") return {"", Wish::Verb::merge};
    if (request.starts_with("DataExt")) return {"", Wish::Verb::other};
    if (request.ends_with("AddRq")) {
        return {request.substr(0, request.size() - 5), Wish::Verb::add};
    }
    if (request.ends_with("ModRq")) {
        return {request.substr(0, request.size() - 5), Wish::Verb::mod};
    }
    return {};
}

std::optional<Outcome> refuse_elements(const BookSettings& settings, const Node& node)
{
    for (const Node& child : node.children) {
        for (const Needs& need : elements) {
            const bool given =
                child.name == need.name && (!child.text.empty() || !child.children.empty());
            if (given && !settings.has(need.feature)) return feature_not_enabled(child.name);
        }
        if (auto refusal = refuse_elements(settings, child)) return refusal;
    }
    return std::nullopt;
}

std::optional<Outcome> refuse_features(const BookSettings& settings, const Wish& wish,
                                       const Node& request)
{
    if (!wish.changes_record()) return std::nullopt;
    for (const Needs& need : messages) {
        if (need.name == wish.noun && !settings.has(need.feature)) {
            return feature_not_enabled(need.name);
        }
    }
    return refuse_elements(settings, request);
}

std::optional<Outcome> refuse_mode(const BookSettings& settings, const Node& request)
{
    if (!settings.multi_user) return std::nullopt;
    if (request.name == "ListDelRq") {
        return refused(3162, "The request cannot be done while QuickBooks is in multi-user mode.");
    }
    if (request.name == "ListMergeRq") {
        return refused(3500,
                       "The list elements cannot be merged.  QuickBooks error message: Merging is "
                       "possible in single-user mode only.");
    }
    return std::nullopt;
}

Outcome closed(std::string_view noun, bool to_delete)
{
    if (to_delete) {
        return refused(3161, fmt::format("Cannot delete the {}: its date is on or before the "
                                         "closing date of the company.",
                                         noun));
    }
    return refused(3171, fmt::format("An attempt was made to modify a {} with a date that is on or "
                                     "before the closing date of the company.",
                                     noun));
}

const Record* transaction_of(const CompanyFile& books, std::string_view noun, std::string_view id)
{
    const Kind* kind = kind_of(noun);
    return kind == nullptr || kind->is_list() ? nullptr : books.find(*kind, id);
}

std::optional<Outcome> refuse_closed(const CompanyFile& books, const Wish& wish,
                                     const Node& request)
{
    const bool away = request.name == "TxnDelRq" || request.name == "TxnVoidRq";
    const std::string_view type = request.name == "TxnDelRq" ? "TxnDelType" : "TxnVoidType";
    const std::string noun = away ? text_at(request, type) : std::string(wish.noun);
    const bool open = std::find(open_in_closed_periods.begin(), open_in_closed_periods.end(),
                                noun) != open_in_closed_periods.end();
    if (open || (!away && !wish.changes_record())) return std::nullopt;
    const Kind* kind = kind_of(noun);
    if (kind == nullptr || kind->is_list() || request.children.empty()) return std::nullopt;
    const Node& named = away ? request : request.children.front();
    const Record* record = transaction_of(books, noun, text_at(named, "TxnID"));
    const BookSettings& settings = books.settings();
    const bool was_closed = record != nullptr && settings.is_closed(record->txn_date());
    if (was_closed || (!away && settings.is_closed(text_at(named, "TxnDate")))) {
        return closed(noun, request.name == "TxnDelRq");
    }
    return std::nullopt;
}

Outcome in_use(std::string_view id)
{
    return refused(3175, fmt::format("The object \"{}\" specified in the request is in use.  "
                                     "QuickBooks error message: It is open in another window or by "
                                     "another user.",
                                     id));
}

// Ids of records that the request changes: at its top, or the two of a merge.
bool changes(const Node& parent, const Node& child)
{
    if (child.name != "ListID" && child.name != "TxnID") return false;
    return !parent.name.ends_with("Ref") || parent.name == "ListObjRef";
}

// 3175 for what the request changes, 3176 for a transaction that it only links to.
std::optional<Outcome> refuse_held_records(const BookSettings& settings, const Node& node,
                                           int depth)
{
    for (const Node& child : node.children) {
        const bool link = child.name == "LinkToTxnID" || (child.name == "TxnID" && depth > 1);
        if (settings.locks.contains(child.text)) {
            if (link) {
                return refused(
                    3176, fmt::format("The related transaction \"{}\" is in use.", child.text));
            }
            if (changes(node, child)) return in_use(child.text);
        }
        if (auto refusal = refuse_held_records(settings, child, depth + 1)) return refusal;
    }
    return std::nullopt;
}

// What QuickBooks says when another user has a list: the retry is in the tail of the text.
std::optional<Outcome> refuse_held_lists(const BookSettings& settings, const Wish& wish,
                                         const Node& request)
{
    const std::string type = text_at(request, "ListDelType");
    if (!type.empty() && settings.locks.contains(type)) {
        return refused(3175, fmt::format("The {} list is in use.  QuickBooks error message: The "
                                         "list element is in use.",
                                         type));
    }
    if (!wish.changes_record() || !settings.locks.contains(wish.noun)) return std::nullopt;
    if (wish.verb == Wish::Verb::add) {
        return refused(3180, fmt::format("There was an error when saving a {} list.  QuickBooks "
                                         "error message: The list has been modified by another "
                                         "user.",
                                         wish.noun));
    }
    return refused(3170, fmt::format("There was an error when modifying a {} list.  QuickBooks "
                                     "error message: The {} list internals could not be locked.  "
                                     "They are in use by another user.",
                                     wish.noun, wish.noun));
}

}  // namespace

std::optional<Outcome> refuse_by_state(const CompanyFile& books, const Node& request)
{
    const grammar::Message* message = grammar::message(request.name);
    const auto edition = edition_from_text(books.profile().country).value_or(Edition::us);
    if (message != nullptr && !message->editions.has(edition)) {
        return refused(1030, "The request is not supported by this version of QuickBooks.");
    }
    if (request.name.ends_with("QueryRq")) return std::nullopt;
    const BookSettings& settings = books.settings();
    const Wish wish = wish_of(request.name);
    if (auto refusal = refuse_mode(settings, request)) return refusal;
    if (auto refusal = refuse_features(settings, wish, request)) return refusal;
    if (!settings.locks.empty()) {
        if (auto refusal = refuse_held_lists(settings, wish, request)) return refusal;
        if (auto refusal = refuse_held_records(settings, request, 0)) return refusal;
    }
    if (!settings.closing_date.empty()) return refuse_closed(books, wish, request);
    return std::nullopt;
}

}  // namespace qbxml::simulator
