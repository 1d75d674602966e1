#include "qbxml/simulator/deletions.h"

#include <fmt/format.h>

#include <algorithm>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/txns.h"

namespace qbxml::simulator {

namespace {

constexpr std::int64_t remembered_seconds = std::int64_t{90} * 86400;

void add_line(std::string& out, std::string_view name, std::string_view text)
{
    append_element(out, Node{.name = std::string(name), .text = std::string(text)});
}

// True when another record names this one.
bool is_used(const CompanyFile& books, const Record& record)
{
    const std::string mention = "<ListID>" + record.id() + "</ListID>";
    for (const Kind* kind : all_kinds()) {
        for (const auto& other : books.records(*kind)) {
            if (other.get() == &record) continue;
            if (other->mentions(mention)) return true;
        }
    }
    return books.ledger().uses(record);
}

Outcome cannot_delete(const Record& record, std::string_view why)
{
    return refused(3160, fmt::format("Cannot delete the object specified by the id = \"{}\".  "
                                     "QuickBooks error message: {}",
                                     record.id(), why));
}

}  // namespace

Outcome delete_list_record(CompanyFile& books, const Node& request, std::int64_t now)
{
    const std::string type = text_at(request, "ListDelType");
    const std::string id = text_at(request, "ListID");
    const Kind* kind = kind_of(type);
    if (kind == nullptr || !kind->is_list()) return object_not_found(id);
    Record* record = books.find(*kind, id);
    if (record == nullptr) return missing_record(books, *kind, id);
    if (type == "UnitOfMeasureSet") {
        return refused(1000, "There has been an internal error when processing the request.");
    }
    if (is_used(books, *record)) {
        return cannot_delete(*record, "This list element cannot be deleted because it is in use.");
    }
    Outcome outcome;
    add_line(outcome.body, "ListDelType", type);
    add_line(outcome.body, "ListID", id);
    add_line(outcome.body, "TimeDeleted", books.time_text(now));
    if (!record->full_name().empty()) add_line(outcome.body, "FullName", record->full_name());
    books.remove(*record, now);
    return outcome;
}

Outcome delete_txn(CompanyFile& books, const Node& request, std::int64_t now)
{
    const std::string type = text_at(request, "TxnDelType");
    const std::string id = text_at(request, "TxnID");
    const Kind* kind = kind_of(type);
    if (kind == nullptr || kind->is_list()) return object_not_found(id);
    Record* record = books.find(*kind, id);
    if (record == nullptr) return missing_record(books, *kind, id);
    Outcome outcome;
    add_line(outcome.body, "TxnDelType", type);
    add_line(outcome.body, "TxnID", id);
    add_line(outcome.body, "TimeDeleted", books.time_text(now));
    if (!record->ref_number().empty()) add_line(outcome.body, "RefNumber", record->ref_number());
    if (auto refusal = delete_txn(books, *record, now)) return *refusal;
    return outcome;
}

Outcome void_txn(CompanyFile& books, const Node& request, std::int64_t now)
{
    const std::string type = text_at(request, "TxnVoidType");
    const std::string id = text_at(request, "TxnID");
    const Kind* kind = kind_of(type);
    if (kind == nullptr || kind->is_list()) return object_not_found(id);
    Record* record = books.find(*kind, id);
    if (record == nullptr) return missing_record(books, *kind, id);
    Outcome outcome = void_txn(books, *record, now);
    if (!outcome.done()) return outcome;
    outcome.record = nullptr;
    add_line(outcome.body, "TxnVoidType", type);
    add_line(outcome.body, "TxnID", id);
    add_line(outcome.body, "TimeCreated", books.time_text(record->stamps().created));
    add_line(outcome.body, "TimeModified", books.time_text(record->stamps().modified));
    if (!record->ref_number().empty()) add_line(outcome.body, "RefNumber", record->ref_number());
    return outcome;
}

Outcome deleted_records(const CompanyFile& books, const Node& request, std::int64_t now)
{
    const bool lists = request.name == "ListDeletedQueryRq";
    const std::string_view type = lists ? "ListDelType" : "TxnDelType";
    const HostZone& zone = books.profile().zone;
    const std::string from = text_at(request, "DeletedDateRangeFilter/FromDeletedDate");
    const std::string to = text_at(request, "DeletedDateRangeFilter/ToDeletedDate");
    const std::int64_t first =
        std::max(now - remembered_seconds, unix_from_text(from, zone).value_or(0));
    const std::int64_t last = unix_from_text(to, zone, true).value_or(now);
    Outcome outcome;
    for (const Deletion& deletion : books.deletions()) {
        const bool asked =
            std::any_of(request.children.begin(), request.children.end(), [&](const Node& child) {
                return child.name == type && child.text == deletion.kind->noun;
            });
        if (!asked || deletion.deleted < first || deletion.deleted > last) continue;
        Node ret{.name = lists ? "ListDeletedRet" : "TxnDeletedRet"};
        ret.add(std::string(type), std::string(deletion.kind->noun));
        ret.add(std::string(deletion.kind->key()), deletion.id);
        ret.add("TimeCreated", books.time_text(deletion.created));
        ret.add("TimeDeleted", books.time_text(deletion.deleted));
        if (!deletion.name.empty()) ret.add(lists ? "FullName" : "RefNumber", deletion.name);
        append_element(outcome.body, ret);
    }
    if (outcome.body.empty()) {
        outcome.code = 1;
        outcome.message = "A query request did not find a matching object in QuickBooks";
    }
    return outcome;
}

}  // namespace qbxml::simulator
