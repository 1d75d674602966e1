#include "qbxml/simulator/txn_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/currencies.h"
#include "qbxml/simulator/date_macro.h"
#include "qbxml/simulator/exchange.h"
#include "qbxml/simulator/filter.h"
#include "qbxml/simulator/forms.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/settlements.h"
#include "qbxml/simulator/text.h"

namespace qbxml::simulator {

namespace {

constexpr std::size_t iterators_max = 1000;

std::string attribute_of(const Node& request, std::string_view name)
{
    const std::string* value = request.attribute(name);
    return value == nullptr ? std::string() : *value;
}

// Account types by the words that the filter has for groups of them.
struct AccountGroup {
    std::string_view word;
    std::array<std::string_view, 6> types;
};
constexpr auto account_groups = std::to_array<AccountGroup>({
    {"APAndSalesTax", {"AccountsPayable", "OtherCurrentLiability"}},
    {"APOrCreditCard", {"AccountsPayable", "CreditCard"}},
    {"ARAndAP", {"AccountsReceivable", "AccountsPayable"}},
    {"Asset", {"Bank", "AccountsReceivable", "OtherCurrentAsset", "FixedAsset", "OtherAsset"}},
    {"BankAndARAndAPAndUF", {"Bank", "AccountsReceivable", "AccountsPayable", "OtherCurrentAsset"}},
    {"BankAndUF", {"Bank", "OtherCurrentAsset"}},
    {"CostOfSales", {"CostOfGoodsSold"}},
    {"CurrentAsset", {"Bank", "AccountsReceivable", "OtherCurrentAsset"}},
    {"CurrentAssetAndExpense",
     {"Bank", "AccountsReceivable", "OtherCurrentAsset", "Expense", "OtherExpense"}},
    {"CurrentLiability", {"AccountsPayable", "CreditCard", "OtherCurrentLiability"}},
    {"EquityAndIncomeAndExpense",
     {"Equity", "Income", "OtherIncome", "CostOfGoodsSold", "Expense", "OtherExpense"}},
    {"ExpenseAndOtherExpense", {"Expense", "OtherExpense"}},
    {"IncomeAndExpense", {"Income", "OtherIncome", "CostOfGoodsSold", "Expense", "OtherExpense"}},
    {"IncomeAndOtherIncome", {"Income", "OtherIncome"}},
    {"Liability", {"AccountsPayable", "CreditCard", "OtherCurrentLiability", "LongTermLiability"}},
    {"LiabilityAndEquity",
     {"AccountsPayable", "CreditCard", "OtherCurrentLiability", "LongTermLiability", "Equity"}},
    {"OrdinaryExpense", {"Expense"}},
    {"OrdinaryIncome", {"Income"}},
    {"OrdinaryIncomeAndCOGS", {"Income", "CostOfGoodsSold"}},
    {"OrdinaryIncomeAndExpense", {"Income", "CostOfGoodsSold", "Expense"}},
    {"OtherIncomeOrExpense", {"OtherIncome", "OtherExpense"}},
});

bool in_group(std::string_view type, std::string_view word)
{
    if (word == "BalanceSheet") return !in_group(type, "IncomeAndExpense") && type != "NonPosting";
    const auto group = std::find_if(account_groups.begin(), account_groups.end(),
                                    [&](const AccountGroup& known) { return known.word == word; });
    if (group == account_groups.end()) return type == word;
    return std::find(group->types.begin(), group->types.end(), type) != group->types.end();
}

bool is_item_type(const Record& item, std::string_view word)
{
    std::string_view noun = item.kind().noun;
    noun.remove_prefix(4);  // "Item"
    if (word == "Assembly") return noun == "InventoryAssembly";
    if (word == "InventoryAndAssembly") return noun.starts_with("Inventory");
    if (word == "AllExceptFixedAsset") return noun != "FixedAsset";
    if (word == "Sales") return noun != "SalesTax" && noun != "SalesTaxGroup";
    return noun == word;
}

// A list of records that postings are to name, or a type they are to have.
class Wanted {
public:
    std::optional<Outcome> read(const CompanyFile& books, const Node& filter, std::string_view noun)
    {
        for (const Node& key : filter.children) {
            if (key.name.ends_with("TypeFilter")) {
                type_ = key.text;
                continue;
            }
            const Record* found = nullptr;
            for (const Kind* kind : kinds_answered(noun)) {
                if (found != nullptr) break;
                found = key.name.starts_with("ListID") ? books.find(*kind, key.text)
                                                       : books.find_by_name(*kind, key.text);
            }
            if (found == nullptr) return object_not_found(key.text);
            add(books, *found, key.name.ends_with("WithChildren"));
        }
        return std::nullopt;
    }
    bool takes(const Record* record, const CompanyFile& books) const
    {
        if (record == nullptr) return false;
        if (type_.empty()) return records_.contains(record);
        const std::string_view noun = record->kind().noun;
        if (noun == "Account") {
            return in_group(record->field("AccountType", books.names()), type_);
        }
        return noun.starts_with("Item") ? is_item_type(*record, type_) : noun == type_;
    }

private:
    void add(const CompanyFile& books, const Record& top, bool children)
    {
        records_.insert(&top);
        if (!children) return;
        for (const auto& record : books.records(top.kind())) {
            if (record->parent_id() == top.id()) add(books, *record, true);
        }
    }

    std::set<const Record*> records_;
    std::string type_;
};

class RowFinder {
public:
    explicit RowFinder(const CompanyFile& books) : books_(books) {}

    std::optional<Outcome> read(const Node& request, std::int64_t now);
    std::vector<TxnRow> find() const;

private:
    std::optional<Outcome> read_filter(const Node& filter);
    bool takes_txn(const Record& txn) const;
    bool takes_row(const Record& txn, const Posting* posting) const;
    void add_rows(const Record& txn, std::vector<TxnRow>& rows) const;

    const CompanyFile& books_;
    Filter common_;
    std::vector<std::string> ids_, ref_numbers_, types_;
    bool any_case_ = true;
    std::optional<Wanted> entity_, account_, item_, class_;
    std::string detail_ = "SummaryOnly", posting_ = "Either", paid_ = "Either";
};

// The filters that other queries have under other names.
Node as_common(const Node& filter, const std::string& today)
{
    Node common = filter;
    if (filter.name == "TransactionDateRangeFilter") common.name = "TxnDateRangeFilter";
    if (filter.name != "TransactionModifiedDateRangeFilter") return common;
    common.name = "ModifiedDateRangeFilter";
    if (const Node* macro = filter.child("DateMacro")) {
        const auto days = days_of_macro(macro->text, today).value_or(Days{});
        common.children.clear();
        if (!days.from.empty()) common.add("FromModifiedDate", days.from);
        if (!days.to.empty()) common.add("ToModifiedDate", days.to);
    }
    return common;
}

std::optional<Outcome> RowFinder::read_filter(const Node& filter)
{
    const auto read = [&](std::optional<Wanted>& wanted, std::string_view noun) {
        return wanted.emplace().read(books_, filter, noun);
    };
    if (filter.name == "TransactionEntityFilter") return read(entity_, "Entity");
    if (filter.name == "TransactionAccountFilter") return read(account_, "Account");
    if (filter.name == "TransactionItemFilter") return read(item_, "Item");
    if (filter.name == "TransactionClassFilter") return read(class_, "Class");
    if (filter.name == "TransactionTypeFilter") {
        for (const Node& type : filter.children)
            types_.push_back(type.text);
    } else if (filter.name == "TransactionDetailLevelFilter") {
        detail_ = filter.text;
    } else if (filter.name == "TransactionPostingStatusFilter") {
        posting_ = filter.text;
    } else if (filter.name == "TransactionPaidStatusFilter") {
        paid_ = filter.text;
    } else if (filter.name == "TxnID") {
        ids_.push_back(filter.text);
    } else if (filter.name == "RefNumber" || filter.name == "RefNumberCaseSensitive") {
        any_case_ = filter.name == "RefNumber";
        ref_numbers_.push_back(any_case_ ? folded(filter.text) : filter.text);
    }
    return std::nullopt;
}

std::optional<Outcome> RowFinder::read(const Node& request, std::int64_t now)
{
    const std::string today = date_text(now, books_.profile().zone);
    Node common{.name = request.name};
    for (const Node& child : request.children) {
        if (auto refusal = read_filter(child)) return refusal;
        const bool shared = child.name.find("DateRange") != std::string::npos ||
                            child.name == "CurrencyFilter" || child.name == "RefNumberFilter" ||
                            child.name == "RefNumberRangeFilter";
        if (shared) common.add(as_common(child, today));
    }
    const bool lines_wanted = item_ || class_;
    if (lines_wanted && detail_ == "SummaryOnly") {
        return refused(3120,
                       "A filter on lines needs a TransactionDetailLevelFilter of All or "
                       "AllExceptSummary.");
    }
    return common_.read(books_, common, {kind_of("Invoice")}, now);
}

bool RowFinder::takes_txn(const Record& txn) const
{
    const std::string_view noun = txn.kind().noun;
    const bool all =
        types_.empty() || std::find(types_.begin(), types_.end(), "All") != types_.end();
    if (!all && std::find(types_.begin(), types_.end(), noun) == types_.end()) return false;
    if (!ref_numbers_.empty()) {
        const std::string number = any_case_ ? folded(txn.ref_number()) : txn.ref_number();
        if (std::find(ref_numbers_.begin(), ref_numbers_.end(), number) == ref_numbers_.end()) {
            return false;
        }
    }
    if (paid_ != "Either" && (books_.ledger().open(txn).value > 0) != (paid_ == "Open")) {
        return false;
    }
    return common_.takes(txn, books_);
}

bool RowFinder::takes_row(const Record& txn, const Posting* posting) const
{
    const bool posts = posting != nullptr && posting->account != nullptr;
    if (posting_ != "Either" && posts != (posting_ == "Posting")) return false;
    if (account_ && !account_->takes(posts ? posting->account : nullptr, books_)) return false;
    if (item_ && !item_->takes(posting == nullptr ? nullptr : posting->item, books_)) return false;
    if (entity_ && !entity_->takes(posting == nullptr ? nullptr : posting->name, books_)) {
        return false;
    }
    if (!class_) return true;
    const Record* of =
        books_.find(*kind_of("Class"), txn.field("ClassRef", "ListID", books_.names()));
    return class_->takes(of, books_);
}

// The first posting of a transaction is its summary; the others are its lines.
void RowFinder::add_rows(const Record& txn, std::vector<TxnRow>& rows) const
{
    const auto& postings = books_.ledger().postings(txn);
    const bool headed = postings.empty() || postings[0].account == nullptr;
    if (headed && detail_ != "AllExceptSummary" && takes_row(txn, nullptr)) {
        rows.push_back({&txn.kind(), txn.id(), -1});
    }
    for (std::size_t i = 0; i < postings.size(); ++i) {
        const bool summary = i == 0 && !headed;
        if (summary ? detail_ == "AllExceptSummary" : detail_ == "SummaryOnly") continue;
        if (!takes_row(txn, &postings[i])) continue;
        rows.push_back({&txn.kind(), txn.id(), static_cast<int>(i)});
    }
}

std::vector<TxnRow> RowFinder::find() const
{
    std::vector<TxnRow> rows;
    if (!ids_.empty()) {
        for (const std::string& id : ids_) {
            if (const Record* txn = find_txn(books_, id)) add_rows(*txn, rows);
        }
        return rows;
    }
    for (const Kind* kind : all_kinds()) {
        if (form_of(kind->noun) == nullptr || kind->noun == "TimeTracking") continue;
        for (const auto& txn : books_.records(*kind)) {
            if (takes_txn(*txn)) add_rows(*txn, rows);
        }
    }
    return rows;
}

// Amounts have the sign of their account: what makes its balance greater is positive.
Cents shown_amount(const CompanyFile& books, const Record& txn, const Posting* posting)
{
    if (posting == nullptr) return total_of(*form_of(txn.kind().noun), txn.tree());
    if (posting->account == nullptr || class_of(*posting->account, books).debit) {
        return posting->in_account();
    }
    return -posting->in_account();
}

// The currency that the amount is in, where the books have several.
void show_currency(const CompanyFile& books, const Record& txn, const Posting* posting,
                   Cents amount, Node& ret)
{
    const Record* home = home_currency(books);
    if (home == nullptr) return;
    Exchange exchange = exchange_of(books, *form_of(txn.kind().noun), txn.tree());
    if (posting != nullptr && !posting->foreign) exchange = {};
    const Record& currency = exchange.currency == nullptr ? *home : *exchange.currency;
    Cents at_home = exchange.home(amount);
    if (posting != nullptr && posting->account != nullptr) {
        at_home = class_of(*posting->account, books).debit ? posting->amount : -posting->amount;
    }
    ret.add(reference("CurrencyRef", currency.id(), currency.full_name()));
    ret.add("ExchangeRate", exchange.rate.quantity_text());
    ret.add("AmountInHomeCurrency", at_home.text());
}

void print_row(const CompanyFile& books, const TxnRow& row, const Node& request, std::string& out)
{
    const Record* txn = books.find(*row.kind, row.id);
    if (txn == nullptr) return;  // deleted since Start
    const auto& postings = books.ledger().postings(*txn);
    if (row.posting >= static_cast<int>(postings.size())) return;
    const Posting* posting =
        row.posting < 0 ? nullptr : &postings[static_cast<std::size_t>(row.posting)];
    Node ret{.name = "TransactionRet"};
    ret.add("TxnType", std::string(txn->kind().noun));
    ret.add("TxnID", txn->id());
    if (posting != nullptr && posting->line) ret.add("TxnLineID", posting->line.text());
    ret.add("TimeCreated", books.time_text(txn->stamps().created));
    ret.add("TimeModified", books.time_text(txn->stamps().modified));
    const auto refer = [&](std::string_view name, const Record* to) {
        if (to == nullptr) return;
        Node ref{.name = std::string(name)};
        ref.add("ListID", to->id());
        ref.add("FullName", to->full_name());
        ret.add(std::move(ref));
    };
    const Record* name = posting == nullptr ? nullptr : posting->name;
    for (const Kind* kind : kinds_answered("Entity")) {
        if (name == nullptr) name = books.find(*kind, txn->entity_id());
    }
    refer("EntityRef", name);
    refer("AccountRef", posting == nullptr ? nullptr : posting->account);
    ret.add("TxnDate", txn->txn_date());
    if (!txn->ref_number().empty()) ret.add("RefNumber", txn->ref_number());
    const Cents amount = shown_amount(books, *txn, posting);
    ret.add("Amount", amount.text());
    show_currency(books, *txn, posting, amount, ret);
    if (std::string memo = txn->field("Memo", books.names()); !memo.empty()) {
        ret.add("Memo", std::move(memo));
    }
    if (request.child("IncludeRetElement") != nullptr) {
        std::erase_if(ret.children, [&](const Node& field) {
            return std::none_of(
                request.children.begin(), request.children.end(), [&](const Node& asked) {
                    return asked.name == "IncludeRetElement" && trimmed(asked.text) == field.name;
                });
        });
    }
    append_element(out, ret);
}

std::size_t page_size(const Node& request)
{
    const std::string text = trimmed(text_at(request, "MaxReturned"));
    std::size_t size = 0;
    std::from_chars(text.data(), text.data() + text.size(), size);
    return size;
}

}  // namespace

QueryAnswer TxnQueries::page(Iterator& iterator, const Node& request, std::size_t size) const
{
    QueryAnswer answer;
    const std::size_t end = std::min(iterator.rows.size(), iterator.next + size);
    for (; iterator.next < end; ++iterator.next)
        print_row(books_, iterator.rows[iterator.next], request, answer.outcome.body);
    answer.iterator_remaining = iterator.rows.size() - iterator.next;
    return answer;
}

QueryAnswer TxnQueries::go_on(const Node& request)
{
    const std::string id = attribute_of(request, "iteratorID");
    const auto found = iterators_.find(id);
    if (found == iterators_.end()) {
        return {.outcome = refused(3391, fmt::format("The iteratorID \"{}\" is not valid.", id))};
    }
    if (attribute_of(request, "iterator") == "Stop") {
        iterators_.erase(found);
        return {};
    }
    Iterator& iterator = found->second;
    const std::size_t size = page_size(request);
    QueryAnswer answer =
        page(iterator, iterator.start, size == 0 ? page_size(iterator.start) : size);
    answer.iterator_id = id;
    if (answer.iterator_remaining == 0u) iterators_.erase(found);
    return answer;
}

QueryAnswer TxnQueries::answer(const Node& request, std::int64_t now)
{
    const std::string verb = attribute_of(request, "iterator");
    if (verb == "Continue" || verb == "Stop") return go_on(request);
    RowFinder finder(books_);
    if (auto refusal = finder.read(request, now)) return {.outcome = *refusal};
    Iterator iterator{.start = request, .rows = finder.find()};
    const std::size_t count = iterator.rows.size();
    QueryAnswer answer;
    const std::string meta_data = attribute_of(request, "metaData");
    if (count == 0) {
        answer.outcome = {
            .code = 1, .message = "A query request did not find a matching object in QuickBooks"};
    } else if (verb == "Start") {
        const std::size_t size = page_size(request);
        if (size == 0) {
            return {.outcome = refused(3150, "There is a missing element: \"MaxReturned\".")};
        }
        if (iterators_.size() >= iterators_max) {
            return {.outcome =
                        refused(1000, "There has been an internal error: too many iterators.")};
        }
        const std::string id = iterator_id(salt_, ++made_);
        Iterator& kept = iterators_.emplace(id, std::move(iterator)).first->second;
        answer = page(kept, request, size);
        answer.iterator_id = id;
        if (answer.iterator_remaining == 0u) iterators_.erase(id);
    } else if (meta_data != "MetaDataOnly") {
        const std::size_t size = page_size(request);
        answer = page(iterator, request, size == 0 ? count : size);
        answer.iterator_remaining.reset();
    }
    if (!meta_data.empty() && meta_data != "NoMetaData") answer.ret_count = count;
    return answer;
}

}  // namespace qbxml::simulator
