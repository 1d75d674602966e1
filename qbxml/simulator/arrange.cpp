#include "qbxml/simulator/arrange.h"

#include <algorithm>
#include <vector>

#include "qbxml/grammar/grammar.h"
#include "qbxml/simulator/number.h"
#include "qbxml/simulator/text.h"

namespace qbxml::simulator {

namespace {

std::string as_answered(std::string_view text, const grammar::Type* type)
{
    std::string stored = as_stored(trimmed(text));
    if (type == nullptr || stored.empty()) return stored;
    if (type->name() == "BOOLTYPE") {
        return stored == "1" || stored == "true" ? "true" : "false";
    }
    if (type->name() == "AMTTYPE") {
        if (const auto amount = Cents::parse(stored)) return amount->text();
    }
    if (type->name() == "PRICETYPE" || type->name() == "PERCENTTYPE") {
        if (const auto number = Fine::parse(stored)) return number->price_text();
    }
    if (type->name() == "QUANTYPE") {
        if (const auto number = Fine::parse(stored)) return number->quantity_text();
    }
    if (type->name() == "GUIDTYPE") {
        std::transform(stored.begin(), stored.end(), stored.begin(), [](unsigned char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : static_cast<char>(c);
        });
    }
    return stored;
}

}  // namespace

void arrange(Node& node, Edition edition)
{
    const grammar::Owner* owner = grammar::owner(node.name);
    if (owner == nullptr || node.children.empty()) return;
    std::vector<std::pair<std::size_t, Node*>> placed;
    placed.reserve(node.children.size());
    bool in_order = true;
    for (Node& child : node.children) {
        const grammar::Particle* particle = owner->find(child.name);
        if (particle == nullptr || !particle->editions.has(edition)) {  // not part of the record
            in_order = false;
            continue;
        }
        const std::size_t place = owner->place_of(*particle);
        in_order = in_order && (placed.empty() || placed.back().first <= place);
        placed.emplace_back(place, &child);
    }
    if (!in_order) {
        std::stable_sort(placed.begin(), placed.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        std::vector<Node> sorted;
        sorted.reserve(placed.size());
        for (const auto& [place, child] : placed)
            sorted.push_back(std::move(*child));
        node.children = std::move(sorted);
    }
    for (Node& child : node.children) {
        if (!child.children.empty()) arrange(child, edition);
    }
}

Node same_fields(const Node& request, std::string_view ret_name)
{
    Node record{.name = std::string(ret_name)};
    const grammar::Owner* owner = grammar::owner(ret_name);
    for (const Node& child : request.children) {
        if (owner == nullptr || owner->find(child.name) == nullptr) continue;
        record.add(child);
    }
    store_texts(record);
    return record;
}

void store_texts(Node& record)
{
    const grammar::Owner* owner = grammar::owner(record.name);
    for (Node& child : record.children) {
        const grammar::Particle* particle = owner == nullptr ? nullptr : owner->find(child.name);
        if (child.children.empty()) {
            child.text = as_answered(child.text, particle == nullptr ? nullptr : particle->type());
        }
        store_texts(child);
    }
}

void put(Node& record, Node field)
{
    for (Node& child : record.children) {
        if (child.name != field.name) continue;
        child = std::move(field);
        return;
    }
    record.add(std::move(field));
}

void put(Node& record, std::string_view name, std::string_view text)
{
    put(record, Node{.name = std::string(name), .text = std::string(text)});
}

void remove(Node& record, std::string_view name)
{
    std::erase_if(record.children, [&](const Node& child) { return child.name == name; });
}

Node reference(std::string_view name, std::string_view list_id, std::string_view full_name)
{
    Node node{.name = std::string(name)};
    node.add("ListID", std::string(list_id));
    node.add("FullName", std::string(full_name));
    return node;
}

}  // namespace qbxml::simulator
