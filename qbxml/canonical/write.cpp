#include "qbxml/canonical/write.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "qbxml/canonical/record_writer.h"
#include "qbxml/suggest.h"

namespace qbxml::canonical {
namespace {

std::vector<std::string_view> split_at(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        parts.push_back(text.substr(0, text.find(separator)));
        text.remove_prefix(std::min(parts.back().size() + 1, text.size()));
    }
    return parts;
}

// The id as QuickBooks knows it: without the name of its list.
std::string bare_id(const Type& type, const std::string& id)
{
    const auto colon = id.find(':');
    if (type.name != "trackingCategories" || colon == std::string::npos) return id;
    return id.substr(colon + 1);
}

// "CustomerType" for kind CustomerType, "ItemService" for kind Service, "StandardTerms" for
// Standard.
std::string element_of_kind(const Type& type, const std::string& kind)
{
    if (kind.empty()) return {};
    if (type.name == "items") return "Item" + kind;
    if (type.name == "taxRates") return kind == "Group" ? "ItemSalesTaxGroup" : "ItemSalesTax";
    if (type.name == "paymentTerms") return kind + "Terms";
    if (type.name == "billPayments") return "BillPayment" + kind;
    return kind;
}

bool has_element(const Type& type, std::string_view element)
{
    return !element.empty() && lists(type.elements, std::string(element) + "Ret", ',');
}

class Planner {
public:
    Planner(const Write& write, const Context& context, Version version, Edition edition)
        : write_(write), context_(context), version_(version), edition_(edition)
    {
    }

    Result<Requests, std::vector<Refused>> plan()
    {
        type_ = find_type(write_.data_type);
        if (!type_) {
            const auto types = record_type_names();
            const auto meant = nearest(write_.data_type, types);
            refuse("", "unsupported",
                   fmt::format(
                       "'{}' is no record type{}", write_.data_type,
                       meant.empty() ? std::string{} : fmt::format("; '{}' may be meant", meant)));
            return refused_;
        }
        const bool body =
            write_.operation == Operation::create || write_.operation == Operation::update;
        if (body && !write_.record.is_object()) {
            refuse("", "value",
                   fmt::format("a record is an object, not {}", kind_of(write_.record)));
            return refused_;
        }
        if (!choose_element()) return refused_;
        if (body)
            plan_body();
        else
            plan_removal();
        if (!refused_.empty()) return refused_;
        return std::move(requests_);
    }

private:
    static std::vector<std::string_view> record_type_names()
    {
        std::vector<std::string_view> names;
        for (const auto& type : mapped_types())
            names.push_back(type.name);
        return names;
    }

    void refuse(std::string_view pointer, std::string_view code, std::string message)
    {
        refused_.push_back({std::string(pointer), std::string(code), std::move(message), 0});
    }

    bool supports(std::string_view element) const
    {
        switch (write_.operation) {
            case Operation::create: return lists(type_->adds, std::string(element) + "Add", ',');
            case Operation::update: return lists(type_->mods, std::string(element) + "Mod", ',');
            case Operation::erase: return !type_->erase.empty();
            case Operation::make_void: return !type_->make_void.empty();
        }
        return false;
    }

    bool choose_element()
    {
        const auto elements = split_at(type_->elements, ',');
        const auto said = said_elements();
        for (const auto& candidate : said)
            if (has_element(*type_, candidate)) element_ = candidate;
        if (element_.empty() && elements.size() == 1)
            element_ = std::string(elements[0].substr(0, elements[0].size() - 3));
        const bool creating = write_.operation == Operation::create;
        if (element_.empty()) {
            const Value* kind = write_.record.find("kind");
            if (creating && kind && !kind->is_null())
                refuse(
                    "/kind", "value",
                    fmt::format("{} has no such kind; expected one of {}", type_->name, kinds()));
            else
                refuse(creating ? "/kind" : "/metadata/sourceType", "required",
                       fmt::format("{} are of several kinds; say which one this is", type_->name));
            return false;
        }
        if (supports(element_)) return true;
        std::string advice = write_.operation == Operation::update
                                 ? "delete the record and create it again"
                             : write_.operation == Operation::make_void ? "delete it instead"
                                                                        : "it can only be read";
        if (write_.operation == Operation::update && type_->adds.empty())
            advice = "it can only be read";
        refuse("", "unsupported",
               fmt::format("QuickBooks offers no message to {} a {}; {}", to_text(write_.operation),
                           element_, advice));
        return false;
    }

    std::string kinds() const
    {
        for (const auto& field : type_->fields)
            if (field.name == "kind") {
                std::string words(field.words);
                std::replace(words.begin(), words.end(), '|', ' ');
                return words;
            }
        return {};
    }

    // What the write says of the kind of record, the last being the surest.
    std::vector<std::string> said_elements() const
    {
        std::vector<std::string> said;
        if (type_->name == "items" || type_->name == "taxRates")
            if (const auto* kind = context_.find(Context::List::items, write_.id))
                said.push_back("Item" + *kind);
        if (type_->name == "trackingCategories" && !write_.id.empty()) {
            const auto colon = write_.id.find(':');
            said.push_back(colon == std::string::npos ? "Class" : write_.id.substr(0, colon));
        }
        for (const Value* record : {&write_.current, &write_.record}) {
            if (const Value* metadata = record->find("metadata"))
                if (write_.operation != Operation::create)
                    said.push_back(metadata->string_at("sourceType"));
            said.push_back(element_of_kind(*type_, record->string_at("kind")));
        }
        said.push_back(write_.source_type);
        return said;
    }

    bool of_list() const { return type_->erase == "ListDel"; }

    void plan_removal()
    {
        if (write_.id.empty()) return refuse("/id", "required", "the id of the record is missing");
        const bool erase = write_.operation == Operation::erase;
        const std::string message(erase ? type_->erase : type_->make_void);
        Node request{.name = message + "Rq"};
        request.add(message + "Type", element_);
        request.add(of_list() ? "ListID" : "TxnID", bare_id(*type_, write_.id));
        // The word for the kind of record may be missing from the message, as Transfer from TxnDel.
        for (const auto& fault : check(request, newest_version, Edition::any))
            if (fault.path.ends_with("Type"))
                return refuse("", "unsupported",
                              fmt::format("QuickBooks offers no message to {} a {}; change it, or "
                                          "write the opposite",
                                          to_text(write_.operation), element_));
        check_request(request, nullptr);
        requests_.requests.push_back(std::move(request));
    }

    void plan_body()
    {
        RecordWriter writer(write_, context_, *type_, element_);
        if (write_.operation == Operation::update) add_key(writer.payload());
        writer.write();
        std::move(writer.refused().begin(), writer.refused().end(), std::back_inserter(refused_));
        requests_.warnings = std::move(writer.warnings());
        const bool creating = write_.operation == Operation::create;
        const bool nothing_new = write_.current.is_object() || !writer.custom_fields().empty();
        if (creating || writer.says_anything() || !nothing_new) add_main(writer);
        for (const auto& field : writer.custom_fields())
            add_custom_field(field);
    }

    void add_key(Draft& payload)
    {
        if (!type_->erase.empty()) {
            std::string id = write_.id.empty() ? write_.record.string_at("id") : write_.id;
            if (id.empty()) refuse("/id", "required", "the id of the record is missing");
            payload.add(of_list() ? "ListID" : "TxnID", "/id", bare_id(*type_, id));
            std::string sequence = write_.edit_sequence;
            const Value* metadata = write_.record.find("metadata");
            if (sequence.empty() && metadata) sequence = metadata->string_at("editSequence");
            if (sequence.empty())
                refuse(
                    "/metadata/editSequence", "required",
                    "an update needs the edit sequence of the record as it was read, and no such "
                    "record has been read; is the id right? Read it first, or give its edit "
                    "sequence");
            payload.add("EditSequence", "/metadata/editSequence", sequence);
        }
    }

    void add_main(RecordWriter& writer)
    {
        if (write_.operation == Operation::update) repeat_required(writer);
        Draft request{payload_message(), "", {}, {}, {}};
        Draft& payload = request.children.emplace_back(writer.payload());
        if (write_.operation == Operation::create && !of_list() && !writer.custom_fields().empty())
            payload.attributes.emplace_back("defMacro", std::string(macro));
        leave_out_unknown(request, writer.echoes());
        Node node = request.node();
        check_request(node, &request);
        requests_.requests.push_back(std::move(node));
    }

    std::string payload_message() const
    {
        return element_ + (write_.operation == Operation::create ? "AddRq" : "ModRq");
    }

    // Some Mods want a part of the record in any case: it is said again as it is now.
    void repeat_required(RecordWriter& writer)
    {
        Draft request{payload_message(), "", {}, {}, {}};
        request.children.push_back(writer.payload());
        for (const auto& fault : check(request.node(), version_, edition_)) {
            if (fault.rule != "required") continue;
            const Field* field = missing_field(fault);
            const Value* value = field ? write_.current.find(field->name) : nullptr;
            if (value && !value->is_null() && field->path == field->name)
                writer.repeat(*field, *value);
        }
    }

    // The field that would say what QuickBooks misses; null when none does. Of a choice the fault
    // names the element around it and what may stand there.
    const Field* missing_field(const Fault& fault) const
    {
        std::string path =
            fault.path.substr(std::min(fault.path.find('/'), fault.path.size() - 1) + 1);
        if (const Field* field = writer_of(type_->fields, path)) return field;
        for (std::string_view words = fault.allowed; !words.empty();) {
            const auto word = words.substr(0, words.find(' '));
            words.remove_prefix(std::min(word.size() + 1, words.size()));
            if (const Field* field = writer_of(type_->fields, path + '/' + std::string(word)))
                return field;
        }
        return nullptr;
    }

    static const Field* writer_of(std::span<const Field> fields, std::string_view path)
    {
        for (const auto& field : fields) {
            if (field.writable() && lists(field.writes, path, '|')) return &field;
            if (const Field* inside = writer_of(field.members, path)) return inside;
        }
        return nullptr;
    }

    // Where a missing member would stand: "/lineItems/0" and "accountRef" of
    // "lineItems[].accountRef".
    std::string pointer_to_missing(const Fault& fault, const std::string& around) const
    {
        const Field* field = missing_field(fault);
        if (!field) return around;
        std::string_view path = field->path;
        if (const auto line = path.rfind("[]."); line != path.npos) path.remove_prefix(line + 3);
        std::string pointer = around;
        for (const auto step : split_at(path, '.'))
            pointer = pointer_to(pointer, step);
        return pointer;
    }

    // To take back what this version or edition does not have says nothing, nor does "false" beside
    // what excludes it. A record that was read and is sent back whole says null of much that
    // QuickBooks cannot clear, and means nothing.
    void leave_out_unknown(Draft& request, bool echoes)
    {
        for (const auto& fault : check(request.node(), version_, edition_)) {
            const bool excludes = fault.rule == "oneOf";
            if (!echoes && !excludes && fault.rule != "version" && fault.rule != "edition")
                continue;
            const std::string member = member_of(fault, request);
            if (request.remove_taking_back(member) || !excludes) continue;
            // The fault names the later of two; the one that says nothing may be the earlier.
            std::string others = fault.allowed;  // "only one of A, B or C"
            std::erase(others, ',');
            request.remove_taking_back_beside(
                member, [&](std::string_view name) { return lists(others, name, ' '); });
        }
    }

    static std::string member_of(const Fault& fault, const Draft& request)
    {
        std::string_view place = fault.pointer;
        const std::string start = "/" + request.name;
        if (place.starts_with(start)) place.remove_prefix(start.size());
        return std::string(request.member_at(place));
    }

    void add_custom_field(const RecordWriter::CustomField& field)
    {
        const std::string verb = !field.value   ? "DataExtDel"
                                 : field.exists ? "DataExtMod"
                                                : "DataExtAdd";
        const bool creating = write_.operation == Operation::create;
        Draft request{verb + "Rq", field.pointer, {}, {}, {}};
        Draft& payload = request.add(verb, field.pointer);
        payload.add("OwnerID", field.pointer + "/ownerId", field.owner_id);
        payload.add("DataExtName", field.pointer + "/name", field.name);
        if (of_list()) {
            // Of a new record it is not known yet: one of the right form is checked in its place,
            // and with_list_id puts the true one in once QuickBooks has given it.
            constexpr std::string_view checked_id = "80000001-1";
            payload.add("ListDataExtType", "", list_object());
            payload.add("ListObjRef", "").add("ListID", "", creating ? checked_id : write_.id);
        } else {
            payload.add("TxnDataExtType", "", element_);
            Draft& id = payload.add("TxnID", "", creating ? "" : write_.id);
            if (creating) id.attributes.emplace_back("useMacro", std::string(macro));
        }
        if (field.value) payload.add("DataExtValue", field.pointer + "/value", *field.value);
        Node node = request.node();
        check_request(node, &request);
        if (creating && of_list())
            requests_.follow_up.push_back(with_list_id(std::move(node), ""));
        else
            requests_.requests.push_back(std::move(node));
    }

    std::string_view list_object() const
    {
        if (type_->name == "customers") return "Customer";
        if (type_->name == "suppliers") return "Vendor";
        if (type_->name == "employees") return "Employee";
        if (type_->name == "otherNames") return "OtherName";
        return type_->name == "accounts" ? "Account" : "Item";
    }

    // What the language says beyond the table: lengths, versions and editions of single elements.
    void check_request(const Node& request, const Draft* draft)
    {
        // A member that was refused is not there, which is no second mistake.
        const bool incomplete = !refused_.empty();
        for (const auto& fault : check(request, version_, edition_)) {
            if (incomplete && (fault.rule == "required" || fault.rule == "oneOf")) continue;
            std::string pointer = draft ? member_of(fault, *draft) : "/id";
            if (draft && fault.rule == "required") pointer = pointer_to_missing(fault, pointer);
            const bool told =
                std::any_of(refused_.begin(), refused_.end(),
                            [&](const Refused& refusal) { return refusal.path == pointer; });
            if (told) continue;
            refused_.push_back({pointer, code_of(fault.rule), fault.text(), limit_of(fault)});
        }
    }

    static std::string code_of(std::string_view rule)
    {
        if (rule == "version" || rule == "edition" || rule == "unknown") return "unsupported";
        if (rule == "tooLong" || rule == "required") return std::string(rule);
        if (rule == "oneOf") return "conflict";
        return "value";
    }

    static int limit_of(const Fault& fault)
    {
        if (fault.rule != "tooLong") return 0;
        int limit = 0;
        for (char c : fault.allowed) {
            const bool digit = c >= '0' && c <= '9';
            if (digit) limit = limit * 10 + (c - '0');
            if (!digit && limit > 0) break;
        }
        return limit;
    }

    static constexpr std::string_view macro = "TxnID:New";

    const Write& write_;
    const Context& context_;
    Version version_;
    Edition edition_;
    const Type* type_ = nullptr;
    std::string element_;
    Requests requests_;
    std::vector<Refused> refused_;
};

}  // namespace

std::string_view to_text(Operation operation)
{
    switch (operation) {
        case Operation::create: return "create";
        case Operation::update: return "update";
        case Operation::erase: return "delete";
        case Operation::make_void: return "void";
    }
    return "create";
}

std::optional<Operation> operation_from_text(std::string_view text)
{
    for (auto operation :
         {Operation::create, Operation::update, Operation::erase, Operation::make_void})
        if (to_text(operation) == text) return operation;
    return std::nullopt;
}

Result<Write> write_from_json(const Value& value)
{
    constexpr auto keys = std::to_array<std::string_view>(
        {"operation", "dataType", "id", "editSequence", "sourceType", "record", "current"});
    if (!value.is_object())
        return Error{"", fmt::format("a write is an object, not {}", kind_of(value))};
    for (const auto& [name, member] : value.as_object()) {
        if (std::find(keys.begin(), keys.end(), name) == keys.end())
            return Error{"/" + name,
                         fmt::format("no such part of a write; expected {}", one_of(keys))};
        const bool body = name == "record" || name == "current";
        if (!body && !member.is_string() && !member.is_null())
            return Error{"/" + name, fmt::format("{} where a string is expected", kind_of(member))};
    }
    Write write;
    const std::string word = value.string_at("operation");
    const auto operation = operation_from_text(word);
    if (!operation)
        return Error{
            "/operation",
            fmt::format("'{}' is no operation; expected create, update, delete or void", word)};
    write.operation = *operation;
    write.data_type = value.string_at("dataType");
    write.id = value.string_at("id");
    write.edit_sequence = value.string_at("editSequence");
    write.source_type = value.string_at("sourceType");
    if (const Value* record = value.find("record")) write.record = *record;
    if (const Value* current = value.find("current")) write.current = *current;
    return write;
}

Node with_list_id(Node follow_up, std::string_view list_id)
{
    for (auto& payload : follow_up.children)
        for (auto& child : payload.children)
            if (child.name == "ListObjRef")
                for (auto& id : child.children)
                    if (id.name == "ListID") id.text = list_id;
    return follow_up;
}

Result<Requests, std::vector<Refused>> to_requests(const Write& write, const Context& context,
                                                   Version version, Edition edition)
{
    return Planner(write, context, version, edition).plan();
}

}  // namespace qbxml::canonical
