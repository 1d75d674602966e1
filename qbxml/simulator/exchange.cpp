#include "qbxml/simulator/exchange.h"

#include <fmt/format.h>

#include <algorithm>

#include "qbxml/grammar/grammar.h"
#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/currencies.h"
#include "qbxml/simulator/txn_lines.h"

namespace qbxml::simulator {

namespace {

__extension__ using Wide = __int128;

constexpr std::string_view home_ending = "InHomeCurrency";
constexpr std::int64_t one = Fine::whole(1).value;

// amount * part / whole, half away from zero.
std::int64_t share(std::int64_t amount, std::int64_t part, std::int64_t whole)
{
    if (whole == 0) return 0;
    const Wide product = static_cast<Wide>(amount) * part;
    const Wide half = whole / 2;
    return static_cast<std::int64_t>((product < 0 ? product - half : product + half) / whole);
}

std::optional<Fine> rate_in(const std::string& text)
{
    const auto rate = Fine::parse(text);
    return rate && rate->value > 0 ? rate : std::nullopt;
}

// Of an account, customer or vendor; null for the home currency.
const Record* currency_of(const CompanyFile& books, const Record& owner)
{
    const std::string id = owner.field("CurrencyRef", "ListID", books.names());
    const Record* home = home_currency(books);
    if (id.empty() || home == nullptr || id == home->id()) return nullptr;
    return books.find(*kind_of("Currency"), id);
}

bool may_choose(const Form& form)
{
    return form.noun == "JournalEntry" || form.noun == "Deposit";
}

const Record* currency_wanted(const CompanyFile& books, const Form& form, const Node& record)
{
    if (const Node* given = record.child("CurrencyRef"); given != nullptr && may_choose(form)) {
        return books.find(*kind_of("Currency"), text_at(*given, "ListID"));
    }
    const Record* name = name_on_form(books, form, record);
    if (name != nullptr && (name->kind().noun == "Customer" || name->kind().noun == "Vendor")) {
        return currency_of(books, *name);
    }
    const Record* account =
        form.account_ref.empty() ? nullptr : referred_in(books, record, form.account_ref);
    return account == nullptr ? nullptr : currency_of(books, *account);
}

Cents posted_home(const CompanyFile& books, const Record& txn)
{
    Cents sum;
    for (const Posting& posting : books.ledger().postings(txn)) {
        if (posting.personal) sum += posting.amount;
    }
    return sum;
}

Cents size_of(Cents amount)
{
    return amount.value < 0 ? -amount : amount;
}

// What a posting that settles documents, or banks a payment, is worth by what it settles.
std::optional<Cents> worth_of_settled(const CompanyFile& books, const Exchange& exchange,
                                      const Posting& posting, const std::vector<Link>& own)
{
    const Ledger& ledger = books.ledger();
    const bool personal = is_personal(class_of(*posting.account, books));
    Cents settled, home;
    for (const Link& link : own) {
        if (link.kind == Link::Kind::deposit && link.from_line == posting.line) {
            for (const Posting& banked : ledger.postings(*link.to)) {
                if (banked.account == posting.account) home = home - banked.amount;
            }
            return home;
        }
        if (link.kind != Link::Kind::amount || !personal) continue;
        settled += link.amount;
        home += Cents{share(size_of(posted_home(books, *link.to)).value, link.amount.value,
                            size_of(ledger.owed(*link.to)).value)};
    }
    if (settled.value == 0) return std::nullopt;
    const Cents all = size_of(posting.amount);
    home += exchange.home(all - settled);
    return posting.amount.value < 0 ? -home : home;
}

std::optional<Outcome> refuse_third_currency(const CompanyFile& books, const Form& form,
                                             const Exchange& exchange,
                                             const std::vector<Posting>& postings)
{
    for (const Posting& posting : postings) {
        if (posting.account == nullptr) continue;
        const Record* currency = currency_of(books, *posting.account);
        const bool personal = is_personal(class_of(*posting.account, books));
        if (currency == exchange.currency || (currency == nullptr && !personal)) continue;
        return cannot_save(form, fmt::format("The account \"{}\" is in another currency than the "
                                             "transaction.",
                                             posting.account->full_name()));
    }
    if (form.noun != "Transfer" || exchange.currency == nullptr) return std::nullopt;
    for (const Posting& posting : postings) {
        if (currency_of(books, *posting.account) == exchange.currency) continue;
        return cannot_save(form, "A transfer needs two accounts of one currency.");
    }
    return std::nullopt;
}

// What is left by rounding goes to a line that posts to a plain account of the home currency.
Posting* line_for_rounding(const CompanyFile& books, std::vector<Posting>& postings)
{
    for (auto at = postings.rbegin(); at != postings.rend(); ++at) {
        if (at->account == nullptr || !at->line || at->item != nullptr || at->foreign) continue;
        const bool cost = at + 1 != postings.rend() && (at + 1)->at_cost;
        if (!cost && !is_personal(class_of(*at->account, books))) return &*at;
    }
    return nullptr;
}

Record& add_account(CompanyFile& books, std::string_view name, std::string_view type,
                    std::string_view special, const Record& currency, std::int64_t now)
{
    const Kind& kind = *kind_of("Account");
    std::string full_name(name);
    for (int n = 2; books.name_holder(kind, full_name) != nullptr; ++n)
        full_name = fmt::format("{} {}", name, n);
    Node ret{.name = "AccountRet"};
    ret.add("ListID", books.next_list_id(kind, now));
    ret.add("Name", full_name);
    ret.add("FullName", full_name);
    ret.add("IsActive", "true");
    ret.add("Sublevel", "0");
    ret.add("AccountType", std::string(type));
    if (!special.empty()) ret.add("SpecialAccountType", std::string(special));
    ret.add("Balance", "0.00");
    ret.add("TotalBalance", "0.00");
    ret.add(reference("CurrencyRef", currency.id(), currency.full_name()));
    return books.add(kind, std::move(ret), now);
}

}  // namespace

Cents Exchange::home(Cents amount) const
{
    return {share(amount.value, rate.value, one)};
}

Cents Exchange::abroad(Cents home_amount) const
{
    return {share(home_amount.value, one, rate.value)};
}

Fine Exchange::abroad(Fine home_price) const
{
    return {share(home_price.value, one, rate.value)};
}

Exchange exchange_of(const CompanyFile& books, const Form& form, const Node& record)
{
    const Record* home = home_currency(books);
    if (home == nullptr) return {};
    const std::string id = text_at(record, "CurrencyRef/ListID");
    Exchange exchange;
    std::string rate = text_at(record, "ExchangeRate");
    if (!id.empty()) {
        if (id != home->id()) exchange.currency = books.find(*kind_of("Currency"), id);
    } else if (!form.has("CurrencyRef")) {  // a transfer tells no currency
        exchange.currency = currency_wanted(books, form, record);
    }
    if (exchange.currency == nullptr) return exchange;
    if (rate.empty()) rate = exchange.currency->field("ExchangeRate", books.names());
    exchange.rate = rate_in(rate).value_or(Fine::whole(1));
    return exchange;
}

std::optional<Outcome> settle_currency(const CompanyFile& books, const Form& form, Node& record)
{
    const Record* home = home_currency(books);
    if (home == nullptr || !form.has("CurrencyRef")) return std::nullopt;
    const Record* wanted = currency_wanted(books, form, record);
    const Record& currency = wanted == nullptr ? *home : *wanted;
    const std::string before = text_at(record, "CurrencyRef/ListID");
    // A journal entry in home currency tells none.
    if (form.noun == "JournalEntry" && before.empty()) return std::nullopt;
    if (!before.empty() && before != currency.id()) remove(record, "ExchangeRate");
    put(record, reference("CurrencyRef", currency.id(), currency.full_name()));
    if (&currency == home) {
        put(record, "ExchangeRate", "1");
        return std::nullopt;
    }
    if (record.child("ExchangeRate") == nullptr) {
        put(record, "ExchangeRate", currency.field("ExchangeRate", books.names()));
    }
    const std::string rate = text_at(record, "ExchangeRate");
    if (rate_in(rate)) return std::nullopt;
    return refused(3210, fmt::format("The \"ExchangeRate\" field has an invalid value \"{}\".  "
                                     "QuickBooks error message: The exchange rate must be more "
                                     "than zero, with at most five decimals.",
                                     rate));
}

void show_home_amounts(const Form& form, Node& record)
{
    if (record.child("CurrencyRef") == nullptr) return;
    const Exchange exchange{.rate =
                                rate_in(text_at(record, "ExchangeRate")).value_or(Fine::whole(1))};
    const grammar::Owner* content = grammar::owner(form.kind().ret());
    for (const grammar::Particle& particle : content->particles()) {
        const std::string_view name = particle.name();
        if (!name.ends_with(home_ending)) continue;
        const std::string_view own = name.substr(0, name.size() - home_ending.size());
        if (record.child(own) == nullptr) continue;
        put(record, name, exchange.home(amount_in(record, own)).text());
    }
}

std::optional<Outcome> exchange_postings(CompanyFile& books, const Form& form, const Node& header,
                                         const std::vector<Link>& own,
                                         std::vector<Posting>& postings, std::int64_t now)
{
    if (home_currency(books) == nullptr) return std::nullopt;
    const Exchange exchange = exchange_of(books, form, header);
    if (auto refusal = refuse_third_currency(books, form, exchange, postings)) return refusal;
    if (exchange.currency == nullptr) return std::nullopt;
    const bool typed_at_home = text_at(header, "IsAmountsEnteredInHomeCurrency") == "true";
    Cents sum;
    bool settles = false;
    for (std::size_t i = 0; i < postings.size(); ++i) {
        Posting& posting = postings[i];
        if (posting.account == nullptr) continue;
        if (posting.at_cost) {  // it and its opposite are in home currency
            ++i;
            continue;
        }
        const Cents typed = posting.amount;
        const auto settled = worth_of_settled(books, exchange, posting, own);
        settles = settles || settled;
        posting.amount = settled ? *settled : typed_at_home ? typed : exchange.home(typed);
        if (currency_of(books, *posting.account) != nullptr) {
            posting.foreign = typed_at_home ? exchange.abroad(typed) : typed;
        }
        sum += posting.amount;
    }
    if (sum.value == 0) return std::nullopt;
    if (Posting* line = settles ? nullptr : line_for_rounding(books, postings)) {
        line->amount = line->amount - sum;
        return std::nullopt;
    }
    Record* gains = special_account(books, "ExchangeGainLoss");
    if (gains == nullptr) return refused(3270, "There is a missing posting account.");
    postings.push_back({.account = gains,
                        .name = name_on_form(books, form, header),
                        .amount = -sum,
                        .line = LineId::parse(books.next_txn_id(now))});
    return std::nullopt;
}

Record* first_account_in(const CompanyFile& books, std::string_view account_type,
                         const Node& record)
{
    const std::string currency = text_at(record, "CurrencyRef/ListID");
    for (const auto& account : books.records(*kind_of("Account"))) {
        if (account->field("AccountType", books.names()) != account_type) continue;
        if (currency.empty() ||
            account->field("CurrencyRef", "ListID", books.names()) == currency) {
            return account.get();
        }
    }
    return nullptr;
}

void open_account_for(CompanyFile& books, const Record& name, std::int64_t now)
{
    const Record* currency = currency_of(books, name);
    if (currency == nullptr) return;
    const bool customer = name.kind().noun == "Customer";
    const std::string_view type = customer ? "AccountsReceivable" : "AccountsPayable";
    Node wanted;
    wanted.add(reference("CurrencyRef", currency->id(), currency->full_name()));
    if (first_account_in(books, type, wanted) != nullptr) return;
    const std::string code = currency->field("CurrencyCode", books.names());
    add_account(books,
                fmt::format("{} - {}", customer ? "Accounts Receivable" : "Accounts Payable", code),
                type, "", *currency, now);
}

void open_gain_account(CompanyFile& books, std::int64_t now)
{
    if (special_account(books, "ExchangeGainLoss") != nullptr) return;
    add_account(books, "Exchange Gain or Loss", "OtherExpense", "ExchangeGainLoss",
                *home_currency(books), now);
}

}  // namespace qbxml::simulator
