#include "qbxml/simulator/customers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/invoices.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/text.h"

namespace qbxml::simulator {

namespace {

constexpr int levels_max = 5;

const Kind& customer_kind()
{
    static const Kind& kind = *kind_of("Customer");
    return kind;
}

// Name, ParentRef, FullName and Sublevel as they belong together; a reason when they do not.
std::optional<Outcome> place_in_list(const CompanyFile& books, Node& record, const Record* self)
{
    const std::string name = text_at(record, "Name");
    if (name.empty()) {
        return refused(3150, "There is a missing element: \"Name\".");
    }
    if (name.find(':') != std::string::npos) {
        return refused(3090,
                       fmt::format("There was an error when storing \"{}\" in the \"Name\" "
                                   "field.  QuickBooks error message: The name cannot contain "
                                   "a colon.",
                                   name));
    }
    std::string full_name = name;
    int sublevel = 0;
    if (const Node* parent_ref = record.child("ParentRef")) {
        const Record* parent = referred(books, *parent_ref, {&customer_kind()});
        if (parent == nullptr) {
            Outcome outcome = bad_reference(*parent_ref, "Customer");
            outcome.code = 3130;
            return outcome;
        }
        full_name = parent->full_name() + ":" + name;
        sublevel = std::stoi(parent->field("Sublevel", books.names())) + 1;
        put(record, reference("ParentRef", parent->id(), parent->full_name()));
    }
    if (sublevel >= levels_max) {
        return refused(3180, fmt::format("There was an error when saving a Customers list, element "
                                         "\"{}\".  QuickBooks error message: A list cannot have "
                                         "more than {} levels.",
                                         name, levels_max));
    }
    const Record* holder = books.name_holder(customer_kind(), full_name);
    if (holder != nullptr && holder != self) {
        return refused(3100,
                       fmt::format("The name \"{}\" of the list element is already in use.", name));
    }
    put(record, "FullName", full_name);
    put(record, "Sublevel", std::to_string(sublevel));
    return std::nullopt;
}

// What QuickBooks keeps beside the plain fields: notes and contacts have ids of their own.
void add_notes(Node& record, const Node& request, const std::string& date)
{
    int note_id = 0;
    const auto add_note = [&](const std::string& text) {
        Node note{.name = "AdditionalNotesRet"};
        note.add("NoteID", std::to_string(note_id++));
        note.add("Date", date);
        note.add("Note", text);
        record.add(std::move(note));
    };
    if (const Node* notes = request.child("Notes")) add_note(as_stored(trimmed(notes->text)));
    for (const Node& child : request.children) {
        if (child.name == "AdditionalNotes") add_note(as_stored(trimmed(text_at(child, "Note"))));
    }
}

void add_contacts(CompanyFile& books, Node& record, const Node& request, std::int64_t now)
{
    for (const Node& child : request.children) {
        if (child.name != "Contacts") continue;
        Node contact = same_fields(child, "ContactsRet");
        contact.add("ListID", books.next_list_id(customer_kind(), now));
        contact.add("TimeCreated", books.time_text(now));
        contact.add("TimeModified", books.time_text(now));
        contact.add("EditSequence", std::to_string(now));
        record.add(std::move(contact));
    }
    // The main phone and address of the form are contact values as well.
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> mains{
        {{"Phone", "Main Phone"}, {"Email", "Main Email"}}};
    for (const auto& [field, label] : mains) {
        const std::string value = text_at(record, field);
        if (value.empty()) continue;
        Node ref{.name = "AdditionalContactRef"};
        ref.add("ContactName", std::string(label));
        ref.add("ContactValue", value);
        record.add(std::move(ref));
    }
}

void add_ship_to(Node& record)
{
    const Node* ship = record.child("ShipAddress");
    if (ship == nullptr || record.child("ShipToAddress") != nullptr) return;
    Node named = *ship;
    named.name = "ShipToAddress";
    named.add("Name", "Ship To 1");
    named.add("DefaultShipTo", "true");
    record.add(std::move(named));
}

// A card number is kept masked, whatever came.
void mask_card(Node& record)
{
    for (Node& child : record.children) {
        if (child.name != "CreditCardInfo") continue;
        for (Node& field : child.children) {
            if (field.name != "CreditCardNumber" || field.text.size() <= 4) continue;
            std::fill(field.text.begin(), field.text.end() - 4, 'x');
        }
    }
}

// Fields that the form fills in when the request leaves them out.
void set_defaults(const CompanyFile& books, Node& record)
{
    if (record.child("IsActive") == nullptr) put(record, "IsActive", "true");
    if (record.child("JobStatus") == nullptr) put(record, "JobStatus", "None");
    if (record.child("PreferredDeliveryMethod") == nullptr) {
        put(record, "PreferredDeliveryMethod", "None");
    }
    if (record.child("SalesTaxCodeRef") == nullptr) {
        if (const Record* tax = books.find_by_name(*kind_of("SalesTaxCode"), "Tax")) {
            put(record, reference("SalesTaxCodeRef", tax->id(), tax->full_name()));
        }
    }
    if (record.child("ItemSalesTaxRef") == nullptr) {
        const auto& rates = books.records(*kind_of("ItemSalesTax"));
        if (!rates.empty()) {
            put(record, reference("ItemSalesTaxRef", rates[0]->id(), rates[0]->full_name()));
        }
    }
    put(record, "Balance", "0.00");
    put(record, "TotalBalance", "0.00");
}

std::optional<Outcome> set_blocks(Node& record)
{
    for (const std::string_view address : {"BillAddress", "ShipAddress"}) {
        if (auto refusal = set_address_block(record, address)) return refusal;
    }
    return std::nullopt;
}

// Names of customers stand in the records that refer to them; QuickBooks shows the present one.
void follow_name(CompanyFile& books, const Record& renamed)
{
    const std::string id = renamed.id();
    const std::string full_name = renamed.full_name();
    for (const std::string_view noun : {"Invoice", "ReceivePayment"}) {
        for (const auto& txn : books.records(*kind_of(noun))) {
            if (txn->entity_id() != id) continue;
            Node tree = txn->tree();
            put(tree, reference("CustomerRef", id, full_name));
            books.show_name(*txn, std::move(tree));
        }
    }
    for (const auto& job : books.records(customer_kind())) {
        if (job->parent_id() != id) continue;
        Node tree = job->tree();
        put(tree, reference("ParentRef", id, full_name));
        put(tree, "FullName", full_name + ":" + text_at(tree, "Name"));
        books.show_name(*job, std::move(tree));
        follow_name(books, *job);
    }
}

void apply_field(Node& record, const Node& field)
{
    const bool empty = field.children.empty() && field.text.empty();
    if (empty) {
        remove(record, field.name);
        return;
    }
    Node* old = nullptr;
    for (Node& child : record.children) {
        if (child.name == field.name) old = &child;
    }
    // Of an address the lines left out stay, like any field left out.
    if (old != nullptr && field.name.ends_with("Address") && field.name != "ShipToAddress") {
        for (const Node& line : field.children)
            apply_field(*old, line);
        return;
    }
    if (field.name == "AdditionalContactRef" || field.name == "ShipToAddress") {
        record.add(field);
        return;
    }
    put(record, field);
}

}  // namespace

std::optional<Outcome> set_address_block(Node& record, std::string_view address_name)
{
    const Node* address = record.child(address_name);
    const std::string block_name = std::string(address_name) + "Block";
    remove(record, block_name);
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

void move_customer_balance(CompanyFile& books, std::string_view list_id, Cents by)
{
    Record* customer = books.find(customer_kind(), list_id);
    if (customer == nullptr) return;
    books.move_amount(*customer, "Balance", by);
    for (int level = 0; customer != nullptr && level < levels_max; ++level) {
        books.move_amount(*customer, "TotalBalance", by);
        customer = books.find(customer_kind(), customer->parent_id());
    }
}

Outcome add_customer(CompanyFile& books, const Node& add, std::int64_t now)
{
    Node record = same_fields(add, "CustomerRet");
    if (auto refusal = place_in_list(books, record, nullptr)) return *refusal;
    if (auto refusal = resolve_references(books, record, "Customer")) return *refusal;
    if (auto refusal = set_blocks(record)) return *refusal;
    // Empty elements say nothing in an Add.
    std::erase_if(record.children,
                  [](const Node& field) { return field.children.empty() && field.text.empty(); });
    set_defaults(books, record);
    add_notes(record, add, date_text(now, books.profile().zone));
    add_contacts(books, record, add, now);
    add_ship_to(record);
    mask_card(record);
    put(record, "ListID", books.next_list_id(customer_kind(), now));
    Record& added = books.add(customer_kind(), std::move(record), now);
    if (const auto balance = Cents::parse(text_at(add, "OpenBalance")); balance && balance->value) {
        const std::string date = text_at(add, "OpenBalanceDate");
        add_opening_invoice(books, added, *balance,
                            date.empty() ? date_text(now, books.profile().zone) : date, now);
    }
    return {.record = &added};
}

Outcome modify_customer(CompanyFile& books, const Node& mod, std::int64_t now)
{
    const std::string id = text_at(mod, "ListID");
    Record* customer = books.find(customer_kind(), id);
    if (customer == nullptr) return object_not_found(id);
    const std::string sequence = text_at(mod, "EditSequence");
    if (sequence != std::to_string(customer->stamps().edit_sequence)) {
        // Seen of the real one: a blank after the full stop, and the current record in the answer.
        return {
            .code = 3200,
            .message = fmt::format("The provided edit sequence \"{}\" is out-of-date. ", sequence),
            .record = customer};
    }
    Node record = customer->tree();
    Node fields = same_fields(mod, "CustomerRet");
    if (auto refusal = resolve_references(books, fields, "Customer")) return *refusal;
    for (const std::string_view repeated : {"AdditionalContactRef", "ShipToAddress"}) {
        if (fields.child(repeated) != nullptr) remove(record, repeated);
    }
    for (const Node& field : fields.children) {
        if (field.name == "ListID" || field.name == "EditSequence") continue;
        if (field.name == "Name" && field.text.empty()) {
            return refused(3190, "The field \"Name\" cannot be cleared.");
        }
        apply_field(record, field);
    }
    if (const Node* parent = fields.child("ParentRef")) {
        const Record* above = referred(books, *parent, {&customer_kind()});
        const std::string before = customer->parent_id();
        if (above == nullptr || above->id() != before) {
            return refused(3170, fmt::format("There was an error when modifying a Customers list, "
                                             "element \"{}\".  QuickBooks error message: A job "
                                             "cannot be moved to another customer here.",
                                             customer->full_name()));
        }
    }
    if (auto refusal = place_in_list(books, record, customer)) return *refusal;
    if (auto refusal = set_blocks(record)) return *refusal;
    mask_card(record);
    const std::string old_name = customer->full_name();
    books.change(*customer, std::move(record), now);
    if (customer->full_name() != old_name) follow_name(books, *customer);
    return {.record = customer};
}

}  // namespace qbxml::simulator
