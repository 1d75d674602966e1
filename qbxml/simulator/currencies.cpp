#include "qbxml/simulator/currencies.h"

#include <array>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/exchange.h"

namespace qbxml::simulator {

namespace {

struct Currency {
    std::string_view country, name, code;
    std::string_view in_us_dollars;
};

constexpr auto known = std::to_array<Currency>({
    {"US", "US Dollar", "USD", "1"},
    {"CA", "Canadian Dollar", "CAD", "0.73125"},
    {"UK", "British Pound Sterling", "GBP", "1.2675"},
    {"AU", "Australian Dollar", "AUD", "0.66125"},
    {"", "Euro", "EUR", "1.0725"},
    {"", "Japanese Yen", "JPY", "0.00625"},
});

const Currency& home_of(const CompanyFile& books)
{
    for (const Currency& currency : known) {
        if (currency.country == books.profile().country) return currency;
    }
    return known.front();
}

std::string rate_in(const Currency& home, const Currency& currency)
{
    const Fine theirs = Fine::parse(currency.in_us_dollars).value_or(Fine::whole(1));
    const Fine ours = Fine::parse(home.in_us_dollars).value_or(Fine::whole(1));
    return Fine{theirs.value * Fine::whole(1).value / ours.value}.quantity_text();
}

Node currency_ret(CompanyFile& books, const Currency& home, const Currency& currency,
                  std::int64_t now)
{
    Node ret{.name = "CurrencyRet"};
    ret.add("ListID", books.next_list_id(*kind_of("Currency"), now));
    ret.add("Name", std::string(currency.name));
    ret.add("IsActive", "true");
    ret.add("CurrencyCode", std::string(currency.code));
    Node format{.name = "CurrencyFormat"};
    format.add("ThousandSeparator", "Comma");
    format.add("ThousandSeparatorGrouping", "XX_XXX_XXX");
    format.add("DecimalPlaces", currency.code == "JPY" ? "0" : "2");
    format.add("DecimalSeparator", "Period");
    ret.add(std::move(format));
    ret.add("IsUserDefinedCurrency", "false");
    ret.add("ExchangeRate", rate_in(home, currency));
    ret.add("AsOfDate", books.time_text(now).substr(0, 10));
    return ret;
}

// What was made while there was one currency is in that one.
void show_home_currency(CompanyFile& books)
{
    for (const Kind* kind : all_kinds()) {
        const Form* form = form_of(kind->noun);
        if (form == nullptr || !form->has("CurrencyRef")) continue;
        for (const auto& txn : books.records(*kind)) {
            Node tree = txn->tree();
            if (settle_currency(books, *form, tree)) continue;
            show_home_amounts(*form, tree);
            books.show_name(*txn, std::move(tree));
        }
    }
}

}  // namespace

const Record* home_currency(const CompanyFile& books)
{
    if (!books.settings().has(Feature::multicurrency)) return nullptr;
    return books.find_by_name(*kind_of("Currency"), home_of(books).name);
}

void use_currencies(CompanyFile& books, std::int64_t now)
{
    if (books.settings().has(Feature::multicurrency)) return;
    BookSettings settings = books.settings();
    settings.set(Feature::multicurrency, true);
    books.change_settings(std::move(settings));
    const Currency& home = home_of(books);
    for (const Currency& currency : known) {
        if (books.find_by_name(*kind_of("Currency"), currency.name) != nullptr) continue;
        books.add(*kind_of("Currency"), currency_ret(books, home, currency, now), now);
    }
    open_gain_account(books, now);
    const Record& record = *books.find_by_name(*kind_of("Currency"), home.name);
    for (const std::string_view noun : {"Account", "Customer", "Vendor"}) {
        for (const auto& owner : books.records(*kind_of(noun))) {
            Node tree = owner->tree();
            put(tree, reference("CurrencyRef", record.id(), record.full_name()));
            books.show_name(*owner, std::move(tree));
        }
    }
    show_home_currency(books);
}

}  // namespace qbxml::simulator
