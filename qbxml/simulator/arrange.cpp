#include "qbxml/simulator/arrange.h"

#include <algorithm>
#include <span>
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

// Finds what an owner has by name; children mostly come in its order.
class Finder {
public:
    explicit Finder(const grammar::Owner* owner)  // null: has nothing
    {
        if (owner != nullptr) particles_ = owner->particles();
    }

    const grammar::Particle* find(std::string_view name)
    {
        for (std::size_t i = 0; i < particles_.size(); ++i, ++next_) {
            if (next_ >= particles_.size()) next_ = 0;
            const grammar::Particle& particle = particles_[next_];
            if (particle.kind == grammar::Particle::Kind::element && particle.name() == name) {
                return &particle;
            }
        }
        return nullptr;
    }

private:
    std::span<const grammar::Particle> particles_;
    std::size_t next_ = 0;
};

void arrange(Node& node, const grammar::Owner* owner, Edition edition)
{
    if (owner == nullptr || node.children.empty()) return;
    struct Placed {
        std::size_t place;
        Node* child;
    };
    std::vector<Placed> placed;
    placed.reserve(node.children.size());
    bool in_order = true;
    Finder finder(owner);
    for (Node& child : node.children) {
        const grammar::Particle* particle = finder.find(child.name);
        if (particle == nullptr || !particle->editions.has(edition)) {  // not part of the record
            in_order = false;
            continue;
        }
        const std::size_t place = owner->place_of(*particle);
        in_order = in_order && (placed.empty() || placed.back().place <= place);
        placed.push_back({place, &child});
        arrange(child, particle->content(), edition);
    }
    if (in_order) return;
    std::stable_sort(placed.begin(), placed.end(),
                     [](const Placed& a, const Placed& b) { return a.place < b.place; });
    std::vector<Node> sorted;
    sorted.reserve(placed.size());
    for (const Placed& one : placed)
        sorted.push_back(std::move(*one.child));
    node.children = std::move(sorted);
}

void store_texts(Node& record, const grammar::Owner* owner)
{
    Finder finder(owner);
    for (Node& child : record.children) {
        const grammar::Particle* particle = finder.find(child.name);
        if (child.children.empty()) {
            child.text = as_answered(child.text, particle == nullptr ? nullptr : particle->type());
        } else {
            store_texts(child, particle == nullptr ? nullptr : particle->content());
        }
    }
}

}  // namespace

void arrange(Node& node, Edition edition)
{
    arrange(node, grammar::owner(node.name), edition);
}

Node same_fields(const Node& request, std::string_view ret_name)
{
    Node record{.name = std::string(ret_name)};
    const grammar::Owner* owner = grammar::owner(ret_name);
    Finder finder(owner);
    for (const Node& child : request.children) {
        if (finder.find(child.name) != nullptr) record.children.push_back(child);
    }
    store_texts(record, owner);
    return record;
}

void store_texts(Node& record)
{
    store_texts(record, grammar::owner(record.name));
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
