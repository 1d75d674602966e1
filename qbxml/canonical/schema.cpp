#include "qbxml/canonical/schema.h"

#include <algorithm>
#include <set>
#include <string>

#include <fmt/format.h>

#include "qbxml/canonical/table.h"

namespace qbxml::canonical {
namespace {

Value object(std::initializer_list<Value::Member> members)
{
    return Value::Object(members);
}

Value reference(std::string_view name)
{
    return object({{"$ref", fmt::format("#/$defs/{}", name)}});
}

Value text(std::string_view pattern = {})
{
    Value schema = object({{"type", "string"}});
    if (!pattern.empty()) schema.set("pattern", pattern);
    return schema;
}

Value array_of(Value items)
{
    return object({{"type", "array"}, {"items", std::move(items)}});
}

Value or_null(Value schema)
{
    return object({{"anyOf", Value::Array{std::move(schema), object({{"type", "null"}})}}});
}

Value words(std::string_view list)
{
    Value::Array values;
    while (!list.empty()) {
        values.emplace_back(list.substr(0, list.find('|')));
        list.remove_prefix(std::min(values.back().as_string().size() + 1, list.size()));
    }
    return object({{"enum", std::move(values)}});
}

// An object of which all members are always there.
Value closed(std::initializer_list<Value::Member> members)
{
    Value::Array required;
    for (const auto& [name, schema] : members)
        required.emplace_back(name);
    return object({{"type", "object"},
                   {"properties", Value::Object(members)},
                   {"required", std::move(required)},
                   {"additionalProperties", false}});
}

Value text_or_null()
{
    return object({{"type", Value::Array{"string", "null"}}});
}

constexpr std::string_view day = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
constexpr std::string_view moment =
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$";
constexpr std::string_view plain = "^-?(0|[1-9][0-9]*)(\\.[0-9]*[1-9])?$";

// What is shared between the types, as it is read; the names are those of the model.
Value shared_as_read(std::string_view name)
{
    if (name == "money") return text("^-?(0|[1-9][0-9]*)\\.[0-9]{2}$");
    if (name == "price") return text("^-?(0|[1-9][0-9]*)\\.([0-9]{2}|[0-9]{2,}[1-9])$");
    if (name == "quantity" || name == "percent" || name == "rate") return text(plain);
    if (name == "date") return text(day);
    if (name == "datetime") return text(moment);
    if (name == "ref") return closed({{"id", text_or_null()}, {"name", text_or_null()}});
    if (name == "entityRef")
        return closed({{"id", text_or_null()},
                       {"name", text_or_null()},
                       {"dataType", or_null(words("customers|suppliers|employees|otherNames"))}});
    if (name == "recordRef")
        return closed(
            {{"id", text()}, {"dataType", text_or_null()}, {"sourceType", text_or_null()}});
    if (name == "phone")
        return closed(
            {{"number", text()}, {"type", words("Primary|Alternate|Mobile|Work|Home|Fax|Pager")}});
    if (name == "webLink") return closed({{"url", text()}, {"type", words("Website|Social")}});
    if (name == "customField")
        return closed({{"ownerId", text()},
                       {"name", text()},
                       {"type", or_null(words("Money|DateTime|Integer|Percent|Price|Quantity|"
                                              "LongString|String"))},
                       {"value", text_or_null()}});
    if (name == "contact")
        return closed({{"id", text_or_null()},
                       {"role", words("Primary|Alternate|Additional")},
                       {"name", text_or_null()},
                       {"salutation", text_or_null()},
                       {"firstName", text_or_null()},
                       {"middleName", text_or_null()},
                       {"lastName", text_or_null()},
                       {"jobTitle", text_or_null()},
                       {"emailAddress", text_or_null()},
                       {"phoneNumbers", array_of(reference("phone"))}});
    if (name == "linkedTransaction")
        return closed({{"recordRef", reference("recordRef")},
                       {"date", or_null(reference("date"))},
                       {"reference", text_or_null()},
                       {"linkType", or_null(words("Amount|Quantity"))},
                       {"amount", or_null(reference("money"))}});
    if (name == "reportLine")
        return closed({{"name", text()},
                       {"accountRef", or_null(reference("ref"))},
                       {"value", reference("money")},
                       {"items", array_of(reference("reportLine"))}});
    // address
    Value made = closed({{"type", words("Billing|Delivery|Home|Company|Legal|CustomerFacing")},
                         {"name", text_or_null()},
                         {"line1", text_or_null()},
                         {"line2", text_or_null()},
                         {"line3", text_or_null()},
                         {"line4", text_or_null()},
                         {"line5", text_or_null()},
                         {"city", text_or_null()},
                         {"region", text_or_null()},
                         {"postalCode", text_or_null()},
                         {"country", text_or_null()},
                         {"note", text_or_null()},
                         {"isDefault", object({{"type", Value::Array{"boolean", "null"}}})},
                         {"formatted", text_or_null()}});
    return made;
}

// In a write members may be left out, and decimals may be numbers: their text counts.
Value shared_as_written(std::string_view name)
{
    const auto decimal = [](std::string_view pattern) {
        return object({{"anyOf", Value::Array{text(pattern), object({{"type", "number"}})}}});
    };
    if (name == "money") return decimal("^[+-]?[0-9]+(\\.[0-9]{0,2}0*)?$");
    if (name == "price" || name == "quantity" || name == "percent")
        return decimal("^[+-]?[0-9]+(\\.[0-9]{0,5}0*)?$");
    if (name == "rate") return decimal("^[+-]?[0-9]+(\\.[0-9]*)?$");
    Value schema = shared_as_read(name);
    if (!schema.find("properties")) return schema;
    Value::Object open;
    for (const auto& [member, value] : schema.as_object())
        if (member != "required") open.emplace_back(member, value);
    for (auto& [member, value] : open) {
        if (member != "properties") continue;
        for (auto& [part, inside] : value.as_object())
            if (inside.find("enum") || inside == text()) inside = or_null(inside);
    }
    return open;
}

bool is_shared(Kind kind)
{
    switch (kind) {
        case Kind::text:
        case Kind::flag:
        case Kind::whole:
        case Kind::word:
        case Kind::object:
        case Kind::allocation:
        case Kind::applied_transaction:
        case Kind::sales_line:
        case Kind::purchase_line:
        case Kind::journal_line:
        case Kind::deposit_line: return false;
        default: return true;
    }
}

class SchemaWriter {
public:
    explicit SchemaWriter(SchemaForm form) : form_(form) {}

    Value write(const Type& type)
    {
        Value schema =
            object({{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                    {"$id", fmt::format("urn:qbwcd:schema:{}:{}", type.name, to_text(form_))},
                    {"title", fmt::format("{} ({})", type.name, to_text(form_))}});
        const Value record = object_of(type.fields);
        for (const auto& [name, part] : record.as_object())
            schema.set(name, part);
        Value defs{Value::Object{}};
        // A shared object may name another one.
        for (std::set<std::string> done; done != shared_;)
            for (const auto& name : std::set<std::string>(shared_))
                if (done.insert(name).second) defs.set(name, shared(name));
        schema.set("$defs", std::move(defs));
        return schema;
    }

private:
    bool reading() const { return form_ == SchemaForm::read; }

    Value refer(std::string_view name)
    {
        shared_.emplace(name);
        if (name == "contact") shared_.emplace("phone");
        if (name == "reportLine") shared_.insert({"ref", "money"});
        if (name == "linkedTransaction") shared_.insert({"recordRef", "date", "money"});
        return reference(name);
    }

    Value shared(const std::string& name) const
    {
        return reading() ? shared_as_read(name) : shared_as_written(name);
    }

    // A name may have a row for reading and another for writing.
    static const Field* row_of(std::span<const Field> fields, const Field& field, bool reading)
    {
        const Field* found = nullptr;
        for (const auto& each : fields)
            if (each.name == field.name && (reading ? each.readable() : each.writable()))
                found = &each;
        return found;
    }

    Value object_of(std::span<const Field> fields)
    {
        Value::Object properties;
        Value::Array required;
        std::set<std::string_view> seen;
        for (const auto& field : fields) {
            if (!seen.insert(field.name).second) continue;
            const Field* row = row_of(fields, field, reading());
            if (reading() && !row) continue;
            if (reading()) {
                properties.emplace_back(std::string(field.name), as_read(*row));
                required.emplace_back(field.name);
            } else {
                // Read-only members may come along in a record that was read; they are ignored.
                properties.emplace_back(std::string(field.name),
                                        row ? as_written(*row) : object({{"readOnly", true}}));
                if (form_ == SchemaForm::create && row && row->required)
                    required.emplace_back(field.name);
            }
        }
        Value made = object({{"type", "object"}, {"properties", std::move(properties)}});
        if (!required.empty()) made.set("required", std::move(required));
        made.set("additionalProperties", false);
        return made;
    }

    Value as_read(const Field& field)
    {
        Value one = single(field);
        if (field.array) return array_of(std::move(one));
        return field.nullable ? or_null(std::move(one)) : one;
    }

    Value as_written(const Field& field)
    {
        Value one = single(field);
        if (field.kind == Kind::text && field.length_max > 0)
            one.set("maxLength", field.length_max);
        if (field.array) one = array_of(std::move(one));
        if (form_ == SchemaForm::create && field.required) return one;
        return or_null(std::move(one));
    }

    Value single(const Field& field)
    {
        switch (field.rule) {
            case Rule::supplemental:
                return object({{"type", "object"}, {"additionalProperties", text_or_null()}});
            case Rule::other_contact_fields: return closed({{"name", text()}, {"value", text()}});
            case Rule::notes:
                return closed({{"id", text_or_null()},
                               {"date", or_null(refer("date"))},
                               {"text", text_or_null()}});
            case Rule::tax_components:
                return closed({{"taxRateRef", refer("ref")}, {"rate", or_null(refer("percent"))}});
            case Rule::aged_buckets:
            case Rule::aged_totals:
                return closed({{"label", text()},
                               {"fromDays", object({{"type", Value::Array{"integer", "null"}}})},
                               {"toDays", object({{"type", Value::Array{"integer", "null"}}})},
                               {"amount", refer("money")}});
            case Rule::account_class:  // of a kind that a later QuickBooks may bring
                return words(std::string(field.words) + "|Unknown");
            default: break;
        }
        if (!field.members.empty()) return object_of(field.members);
        if (is_shared(field.kind)) return refer(kind_names[std::size_t(field.kind)]);
        switch (field.kind) {
            case Kind::flag: return object({{"type", "boolean"}});
            case Kind::whole: return object({{"type", "integer"}});
            case Kind::word: return words(field.words);
            default: return text();
        }
    }

    SchemaForm form_;
    std::set<std::string> shared_;
};

}  // namespace

std::string_view to_text(SchemaForm form)
{
    switch (form) {
        case SchemaForm::read: return "read";
        case SchemaForm::create: return "create";
        case SchemaForm::update: return "update";
    }
    return "read";
}

std::optional<SchemaForm> schema_form_from_text(std::string_view text)
{
    for (const auto form : {SchemaForm::read, SchemaForm::create, SchemaForm::update})
        if (to_text(form) == text) return form;
    return std::nullopt;
}

std::optional<Value> schema_of(std::string_view data_type, SchemaForm form)
{
    const Type* type = find_type(data_type);
    if (!type) return std::nullopt;
    if (form == SchemaForm::create && type->adds.empty()) return std::nullopt;
    if (form == SchemaForm::update && type->mods.empty()) return std::nullopt;
    return SchemaWriter(form).write(*type);
}

}  // namespace qbxml::canonical
