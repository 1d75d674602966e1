#include "qbxml/simulator/txn_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "qbxml/grammar/grammar.h"
#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/exchange.h"
#include "qbxml/simulator/lists.h"
#include "qbxml/simulator/order_lines.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/sales_tax.h"

namespace qbxml::simulator {

namespace {

constexpr int days_max = 3650;     // of terms
constexpr int days_of_bills = 10;  // the preference for bills without terms

// What a form takes over from whose it is.
struct Taken {
    std::string_view field, from;
};
constexpr std::array<Taken, 10> taken{{{"TermsRef", "TermsRef"},
                                       {"SalesRepRef", "SalesRepRef"},
                                       {"ItemSalesTaxRef", "ItemSalesTaxRef"},
                                       {"ClassRef", "ClassRef"},
                                       {"CustomerSalesTaxCodeRef", "SalesTaxCodeRef"},
                                       {"SalesTaxCodeRef", "SalesTaxCodeRef"},
                                       {"BillAddress", "BillAddress"},
                                       {"ShipAddress", "ShipAddress"},
                                       {"VendorAddress", "VendorAddress"},
                                       {"Address", "BillAddress"}}};

// The type an account of that name must have, and the built-in one taken when none is given.
struct AccountRule {
    std::string_view noun, ref, type, special;
};
constexpr std::array<AccountRule, 13> account_rules{{
    {"", "ARAccountRef", "AccountsReceivable", ""},
    {"", "APAccountRef", "AccountsPayable", ""},
    {"SalesReceipt", "DepositToAccountRef", "", "UndepositedFunds"},
    {"ReceivePayment", "DepositToAccountRef", "", "UndepositedFunds"},
    {"ARRefundCreditCard", "RefundFromAccountRef", "", "UndepositedFunds"},
    {"Deposit", "DepositToAccountRef", "", ""},
    {"", "BankAccountRef", "Bank", ""},
    {"", "CreditCardAccountRef", "CreditCard", ""},
    {"Check", "AccountRef", "Bank", ""},
    {"CreditCardCharge", "AccountRef", "CreditCard", ""},
    {"CreditCardCredit", "AccountRef", "CreditCard", ""},
    {"", "TransferFromAccountRef", "", ""},
    {"", "TransferToAccountRef", "", ""},
}};

struct Flag {
    std::string_view name, value;
};
constexpr std::array<Flag, 8> flags{{{"IsPending", "false"},
                                     {"IsTaxIncluded", "false"},
                                     {"IsFinanceCharge", "false"},
                                     {"IsToBePrinted", "true"},
                                     {"IsToBeEmailed", "false"},
                                     {"IsActive", "true"},
                                     {"IsManuallyClosed", "false"},
                                     {"IsAdjustment", "false"}}};

std::optional<Outcome> settle_account(const CompanyFile& books, const Form& form, Node& record,
                                      std::string_view ref)
{
    if (ref.empty()) return std::nullopt;
    const auto rule =
        std::find_if(account_rules.begin(), account_rules.end(), [&](const AccountRule& known) {
            return known.ref == ref && (known.noun.empty() || known.noun == form.noun);
        });
    if (rule == account_rules.end()) return std::nullopt;
    const Record* account = referred_in(books, record, ref);
    if (account == nullptr) {
        if (!rule->special.empty()) {
            account = special_account(books, rule->special);
        } else if (!rule->type.empty()) {
            account = first_account_in(books, rule->type, record);
        } else {
            return refused(3150, fmt::format("There is a missing element: \"{}\".", ref));
        }
        if (account == nullptr) return refused(3270, "There is a missing posting account.");
        put(record, reference(ref, account->id(), account->full_name()));
    }
    const AccountClass& kind = class_of(*account, books);
    if ((!rule->type.empty() && kind.type != rule->type) || !kind.balance_sheet) {
        return refused(3210, fmt::format("The \"{}\" field has an invalid value \"{}\".  "
                                         "QuickBooks error message: The account is of the wrong "
                                         "type.",
                                         ref, account->full_name()));
    }
    return std::nullopt;
}

void take_over(const CompanyFile& books, const Form& form, Node& record, const Record& from)
{
    const bool vendor = from.kind().noun == "Vendor";
    for (const Taken& rule : taken) {
        if (!form.has(rule.field) || record.child(rule.field) != nullptr) continue;
        const std::string_view source =
            vendor && rule.field == "Address" ? std::string_view("VendorAddress") : rule.from;
        if (rule.field == "TermsRef" && form.noun == "PurchaseOrder" && !vendor) continue;
        Node field = from.subtree(source, books.names());
        if (field.name.empty() || field.children.empty()) continue;
        field.name = rule.field;
        record.add(std::move(field));
    }
}

// The date that the form would offer: that of the last one, else today.
std::string offered_date(const CompanyFile& books, const Form& form, std::int64_t now)
{
    const auto& made = books.records(form.kind());
    if (made.empty()) return date_text(now, books.profile().zone);
    return made.back()->txn_date();
}

void choose_template(const CompanyFile& books, const Form& form, Node& record)
{
    if (!form.has("TemplateRef") || record.child("TemplateRef") != nullptr) return;
    for (const auto& known : books.records(*kind_of("Template"))) {
        if (known->field("TemplateType", books.names()) != form.noun) continue;
        put(record, reference("TemplateRef", known->id(), known->full_name()));
        return;
    }
}

// Due date and early-payment discount as the terms say.
void apply_terms(const CompanyFile& books, const Form& form, Node& record, Cents total)
{
    const std::string txn_date = text_at(record, "TxnDate");
    const int day = day_number(txn_date).value_or(0);
    const Record* terms = referred_in(books, record, "TermsRef");
    remove(record, "SuggestedDiscountAmount");
    remove(record, "SuggestedDiscountDate");
    int due_days = form.noun == "Bill" && terms == nullptr ? days_of_bills : 0;
    if (terms != nullptr && terms->kind().noun == "StandardTerms") {
        due_days = count_in(terms->field("StdDueDays", books.names()), days_max);
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

std::optional<Outcome> total_sale(const CompanyFile& books, const Form& form, Node& record,
                                  const MadeLines& made)
{
    const Record* tax_item = referred_in(books, record, "ItemSalesTaxRef");
    Fine percent;
    Cents net = made.sum;
    Cents tax = made.tax;
    if (taxes_by_line(books)) {
        if (includes_tax(record)) net = net - tax;
    } else {
        if (tax_item != nullptr) percent = tax_rate_of(books, *tax_item);
        tax = percent_of(made.taxable, percent).value_or(Cents{});
    }
    const Cents total = net + tax;
    if (total.value < 0) return cannot_save(form, "Transaction amount must be positive.");
    put(record, "Subtotal", net.text());
    put(record, "SalesTaxPercentage", percent.price_text());
    put(record, "SalesTaxTotal", tax.text());
    if (!form.total.empty()) put(record, form.total, total.text());
    apply_terms(books, form, record, total);
    return std::nullopt;
}

// The total of a form whose lines pay others.
std::optional<Outcome> total_payment(const Form& form, Node& record, const Applications& applied)
{
    const bool typed = record.child(form.total) != nullptr;
    const Cents total = typed ? amount_in(record, form.total) : applied.applied;
    if (total.value <= 0) return cannot_save(form, "A payment needs an amount.");
    if (applied.applied > total) {
        return refused(3210, fmt::format("The \"payment amount\" field has an invalid value "
                                         "\"{}\".  QuickBooks error message: You cannot apply more "
                                         "than the amount due, nor more than the payment.",
                                         applied.applied.text()));
    }
    put(record, form.total, total.text());
    if (form.noun == "ReceivePayment") put(record, "UnusedCredits", "0.00");
    return std::nullopt;
}

// Money kept back from a deposit.
Cents cash_back(const Node& record)
{
    return amount_in(record, "CashBackInfoRet/Amount");
}

LineId fresh_line(const LinesOf& of)
{
    return LineId::parse(of.books.next_txn_id(of.now));
}

std::optional<Outcome> post_total(const LinesOf& of, Cents total, std::vector<Posting>& postings)
{
    Record* account = referred_in(of.books, of.header, of.form.account_ref);
    if (account == nullptr) return refused(3270, "There is a missing posting account.");
    Posting posting{.account = account, .amount = {of.form.side * total.value}};
    Record* name = name_on_form(of.books, of.form, of.header);
    if (auto refusal = name_of_posting(of, *account, nullptr, name, posting.name)) return refusal;
    postings.push_back(posting);
    return std::nullopt;
}

std::optional<Outcome> post_against(const LinesOf& of, Cents total, const std::vector<Link>& own,
                                    std::vector<Posting>& postings)
{
    Record* against = referred_in(of.books, of.header, of.form.against_ref);
    if (against == nullptr) return refused(3270, "There is a missing posting account.");
    Record* name = name_on_form(of.books, of.form, of.header);
    Cents discounts;
    for (const Link& link : own) {
        if (link.discount.value == 0 || link.discount_account == nullptr) continue;
        discounts += link.discount;
        postings.push_back({.account = link.discount_account,
                            .name = name,
                            .amount = {of.form.side * link.discount.value},
                            .line = fresh_line(of)});
    }
    Posting posting{.account = against,
                    .amount = {-of.form.side * (total + discounts).value},
                    .line = fresh_line(of)};
    if (auto refusal = name_of_posting(of, *against, nullptr, name, posting.name)) return refusal;
    postings.push_back(posting);
    return std::nullopt;
}

std::optional<Outcome> post_tax(const LinesOf& of, const MadeLines& made,
                                std::vector<Posting>& postings)
{
    const Cents tax = taxes_by_line(of.books) ? made.tax : amount_in(of.header, "SalesTaxTotal");
    if (tax.value == 0) return std::nullopt;
    Record* account = special_account(of.books, "SalesTaxPayable");
    if (account == nullptr) return refused(3270, "There is a missing posting account.");
    postings.push_back(
        {.account = account, .amount = {-of.form.side * tax.value}, .line = fresh_line(of)});
    return std::nullopt;
}

// Amounts, and what they are made of, at zero; `lines` of a form whose quantities are amounts too.
void zero(Node& node, bool quantities)
{
    const grammar::Owner* content = grammar::owner(node.name);
    for (Node& child : node.children) {
        if (!child.children.empty()) {
            zero(child, quantities);
            continue;
        }
        const grammar::Particle* particle =
            content == nullptr ? nullptr : content->find(child.name);
        if (particle == nullptr || particle->type() == nullptr) continue;
        const std::string_view type = particle->type()->name();
        if (type == "AMTTYPE" || type == "PRICETYPE") child.text = "0.00";
        if (type == "QUANTYPE" && quantities) child.text = "0";
    }
}

}  // namespace

std::optional<Outcome> settle_accounts(const CompanyFile& books, const Form& form, Node& record)
{
    for (const std::string_view ref : {form.account_ref, form.against_ref}) {
        if (auto refusal = settle_account(books, form, record, ref)) return refusal;
    }
    return std::nullopt;
}

std::optional<Outcome> fill_in(CompanyFile& books, const Form& form, Node& record, std::int64_t now)
{
    const Record* whose = name_on_form(books, form, record);
    const bool wanted = form.name_ref == "CustomerRef" && form.noun != "SalesReceipt" &&
                        form.noun != "InventoryAdjustment";
    if (whose == nullptr && wanted) {
        return refused(3150, fmt::format("There is a missing element: \"{}\".", form.name_ref));
    }
    if (whose != nullptr && form.lines != Form::Lines::adjustment) {
        if (form.noun != "TimeTracking") take_over(books, form, record, *whose);
    }
    if (auto refusal = set_address_blocks(record)) return refusal;
    if (auto refusal = settle_currency(books, form, record)) return refusal;
    if (auto refusal = settle_accounts(books, form, record)) return refusal;
    choose_template(books, form, record);
    if (record.child("TxnDate") == nullptr) {
        put(record, "TxnDate", offered_date(books, form, now));
    }
    for (const auto& [name, value] : flags) {
        if (!form.has(name) || record.child(name) != nullptr) continue;
        const bool numbered_check = name == "IsToBePrinted" && !form.account_ref.empty() &&
                                    form.lines != Form::Lines::sales;
        put(record, name, numbered_check ? "false" : value);
    }
    if (text_at(record, "IsToBeEmailed") == "true" && whose != nullptr &&
        whose->field("Email", books.names()).empty()) {
        return cannot_save(form, "The customer has no e-mail address to send the form to.");
    }
    return std::nullopt;
}

std::optional<Outcome> total_up(const CompanyFile& books, const Form& form, Node& record,
                                const MadeLines& made, const Applications& applied)
{
    const bool lined = form.lines == Form::Lines::sales || form.lines == Form::Lines::order ||
                       form.lines == Form::Lines::purchase || form.lines == Form::Lines::journal ||
                       form.lines == Form::Lines::adjustment ||
                       form.lines == Form::Lines::deposit || form.lines == Form::Lines::build;
    if (lined && made.lines.empty()) {
        return cannot_save(form, "You cannot record a blank transaction.");
    }
    switch (form.lines) {
        case Form::Lines::sales: return total_sale(books, form, record, made);
        case Form::Lines::applied:
        case Form::Lines::refund: return total_payment(form, record, applied);
        case Form::Lines::order:
        case Form::Lines::purchase:
        case Form::Lines::deposit: {
            const Cents tax = includes_tax(record) ? Cents{} : made.tax;
            const Cents total = made.sum + tax - cash_back(record);
            if (total.value < 0) return cannot_save(form, "Transaction amount must be positive.");
            put(record, form.total, total.text());
            apply_terms(books, form, record, total);
            return std::nullopt;
        }
        case Form::Lines::none:
            if (form.noun == "Transfer" && amount_in(record, "Amount").value <= 0) {
                return cannot_save(form, "A transfer needs an amount.");
            }
            return std::nullopt;
        case Form::Lines::build:
            for (const Node& field : made.head)
                put(record, field);
            return std::nullopt;
        case Form::Lines::journal:
        case Form::Lines::adjustment: break;
    }
    return std::nullopt;
}

void show_no_links(const Form& form, Node& record)
{
    if (form.noun == "SalesOrder" || form.noun == "PurchaseOrder") show_progress(record, {});
    if (form.open.empty()) return;
    const bool pending = text_at(record, "IsPending") == "true";
    // A pending sale does not post, so nothing is owed for it yet.
    const Cents open = pending ? Cents{} : total_of(form, record);
    put(record, form.open, open.text());
    if (form.has("AppliedAmount")) put(record, "AppliedAmount", "0.00");
    if (form.has("IsPaid")) put(record, "IsPaid", !pending && open.value == 0 ? "true" : "false");
    show_home_amounts(form, record);
}

std::optional<Outcome> postings_of(const LinesOf& of, const MadeLines& made,
                                   const std::vector<Link>& own, std::vector<Posting>& postings)
{
    const Form& form = of.form;
    if (text_at(of.header, "IsPending") == "true") return std::nullopt;
    if (form.side != 0) {
        const Cents total =
            form.lines == Form::Lines::adjustment ? made.sum : total_of(form, of.header);
        if (auto refusal = post_total(of, total, postings)) return refusal;
        if (!form.against_ref.empty()) {
            if (auto refusal = post_against(of, total, own, postings)) return refusal;
        }
        if (form.lines == Form::Lines::sales || form.lines == Form::Lines::purchase) {
            if (auto refusal = post_tax(of, made, postings)) return refusal;
        }
        if (const Node* back = of.header.child("CashBackInfoRet")) {
            Record* account = referred_in(of.books, *back, "AccountRef");
            if (account == nullptr) return refused(3270, "There is a missing posting account.");
            postings.push_back({.account = account,
                                .amount = cash_back(of.header),
                                .line = LineId::parse(text_at(*back, "TxnLineID"))});
        }
    }
    postings.insert(postings.end(), made.postings.begin(), made.postings.end());
    return exchange_postings(of.books, form, of.header, own, postings, of.now);
}

void make_void(const Form& form, Node& record)
{
    std::erase_if(record.children, [](const Node& child) {
        return child.name == "LinkedTxn" || child.name.ends_with("AppliedToTxnRet");
    });
    zero(record, form.lines == Form::Lines::adjustment || form.lines == Form::Lines::build);
    if (form.lines == Form::Lines::journal) {  // it has no memo of its own
        for (Node& child : record.children) {
            if (is_line_of(form, child)) put(child, "Memo", "VOID: " + text_at(child, "Memo"));
        }
    } else {
        put(record, "Memo", "VOID: " + text_at(record, "Memo"));
    }
    if (record.child("IsPending") != nullptr) put(record, "IsPending", "false");
    if (record.child("IsPaid") != nullptr) put(record, "IsPaid", "true");
}

bool is_void(const Form& form, const Node& record)
{
    if (form.lines != Form::Lines::journal) {
        return text_at(record, "Memo").starts_with("VOID:") && total_of(form, record) == Cents{};
    }
    return std::any_of(record.children.begin(), record.children.end(), [&](const Node& child) {
        return is_line_of(form, child) && text_at(child, "Memo").starts_with("VOID:") &&
               amount_in(child, "Amount") == Cents{};
    });
}

}  // namespace qbxml::simulator
