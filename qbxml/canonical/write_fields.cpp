#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "qbxml/canonical/decimal.h"
#include "qbxml/canonical/features.h"
#include "qbxml/canonical/record_writer.h"
#include "qbxml/canonical/values.h"
#include "qbxml/suggest.h"

namespace qbxml::canonical {
namespace {

std::size_t characters_in(std::string_view utf8)
{
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

// Null, and an empty text, list or object, which QuickBooks cannot tell from null.
bool is_nothing(const Value& value)
{
    if (value.is_string()) return value.as_string().empty();
    if (value.is_array()) return value.as_array().empty();
    return value.is_null();
}

std::string words_of(std::string_view words)
{
    std::string out;
    for (char c : words)
        out += c == '|' ? std::string(", ") : std::string(1, c);
    return out;
}

std::vector<std::string_view> names_of(std::span<const Field> fields)
{
    std::vector<std::string_view> names;
    for (const auto& field : fields)
        if (field.writable()) names.push_back(field.name);
    return names;
}

bool goes_one_way(const Field& field, std::string_view ending)
{
    for (std::string_view rest = field.writes; !rest.empty();) {
        const auto path = rest.substr(0, rest.find('|'));
        rest.remove_prefix(std::min(path.size() + 1, rest.size()));
        if (path.substr(0, path.find('/')).ends_with(ending)) return true;
    }
    return false;
}

// Of two ways to say a price only one can be told; null of the one takes back nothing then.
bool partner_is_given(const Value& object, std::string_view name)
{
    struct Pair {
        std::string_view a, b;
    };
    constexpr auto pairs = std::to_array<Pair>({{"unitAmount", "unitPercent"},
                                                {"unitPrice", "unitPercent"},
                                                {"markupAmount", "markupPercent"}});
    for (const auto& pair : pairs) {
        const Value* other = name == pair.a   ? object.find(pair.b)
                             : name == pair.b ? object.find(pair.a)
                                              : nullptr;
        if (other && !is_nothing(*other)) return true;
    }
    return false;
}

}  // namespace

std::string pointer_to(const std::string& pointer, std::string_view member)
{
    std::string out = pointer + '/';
    for (char c : member) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

std::string pointer_to(const std::string& pointer, std::size_t index)
{
    return pointer + '/' + std::to_string(index);
}

std::string_view kind_of(const Value& value)
{
    if (value.is_null()) return "null";
    if (value.is_bool()) return "a boolean";
    if (value.is_number()) return "a number";
    if (value.is_string()) return "a string";
    return value.is_array() ? "an array" : "an object";
}

RecordWriter::RecordWriter(const Write& write, const Context& context, const Type& type,
                           std::string_view element)
    : write_(write), context_(context), type_(type), element_(element)
{
    payload_name_ = element_ + (creating() ? "Add" : "Mod");
    payload_.name = payload_name_;
    const Value* metadata = record().find("metadata");
    echoed_ = metadata && metadata->find("rawLink");
}

void RecordWriter::refuse(std::string_view pointer, std::string_view code, std::string message,
                          int limit)
{
    refused_.push_back({std::string(pointer), std::string(code), std::move(message), limit});
}

void RecordWriter::warn(std::string_view pointer, std::string message)
{
    warnings_.push_back({std::string(pointer), "readOnly", std::move(message), 0});
}

const Value* RecordWriter::known(std::string_view name) const
{
    if (const Value* value = record().find(name)) return value;
    return write_.current.find(name);
}

void RecordWriter::write()
{
    key_elements_ = payload_.children.size();
    choose_item_sides();
    const Value* current = write_.current.is_object() ? &write_.current : nullptr;
    write_object(type_.fields, record(), current, "", {&payload_, payload_name_ + '/'});
    write_additional_contacts();
    check_conflicts();
}

void RecordWriter::repeat(const Field& field, const Value& value)
{
    write_given(field, value, nullptr, pointer_to("", field.name),
                {&payload_, payload_name_ + '/'});
}

// ---- walking

void RecordWriter::write_object(Members fields, const Value& object, const Value* current,
                                const std::string& pointer, const Target& target,
                                const std::set<std::string_view>& skipped)
{
    for (const auto& [name, value] : object.as_object()) {
        if (skipped.contains(name) || (value.is_null() && partner_is_given(object, name))) continue;
        const std::string at = pointer_to(pointer, name);
        const Field* field = nullptr;
        for (const auto& each : fields)
            if (each.name == name && (!field || each.writable())) field = &each;
        if (!field) {
            const auto names = names_of(fields);
            const auto meant = nearest(name, names);
            refuse(at, "unknownField",
                   meant.empty()
                       ? fmt::format("'{}' is no field here; leave it out", name)
                       : fmt::format("'{}' is no field here; '{}' may be meant", name, meant));
            continue;
        }
        write_member(*field, value, current ? current->find(name) : nullptr, at, target);
    }
    if (creating()) require(fields, object, pointer, target);
}

void RecordWriter::write_member(const Field& field, const Value& value, const Value* current,
                                const std::string& pointer, const Target& target)
{
    if (!field.writable()) {
        warn(pointer, fmt::format("'{}' is read only and was ignored", field.path));
        return;
    }
    if (!creating() && current && *current == value) return;
    if (creating() && is_nothing(value)) return;
    write_given(field, value, current, pointer, target);
}

void RecordWriter::write_given(const Field& field, const Value& value, const Value* current,
                               const std::string& pointer, const Target& target)
{
    switch (field.rule) {
        case Rule::element_kind: return;  // it chose the message
        case Rule::group:
        case Rule::object_if_any:
            // An object that is an element of its own was not there when the record was read.
            if (value.is_null() && !field.writes.empty() && echoes_alone()) return;
            if (value.is_null() && field.rule == Rule::object_if_any) {
                for (const auto& member : field.members)
                    if (member.writable() && !chosen_way(member, target).empty())
                        write_given(member, value, nullptr, pointer_to(pointer, member.name),
                                    target);
                return;
            }
            if (value.is_null()) return;
            if (!value.is_object())
                return refuse(pointer, "value",
                              fmt::format("{} where an object is expected", kind_of(value)));
            return write_object(field.members, value, current, pointer, target);
        case Rule::custom_fields:
            if (!target.at || target.at == &payload_)
                return write_custom_fields(value, current, pointer);
            break;
        case Rule::addresses: return write_addresses(field, value, pointer, target);
        case Rule::phones: return write_phones(field, value, pointer, target);
        case Rule::web_links: return write_web_links(value, pointer);
        case Rule::other_contact_fields: return write_other_contact_fields(value, pointer);
        case Rule::lines_sales:
        case Rule::lines_purchase:
        case Rule::lines_journal: return write_lines(field, value, current, pointer, target);
        case Rule::list: return write_list(field, value, pointer, target);
        default: break;
    }
    if (field.path == "metadata.editSequence" && !creating()) return;  // beside the id already
    if (field.rule == Rule::currency_rate && says_home_rate(value)) return;
    const auto way = chosen_way(field, target);
    if (way.empty()) return refuse_without_way(field, value, pointer);
    write_scalar(field, value, pointer, target, way);
}

void RecordWriter::refuse_without_way(const Field& field, const Value& value,
                                      const std::string& pointer)
{
    if (is_nothing(value) || value == Value(false)) return;
    const bool added = goes_one_way(field, "Add"), modified = goes_one_way(field, "Mod");
    if (creating() && !added && (field.name == "id" || field.path == "metadata.editSequence"))
        return warn(pointer,
                    fmt::format("'{}' is given by QuickBooks and was ignored", field.path));
    if (!creating() && added && !modified) {
        if (echoed_ && is_read(field))
            return warn(pointer, fmt::format("'{}' cannot be changed and was ignored", field.path));
        return refuse(pointer, "createOnly",
                      fmt::format("'{}' can be given on create only; leave it out", field.path));
    }
    if (echoed_ && is_read(field))
        return warn(pointer,
                    fmt::format("{} has no '{}'; it was ignored", payload_name_, field.path));
    refuse(pointer, "unsupported",
           fmt::format("QuickBooks takes no '{}' in {}; leave it out", field.path, payload_name_));
}

// Some fields are read from one element and written to another.
bool RecordWriter::is_read(const Field& field) const
{
    const auto among = [&](const auto& self, Members fields) -> bool {
        return std::any_of(fields.begin(), fields.end(), [&](const Field& each) {
            return (each.path == field.path && each.readable()) || self(self, each.members);
        });
    };
    return among(among, type_.fields);
}

// The rate of a record in home currency is 1 because it is, not because QuickBooks holds one: where
// there is one currency only, it takes no rate at all.
bool RecordWriter::says_home_rate(const Value& value) const
{
    if (value.is_null()) return echoed_;
    const auto rate = value.is_string()   ? Amount::from(value.as_string())
                      : value.is_number() ? Amount::from(value.number_text())
                                          : std::nullopt;
    const Value* currency = known("currency");
    if (!rate || *rate != *Amount::from("1") || !currency) return false;
    return currency->is_null() || *currency == Value(context_.home_currency);
}

void RecordWriter::require(Members fields, const Value& object, const std::string& pointer,
                           const Target& target)
{
    for (const auto& field : fields) {
        if (!field.writable()) continue;
        const Value* value = object.find(field.name);
        if (field.rule == Rule::group) {
            static const Value empty{Value::Object{}};
            require(field.members, value && value->is_object() ? *value : empty,
                    pointer_to(pointer, field.name), target);
            continue;
        }
        if (!field.required || (value && !is_nothing(*value))) continue;
        if (!field.writes.empty() && ways(field, target).empty()) continue;
        const std::string at = pointer_to(pointer, field.name);
        const bool told = std::any_of(refused_.begin(), refused_.end(),
                                      [&](const Refused& refusal) { return refusal.path == at; });
        if (!told)
            refuse(at, "required", fmt::format("'{}' is missing; QuickBooks needs it", field.path));
    }
}

std::vector<std::string_view> RecordWriter::ways(const Field& field, const Target& target) const
{
    std::vector<std::string_view> found;
    for (std::string_view rest = field.writes; !rest.empty();) {
        auto path = rest.substr(0, rest.find('|'));
        rest.remove_prefix(std::min(path.size() + 1, rest.size()));
        if (path.starts_with(target.prefix)) found.push_back(path.substr(target.prefix.size()));
    }
    return found;
}

std::string_view RecordWriter::chosen_way(const Field& field, const Target& target) const
{
    for (const auto way : ways(field, target)) {
        if (way.starts_with(two_sides_ ? "SalesOrPurchase" : "SalesAndPurchase")) continue;
        return way;
    }
    return {};
}

// ---- scalars

void RecordWriter::write_scalar(const Field& field, const Value& value, const std::string& pointer,
                                const Target& target, std::string_view way)
{
    if (field.rule == Rule::ref_list) return write_ref_list(field, value, pointer, target, way);
    if (field.rule == Rule::text_list) return write_text_list(field, value, pointer, target, way);
    if (field.rule == Rule::tax_components)
        return write_tax_components(value, pointer, target, way);
    if (field.rule == Rule::custom_fields)
        return write_line_custom_fields(value, pointer, target, way);
    // One form of an item has one description for selling and buying; it is written once.
    if (way.starts_with("SalesOrPurchase")) {
        Draft* side = target.at->child(way.substr(0, way.find('/')));
        if (side && side->child(way.substr(way.find('/') + 1))) return;
    }
    if (is_nothing(value)) return clear(field, pointer, target, way);
    switch (field.kind) {
        case Kind::ref:
        case Kind::entity_ref: {
            std::string prefix(field.argument);
            if (field.rule == Rule::tracking_ref && element_ != "Class") prefix = element_;
            return write_ref(value, prefix, pointer, *target.at, way);
        }
        case Kind::record_ref: {
            if (!check_object(value, pointer, "id|dataType|sourceType")) return;
            const std::string id = value.string_at("id");
            if (id.empty()) return refuse(pointer, "required", "the transaction's id is missing");
            target.at->grow(way, pointer, id);
            return;
        }
        case Kind::address: return write_address(value, pointer, *target.at, way, false);
        default: break;
    }
    if (const auto text = text_of(field, value, pointer))
        target.at->grow(way, pointer, *text).takes_back =
            field.rule == Rule::flag_or_false && *text == "false";
}

void RecordWriter::clear(const Field& field, const std::string& pointer, const Target& target,
                         std::string_view way)
{
    if (creating()) return;
    // What was null when it was read may be so because the company does without: then QuickBooks
    // refuses to hear of it, even of nothing.
    if (echoes_alone() && can_be_off(way.substr(way.rfind('/') + 1))) return;
    if (field.rule == Rule::job_status) {
        target.at->grow(way, pointer, "None");
        return;
    }
    Draft& element = target.at->grow(way, pointer);
    element.takes_back = true;
    if (field.kind == Kind::ref || field.kind == Kind::entity_ref) element.add("ListID", pointer);
    if (field.kind == Kind::address) element.add("Addr1", pointer);
}

std::optional<std::string> RecordWriter::text_of(const Field& field, const Value& value,
                                                 const std::string& pointer)
{
    const auto wrong = [&](std::string_view expected) -> std::optional<std::string> {
        refuse(pointer, "value", fmt::format("{} where {} is expected", kind_of(value), expected));
        return std::nullopt;
    };
    switch (field.kind) {
        case Kind::flag:
            if (!value.is_bool()) return wrong("true or false");
            return value.as_bool() ? "true" : "false";
        case Kind::whole: {
            const auto digits = value.is_number() ? whole_value(value.number_text()) : std::nullopt;
            return digits ? digits : wrong("a whole number");
        }
        case Kind::money:
        case Kind::price:
        case Kind::quantity:
        case Kind::percent:
        case Kind::rate: return decimal_of(field, value, pointer);
        default: break;
    }
    if (!value.is_string()) return wrong("a string");
    const std::string& text = value.as_string();
    if (field.kind == Kind::date) {
        if (date_value(text) == text) return text;
        refuse(pointer, "value", fmt::format("'{}' is no date; expected YYYY-MM-DD", text));
        return std::nullopt;
    }
    if (field.kind == Kind::word) {
        if (!lists(field.words, text, '|')) {
            refuse(pointer, "value",
                   fmt::format("'{}' is not known here; expected one of {}", text,
                               words_of(field.words)));
            return std::nullopt;
        }
        if (field.rule == Rule::active_status) return text == "Active" ? "true" : "false";
        if (field.rule == Rule::custom_field_type) return std::string(data_ext_type(text));
        return text;
    }
    if (field.rule == Rule::duration && !minutes_value(text)) {
        refuse(pointer, "value", fmt::format("'{}' is no time span; expected PT1H30M", text));
        return std::nullopt;
    }
    if (!check_text(text, pointer)) return std::nullopt;
    if (field.path == "name" && text.find(':') != std::string::npos) {
        refuse(pointer, "value",
               fmt::format(
                   "'{}' holds a colon, which QuickBooks keeps for parents; give the parent in "
                   "parentRef",
                   text));
        return std::nullopt;
    }
    const auto length = characters_in(text);
    if (field.length_max > 0 && length > static_cast<std::size_t>(field.length_max)) {
        refuse(pointer, "tooLong",
               fmt::format("{} characters found, at most {} fit; shorten the text", length,
                           field.length_max),
               field.length_max);
        return std::nullopt;
    }
    return text;
}

std::optional<std::string> RecordWriter::decimal_of(const Field& field, const Value& value,
                                                    const std::string& pointer)
{
    if (!value.is_string() && !value.is_number()) {
        refuse(pointer, "value", fmt::format("{} where a decimal is expected", kind_of(value)));
        return std::nullopt;
    }
    const std::string& text = value.is_string() ? value.as_string() : value.number_text();
    auto number = DecimalText::parse(text);
    if (!number || text.find(' ') != std::string::npos) {
        refuse(pointer, "value",
               fmt::format("'{}' is no decimal; expected digits such as 12.50", text));
        return std::nullopt;
    }
    const auto places_end = number->fraction.find_last_not_of('0');
    const std::size_t places = places_end == std::string_view::npos ? 0 : places_end + 1;
    const std::size_t most = field.kind == Kind::money ? 2 : 5;
    if (field.kind != Kind::rate && places > most) {
        refuse(pointer, "value",
               fmt::format("'{}' has {} decimals; at most {} are kept", text, places, most));
        return std::nullopt;
    }
    const bool is_signed = field.rule == Rule::signed_money ||
                           field.rule == Rule::signed_quantity ||
                           field.rule == Rule::signed_money_or_zero;
    if (is_signed && element_ == "CreditCardCredit") number->negative = !number->negative;
    if (field.kind == Kind::money) return money_text(*number);
    return field.kind == Kind::price ? price_text(*number) : plain_text(*number);
}

bool RecordWriter::check_text(std::string_view text, const std::string& pointer)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const bool control = c < 0x20 && c != '\n' && c != '\t' && c != '\r';
        const bool no_character =
            text.substr(i, 3) == "\xEF\xBF\xBE" || text.substr(i, 3) == "\xEF\xBF\xBF";
        if (!control && !no_character && c != 0x7F) continue;
        refuse(pointer, "value",
               fmt::format("the character at byte {} cannot stand in qbXML; remove it", i));
        return false;
    }
    return true;
}

}  // namespace qbxml::canonical
