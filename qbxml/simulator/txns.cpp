#include "qbxml/simulator/txns.h"

#include <fmt/format.h>

#include <algorithm>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/exchange.h"
#include "qbxml/simulator/lists.h"
#include "qbxml/simulator/order_lines.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/settlements.h"
#include "qbxml/simulator/txn_header.h"
#include "qbxml/simulator/txn_lines.h"

namespace qbxml::simulator {

namespace {

// What the forms of these books do not offer.
std::optional<Outcome> refuse_unoffered(const Node& request)
{
    for (const Node& field : request.children) {
        if (field.name == "DiscountLineAdd" || field.name == "SalesTaxLineAdd" ||
            field.name == "ShippingLineAdd" || field.name == "InventorySiteRef") {
            return feature_not_enabled(field.name);
        }
    }
    return std::nullopt;
}

// Money kept back from a deposit is shown under a name of its own, with a line id.
void read_cash_back(CompanyFile& books, const Node& request, Node& record, std::int64_t now)
{
    const Node* given = request.child("CashBackInfoAdd");
    if (given == nullptr) given = request.child("CashBackInfoMod");
    if (given == nullptr) return;
    const Node* old = record.child("CashBackInfoRet");
    Node back = old != nullptr ? *old : Node{.name = "CashBackInfoRet"};
    for (const Node& field : same_fields(*given, "CashBackInfoRet").children)
        apply_field(back, field);
    if (back.child("TxnLineID") == nullptr) put(back, "TxnLineID", books.next_txn_id(now));
    put(record, std::move(back));
}

// "PT8H30M" is answered as "PT8H30M0S".
void settle_duration(Node& record)
{
    std::string duration = text_at(record, "Duration");
    if (duration.empty()) return;
    if (duration.ends_with('H')) duration += "0M";
    if (duration.ends_with('M')) duration += "0S";
    put(record, "Duration", duration);
}

// What QuickBooks shows of accounts on a transfer: how they stand after it.
void show_account_balances(const CompanyFile& books, const Form& form, const Record* old,
                           Node& record)
{
    if (form.noun != "Transfer") return;
    const Cents amount = amount_in(record, "Amount");
    const auto show = [&](std::string_view ref, std::string_view field, Cents debit) {
        const Record* account = referred_in(books, record, ref);
        if (account == nullptr) return;
        const Cents before =
            Cents::parse(account->field("Balance", books.names())).value_or(Cents{});
        if (old != nullptr) {  // without what it did before it was changed
            for (const Posting& posting : books.ledger().postings(*old)) {
                if (posting.account == account) debit = debit - posting.amount;
            }
        }
        const Cents by = class_of(*account, books).debit ? debit : -debit;
        put(record, field, (before + by).text());
    };
    show("TransferFromAccountRef", "FromAccountBalance", -amount);
    show("TransferToAccountRef", "ToAccountBalance", amount);
}

// A check is numbered when it is printed.
bool waits_for_printer(const Form& form, const Node& record)
{
    const bool check = form.lines == Form::Lines::purchase || form.pays();
    return check && text_at(record, "IsToBePrinted") == "true";
}

// What a build is asked to do besides what it shows; fields that no record has fall away in the
// end.
void keep_wishes(const Form& form, const Node& request, Node& record)
{
    if (form.lines != Form::Lines::build) return;
    for (const std::string_view wish : {"MarkPendingIfRequired", "RemovePending"}) {
        const std::string text = text_at(request, wish);
        if (text == "true" || text == "1") put(record, wish, "true");
    }
}

void finish_fields(const CompanyFile& books, const Form& form, const Record* before, Node& record)
{
    show_home_amounts(form, record);
    settle_duration(record);
    show_account_balances(books, form, before, record);
    const bool time = form.noun == "TimeTracking";
    if (time && record.child("BillableStatus") == nullptr) {
        put(record, "BillableStatus", "NotBillable");
    }
    if (waits_for_printer(form, record)) remove(record, "RefNumber");
}

void refresh_others(CompanyFile& books, const std::vector<Record*>& others, const Record& self,
                    std::int64_t now)
{
    for (Record* other : others) {
        if (other != &self) refresh_links(books, *other, now);
    }
}

void remember(std::vector<Record*>& others, Record* txn)
{
    if (std::find(others.begin(), others.end(), txn) == others.end()) others.push_back(txn);
}

// A transaction that is ready to be written into the books.
struct Draft {
    Node record;
    MadeLines made;
    Applications applied;
    std::vector<Link> own;  // that go out from it
    std::vector<Posting> postings;
};

// Everything at the other end of the links that a draft makes.
std::vector<Record*> touched_by(const Draft& draft)
{
    std::vector<Record*> others;
    for (const Link& link : draft.own) {
        if (link.kind != Link::Kind::deposit) remember(others, link.to);
    }
    for (const Link& link : draft.applied.credits) {
        remember(others, link.from);
        if (link.to != nullptr) remember(others, link.to);
    }
    return others;
}

// Links and what everybody shows of them; the transaction itself is there already.
void link_up(CompanyFile& books, Record& txn, Draft& draft)
{
    Ledger& ledger = books.ledger();
    ledger.set_links_from(txn, std::move(draft.own));
    for (Link& link : draft.applied.credits) {
        if (link.to == nullptr) link.to = &txn;
        ledger.add_link(link);
    }
}

std::optional<Outcome> refuse_overapplied(const CompanyFile& books, const Form& form,
                                          const Draft& draft, const Record* before)
{
    const bool open_form = !form.open.empty() && !form.pays();
    if (!open_form) return std::nullopt;
    Cents settled;
    for (const Link& link : draft.applied.credits) {
        if (link.to == nullptr || link.to == before) settled += link.amount;
    }
    if (before != nullptr) {
        const Ledger& ledger = books.ledger();
        for (const Link& link : ledger.links_to(*before)) {
            if (link.kind == Link::Kind::amount) settled += link.amount;
        }
        for (const Link& link : ledger.links_from(*before)) {
            if (link.kind == Link::Kind::amount) settled += link.amount;
        }
    }
    if (settled <= total_of(form, draft.record)) return std::nullopt;
    if (before == nullptr) {
        return refused(3210, fmt::format("The \"AppliedAmount\" field has an invalid value "
                                         "\"{}\".  QuickBooks error message: You cannot apply more "
                                         "than the amount due.",
                                         settled.text()));
    }
    return cannot_change(form, "The amount is less than what was paid on it.");
}

// A check that refunds a customer has that much on the receivable account.
std::optional<Outcome> refuse_unequal_refund(const CompanyFile& books, const Form& form,
                                             const Draft& draft)
{
    if (form.noun != "Check" || draft.applied.applied.value == 0) return std::nullopt;
    Cents receivable;
    for (const Posting& posting : draft.made.postings) {
        if (is_personal(class_of(*posting.account, books))) receivable += posting.amount;
    }
    if (receivable == draft.applied.applied) return std::nullopt;
    return refused(3210, fmt::format("The \"Amount\" field has an invalid value \"{}\".  "
                                     "QuickBooks error message: The refund must equal the amount "
                                     "on the receivable account.",
                                     draft.applied.applied.text()));
}

// From lines and applications to totals and postings.
std::optional<Outcome> complete(const LinesOf& of, Draft& draft)
{
    const Form& form = of.form;
    if (auto refusal = total_up(of.books, form, draft.record, draft.made, draft.applied)) {
        return refusal;
    }
    if (auto refusal = refuse_overapplied(of.books, form, draft, of.before)) return refusal;
    if (auto refusal = refuse_unequal_refund(of.books, form, draft)) return refusal;
    draft.own = draft.applied.own;
    draft.own.insert(draft.own.end(), draft.made.links.begin(), draft.made.links.end());
    finish_fields(of.books, form, of.before, draft.record);
    return postings_of(of, draft.made, draft.own, draft.postings);
}

// A payment that only uses credits makes no transaction, and answers without a TxnID.
std::optional<Outcome> only_credits(CompanyFile& books, const Form& form, Draft& draft,
                                    std::int64_t now)
{
    const Applications& applied = draft.applied;
    if (!form.pays() || applied.credits.empty() || applied.applied.value != 0 ||
        applied.discounts.value != 0 || amount_in(draft.record, form.total).value != 0) {
        return std::nullopt;
    }
    const std::vector<Record*> others = touched_by(draft);
    for (const Link& link : applied.credits)
        books.ledger().add_link(link);
    for (Record* other : others)
        refresh_links(books, *other, now);
    arrange(draft.record);
    Outcome outcome;
    append_element(outcome.body, draft.record);
    return outcome;
}

std::optional<Outcome> change_header(const CompanyFile& books, const Form& form, const Node& mod,
                                     Node& record)
{
    Node fields = same_fields(mod, form.kind().ret());
    std::erase_if(fields.children, [&](const Node& field) {
        return is_line_of(form, field) || field.name == "TxnID" || field.name == "EditSequence";
    });
    if (auto refusal = resolve_references(books, fields, form.noun)) return refusal;
    const bool linked =
        record.child("LinkedTxn") != nullptr || record.child("AppliedToTxnRet") != nullptr;
    for (const Node& field : fields.children) {
        const std::string& name = field.name;
        const bool fixed =
            name == form.name_ref || name == form.account_ref || name == form.against_ref;
        const bool held = record.child(name) != nullptr;
        if (held && is_empty(field) && (fixed || name == "TemplateRef" || name == "TxnDate")) {
            return refused(3190, fmt::format("The field \"{}\" cannot be cleared.", name));
        }
        const bool personal =
            name == form.name_ref || name == "ARAccountRef" || name == "APAccountRef";
        if (personal && linked && text_at(field, "ListID") != text_at(record, name + "/ListID")) {
            return cannot_change(form, fmt::format("The \"{}\" of a transaction that is linked to "
                                                   "others cannot be changed.",
                                                   name));
        }
        apply_field(record, field);
    }
    // Other terms or another date bring another due date.
    const bool redated = mod.child("TermsRef") != nullptr || mod.child("TxnDate") != nullptr;
    if (redated && mod.child("DueDate") == nullptr) remove(record, "DueDate");
    return set_address_blocks(record);
}

// What was deposited stays as it was.
std::optional<Outcome> refuse_deposited(const CompanyFile& books, const Form& form,
                                        const Record& txn, const Node& before, const Node& after)
{
    for (const Link& link : books.ledger().links_to(txn)) {
        if (link.kind != Link::Kind::deposit) continue;
        if (total_of(form, before) == total_of(form, after) &&
            text_at(before, "DepositToAccountRef/ListID") ==
                text_at(after, "DepositToAccountRef/ListID")) {
            continue;
        }
        return cannot_change(form, "It has been deposited: change the deposit first.");
    }
    return std::nullopt;
}

// Links from bills and invoices to lines of an order that are gone.
std::vector<Record*> drop_lost_lines(CompanyFile& books, const Record& order, Node tree)
{
    std::vector<Record*> losers;
    std::vector<LineId> left;
    for (const Node* line : plain_lines(tree))
        left.push_back(LineId::parse(text_at(*line, "TxnLineID")));
    Ledger& ledger = books.ledger();
    for (const Link& lost : ledger.links_to(order)) {
        if (lost.kind != Link::Kind::quantity) continue;
        if (std::find(left.begin(), left.end(), lost.to_line) != left.end()) continue;
        std::vector<Link> kept = ledger.links_from(*lost.from);
        std::erase_if(kept, [&](const Link& link) {
            return link.to == &order && link.to_line == lost.to_line;
        });
        ledger.set_links_from(*lost.from, std::move(kept));
        remember(losers, lost.from);
    }
    return losers;
}

}  // namespace

void refresh_links(CompanyFile& books, Record& txn, std::int64_t now)
{
    const Form* form = form_of(txn.kind().noun);
    Node tree = txn.tree();
    show_links(books, *form, txn, tree);
    Ledger& ledger = books.ledger();
    if (form->is_order() && form->has("LinkedTxn") && form->noun != "Estimate") {
        std::vector<Posting> postings = ledger.postings(txn);
        follow_progress(tree, postings);
        ledger.post(books, txn, std::move(postings), now);
    }
    if (form->pays() && !is_void(*form, tree)) {
        // A discount on what is gone was no money: it is owed again.
        const LinesOf of{books, *form, tree, &txn, now};
        std::vector<Posting> postings;
        if (!postings_of(of, {}, ledger.links_from(txn), postings) &&
            postings.size() != ledger.postings(txn).size()) {
            ledger.post(books, txn, std::move(postings), now);
            show_links(books, *form, txn, tree);
        }
    }
    books.change(txn, std::move(tree), now);
}

Outcome add_txn(CompanyFile& books, const Form& form, const Node& add, std::int64_t now)
{
    if (auto refusal = refuse_unoffered(add)) return *refusal;
    Draft draft{.record = same_fields(add, form.kind().ret())};
    Node& record = draft.record;
    std::erase_if(record.children, [&](const Node& field) { return is_line_of(form, field); });
    if (auto refusal = resolve_references(books, record, form.noun)) return *refusal;
    // An empty RefNumber stays blank; one left out is counted on.
    const bool counted = form.counted && record.child("RefNumber") == nullptr;
    std::erase_if(record.children, is_empty);
    if (auto refusal = fill_in(books, form, record, now)) return *refusal;
    read_cash_back(books, add, record, now);
    keep_wishes(form, add, record);
    if (auto refusal = resolve_references(books, record, form.noun)) return *refusal;

    std::vector<LineRequest> lines;
    bool closed = false;
    if (auto refusal = read_added_lines(books, form, add, lines, closed)) return *refusal;
    if (auto refusal = read_applications(books, form, add, record, nullptr,
                                         amount_in(record, form.total), draft.applied)) {
        return *refusal;
    }
    if (auto done = only_credits(books, form, draft, now)) return *done;
    const std::string txn_id = books.next_txn_id(now);
    const LinesOf of{books, form, record, nullptr, now};
    if (auto refusal = make_lines(of, lines, draft.made)) return *refusal;
    if (auto refusal = complete(of, draft)) return *refusal;
    put(record, "TxnID", txn_id);
    put(record, "TxnNumber", std::to_string(books.next_txn_number()));
    if (counted && !waits_for_printer(form, record)) {
        put(record, "RefNumber", books.next_ref_number(form.kind()));
    }
    for (Node& line : draft.made.lines)
        record.add(std::move(line));
    show_no_links(form, record);
    if (form.is_order()) follow_progress(record, draft.postings);
    const std::vector<Record*> others = touched_by(draft);
    const bool linked = !draft.own.empty() || !draft.applied.credits.empty();
    Node tree = linked ? record : Node{};
    Record& txn = books.add(form.kind(), std::move(record), now);
    books.ledger().post(books, txn, std::move(draft.postings), now);
    if (linked) {
        link_up(books, txn, draft);
        put(tree, "TimeCreated", books.time_text(now));
        show_links(books, form, txn, tree);
        books.show_name(txn, std::move(tree));
        refresh_others(books, others, txn, now);
    }
    if (closed) {
        return {.code = 570,
                .message =
                    "The record was saved without the link, for the transaction it was to "
                    "be linked to is closed.",
                .record = &txn};
    }
    return {.record = &txn};
}

Outcome modify_txn(CompanyFile& books, const Form& form, const Node& mod, std::int64_t now)
{
    const std::string id = text_at(mod, "TxnID");
    Record* txn = books.find(form.kind(), id);
    if (txn == nullptr) return missing_record(books, form.kind(), id);
    if (auto stale = refuse_stale(*txn, mod)) return *stale;
    if (auto refusal = refuse_unoffered(mod)) return *refusal;
    const Node before = txn->tree();
    Draft draft{.record = before};
    Node& record = draft.record;
    std::erase_if(record.children, [&](const Node& field) { return is_line_of(form, field); });
    const bool blank = record.children.size() == before.children.size();
    if (auto refusal = change_header(books, form, mod, record)) return *refusal;
    if (auto refusal = settle_currency(books, form, record)) return *refusal;
    if (auto refusal = settle_accounts(books, form, record)) return *refusal;
    read_cash_back(books, mod, record, now);
    keep_wishes(form, mod, record);
    if (auto refusal = resolve_references(books, record, form.noun)) return *refusal;
    std::vector<LineRequest> lines;
    if (auto refusal = read_changed_lines(books, form, *txn, before, mod, lines)) return *refusal;
    Ledger& ledger = books.ledger();
    const auto& old_links = ledger.links_from(*txn);
    if (auto refusal = read_applications(books, form, mod, record, txn,
                                         amount_in(record, form.total), draft.applied)) {
        return *refusal;
    }
    if (!names_applications(mod)) {
        for (const Link& link : old_links) {
            if (link.kind != Link::Kind::amount) continue;
            draft.applied.own.push_back(link);
            draft.applied.applied += link.amount - link.discount;
            draft.applied.discounts += link.discount;
        }
    }
    for (Link& link : draft.applied.credits) {
        if (link.to == nullptr) link.to = txn;
    }
    const LinesOf of{books, form, record, txn, now};
    if (auto refusal = make_lines(of, lines, draft.made)) return *refusal;
    if (is_void(form, before)) {
        return cannot_change(form, "A void transaction cannot be changed.");
    }
    if (blank && draft.made.lines.empty() && form.lines != Form::Lines::none && !form.pays() &&
        form.lines != Form::Lines::refund) {  // an opening balance stays what it is
        draft.postings = ledger.postings(*txn);
        draft.own = draft.applied.own;
    } else if (auto refusal = complete(of, draft)) {
        return *refusal;
    }
    if (auto refusal = refuse_deposited(books, form, *txn, before, record)) return *refusal;
    for (const Node& line : draft.made.lines)
        record.add(line);
    std::vector<Record*> others = touched_by(draft);
    for (const Link& link : old_links) {
        if (link.kind != Link::Kind::deposit) remember(others, link.to);
    }
    if (form.is_order()) {
        for (Record* loser : drop_lost_lines(books, *txn, record))
            remember(others, loser);
    }
    ledger.post(books, *txn, std::move(draft.postings), now);
    link_up(books, *txn, draft);
    show_links(books, form, *txn, record);
    if (form.is_order()) {
        std::vector<Posting> postings = ledger.postings(*txn);
        follow_progress(record, postings);
        ledger.post(books, *txn, std::move(postings), now);
    }
    books.change(*txn, std::move(record), now);
    refresh_others(books, others, *txn, now);
    return {.record = txn};
}

}  // namespace qbxml::simulator
