// Voiding and deleting transactions, and what opening balances become.
#include <fmt/format.h>

#include <algorithm>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/exchange.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/txn_header.h"
#include "qbxml/simulator/txns.h"

namespace qbxml::simulator {

namespace {

bool is_deposited(const CompanyFile& books, const Record& txn)
{
    const auto links = books.ledger().links_to(txn);
    return std::any_of(links.begin(), links.end(),
                       [](const Link& link) { return link.kind == Link::Kind::deposit; });
}

// The transactions at the other ends, which are to show that the links are gone. A payment that a
// deposit held does not show it.
std::vector<Record*> let_go(CompanyFile& books, Record& txn)
{
    std::vector<Record*> deposited;
    for (const Link& link : books.ledger().links_from(txn)) {
        if (link.kind == Link::Kind::deposit) deposited.push_back(link.to);
    }
    std::vector<Record*> others = books.ledger().unlink(txn);
    std::erase_if(others, [&](Record* other) {
        return std::find(deposited.begin(), deposited.end(), other) != deposited.end();
    });
    return others;
}

void post_opening(CompanyFile& books, const Form& form, Record& txn, Record& name, Cents debit,
                  std::int64_t now)
{
    Record& account = *referred_in(books, txn.tree(), form.account_ref);
    Record* equity = special_account(books, "OpeningBalanceEquity");
    if (equity == nullptr) equity = first_account(books, "Equity");
    if (equity == nullptr) return;
    std::vector<Posting> postings{{.account = &account, .name = &name, .amount = debit},
                                  {.account = equity,
                                   .name = &name,
                                   .amount = -debit,
                                   .line = LineId::parse(books.next_txn_id(now))}};
    if (exchange_postings(books, form, txn.tree(), {}, postings, now)) return;
    books.ledger().post(books, txn, std::move(postings), now);
}

// An invoice or a bill without lines.
void open_name(CompanyFile& books, Record& added, const Form& form, Cents amount,
               const std::string& date, std::int64_t now)
{
    Node record{.name = form.kind().ret()};
    put(record, reference(form.name_ref, added.id(), added.full_name()));
    put(record, "TxnDate", date);
    put(record, "Memo", "Opening balance");
    if (form.has("IsToBePrinted")) put(record, "IsToBePrinted", "false");
    // The form cannot refuse: the account is there, and the flags are as they should.
    if (fill_in(books, form, record, now)) return;
    if (form.total.empty()) {
        put(record, "Subtotal", amount.text());
        put(record, "SalesTaxPercentage", "0.00");
        put(record, "SalesTaxTotal", "0.00");
        put(record, "ShipDate", date);
    } else {
        put(record, form.total, amount.text());
    }
    put(record, "DueDate", date);
    put(record, "TxnID", books.next_txn_id(now));
    put(record, "TxnNumber", std::to_string(books.next_txn_number()));
    show_no_links(form, record);
    Record& txn = books.add(form.kind(), std::move(record), now);
    post_opening(books, form, txn, added, form.noun == "Bill" ? -amount : amount, now);
}

void open_account(CompanyFile& books, Record& added, Cents amount, const std::string& date,
                  std::int64_t now)
{
    const Record* equity = special_account(books, "OpeningBalanceEquity");
    const AccountClass& kind = class_of(added, books);
    if (equity == nullptr || !kind.balance_sheet || is_personal(kind)) return;
    Node add{.name = "JournalEntryAdd"};
    add.add("TxnDate", date);
    if (Node currency = added.subtree("CurrencyRef", books.names()); !currency.name.empty()) {
        add.add(std::move(currency));
    }
    const bool debit = kind.debit == (amount.value > 0);
    const std::string size = (amount.value < 0 ? -amount : amount).text();
    for (const bool left : {true, false}) {
        const Record& account = left == debit ? added : *equity;
        Node line{.name = left ? "JournalDebitLine" : "JournalCreditLine"};
        line.add(reference("AccountRef", account.id(), account.full_name()));
        line.add("Amount", size);
        line.add("Memo", "Opening balance");
        add.add(std::move(line));
    }
    add_txn(books, *form_of("JournalEntry"), add, now);
}

void open_stock(CompanyFile& books, Record& item, const Node& add, std::int64_t now)
{
    const Record* equity = special_account(books, "OpeningBalanceEquity");
    const auto quantity = number_in(add, "QuantityOnHand");
    if (equity == nullptr || !quantity || quantity->value == 0) return;
    Node adjustment{.name = "InventoryAdjustmentAdd"};
    adjustment.add(reference("AccountRef", equity->id(), equity->full_name()));
    const std::string date = text_at(add, "InventoryDate");
    adjustment.add("TxnDate", date.empty() ? date_text(now, books.profile().zone) : date);
    adjustment.add("Memo", "Opening stock");
    Node line{.name = "InventoryAdjustmentLineAdd"};
    line.add(reference("ItemRef", item.id(), item.full_name()));
    Node value{.name = "ValueAdjustment"};
    value.add("NewQuantity", quantity->quantity_text());
    Cents worth = amount_in(add, "TotalValue");
    if (add.child("TotalValue") == nullptr) {
        const auto cost = Fine::parse(item.field("AverageCost", books.names()));
        worth = extend(*quantity, cost.value_or(Fine{})).value_or(Cents{});
    }
    value.add("NewValue", worth.text());
    line.add(std::move(value));
    adjustment.add(std::move(line));
    add_txn(books, *form_of("InventoryAdjustment"), adjustment, now);
}

}  // namespace

Outcome void_txn(CompanyFile& books, Record& txn, std::int64_t now)
{
    const Form& form = *form_of(txn.kind().noun);
    Node tree = txn.tree();
    if (is_void(form, tree)) return {.record = &txn};
    if (is_deposited(books, txn)) {
        return refused(3185,
                       "The transaction cannot be voided.  QuickBooks error message: It has been "
                       "deposited.");
    }
    const std::vector<Record*> others = let_go(books, txn);
    std::vector<Posting> postings = books.ledger().postings(txn);
    for (Posting& posting : postings) {
        posting.amount = {};
        posting.quantity = {};
        if (posting.foreign) posting.foreign = Cents{};
    }
    books.ledger().post(books, txn, std::move(postings), now);
    make_void(form, tree);
    show_links(books, form, txn, tree);
    books.change(txn, std::move(tree), now);
    for (Record* other : others)
        refresh_links(books, *other, now);
    return {.record = &txn};
}

std::optional<Outcome> delete_txn(CompanyFile& books, Record& txn, std::int64_t now)
{
    if (is_deposited(books, txn)) {
        return refused(3160, fmt::format("Cannot delete the object specified by the id = \"{}\".  "
                                         "QuickBooks error message: It has been deposited: delete "
                                         "it from the deposit first.",
                                         txn.id()));
    }
    const std::vector<Record*> others = let_go(books, txn);
    books.ledger().post(books, txn, {}, now);
    books.remove(txn, now);
    for (Record* other : others)
        refresh_links(books, *other, now);
    return std::nullopt;
}

void add_opening_balance(CompanyFile& books, Record& added, const Node& add, std::int64_t now)
{
    const std::string_view noun = added.kind().noun;
    if (noun == "ItemInventory" || noun == "ItemInventoryAssembly")
        return open_stock(books, added, add, now);
    const Cents amount = amount_in(add, "OpenBalance");
    if (amount.value == 0) return;
    std::string date = text_at(add, "OpenBalanceDate");
    if (date.empty()) date = date_text(now, books.profile().zone);
    if (noun == "Account") open_account(books, added, amount, date, now);
    if (noun == "Customer") open_name(books, added, *form_of("Invoice"), amount, date, now);
    if (noun == "Vendor") open_name(books, added, *form_of("Bill"), amount, date, now);
}

}  // namespace qbxml::simulator
