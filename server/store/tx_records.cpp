#include "qbxml/json_members.h"
#include "qbxml/value.h"
#include "server/base/compress.h"
#include "server/base/secret.h"
#include "server/store/rows.h"
#include "server/store/steps.h"
#include "server/store/tx.h"

namespace server::store {

std::optional<std::int64_t> Tx::known_shelf(const base::CompanyId& company,
                                            std::string_view data_type)
{
    for (const Shelf& known : shelves_)
        if (known.data_type == data_type && known.company == company.text) return known.number;
    std::optional<std::int64_t> number;
    run(R"(SELECT number FROM shelf WHERE company_id = $1 AND data_type = $2)",
        {param(company), param(data_type)}, [&](const Row& row) { number = row.integer(0); });
    if (number) shelves_.push_back({company.text, std::string(data_type), *number});
    return number;
}

std::int64_t Tx::shelf(const base::CompanyId& company, std::string_view data_type,
                       std::string_view made_by)
{
    if (const auto known = known_shelf(company, data_type)) return *known;
    // Two that make one at once: the second meets the first's number and runs again.
    run_one("shelf",
            R"(INSERT INTO shelf (number, company_id, data_type, made_by)
               VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM shelf), $1, $2, $3))",
            {param(company), param(data_type), param(made_by)});
    return *known_shelf(company, data_type);
}

struct Tx::Held {
    std::string hash;
    bool deleted = false, voided = false;
};

Put Tx::put_record(const base::CompanyId& company, const RecordRow& given, base::Time now)
{
    const std::int64_t on = shelf(company, given.data_type, given.made_by);
    RecordRow r = given;
    std::string hash;
    if (r.source_hash.empty()) r.source_hash = hash = base::fingerprint(r.source);
    std::optional<Held> held;
    run(R"(SELECT source_hash, deleted, voided FROM record WHERE shelf = $1 AND id = $2)",
        {Param(on), param(r.id)}, [&](const Row& row) {
            held = {text_at(row, 0), row.integer(1) != 0, row.integer(2) != 0};
        });
    if (held && held->hash.empty())
        held->hash = base::fingerprint(find_kept(company, r.data_type, r.id)->source);
    if (held && held->hash == r.source_hash && !held->deleted) return Put::unchanged;

    if (r.packed_source.empty()) r.packed_source = base::thread_packer().pack(r.source);
    if (!held) {
        insert_record(on, r, now);
        note_change(company, on, r.id, "created", now);
        return Put::created;
    }
    const auto before = find_kept(company, r.data_type, r.id);
    update_record(on, r, now);
    const bool back = held->deleted;
    const std::string_view kind = back                        ? "created"
                                  : r.voided && !held->voided ? "voided"
                                                              : "updated";
    const auto number = note_change(company, on, r.id, kind, now);
    note_version(on, r.id,
                 {.number = number,
                  .kind = kind,
                  .at = now,
                  .edit_sequence = r.edit_sequence,
                  .before = *before,
                  .json = r.json});
    return back ? Put::created : Put::updated;
}

void Tx::insert_record(std::int64_t on, const RecordRow& r, base::Time now)
{
    run(R"(INSERT INTO record (shelf, id, source_hash, modified_at, first_seen_at, voided,
                               unresolved, source_type, edit_sequence, time_modified, name,
                               doc_date, party_id, status, json, packed_source)
           VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15))",
        {Param(on), param(r.id), param(r.source_hash), param(now), param(r.voided),
         param(r.unresolved), param(r.source_type), param(r.edit_sequence), param(r.time_modified),
         param(r.name), param(r.doc_date), param(r.party_id), param(r.status), param(r.json),
         Bytes{r.packed_source}});
}

void Tx::update_record(std::int64_t on, const RecordRow& r, base::Time now)
{
    run_one("update_record",
            R"(UPDATE record
               SET source_hash = $3, modified_at = $4, deleted = 0, voided = $5, unresolved = $6,
                   source_type = $7, edit_sequence = $8, time_modified = $9, name = $10,
                   doc_date = $11, party_id = $12, status = $13, json = $14, source = NULL,
                   packed_source = $15
               WHERE shelf = $1 AND id = $2)",
            {Param(on), param(r.id), param(r.source_hash), param(now), param(r.voided),
             param(r.unresolved), param(r.source_type), param(r.edit_sequence),
             param(r.time_modified), param(r.name), param(r.doc_date), param(r.party_id),
             param(r.status), param(r.json), Bytes{r.packed_source}});
}

bool Tx::delete_record(const base::CompanyId& company, std::string_view data_type,
                       std::string_view id, std::string_view deleted_date, base::Time now)
{
    const auto before = find_kept(company, data_type, id);
    if (!before || before->deleted) return false;
    const auto quoted = [](std::string_view text) {
        std::string out;
        qbxml::append_json_string(out, text);
        return out;
    };
    auto json = qbxml::json_with(before->json, "metadata.isDeleted", "true");
    if (!deleted_date.empty())
        json = qbxml::json_with(json, "metadata.deletedDate", quoted(deleted_date));
    json = qbxml::json_with(json, "modifiedDate", quoted(base::to_text(now)));
    const auto on = shelf(company, data_type);
    run_one("delete_record",
            R"(UPDATE record SET deleted = 1, modified_at = $3, json = $4
               WHERE shelf = $1 AND id = $2 AND deleted = 0)",
            {Param(on), param(id), param(now), param(json)});
    const auto number = note_change(company, on, id, "deleted", now);
    note_version(on, id,
                 {.number = number,
                  .kind = "deleted",
                  .at = now,
                  .edit_sequence = before->edit_sequence,
                  .before = *before,
                  .json = json});
    return true;
}

std::optional<std::string> Tx::find_record(const base::CompanyId& company,
                                           std::string_view data_type, std::string_view id)
{
    const auto on = known_shelf(company, data_type);
    if (!on) return std::nullopt;
    std::optional<std::string> found;
    run(R"(SELECT json FROM record WHERE shelf = $1 AND id = $2)", {Param(*on), param(id)},
        [&](const Row& row) { found = text_at(row, 0); });
    return found;
}

std::optional<KeptRecord> Tx::find_kept(const base::CompanyId& company, std::string_view data_type,
                                        std::string_view id)
{
    const auto on = known_shelf(company, data_type);
    if (!on) return std::nullopt;
    std::optional<KeptRecord> found;
    run(R"(SELECT json, source_type, edit_sequence, first_seen_at, modified_at, deleted, voided,
                  source, packed_source
           FROM record WHERE shelf = $1 AND id = $2)",
        {Param(*on), param(id)}, [&](const Row& row) {
            found =
                KeptRecord{.id = std::string(id),
                           .json = text_at(row, 0),
                           .source_type = text_at(row, 1),
                           .edit_sequence = text_at(row, 2),
                           .first_seen_at = time_at(row, 3),
                           .modified_at = time_at(row, 4),
                           .deleted = row.integer(5) != 0,
                           .voided = row.integer(6) != 0,
                           .source = row.is_null(8) ? text_at(row, 7) : base::unpack(row.bytes(8))};
        });
    return found;
}

void Tx::each_record(const base::CompanyId& company, std::string_view data_type, std::int64_t limit,
                     const std::function<void(std::string_view)>& each)
{
    const auto on = known_shelf(company, data_type);
    if (!on) return;
    run(R"(SELECT json FROM record WHERE shelf = $1 AND deleted = 0 ORDER BY id LIMIT $2)",
        {Param(*on), Param(limit)}, [&](const Row& row) { each(row.text(0)); });
}

std::vector<std::pair<std::string, std::int64_t>> Tx::count_records(const base::CompanyId& company)
{
    std::vector<std::pair<std::string, std::int64_t>> counts;
    run(R"(SELECT data_type, COUNT(*) FROM shelf JOIN record ON record.shelf = shelf.number
           WHERE company_id = $1 AND deleted = 0
           GROUP BY data_type ORDER BY data_type)",
        {param(company)},
        [&](const Row& row) { counts.emplace_back(text_at(row, 0), row.integer(1)); });
    return counts;
}

std::string Tx::watermark(const base::CompanyId& company, std::string_view query)
{
    std::string newest;
    run(R"(SELECT newest FROM watermark WHERE company_id = $1 AND query = $2)",
        {param(company), param(query)}, [&](const Row& row) { newest = text_at(row, 0); });
    return newest;
}

void Tx::save_watermark(const base::CompanyId& company, std::string_view query,
                        std::string_view newest, base::Time now)
{
    run(R"(INSERT INTO watermark (company_id, query, newest, completed_at)
           VALUES ($1, $2, $3, $4)
           ON CONFLICT (company_id, query) DO UPDATE
           SET newest = excluded.newest, completed_at = excluded.completed_at)",
        {param(company), param(query), param(newest), param(now)});
}

void Tx::forget_watermarks(const base::CompanyId& company)
{
    run("DELETE FROM watermark WHERE company_id = $1", {param(company)});
}

}  // namespace server::store
