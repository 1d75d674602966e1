#include "qbxml/simulator/lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "qbxml/grammar/grammar.h"
#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/currencies.h"
#include "qbxml/simulator/exchange.h"
#include "qbxml/simulator/list_details.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/txns.h"

namespace qbxml::simulator {

namespace {

constexpr int levels_max = 5;

bool has_field(const Kind& kind, std::string_view name)
{
    const grammar::Owner* content = grammar::owner(kind.ret());
    return content != nullptr && content->find(name) != nullptr;
}

// What a request has and a record does not, for the record shows it in another way or it only says
// how to do it.
constexpr std::array<std::string_view, 8> input_only{
    "BarCode",       "ForceUOMChange",    "ClearItemsInGroup", "TotalValue",
    "InventoryDate", "IncludeRetElement", "OpenBalance",       "OpenBalanceDate"};

// The fields of a request as the record will show them; a reason when there is one that these books
// cannot keep.
std::optional<Outcome> read_fields(const Kind& kind, const Node& request, Node& fields)
{
    fields.name = kind.ret();
    for (const Node& given : request.children) {
        Node field = given;
        // SalesOrPurchaseMod changes SalesOrPurchase.
        if (!has_field(kind, field.name) && field.name.ends_with("Mod")) {
            field.name.resize(field.name.size() - 3);
            std::erase_if(field.children,
                          [](const Node& child) { return child.name.starts_with("Apply"); });
        }
        if (const std::string_view detail = detail_name(kind, given.name); !detail.empty()) {
            field.name = std::string(detail) + "Ret";
        }
        if (has_field(kind, field.name) || field.name == "RateEntry") {
            fields.add(std::move(field));
        } else if (field.name == "BarCode") {
            if (const Node* value = field.child("BarCodeValue")) fields.add(*value);
        } else if (std::find(input_only.begin(), input_only.end(), field.name) ==
                   input_only.end()) {
            return feature_not_enabled(given.name);
        }
    }
    store_texts(fields);
    return std::nullopt;
}

// Employees have no name of their own to type: it is made of the parts.
void compose_name(const Kind& kind, Node& record)
{
    if (kind.noun != "Employee") return;
    std::string name;
    for (const std::string_view part : {"FirstName", "MiddleName", "LastName"}) {
        const std::string text = text_at(record, part);
        if (!text.empty()) name += (name.empty() ? "" : " ") + text;
    }
    put(record, "Name", name);
}

void put_if_absent(Node& record, std::string_view name, std::string_view text)
{
    if (record.child(name) == nullptr) put(record, name, text);
}

// What the form fills in.
void set_defaults(const CompanyFile& books, const Kind& kind, Node& record)
{
    put_if_absent(record, "IsActive", "true");
    if (const Record* home = home_currency(books);
        home != nullptr && record.child("CurrencyRef") == nullptr) {
        put(record, reference("CurrencyRef", home->id(), home->full_name()));
    }
    if (kind.noun == "Account" || kind.noun == "Vendor") {
        put(record, "Balance", "0.00");
        put(record, "TotalBalance", "0.00");
    }
    if (kind.noun == "Vendor") put_if_absent(record, "NameOnCheck", text_at(record, "Name"));
    if (kind.noun == "ItemInventory" || kind.noun == "ItemInventoryAssembly") {
        put(record, "QuantityOnHand", "0");  // opening stock comes by an adjustment
        put_if_absent(
            record, "AverageCost",
            record.child("PurchaseCost") == nullptr ? "0.00" : text_at(record, "PurchaseCost"));
        put(record, "QuantityOnOrder", "0");
        put(record, "QuantityOnSalesOrder", "0");
    }
}

// The currency of who or what is used already stays.
std::optional<Outcome> refuse_other_currency(const CompanyFile& books, const Record& record,
                                             const Node& fields)
{
    const Node* currency = fields.child("CurrencyRef");
    if (currency == nullptr || !books.ledger().uses(record)) return std::nullopt;
    if (text_at(*currency, "ListID") == record.field("CurrencyRef", "ListID", books.names())) {
        return std::nullopt;
    }
    return refused(3170,
                   fmt::format("There was an error when modifying a {}.  QuickBooks error "
                               "message: The currency of \"{}\" cannot be changed: it is used "
                               "in transactions.",
                               record.kind().noun, record.full_name()));
}

std::optional<Outcome> refuse_incomplete(const Kind& kind, const Node& record)
{
    if (kind.noun != "ItemInventory" && kind.noun != "ItemInventoryAssembly") return std::nullopt;
    for (const std::string_view account :
         {"IncomeAccountRef", "COGSAccountRef", "AssetAccountRef"}) {
        if (record.child(account) == nullptr) {
            return refused(3270,
                           fmt::format("There is a missing posting account: \"{}\".", account));
        }
    }
    return std::nullopt;
}

std::optional<Outcome> set_address_block(Node& record, const std::string& address_name)
{
    const std::string block_name = address_name + "Block";
    remove(record, block_name);
    const Node* address = record.child(address_name);
    if (address == nullptr) return std::nullopt;
    std::vector<std::string> lines;
    for (const std::string_view line : {"Addr1", "Addr2", "Addr3", "Addr4", "Addr5"}) {
        if (std::string text = text_at(*address, line); !text.empty()) lines.push_back(text);
    }
    std::string town = text_at(*address, "City");
    const std::string state = text_at(*address, "State");
    if (!state.empty()) town += (town.empty() ? "" : ", ") + state;
    const std::string code = text_at(*address, "PostalCode");
    if (!code.empty()) town += (town.empty() ? "" : " ") + code;
    if (!town.empty()) lines.push_back(town);
    if (std::string text = text_at(*address, "Country"); !text.empty()) lines.push_back(text);
    if (lines.size() > 5) {
        return refused(3205, fmt::format("The \"{}\" has {} lines when printed; it can have five.",
                                         address_name, lines.size()));
    }
    if (lines.empty()) return std::nullopt;
    Node block{.name = block_name};
    for (std::size_t i = 0; i < lines.size(); ++i) {
        block.add(fmt::format("Addr{}", i + 1), lines[i]);
    }
    put(record, std::move(block));
    return std::nullopt;
}

// Writes the present name into every reference to `named` below `node`; true when one was there.
bool refresh_references(Node& node, const Kind& of, const Record& named)
{
    bool changed = false;
    for (Node& child : node.children) {
        if (child.name.ends_with("Ref") && text_at(child, "ListID") == named.id()) {
            const auto targets = targets_of(child.name);
            const bool meant =
                child.name == "ParentRef"
                    ? &of == &named.kind()
                    : std::find(targets.begin(), targets.end(), &named.kind()) != targets.end();
            if (!meant) continue;
            put(child, "FullName", named.full_name());
            changed = true;
        } else {
            changed = refresh_references(child, of, named) || changed;
        }
    }
    return changed;
}

}  // namespace

std::optional<Outcome> place_in_list(const CompanyFile& books, const Kind& kind, Node& record,
                                     const Record* self)
{
    if (kind.noun == "ToDo") return std::nullopt;  // a note to oneself has no name
    std::string_view field = has_field(kind, "Name") ? "Name" : "Initial";
    if (kind.noun == "Lead") field = "FullName";
    const std::string name = text_at(record, field);
    if (name.empty()) {
        return refused(3150, fmt::format("There is a missing element: \"{}\".", field));
    }
    if (name.find(':') != std::string::npos) {
        return refused(3090,
                       fmt::format("There was an error when storing \"{}\" in the \"{}\" "
                                   "field.  QuickBooks error message: The name cannot contain "
                                   "a colon.",
                                   name, field));
    }
    std::string full_name = name;
    int sublevel = 0;
    if (const Node* parent_ref = record.child("ParentRef")) {
        const Record* parent = referred(books, *parent_ref, {&kind});
        if (parent == nullptr) {
            Outcome outcome = bad_reference(*parent_ref, kind.noun);
            outcome.code = 3130;
            return outcome;
        }
        full_name = parent->full_name() + ":" + name;
        sublevel = count_in(parent->field("Sublevel", books.names()), levels_max) + 1;
        put(record, reference("ParentRef", parent->id(), parent->full_name()));
    }
    if (sublevel >= levels_max) {
        return refused(3180, fmt::format("There was an error when saving a {} list, element "
                                         "\"{}\".  QuickBooks error message: A list cannot have "
                                         "more than {} levels.",
                                         kind.noun, name, levels_max));
    }
    const Record* holder = books.name_holder(kind, full_name);
    if (holder != nullptr && holder != self) {
        return refused(3100,
                       fmt::format("The name \"{}\" of the list element is already in use.", name));
    }
    if (has_field(kind, "FullName") && has_field(kind, "Sublevel")) {
        put(record, "FullName", full_name);
        put(record, "Sublevel", std::to_string(sublevel));
    }
    return std::nullopt;
}

std::optional<Outcome> refuse_stale(const Record& record, const Node& mod)
{
    const std::string sequence = text_at(mod, "EditSequence");
    if (sequence == std::to_string(record.stamps().edit_sequence)) return std::nullopt;
    // Seen of the real one: a blank after the full stop, and the current record in the answer.
    return Outcome{
        .code = 3200,
        .message = fmt::format("The provided edit sequence \"{}\" is out-of-date. ", sequence),
        .record = &record};
}

bool is_empty(const Node& field)
{
    // <TermsRef><ListID/></TermsRef> clears, as any empty element does.
    const bool whole = field.name.ends_with("Ref") || field.name.ends_with("Address");
    return field.text.empty() &&
           (whole ? std::ranges::all_of(field.children, is_empty) : field.children.empty());
}

void apply_field(Node& record, const Node& field)
{
    if (is_empty(field)) {
        remove(record, field.name);
        return;
    }
    const auto old = std::find_if(record.children.begin(), record.children.end(),
                                  [&](const Node& child) { return child.name == field.name; });
    const bool in_parts = field.name.ends_with("Address") || field.name == "SalesOrPurchase" ||
                          field.name == "SalesAndPurchase" || field.name == "CurrencyFormat";
    if (old != record.children.end() && in_parts) {
        for (const Node& part : field.children)
            apply_field(*old, part);
        return;
    }
    put(record, field);
}

std::optional<Outcome> set_address_blocks(Node& record)
{
    const grammar::Owner* content = grammar::owner(record.name);
    for (const grammar::Particle& particle : content->particles()) {
        const std::string_view name = particle.name();
        if (!name.ends_with("AddressBlock")) continue;
        if (auto refusal =
                set_address_block(record, std::string(name.substr(0, name.size() - 5)))) {
            return refusal;
        }
    }
    return std::nullopt;
}

void follow_name(CompanyFile& books, const Record& renamed)
{
    const std::string mention = "<ListID>" + renamed.id() + "</ListID>";
    std::vector<Record*> mentions;
    for (const Kind* kind : all_kinds()) {
        for (const auto& record : books.records(*kind)) {
            if (record.get() != &renamed && record->mentions(mention)) {
                mentions.push_back(record.get());
            }
        }
    }
    for (Record* record : mentions) {
        Node tree = record->tree();
        if (!refresh_references(tree, record->kind(), renamed)) continue;
        const bool below =
            record->parent_id() == renamed.id() && &record->kind() == &renamed.kind();
        if (below) put(tree, "FullName", renamed.full_name() + ":" + text_at(tree, "Name"));
        books.show_name(*record, std::move(tree));
        if (below) follow_name(books, *record);
    }
}

Outcome add_list_record(CompanyFile& books, const Kind& kind, const Node& add, std::int64_t now)
{
    Node record;
    if (auto refusal = read_fields(kind, add, record)) return *refusal;
    std::erase_if(record.children, is_empty);
    compose_name(kind, record);
    if (auto refusal = place_in_list(books, kind, record, nullptr)) return *refusal;
    if (auto refusal = resolve_references(books, record, kind.noun)) return *refusal;
    if (auto refusal = set_address_blocks(record)) return *refusal;
    if (auto refusal = refuse_incomplete(kind, record)) return *refusal;
    set_defaults(books, kind, record);
    complete_details(books, kind, record, now);
    put(record, "ListID", books.next_list_id(kind, now));
    Record& added = books.add(kind, std::move(record), now);
    if (kind.noun == "Vendor") open_account_for(books, added, now);
    add_opening_balance(books, added, add, now);
    return {.record = &added};
}

Outcome modify_list_record(CompanyFile& books, const Kind& kind, const Node& mod, std::int64_t now)
{
    const std::string id = text_at(mod, "ListID");
    Record* old = books.find(kind, id);
    if (old == nullptr) return missing_record(books, kind, id);
    if (auto stale = refuse_stale(*old, mod)) return *stale;
    Node fields;
    if (auto refusal = read_fields(kind, mod, fields)) return *refusal;
    if (auto refusal = resolve_references(books, fields, kind.noun)) return *refusal;
    if (auto refusal = refuse_other_currency(books, *old, fields)) return *refusal;
    Node record = old->tree();
    if (text_at(mod, "ClearItemsInGroup") == "true") {
        remove(record, "ItemGroupLine");
        remove(record, "ItemInventoryAssemblyLine");
    }
    // Given at all, they are given whole; but notes and contacts are known by their numbers.
    for (const Node& field : fields.children) {
        const bool known_by_number =
            field.name == "AdditionalNotesRet" || field.name == "ContactsRet";
        if (repeats(kind, field.name) && !known_by_number) remove(record, field.name);
    }
    for (const Node& field : fields.children) {
        if (field.name == "ListID" || field.name == "EditSequence") continue;
        const bool item_account =
            field.name.ends_with("AccountRef") && field.name != "PrefillAccountRef";
        if (is_empty(field) && (field.name == "Name" || item_account)) {
            return refused(3190, fmt::format("The field \"{}\" cannot be cleared.", field.name));
        }
        if (repeats(kind, field.name)) {
            if (!is_empty(field) && !put_numbered(record, field)) record.add(field);
        } else {
            apply_field(record, field);
        }
    }
    compose_name(kind, record);
    complete_details(books, kind, record, now);
    if (auto refusal = place_in_list(books, kind, record, old)) return *refusal;
    if (text_at(record, "ParentRef/ListID") != old->parent_id()) {
        return refused(3170, fmt::format("There was an error when modifying a {} list, element "
                                         "\"{}\".  QuickBooks error message: It cannot be moved to "
                                         "another parent here.",
                                         kind.noun, old->full_name()));
    }
    if (auto refusal = set_address_blocks(record)) return *refusal;
    const std::string old_name = old->full_name();
    books.change(*old, std::move(record), now);
    if (fields.child("CurrencyRef") != nullptr && kind.names == "entity") {
        open_account_for(books, *old, now);
    }
    if (old->full_name() != old_name) follow_name(books, *old);
    return {.record = old};
}

}  // namespace qbxml::simulator
