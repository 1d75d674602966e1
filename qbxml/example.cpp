#include "qbxml/example.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>

#include "qbxml/format.h"
#include "qbxml/suggest.h"

namespace qbxml {

namespace {

using grammar::Form;
using grammar::Owner;
using grammar::Particle;

// What people expect to see under these names.
std::string_view familiar_text(std::string_view name)
{
    static const std::unordered_map<std::string_view, std::string_view> texts = {
        {"Addr1", "12 Harbour Street"},
        {"Addr2", "Unit 4"},
        {"City", "Springfield"},
        {"State", "CA"},
        {"PostalCode", "94043"},
        {"Country", "US"},
        {"Email", "ann@example.com"},
        {"Phone", "555-0100"},
        {"Fax", "555-0101"},
        {"FirstName", "Ann"},
        {"LastName", "Miller"},
        {"Name", "Ann Miller"},
        {"FullName", "Ann Miller"},
        {"CompanyName", "Miller Gardens"},
        {"Memo", "Spring delivery"},
        {"Desc", "Garden table, oak"},
        {"RefNumber", "1001"},
        {"EditSequence", "1700000000"},
        {"OwnerID", "0"},
        {"IncludeRetElement", "TimeModified"},
        {"statusCode", "0"},
        {"statusSeverity", "Info"},
        {"statusMessage", "Status OK"},
        {"requestID", "1"},
        {"titleRow", "1"},
        {"colID", "1"},
        {"rowNumber", "1"},
        {"SSN", "000-00-0000"},
        {"MaxReturned", "100"},
    };
    const auto at = texts.find(name);
    return at == texts.end() ? std::string_view() : at->second;
}

std::string value_of_form(const grammar::Type& type)
{
    switch (type.form) {
        case Form::text: return {};
        case Form::flag: return "true";
        case Form::date: return "2024-02-29";
        case Form::datetime: return "2024-02-29T12:00:00";
        case Form::duration: return "PT8H30M";
        case Form::decimal: return type.places_least == 2 ? "125.50" : "2.5";
        case Form::number: return "1.25";
        case Form::integer: return "1";
        case Form::guid: return "{0a1b2c3d-0123-4567-89ab-0123456789ab}";
    }
    return {};
}

std::string example_value(std::string_view name, const grammar::Type& type, std::size_t most,
                          const grammar::Enumeration* values, std::string_view fallback,
                          Version version)
{
    if (values != nullptr) {
        if (!fallback.empty()) return std::string(fallback);
        for (const grammar::EnumValue& value : values->values())
            if (value.since() <= version) return std::string(value.text());
    }
    std::string text(familiar_text(name));
    if (text.empty()) text = value_of_form(type);
    if (text.empty()) text = type.name() == "IDTYPE" ? "80000001-1700000000" : name;
    return text.substr(0, std::min<std::size_t>(most, type.chars));
}

class Maker {
public:
    Maker(Extent extent, Version version, Edition edition)
        : extent_(extent), version_(version), edition_(edition)
    {
    }

    Node make(std::string_view name, const Owner& content, const std::string& path)
    {
        Node node{.name = std::string(name)};
        for (const grammar::Attribute& attribute : content.attributes())
            if (wants(attribute))
                node.attributes.emplace_back(
                    attribute.name(),
                    example_value(attribute.name(), attribute.type(), attribute.chars,
                                  attribute.values(), attribute.fallback(), version_));
        add(node, content, 0, content.count, path);
        // A reference with neither key says nothing.
        if (node.children.empty() && content.count == 2 && content.find("FullName") != nullptr)
            add_element(node, *content.find("FullName"), path);
        return node;
    }

private:
    bool wants(const grammar::Attribute& attribute) const
    {
        if (attribute.since() > version_) return false;
        if (attribute.required || attribute.name() == "requestID") return true;
        // An iteratorID goes with Continue only, and macros are names of one message set.
        return extent_ == Extent::full && attribute.name() != "iteratorID" &&
               attribute.name() != "defMacro";
    }

    bool exists(const Particle& particle, const std::string& path) const
    {
        if (particle.since() > version_) return false;
        if (particle.kind != Particle::Kind::element) return true;
        const auto facts = grammar::facts_at(path + "/" + std::string(particle.name()), particle);
        // What only the retired Online Edition had is in no example, unless the message needs it.
        const bool of_today = (facts.editions.bits & grammar::Editions::desktop) != 0;
        return facts.editions.has(edition_) && (of_today || particle.least() > 0);
    }

    void add_element(Node& node, const Particle& particle, const std::string& parent)
    {
        const std::string path = parent + "/" + std::string(particle.name());
        if (const Owner* content = particle.content()) {
            node.children.push_back(make(particle.name(), *content, path));
            return;
        }
        const auto* chars = grammar::facts_at(path, particle).chars;
        node.add(std::string(particle.name()),
                 example_value(particle.name(), *particle.type(),
                               chars == nullptr ? grammar::none : chars->in(edition_),
                               particle.values(), particle.fallback(), version_));
    }

    void add(Node& node, const Owner& content, std::size_t first, std::size_t end,
             const std::string& path)
    {
        const bool reference = content.count == 2 && content.find("ListID") != nullptr &&
                               content.find("FullName") != nullptr;
        const auto particles = content.particles();
        for (std::size_t i = first; i < end; i = particles[i].end_) {
            const Particle& particle = particles[i];
            if (!exists(particle, path)) continue;
            if (particle.least() == 0 && extent_ == Extent::minimal) continue;
            if (reference && particle.name() == "ListID") continue;  // one key is enough
            if (particle.kind == Particle::Kind::element) {
                for (int n = 0; n < std::max(1, particle.least()); ++n)
                    add_element(node, particle, path);
            } else if (particle.kind == Particle::Kind::sequence) {
                add(node, content, i + 1, particle.end_, path);
            } else {
                add_choice(node, content, i, path);
            }
        }
    }

    // How many elements this particle brings.
    std::size_t weight(const Owner& content, std::size_t index, const std::string& path) const
    {
        const auto particles = content.particles();
        const Particle& particle = particles[index];
        if (!exists(particle, path)) return 0;
        if (particle.kind == Particle::Kind::element) return 1;
        std::size_t sum = 0;
        for (std::size_t i = index + 1; i < particle.end_; i = particles[i].end_)
            sum += weight(content, i, path);
        return sum;
    }

    void add_choice(Node& node, const Owner& content, std::size_t index, const std::string& path)
    {
        const auto particles = content.particles();
        const Particle& choice = particles[index];
        std::optional<std::size_t> best;
        std::size_t best_weight = 0;
        for (std::size_t i = index + 1; i < choice.end_; i = particles[i].end_) {
            const std::size_t here = weight(content, i, path);
            if (here == 0) continue;
            if (choice.repeats() && extent_ == Extent::full) {
                add(node, content, i, particles[i].end_, path);
                continue;
            }
            const bool better = extent_ == Extent::full ? here > best_weight : here < best_weight;
            if (!best || better) {
                best = i;
                best_weight = here;
            }
        }
        if (best) add(node, content, *best, particles[*best].end_, path);
    }

    Extent extent_;
    Version version_;
    Edition edition_;
};

}  // namespace

const grammar::Message* find_message(std::string_view name)
{
    for (const grammar::Message& message : grammar::messages())
        if (same_but_case(message.name(), name) ||
            (message.request && same_but_case(message.noun_and_verb(), name)))
            return &message;
    return nullptr;
}

Node example_node(const grammar::Message& message, Extent extent, Version version, Edition edition)
{
    return Maker(extent, version, edition)
        .make(message.name(), message.content(), std::string(message.name()));
}

Result<std::string> example(std::string_view name, Extent extent, Version version, Edition edition)
{
    const grammar::Message* message = find_message(name);
    if (message == nullptr) {
        std::vector<std::string_view> names;
        for (const grammar::Message& each : grammar::messages())
            names.push_back(each.request ? each.noun_and_verb() : each.name());
        const std::string_view near = nearest(name, names);
        return Error{std::string(name),
                     near.empty()
                         ? "there is no such message"
                         : fmt::format("there is no such message; did you mean {}?", near)};
    }
    if (message->since() > version)
        return Error{std::string(message->name()),
                     fmt::format("qbXML {} has it not; it came with {}", version.text(),
                                 message->since().text())};
    if (!message->editions.has(edition))
        return Error{std::string(message->name()),
                     fmt::format("the {} edition has it not", to_text(edition))};
    return document_text(in_envelope({example_node(*message, extent, version, edition)}), version);
}

}  // namespace qbxml
