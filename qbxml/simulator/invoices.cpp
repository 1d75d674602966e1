#include "qbxml/simulator/invoices.h"

#include <fmt/format.h>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/customers.h"
#include "qbxml/simulator/invoice_lines.h"
#include "qbxml/simulator/lists.h"
#include "qbxml/simulator/payments.h"
#include "qbxml/simulator/references.h"

namespace qbxml::simulator {

namespace {

const Kind& invoice_kind()
{
    static const Kind& kind = *kind_of("Invoice");
    return kind;
}

void copy_ref(const CompanyFile& books, Node& record, std::string_view name, const Record& from,
              std::string_view from_name)
{
    if (record.child(name) != nullptr) return;
    const std::string id = from.field(from_name, "ListID", books.names());
    if (id.empty()) return;
    put(record, reference(name, id, from.field(from_name, "FullName", books.names())));
}

void copy_address(Node& record, std::string_view name, const Node& customer)
{
    if (record.child(name) != nullptr) return;
    if (const Node* address = customer.child(name)) record.add(*address);
}

// The date that the form would offer: that of the invoice made last, else today.
std::string offered_date(const CompanyFile& books, std::int64_t now)
{
    const auto& invoices = books.records(invoice_kind());
    if (invoices.empty()) return date_text(now, books.profile().zone);
    return invoices.back()->txn_date();
}

// Due date and early-payment discount as the terms say.
void apply_terms(const CompanyFile& books, Node& record, Cents total)
{
    const std::string txn_date = text_at(record, "TxnDate");
    const int day = day_number(txn_date).value_or(0);
    const Record* terms = nullptr;
    if (const Node* ref = record.child("TermsRef")) {
        terms = referred(books, *ref, targets_of("TermsRef"));
    }
    int due_days = 0;
    if (terms != nullptr && terms->kind().noun == "StandardTerms") {
        const std::string due = terms->field("StdDueDays", books.names());
        if (!due.empty()) due_days = std::stoi(due);
        const auto percent = Fine::parse(terms->field("DiscountPct", books.names()));
        const std::string days = terms->field("StdDiscountDays", books.names());
        if (percent && percent->value > 0 && !days.empty()) {
            put(record, "SuggestedDiscountAmount",
                percent_of(total, *percent).value_or(Cents{}).text());
            put(record, "SuggestedDiscountDate", date_of_day(day + std::stoi(days)));
        }
    }
    if (record.child("DueDate") == nullptr) put(record, "DueDate", date_of_day(day + due_days));
    if (record.child("ShipDate") == nullptr) put(record, "ShipDate", txn_date);
}

// What the form fills in from the customer and the books.
std::optional<Outcome> fill_in(CompanyFile& books, Node& record, const Record& customer,
                               std::int64_t now)
{
    for (const std::string_view name : {"TermsRef", "SalesRepRef", "ItemSalesTaxRef", "ClassRef"}) {
        copy_ref(books, record, name, customer, name);
    }
    copy_ref(books, record, "CustomerSalesTaxCodeRef", customer, "SalesTaxCodeRef");
    const Node entity = customer.tree();
    copy_address(record, "BillAddress", entity);
    copy_address(record, "ShipAddress", entity);
    if (auto refusal = set_address_blocks(record)) return refusal;
    if (record.child("ARAccountRef") == nullptr) {
        const Record* account = first_account(books, "AccountsReceivable");
        if (account == nullptr) return refused(3270, "There is a missing posting account.");
        put(record, reference("ARAccountRef", account->id(), account->full_name()));
    }
    if (record.child("TemplateRef") == nullptr) {
        const auto& templates = books.records(*kind_of("Template"));
        if (!templates.empty()) {
            put(record, reference("TemplateRef", templates[0]->id(), templates[0]->full_name()));
        }
    }
    if (record.child("TxnDate") == nullptr) put(record, "TxnDate", offered_date(books, now));
    constexpr std::pair<std::string_view, std::string_view> flags[] = {{"IsPending", "false"},
                                                                       {"IsFinanceCharge", "false"},
                                                                       {"IsToBePrinted", "true"},
                                                                       {"IsToBeEmailed", "false"}};
    for (const auto& [name, value] : flags) {
        if (record.child(name) == nullptr) put(record, name, value);
    }
    if (text_at(record, "IsToBeEmailed") == "true" &&
        customer.field("Email", books.names()).empty()) {
        return refused(3180,
                       "There was an error when saving a Invoice.  QuickBooks error message: "
                       "The customer has no e-mail address to send the form to.");
    }
    return std::nullopt;
}

struct Totals {
    Cents subtotal;
    Cents tax;
    Fine percent;
};

Totals totals_of(const CompanyFile& books, const Node& record, const InvoiceLines& lines)
{
    Totals totals{.subtotal = lines.subtotal, .tax = {}, .percent = {}};
    if (const Node* ref = record.child("ItemSalesTaxRef")) {
        if (const Record* item = referred(books, *ref, targets_of("ItemSalesTaxRef"))) {
            totals.percent = Fine::parse(item->field("TaxRate", books.names())).value_or(Fine{});
        }
    }
    totals.tax = percent_of(lines.taxable, totals.percent).value_or(Cents{});
    return totals;
}

void set_totals(Node& record, const Totals& totals)
{
    const bool pending = text_at(record, "IsPending") == "true";
    const Cents total = totals.subtotal + totals.tax;
    // A pending sale does not post, so nothing is owed for it yet.
    const Cents open = pending ? Cents{} : total;
    put(record, "Subtotal", totals.subtotal.text());
    put(record, "SalesTaxPercentage", totals.percent.price_text());
    put(record, "SalesTaxTotal", totals.tax.text());
    put(record, "AppliedAmount", "0.00");
    put(record, "BalanceRemaining", open.text());
    put(record, "IsPaid", !pending && open.value == 0 ? "true" : "false");
}

void ship(CompanyFile& books, const std::vector<InvoiceLines::Sold>& sold, std::int64_t now)
{
    const Kind& kind = *kind_of("ItemInventory");
    for (const auto& [item_id, quantity] : sold) {
        Record* item = books.find(kind, item_id);
        if (item == nullptr) continue;
        const auto held = Fine::parse(item->field("QuantityOnHand", books.names()));
        if (!held) continue;
        Node tree = item->tree();
        put(tree, "QuantityOnHand", Fine{held->value - quantity.value}.quantity_text());
        books.change_quietly(*item, std::move(tree), now);
    }
}

// Posts what an invoice adds to what is owed.
void post(CompanyFile& books, const Record& invoice, Cents amount)
{
    move_customer_balance(books, invoice.entity_id(), amount);
    move_account_balance(books, invoice.field("ARAccountRef", "ListID", books.names()), amount);
}

bool is_line_request(std::string_view name)
{
    return name == "InvoiceLineAdd" || name == "InvoiceLineGroupAdd";
}

// What the form of these books does not offer.
std::optional<Outcome> refuse_unoffered(const Node& add)
{
    for (const Node& field : add.children) {
        if (field.name == "LinkToTxnID") return object_not_found(field.text);
        if (field.name == "SetCredit") return object_not_found(text_at(field, "CreditTxnID"));
        if (field.name == "DiscountLineAdd" || field.name == "SalesTaxLineAdd" ||
            field.name == "ShippingLineAdd" || field.name == "ExchangeRate") {
            return feature_not_enabled(field.name);
        }
    }
    return std::nullopt;
}

}  // namespace

Record* first_account(const CompanyFile& books, std::string_view account_type)
{
    for (const auto& account : books.records(*kind_of("Account"))) {
        if (account->field("AccountType", books.names()) == account_type) return account.get();
    }
    return nullptr;
}

Record* account_named(const CompanyFile& books, std::string_view full_name)
{
    return books.find_by_name(*kind_of("Account"), full_name);
}

void move_account_balance(CompanyFile& books, std::string_view list_id, Cents by)
{
    Record* account = books.find(*kind_of("Account"), list_id);
    if (account == nullptr) return;
    books.move_amount(*account, "Balance", by);
    for (int level = 0; account != nullptr && level < 5; ++level) {
        books.move_amount(*account, "TotalBalance", by);
        account = books.find(*kind_of("Account"), account->parent_id());
    }
}

Outcome add_invoice(CompanyFile& books, const Node& add, std::int64_t now)
{
    if (auto refusal = refuse_unoffered(add)) return *refusal;
    Node record = same_fields(add, "InvoiceRet");
    if (auto refusal = resolve_references(books, record, "Invoice")) return *refusal;
    const Record* customer =
        books.find(*kind_of("Customer"), text_at(record, "CustomerRef/ListID"));
    if (customer == nullptr) return refused(3150, "There is a missing element: \"CustomerRef\".");
    // An empty RefNumber stays blank; one left out is counted on.
    const bool counted = record.child("RefNumber") == nullptr;
    std::erase_if(record.children,
                  [](const Node& field) { return field.children.empty() && field.text.empty(); });
    if (auto refusal = fill_in(books, record, *customer, now)) return *refusal;

    bool taxed = true;
    if (const Node* code = record.child("CustomerSalesTaxCodeRef")) {
        const Record* of = referred(books, *code, targets_of("SalesTaxCodeRef"));
        taxed = of != nullptr && of->field("IsTaxable", books.names()) == "true";
    }
    const std::string txn_id = books.next_txn_id(now);
    LineMaker maker(books, now, taxed);
    for (const Node& line : add.children) {
        if (!is_line_request(line.name)) continue;
        if (auto refusal = maker.add(line)) return *refusal;
    }
    InvoiceLines lines = maker.take();
    if (lines.lines.empty()) {
        return refused(3180,
                       "There was an error when saving a Invoice.  QuickBooks error message: "
                       "You cannot record a blank transaction.");
    }
    const Totals totals = totals_of(books, record, lines);
    if ((totals.subtotal + totals.tax).value < 0) {
        return refused(3180,
                       "There was an error when saving a Invoice.  QuickBooks error message: "
                       "Transaction amount must be positive.");
    }
    set_totals(record, totals);
    apply_terms(books, record, totals.subtotal + totals.tax);
    put(record, "TxnID", txn_id);
    put(record, "TxnNumber", std::to_string(books.next_txn_number()));
    if (counted) put(record, "RefNumber", books.next_ref_number(invoice_kind()));
    for (Node& line : lines.lines)
        record.add(std::move(line));
    const Record& invoice = books.add(invoice_kind(), std::move(record), now);
    if (invoice.field("IsPending", books.names()) != "true") {
        post(books, invoice, totals.subtotal + totals.tax);
        ship(books, lines.sold, now);
    }
    return {.record = &invoice};
}

void add_opening_invoice(CompanyFile& books, const Record& customer, Cents amount,
                         const std::string& txn_date, std::int64_t now)
{
    Node record{.name = "InvoiceRet"};
    put(record, reference("CustomerRef", customer.id(), customer.full_name()));
    put(record, "TxnDate", txn_date);
    put(record, "Memo", "Opening balance");
    put(record, "IsToBePrinted", "false");
    // The form cannot refuse: the account is part of every books, and the flags are as they should.
    if (fill_in(books, record, customer, now)) return;
    set_totals(record, {.subtotal = amount, .tax = {}, .percent = {}});
    put(record, "DueDate", txn_date);
    put(record, "ShipDate", txn_date);
    put(record, "TxnID", books.next_txn_id(now));
    put(record, "TxnNumber", std::to_string(books.next_txn_number()));
    post(books, books.add(invoice_kind(), std::move(record), now), amount);
}

Outcome void_invoice(CompanyFile& books, Record& invoice, std::int64_t now)
{
    release_payments(books, invoice, now);
    const auto open = Cents::parse(invoice.field("BalanceRemaining", books.names()));
    post(books, invoice, -open.value_or(Cents{}));
    Node tree = invoice.tree();
    const auto zero = [](Node& node) {
        for (const std::string_view amount :
             {"Subtotal", "SalesTaxTotal", "AppliedAmount", "BalanceRemaining", "Amount",
              "TotalAmount", "SuggestedDiscountAmount"}) {
            if (node.child(amount) != nullptr) put(node, amount, "0.00");
        }
        if (node.child("Rate") != nullptr) put(node, "Rate", "0.00");
    };
    zero(tree);
    for (Node& line : tree.children) {
        if (line.name != "InvoiceLineRet" && line.name != "InvoiceLineGroupRet") continue;
        zero(line);
        for (Node& inner : line.children) {
            if (inner.name == "InvoiceLineRet") zero(inner);
        }
    }
    put(tree, "Memo", "VOID: " + text_at(tree, "Memo"));
    put(tree, "IsPaid", "true");
    put(tree, "IsPending", "false");
    books.change(invoice, std::move(tree), now);
    return {.record = &invoice};
}

void delete_invoice(CompanyFile& books, Record& invoice, std::int64_t now)
{
    release_payments(books, invoice, now);
    const auto open = Cents::parse(invoice.field("BalanceRemaining", books.names()));
    post(books, invoice, -open.value_or(Cents{}));
    books.remove(invoice, now);
}

}  // namespace qbxml::simulator
