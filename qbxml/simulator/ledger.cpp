#include "qbxml/simulator/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/customers.h"

namespace qbxml::simulator {

namespace {

constexpr std::array<AccountClass, 16> classes{{
    {"Bank", true, true},
    {"AccountsReceivable", true, true},
    {"OtherCurrentAsset", true, true},
    {"FixedAsset", true, true},
    {"OtherAsset", true, true},
    {"AccountsPayable", false, true},
    {"CreditCard", false, true},
    {"OtherCurrentLiability", false, true},
    {"LongTermLiability", false, true},
    {"Equity", false, true},
    {"Income", false, false},
    {"OtherIncome", false, false},
    {"CostOfGoodsSold", true, false},
    {"Expense", true, false},
    {"OtherExpense", true, false},
    {"NonPosting", true, false},
}};
constexpr int levels_max = 5;

// Sums by record, in the order in which they came: a transaction touches few.
template <class Amount>
class Sums {
public:
    Amount& at(Record* record)
    {
        for (auto& [known, sum] : sums_) {
            if (known == record) return sum;
        }
        return sums_.emplace_back(record, Amount{}).second;
    }
    const std::vector<std::pair<Record*, Amount>>& all() const { return sums_; }

private:
    std::vector<std::pair<Record*, Amount>> sums_;
};

// What postings come to, by what they move.
struct Moves {
    Sums<Cents> accounts, names;
    Sums<Stock> stocks;
    Sums<Fine> orders;

    void count(const Posting& posting, int sign)
    {
        const Cents amount{posting.amount.value * sign};
        const Cents shown{posting.in_account().value * sign};
        const Fine quantity{posting.quantity.value * sign};
        if (posting.account == nullptr) {
            if (posting.item != nullptr) orders.at(posting.item).value += quantity.value;
            return;
        }
        accounts.at(posting.account) += shown;
        if (posting.personal && posting.name != nullptr) names.at(posting.name) += shown;
        if (posting.item == nullptr) return;
        Stock& stock = stocks.at(posting.item);
        stock.quantity.value += quantity.value;
        stock.value += amount;
    }
};

void move_account(CompanyFile& books, Record* account, Cents debit)
{
    const AccountClass& kind = class_of(*account, books);
    if (!kind.balance_sheet) return;  // QuickBooks shows no balance of income and expenses
    const Cents by = kind.debit ? debit : -debit;
    books.move_amount(*account, "Balance", by);
    for (int level = 0; account != nullptr && level < levels_max; ++level) {
        books.move_amount(*account, "TotalBalance", by);
        account = books.find(account->kind(), account->parent_id());
    }
}

// Debits are what customers owe, credits what is owed to vendors.
void move_name(CompanyFile& books, Record* name, Cents debit)
{
    if (name->kind().noun == "Customer") {
        move_customer_balance(books, name->id(), debit);
    } else {
        books.move_amount(*name, "Balance", -debit);
    }
}

void move_quantity(CompanyFile& books, Record& item, std::string_view field, Fine by,
                   std::int64_t now)
{
    const auto held = Fine::parse(item.field(field, books.names()));
    if (!held || by.value == 0) return;
    books.change_quietly(item, field, Fine{held->value + by.value}.quantity_text(), now);
}

void show_stock(CompanyFile& books, Record& item, const Stock& stock, std::int64_t now)
{
    books.change_quietly(item, "QuantityOnHand", stock.quantity.quantity_text(), now);
    if (stock.quantity.value > 0 && stock.value.value > 0) {
        books.set_field(item, "AverageCost", rate_of(stock.value, stock.quantity).price_text());
    }
}

std::string_view order_field(const Record& txn)
{
    return txn.kind().noun == "PurchaseOrder" ? "QuantityOnOrder" : "QuantityOnSalesOrder";
}

}  // namespace

std::string LineId::text() const
{
    return fmt::format("{:X}-{}", serial, time);
}

LineId LineId::parse(std::string_view text)
{
    LineId id;
    const char* end = text.data() + text.size();
    const auto [dash, error] = std::from_chars(text.data(), end, id.serial, 16);
    if (error != std::errc() || dash == end || *dash != '-') return {};
    const auto [stop, wrong] = std::from_chars(dash + 1, end, id.time);
    return wrong == std::errc() && stop == end ? id : LineId{};
}

Cents Stock::worth(Fine by, Fine cost) const
{
    if (quantity.value > 0 && value.value > 0) {
        if (by.value == -quantity.value) return -value;  // the last one takes what is left
        return extend(by, rate_of(value, quantity)).value_or(Cents{});
    }
    return extend(by, cost).value_or(Cents{});
}

const AccountClass& class_of(const Record& account, const CompanyFile& books)
{
    const std::string type = account.field("AccountType", books.names());
    const auto found = std::find_if(classes.begin(), classes.end(),
                                    [&](const AccountClass& known) { return known.type == type; });
    return found == classes.end() ? classes.back() : *found;
}

bool is_personal(const AccountClass& account)
{
    return account.type == "AccountsReceivable" || account.type == "AccountsPayable";
}

Record* first_account(const CompanyFile& books, std::string_view account_type)
{
    for (const auto& account : books.records(*kind_of("Account"))) {
        if (account->field("AccountType", books.names()) == account_type) return account.get();
    }
    return nullptr;
}

Record* special_account(const CompanyFile& books, std::string_view special_type)
{
    for (const auto& account : books.records(*kind_of("Account"))) {
        if (account->field("SpecialAccountType", books.names()) == special_type) {
            return account.get();
        }
    }
    return nullptr;
}

Record* find_txn(const CompanyFile& books, std::string_view txn_id)
{
    for (const Kind* kind : all_kinds()) {
        if (kind->is_list()) continue;
        if (Record* found = books.find(*kind, txn_id)) return found;
    }
    return nullptr;
}

const std::vector<Posting>& Ledger::postings(const Record& txn) const
{
    static const std::vector<Posting> nothing;
    const auto found = postings_.find(&txn);
    return found == postings_.end() ? nothing : found->second;
}

const std::vector<Record*>& Ledger::of_name(const Record& name) const
{
    static const std::vector<Record*> nothing;
    const auto found = of_name_.find(&name);
    return found == of_name_.end() ? nothing : found->second;
}

Stock Ledger::stock(const Record& item) const
{
    const auto found = stocks_.find(&item);
    return found == stocks_.end() ? Stock{} : found->second;
}

Stock Ledger::stock_without(const Record& item, const Record& txn) const
{
    Stock left = stock(item);
    for (const Posting& posting : postings(txn)) {
        if (posting.item != &item || posting.account == nullptr) continue;
        left.quantity.value -= posting.quantity.value;
        left.value = left.value - posting.amount;
    }
    return left;
}

void Ledger::index(Record& txn)
{
    for (const Posting& posting : postings(txn)) {
        if (!posting.personal || posting.name == nullptr) continue;
        auto& known = of_name_[posting.name];
        if (known.empty() || known.back() != &txn) known.push_back(&txn);
    }
}

void Ledger::unindex(Record& txn)
{
    for (const Posting& posting : postings(txn)) {
        if (posting.personal && posting.name != nullptr) std::erase(of_name_[posting.name], &txn);
    }
}

std::vector<Posting> Ledger::take_postings(Record& txn)
{
    const auto known = postings_.find(&txn);
    if (known == postings_.end()) return {};
    unindex(txn);
    std::vector<Posting> taken = std::move(known->second);
    postings_.erase(known);
    for (const Posting& posting : taken)
        move_stock(posting, -1);
    return taken;
}

void Ledger::move_stock(const Posting& posting, int sign)
{
    if (posting.item == nullptr || posting.account == nullptr) return;
    Stock& stock = stocks_[posting.item];
    stock.quantity.value += sign * posting.quantity.value;
    stock.value.value += sign * posting.amount.value;
}

void Ledger::find_costs(std::vector<Posting>& fresh, const CompanyFile& books) const
{
    std::unordered_map<const Record*, Stock> running;
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        Posting& posting = fresh[i];
        if (posting.item == nullptr || posting.account == nullptr) continue;
        Stock& stock = running.try_emplace(posting.item, this->stock(*posting.item)).first->second;
        if (posting.at_cost) {
            const auto cost = Fine::parse(posting.item->field("AverageCost", books.names()));
            posting.amount = stock.worth(posting.quantity, cost.value_or(Fine{}));
            posting.at_cost = false;
            fresh.at(i + 1).amount = -posting.amount;
        }
        stock.quantity.value += posting.quantity.value;
        stock.value += posting.amount;
    }
}

void Ledger::post(CompanyFile& books, Record& txn, std::vector<Posting> fresh, std::int64_t now)
{
    Moves moves;
    for (const Posting& posting : take_postings(txn))  // costs are found as if it had never been
        moves.count(posting, -1);
    find_costs(fresh, books);
    for (Posting& posting : fresh) {
        posting.personal =
            posting.account != nullptr && is_personal(class_of(*posting.account, books));
        moves.count(posting, 1);
        move_stock(posting, 1);
    }
    for (const auto& [account, by] : moves.accounts.all()) {
        if (by.value != 0) move_account(books, account, by);
    }
    for (const auto& [name, by] : moves.names.all()) {
        if (by.value != 0) move_name(books, name, by);
    }
    for (const auto& [item, by] : moves.stocks.all()) {
        if (by != Stock{}) show_stock(books, *item, stocks_[item], now);
    }
    for (const auto& [item, by] : moves.orders.all())
        move_quantity(books, *item, order_field(txn), by, now);
    if (!fresh.empty()) {
        postings_[&txn] = std::move(fresh);
        index(txn);
    }
    books.touch();
}

const std::vector<Link>& Ledger::links_from(const Record& txn) const
{
    static const std::vector<Link> nothing;
    const auto found = from_.find(&txn);
    return found == from_.end() ? nothing : found->second;
}

std::vector<Link> Ledger::links_to(const Record& txn) const
{
    std::vector<Link> links;
    const auto found = to_.find(&txn);
    if (found == to_.end()) return links;
    const Record* last = nullptr;
    for (const Record* from : found->second) {
        if (from == last) continue;  // several links of one are told once each below
        last = from;
        for (const Link& link : links_from(*from)) {
            if (link.to == &txn) links.push_back(link);
        }
    }
    return links;
}

void Ledger::add_link(Link link)
{
    // Links of one pair stand together, so that links_to() meets them once.
    auto& whence = to_[link.to];
    const auto same = std::find(whence.begin(), whence.end(), link.from);
    whence.insert(same, link.from);
    from_[link.from].push_back(link);
}

void Ledger::set_links_from(Record& txn, std::vector<Link> links)
{
    for (const Link& link : links_from(txn))
        std::erase(to_[link.to], &txn);
    from_.erase(&txn);
    for (Link& link : links) {
        link.from = &txn;
        add_link(link);
    }
}

std::vector<Record*> Ledger::unlink(Record& txn)
{
    std::vector<Record*> others;
    const auto remember = [&](Record* other) {
        if (std::find(others.begin(), others.end(), other) == others.end()) {
            others.push_back(other);
        }
    };
    for (const Link& link : links_from(txn))
        remember(link.to);
    set_links_from(txn, {});
    if (const auto found = to_.find(&txn); found != to_.end()) {
        for (Record* from : found->second) {
            remember(from);
            std::erase_if(from_[from], [&](const Link& link) { return link.to == &txn; });
        }
        to_.erase(found);
    }
    return others;
}

Cents Ledger::owed(const Record& txn) const
{
    Cents sum;
    for (const Posting& posting : postings(txn)) {
        if (posting.personal) sum += posting.in_account();
    }
    return sum;
}

Cents Ledger::open(const Record& txn) const
{
    const Cents owed = this->owed(txn);
    Cents open = owed.value < 0 ? -owed : owed;
    for (const Link& link : links_from(txn)) {
        if (link.kind == Link::Kind::amount) open = open - link.amount;
    }
    for (const Link& link : links_to(txn)) {
        if (link.kind == Link::Kind::amount) open = open - link.amount;
    }
    return open;
}

}  // namespace qbxml::simulator
