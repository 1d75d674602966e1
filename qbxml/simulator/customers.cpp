#include "qbxml/simulator/customers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/currencies.h"
#include "qbxml/simulator/exchange.h"
#include "qbxml/simulator/lists.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/text.h"
#include "qbxml/simulator/txns.h"

namespace qbxml::simulator {

namespace {

constexpr int levels_max = 5;
constexpr int notes_max = 1'000'000;

const Kind& customer_kind()
{
    static const Kind& kind = *kind_of("Customer");
    return kind;
}

std::string today(const CompanyFile& books, std::int64_t now)
{
    return date_text(now, books.profile().zone);
}

int next_note_id(const Node& record)
{
    int next = 0;
    for (const Node& child : record.children) {
        if (child.name == "AdditionalNotesRet") {
            next = std::max(next, count_in(text_at(child, "NoteID"), notes_max) + 1);
        }
    }
    return next;
}

// QuickBooks keeps notes with an id and a date beside the plain field; Notes is number 0. An empty
// text takes the note away.
void change_note(Node& record, int note_id, std::string_view text, const std::string& date)
{
    const std::string id = std::to_string(note_id);
    const std::string stored = as_stored(trimmed(text));
    for (const Node& child : record.children) {  // said again it stays of the day it was written
        const bool same = child.name == "AdditionalNotesRet" && text_at(child, "NoteID") == id;
        if (same && text_at(child, "Note") == stored) return;
    }
    std::erase_if(record.children, [&](const Node& child) {
        return child.name == "AdditionalNotesRet" && text_at(child, "NoteID") == id;
    });
    if (text.empty()) return;
    Node note{.name = "AdditionalNotesRet"};
    note.add("NoteID", id);
    note.add("Date", date);
    note.add("Note", stored);
    record.add(std::move(note));
}

void add_notes(Node& record, const Node& request, const std::string& date)
{
    if (const Node* notes = request.child("Notes")) change_note(record, 0, notes->text, date);
    for (const Node& child : request.children) {
        if (child.name != "AdditionalNotes") continue;
        change_note(record, next_note_id(record), text_at(child, "Note"), date);
    }
}

// The main phone and address of the form are contact values as well.
void set_main_contacts(Node& record)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> mains{
        {{"Phone", "Main Phone"}, {"Email", "Main Email"}}};
    for (const auto& [field, label] : mains) {
        std::erase_if(record.children, [&](const Node& child) {
            return child.name == "AdditionalContactRef" && text_at(child, "ContactName") == label;
        });
        const std::string value = text_at(record, field);
        if (value.empty()) continue;
        Node ref{.name = "AdditionalContactRef"};
        ref.add("ContactName", std::string(label));
        ref.add("ContactValue", value);
        record.add(std::move(ref));
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
    set_main_contacts(record);
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
    if (const Record* home = home_currency(books);
        home != nullptr && record.child("CurrencyRef") == nullptr) {
        const Record* parent = books.find(customer_kind(), text_at(record, "ParentRef/ListID"));
        put(record, parent == nullptr ? reference("CurrencyRef", home->id(), home->full_name())
                                      : parent->subtree("CurrencyRef", books.names()));
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

}  // namespace

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
    if (auto refusal = place_in_list(books, customer_kind(), record, nullptr)) return *refusal;
    if (auto refusal = resolve_references(books, record, "Customer")) return *refusal;
    if (auto refusal = set_address_blocks(record)) return *refusal;
    // Empty elements say nothing in an Add.
    std::erase_if(record.children,
                  [](const Node& field) { return field.children.empty() && field.text.empty(); });
    set_defaults(books, record);
    add_notes(record, add, today(books, now));
    add_contacts(books, record, add, now);
    add_ship_to(record);
    mask_card(record);
    put(record, "ListID", books.next_list_id(customer_kind(), now));
    Record& added = books.add(customer_kind(), std::move(record), now);
    open_account_for(books, added, now);
    add_opening_balance(books, added, add, now);
    return {.record = &added};
}

Outcome modify_customer(CompanyFile& books, const Node& mod, std::int64_t now)
{
    Node plain = mod;
    std::vector<Node> notes;
    for (const Node& field : mod.children) {
        if (field.name.starts_with("AdditionalNotes")) notes.push_back(field);
    }
    std::erase_if(plain.children, [](const Node& field) {
        return field.name.starts_with("AdditionalNotes") || field.name == "AdditionalContactRef" ||
               field.name == "ShipToAddress";
    });
    mask_card(plain);
    Outcome outcome = modify_list_record(books, customer_kind(), plain, now);
    if (outcome.code != 0) return outcome;

    Record& customer = *books.find(customer_kind(), outcome.record->id());
    Node record = customer.tree();
    if (mod.child("Notes") != nullptr)
        change_note(record, 0, text_at(mod, "Notes"), today(books, now));
    for (const Node& note : notes) {
        const std::string id = text_at(note, "NoteID");
        change_note(record, id.empty() ? next_note_id(record) : count_in(id, notes_max),
                    text_at(note, "Note"), today(books, now));
    }
    for (const std::string_view repeated : {"AdditionalContactRef", "ShipToAddress"}) {
        if (mod.child(repeated) == nullptr) continue;
        remove(record, repeated);
        for (const Node& field : mod.children) {
            if (field.name == repeated) record.add(field);
        }
    }
    set_main_contacts(record);
    store_texts(record);
    books.show_name(customer, std::move(record));
    return {.record = &customer};
}

}  // namespace qbxml::simulator
