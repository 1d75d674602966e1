#include "qbxml/simulator/data_ext.h"

#include <fmt/format.h>

#include <algorithm>

#include "qbxml/check_value.h"
#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/local_time.h"
#include "qbxml/simulator/number.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/text.h"

namespace qbxml::simulator {

namespace {

constexpr std::string_view public_owner = "0";
constexpr std::size_t private_bytes_max = 4096;  // of one object in all

// QuickBooks' sentence for a value that its type does not read.
std::optional<Outcome> refuse_value(const CustomField& field, std::string_view value,
                                    const HostZone& zone)
{
    const auto unreadable = [&](int code, std::string_view what) {
        return refused(code, fmt::format("There was an error when converting the {} \"{}\" in the "
                                         "field \"{}\".",
                                         what, value, field.name));
    };
    const auto too_long = [&](std::size_t most) -> std::optional<Outcome> {
        if (length_of(value) <= most) return std::nullopt;
        return refused(3070, fmt::format("The string \"{}\" in the field \"{}\" is too long.",
                                         value, field.name));
    };
    if (field.type == "STR255TYPE") return too_long(255);
    if (field.type == "STR1024TYPE") return too_long(1024);
    if (field.type == "AMTTYPE" && !Cents::parse(value)) return unreadable(3040, "amount");
    if (field.type == "PRICETYPE" && !Fine::parse(value)) return unreadable(3045, "price");
    if (field.type == "PERCENTTYPE" && !Fine::parse(value)) return unreadable(3050, "percent");
    if (field.type == "QUANTYPE" && !Fine::parse(value)) return unreadable(3060, "quantity");
    if (field.type == "DATETIMETYPE" && !unix_from_text(value, zone)) {
        return unreadable(3020, "date");
    }
    const std::size_t sign = value.starts_with('-') ? 1 : 0;
    if (field.type == "INTTYPE" &&
        (value.size() == sign || value.size() > 11 ||
         value.substr(sign).find_first_not_of("0123456789") != std::string_view::npos)) {
        return unreadable(3085, "number");
    }
    return std::nullopt;
}

// What a DataExtAdd, -Mod or -Del is about.
struct Target {
    std::string type;  // "Customer", "Item", "Invoice", "Company"
    Record* record = nullptr;
    std::string line;  // TxnLineID, "" for the record itself
    std::optional<Outcome> refusal;
};

Target refused_target(Outcome outcome)
{
    Target target;
    target.refusal = std::move(outcome);
    return target;
}

Target find_target(const CompanyFile& books, const Node& payload)
{
    if (const Node* other = payload.child("OtherDataExtType")) {
        return {.type = trimmed(other->text), .record = nullptr, .line = "", .refusal = {}};
    }
    if (const Node* list = payload.child("ListDataExtType")) {
        const Node* ref = payload.child("ListObjRef");
        const auto kinds = kinds_answered(trimmed(list->text));
        Record* record = ref == nullptr ? nullptr : referred(books, *ref, kinds);
        if (record != nullptr) {
            return {.type = trimmed(list->text), .record = record, .line = "", .refusal = {}};
        }
        const std::string id = ref == nullptr ? "" : text_at(*ref, "ListID");
        if (!id.empty() && !kinds.empty()) {
            return refused_target(missing_record(books, *kinds.front(), id));
        }
        return refused_target(object_not_found(ref == nullptr ? "" : text_at(*ref, "FullName")));
    }
    const std::string type = trimmed(text_at(payload, "TxnDataExtType"));
    const std::string id = trimmed(text_at(payload, "TxnID"));
    const Kind* kind = kind_of(type);
    if (kind == nullptr) return refused_target(object_not_found(id));
    Record* record = books.find(*kind, id);
    if (record == nullptr) return refused_target(missing_record(books, *kind, id));
    return {.type = type,
            .record = record,
            .line = trimmed(text_at(payload, "TxnLineID")),
            .refusal = {}};
}

// The element that holds the values: the record, or the line of that id below it.
Node* holder_in(Node& tree, const std::string& line)
{
    if (line.empty()) return &tree;
    for (Node& child : tree.children) {
        if (text_at(child, "TxnLineID") == line) return &child;
        if (Node* found = child.children.empty() ? nullptr : holder_in(child, line)) return found;
    }
    return nullptr;
}

// Public fields of the people and items show on the forms that name them.
bool may_hold(const CustomField& field, const Target& target)
{
    if (!field.is_public()) return field.is_assigned(target.type);
    const bool on_form = target.record != nullptr && !target.record->kind().is_list();
    return on_form || field.is_assigned(target.type);
}

std::size_t private_bytes(const Node& holder)
{
    std::size_t bytes = 0;
    for (const Node& child : holder.children) {
        if (child.name != "DataExtRet" || text_at(child, "OwnerID") == public_owner) continue;
        bytes += text_at(child, "DataExtValue").size();
    }
    return bytes;
}

Node* value_in(Node& holder, const CustomField& field)
{
    for (Node& child : holder.children) {
        if (child.name == "DataExtRet" && text_at(child, "OwnerID") == field.owner &&
            folded(text_at(child, "DataExtName")) == folded(field.name)) {
            return &child;
        }
    }
    return nullptr;
}

Node value_ret(const CustomField& field, const std::string& value)
{
    Node ret{.name = "DataExtRet"};
    ret.add("OwnerID", field.owner);
    ret.add("DataExtName", field.name);
    ret.add("DataExtType", field.type);
    ret.add("DataExtValue", value);
    return ret;
}

Outcome with_value(const CustomField& field, const std::string& value)
{
    Outcome outcome;
    append_element(outcome.body, value_ret(field, value));
    return outcome;
}

Outcome no_value(const CustomField& field)
{
    return refused(
        3120, fmt::format("Object \"{}\" specified in the request cannot be found.", field.name));
}

// Adding and changing; a public field counts as there, though empty, before it has a value.
Outcome set_value(CompanyFile& books, const Node& request, const CustomField& field,
                  const Target& target, std::int64_t now)
{
    const bool adds = request.name == "DataExtAddRq";
    const Node& payload = request.children.front();
    const std::string value = as_stored(trimmed(text_at(payload, "DataExtValue")));
    if (field.made_again && adds) {
        return refused(3180, fmt::format("There was an error when saving the data extension "
                                         "\"{}\".  QuickBooks error message: This custom field was "
                                         "deleted.",
                                         field.name));
    }
    if (value.empty()) {
        return refused(3190, "The field \"DataExtValue\" cannot be cleared.");
    }
    if (auto refusal = refuse_value(field, value, books.profile().zone)) return *refusal;
    if (target.record == nullptr) {
        BookSettings settings = books.settings();
        const std::pair key(field.owner, field.name);
        if (!adds && !settings.company_values.contains(key)) return no_value(field);
        settings.company_values[key] = value;
        books.change_settings(std::move(settings));
        return with_value(field, value);
    }
    Node tree = target.record->tree();
    Node* holder = holder_in(tree, target.line);
    if (holder == nullptr) return object_not_found(target.line);
    Node* old = value_in(*holder, field);
    if (old == nullptr && !adds && !field.is_public()) return no_value(field);
    if (old != nullptr) {
        put(*old, "DataExtValue", value);
    } else {
        holder->add(value_ret(field, value));
    }
    if (private_bytes(*holder) > private_bytes_max) {
        return refused(3180, fmt::format("There was an error when saving the data extension "
                                         "\"{}\".  QuickBooks error message: An object holds at "
                                         "most {} bytes of private data.",
                                         field.name, private_bytes_max));
    }
    books.change(*target.record, std::move(tree), now);
    return with_value(field, value);
}

Outcome delete_value(CompanyFile& books, const Node& request, const CustomField& field,
                     const Target& target, std::int64_t now)
{
    Node ret = request.children.front();
    if (target.record == nullptr) {
        BookSettings settings = books.settings();
        if (settings.company_values.erase({field.owner, field.name}) == 0) return no_value(field);
        books.change_settings(std::move(settings));
    } else {
        Node tree = target.record->tree();
        Node* holder = holder_in(tree, target.line);
        if (holder == nullptr) return object_not_found(target.line);
        const Node* old = value_in(*holder, field);
        if (old == nullptr) return no_value(field);
        holder->children.erase(holder->children.begin() + (old - holder->children.data()));
        books.change(*target.record, std::move(tree), now);
    }
    Outcome outcome;
    ret.name = "DataExtDelRet";
    ret.add("TimeDeleted", books.time_text(now));
    append_element(outcome.body, ret);
    return outcome;
}

Outcome change_value(CompanyFile& books, const Node& request, std::int64_t now)
{
    const Node& payload = request.children.front();
    const std::string owner = owner_in(payload);
    const std::string name = trimmed(text_at(payload, "DataExtName"));
    const Target target = find_target(books, payload);
    if (target.refusal) return *target.refusal;
    const CustomField* known = books.settings().custom_field(owner, name);
    if (known == nullptr || !may_hold(*known, target)) return no_definition(owner, name);
    const CustomField field = *known;
    if (request.name == "DataExtDelRq") return delete_value(books, request, field, target, now);
    return set_value(books, request, field, target, now);
}

}  // namespace

Outcome answer_data_ext(CompanyFile& books, const Node& request, std::int64_t now)
{
    if (request.name.starts_with("DataExtDef")) return answer_data_ext_def(books, request, now);
    return change_value(books, request, now);
}

}  // namespace qbxml::simulator
