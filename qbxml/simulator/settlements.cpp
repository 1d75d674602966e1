#include "qbxml/simulator/settlements.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/exchange.h"
#include "qbxml/simulator/order_lines.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/txn_lines.h"

namespace qbxml::simulator {

namespace {

bool is_true(const Node& node, std::string_view name)
{
    const std::string text = text_at(node, name);
    return text == "true" || text == "1";
}

Outcome too_much(std::string_view field, Cents amount)
{
    return refused(3210, fmt::format("The \"{}\" field has an invalid value \"{}\".  QuickBooks "
                                     "error message: You cannot apply more than the amount due, "
                                     "nor more than the payment.",
                                     field, amount.text()));
}

class ApplicationReader {
public:
    ApplicationReader(const CompanyFile& books, const Form& form, const Node& header,
                      Record* before, Applications& read)
        : books_(books),
          form_(form),
          before_(before),
          read_(read),
          name_(name_on_form(books, form, header))
    {
    }

    std::optional<Outcome> apply(const Node& given);
    std::optional<Outcome> refund(const Node& given, std::string_view amount_field);
    std::optional<Outcome> set_credit(const Node& given, Record* target);
    // A document of exactly that amount, else the oldest first, as QuickBooks applies by itself.
    void apply_by_itself(Cents total);

private:
    // What is open on it, but for what this request, or the transaction as it was, took of it.
    Cents open_on(const Record& txn) const;
    std::optional<Outcome> target_of(const Node& given, bool wants_debit, Record*& target);
    bool is_theirs(const Record& txn) const
    {
        const auto& postings = books_.ledger().postings(txn);
        return std::any_of(postings.begin(), postings.end(), [&](const Posting& posting) {
            return posting.personal && posting.name == name_;
        });
    }
    bool pays_customers() const { return form_.name_ref == "CustomerRef"; }

    const CompanyFile& books_;
    const Form& form_;
    Record* before_;
    Applications& read_;
    Record* name_;
    std::set<std::string> seen_;
};

Cents ApplicationReader::open_on(const Record& txn) const
{
    Cents open = books_.ledger().open(txn);
    if (before_ != nullptr) {
        for (const Link& link : books_.ledger().links_from(*before_)) {
            if (link.to == &txn && link.kind == Link::Kind::amount) open += link.amount;
        }
    }
    for (const auto* links : {&read_.own, &read_.credits}) {
        for (const Link& link : *links) {
            if (link.to == &txn || link.from == &txn) open = open - link.amount;
        }
    }
    return open;
}

std::optional<Outcome> ApplicationReader::target_of(const Node& given, bool wants_debit,
                                                    Record*& target)
{
    const std::string id = text_at(given, "TxnID");
    target = find_txn(books_, id);
    if (target == nullptr) return object_not_found(id);
    if (name_ == nullptr) return refused(3150, "There is a missing element: \"CustomerRef\".");
    if (!seen_.insert(id).second) {
        return refused(3177, fmt::format("The transaction {} is named twice in this request.", id));
    }
    const Cents owed = books_.ledger().owed(*target);
    if (!is_theirs(*target)) {
        return refused(3210, fmt::format("The \"applied to txn ID\" field has an invalid value "
                                         "\"{}\".  QuickBooks error message: The transaction is "
                                         "another customer's or vendor's.",
                                         id));
    }
    if (wants_debit ? owed.value < 0 : owed.value > 0) {
        return refused(3210, fmt::format("The \"applied to txn ID\" field has an invalid value "
                                         "\"{}\".  QuickBooks error message: It cannot be applied "
                                         "to a transaction of that kind.",
                                         id));
    }
    return std::nullopt;
}

std::optional<Outcome> ApplicationReader::set_credit(const Node& given, Record* target)
{
    const std::string id = text_at(given, "CreditTxnID");
    Record* credit = find_txn(books_, id);
    if (credit == nullptr || name_ == nullptr) return object_not_found(id);
    const Cents owed = books_.ledger().owed(*credit);
    const Cents amount = amount_in(given, "AppliedAmount");
    const bool opposite = pays_customers() ? owed.value <= 0 : owed.value >= 0;
    const bool same = is_theirs(*credit);
    if (!opposite || !same || amount.value <= 0 || amount > open_on(*credit) ||
        (target != nullptr && amount > open_on(*target))) {
        return too_much("AppliedAmount", amount);
    }
    read_.credits.push_back({.from = credit, .to = target, .amount = amount});
    return std::nullopt;
}

std::optional<Outcome> ApplicationReader::apply(const Node& given)
{
    Record* target = nullptr;
    if (auto refusal = target_of(given, pays_customers(), target)) return refusal;
    for (const Node& child : given.children) {
        if (child.name != "SetCredit") continue;
        if (auto refusal = set_credit(child, target)) return refusal;
    }
    const Cents paid = amount_in(given, "PaymentAmount");
    const Cents discount = amount_in(given, "DiscountAmount");
    Node account{.name = "Discount"};
    if (const Node* ref = given.child("DiscountAccountRef")) account.add(*ref);
    if (discount.value != 0 && account.children.empty()) {
        return refused(3150, "There is a missing element: \"DiscountAccountRef\".");
    }
    if (auto refusal = resolve_references(books_, account, form_.noun)) return refusal;
    if (paid.value < 0 || discount.value < 0 || paid + discount > open_on(*target)) {
        return too_much("payment amount", paid);
    }
    if (paid.value == 0 && discount.value == 0) return std::nullopt;
    read_.own.push_back({.to = target,
                         .amount = paid + discount,
                         .discount = discount,
                         .discount_account = referred_in(books_, account, "DiscountAccountRef")});
    read_.applied += paid;
    read_.discounts += discount;
    return std::nullopt;
}

std::optional<Outcome> ApplicationReader::refund(const Node& given, std::string_view amount_field)
{
    Record* target = nullptr;
    if (auto refusal = target_of(given, false, target)) return refusal;
    const Cents amount =
        given.child(amount_field) == nullptr ? open_on(*target) : amount_in(given, amount_field);
    if (amount.value <= 0 || amount > open_on(*target)) return too_much(amount_field, amount);
    read_.own.push_back({.to = target, .amount = amount});
    read_.applied += amount;
    return std::nullopt;
}

void ApplicationReader::apply_by_itself(Cents total)
{
    std::vector<Record*> open;
    for (Record* txn : books_.ledger().of_name(*name_)) {
        const bool owes = pays_customers() == (books_.ledger().owed(*txn).value > 0);
        if (txn != before_ && owes && open_on(*txn).value > 0) open.push_back(txn);
    }
    std::stable_sort(open.begin(), open.end(), [](const Record* a, const Record* b) {
        return a->txn_date() < b->txn_date();
    });
    const auto exact = std::find_if(open.begin(), open.end(),
                                    [&](const Record* txn) { return open_on(*txn) == total; });
    if (exact != open.end()) open = {*exact};
    for (Record* txn : open) {
        const Cents amount = std::min(open_on(*txn), total);
        if (amount.value == 0) break;
        read_.own.push_back({.to = txn, .amount = amount});
        read_.applied += amount;
        total = total - amount;
    }
}

Node link_node(const Record& other, Link::Kind kind, Cents amount)
{
    Node link{.name = "LinkedTxn"};
    link.add("TxnID", other.id());
    link.add("TxnType", std::string(other.kind().noun));
    link.add("TxnDate", other.txn_date());
    if (!other.ref_number().empty()) link.add("RefNumber", other.ref_number());
    link.add("LinkType", kind == Link::Kind::amount ? "AMTTYPE" : "QUANTYPE");
    // QuickBooks shows what a link takes from a document as a negative amount.
    link.add("Amount", (-amount).text());
    return link;
}

// One LinkedTxn for each transaction at the other end.
void show_linked(const Record& txn, const std::vector<Link>& links, Node& tree)
{
    struct Shown {
        const Record* other;
        Link::Kind kind;
        Cents amount;
    };
    std::vector<Shown> shown;
    for (const Link& link : links) {
        if (link.kind == Link::Kind::deposit) continue;
        const Record* other = link.from == &txn ? link.to : link.from;
        const auto same = std::find_if(shown.begin(), shown.end(), [&](const Shown& known) {
            return known.other == other && known.kind == link.kind;
        });
        if (same == shown.end()) {
            shown.push_back({other, link.kind, link.amount});
        } else {
            same->amount += link.amount;
        }
    }
    for (const Shown& link : shown)
        tree.add(link_node(*link.other, link.kind, link.amount));
}

Node applied_node(const CompanyFile& books, const Form& form, const Link& link)
{
    const bool refund = form.lines == Form::Lines::refund;
    Node applied{.name = refund ? "RefundAppliedToTxnRet" : "AppliedToTxnRet"};
    applied.add("TxnID", link.to->id());
    applied.add("TxnType", std::string(link.to->kind().noun));
    applied.add("TxnDate", link.to->txn_date());
    if (!link.to->ref_number().empty()) applied.add("RefNumber", link.to->ref_number());
    applied.add(refund ? "CreditRemaining" : "BalanceRemaining",
                books.ledger().open(*link.to).text());
    applied.add(refund ? "RefundAmount" : "Amount", (link.amount - link.discount).text());
    if (link.discount.value != 0) {
        applied.add("DiscountAmount", link.discount.text());
        if (link.discount_account != nullptr) {
            applied.add(reference("DiscountAccountRef", link.discount_account->id(),
                                  link.discount_account->full_name()));
        }
    }
    return applied;
}

}  // namespace

bool names_applications(const Node& request)
{
    return std::any_of(request.children.begin(), request.children.end(), [](const Node& child) {
        return child.name.starts_with("AppliedToTxn") || child.name == "IsAutoApply" ||
               child.name.starts_with("RefundAppliedToTxn") ||
               child.name.starts_with("ApplyCheckToTxn");
    });
}

std::optional<Outcome> read_applications(const CompanyFile& books, const Form& form,
                                         const Node& request, const Node& header, Record* before,
                                         Cents total, Applications& read)
{
    ApplicationReader reader(books, form, header, before, read);
    for (const Node& child : request.children) {
        std::optional<Outcome> refusal;
        if (child.name.starts_with("AppliedToTxn")) {
            refusal = reader.apply(child);
        } else if (child.name.starts_with("RefundAppliedToTxn")) {
            refusal = reader.refund(child, "RefundAmount");
        } else if (child.name.starts_with("ApplyCheckToTxn")) {
            refusal = reader.refund(child, "Amount");
        } else if (child.name == "SetCredit") {  // of an invoice, for itself
            refusal = reader.set_credit(child, nullptr);
        }
        if (refusal) return refusal;
    }
    if (is_true(request, "IsAutoApply")) reader.apply_by_itself(total);
    return std::nullopt;
}

Cents total_of(const Form& form, const Node& tree)
{
    if (!form.total.empty()) return amount_in(tree, form.total);
    return amount_in(tree, "Subtotal") + amount_in(tree, "SalesTaxTotal");
}

void show_links(const CompanyFile& books, const Form& form, const Record& txn, Node& tree)
{
    const Ledger& ledger = books.ledger();
    std::vector<Link> links = ledger.links_from(txn);
    const std::vector<Link> incoming = ledger.links_to(txn);
    remove(tree, "LinkedTxn");
    if (form.lines == Form::Lines::applied || form.lines == Form::Lines::refund) {
        std::erase_if(tree.children, [&](const Node& child) { return is_line_of(form, child); });
        for (const Link& link : links) {
            if (link.kind == Link::Kind::amount) tree.add(applied_node(books, form, link));
        }
    }
    links.insert(links.end(), incoming.begin(), incoming.end());
    if (form.has("LinkedTxn")) show_linked(txn, links, tree);
    if (form.noun == "SalesOrder" || form.noun == "PurchaseOrder") show_progress(tree, incoming);
    if (form.open.empty()) return;
    const Cents open = ledger.open(txn);
    put(tree, form.open, open.text());
    show_home_amounts(form, tree);
    if (form.has("AppliedAmount")) {
        Cents settled;
        for (const Link& link : links) {
            if (link.kind == Link::Kind::amount) settled += link.amount;
        }
        put(tree, "AppliedAmount", (-settled).text());
    }
    const bool pending = text_at(tree, "IsPending") == "true";
    if (form.has("IsPaid")) put(tree, "IsPaid", !pending && open.value == 0 ? "true" : "false");
}

}  // namespace qbxml::simulator
