// References, lists and custom fields of a write, and what must agree between fields.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "qbxml/canonical/account_uses.h"
#include "qbxml/canonical/record_writer.h"

namespace qbxml::canonical {
namespace {

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

constexpr std::array<std::string_view, 3> prefixed_lists{"CustomerType", "VendorType", "JobType"};

}  // namespace

// ---- references and lists

bool RecordWriter::is_given_array(const Value& value, const std::string& pointer)
{
    if (value.is_null()) return false;
    if (!value.is_array())
        refuse(pointer, "value", fmt::format("{} where an array is expected", kind_of(value)));
    return value.is_array();
}

bool RecordWriter::check_object(const Value& value, const std::string& pointer,
                                std::string_view members)
{
    if (!value.is_object()) {
        refuse(pointer, "value", fmt::format("{} where an object is expected", kind_of(value)));
        return false;
    }
    bool good = true;
    for (const auto& [name, member] : value.as_object()) {
        const std::string at = pointer_to(pointer, name);
        if (!lists(members, name, '|')) {
            refuse(at, "unknownField",
                   fmt::format("'{}' is no field here; expected {}", name, words_of(members)));
            good = false;
        } else if (member.is_string()) {
            good = check_text(member.as_string(), at) && good;
        } else if (!member.is_null() && !(name == "isDefault" && member.is_bool())) {
            refuse(at, "value", fmt::format("{} where a string is expected", kind_of(member)));
            good = false;
        }
    }
    return good;
}

void RecordWriter::write_ref(const Value& value, std::string_view prefix,
                             const std::string& pointer, Draft& parent, std::string_view way)
{
    if (!check_object(value, pointer, "id|name|dataType")) return;
    std::string id = value.string_at("id");
    const std::string name = value.string_at("name");
    if (id.empty() && name.empty()) {
        refuse(pointer, "required", "a reference needs an id or a name");
        return;
    }
    if (const auto colon = id.find(':'); colon != std::string::npos) {
        const std::string list = id.substr(0, colon);
        const bool of_list =
            std::find(prefixed_lists.begin(), prefixed_lists.end(), list) != prefixed_lists.end();
        if (of_list && list != prefix) {
            refuse(pointer, "kindMismatch",
                   fmt::format("'{}' is the id of a {}; {} is wanted", id, list,
                               prefix.empty() ? "another kind of record" : prefix));
            return;
        }
        if (of_list) id.erase(0, colon + 1);
    }
    check_account(id.empty() ? name : id, pointer, parent, way);
    Draft& ref = parent.grow(way, pointer);
    if (id.empty())
        ref.add("FullName", pointer_to(pointer, "name"), name);
    else
        ref.add("ListID", pointer_to(pointer, "id"), id);
}

void RecordWriter::check_account(std::string_view key, const std::string& pointer,
                                 const Draft& parent, std::string_view way)
{
    const bool of_payload = &parent == &payload_;
    const auto element = way.substr(way.rfind('/') + 1);
    std::string above;  // a sub-account is of the type of the account above it
    if (element_ == "Account" && element == "ParentRef")
        if (const Value* own = known("sourceAccountType"); own && own->is_string())
            above = own->as_string();
    const auto types =
        above.empty() ? account_types_of(element_, element, of_payload) : std::string_view(above);
    if (types.empty()) return;
    const std::string* type = context_.find(Context::List::accounts, key);
    if (!type || lists(types, *type, '|')) return;
    refuse(
        pointer, "kindMismatch",
        fmt::format("'{}' is an account of type {}; wanted is {}; give such an account", key, *type,
                    types == posting_types ? "one that can be posted to" : words_of(types)));
}

void RecordWriter::write_ref_list(const Field& field, const Value& value,
                                  const std::string& pointer, const Target& target,
                                  std::string_view way)
{
    if (!value.is_array() && !value.is_null())
        return refuse(pointer, "value",
                      fmt::format("{} where an array is expected", kind_of(value)));
    if (is_nothing(value)) {
        if (creating()) return;
        Draft& ref = target.at->grow(way, pointer);
        ref.takes_back = true;
        ref.add("ListID", pointer);
        return;
    }
    const auto& refs = value.as_array();
    const std::size_t most = way == "PrefillAccountRef" ? 3 : 1;
    if (refs.size() > most)
        return refuse(pointer, "value",
                      fmt::format("{} references in '{}'; QuickBooks takes at most {}", refs.size(),
                                  field.path, most));
    for (std::size_t i = 0; i < refs.size(); ++i)
        write_ref(refs[i], {}, pointer_to(pointer, i), *target.at, way);
}

void RecordWriter::write_text_list(const Field& field, const Value& value,
                                   const std::string& pointer, const Target& target,
                                   std::string_view way)
{
    if (!is_given_array(value, pointer)) return;
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
        const Value& entry = value.as_array()[i];
        const std::string at = pointer_to(pointer, i);
        if (!entry.is_string() || entry.as_string().empty())
            refuse(at, "value", fmt::format("'{}' holds texts that are not empty", field.path));
        else if (check_text(entry.as_string(), at))
            target.at->grow(way, at, entry.as_string());
    }
}

void RecordWriter::write_tax_components(const Value& value, const std::string& pointer,
                                        const Target& target, std::string_view way)
{
    if (!is_given_array(value, pointer)) return;
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
        const std::string at = pointer_to(pointer, i);
        const Value* ref = value.as_array()[i].find("taxRateRef");
        if (!ref)
            refuse(pointer_to(at, "taxRateRef"), "required", "a member of a group is a taxRateRef");
        else
            write_ref(*ref, {}, pointer_to(at, "taxRateRef"), *target.at, way);
    }
}

void RecordWriter::write_list(const Field& field, const Value& value, const std::string& pointer,
                              const Target& target)
{
    const auto way = chosen_way(field, target);
    if (way.empty()) return refuse_without_way(field, value, pointer);
    if (!is_given_array(value, pointer)) return;
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
        const Value& entry = value.as_array()[i];
        const std::string at = pointer_to(pointer, i);
        if (!entry.is_object()) {
            refuse(at, "value", fmt::format("{} where an object is expected", kind_of(entry)));
            continue;
        }
        Draft& element = target.at->grow(way, at);
        Target inside{&element, target.prefix + std::string(way) + '/'};
        if (type_.name == "deposits" && field.name == "lines")
            write_deposit_line(field, entry, at, inside);
        else
            write_object(field.members, entry, nullptr, at, inside);
        // Stock and its worth are adjusted in one element when both are told.
        Draft* worth = element.child("ValueAdjustment");
        Draft* quantity = worth ? element.child("QuantityAdjustment") : nullptr;
        if (!quantity) continue;
        worth->children.push_front(quantity->children.front());
        std::erase_if(element.children,
                      [](const Draft& child) { return child.name == "QuantityAdjustment"; });
    }
}

// A line that brings a payment in says only what differs from the payment.
void RecordWriter::write_deposit_line(const Field& field, const Value& line,
                                      const std::string& pointer, const Target& inside)
{
    Draft& element = *inside.at;
    const Value* record = line.find("recordRef");
    const std::string kept =
        record && record->is_object() && !creating() ? record->string_at("id") : std::string{};
    const bool brings = !line.string_at("paymentId").empty();
    std::set<std::string_view> skipped;
    if (!brings && !kept.empty())
        for (const char* name : {"contactRef", "accountRef", "paymentMethodRef", "amount"}) {
            skipped.insert(name);
            if (const Value* given = line.find(name); given && !is_nothing(*given))
                warn(pointer_to(pointer, name), "it is that of the payment and was ignored");
        }
    write_object(field.members, line, nullptr, pointer, inside, skipped);
    if (!creating() && line.string_at("id").empty()) element.add("TxnLineID", pointer, "-1");
    if (!brings && kept.empty()) {  // money of its own: that there is no payment goes unsaid
        std::erase_if(element.children, [](const Draft& child) {
            return child.name == "PaymentTxnLineID" && child.takes_back;
        });
        return;
    }
    bool differs = brings;
    for (auto& child : element.children) {
        if (child.name != "Memo" && child.name != "CheckNumber" && child.name != "ClassRef")
            continue;
        child.name = "Override" + child.name;
        differs = differs || !child.takes_back;
    }
    if (differs && !brings) element.add("PaymentTxnID", pointer, kept);
    if (differs) return;
    std::erase_if(element.children, [](const Draft& child) { return child.name != "TxnLineID"; });
}

// ---- custom fields

void RecordWriter::write_custom_fields(const Value& value, const Value* current,
                                       const std::string& pointer)
{
    if (!is_given_array(value, pointer)) return;
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
        const Value& entry = value.as_array()[i];
        const std::string at = pointer_to(pointer, i);
        if (!check_object(entry, at, "ownerId|name|type|value")) continue;
        CustomField field{
            at, entry.string_at("ownerId", "0"), entry.string_at("name"), {}, !creating()};
        if (field.name.empty()) {
            refuse(pointer_to(at, "name"), "required", "a custom field needs its name");
            continue;
        }
        const std::string text = entry.string_at("value");
        if (!text.empty()) field.value = text;
        if (current && current->is_array()) {
            const auto& old = current->as_array();
            const auto same = std::find_if(old.begin(), old.end(), [&](const Value& each) {
                return each.string_at("ownerId", "0") == field.owner_id &&
                       each.string_at("name") == field.name;
            });
            field.exists = same != old.end() && !same->string_at("value").empty();
            if (field.exists && same->string_at("value") == text) continue;
        }
        if (!field.value && !field.exists) continue;
        custom_fields_.push_back(std::move(field));
    }
}

void RecordWriter::write_line_custom_fields(const Value& value, const std::string& pointer,
                                            const Target& target, std::string_view way)
{
    if (!is_given_array(value, pointer)) return;
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
        const Value& entry = value.as_array()[i];
        const std::string at = pointer_to(pointer, i);
        if (!check_object(entry, at, "ownerId|name|type|value")) continue;
        if (entry.string_at("name").empty())
            refuse(pointer_to(at, "name"), "required", "a custom field needs its name");
        if (entry.string_at("value").empty()) continue;
        Draft& element = target.at->grow(way, at);
        element.add("OwnerID", pointer_to(at, "ownerId"), entry.string_at("ownerId", "0"));
        element.add("DataExtName", pointer_to(at, "name"), entry.string_at("name"));
        element.add("DataExtValue", pointer_to(at, "value"), entry.string_at("value"));
    }
}

// ---- what holds between fields

void RecordWriter::choose_item_sides()
{
    const auto side = [&](std::string_view name) {
        Value merged = write_.current.find(name) ? *write_.current.find(name) : Value{};
        const Value* given = record().find(name);
        if (given && given->is_object()) {
            if (!merged.is_object()) merged = Value::Object{};
            for (const auto& [member, value] : given->as_object())
                merged.set(member, value);
        } else if (given) {
            merged = Value{};
        }
        return merged;
    };
    const Value sell = side("invoiceItem"), buy = side("billItem");
    if (!sell.is_object() || !buy.is_object()) {
        two_sides_ =
            buy.is_object() && ((buy.find("supplierRef") && !buy.find("supplierRef")->is_null()) ||
                                (buy.find("taxCodeRef") && !buy.find("taxCodeRef")->is_null()));
        return;
    }
    for (const char* name : {"description", "unitPrice", "accountRef"}) {
        const Value* a = sell.find(name);
        const Value* b = buy.find(name);
        if ((a ? *a : Value{}) != (b ? *b : Value{})) two_sides_ = true;
    }
    for (const char* name : {"supplierRef", "taxCodeRef"})
        if (buy.find(name) && !buy.find(name)->is_null()) two_sides_ = true;
}

void RecordWriter::check_conflicts()
{
    const Value* phone = record().find("phone");
    const Value* phones = record().find("phoneNumbers");
    if (phone && phones && phones->is_array()) {
        std::string primary;
        for (const auto& each : phones->as_array())
            if (each.string_at("type") == "Primary" && primary.empty())
                primary = each.string_at("number");
        const std::string number = phone->is_string() ? phone->as_string() : std::string{};
        if (number != primary)
            refuse("/phoneNumbers", "conflict",
                   fmt::format("phone is '{}' and the Primary number '{}'; give one, or both alike",
                               number, primary));
    }
    const bool checks = element_ == "Check" || element_ == "BillPaymentCheck";
    const Value* printed = record().find("isToBePrinted");
    const Value* number = record().find("reference");
    if (!checks || !printed || !number) return;
    // QuickBooks takes one of the two: a number says that it is not to be printed, and a check to
    // be printed that it has no number.
    const bool numbered = !is_nothing(*number), to_print = *printed == Value(true);
    if (numbered && to_print)
        return refuse("/isToBePrinted", "conflict",
                      "a check that is still to be printed has no number yet; leave out reference");
    const std::string_view needless = numbered ? "IsToBePrinted" : to_print ? "RefNumber" : "";
    std::erase_if(payload_.children, [&](const Draft& each) { return each.name == needless; });
}

}  // namespace qbxml::canonical
