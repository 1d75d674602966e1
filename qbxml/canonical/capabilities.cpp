#include "qbxml/canonical/capabilities.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "qbxml/canonical/features.h"
#include "qbxml/canonical/types.h"
#include "qbxml/grammar/grammar.h"

namespace qbxml::canonical {
namespace {

std::vector<std::string_view> parts_of(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        parts.push_back(text.substr(0, text.find(separator)));
        text.remove_prefix(std::min(parts.back().size() + 1, text.size()));
    }
    return parts;
}

bool has_edition(grammar::Editions editions, Edition edition)
{
    return edition == Edition::any ? (editions.bits & grammar::Editions::desktop) != 0
                                   : editions.has(edition);
}

// One element path from an Add or Mod on, as the language has it for a company file.
struct Place {
    std::string why;  // unavailable; "" when it can be written
    bool required = false;
    int length_max = 0, items_max = 0;
    const grammar::Particle* last = nullptr;
};

class Desk {
public:
    Desk(std::string_view data_type, const FileFacts& facts) : data_type_(data_type), facts_(facts)
    {
    }

    std::string lacks(Version since, grammar::Editions editions) const
    {
        if (!has_edition(editions, facts_.edition))
            return fmt::format("only in the editions {}", editions.names());
        if (facts_.version < since)
            return fmt::format("needs qbXML {}; this company file speaks {}", since.text(),
                               facts_.version.text());
        return {};
    }

    std::string lacks_message(std::string_view name) const
    {
        const auto* message = grammar::message(name);
        return message ? lacks(message->since(), message->editions) : "qbXML has no such message";
    }

    // True in the language of this version: a value that messages name, as the kinds of ListDel.
    std::string lacks_value(std::string_view message, std::string_view element,
                            std::string_view value) const
    {
        const auto* enumeration =
            grammar::message(std::string(message) + "Rq")->content().find(element)->values();
        const auto* found = enumeration->find(value);
        if (!found) return fmt::format("QuickBooks takes no {} in {}", value, message);
        return lacks(found->since(), {});
    }

    Place place(std::string_view path) const
    {
        Place place;
        const auto steps = parts_of(path, '/');
        std::string full = std::string(steps.front()) + "Rq/" + std::string(steps.front());
        place.why = lacks_message(std::string(steps.front()) + "Rq");
        const auto* owner = grammar::owner(steps.front());
        place.required = true;
        for (std::size_t i = 1; i < steps.size(); ++i) {
            const auto* particle = owner->find(steps[i]);
            full += '/';
            full += steps[i];
            const auto facts = grammar::facts_at(full, *particle);
            if (place.why.empty()) place.why = lacks(particle->since(), facts.editions);
            if (place.why.empty()) place.why = off_for_element(facts_.preferences, steps[i]);
            if (place.why.empty()) place.why = refused_element(steps[i]);
            // What stands inside a list is required of each of its members.
            if (particle->repeats() || owner->mixing_choice(*particle))
                place.required = true;
            else
                place.required =
                    place.required && particle->least() > 0 && particle->parent_ == grammar::none;
            place.last = particle;
            place.items_max = particle->repeats() && particle->most() < 1000 ? particle->most() : 0;
            if (i + 1 == steps.size() && particle->repeats())
                place.required = particle->least() > 0;
            if (facts.chars) {
                const auto most = facts.chars->in(facts_.edition);
                place.length_max = most == grammar::none ? 0 : most;
            }
            owner = particle->content();
        }
        return place;
    }

    const FileFacts& facts() const { return facts_; }

private:
    std::string refused_element(std::string_view element) const
    {
        for (const auto& refused : facts_.refused)
            if (refused.data_type == data_type_ && refused.element == element)
                return "QuickBooks refused it before: " + refused.why;
        return {};
    }

    std::string_view data_type_;
    const FileFacts& facts_;
};

std::string type_of(const Field& field)
{
    std::string name(kind_names[std::size_t(field.kind)]);
    if (field.kind == Kind::text) name = "string";
    return field.array ? "array<" + name + ">" : name;
}

// The kinds of an Add or Mod, as the records name them: "Service", "CreditCardCharge".
std::string_view kind_of_message(const Type& type, std::string_view message)
{
    message.remove_suffix(3);
    if (type.name == "taxRates") return message == "ItemSalesTax" ? "Single" : "Group";
    if (type.name == "items") message.remove_prefix(4);
    if (type.name == "paymentTerms") message.remove_suffix(5);
    if (type.name == "billPayments") message.remove_prefix(11);
    return message;
}

class TypeReader {
public:
    TypeReader(const Type& type, const FileFacts& facts) : type_(type), desk_(type.name, facts) {}

    TypeCapabilities read()
    {
        found_.data_type = type_.name;
        const auto off = std::string(off_for_type(desk_.facts().preferences, type_.name));
        found_.read = can_read();
        found_.create = can_send("create", type_.adds, off);
        found_.update = can_send("update", type_.mods, off);
        found_.erase = can_name("delete", type_.erase, off);
        found_.make_void = can_name("void", type_.make_void, off);
        if (!type_.adds.empty() || !type_.mods.empty()) add_fields(type_.fields);
        return std::move(found_);
    }

private:
    Ability can_read() const
    {
        Ability ability{.available = true};
        for (const Query* query : queries_of(type_.name)) {
            ability.why = desk_.lacks_message(query->message);
            if (ability.why.empty() && desk_.facts().version < query->since)
                ability.why = desk_.lacks(query->since, {});
            if (ability.why.empty()) ability.why = refused_before("read");
            if (ability.why.empty()) return ability;
        }
        ability.available = false;
        return ability;
    }

    std::string refused_before(std::string_view operation) const
    {
        for (const auto& refused : desk_.facts().refused)
            if (refused.data_type == type_.name && refused.operation == operation &&
                refused.element.empty())
                return "QuickBooks refused it before: " + refused.why;
        return {};
    }

    Ability can_send(std::string_view operation, std::string_view messages,
                     const std::string& off) const
    {
        if (messages.empty())
            return {false, type_.adds.empty() ? "QuickBooks lets it be read only"
                                              : "QuickBooks has no such message; delete the record "
                                                "and create it again"};
        std::string why;
        for (const auto message : parts_of(messages, ',')) {
            why = desk_.lacks_message(std::string(message) + "Rq");
            if (why.empty()) break;
        }
        if (why.empty()) why = off;
        if (why.empty()) why = refused_before(operation);
        return {why.empty(), why};
    }

    Ability can_name(std::string_view operation, std::string_view message,
                     const std::string& off) const
    {
        if (message.empty())
            return {false, operation == "void" && found_.erase.available
                               ? "QuickBooks does not void it; delete it instead"
                               : "QuickBooks has no such message"};
        std::string why = desk_.lacks_message(std::string(message) + "Rq");
        for (auto element : parts_of(type_.elements, ',')) {
            if (!why.empty()) break;
            element.remove_suffix(3);
            why = desk_.lacks_value(message, std::string(message) + "Type", element);
            if (why.empty()) break;
        }
        if (why.empty()) why = off;
        if (why.empty()) why = refused_before(operation);
        return {why.empty(), why};
    }

    void add_fields(std::span<const Field> fields)
    {
        for (const auto& field : fields) {
            if (!field.writable()) continue;
            if (field.rule != Rule::group) found_.fields.push_back(capability(field));
            const bool inside = field.rule != Rule::ref && field.kind != Kind::address;
            if (inside) add_fields(field.members);
        }
    }

    FieldCapability capability(const Field& field) const
    {
        FieldCapability made{
            .path = field.path, .type = type_of(field), .create = {}, .update = {}};
        const grammar::Particle* last = nullptr;
        made.create = use_of(field, type_.adds, found_.create, made, last);
        made.update = use_of(field, type_.mods, found_.update, made, last);
        if (field.length_max > 0)
            made.length_max = made.length_max > 0 ? std::min(made.length_max, field.length_max)
                                                  : field.length_max;
        for (const auto word : parts_of(field.words, '|')) {
            const auto* values = last ? last->values() : nullptr;
            const auto* value = values ? values->find(word) : nullptr;
            if (!value || value->since() <= desk_.facts().version) made.values.emplace_back(word);
        }
        return made;
    }

    // `messages`: the Adds or the Mods of the type.
    FieldUse use_of(const Field& field, std::string_view messages, const Ability& whole,
                    FieldCapability& made, const grammar::Particle*& last) const
    {
        if (!whole.available) return {.why = whole.why};
        const bool creating = messages == type_.adds;
        if (field.writes.empty()) return use_of_unmapped(field, creating);
        FieldUse use;
        const auto all = parts_of(messages, ',');
        bool needed = true;
        for (const auto message : all) {
            const auto place = best_place(field, message);
            if (!place) continue;
            if (!place->why.empty()) {
                use.why = place->why;
                continue;
            }
            use.kinds.push_back(kind_of_message(type_, message));
            needed = needed && place->required;
            made.length_max = std::max(made.length_max, place->length_max);
            if (field.array) made.items_max = std::max(made.items_max, items_of(field, *place));
            last = place->last;
        }
        if (use.kinds.empty()) {
            if (use.why.empty()) use.why = other_way_only(field, creating);
            return use;
        }
        use.why.clear();
        use.need = needed || (creating && field.required) ? Need::required : Need::optional;
        if (field.path == "metadata.editSequence") use.need = Need::required;
        if (use.kinds.size() == all.size()) use.kinds.clear();
        return use;
    }

    // The first way that can be gone; else one that tells why not.
    std::optional<Place> best_place(const Field& field, std::string_view message) const
    {
        std::optional<Place> best;
        for (const auto path : parts_of(field.writes, '|')) {
            if (!path.starts_with(message) || path.substr(message.size(), 1) != "/") continue;
            auto place = desk_.place(path);
            if (!best || (!best->why.empty() && place.why.empty())) best = std::move(place);
            if (best->why.empty()) break;
        }
        return best;
    }

    static int items_of(const Field& field, const Place& place)
    {
        // One reference in an element of its own: the class of a line.
        if (field.rule == Rule::ref_list && !place.last->repeats())
            return place.last->name() == "PrefillAccountRef" ? 3 : 1;
        return place.items_max;
    }

    FieldUse use_of_unmapped(const Field& field, bool creating) const
    {
        if (field.rule == Rule::element_kind) {
            if (!creating) return {.why = "the kind of a record cannot be changed"};
            return {.need = Need::required};
        }
        if (field.rule == Rule::custom_fields) {
            std::string why = desk_.lacks_message("DataExtAddRq");
            return {.need = why.empty() ? Need::optional : Need::unavailable, .why = why};
        }
        // An object, or what only tells how a line is written, goes where its surroundings go.
        return {.need = Need::optional};
    }

    static std::string other_way_only(const Field& field, bool creating)
    {
        if (!creating) return "can be given on create only";
        return field.name == "id" || field.path == "metadata.editSequence"
                   ? "QuickBooks gives it"
                   : "can be given in an update only";
    }

    const Type& type_;
    Desk desk_;
    TypeCapabilities found_;
};

void set_use(Value& field, std::string_view name, const FieldUse& use)
{
    field.set(name, to_text(use.need));
    if (use.kinds.empty()) return;
    Value::Array kinds(use.kinds.begin(), use.kinds.end());
    field.set(std::string(name) + "Kinds", std::move(kinds));
}

Value json_of(const FieldCapability& capability)
{
    Value field{Value::Object{}};
    field.set("path", capability.path);
    field.set("type", capability.type);
    if (capability.length_max > 0) field.set("maxLength", capability.length_max);
    if (capability.items_max > 0) field.set("maxItems", capability.items_max);
    if (!capability.values.empty())
        field.set("values", Value::Array(capability.values.begin(), capability.values.end()));
    set_use(field, "create", capability.create);
    set_use(field, "update", capability.update);
    const auto& [a, b] = std::pair{capability.create.why, capability.update.why};
    if (a == b || b.empty() || a.empty()) {
        if (const auto& why = a.empty() ? b : a; !why.empty()) field.set("why", why);
    } else {
        field.set("why", fmt::format("create: {}; update: {}", a, b));
    }
    return field;
}

void set_abilities(Value& json, const TypeCapabilities& found)
{
    const std::pair<std::string_view, const Ability&> all[] = {{"read", found.read},
                                                               {"create", found.create},
                                                               {"update", found.update},
                                                               {"delete", found.erase},
                                                               {"void", found.make_void}};
    Value why{Value::Object{}};
    for (const auto& [name, ability] : all) {
        json.set(name, ability.available);
        if (!ability.available) why.set(name, ability.why);
    }
    json.set("why", std::move(why));
}

}  // namespace

std::string_view to_text(Need need)
{
    switch (need) {
        case Need::required: return "required";
        case Need::optional: return "optional";
        case Need::unavailable: return "unavailable";
    }
    return "unavailable";
}

TypeCapabilities capabilities(std::string_view data_type, const FileFacts& facts)
{
    return TypeReader(*find_type(data_type), facts).read();
}

Value capabilities_json(std::string_view data_type, const FileFacts& facts)
{
    const auto found = capabilities(data_type, facts);
    Value json{Value::Object{}};
    json.set("dataType", found.data_type);
    set_abilities(json, found);
    json.set("edition", qbxml::to_text(facts.edition));
    json.set("qbxml", facts.version.text());
    Value::Array fields;
    for (const auto& field : found.fields)
        fields.push_back(json_of(field));
    json.set("fields", std::move(fields));
    return json;
}

Value capabilities_json(const FileFacts& facts)
{
    Value json{Value::Object{}};
    json.set("edition", qbxml::to_text(facts.edition));
    json.set("qbxml", facts.version.text());
    Value on{Value::Object{}};
    for (const Feature& feature : features) {
        const Value* said = facts.preferences.find(feature.preference);
        on.set(feature.preference, said ? *said : Value{});
    }
    json.set("features", std::move(on));
    Value::Array types;
    for (const auto& type : mapped_types()) {
        Value one{Value::Object{}};
        one.set("dataType", type.name);
        set_abilities(one, TypeReader(type, facts).read());
        types.push_back(std::move(one));
    }
    json.set("dataTypes", std::move(types));
    return json;
}

}  // namespace qbxml::canonical
