#include "qbxml/grammar/grammar.h"

#include <algorithm>
#include <utility>

#include "qbxml/grammar/tables.h"

namespace qbxml::grammar {

namespace {

template <class Entry>
const Entry* find_sorted(std::span<const Entry> entries, std::string_view name)
{
    const auto at = std::ranges::lower_bound(entries, name, {}, &Entry::name);
    return at != entries.end() && at->name() == name ? &*at : nullptr;
}

Version version_at(std::uint8_t index)
{
    return tables::versions[index].version();
}

}  // namespace

std::string_view Word::text() const
{
    return {tables::words + at, size};
}

bool Editions::has(Edition edition) const
{
    switch (edition) {
        case Edition::any: return bits != 0;
        case Edition::us: return (bits & us) != 0;
        case Edition::ca: return (bits & ca) != 0;
        case Edition::uk: return (bits & uk) != 0;
        case Edition::au: return (bits & au) != 0;
    }
    return false;
}

std::string Editions::names() const
{
    constexpr std::pair<std::uint8_t, std::string_view> desktops[] = {
        {us, "US"}, {ca, "CA"}, {uk, "UK"}, {au, "AU"}};
    std::string names;
    for (const auto& [bit, name] : desktops) {
        if ((bits & bit) == 0) continue;
        if (!names.empty()) names += ", ";
        names += name;
    }
    return names;
}

Version EnumValue::since() const
{
    return version_at(since_);
}

std::span<const EnumValue> Enumeration::values() const
{
    return {tables::values + first, count};
}

const EnumValue* Enumeration::find(std::string_view value) const
{
    const auto all = values();
    const auto at = std::ranges::find(all, value, &EnumValue::text);
    return at == all.end() ? nullptr : &*at;
}

std::uint16_t Chars::in(Edition edition) const
{
    switch (edition) {
        case Edition::any: return any;
        case Edition::us: return us;
        case Edition::ca: return ca;
        case Edition::uk: return uk;
        case Edition::au: return au;
    }
    return none;
}

const Owner* Particle::content() const
{
    return content_ == none ? nullptr : tables::owners + content_;
}

const Type* Particle::type() const
{
    return kind != Kind::element || content_ != none ? nullptr : tables::types + type_;
}

const Enumeration* Particle::values() const
{
    return values_ == none ? nullptr : tables::enumerations + values_;
}

const Range* Particle::range() const
{
    return range_ == 0xFF ? nullptr : tables::ranges + range_;
}

const Chars* Particle::chars() const
{
    return chars_ == none ? nullptr : tables::chars + chars_;
}

Version Particle::since() const
{
    return version_at(since_);
}

const Type& Attribute::type() const
{
    return tables::types[type_];
}

const Enumeration* Attribute::values() const
{
    return values_ == none ? nullptr : tables::enumerations + values_;
}

Version Attribute::since() const
{
    return version_at(since_);
}

std::span<const Particle> Owner::particles() const
{
    return {tables::particles + first, count};
}

std::span<const Attribute> Owner::attributes() const
{
    return {tables::attributes + first_attribute, attribute_count};
}

const Particle* Owner::find(std::string_view element) const
{
    for (const Particle& particle : particles())
        if (particle.kind == Particle::Kind::element && particle.name() == element)
            return &particle;
    return nullptr;
}

const Attribute* Owner::find_attribute(std::string_view attribute) const
{
    const auto all = attributes();
    const auto at = std::ranges::find(all, attribute, &Attribute::name);
    return at == all.end() ? nullptr : &*at;
}

const Particle* Owner::mixing_choice(const Particle& element) const
{
    if (element.parent_ == none) return nullptr;
    const Particle& around = particles()[element.parent_];
    return around.repeats() ? &around : nullptr;
}

std::size_t Owner::place_of(const Particle& element) const
{
    const Particle* choice = mixing_choice(element);
    return static_cast<std::size_t>((choice != nullptr ? choice : &element) - particles().data());
}

std::string_view Message::noun_and_verb() const
{
    return name().substr(0, name().size() - 2);
}

const Owner& Message::content() const
{
    return tables::owners[content_];
}

const Message& Message::twin() const
{
    return tables::messages[twin_];
}

Version Message::since() const
{
    return version_at(since_);
}

std::span<const Message> messages()
{
    return {tables::messages, tables::counts.messages};
}

const Message* message(std::string_view name)
{
    return find_sorted(messages(), name);
}

std::span<const Owner> owners()
{
    return {tables::owners, tables::counts.owners};
}

const Owner* owner(std::string_view name)
{
    return find_sorted(owners(), name);
}

std::span<const Enumeration> enumerations()
{
    return {tables::enumerations, tables::counts.enumerations};
}

std::span<const Type> types()
{
    return {tables::types, tables::counts.types};
}

const Type* type(std::string_view name)
{
    const auto all = types();
    const auto at = std::ranges::find(all, name, &Type::name);
    return at == all.end() ? nullptr : &*at;
}

std::span<const KnownVersion> versions()
{
    return {tables::versions, tables::counts.versions};
}

Facts facts_at(std::string_view path, const Particle& particle)
{
    Facts facts{.editions = particle.editions, .chars = particle.chars()};
    if ((particle.flags & Particle::excepted) == 0) return facts;
    const std::span<const tables::Exception> all{tables::exceptions, tables::counts.exceptions};
    const auto at = std::ranges::lower_bound(
        all, path, {}, [](const tables::Exception& each) { return each.path.text(); });
    if (at == all.end() || at->path.text() != path) return facts;
    if (at->editions != 0xFF) facts.editions = Editions{at->editions};
    if (at->chars != tables::as_before)
        facts.chars = at->chars == none ? nullptr : tables::chars + at->chars;
    return facts;
}

std::size_t table_bytes()
{
    const auto& n = tables::counts;
    return n.words + n.types * sizeof(Type) + n.versions * sizeof(KnownVersion) +
           n.enumerations * sizeof(Enumeration) + n.values * sizeof(EnumValue) +
           n.ranges * sizeof(Range) + n.chars * sizeof(Chars) + n.attributes * sizeof(Attribute) +
           n.particles * sizeof(Particle) + n.owners * sizeof(Owner) +
           n.messages * sizeof(Message) + n.exceptions * sizeof(tables::Exception);
}

}  // namespace qbxml::grammar
