#include "qbxml/checker.h"

#include <algorithm>

#include <fmt/format.h>

#include "qbxml/characters.h"
#include "qbxml/check_value.h"
#include "qbxml/grammar/history.h"
#include "qbxml/json_place.h"
#include "qbxml/suggest.h"

namespace qbxml {

using grammar::Attribute;
using grammar::Editions;
using grammar::Owner;
using grammar::Particle;

namespace {

std::string edition_list(Editions editions)
{
    const std::string names = editions.names();
    return names.empty() ? "the retired Online Edition only" : names;
}

// The siblings inside which an element of that name stands, when they are few: BillAddress and
// ShipAddress for Addr1.
std::string elements_around(const Owner& content, std::string_view name)
{
    std::vector<std::string_view> around;
    for (const Particle& particle : content.particles())
        if (particle.content() != nullptr && particle.content()->find(name) != nullptr)
            around.push_back(particle.name());
    return around.empty() || around.size() > 3 ? std::string() : one_of(around);
}

bool is_answer(std::string_view path)
{
    return path.substr(0, path.find('/')).ends_with("Rs");
}

bool was_a_value(const grammar::Enumeration& values, std::string_view text, Version version)
{
    const auto* past = grammar::past_value(values.name(), text);
    return past != nullptr && past->known_to(version);
}

}  // namespace

void Checker::add(Fault fault, const Node& at)
{
    if (!full()) found_.push_back({std::move(fault), &at});
}

bool Checker::exists(const Particle& particle, const std::string& path) const
{
    if (particle.since() > options_.version) return false;
    if (particle.kind != Particle::Kind::element) return true;
    return grammar::facts_at(path + "/" + std::string(particle.name()), particle)
        .editions.has(options_.edition);
}

void Checker::check(const Node& node, const Owner& content, const std::string& path,
                    const std::string& pointer)
{
    check_inside(
        {.node = node, .content = &content, .particle = nullptr, .path = path, .pointer = pointer});
}

void Checker::check_message(const Node& node, const grammar::Message& message,
                            const std::string& pointer)
{
    Place place{.node = node,
                .content = &message.content(),
                .particle = nullptr,
                .path = node.name,
                .pointer = pointer};
    if (message.since() > options_.version) {
        place.told_version = true;
        report_version(place, message.since());
    }
    if (!message.editions.has(options_.edition)) {
        place.told_edition = true;
        report_edition(place, message.editions);
    }
    check_inside(place);
}

void Checker::report_version(const Place& place, Version since)
{
    add({.pointer = place.pointer,
         .path = place.path,
         .rule = "version",
         .found = place.node.name,
         .allowed = fmt::format("what qbXML {} has", options_.version.text()),
         .since = since.text(),
         .suggestion = fmt::format("leave it out, or send it as qbXML {} or newer", since.text())},
        place.node);
}

void Checker::report_edition(const Place& place, Editions editions)
{
    add({.pointer = place.pointer,
         .path = place.path,
         .rule = "edition",
         .found = place.node.name,
         .allowed = fmt::format("what the {} edition has", to_text(options_.edition)),
         .since = edition_list(editions),
         .suggestion = "leave it out"},
        place.node);
}

void Checker::check_inside(const Place& place)
{
    check_attributes(place);
    if (place.content == nullptr) return;
    const Node& node = place.node;
    if (!node.text.empty())
        add({.pointer = place.pointer,
             .path = place.path,
             .rule = "text",
             .found = shown(node.text),
             .allowed = place.content->count == 0 ? "nothing" : "elements only",
             .suggestion = "take the text out, or put it into the element it belongs to"},
            node);

    const auto places = json_places(node, place.content);
    std::vector<std::string> pointers;
    pointers.reserve(places.size());
    for (std::size_t i = 0; i < places.size(); ++i)
        pointers.push_back(place.pointer + pointer_step(node.children[i].name, places[i]));
    std::vector<std::string_view> meant;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Node& child = node.children[i];
        const Particle* particle = place.content->find(child.name);
        if (particle == nullptr)
            meant.push_back(report_unknown(place, child, pointers[i]));
        else
            check_child(place, child, *particle, pointers[i]);
    }
    check_counts(place, pointers, meant);
    if (options_.as_it_stands) check_order(place, pointers);
}

void Checker::check_child(const Place& parent, const Node& child, const Particle& particle,
                          std::string pointer)
{
    // Paths begin at the message: the facts of single places are told so.
    const bool message = grammar::message(child.name) != nullptr;
    const std::string path = message ? child.name : parent.path + "/" + child.name;
    const grammar::Facts facts = grammar::facts_at(path, particle);
    Place place{.node = child,
                .content = particle.content(),
                .particle = &particle,
                .path = path,
                .pointer = pointer,
                .told_version = parent.told_version,
                .told_edition = parent.told_edition};
    if (!place.told_version && particle.since() > options_.version) {
        place.told_version = true;
        report_version(place, particle.since());
    }
    if (!place.told_edition && !facts.editions.has(options_.edition)) {
        place.told_edition = true;
        report_edition(place, facts.editions);
    }
    check_inside(place);
    if (particle.content() == nullptr) check_simple(place, particle, facts.chars);
}

namespace {

std::optional<ValueFault> lost_character(std::string_view text)
{
    const std::string_view lost = first_lost_character(text);
    if (lost.empty()) return std::nullopt;
    return ValueFault{.rule = "character",
                      .found = shown(lost),
                      .allowed = "characters of Windows-1252: QuickBooks would store a '?'",
                      .suggestion = "write it with other characters, or leave it out"};
}

}  // namespace

void Checker::check_simple(const Place& place, const Particle& particle,
                           const grammar::Chars* chars)
{
    const Node& node = place.node;
    if (!node.children.empty()) {
        add({.pointer = place.pointer,
             .path = place.path,
             .rule = "text",
             .found = fmt::format("the element {}", shown_name(node.children.front().name)),
             .allowed = std::string(particle.type()->expected()),
             .suggestion = fmt::format("give {} a text and no elements", node.name)},
            node);
        return;
    }
    const ValueLimits limits{
        .type = *particle.type(),
        .chars = chars == nullptr ? grammar::none : chars->in(options_.edition),
        .values = particle.values(),
        .range = particle.range(),
        .fallback = particle.fallback()};
    auto fault = check_value(node.text, limits, options_.version);
    if (fault && fault->rule == "enum" && is_answer(place.path) &&
        was_a_value(*limits.values, node.text, options_.version))
        return;
    if (!fault && !options_.as_it_stands) fault = lost_character(node.text);
    if (!fault) return;
    // A macro stands for the value.
    if (node.text.empty() && node.attribute("useMacro") != nullptr) return;
    std::string pointer = place.pointer;
    if (!node.attributes.empty()) pointer += "/" + std::string(text_member);
    add({.pointer = pointer,
         .path = place.path,
         .rule = fault->rule,
         .found = fault->found,
         .allowed = fault->allowed,
         .since = fault->since,
         .suggestion = fault->suggestion},
        node);
}

void Checker::check_attributes(const Place& place)
{
    static const Attribute* const no_attribute = nullptr;
    const Node& node = place.node;
    for (const auto& [name, value] : node.attributes) {
        const Attribute* attribute =
            place.content == nullptr ? no_attribute : place.content->find_attribute(name);
        if (attribute != nullptr) {
            check_attribute(place, name, value, *attribute);
            continue;
        }
        if (name == "useMacro" && place.particle != nullptr &&
            (place.particle->flags & Particle::macro) != 0)
            continue;
        const bool pages = name == "iterator" || name == "iteratorID";
        std::vector<std::string_view> known;
        if (place.content != nullptr)
            for (const Attribute& each : place.content->attributes())
                known.push_back(each.name());
        const std::string_view near = nearest(name, known);
        add({.pointer = place.pointer + "/@" + name,
             .path = place.path + "/@" + shown_name(name),
             .rule = pages ? "iterator" : "attribute",
             .found = fmt::format("the attribute {}", shown_name(name)),
             .allowed = known.empty() ? "no attributes" : one_of(known),
             .suggestion =
                 pages ? fmt::format("leave it out: {} answers everything at once", node.name)
                 : near.empty() ? "leave it out"
                                : fmt::format("did you mean {}?", near)},
            node);
    }
    if (place.content == nullptr) return;
    for (const Attribute& each : place.content->attributes())
        if (each.required && node.attribute(each.name()) == nullptr)
            add({.pointer = place.pointer + "/@" + std::string(each.name()),
                 .path = place.path + "/@" + std::string(each.name()),
                 .rule = "attribute",
                 .found = "nothing",
                 .allowed = fmt::format("the attribute {}", each.name()),
                 .suggestion = fmt::format("give {} the attribute {}", node.name, each.name())},
                node);
    if (!options_.as_it_stands) check_iterator(place);
}

void Checker::check_attribute(const Place& place, const std::string& name, const std::string& value,
                              const Attribute& attribute)
{
    const std::string path = place.path + "/@" + name, pointer = place.pointer + "/@" + name;
    if (attribute.since() > options_.version) {
        const std::string since = attribute.since().text();
        add({.pointer = pointer,
             .path = path,
             .rule = "version",
             .found = fmt::format("the attribute {}", name),
             .allowed = fmt::format("what qbXML {} has", options_.version.text()),
             .since = since,
             .suggestion = fmt::format("leave it out, or send it as qbXML {} or newer", since)},
            place.node);
    }
    const auto fault = check_value(
        value, {.type = attribute.type(), .chars = attribute.chars, .values = attribute.values()},
        options_.version);
    if (fault)
        add({.pointer = pointer,
             .path = path,
             .rule = fault->rule,
             .found = fault->found,
             .allowed = fault->allowed,
             .since = fault->since,
             .suggestion = fault->suggestion},
            place.node);
}

// What the published schema lets pass and QuickBooks refuses.
void Checker::check_iterator(const Place& place)
{
    const Node& node = place.node;
    const std::string* iterator = node.attribute("iterator");
    const bool continues = iterator != nullptr && (*iterator == "Continue" || *iterator == "Stop");
    const bool has_id = node.attribute("iteratorID") != nullptr;
    if (place.content->find_attribute("iterator") == nullptr || continues == has_id) return;
    add({.pointer = place.pointer + "/@iteratorID",
         .path = place.path + "/@iteratorID",
         .rule = "iterator",
         .found = has_id ? "an iteratorID" : "nothing",
         .allowed = has_id ? "iterator=\"Continue\" or \"Stop\" beside it"
                           : "the iteratorID of the answer before",
         .suggestion = has_id ? "leave it out, or say how to go on"
                              : "start with iterator=\"Start\" and send back the iteratorID"},
        node);
}

std::string_view Checker::report_unknown(const Place& parent, const Node& child,
                                         const std::string& pointer)
{
    if (full()) return {};
    const auto* past = grammar::past_element(parent.content->name(), child.name);
    // An old QuickBooks answers in the language of its time.
    if (past != nullptr && is_answer(parent.path) && past->known_to(options_.version)) return {};
    std::vector<std::string_view> siblings;
    for (const Particle& particle : parent.content->particles())
        if (particle.kind == Particle::Kind::element && exists(particle, parent.path))
            siblings.push_back(particle.name());
    const std::string_view near = nearest(child.name, siblings);
    const std::string around = elements_around(*parent.content, child.name);
    std::string suggestion;
    if (past != nullptr)
        suggestion =
            fmt::format("leave it out: qbXML {} was the last that had it", past->last.text());
    else if (!near.empty() && same_but_case(near, child.name))
        suggestion = fmt::format("write {}: case counts", near);
    else if (!around.empty())
        suggestion = fmt::format("put it inside {}", around);
    else if (!near.empty())
        suggestion = fmt::format("did you mean {}?", near);
    else
        suggestion = "leave it out";
    const std::string name = shown_name(child.name);
    add({.pointer = pointer,
         .path = parent.path + "/" + name,
         .rule = "unknown",
         .found = name,
         .allowed = one_of(siblings),
         .suggestion = suggestion},
        child);
    return near;
}

}  // namespace qbxml
