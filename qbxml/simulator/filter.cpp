#include "qbxml/simulator/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "qbxml/simulator/currencies.h"
#include "qbxml/simulator/date_macro.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/text.h"

namespace qbxml::simulator {

namespace {

// Elements of a query that choose no records: keys and what the answer shows.
constexpr std::array<std::string_view, 11> not_filters{"ListID",
                                                       "FullName",
                                                       "TxnID",
                                                       "RefNumber",
                                                       "RefNumberCaseSensitive",
                                                       "MaxReturned",
                                                       "IncludeLineItems",
                                                       "IncludeLinkedTxns",
                                                       "IncludeRetElement",
                                                       "OwnerID",
                                                       "IncludeComponentLineItems"};

std::optional<std::int64_t> number_of(std::string_view text)
{
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
    return value;
}

Outcome unanswerable(std::string_view element)
{
    return refused(1030,
                   fmt::format("The request is not supported by this simulated QuickBooks: it "
                               "does not know how to apply \"{}\".",
                               element));
}

Outcome backwards()
{
    return refused(3030, "The \"From\" date is later than the \"To\" date.");
}

// The record and, when asked for, all below it.
void add_with_children(const CompanyFile& books, const Record& top, bool children,
                       std::unordered_set<std::string>& ids)
{
    ids.insert(top.id());
    if (!children) return;
    for (const auto& record : books.records(top.kind())) {
        if (record->parent_id() == top.id()) add_with_children(books, *record, true, ids);
    }
}

}  // namespace

bool Filter::Match::takes(std::string_view value) const
{
    const std::string have = folded(value);
    if (criterion == "StartsWith") return have.starts_with(text);
    if (criterion == "EndsWith") return have.ends_with(text);
    return have.find(text) != std::string::npos;
}

bool Filter::Range::takes(std::string_view value) const
{
    // Numbers are compared as numbers when both ends are numbers, else texts are compared.
    const auto low = number_of(from);
    const auto high = number_of(to);
    if ((low || from.empty()) && (high || to.empty()) && (low || high)) {
        const auto number = number_of(value);
        return number && (!low || *number >= *low) && (!high || *number <= *high);
    }
    const std::string have = folded(value);
    return (from.empty() || have >= from) && (to.empty() || have <= to);
}

bool Filter::AmountTest::takes(Cents value) const
{
    if (op == "LessThan") return value < amount;
    if (op == "LessThanEqual") return value <= amount;
    if (op == "Equal") return value == amount;
    if (op == "GreaterThan") return value > amount;
    return value >= amount;
}

std::optional<Outcome> Filter::read_modified(const CompanyFile& books, const Node& from_and_to)
{
    const HostZone& zone = books.profile().zone;
    if (const std::string from = text_at(from_and_to, "FromModifiedDate"); !from.empty()) {
        modified_from_ = unix_from_text(from, zone);
    }
    if (const std::string to = text_at(from_and_to, "ToModifiedDate"); !to.empty()) {
        modified_to_ = unix_from_text(to, zone, true);
    }
    if (modified_from_ && modified_to_ && *modified_from_ > *modified_to_) return backwards();
    return std::nullopt;
}

std::optional<Outcome> Filter::read_txn_dates(const CompanyFile& books, const Node& filter,
                                              std::int64_t now)
{
    txn_dates_ = Range{text_at(filter, "FromTxnDate"), text_at(filter, "ToTxnDate")};
    if (const Node* macro = filter.child("DateMacro")) {
        const auto days = days_of_macro(macro->text, date_text(now, books.profile().zone));
        if (!days) return unanswerable("DateMacro " + macro->text);
        txn_dates_ = Range{days->from, days->to};
    }
    const Range& range = *txn_dates_;
    if (!range.from.empty() && !range.to.empty() && range.from > range.to) return backwards();
    return std::nullopt;
}

std::optional<Outcome> Filter::read_referred(const CompanyFile& books, const Node& filter,
                                             std::string_view ref, std::string_view noun)
{
    Referred referred{.ref = std::string(ref), .ids = {}};
    for (const Node& key : filter.children) {
        const bool by_id = key.name.starts_with("ListID");
        const bool children = key.name.ends_with("WithChildren");
        const Record* found = nullptr;
        for (const Kind* kind : kinds_answered(noun)) {
            found = by_id ? books.find(*kind, key.text) : books.find_by_name(*kind, key.text);
            if (found != nullptr) break;
        }
        if (found == nullptr) return object_not_found(key.text);
        add_with_children(books, *found, children, referred.ids);
    }
    referred_.push_back(std::move(referred));
    return std::nullopt;
}

std::optional<Outcome> Filter::read_element(const CompanyFile& books, const Node& element,
                                            std::int64_t now)
{
    const std::string& name = element.name;
    const auto match = [&](std::string_view of) {
        return Match{text_at(element, "MatchCriterion"), folded(text_at(element, of))};
    };
    if (name == "ActiveStatus") {
        active_ = element.text == "All"            ? Active::all
                  : element.text == "InactiveOnly" ? Active::only_inactive
                                                   : Active::only_active;
    } else if (name == "PaidStatus") {
        paid_ = element.text == "PaidOnly"      ? Paid::paid
                : element.text == "NotPaidOnly" ? Paid::not_paid
                                                : Paid::all;
    } else if (name == "FromModifiedDate" || name == "ToModifiedDate") {
        return std::nullopt;  // read together
    } else if (name == "ModifiedDateRangeFilter") {
        return read_modified(books, element);
    } else if (name == "TxnDateRangeFilter") {
        return read_txn_dates(books, element, now);
    } else if (name == "NameFilter") {
        name_ = match("Name");
    } else if (name == "RefNumberFilter") {
        ref_number_ = match("RefNumber");
    } else if (name == "NameRangeFilter") {
        name_range_ =
            Range{folded(text_at(element, "FromName")), folded(text_at(element, "ToName"))};
    } else if (name == "RefNumberRangeFilter") {
        ref_number_range_ = Range{folded(text_at(element, "FromRefNumber")),
                                  folded(text_at(element, "ToRefNumber"))};
    } else if (name == "EntityFilter") {
        return read_referred(books, element, "EntityRef", "Entity");
    } else if (name == "TimeTrackingEntityFilter") {
        return read_referred(books, element, "EntityRef", "Entity");
    } else if (name == "ItemFilter") {
        return read_referred(books, element, "ItemRef", "Item");
    } else if (name == "AccountFilter") {
        return read_referred(books, element, "AccountRef", "Account");
    } else if (name == "ClassFilter") {
        return read_referred(books, element, "ClassRef", "Class");
    } else if (name == "AccountType") {
        account_types_.push_back(element.text);
    } else if (name == "TotalBalanceFilter") {
        total_balance_ = AmountTest{text_at(element, "Operator"),
                                    Cents::parse(text_at(element, "Amount")).value_or(Cents{})};
    } else if (name == "CurrencyFilter") {
        if (home_currency(books) == nullptr) return feature_not_enabled(name);
        return read_referred(books, element, "CurrencyRef", "Currency");
    } else if (std::find(not_filters.begin(), not_filters.end(), name) == not_filters.end()) {
        return unanswerable(name);
    }
    return std::nullopt;
}

std::optional<Outcome> Filter::read(const CompanyFile& books, const Node& request,
                                    const std::vector<const Kind*>& kinds, std::int64_t now)
{
    // Inactive list records are left out unless they are asked for.
    if (!kinds.empty() && kinds.front()->is_list()) active_ = Active::only_active;
    for (const Node& element : request.children) {
        if (auto refusal = read_element(books, element, now)) return refusal;
    }
    if (request.child("ModifiedDateRangeFilter") != nullptr) return std::nullopt;
    return read_modified(books, request);
}

bool Filter::takes_list_fields(const Record& record, const CompanyFile& books) const
{
    if (!account_types_.empty()) {
        const std::string type = record.field("AccountType", books.names());
        if (std::find(account_types_.begin(), account_types_.end(), type) == account_types_.end()) {
            return false;
        }
    }
    if (total_balance_) {
        const auto balance = Cents::parse(record.field("TotalBalance", books.names()));
        if (!balance || !total_balance_->takes(*balance)) return false;
    }
    return true;
}

// Accounts, items and the names on lines are where the transaction posted.
bool Filter::takes_referred(const Record& record, const CompanyFile& books,
                            const Referred& filter) const
{
    const auto wants = [&](const Record* posted) {
        return posted != nullptr && filter.ids.contains(posted->id());
    };
    if (filter.ref == "EntityRef" && !record.entity_id().empty()) {
        return filter.ids.contains(record.entity_id());
    }
    if (filter.ref == "CurrencyRef") {
        const std::string id = record.field(filter.ref, "ListID", books.names());
        const Record* home = home_currency(books);
        return filter.ids.contains(id.empty() && home != nullptr ? home->id() : id);
    }
    if (filter.ref == "ClassRef") {
        return filter.ids.contains(record.field(filter.ref, "ListID", books.names()));
    }
    for (const Posting& posting : books.ledger().postings(record)) {
        if (wants(filter.ref == "AccountRef" ? posting.account
                  : filter.ref == "ItemRef"  ? posting.item
                                             : posting.name)) {
            return true;
        }
    }
    return false;
}

bool Filter::takes(const Record& record, const CompanyFile& books) const
{
    if (active_ == Active::only_active && !record.active()) return false;
    if (active_ == Active::only_inactive && record.active()) return false;
    if (paid_ == Paid::paid && !record.paid()) return false;
    if (paid_ == Paid::not_paid && record.paid()) return false;
    if (modified_from_ && record.stamps().modified < *modified_from_) return false;
    if (modified_to_ && record.stamps().modified > *modified_to_) return false;
    if (txn_dates_ && !txn_dates_->takes(record.txn_date())) return false;
    if (name_ && !name_->takes(record.full_name())) return false;
    if (name_range_ && !name_range_->takes(record.full_name())) return false;
    if (ref_number_ && !ref_number_->takes(record.ref_number())) return false;
    if (ref_number_range_ && !ref_number_range_->takes(record.ref_number())) return false;
    for (const Referred& filter : referred_) {
        if (!takes_referred(record, books, filter)) return false;
    }
    return takes_list_fields(record, books);
}

}  // namespace qbxml::simulator
