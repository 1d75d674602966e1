#include <fmt/format.h>

#include <algorithm>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/data_ext.h"
#include "qbxml/simulator/text.h"

namespace qbxml::simulator {

namespace {

constexpr std::size_t public_fields_of_names_max = 7;
constexpr std::size_t public_fields_of_items_max = 5;
constexpr std::size_t public_fields_max = 15;

std::vector<std::string> texts_of(const Node& request, std::string_view name)
{
    std::vector<std::string> texts;
    for (const Node& child : request.children) {
        if (child.name == name) texts.push_back(trimmed(child.text));
    }
    return texts;
}

bool flag(const Node& request, std::string_view name, bool otherwise)
{
    const std::string text = trimmed(text_at(request, name));
    return text.empty() ? otherwise : text == "true" || text == "1";
}

Node definition_ret(const CustomField& field)
{
    Node ret{.name = "DataExtDefRet"};
    ret.add("OwnerID", field.owner);
    ret.add("DataExtID", std::to_string(field.id));
    ret.add("DataExtName", field.name);
    ret.add("DataExtType", field.type);
    for (const std::string& object : field.assigned)
        ret.add("AssignToObject", object);
    ret.add("DataExtListRequire", field.list_require ? "true" : "false");
    ret.add("DataExtTxnRequire", field.txn_require ? "true" : "false");
    ret.add("DataExtFormatString", field.format);
    return ret;
}

// Only what IncludeRetElement names, when it is there.
Node shown(Node ret, const Node& request)
{
    const auto named = texts_of(request, "IncludeRetElement");
    if (named.empty()) return ret;
    std::erase_if(ret.children, [&](const Node& child) {
        return std::find(named.begin(), named.end(), child.name) == named.end();
    });
    return ret;
}

Outcome with_definition(const CustomField& field, const Node& request)
{
    Outcome outcome;
    append_element(outcome.body, shown(definition_ret(field), request));
    return outcome;
}

bool may_be_public(std::string_view object)
{
    return object == "Customer" || object == "Vendor" || object == "Employee" || object == "Item";
}

// 3351 and 3350: where public custom fields may be, and how many there are.
std::optional<Outcome> refuse_public(const BookSettings& settings, const CustomField& wanted)
{
    for (const std::string& object : wanted.assigned) {
        if (!may_be_public(object)) {
            return refused(3351,
                           fmt::format("The value \"{}\" of \"AssignToObject\" is not allowed "
                                       "for public custom fields.",
                                       object));
        }
    }
    if (wanted.type != "STR255TYPE") {
        return refused(3330, fmt::format("The value \"{}\" cannot be used in the field "
                                         "\"DataExtType\" of a public custom field.",
                                         wanted.type));
    }
    std::size_t all = 0;
    for (const CustomField& field : settings.custom_fields) {
        const bool counts = !field.deleted && field.is_public() && field.id != wanted.id;
        all += counts ? 1 : 0;
    }
    bool full = all + 1 > public_fields_max;
    for (const std::string& object : wanted.assigned) {
        const auto count = std::count_if(
            settings.custom_fields.begin(), settings.custom_fields.end(), [&](const auto& field) {
                return !field.deleted && field.is_public() && field.id != wanted.id &&
                       field.is_assigned(object);
            });
        const std::size_t most =
            object == "Item" ? public_fields_of_items_max : public_fields_of_names_max;
        full = full || static_cast<std::size_t>(count) + 1 > most;
    }
    if (full) return refused(3350, "The list of public custom fields is full.");
    return std::nullopt;
}

int next_id(const BookSettings& settings)
{
    int id = 0;
    for (const CustomField& field : settings.custom_fields)
        id = std::max(id, field.id);
    return id + 1;
}

Outcome add_definition(CompanyFile& books, const Node& request)
{
    const Node& add = request.children.front();
    BookSettings settings = books.settings();
    CustomField field{.owner = owner_in(add),
                      .name = as_stored(trimmed(text_at(add, "DataExtName"))),
                      .id = next_id(settings),
                      .type = trimmed(text_at(add, "DataExtType")),
                      .assigned = texts_of(add, "AssignToObject"),
                      .list_require = flag(add, "DataExtListRequire", false),
                      .txn_require = flag(add, "DataExtTxnRequire", false),
                      .format = trimmed(text_at(add, "DataExtFormatString"))};
    if (const CustomField* there = settings.custom_field(field.owner, field.name)) {
        if (there->is_public() && there->assigned != field.assigned) {
            return refused(3352, fmt::format("The custom field \"{}\" exists and is assigned to "
                                             "other objects.",
                                             field.name));
        }
        return refused(3100, fmt::format("The name \"{}\" of the data extension is already in use.",
                                         field.name));
    }
    if (field.is_public()) {
        if (auto refusal = refuse_public(settings, field)) return *refusal;
    }
    const auto gone = std::find_if(
        settings.custom_fields.begin(), settings.custom_fields.end(), [&](const auto& known) {
            return known.owner == field.owner && folded(known.name) == folded(field.name);
        });
    if (gone != settings.custom_fields.end()) {
        field.id = gone->id;
        field.made_again = field.is_public();
        *gone = field;
    } else {
        settings.custom_fields.push_back(field);
    }
    books.change_settings(std::move(settings));
    return with_definition(field, request);
}

// Takes the values of a definition away, or gives them its new name; times stay.
void change_values(CompanyFile& books, const CustomField& of, const std::string* new_name)
{
    const std::string mention = "<OwnerID>" + of.owner + "</OwnerID>";
    const auto meant = [&](const Node& child) {
        return child.name == "DataExtRet" && text_at(child, "OwnerID") == of.owner &&
               folded(text_at(child, "DataExtName")) == folded(of.name);
    };
    const auto change = [&](auto&& self, Node& node) -> bool {
        bool changed = false;
        for (Node& child : node.children) {
            if (meant(child)) {
                if (new_name != nullptr) put(child, "DataExtName", *new_name);
                changed = true;
            } else {
                changed = self(self, child) || changed;
            }
        }
        if (new_name == nullptr) std::erase_if(node.children, meant);
        return changed;
    };
    for (const Kind* kind : all_kinds()) {
        for (const auto& record : books.records(*kind)) {
            if (!record->mentions(mention)) continue;
            Node tree = record->tree();
            if (change(change, tree)) books.show_name(*record, std::move(tree));
        }
    }
}

Outcome modify_definition(CompanyFile& books, const Node& request)
{
    const Node& mod = request.children.front();
    BookSettings settings = books.settings();
    const CustomField* known = settings.custom_field(owner_in(mod), text_at(mod, "DataExtName"));
    if (known == nullptr) return no_definition(owner_in(mod), text_at(mod, "DataExtName"));
    CustomField field = *known;
    const CustomField before = field;
    for (const std::string& object : texts_of(mod, "AssignToObject")) {
        if (!field.is_assigned(object)) field.assigned.push_back(object);
    }
    for (const std::string& object : texts_of(mod, "RemoveFromObject"))
        std::erase(field.assigned, object);
    if (const std::string name = as_stored(trimmed(text_at(mod, "DataExtNewName")));
        !name.empty()) {
        const CustomField* other = settings.custom_field(field.owner, name);
        if (other != nullptr && other->id != field.id) {
            return refused(3100, fmt::format("The name \"{}\" of the data extension is already in "
                                             "use.",
                                             name));
        }
        field.name = name;
    }
    field.list_require = flag(mod, "DataExtListRequire", field.list_require);
    field.txn_require = flag(mod, "DataExtTxnRequire", field.txn_require);
    if (field.is_public()) {
        if (auto refusal = refuse_public(settings, field)) return *refusal;
    }
    settings.custom_fields[static_cast<std::size_t>(known - settings.custom_fields.data())] = field;
    books.change_settings(std::move(settings));
    if (field.name != before.name) change_values(books, before, &field.name);
    return with_definition(field, request);
}

Outcome delete_definition(CompanyFile& books, const Node& request, std::int64_t now)
{
    BookSettings settings = books.settings();
    const CustomField* known =
        settings.custom_field(owner_in(request), text_at(request, "DataExtName"));
    if (known == nullptr) return no_definition(owner_in(request), text_at(request, "DataExtName"));
    const CustomField gone = *known;
    settings.custom_fields[static_cast<std::size_t>(known - settings.custom_fields.data())]
        .deleted = true;
    books.change_settings(std::move(settings));
    change_values(books, gone, nullptr);
    Outcome outcome;
    Node ret{.name = "DataExtDefDelRet"};
    ret.add("OwnerID", gone.owner);
    ret.add("DataExtName", gone.name);
    ret.add("TimeDeleted", books.time_text(now));
    append_element(outcome.body, ret);
    return outcome;
}

Outcome query_definitions(const CompanyFile& books, const Node& request)
{
    Outcome outcome;
    const auto objects = texts_of(request, "AssignToObject");
    std::vector<std::string> owners = texts_of(request, "OwnerID");
    for (std::string& owner : owners)
        owner = folded(owner);
    for (const CustomField& field : books.settings().custom_fields) {
        if (field.deleted) continue;
        const bool by_owner =
            std::find(owners.begin(), owners.end(), folded(field.owner)) != owners.end();
        const bool by_object = std::any_of(objects.begin(), objects.end(), [&](const auto& object) {
            return field.is_assigned(object);
        });
        if (by_owner || by_object) {
            append_element(outcome.body, shown(definition_ret(field), request));
        }
    }
    // Without an OwnerID nothing is found, though there may be definitions: seen of the real one.
    if (outcome.body.empty()) {
        outcome.code = 1;
        outcome.message = "A query request did not find a matching object in QuickBooks";
    }
    return outcome;
}

}  // namespace

Outcome no_definition(std::string_view owner, std::string_view name)
{
    return refused(3121, fmt::format("The data extension \"{}\" of the owner \"{}\" is not defined "
                                     "for this object.",
                                     name, owner));
}

std::string owner_in(const Node& request)
{
    std::string owner = trimmed(text_at(request, "OwnerID"));
    std::transform(owner.begin(), owner.end(), owner.begin(), [](unsigned char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : static_cast<char>(c);
    });
    return owner;
}

Outcome answer_data_ext_def(CompanyFile& books, const Node& request, std::int64_t now)
{
    if (request.name == "DataExtDefQueryRq") return query_definitions(books, request);
    if (request.name == "DataExtDefAddRq") return add_definition(books, request);
    if (request.name == "DataExtDefModRq") return modify_definition(books, request);
    return delete_definition(books, request, now);
}

std::vector<CustomField> sample_custom_fields()
{
    return {{.owner = "0", .name = "Gate code", .id = 1, .assigned = {"Customer"}},
            {.owner = "0", .name = "Referred by", .id = 2, .assigned = {"Customer", "Vendor"}},
            {.owner = "0", .name = "Birch or oak", .id = 3, .assigned = {"Item"}}};
}

}  // namespace qbxml::simulator
