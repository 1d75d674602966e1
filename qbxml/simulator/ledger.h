// What the transactions of the books posted and how they are linked with each other.
//
// Every balance follows from here: that of an account is the sum of its postings, that of a
// customer or vendor the sum of theirs on receivable and payable accounts, the stock of an item the
// sum of the quantities posted with it. books_balance() checks that it is so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "qbxml/result.h"
#include "qbxml/simulator/number.h"
#include "qbxml/simulator/record.h"
#include "qbxml/xml.h"

namespace qbxml::simulator {

class CompanyFile;

// A TxnLineID as a number: "1A2B-1650000001".
struct LineId {
    std::uint32_t serial = 0;  // 0: no line
    std::int64_t time = 0;
    bool operator==(const LineId&) const = default;
    explicit operator bool() const { return serial != 0; }
    std::string text() const;
    static LineId parse(std::string_view text);  // no line when it is none
};

struct Posting {
    Record* account = nullptr;  // null: an order, which posts nothing
    Record* name = nullptr;     // customer, vendor, employee or other name
    Record* item = nullptr;     // whose stock moves, or is on order
    Cents amount;               // in home currency; a debit is positive
    Fine quantity;              // into stock; of an order what is still to come
    LineId line;                // none: the transaction as a whole
    bool at_cost = false;       // amount to be found from the stock; the next one is its opposite
    bool personal = false;      // on a receivable or payable account; set by the ledger
    std::optional<Cents> foreign = {};  // in the currency of the account, where that is another

    // What it does to the balance of its account, and of its name where it is personal.
    Cents in_account() const { return foreign.value_or(amount); }
};

// One transaction uses up another.
struct Link {
    enum class Kind { amount, quantity, deposit };
    Kind kind = Kind::amount;
    Record* from = nullptr;  // the payment, the credit, the invoice of an order, the deposit
    Record* to = nullptr;    // the invoice, the bill, the order, what is deposited
    Cents amount;            // what it settles, the discount included, in their currency
    Cents discount;
    Record* discount_account = nullptr;
    Fine quantity;              // of a quantity link
    LineId from_line, to_line;  // of a quantity link; the line of a deposit
};

// How many of an inventory item there are and what they cost.
struct Stock {
    Fine quantity;
    Cents value;
    bool operator==(const Stock&) const = default;
    // What taking or adding that many at the average cost is worth, with the sign of `by`.
    // `cost` is that of one where there is no stock to take the average of.
    Cents worth(Fine by, Fine cost) const;
};

class Ledger {
public:
    const std::vector<Posting>& postings(const Record& txn) const;
    // Puts these in place of what the transaction had posted, and moves every balance and stock.
    void post(CompanyFile&, Record& txn, std::vector<Posting> fresh, std::int64_t now);
    // Transactions that moved the balance of that customer or vendor, oldest first.
    const std::vector<Record*>& of_name(const Record& name) const;
    Stock stock(const Record& item) const;
    // As if that transaction had posted nothing.
    Stock stock_without(const Record& item, const Record& txn) const;

    const std::vector<Link>& links_from(const Record& txn) const;
    std::vector<Link> links_to(const Record& txn) const;
    // Puts these in place of the links that went out from it.
    void set_links_from(Record& txn, std::vector<Link> links);
    void add_link(Link link);
    // Takes away every link to and from it; the transactions at their other ends.
    std::vector<Record*> unlink(Record& txn);

    // What the transaction did to the balance of its customer or vendor, debits positive.
    Cents owed(const Record& txn) const;
    // What of that is still open: owed less what links settled, never negative.
    Cents open(const Record& txn) const;

    // True when a posting or link names that list record.
    bool uses(const Record& record) const;
    // The postings of one list record become those of another, as when QuickBooks merges them.
    // Balances are not moved here.
    void rename(const Record& from, Record& into);

    // The file of the books: the element of one transaction, which replaces what was known of it.
    // Balances are part of the records and not moved.
    bool knows(const Record& txn) const { return postings_.contains(&txn) || from_.contains(&txn); }
    void append_to(std::string& out, const Record& txn) const;
    std::optional<Error> read(CompanyFile&, Element ledger);
    // The transaction is gone, and balances know it already.
    void forget(Record& txn);

private:
    void index(Record& txn);
    void unindex(Record& txn);
    std::vector<Posting> take_postings(Record& txn);
    void move_stock(const Posting& posting, int sign);
    void find_costs(std::vector<Posting>& fresh, const CompanyFile&) const;

    std::unordered_map<const Record*, std::vector<Posting>> postings_;
    std::unordered_map<const Record*, std::vector<Record*>> of_name_;
    std::unordered_map<const Record*, Stock> stocks_;
    std::unordered_map<const Record*, std::vector<Link>> from_;
    std::unordered_map<const Record*, std::vector<Record*>> to_;  // who links to it, by link
};

// How accounts of a type behave.
struct AccountClass {
    std::string_view type;
    bool debit;          // its balance is a debit
    bool balance_sheet;  // else income or expense
};
const AccountClass& class_of(const Record& account, const CompanyFile&);
// True for receivable and payable accounts, whose postings are somebody's balance.
bool is_personal(const AccountClass&);

// The account of that AccountType that came first; null when there is none.
Record* first_account(const CompanyFile&, std::string_view account_type);
// The built-in account of that SpecialAccountType; null when there is none.
Record* special_account(const CompanyFile&, std::string_view special_type);
// A transaction of whatever kind; null when there is none.
Record* find_txn(const CompanyFile&, std::string_view txn_id);

// Everything that must hold: debits equal credits in every transaction, balances of accounts,
// customers and vendors are the sums of their postings and of their open documents, stocks those of
// their quantities, and what documents show of their links is what the links say. Empty when it
// does; else one sentence for each breach, a hundred at most.
std::vector<std::string> books_balance(const CompanyFile&);

}  // namespace qbxml::simulator
