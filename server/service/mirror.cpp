#include "server/service/mirror.h"

#include <algorithm>

#include "qbxml/canonical/places.h"
#include "qbxml/json_members.h"
#include "server/base/secret.h"
#include "server/service/lookups.h"

namespace server::service {
namespace {

// Reads what is looked for by, in one walk that ends as soon as all is found.
void look_into(ReadyRecord& ready)
{
    struct Wanted {
        std::string_view member, rest;  // of the path
        std::string* into;
    };
    std::vector<Wanted> wanted;
    const auto want = [&](std::string_view path, std::string& into) {
        if (path.empty()) return;
        const auto dot = path.find('.');
        wanted.push_back(
            {path.substr(0, dot), dot == path.npos ? "" : path.substr(dot + 1), &into});
    };
    const auto paths = qbxml::canonical::look_ups_of(ready.record.data_type);
    want(paths.name, ready.name);
    want(paths.doc_date, ready.doc_date);
    want(paths.party_id, ready.party_id);
    want(paths.status, ready.status);
    qbxml::JsonMembers members(ready.record.json);
    while (!wanted.empty()) {
        const auto member = members.next();
        if (!member) break;
        const auto found = std::find_if(wanted.begin(), wanted.end(),
                                        [&](const Wanted& w) { return w.member == member->name; });
        if (found == wanted.end()) continue;
        const auto value =
            found->rest.empty() ? member->value : qbxml::json_at(member->value, found->rest);
        if (value) *found->into = qbxml::json_plain(*value);
        wanted.erase(found);
    }
}

// Whether a change of it changes what conversions of other records find.
bool changes_lists(store::Tx& tx, const base::CompanyId& company, const store::RecordRow& row,
                   store::Put put)
{
    const std::string_view path = row.data_type == "items"        ? "metadata.sourceType"
                                  : row.data_type == "taxRates"   ? "effectiveTaxRate"
                                  : row.data_type == "currencies" ? "code"
                                                                  : "";
    if (path.empty() || put == store::Put::unchanged) return false;
    // What was not there was not found either, and is tried again; but a currency's records say
    // nothing of what they miss.
    if (put == store::Put::created) return row.data_type == "currencies";
    const auto versions = tx.versions(company, row.data_type, row.id);
    if (versions.empty()) return false;
    const auto& fields = versions.back().fields;
    return std::find(fields.begin(), fields.end(), path) != fields.end();
}

}  // namespace

store::RecordRow ReadyRecord::row() const
{
    return {.data_type = record.data_type,
            .id = record.id,
            .source_type = record.source_type,
            .name = name,
            .edit_sequence = record.edit_sequence,
            .time_modified = record.time_modified,
            .json = record.json,
            .source = record.masked_source,
            .doc_date = doc_date,
            .party_id = party_id,
            .status = status,
            .voided = record.voided,
            .unresolved = record.unresolved,
            .source_hash = source_hash,
            .packed_source = packed_source,
            .made_by = made_by};
}

ReadyRecord RecordPress::ready(qbxml::canonical::Record&& record, std::string_view made_by)
{
    ReadyRecord ready{.record = std::move(record), .made_by = std::string(made_by)};
    look_into(ready);
    ready.source_hash = base::fingerprint(ready.record.masked_source);
    ready.packed_source = packer_.pack(ready.record.masked_source);
    return ready;
}

Mirrored put_ready(store::Tx& tx, const base::CompanyId& company,
                   std::span<const ReadyRecord> records, base::Time now)
{
    Mirrored mirrored;
    bool lists_changed = false;
    for (const auto& record : records) {
        const auto row = record.row();
        const auto put = tx.put_record(company, row, now);
        if (put == store::Put::created) ++mirrored.created;
        if (put == store::Put::updated) ++mirrored.updated;
        lists_changed = lists_changed || changes_lists(tx, company, row, put);
    }
    if (lists_changed) {
        auto state = tx.mirror_state(company);
        ++state.lists;
        tx.save_mirror_state(company, state);
    }
    return mirrored;
}

Mirrored put_records(store::Tx& tx, const base::CompanyId& company,
                     const std::vector<qbxml::canonical::Record>& records, base::Time now)
{
    if (records.empty()) return {};
    RecordPress press;
    std::vector<ReadyRecord> ready;
    ready.reserve(records.size());
    std::string made_with;
    for (const auto& record : records) {
        if (made_with.empty() && !tx.has_shelf(company, record.data_type))
            if (const auto found = tx.find_company(company))
                made_with = made_by(*found, tx.mirror_state(company));
        ready.push_back(press.ready(qbxml::canonical::Record(record), made_with));
    }
    return put_ready(tx, company, ready, now);
}

}  // namespace server::service
