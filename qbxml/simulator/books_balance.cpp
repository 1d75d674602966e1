// The check that books hold together. Nothing here is computed as the postings were made: balances
// as records show them are held against the ledger, and the ledger against itself.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/exchange.h"
#include "qbxml/simulator/forms.h"
#include "qbxml/simulator/settlements.h"
#include "qbxml/simulator/txn_header.h"
#include "qbxml/simulator/txn_lines.h"

namespace qbxml::simulator {

namespace {

constexpr std::size_t breaches_max = 100;

class Auditor {
public:
    explicit Auditor(const CompanyFile& books) : books_(books), ledger_(books.ledger()) {}

    std::vector<std::string> audit()
    {
        for (const Kind* kind : all_kinds()) {
            if (kind->is_list()) continue;
            for (const auto& txn : books_.records(*kind))
                look_at(*txn);
        }
        check_accounts();
        check_names("Customer", 1);
        check_names("Vendor", -1);
        check_stock();
        return std::move(breaches_);
    }

private:
    template <class... Parts>
    void breach(fmt::format_string<Parts...> text, Parts&&... parts)
    {
        if (breaches_.size() < breaches_max) {
            breaches_.push_back(fmt::format(text, std::forward<Parts>(parts)...));
        }
    }
    Cents shown(const Record& record, std::string_view field) const
    {
        return Cents::parse(record.field(field, books_.names())).value_or(Cents{});
    }
    void look_at(const Record& txn);
    void check_document(const Record& txn, const Form& form, const Node& tree);
    void check_settled(const Record& txn, const Form& form, const Node& tree);
    void check_accounts();
    void check_names(std::string_view noun, int sign);
    void check_stock();
    void check_stock_of(std::string_view noun);
    Cents with_children(const Record& top, const std::map<const Record*, Cents>& sums) const;

    const CompanyFile& books_;
    const Ledger& ledger_;
    std::vector<std::string> breaches_;
    std::map<const Record*, Cents> accounts_, names_, open_;
    std::map<const Record*, Stock> stocks_;
    std::map<const Record*, std::int64_t> orders_;
};

void Auditor::look_at(const Record& txn)
{
    const Form* form = form_of(txn.kind().noun);
    if (form == nullptr) return;
    Cents balance;
    for (const Posting& posting : ledger_.postings(txn)) {
        if (posting.account == nullptr) {
            if (posting.item != nullptr) orders_[posting.item] += posting.quantity.value;
            continue;
        }
        balance += posting.amount;
        accounts_[posting.account] += posting.in_account();
        if (posting.personal) {
            names_[posting.name] += posting.in_account();
            const Cents open = ledger_.open(txn);
            open_[posting.name] += ledger_.owed(txn).value < 0 ? -open : open;
        }
        if (posting.item == nullptr) continue;
        stocks_[posting.item].quantity.value += posting.quantity.value;
        stocks_[posting.item].value += posting.amount;
    }
    if (balance.value != 0) {
        breach("{} {}: debits and credits differ by {}", form->noun, txn.id(), balance.text());
    }
    const Node tree = txn.tree();
    check_document(txn, *form, tree);
    check_settled(txn, *form, tree);
}

// The total on the form is what was posted to its account.
void Auditor::check_document(const Record& txn, const Form& form, const Node& tree)
{
    if (form.side == 0 || form.lines == Form::Lines::adjustment) return;
    const Cents total = text_at(tree, "IsPending") == "true" ? Cents{} : total_of(form, tree);
    const Exchange exchange = exchange_of(books_, form, tree);
    for (const Posting& posting : ledger_.postings(txn)) {
        if (posting.line) continue;
        const Cents expected = posting.foreign ? total : exchange.home(total);
        if (posting.in_account().value == form.side * expected.value) continue;
        breach("{} {}: its total is {}, posted were {}", form.noun, txn.id(), total.text(),
               posting.in_account().text());
    }
}

// What the form shows of its links is what the ledger knows.
void Auditor::check_settled(const Record& txn, const Form& form, const Node& tree)
{
    Node expected = tree;
    // What stayed open on others is told as it was when this one was changed last.
    std::vector<std::string> then;
    for (const Node& child : tree.children) {
        if (child.name == "AppliedToTxnRet") then.push_back(text_at(child, "BalanceRemaining"));
        if (child.name == "RefundAppliedToTxnRet") {
            then.push_back(text_at(child, "CreditRemaining"));
        }
    }
    if (!is_void(form, tree)) show_links(books_, form, txn, expected);
    std::size_t at = 0;
    for (Node& child : expected.children) {
        if (!child.name.ends_with("AppliedToTxnRet")) continue;
        const std::string_view field =
            child.name.starts_with("Refund") ? "CreditRemaining" : "BalanceRemaining";
        for (Node& part : child.children) {
            if (part.name == field && at < then.size()) part.text = then[at];
        }
        ++at;
    }
    const auto sorted = [](Node node) {
        std::string text;
        std::vector<std::string> parts;
        for (const Node& child : node.children) {
            std::string part;
            append_element(part, child);
            parts.push_back(std::move(part));
        }
        std::sort(parts.begin(), parts.end());
        return parts;
    };
    if (sorted(tree) != sorted(expected)) {
        breach("{} {}: it does not show its links as they are", form.noun, txn.id());
    }
    if (ledger_.open(txn).value < 0) {
        breach("{} {}: {} more were settled than it comes to", form.noun, txn.id(),
               (-ledger_.open(txn)).text());
    }
}

Cents Auditor::with_children(const Record& top, const std::map<const Record*, Cents>& sums) const
{
    Cents sum;
    if (const auto own = sums.find(&top); own != sums.end()) sum = own->second;
    for (const auto& record : books_.records(top.kind())) {
        if (record->parent_id() == top.id()) sum += with_children(*record, sums);
    }
    return sum;
}

void Auditor::check_accounts()
{
    for (const auto& account : books_.records(*kind_of("Account"))) {
        const AccountClass& kind = class_of(*account, books_);
        const int sign = kind.balance_sheet ? (kind.debit ? 1 : -1) : 0;
        const Cents own{sign * accounts_[account.get()].value};
        const Cents all{sign * with_children(*account, accounts_).value};
        if (shown(*account, "Balance") != own || shown(*account, "TotalBalance") != all) {
            breach("account {}: it shows {} and {}, its postings are {} and {}",
                   account->full_name(), shown(*account, "Balance").text(),
                   shown(*account, "TotalBalance").text(), own.text(), all.text());
        }
    }
}

void Auditor::check_names(std::string_view noun, int sign)
{
    for (const auto& name : books_.records(*kind_of(noun))) {
        const Cents own{sign * names_[name.get()].value};
        const Cents open{sign * open_[name.get()].value};
        if (shown(*name, "Balance") != own || open != own) {
            breach("{} {}: the balance shown is {}, the postings are {}, the open documents {}",
                   noun, name->full_name(), shown(*name, "Balance").text(), own.text(),
                   open.text());
        }
    }
    if (noun != "Customer") return;
    std::map<const Record*, Cents> with_jobs;  // each adds to all above it
    for (const auto& name : books_.records(*kind_of(noun))) {
        const Record* above = name.get();
        for (int level = 0; above != nullptr && level < 5; ++level) {
            with_jobs[above] += names_[name.get()];
            above = books_.find(above->kind(), above->parent_id());
        }
    }
    for (const auto& name : books_.records(*kind_of(noun))) {
        if (shown(*name, "TotalBalance") == with_jobs[name.get()]) continue;
        breach("customer {}: with its jobs it shows {}, the postings are {}", name->full_name(),
               shown(*name, "TotalBalance").text(), with_jobs[name.get()].text());
    }
}

void Auditor::check_stock()
{
    for (const std::string_view noun : {"ItemInventory", "ItemInventoryAssembly"})
        check_stock_of(noun);
}

void Auditor::check_stock_of(std::string_view noun)
{
    for (const auto& item : books_.records(*kind_of(noun))) {
        const Stock stock = stocks_[item.get()];
        const auto quantity = [&](std::string_view field) {
            return Fine::parse(item->field(field, books_.names())).value_or(Fine{});
        };
        if (quantity("QuantityOnHand") != stock.quantity || ledger_.stock(*item) != stock) {
            breach("item {}: it shows {}, its postings are {}", item->full_name(),
                   quantity("QuantityOnHand").quantity_text(), stock.quantity.quantity_text());
        }
        const std::int64_t ordered =
            quantity("QuantityOnOrder").value + quantity("QuantityOnSalesOrder").value;
        if (ordered != orders_[item.get()]) {
            breach("item {}: it shows {} on order, the orders are {}", item->full_name(),
                   Fine{ordered}.quantity_text(), Fine{orders_[item.get()]}.quantity_text());
        }
    }
}

}  // namespace

std::vector<std::string> books_balance(const CompanyFile& books)
{
    return Auditor(books).audit();
}

}  // namespace qbxml::simulator
