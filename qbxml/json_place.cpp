#include "qbxml/json_place.h"

#include <unordered_map>

#include <fmt/format.h>

namespace qbxml {

namespace {

std::string escaped(std::string_view name)
{
    std::string out;
    for (char c : name) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

}  // namespace

std::vector<JsonPlace> json_places(const Node& node, const grammar::Owner* content)
{
    struct Seen {
        const grammar::Particle* particle = nullptr;
        const grammar::Particle* choice = nullptr;
        int count = 0;
        int next = 0;
    };
    std::unordered_map<std::string_view, Seen> seen;
    std::string_view first_of_choice;
    bool mixed = false;
    for (const Node& child : node.children) {
        auto [at, fresh] = seen.try_emplace(child.name);
        Seen& entry = at->second;
        ++entry.count;
        if (!fresh || content == nullptr) continue;
        entry.particle = content->find(child.name);
        if (entry.particle != nullptr) entry.choice = content->mixing_choice(*entry.particle);
        if (entry.choice == nullptr) continue;
        if (first_of_choice.empty())
            first_of_choice = child.name;
        else
            mixed = true;  // an owner has one such choice at most
    }

    std::vector<JsonPlace> places;
    places.reserve(node.children.size());
    int next_mixed = 0;
    for (const Node& child : node.children) {
        Seen& entry = seen.at(child.name);
        if (entry.choice != nullptr && mixed) {
            places.push_back({.mixed = true, .index = next_mixed++});
        } else if (entry.count > 1 || entry.choice != nullptr ||
                   (entry.particle != nullptr && entry.particle->repeats())) {
            places.push_back({.index = entry.next++});
        } else {
            places.push_back({});
        }
    }
    return places;
}

std::string pointer_step(std::string_view name, const JsonPlace& place)
{
    if (place.mixed) return fmt::format("/{}/{}/{}", mixed_member, place.index, escaped(name));
    if (place.index >= 0) return fmt::format("/{}/{}", escaped(name), place.index);
    return fmt::format("/{}", escaped(name));
}

}  // namespace qbxml
