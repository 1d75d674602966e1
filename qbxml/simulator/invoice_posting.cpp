#include "qbxml/simulator/invoice_posting.h"

#include <map>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/customers.h"
#include "qbxml/simulator/references.h"

namespace qbxml::simulator {

namespace {

constexpr int days_max = 3650;  // of terms

Cents amount_at(const Node& record, std::string_view name)
{
    return Cents::parse(text_at(record, name)).value_or(Cents{});
}

Fine tax_rate_of(const CompanyFile& books, const Node& invoice)
{
    const Node* ref = invoice.child("ItemSalesTaxRef");
    if (ref == nullptr) return {};
    const Record* item = referred(books, *ref, targets_of("ItemSalesTaxRef"));
    if (item == nullptr) return {};
    return Fine::parse(item->field("TaxRate", books.names())).value_or(Fine{});
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
    remove(record, "SuggestedDiscountAmount");
    remove(record, "SuggestedDiscountDate");
    int due_days = 0;
    if (terms != nullptr && terms->kind().noun == "StandardTerms") {
        const std::string due = terms->field("StdDueDays", books.names());
        due_days = count_in(due, days_max);
        const auto percent = Fine::parse(terms->field("DiscountPct", books.names()));
        const std::string days = terms->field("StdDiscountDays", books.names());
        if (percent && percent->value > 0 && !days.empty()) {
            put(record, "SuggestedDiscountAmount",
                percent_of(total, *percent).value_or(Cents{}).text());
            put(record, "SuggestedDiscountDate", date_of_day(day + count_in(days, days_max)));
        }
    }
    if (record.child("DueDate") == nullptr) put(record, "DueDate", date_of_day(day + due_days));
    if (record.child("ShipDate") == nullptr) put(record, "ShipDate", txn_date);
}

// How much of each inventory item left with an invoice, by ListID.
std::map<std::string, std::int64_t> shipped(const CompanyFile& books, const Node& invoice)
{
    std::map<std::string, std::int64_t> shipped;
    if (text_at(invoice, "IsPending") == "true" || is_void(invoice)) return shipped;
    const Kind& inventory = *kind_of("ItemInventory");
    const auto add = [&](const Node& line) {
        const std::string id = text_at(line, "ItemRef/ListID");
        if (books.find(inventory, id) == nullptr) return;
        shipped[id] += Fine::parse(text_at(line, "Quantity")).value_or(Fine::whole(1)).value;
    };
    for (const Node& child : invoice.children) {
        if (child.name == "InvoiceLineRet") add(child);
        if (child.name != "InvoiceLineGroupRet") continue;
        for (const Node& inner : child.children) {
            if (inner.name == "InvoiceLineRet") add(inner);
        }
    }
    return shipped;
}

void post(CompanyFile& books, const Node& invoice, bool back)
{
    const Cents open = amount_at(invoice, "BalanceRemaining");
    const Cents by = back ? -open : open;
    move_customer_balance(books, text_at(invoice, "CustomerRef/ListID"), by);
    move_account_balance(books, text_at(invoice, "ARAccountRef/ListID"), by);
}

}  // namespace

bool is_taxed(const CompanyFile& books, const Node& invoice)
{
    const Node* code = invoice.child("CustomerSalesTaxCodeRef");
    if (code == nullptr) return true;
    const Record* of = referred(books, *code, targets_of("SalesTaxCodeRef"));
    return of != nullptr && of->field("IsTaxable", books.names()) == "true";
}

bool is_void(const Node& invoice)
{
    return text_at(invoice, "Memo").starts_with("VOID:") &&
           amount_at(invoice, "Subtotal") == Cents{};
}

std::optional<Outcome> total_up(const CompanyFile& books, Node& invoice, const InvoiceLines& lines)
{
    if (lines.lines.empty()) {
        return refused(3180,
                       "There was an error when saving a Invoice.  QuickBooks error message: "
                       "You cannot record a blank transaction.");
    }
    const Fine percent = tax_rate_of(books, invoice);
    const Cents tax = percent_of(lines.taxable, percent).value_or(Cents{});
    const Cents total = lines.subtotal + tax;
    if (total.value < 0) {
        return refused(3180,
                       "There was an error when saving a Invoice.  QuickBooks error message: "
                       "Transaction amount must be positive.");
    }
    if ((total + amount_at(invoice, "AppliedAmount")).value < 0) {
        return refused(3170,
                       "There was an error when modifying a Invoice.  QuickBooks error message: "
                       "The amount is less than what was paid on it.");
    }
    set_totals(invoice, lines.subtotal, tax, percent);
    apply_terms(books, invoice, total);
    return std::nullopt;
}

void set_totals(Node& invoice, Cents subtotal, Cents tax, Fine tax_percent)
{
    const bool pending = text_at(invoice, "IsPending") == "true";
    const Cents applied = amount_at(invoice, "AppliedAmount");  // negative, as QuickBooks shows it
    // A pending sale does not post, so nothing is owed for it yet.
    const Cents open = pending ? Cents{} : subtotal + tax + applied;
    put(invoice, "Subtotal", subtotal.text());
    put(invoice, "SalesTaxPercentage", tax_percent.price_text());
    put(invoice, "SalesTaxTotal", tax.text());
    put(invoice, "AppliedAmount", applied.text());
    put(invoice, "BalanceRemaining", open.text());
    put(invoice, "IsPaid", !pending && open.value == 0 ? "true" : "false");
}

void repost(CompanyFile& books, const Node& before, const Node& after, std::int64_t now)
{
    post(books, before, true);
    post(books, after, false);
    auto moved = shipped(books, after);
    for (const auto& [id, quantity] : shipped(books, before))
        moved[id] -= quantity;
    for (const auto& [id, quantity] : moved) {
        Record* item = books.find(*kind_of("ItemInventory"), id);
        const auto held = Fine::parse(item->field("QuantityOnHand", books.names()));
        if (quantity == 0 || !held) continue;
        const Fine left{held->value - quantity};
        books.change_quietly(*item, "QuantityOnHand", left.quantity_text(), now);
    }
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

}  // namespace qbxml::simulator
