// Building assemblies: components leave the stock at their cost, the assembly comes in at the sum.
#include <fmt/format.h>

#include <algorithm>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/txn_lines.h"

namespace qbxml::simulator {

namespace {

struct Component {
    Record* item = nullptr;
    Record* asset = nullptr;  // null: nothing of it is kept in stock
    Fine each, needed, on_hand;
};

Record* asset_of(const CompanyFile& books, const Record& item)
{
    return books.find(*kind_of("Account"), item.field("AssetAccountRef", "ListID", books.names()));
}

Fine on_hand(const LinesOf& of, const Record& item)
{
    const Ledger& ledger = of.books.ledger();
    return of.before == nullptr ? ledger.stock(item).quantity
                                : ledger.stock_without(item, *of.before).quantity;
}

std::optional<Outcome> read_components(const LinesOf& of, const Record& assembly, Fine wanted,
                                       std::vector<Component>& components)
{
    const Node tree = assembly.tree();
    for (const Node& part : tree.children) {
        if (part.name != "ItemInventoryAssemblyLine") continue;
        Component component{.each = number_in(part, "Quantity").value_or(Fine::whole(1))};
        component.item = referred_in(of.books, part, "ItemInventoryRef");
        if (component.item == nullptr) continue;
        const auto needed = times(component.each, wanted);
        if (!needed) return cannot_save(of.form, "The quantity to build is too large.");
        component.needed = *needed;
        component.asset = asset_of(of.books, *component.item);
        component.on_hand = on_hand(of, *component.item);
        components.push_back(component);
    }
    if (components.empty()) return cannot_save(of.form, "The assembly has no components.");
    return std::nullopt;
}

// How many could be built of what lies there.
Fine can_build(const std::vector<Component>& components)
{
    std::optional<std::int64_t> least;
    for (const Component& component : components) {
        if (component.asset == nullptr || component.each.value <= 0) continue;
        const std::int64_t enough =
            std::max<std::int64_t>(component.on_hand.value, 0) / component.each.value;
        least = std::min(least.value_or(enough), enough);
    }
    return Fine::whole(static_cast<int>(std::min<std::int64_t>(least.value_or(0), 1'000'000'000)));
}

bool is_lacking(const Component& component)
{
    return component.asset != nullptr && component.on_hand.value < component.needed.value;
}

Node component_line(const CompanyFile& books, const Component& component)
{
    Node line{.name = "ComponentItemLineRet"};
    line.add(reference("ItemRef", component.item->id(), component.item->full_name()));
    if (std::string desc = component.item->field("PurchaseDesc", books.names()); !desc.empty()) {
        line.add("Desc", std::move(desc));
    }
    line.add("QuantityOnHand", component.on_hand.quantity_text());
    line.add("QuantityNeeded", component.needed.quantity_text());
    return line;
}

void post_build(const LinesOf& of, Record& assembly, Record& asset, Fine built,
                const std::vector<Component>& components, MadeLines& made)
{
    made.postings.push_back({.account = &asset, .item = &assembly, .quantity = built});
    for (const Component& component : components) {
        if (component.asset == nullptr) continue;
        made.postings.push_back({.account = component.asset,
                                 .item = component.item,
                                 .quantity = {-component.needed.value},
                                 .line = LineId::parse(of.books.next_txn_id(of.now)),
                                 .at_cost = true});
        made.postings.push_back({.account = &asset,
                                 .item = &assembly,
                                 .line = LineId::parse(of.books.next_txn_id(of.now))});
    }
}

bool is_true(const Node& header, std::string_view name)
{
    return text_at(header, name) == "true";
}

}  // namespace

std::optional<Outcome> make_build(const LinesOf& of, MadeLines& made)
{
    Record* assembly = referred_in(of.books, of.header, "ItemInventoryAssemblyRef");
    if (assembly == nullptr) {
        return refused(3150, "There is a missing element: \"ItemInventoryAssemblyRef\".");
    }
    Record* asset = asset_of(of.books, *assembly);
    if (asset == nullptr) return refused(3270, "There is a missing posting account.");
    const Fine wanted = number_in(of.header, "QuantityToBuild").value_or(Fine{});
    if (wanted.value <= 0) return cannot_save(of.form, "The quantity to build must be positive.");
    std::vector<Component> components;
    if (auto refusal = read_components(of, *assembly, wanted, components)) return refusal;

    const bool removes = is_true(of.header, "RemovePending");
    const bool waits = is_true(of.header, "IsPending") && !removes;
    const bool lacking = std::any_of(components.begin(), components.end(), is_lacking);
    if (lacking && !waits && (removes || !is_true(of.header, "MarkPendingIfRequired"))) {
        return cannot_save(of.form,
                           "There are not enough components to build it; it can only be saved as "
                           "pending.");
    }
    const bool pending = lacking || waits;
    if (!pending) post_build(of, *assembly, *asset, wanted, components, made);
    for (const Component& component : components)
        made.lines.push_back(component_line(of.books, component));
    const auto show = [&](std::string_view name, std::string text) {
        made.head.push_back({.name = std::string(name), .text = std::move(text)});
    };
    const std::int64_t built = pending ? 0 : wanted.value;
    show("IsPending", pending ? "true" : "false");
    show("QuantityCanBuild", can_build(components).quantity_text());
    show("QuantityOnHand", Fine{on_hand(of, *assembly).value + built}.quantity_text());
    show("QuantityOnSalesOrder", assembly->field("QuantityOnSalesOrder", of.books.names()));
    return std::nullopt;
}

}  // namespace qbxml::simulator
