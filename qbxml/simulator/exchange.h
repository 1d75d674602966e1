// Transactions in a foreign currency: what they come to in the home currency of the books.
//
// A transaction is in one currency, that of its customer, vendor or account; its amounts, its links
// and what is open on it are in that currency. It posts in home currency at its rate, and moves the
// balances of its customer or vendor and of accounts kept in that currency by what it says.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/forms.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

struct Exchange {
    const Record* currency = nullptr;  // null: the home currency
    Fine rate = Fine::whole(1);        // home units for one of it

    Cents home(Cents amount) const;
    Cents abroad(Cents home_amount) const;
    Fine abroad(Fine home_price) const;
};
// Of a transaction whose references were looked up.
Exchange exchange_of(const CompanyFile&, const Form&, const Node& record);

// CurrencyRef and ExchangeRate as the form fills them in: the currency of whose it is, the last
// known rate. A reason when the rate is none. Nothing in books with one currency.
std::optional<Outcome> settle_currency(const CompanyFile&, const Form&, Node& record);
// Writes the ...InHomeCurrency beside each amount of the record that has one.
void show_home_amounts(const Form&, Node& record);

// From postings as they were typed to postings in home currency. What settles a document takes it
// off its account at the rate of that document; the difference is an exchange gain or loss. A
// reason when an account is in a third currency.
std::optional<Outcome> exchange_postings(CompanyFile&, const Form&, const Node& header,
                                         const std::vector<Link>& own,
                                         std::vector<Posting>& postings, std::int64_t now);

// The first account of that AccountType in the currency of the record; null when there is none.
Record* first_account_in(const CompanyFile&, std::string_view account_type, const Node& record);
// Books have receivable and payable accounts for each currency; QuickBooks opens the one that a
// new customer or vendor needs.
void open_account_for(CompanyFile&, const Record& name, std::int64_t now);
// Where exchange gains and losses go; made when the books begin to have several currencies.
void open_gain_account(CompanyFile&, std::int64_t now);

}  // namespace qbxml::simulator
