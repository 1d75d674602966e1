#include "qbxml/simulator/list_merge.h"

#include <fmt/format.h>

#include <algorithm>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/lists.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/text.h"

namespace qbxml::simulator {

namespace {

Outcome cannot_merge(std::string_view why)
{
    return refused(3500, fmt::format("The list elements cannot be merged.  QuickBooks error "
                                     "message: {}",
                                     why));
}

bool has_children(const CompanyFile& books, const Record& parent)
{
    const auto& records = books.records(parent.kind());
    return std::any_of(records.begin(), records.end(),
                       [&](const auto& record) { return record->parent_id() == parent.id(); });
}

std::optional<Outcome> refuse_merge(const CompanyFile& books, const Node& request,
                                    const Record& from, const Record& into)
{
    if (&from == &into) return cannot_merge("A list element cannot be merged with itself.");
    if (has_children(books, from)) {
        return cannot_merge("A list element that has others below it cannot be merged.");
    }
    const std::string_view type = "AccountType";
    if (from.field(type, books.names()) != into.field(type, books.names())) {
        return cannot_merge("Accounts of different types cannot be merged.");
    }
    if (!from.field("SpecialAccountType", books.names()).empty()) {
        return cannot_merge("This account was made by QuickBooks and cannot be merged away.");
    }
    const std::string allowed = trimmed(text_at(request, "SameShipAddrOk"));
    const bool differ =
        from.subtree("ShipAddress", books.names()) != into.subtree("ShipAddress", books.names());
    if (request.children.front().text == "Customer" && differ && allowed != "true" &&
        allowed != "1") {
        return cannot_merge("The ship-to addresses differ, and SameShipAddrOk is not given.");
    }
    return std::nullopt;
}

// Names `into` wherever `from` was named below `node`; true when it was.
bool refer_to(Node& node, const Kind& of, const Record& from, const Record& into)
{
    bool changed = false;
    for (Node& child : node.children) {
        if (child.name.ends_with("Ref") && text_at(child, "ListID") == from.id()) {
            const auto targets = targets_of(child.name);
            const bool meant = child.name == "ParentRef" ? &of == &from.kind()
                                                         : std::find(targets.begin(), targets.end(),
                                                                     &from.kind()) != targets.end();
            if (!meant) continue;
            child = reference(child.name, into.id(), into.full_name());
            changed = true;
        } else {
            changed = refer_to(child, of, from, into) || changed;
        }
    }
    return changed;
}

// True when the transaction posted to that record, which its own text need not name.
bool posted_to(const Ledger& ledger, const Record& txn, const Record& to)
{
    const auto& postings = ledger.postings(txn);
    const auto& links = ledger.links_from(txn);
    return std::any_of(postings.begin(), postings.end(),
                       [&](const Posting& posting) {
                           return posting.account == &to || posting.name == &to ||
                                  posting.item == &to;
                       }) ||
           std::any_of(links.begin(), links.end(),
                       [&](const Link& link) { return link.discount_account == &to; });
}

void refer_all(CompanyFile& books, const Record& from, const Record& into)
{
    const std::string mention = "<ListID>" + from.id() + "</ListID>";
    for (const Kind* kind : all_kinds()) {
        for (const auto& record : books.records(*kind)) {
            const bool posts = !kind->is_list() && posted_to(books.ledger(), *record, from);
            if (record.get() == &from || (!posts && !record->mentions(mention))) continue;
            Node tree = record->tree();
            if (refer_to(tree, *kind, from, into) || posts) {
                books.show_name(*record, std::move(tree));
            }
        }
    }
}

Cents amount_of(const CompanyFile& books, const Record& record, std::string_view field)
{
    return Cents::parse(record.field(field, books.names())).value_or(Cents{});
}

// The totals of a record and of all above it.
void move_totals(CompanyFile& books, Record& record, Cents by)
{
    Record* at = &record;
    while (at != nullptr) {
        books.move_amount(*at, "TotalBalance", by);
        at = at->parent_id().empty() ? nullptr : books.find(at->kind(), at->parent_id());
    }
}

// Amounts and stock of `from` go over to `into`.
void move_worth(CompanyFile& books, Record& from, Record& into)
{
    const Cents balance = amount_of(books, from, "Balance");
    books.move_amount(from, "Balance", -balance);
    books.move_amount(into, "Balance", balance);
    move_totals(books, from, -balance);
    move_totals(books, into, balance);
    for (const std::string_view field :
         {"QuantityOnHand", "QuantityOnOrder", "QuantityOnSalesOrder"}) {
        const auto theirs = Fine::parse(from.field(field, books.names()));
        const auto ours = Fine::parse(into.field(field, books.names()));
        if (!theirs || !ours) continue;
        books.set_field(into, field, Fine{ours->value + theirs->value}.quantity_text());
    }
}

Outcome merged(const CompanyFile& books, std::string_view type, const Deletion& gone,
               const Record& into)
{
    Outcome outcome;
    append_element(outcome.body, Node{.name = "ListMergeType", .text = std::string(type)});
    Node from{.name = "MergedFrom"};
    from.add("ListID", gone.id);
    from.add("TimeDeleted", books.time_text(gone.deleted));
    from.add("FullName", gone.name);
    append_element(outcome.body, from);
    Node to{.name = "MergedTo"};
    to.add("ListID", into.id());
    to.add("TimeCreated", books.time_text(into.stamps().created));
    to.add("TimeModified", books.time_text(into.stamps().modified));
    to.add("EditSequence", std::to_string(into.stamps().edit_sequence));
    to.add("FullName", into.full_name());
    append_element(outcome.body, to);
    return outcome;
}

}  // namespace

Outcome merge_list_records(CompanyFile& books, const Node& request, std::int64_t now)
{
    const std::string type = trimmed(text_at(request, "ListMergeType"));
    const Kind* kind = kind_of(type);
    const Node* from_key = request.child("MergeFrom");
    const Node* into_key = request.child("MergeTo");
    if (kind == nullptr || from_key == nullptr || into_key == nullptr) {
        return object_not_found(type);
    }
    for (const Node* key : {from_key, into_key}) {
        const std::string id = text_at(*key, "ListID");
        const Record* record = books.find(*kind, id);
        if (record == nullptr) return missing_record(books, *kind, id);
        if (auto stale = refuse_stale(*record, *key)) return refused(3200, stale->message);
    }
    Record& from = *books.find(*kind, text_at(*from_key, "ListID"));
    Record& into = *books.find(*kind, text_at(*into_key, "ListID"));
    if (auto refusal = refuse_merge(books, request, from, into)) return *refusal;
    move_worth(books, from, into);
    refer_all(books, from, into);
    books.ledger().rename(from, into);
    books.remove(from, now);
    books.change(into, into.tree(), now);
    return merged(books, type, books.deletions().back(), into);
}

}  // namespace qbxml::simulator
