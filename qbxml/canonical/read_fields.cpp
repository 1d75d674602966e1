#include <algorithm>

#include "qbxml/canonical/masks.h"
#include "qbxml/canonical/record_reader.h"

namespace qbxml::canonical {
namespace {

std::string_view words_part(std::string_view words, std::string_view text)
{
    return lists(words, text, '|') ? text : std::string_view{};
}

bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~' || c == ':';
}

std::string percent_encoded(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (char c : text) {
        if (is_unreserved(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::string id_of(Element ret, const Children& children)
{
    const std::string_view name = ret.name();
    if (name == "CompanyRet") return "company";
    if (name == "PreferencesRet") return "preferences";
    if (name == "HostRet") return "host";
    if (name == "DataExtDefRet") {
        const auto owner = children.first("OwnerID").text();
        const auto id = children.first("DataExtID").text();
        if (owner.empty() || id.empty()) return {};
        return std::string(owner) + ':' + std::string(id);
    }
    std::string id(children.first("ListID").text());
    if (!id.empty() &&
        (name == "CustomerTypeRet" || name == "VendorTypeRet" || name == "JobTypeRet"))
        return std::string(name.substr(0, name.size() - 3)) + ':' + id;
    if (!id.empty()) return id;
    id = children.first("TxnID").text();
    const auto line = children.first("TxnLineID").text();
    if (name == "TransactionRet" && !id.empty() && !line.empty()) id += ':' + std::string(line);
    return id;
}

}  // namespace

void Children::read(Element parent)
{
    heads_.fill(none);
    entries_.clear();
    entries_.reserve(64);
    std::array<std::uint16_t, 64> tails;
    for (Element child : parent.children()) {
        if (entries_.size() == none) break;
        const auto name = child.name();
        const auto hash = name_hash(name);
        const auto at = static_cast<std::uint16_t>(entries_.size());
        if (heads_[hash] == none)
            heads_[hash] = at;
        else
            entries_[tails[hash]].next = at;
        tails[hash] = at;
        entries_.push_back({name, child, none});
    }
}

RecordReader::RecordReader(Desk& desk, const Type& type, Element ret)
    : context_(desk.context),
      zone_(desk.zone),
      type_(type),
      ret_(ret),
      ret_name_(ret.name()),
      root_(ret),
      issues_(desk.issues),
      id_(id_of(ret, root_)),
      out_(desk.json)
{
    turned_ = ret_name_ == "CreditCardCreditRet";
    tax_included_ = root_flag("IsTaxIncluded");
}

Record RecordReader::read()
{
    Record record;
    out_.clear();
    const Scope scope{ret_, ret_name_, &root_, nullptr, 0, false};
    write_object(type_.fields, scope);
    check_sums();
    record.data_type = type_.name;
    record.id = id_;
    record.source_type = ret_name_.substr(0, ret_name_.size() - 3);
    record.json = out_;
    for (const char* name : {"FullName", "Name", "RefNumber", "DataExtName", "CompanyName"}) {
        record.name = child_text(name);
        if (!record.name.empty()) break;
    }
    record.edit_sequence = child_text("EditSequence");
    record.time_modified = child_text("TimeModified");
    record.voided = status_ == "Void";
    return record;
}

// ---- output

bool RecordReader::null()
{
    out_ += "null";
    return false;
}

bool RecordReader::flag(bool value)
{
    out_ += value ? "true" : "false";
    return true;
}

bool RecordReader::whole(std::string_view digits)
{
    out_ += digits;
    return true;
}

bool RecordReader::plain(std::string_view value)
{
    if (value.empty()) return null();
    out_ += '"';
    out_ += value;
    out_ += '"';
    return true;
}

bool RecordReader::text(std::string_view value)
{
    if (value.empty()) return null();
    if (value.find('\r') == std::string_view::npos) {
        append_json_string(out_, value);
        return true;
    }
    std::string lines;
    lines.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != '\r')
            lines += value[i];
        else if (i + 1 == value.size() || value[i + 1] != '\n')
            lines += '\n';
    }
    append_json_string(out_, lines);
    return true;
}

void RecordReader::issue(std::string_view code, std::string_view field, std::string_view value)
{
    issues_.push_back(
        {std::string(code), std::string(type_.name), id_, std::string(field), std::string(value)});
}

bool RecordReader::invalid(const Field& field, std::string_view value)
{
    issue("value.invalid", field.path, value);
    return null();
}

bool RecordReader::amount(const Field& field, std::optional<Amount> value)
{
    if (!bad_.empty()) {
        const std::string bad = std::exchange(bad_, {});
        return invalid(field, bad);
    }
    return value ? plain(value->money()) : null();
}

void RecordReader::key(std::string_view name)
{
    if (out_.back() != '{') out_ += ',';
    out_ += '"';
    out_ += name;
    out_ += "\":";
}

// ---- finding

bool RecordReader::applies(const Source& source, const Scope& scope) const
{
    if (!source.only.empty() && !lists(source.only, ret_name_, ',')) return false;
    return source.element.empty() || source.element == scope.name;
}

Element RecordReader::at(const Source& source, const Scope& scope) const
{
    if (source.first.empty()) return scope.element;
    const Element element = scope.children->first(source.first, source.hash);
    if (source.rest.empty() || !element) return element;
    return element.at(source.rest);
}

Found RecordReader::find(const Field& field, const Scope& scope) const
{
    for (const auto& source : field.sources) {
        if (!applies(source, scope)) continue;
        const Element element = at(source, scope);
        if (!element) continue;
        const auto text = element.text();
        if (!text.empty() || element.has_children()) return {element, text};
    }
    return {};
}

Element RecordReader::find_any(const Field& field, const Scope& scope) const
{
    for (const auto& source : field.sources) {
        if (!applies(source, scope)) continue;
        if (const Element element = at(source, scope)) return element;
    }
    return {};
}

// ---- objects

bool RecordReader::write_object(std::span<const Field> fields, const Scope& scope)
{
    out_ += '{';
    const bool any = write_members(fields, scope);
    out_ += '}';
    return any;
}

bool RecordReader::write_members(std::span<const Field> fields, const Scope& scope)
{
    bool any = false;
    for (const auto& field : fields) {
        if (!field.readable()) continue;
        if (out_.back() != '{') out_ += ',';
        out_ += field.key;
        if (write_value(field, scope)) any = true;
    }
    return any;
}

bool RecordReader::write_value(const Field& field, const Scope& scope)
{
    switch (field.rule) {
        case Rule::group: return write_object(field.members, scope);
        case Rule::object_if_any: {
            const auto begin = out_.size();
            if (write_object(field.members, scope)) return true;
            out_.resize(begin);
            return null();
        }
        case Rule::list: return write_list(field, scope);
        case Rule::text: return text(find(field, scope).text);
        case Rule::ref: return write_ref(find(field, scope).element, {});
        case Rule::always_null: return null();
        case Rule::always_false: return flag(false);
        case Rule::custom_fields: return write_custom_fields(field, scope);
        default: return write_scalar(field, scope);
    }
}

bool RecordReader::write_scalar(const Field& field, const Scope& scope)
{
    const Found found = find(field, scope);
    const std::string_view value = found.text;
    switch (field.rule) {
        case Rule::date: return write_date(field.path, value);
        case Rule::datetime: return write_datetime(field, value);
        case Rule::flag:
        case Rule::flag_or_false:
        case Rule::flag_or_true: {
            if (value.empty())
                return field.rule == Rule::flag ? null() : flag(field.rule == Rule::flag_or_true);
            const auto read = flag_value(value);
            return read ? flag(*read) : invalid(field, value);
        }
        case Rule::whole:
        case Rule::whole_or_zero: {
            if (value.empty()) return field.rule == Rule::whole ? null() : whole("0");
            const auto read = whole_value(value);
            return read ? whole(*read) : invalid(field, value);
        }
        case Rule::word:
            if (value.empty()) return null();
            if (words_part(field.words, value).empty()) return invalid(field, value);
            return text(value);
        case Rule::full_name: return text(value.empty() ? child_text("Name") : value);
        case Rule::present: return flag(static_cast<bool>(find_any(field, scope)));
        case Rule::money:
        case Rule::money_or_zero:
        case Rule::signed_money:
        case Rule::signed_money_or_zero:
        case Rule::turned_money:
        case Rule::price:
        case Rule::quantity:
        case Rule::signed_quantity:
        case Rule::percent:
        case Rule::rate: return write_money_rule(field, value);
        case Rule::record_id:
        case Rule::now:
        case Rule::source_type:
        case Rule::raw_link:
        case Rule::supplemental:
        case Rule::context_currency: return write_header(field);
        default: return write_kind_rule(field, scope, found);
    }
}

bool RecordReader::write_money_rule(const Field& field, std::string_view value)
{
    if (value.empty()) {
        const bool zero = field.rule == Rule::money_or_zero || field.rule == Rule::turned_money ||
                          field.rule == Rule::signed_money_or_zero;
        return zero ? plain("0.00") : null();
    }
    const auto read =
        DecimalText::parse(field.rule == Rule::percent ? without_percent_sign(value) : value);
    if (!read) return invalid(field, value);
    DecimalText number = *read;
    switch (field.rule) {
        case Rule::price: return plain(price_text(number));
        case Rule::quantity:
        case Rule::percent:
        case Rule::rate: return plain(plain_text(number));
        case Rule::signed_quantity:
            number.negative = number.negative != turned_;
            return plain(plain_text(number));
        case Rule::signed_money:
        case Rule::signed_money_or_zero: number.negative = number.negative != turned_; break;
        case Rule::turned_money: number.negative = !number.negative; break;
        default: break;
    }
    return plain(money_text(number));
}

bool RecordReader::write_header(const Field& field)
{
    switch (field.rule) {
        case Rule::record_id: return text(id_);
        case Rule::now: return text(context_.now);
        case Rule::source_type: return plain(ret_name_.substr(0, ret_name_.size() - 3));
        case Rule::context_currency: return text(context_.home_currency);
        case Rule::raw_link: {
            std::string link = "/v1/companies/" + context_.company_id + '/';
            link += type_.name;
            link += '/' + percent_encoded(id_) + "/raw";
            return text(link);
        }
        default: return write_supplemental();
    }
}

bool RecordReader::write_kind_rule(const Field& field, const Scope& scope, const Found& found)
{
    const Element element = found.element;
    switch (field.rule) {
        case Rule::element_kind: {
            std::string_view kind = ret_name_.substr(0, ret_name_.size() - 3);
            if (type_.name == "taxRates") return plain(kind == "ItemSalesTax" ? "Single" : "Group");
            if (type_.name == "paymentTerms") kind.remove_suffix(5);
            if (type_.name == "billPayments") kind.remove_prefix(11);
            if (type_.name == "items") kind.remove_prefix(4);
            return plain(kind);
        }
        case Rule::item_type:
            if (is_item_kind("Inventory|InventoryAssembly")) return plain("Inventory");
            if (is_item_kind("Service")) return plain("Service");
            return plain(is_item_kind("NonInventory") ? "NonInventory" : "Unknown");
        case Rule::is_invoice_item:
            return flag(
                root_.first("SalesAndPurchase") || root_.first("SalesOrPurchase") ||
                is_item_kind("Inventory|InventoryAssembly|Subtotal|Discount|Payment|Group"));
        case Rule::is_bill_item:
            return flag(root_.first("SalesAndPurchase") || root_.first("SalesOrPurchase") ||
                        is_item_kind("Inventory|InventoryAssembly|FixedAsset|Group"));
        case Rule::tax_rate_value: return write_tax_rate(field);
        case Rule::tax_components: return write_tax_components();
        case Rule::prefixed_ref: return write_ref(element, field.argument);
        case Rule::tracking_ref: return write_ref(element, list_prefix());
        case Rule::ref_list: return write_ref_list(field, scope);
        default: return write_kind_text(field, scope, found);
    }
}

bool RecordReader::write_kind_text(const Field& field, const Scope& scope, const Found& found)
{
    const auto [element, value] = found;
    switch (field.rule) {
        case Rule::active_status: {
            const auto active = flag_value(value);
            if (!value.empty() && !active) return invalid(field, value);
            return plain(active.value_or(true) ? "Active" : "Archived");
        }
        case Rule::account_class: return plain(account_class(value).type);
        case Rule::account_category: return plain(account_class(value).category);
        case Rule::is_bank: return flag(value == "Bank");
        case Rule::currency: return write_currency(field, root_.first("CurrencyRef"));
        case Rule::home_currency:
            return element ? write_currency(field, element) : text(context_.home_currency);
        case Rule::currency_rate: return write_currency_rate(field, value);
        case Rule::job_status:
            if (value.empty() || value == "None") return null();
            return words_part(field.words, value).empty() ? invalid(field, value) : text(value);
        case Rule::payment_method_type: {
            const auto type = payment_method_type(value);
            return plain(type.empty() ? "Unknown" : type);
        }
        case Rule::month_number: {
            const int month = month_number(value);
            if (value.empty()) return null();
            return month ? whole(std::to_string(month)) : invalid(field, value);
        }
        case Rule::text_list: return write_text_list(field, scope);
        case Rule::custom_field_type: {
            const auto type = custom_field_type(value);
            if (value.empty()) return null();
            return type.empty() ? invalid(field, value) : plain(type);
        }
        case Rule::duration:
        case Rule::duration_minutes: {
            if (value.empty()) return null();
            const auto minutes = minutes_value(value);
            if (!minutes) return invalid(field, value);
            return field.rule == Rule::duration ? plain(duration_text(*minutes))
                                                : whole(std::to_string(*minutes));
        }
        default: return write_person_rule(field, scope);
    }
}

}  // namespace qbxml::canonical
