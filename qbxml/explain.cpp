#include "qbxml/explain.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "qbxml/example.h"
#include "qbxml/grammar/grammar.h"
#include "qbxml/grammar/history.h"
#include "qbxml/suggest.h"

namespace qbxml {

namespace {

using grammar::Editions;
using grammar::Message;
using grammar::Owner;
using grammar::Particle;

constexpr std::size_t text_width = 96;

std::string editions_text(Editions editions)
{
    const std::string names = editions.names();
    return names.empty() ? "none of today: only the retired Online Edition had it" : names;
}

std::string only_text(Editions editions)
{
    const std::string names = editions.names();
    return names.empty() ? "retired Online Edition" : "only " + names;
}

// `alternative`: it is one of a choice, and required only when it is the one that is taken.
std::string occurs_text(const Particle& particle, bool alternative)
{
    const std::string_view must = alternative            ? "this"
                                  : particle.least() > 0 ? "required"
                                                         : "optional";
    if (!particle.repeats()) return alternative ? std::string() : std::string(must);
    if (particle.most_ == grammar::none) return fmt::format("{}, repeats", must);
    return fmt::format("{}, up to {}", must, particle.most());
}

bool is_alternative(const Owner& around, const Particle& particle)
{
    return particle.parent_ != grammar::none &&
           around.particles()[particle.parent_].kind == Particle::Kind::choice;
}

std::string chars_text(const grammar::Chars& chars)
{
    const auto limit = [](std::uint16_t most) {
        return most == grammar::none ? std::string("any") : fmt::to_string(most);
    };
    if (chars.same_everywhere()) return fmt::format("at most {} characters", chars.any);
    return fmt::format("characters at most: US {}, CA {}, UK {}, AU {}", limit(chars.us),
                       limit(chars.ca), limit(chars.uk), limit(chars.au));
}

// The values, wrapped; those that came later tell since when, those that are gone until when.
std::string values_text(const grammar::Enumeration& values, std::size_t indent)
{
    std::vector<std::string> words;
    for (const grammar::EnumValue& value : values.values()) {
        std::string word = value.text().empty() ? "\"\"" : std::string(value.text());
        if (value.since() > grammar::versions().front().version())
            word += " (" + value.since().text() + ")";
        words.push_back(std::move(word));
    }
    for (const grammar::PastValue& past : grammar::past_values())
        if (past.enumeration == values.name())
            words.push_back(fmt::format("{} (until {})", past.value, past.last.text()));
    return wrapped(words, indent, text_width);
}

bool is_reference(const Owner& content)
{
    return content.count == 2 && content.find("ListID") != nullptr &&
           content.find("FullName") != nullptr;
}

// What an element holds, in a few words.
std::string content_text(const Particle& particle, const std::string& path)
{
    if (const Owner* content = particle.content()) {
        if (!is_reference(*content)) return "elements";
        const Particle& name = *content->find("FullName");
        const auto* chars = grammar::facts_at(path + "/FullName", name).chars;
        return chars == nullptr || chars->any == grammar::none
                   ? std::string("ListID or FullName")
                   : fmt::format("ListID or FullName ({})", chars->any);
    }
    std::string text(particle.type()->name());
    if (const auto* values = particle.values()) {
        const auto all = values->values();
        std::vector<std::string_view> names;
        for (const auto& value : all.first(std::min<std::size_t>(all.size(), 4)))
            names.push_back(value.text());
        text = fmt::format("{}{}", fmt::join(names, "|"), all.size() > 4 ? "|..." : "");
    }
    if (const auto* chars = grammar::facts_at(path, particle).chars;
        chars != nullptr && chars->any != grammar::none)
        text += fmt::format(" ({})", chars->any);
    if (const auto* range = particle.range()) text += fmt::format(" {}", range->text());
    if (!particle.fallback().empty()) text += fmt::format(", else {}", particle.fallback());
    return text;
}

// A table of what stands inside an owner: names by depth, occurrence, content, since and editions.
class Listing {
public:
    std::string take() { return std::move(out_); }

    void add(const Owner& content, const std::string& path, int depth, Version since, int deeper)
    {
        add(content, 0, content.count, path, depth, since, deeper);
    }

private:
    void add(const Owner& content, std::size_t first, std::size_t end, const std::string& path,
             int depth, Version since, int deeper)
    {
        const auto particles = content.particles();
        for (std::size_t i = first; i < end; i = particles[i].end_) {
            const Particle& particle = particles[i];
            if (particle.kind != Particle::Kind::element) {
                add_group(content, i, path, depth, since, deeper);
                continue;
            }
            const std::string here = path + "/" + std::string(particle.name());
            const auto facts = grammar::facts_at(here, particle);
            std::string notes;
            if (particle.since() > since) notes = "since " + particle.since().text();
            if (!facts.editions.in_all_desktops())
                notes += (notes.empty() ? "" : "; ") + only_text(facts.editions);
            if ((particle.flags & Particle::always) != 0)
                notes += notes.empty() ? "always" : "; always";
            line(particle.name(), depth, occurs_text(particle, is_alternative(content, particle)),
                 content_text(particle, here), notes);
            const Owner* inside = particle.content();
            if (inside != nullptr && deeper > 0 && !is_reference(*inside))
                add(*inside, here, depth + 1, std::max(since, particle.since()), deeper - 1);
        }
    }

    void add_group(const Owner& content, std::size_t index, const std::string& path, int depth,
                   Version since, int deeper)
    {
        const auto particles = content.particles();
        const Particle& group = particles[index];
        const std::string must = group.least() > 0 ? "required" : "optional";
        if (group.kind == Particle::Kind::choice)
            line(group.repeats() ? "any of, mixed:" : "one of:", depth, must, "", "");
        else
            line("together:", depth, is_alternative(content, group) ? "" : must, "", "");
        add(content, index + 1, group.end_, path, depth + 1, since, deeper);
    }

    void line(std::string_view name, int depth, std::string_view occurs, std::string_view holds,
              std::string_view notes)
    {
        const std::string indented =
            std::string(2 + 2 * static_cast<std::size_t>(depth), ' ') + std::string(name);
        std::string text = fmt::format("{:<38} {:<18} {:<26} {}", indented, occurs, holds, notes);
        text.erase(text.find_last_not_of(' ') + 1);
        out_ += text + "\n";
    }

    std::string out_;
};

std::string attributes_text(const Owner& content)
{
    std::string out;
    for (const grammar::Attribute& attribute : content.attributes()) {
        std::string what = attribute.values() != nullptr ? values_text(*attribute.values(), 40)
                                                         : std::string(attribute.type().name());
        if (attribute.chars != grammar::none) what += fmt::format(" ({})", attribute.chars);
        if (!attribute.fallback().empty()) what += fmt::format(", else {}", attribute.fallback());
        out += fmt::format("  @{:<35} {:<18} {}\n", attribute.name(),
                           attribute.required ? "required" : "optional", what);
    }
    return out;
}

// The one element of a message that holds everything, as InvoiceAdd in InvoiceAddRq; null for
// queries and answers.
const Particle* payload(const Owner& content)
{
    const auto particles = content.particles();
    if (particles.empty() || particles.size() > 2 || particles[0].content() == nullptr)
        return nullptr;
    return particles.size() == 1 || particles[1].content() == nullptr ? &particles[0] : nullptr;
}

std::string message_page(const Message& message)
{
    std::string out = fmt::format("{}: {}, answered by {}\n", message.name(),
                                  message.changes ? "a request that changes the books" : "a query",
                                  message.twin().name());
    if (!message.request)
        out = fmt::format("{}: the answer to {}\n", message.name(), message.twin().name());
    out += fmt::format("since qbXML {}; editions {}\n", message.since().text(),
                       editions_text(message.editions));
    if (message.request && !message.changes)
        out += message.iterates ? "pages with iterator=\"Start\" and MaxReturned, then "
                                  "\"Continue\" with the iteratorID\n"
                                : "has no iterator: everything comes in one answer\n";
    if (message.request && message.noun_and_verb().ends_with("Mod"))
        out +=
            "an element left out stays as it is, an empty one clears the field; of lines, those "
            "not "
            "given are deleted\n";
    if (message.set != grammar::MessageSetKind::company)
        out += "travels in a message set of its own, not through the Web Connector\n";
    out += "\n" + attributes_text(message.content());
    Listing listing;
    const int deeper = message.request && payload(message.content()) != nullptr ? 1 : 0;
    listing.add(message.content(), std::string(message.name()), 0, message.since(), deeper);
    out += listing.take();
    out += "\nElements go in this order. More of one: " + std::string(message.noun_and_verb()) +
           "/ELEMENT; a request to start from: example " + std::string(message.noun_and_verb()) +
           "\n";
    return out;
}

// An element reached along a path, and what the path says of it.
struct Reached {
    const Particle* particle = nullptr;
    const Owner* around = nullptr;
    std::string path;
    Version since;
    Editions editions;
};

std::string neighbours_text(const Owner& around, const Particle& particle)
{
    std::string_view before, after;
    bool passed = false;
    for (const Particle& each : around.particles()) {
        if (each.kind != Particle::Kind::element) continue;
        if (&each == &particle)
            passed = true;
        else if (!passed)
            before = each.name();
        else if (after.empty())
            after = each.name();
    }
    std::string text = fmt::format("in {}", around.name());
    if (!before.empty()) text += fmt::format(", after {}", before);
    if (!after.empty()) text += fmt::format(", before {}", after);
    return text;
}

std::string choice_text(const Owner& around, const Particle& particle)
{
    if (particle.parent_ == grammar::none) return {};
    const auto particles = around.particles();
    const Particle* group = &particles[particle.parent_];
    if (group->kind == Particle::Kind::sequence && group->parent_ != grammar::none)
        group = &particles[group->parent_];
    if (group->kind != Particle::Kind::choice || group->repeats()) return {};
    const auto first = static_cast<std::size_t>(group - particles.data()) + 1;
    const auto inside = [&](const Particle& alternative) {
        const auto at = static_cast<std::size_t>(&alternative - particles.data());
        const auto self = static_cast<std::size_t>(&particle - particles.data());
        return self >= at && self < alternative.end_;
    };
    std::vector<std::string> others;
    for (std::size_t i = first; i < group->end_; i = particles[i].end_) {
        if (inside(particles[i])) continue;
        std::vector<std::string_view> names;
        for (std::size_t j = i; j < particles[i].end_; ++j)
            if (particles[j].kind == Particle::Kind::element) names.push_back(particles[j].name());
        others.push_back(fmt::format("{}", fmt::join(names, ", ")));
    }
    return fmt::format("{}", fmt::join(others, "; or "));
}

std::string element_page(const Reached& reached)
{
    const Particle& particle = *reached.particle;
    const auto facts = grammar::facts_at(reached.path, particle);
    std::string out = reached.path + "\n";
    const auto line = [&](std::string_view name, std::string_view text) {
        if (!text.empty()) out += fmt::format("  {:<10} {}\n", name, text);
    };
    const bool alternative = is_alternative(*reached.around, particle);
    line("occurs", alternative && !particle.repeats() ? "one of several"
                                                      : occurs_text(particle, alternative));
    line("place", neighbours_text(*reached.around, particle));
    line("excludes", choice_text(*reached.around, particle));
    line("since", "qbXML " + reached.since.text());
    line("editions", editions_text(reached.editions));
    if (particle.type() != nullptr) {
        line("type", fmt::format("{}: {}", particle.type()->name(), particle.type()->expected()));
        if (facts.chars != nullptr)
            line("length", chars_text(*facts.chars));
        else if (particle.type()->chars != grammar::none)
            line("length", fmt::format("at most {} characters", particle.type()->chars));
        if (particle.range() != nullptr) line("range", particle.range()->text());
        line("default", particle.fallback());
        if (particle.values() != nullptr) line("values", values_text(*particle.values(), 13));
        if ((particle.flags & Particle::macro) != 0)
            line("macro",
                 "takes useMacro=\"TxnID:NAME\" for a record that the same message set adds");
    } else {
        out += "\n" + attributes_text(*particle.content());
        Listing listing;
        listing.add(*particle.content(), reached.path, 0, reached.since, 0);
        out += listing.take();
    }
    if ((particle.flags & Particle::always) != 0)
        line("always", "present in every answer, unless IncludeRetElement left it out");
    return out;
}

std::vector<std::string> steps_of(std::string_view path)
{
    std::vector<std::string> steps;
    while (!path.empty()) {
        const auto slash = path.find('/');
        if (slash != 0) steps.emplace_back(path.substr(0, slash));
        if (slash == std::string_view::npos) break;
        path.remove_prefix(slash + 1);
    }
    return steps;
}

const Particle* find_in_any_case(const Owner& content, std::string_view name)
{
    for (const Particle& particle : content.particles())
        if (particle.kind == Particle::Kind::element && same_but_case(particle.name(), name))
            return &particle;
    return nullptr;
}

Error unknown_step(const Owner& around, const std::string& path, const std::string& step)
{
    std::vector<std::string_view> names;
    for (const Particle& particle : around.particles())
        if (particle.kind == Particle::Kind::element) names.push_back(particle.name());
    const std::string_view near = nearest(step, names);
    std::string what = fmt::format("'{}' does not stand here", step);
    if (const auto* past = grammar::past_element(around.name(), step); past != nullptr)
        what += fmt::format("; qbXML {} was the last that had it", past->last.text());
    else if (!near.empty())
        what += fmt::format("; did you mean {}?", near);
    else
        what += fmt::format("; there is {}", one_of(names));
    return {path, what};
}

// Goes from a message or an element with content along the steps. After the name of a message the
// one element that holds everything may be left out: InvoiceAdd/RefNumber.
Result<Reached> reach(const Owner& start, Version since, Editions editions,
                      std::span<const std::string> steps)
{
    Reached reached{
        .around = &start, .path = std::string(start.name()), .since = since, .editions = editions};
    const Owner* content = &start;
    const auto step_to = [&](const Particle& particle) {
        reached.around = content;
        reached.particle = &particle;
        reached.path += "/" + std::string(particle.name());
        reached.since = std::max(reached.since, particle.since());
        const auto here = grammar::facts_at(reached.path, particle).editions;
        reached.editions.bits = static_cast<std::uint8_t>(reached.editions.bits & here.bits);
        content = particle.content();
    };
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (content == nullptr) return Error{reached.path, "has no elements inside"};
        const Particle* next = find_in_any_case(*content, steps[i]);
        if (next == nullptr && i == 0 && payload(*content) != nullptr) {
            step_to(*payload(*content));
            next = find_in_any_case(*content, steps[i]);
        }
        if (next == nullptr) return unknown_step(*content, reached.path, steps[i]);
        step_to(*next);
    }
    return reached;
}

const Owner* find_owner(std::string_view name)
{
    for (const Owner& owner : grammar::owners())
        if (same_but_case(owner.name(), name)) return &owner;
    return nullptr;
}

std::string owner_page(const Owner& owner)
{
    std::string out = fmt::format("{}: an element with elements inside\n\n", owner.name());
    out += attributes_text(owner);
    Listing listing;
    listing.add(owner, std::string(owner.name()), 0, grammar::versions().front().version(), 0);
    out += listing.take() + "\n";
    std::vector<std::string_view> users;
    for (const Owner& each : grammar::owners())
        if (each.find(owner.name()) != nullptr) users.push_back(each.name());
    if (!users.empty()) out += fmt::format("stands in {}\n", one_of(users));
    return out;
}

// A simple element by its name: everywhere it stands, places with the same facts together.
std::optional<std::string> simple_page(std::string_view name)
{
    std::vector<std::pair<std::string, std::vector<std::string_view>>> kinds;
    for (const Owner& owner : grammar::owners()) {
        const Particle* particle = find_in_any_case(owner, name);
        if (particle == nullptr || particle->content() != nullptr) continue;
        const std::string holds = content_text(*particle, std::string(owner.name()));
        const auto at = std::ranges::find(
            kinds, holds, &std::pair<std::string, std::vector<std::string_view>>::first);
        if (at == kinds.end())
            kinds.push_back({holds, {owner.name()}});
        else
            at->second.push_back(owner.name());
    }
    if (kinds.empty()) return {};
    std::string out = fmt::format("{}: an element with a value\n\n", name);
    for (const auto& [holds, owners] : kinds)
        out += fmt::format("  {:<26} in {}\n", holds, one_of(owners));
    return out + "\nMore of one: " + std::string(kinds.front().second.front()) + "/" +
           std::string(name) + "\n";
}

std::optional<std::string> type_page(std::string_view name)
{
    for (const grammar::Type& type : grammar::types()) {
        if (!same_but_case(type.name(), name)) continue;
        std::string out = fmt::format("{}: {}\n", type.name(), type.expected());
        if (type.chars != grammar::none)
            out += fmt::format("  at most {} characters\n", type.chars);
        out += type.empty == grammar::Empty::no ? "  must not be empty\n"
                                                : "  may be empty, which clears the field\n";
        return out;
    }
    for (const grammar::Enumeration& values : grammar::enumerations())
        if (same_but_case(values.name(), name))
            return fmt::format("{}: one of {} words, as written here\n  {}\n", values.name(),
                               values.values().size(), values_text(values, 2));
    return {};
}

std::string likely_topic(std::string_view topic)
{
    std::vector<std::string_view> names;
    for (const Message& message : grammar::messages())
        names.push_back(message.request ? message.noun_and_verb() : message.name());
    std::set<std::string_view> elements;
    for (const Owner& owner : grammar::owners())
        for (const Particle& particle : owner.particles())
            elements.insert(particle.name());
    names.insert(names.end(), elements.begin(), elements.end());
    return std::string(nearest(topic, names));
}

}  // namespace

Result<std::string> explain(std::string_view topic)
{
    const auto steps = steps_of(topic);
    if (steps.empty())
        return Error{"", "name a message or an element, as InvoiceAdd or InvoiceAdd/RefNumber"};
    const std::span<const std::string> rest{steps.begin() + 1, steps.end()};
    if (const Message* message = find_message(steps.front())) {
        if (rest.empty()) return message_page(*message);
        const auto reached = reach(message->content(), message->since(), message->editions, rest);
        if (!reached) return reached.error();
        return element_page(*reached);
    }
    if (const Owner* owner = find_owner(steps.front())) {
        if (rest.empty()) return owner_page(*owner);
        const auto reached = reach(*owner, grammar::versions().front().version(), {}, rest);
        if (!reached) return reached.error();
        return element_page(*reached);
    }
    if (rest.empty()) {
        const auto type = type_page(topic), simple = simple_page(topic);
        if (type && simple) return *type + "\n" + *simple;
        if (type || simple) return type ? *type : *simple;
    }
    const std::string near = likely_topic(steps.front());
    return Error{std::string(topic),
                 near.empty()
                     ? "there is no message, element, type or enumeration of that name"
                     : fmt::format("there is nothing of that name; did you mean {}?", near)};
}

}  // namespace qbxml
