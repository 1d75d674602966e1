#include "qbxml/canonical/ask.h"

#include <algorithm>
#include <set>
#include <span>

#include <fmt/format.h>

#include "qbxml/canonical/table.h"
#include "qbxml/canonical/values.h"
#include "qbxml/canonical/write.h"
#include "qbxml/grammar/grammar.h"

namespace qbxml::canonical {
namespace {

bool has_key(const Query& query, std::string_view element)
{
    return grammar::message(query.message)->content().find(element) != nullptr;
}

bool has_external_guid(std::string_view data_type)
{
    for (const auto& field : find_type(data_type)->fields)
        if (field.name == "metadata")
            for (const auto& member : field.members)
                if (member.name == "externalId") return member.writable();
    return false;
}

// The ids that a query can have, without what this server put around them.
std::vector<std::string> ids_for(const Query& query, std::span<const std::string> ids)
{
    std::vector<std::string> own;
    for (std::string_view id : ids) {
        const auto colon = id.find(':');
        if (query.data_type == "trackingCategories") {
            const std::string_view list = colon == id.npos ? "Class" : id.substr(0, colon);
            if (query.message != fmt::format("{}QueryRq", list)) continue;
            if (colon != id.npos) id.remove_prefix(colon + 1);
        } else if (query.data_type == "accountTransactions") {
            id = id.substr(0, colon);
        }
        if (std::find(own.begin(), own.end(), id) == own.end()) own.emplace_back(id);
    }
    return own;
}

class Finder {
public:
    Finder(std::string_view data_type, const Lookup& lookup, std::string_view own_owner_id,
           Version version)
        : data_type_(data_type), lookup_(lookup), own_owner_id_(own_owner_id), version_(version)
    {
    }

    Result<std::vector<Node>> find()
    {
        if (!is_record_type(data_type_) || find_type(data_type_)->elements == "ReportRet")
            return Error{"dataType",
                         fmt::format("'{}' has no records that could be looked up", data_type_)};
        for (const Query* query : queries_of(data_type_))
            if (query->since <= version_) queries_.push_back(query);
        if (queries_.empty())
            return Error{
                "dataType",
                fmt::format("{} need qbXML {}; this company file speaks {}", data_type_,
                            queries_of(data_type_).front()->since.text(), version_.text())};
        if (auto wrong = wrong_key()) return *wrong;
        for (const Query* query : queries_)
            add(*query);
        return std::move(requests_);
    }

private:
    bool alone() const
    {
        return !has_key(*queries_[0], "ListID") && !has_key(*queries_[0], "TxnID");
    }

    std::optional<Error> wrong_key() const
    {
        if (alone()) return std::nullopt;
        const auto no_such = [&](const char* where, const char* what) {
            return Error{where, fmt::format("QuickBooks does not look up {} {}", data_type_, what)};
        };
        const Query& query = *queries_.front();
        if (!lookup_.names.empty() && !has_key(query, "FullName"))
            return no_such("names", "by name; use ids or numbers");
        if (!lookup_.ref_numbers.empty() && !has_key(query, "RefNumber"))
            return no_such("refNumbers", "by number; use ids");
        if (!lookup_.external_guids.empty() && !has_external_guid(data_type_))
            return no_such("externalGuids", "by GUID: they have none");
        if (!lookup_.external_guids.empty() && lookup_.changed_since.empty())
            return Error{"changedSince",
                         "QuickBooks cannot look for GUIDs; say since when to look for them"};
        if (lookup_.ids.empty() && lookup_.names.empty() && lookup_.ref_numbers.empty() &&
            lookup_.external_guids.empty())
            return Error{"ids", "nothing is asked for; give ids, names or numbers"};
        return std::nullopt;
    }

    void add(const Query& query)
    {
        if (alone()) {
            requests_.push_back(query_request(query, {.own_owner_id = own_owner_id_}));
            return;
        }
        add_keys(query, &QueryWish::ids, ids_for(query, lookup_.ids));
        add_keys(query, &QueryWish::names, lookup_.names);
        add_keys(query, &QueryWish::ref_numbers, lookup_.ref_numbers);
        if (!lookup_.external_guids.empty())
            requests_.push_back(query_request(
                query, {.modified_from = lookup_.changed_since, .own_owner_id = own_owner_id_}));
    }

    void add_keys(const Query& query, std::vector<std::string> QueryWish::*part,
                  std::span<const std::string> keys)
    {
        while (!keys.empty()) {
            const auto some = keys.first(std::min(keys.size(), keys_per_request_max));
            keys = keys.subspan(some.size());
            QueryWish wish{.own_owner_id = own_owner_id_};
            (wish.*part).assign(some.begin(), some.end());
            requests_.push_back(query_request(query, wish));
        }
    }

    std::string_view data_type_;
    const Lookup& lookup_;
    std::string_view own_owner_id_;
    Version version_;
    std::vector<const Query*> queries_;
    std::vector<Node> requests_;
};

// The calendar months from one day to another, the first and the last cut to those days: the
// columns QuickBooks makes; one more than the most at the utmost. Both days exist, and stand in
// order.
std::vector<Context::Period> months_of(const std::string& from, const std::string& to)
{
    std::vector<Context::Period> months;
    int year = std::stoi(from.substr(0, 4)), month = std::stoi(from.substr(5, 2));
    for (std::string first = from; first <= to && months.size() <= report_months_max;) {
        int last_day = 31;
        while (!days_of(year, month, last_day))
            --last_day;
        const auto last = fmt::format("{:04}-{:02}-{:02}", year, month, last_day);
        months.push_back({first, std::min(last, to)});
        if (++month == 13) month = 1, ++year;
        first = fmt::format("{:04}-{:02}-01", year, month);
    }
    return months;
}

std::optional<Error> wrong_report(std::string_view data_type, const ReportWish& wish)
{
    const bool aged = data_type.starts_with("aged");
    const bool monthly = wish.by == ReportWish::By::month;
    if (wish.to.empty()) return Error{"to", "the last day of the report is missing"};
    for (const auto& [name, day] : {std::pair{"from", wish.from}, std::pair{"to", wish.to}})
        if (!day.empty() && date_value(day) != day)
            return Error{name, fmt::format("'{}' is no day; expected as 2026-01-31", day)};
    if (!wish.from.empty() && wish.from > wish.to)
        return Error{"from", fmt::format("{} is after {}", wish.from, wish.to)};
    if (monthly && aged) return Error{"by", "an aged report has no months; leave `by` out"};
    if (wish.from.empty() && (data_type == "profitAndLoss" || monthly))
        return Error{"from", "the first day of the report is missing"};
    if (!wish.from.empty() && aged)
        return Error{"from", "an aged report has one day, `to`; leave `from` out"};
    if (!wish.basis.empty() && aged)
        return Error{"basis", "QuickBooks takes no basis for an aged report; leave it out"};
    if (!wish.basis.empty() && wish.basis != "Accrual" && wish.basis != "Cash")
        return Error{"basis",
                     fmt::format("'{}' is no basis; expected Accrual or Cash", wish.basis)};
    if (monthly && months_of(wish.from, wish.to).size() > report_months_max)
        return Error{"by", fmt::format("{} to {} are more than {} months; ask for less at a time",
                                       wish.from, wish.to, report_months_max)};
    return std::nullopt;
}

// recordRef: {"id", "dataType", "sourceType"}. Nothing else in a record has these three.
void collect(const Value& value, std::set<DocumentRef>& found)
{
    if (value.is_array())
        for (const auto& item : value.as_array())
            collect(item, found);
    if (!value.is_object()) return;
    if (value.find("sourceType") && value.find("dataType") && !value.string_at("id").empty() &&
        is_record_type(value.string_at("dataType")))
        found.insert({value.string_at("dataType"), value.string_at("id")});
    for (const auto& [name, member] : value.as_object())
        collect(member, found);
}

}  // namespace

Result<std::vector<Node>> lookup_requests(std::string_view data_type, const Lookup& lookup,
                                          std::string_view own_owner_id, Version version)
{
    return Finder(data_type, lookup, own_owner_id, version).find();
}

Result<AskedReport> report_request(std::string_view data_type, const ReportWish& wish,
                                   Version version)
{
    const Type* type = find_type(data_type);
    if (!type || type->elements != "ReportRet")
        return Error{"type", fmt::format("'{}' is no report; expected balanceSheet, profitAndLoss, "
                                         "agedDebtors or agedCreditors",
                                         data_type)};
    const Query& query = *queries_of(data_type).front();
    if (version < query.since)
        return Error{"type", fmt::format("{} needs qbXML {}; this company file speaks {}",
                                         data_type, query.since.text(), version.text())};
    if (auto wrong = wrong_report(data_type, wish)) return *wrong;
    const bool monthly = wish.by == ReportWish::By::month;
    AskedReport asked;
    asked.data_type = data_type;
    asked.request = query_request(query, {.period_from = wish.from,
                                          .period_to = wish.to,
                                          .report_basis = wish.basis,
                                          .by_month = monthly,
                                          .version = version});
    asked.periods = monthly ? months_of(wish.from, wish.to)
                            : std::vector<Context::Period>{{wish.from, wish.to}};
    return asked;
}

Context context_of_report(const Context& common, std::string_view data_type, const ReportWish& wish)
{
    Context own = common;
    own.report_data_type = data_type;
    if (auto asked = report_request(data_type, wish, newest_version))
        own.report_periods = std::move(asked->periods);
    return own;
}

Node account_transactions_request(const PostingsWish& wish)
{
    return query_request(*queries_of("accountTransactions").front(),
                         {.modified_from = wish.modified_from,
                          .page_size = wish.page_size,
                          .iterator_id = wish.iterator_id,
                          .account_id = wish.account_id,
                          .modified_to = wish.modified_to,
                          .date_from = wish.date_from,
                          .date_to = wish.date_to});
}

std::vector<Node> deleted_requests(std::string_view since, Version version)
{
    std::vector<Node> requests;
    for (const Query* query : queries_of("deletions"))
        if (query->since <= version)
            requests.push_back(query_request(*query, {.modified_from = since, .version = version}));
    return requests;
}

Result<std::vector<DocumentRef>> linked_documents(std::string_view record_json)
{
    const auto record = parse_json(record_json);
    if (!record) return record.error();
    std::set<DocumentRef> found;
    collect(*record, found);
    const std::string own = record->string_at("id");
    std::erase_if(found, [&](const DocumentRef& document) { return document.id == own; });
    return std::vector<DocumentRef>(found.begin(), found.end());
}

Result<Lookup> lookup_of(const Write& write)
{
    if (!write.id.empty()) return Lookup{.ids = {write.id}};
    const auto requests = to_requests(write, {}, newest_version, Edition::any);
    if (!requests) return Error{requests.error().front().path, requests.error().front().message};
    Lookup lookup;
    // <InvoiceAddRq><InvoiceAdd>…: what is added stands inside its message.
    for (const Node& request : requests->requests) {
        if (request.children.empty()) continue;
        const Node& added = request.children.front();
        const Node* parent = added.child("ParentRef");
        if (const Node* number = added.child("RefNumber"))
            lookup.ref_numbers.push_back(number->text);
        else if (const Node* name = added.child("Name"); name && !parent)
            lookup.names.push_back(name->text);
        else if (const Node* above = parent ? parent->child("FullName") : nullptr; name && above)
            lookup.names.push_back(above->text + ":" + name->text);
        break;
    }
    if (lookup.names.empty() && lookup.ref_numbers.empty())
        return Error{write.data_type,
                     "the record was given no name and no number to find it by; "
                     "look for it in QuickBooks"};
    return lookup;
}

}  // namespace qbxml::canonical
