#include "qbxml/simulator/payments.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/customers.h"
#include "qbxml/simulator/invoice_posting.h"
#include "qbxml/simulator/invoices.h"
#include "qbxml/simulator/references.h"

namespace qbxml::simulator {

namespace {

const Kind& invoice_kind()
{
    return *kind_of("Invoice");
}
const Kind& payment_kind()
{
    return *kind_of("ReceivePayment");
}

struct Application {
    Record* invoice = nullptr;
    Cents amount;
    Cents discount;
    Node discount_account = {};  // resolved DiscountAccountRef, without a name when there is none
};

Cents open_on(const CompanyFile& books, const Record& invoice)
{
    return Cents::parse(invoice.field("BalanceRemaining", books.names())).value_or(Cents{});
}

Outcome too_much(Cents amount)
{
    return refused(3210, fmt::format("The \"payment amount\" field has an invalid value \"{}\".  "
                                     "QuickBooks error message: You cannot apply more than the "
                                     "amount due, nor more than the payment.",
                                     amount.text()));
}

std::optional<Outcome> read_application(const CompanyFile& books, const Node& given,
                                        const std::string& customer_id, Application& read)
{
    const std::string id = text_at(given, "TxnID");
    read.invoice = books.find(invoice_kind(), id);
    if (read.invoice == nullptr) return object_not_found(id);
    if (read.invoice->entity_id() != customer_id) {
        return refused(3210, fmt::format("The \"applied to txn ID\" field has an invalid value "
                                         "\"{}\".  QuickBooks error message: The transaction is "
                                         "another customer's.",
                                         id));
    }
    if (const Node* credit = given.child("SetCredit")) {
        return object_not_found(text_at(*credit, "CreditTxnID"));
    }
    read.amount = Cents::parse(text_at(given, "PaymentAmount")).value_or(Cents{});
    read.discount = Cents::parse(text_at(given, "DiscountAmount")).value_or(Cents{});
    Node account{.name = "Discount"};
    if (const Node* ref = given.child("DiscountAccountRef")) account.add(*ref);
    if (read.discount.value != 0 && account.children.empty()) {
        return refused(3150, "There is a missing element: \"DiscountAccountRef\".");
    }
    if (auto refusal = resolve_references(books, account, "ReceivePayment")) return refusal;
    if (!account.children.empty()) read.discount_account = account.children[0];
    if (read.amount.value < 0 || read.discount.value < 0 ||
        read.amount + read.discount > open_on(books, *read.invoice)) {
        return too_much(read.amount);
    }
    return std::nullopt;
}

// An invoice of exactly that amount, else the oldest first, as QuickBooks applies by itself.
std::vector<Application> apply_by_itself(const CompanyFile& books, const std::string& customer_id,
                                         Cents total)
{
    std::vector<Record*> open;
    for (const auto& invoice : books.records(invoice_kind())) {
        if (invoice->entity_id() == customer_id && open_on(books, *invoice).value > 0) {
            open.push_back(invoice.get());
        }
    }
    std::stable_sort(open.begin(), open.end(), [](const Record* a, const Record* b) {
        return a->txn_date() < b->txn_date();
    });
    const auto exact = std::find_if(open.begin(), open.end(), [&](const Record* invoice) {
        return open_on(books, *invoice) == total;
    });
    if (exact != open.end()) return {{.invoice = *exact, .amount = total, .discount = {}}};
    std::vector<Application> applications;
    for (Record* invoice : open) {
        const Cents amount = std::min(open_on(books, *invoice), total);
        if (amount.value == 0) break;
        applications.push_back({.invoice = invoice, .amount = amount, .discount = {}});
        total = total - amount;
    }
    return applications;
}

// Moves an invoice's applied amount and what is left open; negative takes it back.
void move_applied(CompanyFile& books, Node& invoice, Cents by)
{
    const Cents applied = Cents::parse(text_at(invoice, "AppliedAmount")).value_or(Cents{});
    const Cents open = Cents::parse(text_at(invoice, "BalanceRemaining")).value_or(Cents{}) - by;
    // QuickBooks shows what was applied as a negative amount.
    put(invoice, "AppliedAmount", (applied - by).text());
    put(invoice, "BalanceRemaining", open.text());
    put(invoice, "IsPaid", open.value == 0 ? "true" : "false");
    books.touch();
}

Node link_to(const Node& payment, const std::string& txn_id, Cents amount)
{
    Node link{.name = "LinkedTxn"};
    link.add("TxnID", txn_id);
    link.add("TxnType", "ReceivePayment");
    link.add("TxnDate", text_at(payment, "TxnDate"));
    if (const Node* number = payment.child("RefNumber")) link.add(*number);
    link.add("LinkType", "AMTTYPE");
    link.add("Amount", (-amount).text());
    return link;
}

Node applied_to(const Application& application, Cents left)
{
    Node applied{.name = "AppliedToTxnRet"};
    applied.add("TxnID", application.invoice->id());
    applied.add("TxnType", "Invoice");
    applied.add("TxnDate", application.invoice->txn_date());
    if (!application.invoice->ref_number().empty()) {
        applied.add("RefNumber", application.invoice->ref_number());
    }
    applied.add("BalanceRemaining", left.text());
    applied.add("Amount", application.amount.text());
    if (application.discount.value != 0) {
        applied.add("DiscountAmount", application.discount.text());
        applied.add(application.discount_account);
    }
    return applied;
}

// Takes the link to a transaction out of an invoice and opens it again by what was linked.
void unlink(CompanyFile& books, Record& invoice, const std::string& payment_id, Cents by,
            std::int64_t now)
{
    Node tree = invoice.tree();
    std::erase_if(tree.children, [&](const Node& child) {
        return child.name == "LinkedTxn" && text_at(child, "TxnID") == payment_id;
    });
    move_applied(books, tree, -by);
    books.change(invoice, std::move(tree), now);
}

Cents settled_by(const Node& applied)
{
    return Cents::parse(text_at(applied, "Amount")).value_or(Cents{}) +
           Cents::parse(text_at(applied, "DiscountAmount")).value_or(Cents{});
}

void post(CompanyFile& books, const Node& payment, Cents received, Cents discounts)
{
    move_customer_balance(books, text_at(payment, "CustomerRef/ListID"), -(received + discounts));
    move_account_balance(books, text_at(payment, "ARAccountRef/ListID"), -(received + discounts));
    move_account_balance(books, text_at(payment, "DepositToAccountRef/ListID"), received);
}

std::optional<Outcome> read_applications(CompanyFile& books, const Node& add,
                                         const std::string& customer_id, Cents total,
                                         std::vector<Application>& applications)
{
    if (text_at(add, "IsAutoApply") == "true" || text_at(add, "IsAutoApply") == "1") {
        applications = apply_by_itself(books, customer_id, total);
        return std::nullopt;
    }
    std::set<std::string> seen;
    Cents sum;
    for (const Node& given : add.children) {
        if (given.name != "AppliedToTxnAdd") continue;
        Application application;
        if (auto refusal = read_application(books, given, customer_id, application)) {
            return refusal;
        }
        if (!seen.insert(application.invoice->id()).second) {
            return refused(3177, fmt::format("The transaction \"{}\" is named more than once.",
                                             application.invoice->id()));
        }
        sum += application.amount;
        applications.push_back(std::move(application));
    }
    if (sum > total) return too_much(sum);
    return std::nullopt;
}

void fill_in(const CompanyFile& books, Node& record, std::int64_t now)
{
    if (record.child("TxnDate") == nullptr) {
        put(record, "TxnDate", date_text(now, books.profile().zone));
    }
    const std::pair<std::string_view, Record*> accounts[] = {
        {"ARAccountRef", first_account(books, "AccountsReceivable")},
        {"DepositToAccountRef", account_named(books, "Undeposited Funds")}};
    for (const auto& [name, account] : accounts) {
        if (record.child(name) != nullptr || account == nullptr) continue;
        put(record, reference(name, account->id(), account->full_name()));
    }
}

}  // namespace

Outcome add_payment(CompanyFile& books, const Node& add, std::int64_t now)
{
    Node record = same_fields(add, "ReceivePaymentRet");
    if (auto refusal = resolve_references(books, record, "ReceivePayment")) return *refusal;
    std::erase_if(record.children,
                  [](const Node& field) { return field.children.empty() && field.text.empty(); });
    const std::string customer_id = text_at(record, "CustomerRef/ListID");
    if (customer_id.empty()) return refused(3150, "There is a missing element: \"CustomerRef\".");
    const Cents total = Cents::parse(text_at(record, "TotalAmount")).value_or(Cents{});
    if (total.value <= 0) {
        return refused(3180,
                       "There was an error when saving a ReceivePayment.  QuickBooks error "
                       "message: A payment needs an amount.");
    }
    std::vector<Application> applications;
    if (auto refusal = read_applications(books, add, customer_id, total, applications)) {
        return *refusal;
    }
    fill_in(books, record, now);
    const std::string id = books.next_txn_id(now);
    put(record, "TxnID", id);
    put(record, "TxnNumber", std::to_string(books.next_txn_number()));
    Cents unused = total;
    Cents discounts;
    for (const Application& application : applications) {
        const Cents settled = application.amount + application.discount;
        Node tree = application.invoice->tree();
        move_applied(books, tree, settled);
        tree.add(link_to(record, id, settled));
        const Cents left = Cents::parse(text_at(tree, "BalanceRemaining")).value_or(Cents{});
        books.change(*application.invoice, std::move(tree), now);
        record.add(applied_to(application, left));
        unused = unused - application.amount;
        discounts += application.discount;
    }
    put(record, "UnusedPayment", unused.text());
    put(record, "UnusedCredits", "0.00");
    post(books, record, total, discounts);
    return {.record = &books.add(payment_kind(), std::move(record), now)};
}

void delete_payment(CompanyFile& books, Record& payment, std::int64_t now)
{
    const Node tree = payment.tree();
    Cents discounts;
    for (const Node& applied : tree.children) {
        if (applied.name != "AppliedToTxnRet") continue;
        discounts += Cents::parse(text_at(applied, "DiscountAmount")).value_or(Cents{});
        if (Record* invoice = books.find(invoice_kind(), text_at(applied, "TxnID"))) {
            unlink(books, *invoice, payment.id(), settled_by(applied), now);
        }
    }
    const Cents total = Cents::parse(text_at(tree, "TotalAmount")).value_or(Cents{});
    post(books, tree, -total, -discounts);
    books.remove(payment, now);
}

void release_payments(CompanyFile& books, Record& invoice, std::int64_t now)
{
    const std::string invoice_id = invoice.id();
    const Node before = invoice.tree();
    for (const Node& link : before.children) {
        if (link.name != "LinkedTxn") continue;
        Record* payment = books.find(payment_kind(), text_at(link, "TxnID"));
        if (payment == nullptr) continue;
        Node tree = payment->tree();
        Cents unused = Cents::parse(text_at(tree, "UnusedPayment")).value_or(Cents{});
        Cents settled;
        Cents discounts;
        for (const Node& applied : tree.children) {
            if (applied.name != "AppliedToTxnRet" || text_at(applied, "TxnID") != invoice_id) {
                continue;
            }
            settled += settled_by(applied);
            unused += Cents::parse(text_at(applied, "Amount")).value_or(Cents{});
            discounts += Cents::parse(text_at(applied, "DiscountAmount")).value_or(Cents{});
        }
        std::erase_if(tree.children, [&](const Node& child) {
            return child.name == "AppliedToTxnRet" && text_at(child, "TxnID") == invoice_id;
        });
        put(tree, "UnusedPayment", unused.text());
        // A discount was no money: it is owed again.
        post(books, tree, {}, -discounts);
        const std::string payment_id = payment->id();
        books.change(*payment, std::move(tree), now);
        unlink(books, invoice, payment_id, settled, now);
    }
}

}  // namespace qbxml::simulator
