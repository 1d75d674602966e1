#include "qbxml/simulator/invoices.h"

#include <fmt/format.h>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/customers.h"
#include "qbxml/simulator/invoice_lines.h"
#include "qbxml/simulator/invoice_posting.h"
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

void copy_address(const CompanyFile& books, Node& record, std::string_view name,
                  const Record& customer)
{
    if (record.child(name) != nullptr) return;
    Node address = customer.subtree(name, books.names());
    if (!address.name.empty()) record.add(std::move(address));
}

// The date that the form would offer: that of the invoice made last, else today.
std::string offered_date(const CompanyFile& books, std::int64_t now)
{
    const auto& invoices = books.records(invoice_kind());
    if (invoices.empty()) return date_text(now, books.profile().zone);
    return invoices.back()->txn_date();
}

// What the form fills in from the customer and the books.
std::optional<Outcome> fill_in(CompanyFile& books, Node& record, const Record& customer,
                               std::int64_t now)
{
    for (const std::string_view name : {"TermsRef", "SalesRepRef", "ItemSalesTaxRef", "ClassRef"}) {
        copy_ref(books, record, name, customer, name);
    }
    copy_ref(books, record, "CustomerSalesTaxCodeRef", customer, "SalesTaxCodeRef");
    copy_address(books, record, "BillAddress", customer);
    copy_address(books, record, "ShipAddress", customer);
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

    const std::string txn_id = books.next_txn_id(now);
    LineMaker maker(books, now, is_taxed(books, record));
    for (const Node& line : add.children) {
        if (!is_line_request(line.name)) continue;
        if (auto refusal = maker.add(line)) return *refusal;
    }
    InvoiceLines lines = maker.take();
    if (auto refusal = total_up(books, record, lines)) return *refusal;
    put(record, "TxnID", txn_id);
    put(record, "TxnNumber", std::to_string(books.next_txn_number()));
    if (counted) put(record, "RefNumber", books.next_ref_number(invoice_kind()));
    for (Node& line : lines.lines)
        record.add(std::move(line));
    repost(books, {}, record, now);
    return {.record = &books.add(invoice_kind(), std::move(record), now)};
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
    set_totals(record, amount, {}, {});
    put(record, "DueDate", txn_date);
    put(record, "ShipDate", txn_date);
    put(record, "TxnID", books.next_txn_id(now));
    put(record, "TxnNumber", std::to_string(books.next_txn_number()));
    repost(books, {}, record, now);
    books.add(invoice_kind(), std::move(record), now);
}

Outcome void_invoice(CompanyFile& books, Record& invoice, std::int64_t now)
{
    Node tree = invoice.tree();
    if (is_void(tree)) return {.record = &invoice};
    release_payments(books, invoice, now);
    const Node before = invoice.tree();
    tree = before;
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
    repost(books, before, tree, now);
    books.change(invoice, std::move(tree), now);
    return {.record = &invoice};
}

void delete_invoice(CompanyFile& books, Record& invoice, std::int64_t now)
{
    release_payments(books, invoice, now);
    repost(books, invoice.tree(), {}, now);
    books.remove(invoice, now);
}

}  // namespace qbxml::simulator
