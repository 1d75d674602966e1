// Lists, references, currencies and custom fields of a record.
#include <algorithm>

#include "qbxml/canonical/masks.h"
#include "qbxml/canonical/record_reader.h"

namespace qbxml::canonical {
namespace {

// A reference whose id and name are empty is none.
bool has_content(Element element)
{
    return element.any([](Element each) { return !each.text().empty(); });
}

}  // namespace

// ---- values

bool RecordReader::write_date(std::string_view path, std::string_view value)
{
    if (value.empty()) return null();
    if (const auto date = date_value(value)) return plain(*date);
    issue("value.invalid", path, value);
    return null();
}

bool RecordReader::write_datetime(const Field& field, std::string_view value)
{
    if (value.empty()) return null();
    const auto moment = moment_value(value, zone_);
    if (!moment) return invalid(field, value);
    if (moment->zone_unknown) issue("time.zoneUnknown", field.path, value);
    return plain(moment->text);
}

bool RecordReader::write_ref(Element element, std::string_view prefix)
{
    if (!element) return null();
    const auto id = element.child("ListID").text();
    const auto name = element.child("FullName").text();
    if (id.empty() && name.empty()) return null();
    out_ += "{\"id\":";
    if (prefix.empty() || id.empty())
        text(id);
    else
        text(std::string(prefix) + ':' + std::string(id));
    out_ += ",\"name\":";
    text(name);
    out_ += '}';
    return true;
}

bool RecordReader::write_ref_list(const Field& field, const Scope& scope)
{
    out_ += '[';
    bool any = false;
    for (Element ref = find_any(field, scope); ref; ref = ref.next_sibling(ref.name())) {
        const auto begin = out_.size();
        if (any) out_ += ',';
        if (write_ref(ref, {}))
            any = true;
        else
            out_.resize(begin);
    }
    out_ += ']';
    return any;
}

bool RecordReader::write_list(const Field& field, const Scope& scope)
{
    out_ += '[';
    int number = 0;
    Children children;
    for (Element entry = find_any(field, scope); entry; entry = entry.next_sibling(entry.name())) {
        if (number++) out_ += ',';
        children.read(entry);
        write_object(field.members, {entry, entry.name(), &children, nullptr, number, true});
    }
    out_ += ']';
    return number > 0;
}

bool RecordReader::write_text_list(const Field& field, const Scope& scope)
{
    out_ += '[';
    bool any = false;
    for (Element entry = find_any(field, scope); entry; entry = entry.next_sibling(entry.name())) {
        if (entry.text().empty()) continue;
        if (any) out_ += ',';
        any = text(entry.text());
    }
    out_ += ']';
    return any;
}

bool RecordReader::write_custom_fields(const Field& field, const Scope& scope)
{
    out_ += '[';
    bool any = false;
    for (Element entry = find_any(field, scope); entry; entry = entry.next_sibling(entry.name())) {
        if (any) out_ += ',';
        any = true;
        const auto owner = entry.child("OwnerID").text();
        const auto type = entry.child("DataExtType").text();
        out_ += "{\"ownerId\":";
        text(owner.empty() ? "0" : owner);
        out_ += ",\"name\":";
        text(entry.child("DataExtName").text());
        out_ += ",\"type\":";
        const auto word = custom_field_type(type);
        if (!type.empty() && word.empty())
            issue("value.invalid", std::string(field.path) + "[].type", type);
        plain(word);
        out_ += ",\"value\":";
        text(entry.child("DataExtValue").text());
        out_ += '}';
    }
    out_ += ']';
    return any;
}

bool RecordReader::write_supplemental()
{
    out_ += '{';
    const auto wanted = context_.supplemental.find(std::string(type_.name));
    if (wanted != context_.supplemental.end()) {
        for (const auto& [name, path] : wanted->second) {
            if (out_.back() != '{') out_ += ',';
            append_json_string(out_, name);
            out_ += ':';
            text(leads_to_masked(path) ? std::string_view{} : ret_.at(path).text());
        }
    }
    out_ += '}';
    return true;
}

// ---- lists

bool RecordReader::is_item_kind(std::string_view kinds) const
{
    return ret_name_.starts_with("Item") &&
           lists(kinds, ret_name_.substr(4, ret_name_.size() - 7), '|');
}

std::string_view RecordReader::list_prefix() const
{
    return ret_name_ == "ClassRet" ? std::string_view{} : ret_name_.substr(0, ret_name_.size() - 3);
}

// The code, "" when the currency is known to have none.
std::optional<std::string_view> RecordReader::currency_of(Element ref)
{
    const auto id = ref.child("ListID").text();
    const auto name = ref.child("FullName").text();
    for (auto wanted : {id, name})
        if (const auto* found = context_.find(Context::List::currencies, wanted)) return *found;
    const bool is_code = name.size() == 3 && std::all_of(name.begin(), name.end(), [](char c) {
                             return c >= 'A' && c <= 'Z';
                         });
    if (is_code) return name;
    return std::nullopt;
}

bool RecordReader::write_currency(const Field& field, Element ref)
{
    if (!has_content(ref)) return text(context_.home_currency);
    if (const auto code = currency_of(ref)) return text(*code);
    if (!currency_reported_) {
        const auto name = ref.child("FullName").text();
        issue("currency.unresolved", field.path, name.empty() ? ref.child("ListID").text() : name);
        currency_reported_ = true;
    }
    return null();
}

bool RecordReader::write_currency_rate(const Field& field, std::string_view value)
{
    if (!value.empty()) {
        const auto read = DecimalText::parse(value);
        return read ? plain(plain_text(*read)) : invalid(field, value);
    }
    const Element ref = root_.first("CurrencyRef");
    if (!has_content(ref)) return plain("1");
    const auto code = currency_of(ref);
    const bool home = code && !code->empty() && *code == context_.home_currency;
    return home ? plain("1") : null();
}

bool RecordReader::write_tax_rate(const Field& field)
{
    if (ret_name_ == "ItemSalesTaxRet") {
        const auto value = child_text("TaxRate");
        if (value.empty()) return null();
        const auto read = DecimalText::parse(without_percent_sign(value));
        return read ? plain(plain_text(*read)) : invalid(field, value);
    }
    Amount sum;
    bool any = false;
    for (Element ref = root_.first("ItemSalesTaxRef"); ref; ref = ref.next_sibling(ref.name())) {
        const auto* rate = context_.find(Context::List::tax_rates, ref.child("ListID").text());
        const auto value = rate ? Amount::from(*rate) : std::nullopt;
        if (!value) return null();
        sum += *value;
        any = true;
    }
    return any ? plain(sum.plain()) : null();
}

bool RecordReader::write_tax_components()
{
    out_ += '[';
    bool any = false;
    for (Element ref = root_.first("ItemSalesTaxRef"); ref; ref = ref.next_sibling(ref.name())) {
        if (any) out_ += ',';
        any = true;
        out_ += "{\"taxRateRef\":";
        write_ref(ref, {});
        out_ += ",\"rate\":";
        const auto* rate = context_.find(Context::List::tax_rates, ref.child("ListID").text());
        const auto value = rate ? DecimalText::parse(*rate) : std::nullopt;
        plain(value ? plain_text(*value) : std::string{});
        out_ += '}';
    }
    out_ += ']';
    return any;
}

}  // namespace qbxml::canonical
