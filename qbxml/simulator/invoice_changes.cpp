#include "qbxml/simulator/invoice_changes.h"

#include <fmt/format.h>

#include <algorithm>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/invoice_lines.h"
#include "qbxml/simulator/invoice_posting.h"
#include "qbxml/simulator/lists.h"
#include "qbxml/simulator/references.h"

namespace qbxml::simulator {

namespace {

bool is_line(const Node& node)
{
    return node.name == "InvoiceLineRet" || node.name == "InvoiceLineGroupRet";
}

bool is_line_mod(const Node& node)
{
    return node.name == "InvoiceLineMod" || node.name == "InvoiceLineGroupMod";
}

// The line as it would be added today: what the form computed is left to be computed again where
// the change touches it.
Node as_added(const Node& line, const Node& change)
{
    Node add{.name = line.name == "InvoiceLineRet" ? "InvoiceLineAdd" : "InvoiceLineGroupAdd"};
    for (const Node& field : line.children) {
        if (field.name == "TxnLineID" || field.name == "TotalAmount" ||
            field.name == "IsPrintItemsInGroup" || field.name == "InvoiceLineRet") {
            continue;
        }
        add.add(field);
    }
    for (const Node& field : change.children) {
        if (field.name != "TxnLineID") apply_field(add, field);
    }
    const auto changes = [&](std::string_view name) { return change.child(name) != nullptr; };
    if (changes("ItemRef")) {  // another item brings its own description and price
        for (const std::string_view name : {"Desc", "Rate", "RatePercent", "Amount"}) {
            if (!changes(name)) remove(add, name);
        }
    }
    if (changes("Amount")) {
        if (!changes("Rate")) remove(add, "Rate");
    } else if (changes("Quantity") || changes("Rate") || changes("RatePercent") ||
               add.child("RatePercent") != nullptr) {
        remove(add, "Amount");
    }
    return add;
}

// A line that is new, from its Mod form.
Node as_new(const Node& change)
{
    Node add = change;
    add.name = change.name == "InvoiceLineMod" ? "InvoiceLineAdd" : "InvoiceLineGroupAdd";
    remove(add, "TxnLineID");
    return add;
}

// The lines of the changed invoice; a reason when they cannot be made.
std::optional<Outcome> make_lines(CompanyFile& books, const Node& before, const Node& mod,
                                  bool taxed, std::int64_t now, InvoiceLines& lines)
{
    std::vector<const Node*> old;
    for (const Node& child : before.children) {
        if (is_line(child)) old.push_back(&child);
    }
    const bool replaces = std::any_of(mod.children.begin(), mod.children.end(), is_line_mod);
    LineMaker maker(books, now, taxed);
    std::vector<std::string> ids;  // of the lines made, "" for new ones
    std::size_t next = 0;          // old lines come in their order
    const auto keep = [&](const Node& line, const Node& change) {
        ids.push_back(text_at(line, "TxnLineID"));
        return maker.add(as_added(line, change));
    };
    if (!replaces) {
        for (const Node* line : old) {
            if (auto refusal = keep(*line, Node{})) return refusal;
        }
    }
    for (const Node& change : mod.children) {
        if (!is_line_mod(change)) continue;
        if (change.child("InvoiceLineMod") != nullptr) return feature_not_enabled(change.name);
        const std::string id = text_at(change, "TxnLineID");
        if (id == "-1") {
            ids.emplace_back();
            if (auto refusal = maker.add(as_new(change))) return refusal;
            continue;
        }
        const auto found = std::find_if(old.begin(), old.end(), [&](const Node* line) {
            return text_at(*line, "TxnLineID") == id;
        });
        if (found == old.end()) return object_not_found(id);
        const auto place = static_cast<std::size_t>(found - old.begin());
        if (place < next) {
            return refused(3290, "The lines are in another order than in the transaction.");
        }
        next = place + 1;
        if (auto refusal = keep(**found, change)) return refusal;
    }
    lines = maker.take();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!ids[i].empty()) put(lines.lines[i], "TxnLineID", ids[i]);
    }
    return std::nullopt;
}

std::optional<Outcome> change_header(const CompanyFile& books, const Node& mod, Node& record)
{
    Node fields = same_fields(mod, "InvoiceRet");
    if (auto refusal = resolve_references(books, fields, "Invoice")) return refusal;
    for (const Node& field : fields.children) {
        const std::string& name = field.name;
        if (name == "TxnID" || name == "EditSequence") continue;
        const bool empty = field.children.empty() && field.text.empty();
        if (empty && (name == "CustomerRef" || name == "ARAccountRef" || name == "TemplateRef")) {
            return refused(3190, fmt::format("The field \"{}\" cannot be cleared.", name));
        }
        if ((name == "CustomerRef" || name == "ARAccountRef") &&
            record.child("LinkedTxn") != nullptr &&
            text_at(field, "ListID") != text_at(record, name + "/ListID")) {
            return refused(3170, fmt::format("There was an error when modifying a Invoice.  "
                                             "QuickBooks error message: The \"{}\" of an invoice "
                                             "with payments cannot be changed.",
                                             name));
        }
        apply_field(record, field);
    }
    // Other terms or another date bring another due date.
    const bool redated = mod.child("TermsRef") != nullptr || mod.child("TxnDate") != nullptr;
    if (redated && mod.child("DueDate") == nullptr) remove(record, "DueDate");
    return set_address_blocks(record);
}

}  // namespace

Outcome modify_invoice(CompanyFile& books, const Node& mod, std::int64_t now)
{
    const std::string id = text_at(mod, "TxnID");
    Record* invoice = books.find(*kind_of("Invoice"), id);
    if (invoice == nullptr) return missing_record(books, *kind_of("Invoice"), id);
    if (auto stale = refuse_stale(*invoice, mod)) return *stale;
    for (const Node& field : mod.children) {
        if (field.name == "SetCredit") return object_not_found(text_at(field, "CreditTxnID"));
        if (field.name == "ExchangeRate") return feature_not_enabled(field.name);
    }
    const Node before = invoice->tree();
    Node record = before;
    std::erase_if(record.children, is_line);
    if (auto refusal = change_header(books, mod, record)) return *refusal;
    InvoiceLines lines;
    if (auto refusal = make_lines(books, before, mod, is_taxed(books, record), now, lines)) {
        return *refusal;
    }
    if (is_void(before)) {
        return refused(3170,
                       "There was an error when modifying a Invoice.  QuickBooks error "
                       "message: A void transaction cannot be changed.");
    }
    if (auto refusal = total_up(books, record, lines)) return *refusal;
    for (const Node& line : lines.lines)
        record.add(line);
    repost(books, before, record, now);
    books.change(*invoice, std::move(record), now);
    return {.record = invoice};
}

}  // namespace qbxml::simulator
