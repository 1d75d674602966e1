// Records made anew from their sources, and what that needs to know.
#include "qbxml/json_members.h"
#include "qbxml/value.h"
#include "server/base/compress.h"
#include "server/store/rows.h"
#include "server/store/steps.h"
#include "server/store/tx.h"

namespace server::store {
namespace {

// What stays as it is however the record is made.
std::string with_fate_of(const KeptRecord& kept, std::string_view json)
{
    std::string made(json);
    for (const char* path : {"modifiedDate", "metadata.isDeleted", "metadata.deletedDate"})
        if (const auto value = qbxml::json_at(kept.json, path))
            made = qbxml::json_with(made, path, *value);
    return made;
}

KeptRecord kept_at(const Row& row)
{
    return {.id = text_at(row, 0),
            .json = text_at(row, 1),
            .source_type = text_at(row, 2),
            .edit_sequence = text_at(row, 3),
            .first_seen_at = time_at(row, 4),
            .modified_at = time_at(row, 5),
            .deleted = row.integer(6) != 0,
            .voided = row.integer(7) != 0,
            .source = row.is_null(9) ? text_at(row, 8) : base::unpack(row.bytes(9))};
}

}  // namespace

Put Tx::remake_record(const base::CompanyId& company, const RecordRow& r, base::Time now)
{
    const auto before = find_kept(company, r.data_type, r.id);
    // Another source came meanwhile, and was converted then.
    if (!before || before->source != r.source) return Put::unchanged;
    const auto on = shelf(company, r.data_type);
    auto json = with_fate_of(*before, r.json);
    const bool same = json == before->json;
    if (!same) {
        std::string moved;
        qbxml::append_json_string(moved, base::to_text(now));
        json = qbxml::json_with(json, "modifiedDate", moved);
    }
    run_one("remake_record",
            R"(UPDATE record
               SET json = $3, modified_at = $4, voided = $5, unresolved = $6, name = $7,
                   doc_date = $8, party_id = $9, status = $10, source_hash = $11
               WHERE shelf = $1 AND id = $2)",
            {Param(on), param(r.id), param(json), param(same ? before->modified_at : now),
             param(r.voided), param(r.unresolved), param(r.name), param(r.doc_date),
             param(r.party_id), param(r.status), param(r.source_hash)});
    if (same) return Put::unchanged;
    const auto number = note_change(company, on, r.id, "updated", now);
    note_version(on, r.id,
                 {.number = number,
                  .kind = "updated",
                  .at = now,
                  .edit_sequence = before->edit_sequence,
                  .before = *before,
                  .json = json});
    return Put::updated;
}

std::vector<KeptRecord> Tx::kept_after(const base::CompanyId& company, std::string_view data_type,
                                       std::string_view id, int limit)
{
    std::vector<KeptRecord> found;
    const auto on = known_shelf(company, data_type);
    if (!on) return found;
    run(R"(SELECT id, json, source_type, edit_sequence, first_seen_at, modified_at, deleted, voided,
                  source, packed_source
           FROM record WHERE shelf = $1 AND id > $2 ORDER BY id LIMIT $3)",
        {Param(*on), param(id), param(limit)},
        [&](const Row& row) { found.push_back(kept_at(row)); });
    return found;
}

std::vector<KeptRecord> Tx::unresolved_after(const base::CompanyId& company,
                                             std::string_view data_type, std::string_view id,
                                             int limit)
{
    std::vector<KeptRecord> found;
    const auto on = known_shelf(company, data_type);
    if (!on) return found;
    run(R"(SELECT id, json, source_type, edit_sequence, first_seen_at, modified_at, deleted, voided,
                  source, packed_source
           FROM record WHERE shelf = $1 AND unresolved = 1 AND id > $2 ORDER BY id LIMIT $3)",
        {Param(*on), param(id), param(limit)},
        [&](const Row& row) { found.push_back(kept_at(row)); });
    return found;
}

std::vector<ShelfState> Tx::shelves(const base::CompanyId& company)
{
    std::vector<ShelfState> found;
    run(R"(SELECT data_type, made_by, remaking_for, remade_through FROM shelf
           WHERE company_id = $1 ORDER BY number)",
        {param(company)}, [&](const Row& row) {
            found.push_back({.data_type = text_at(row, 0),
                             .made_by = text_at(row, 1),
                             .remaking_for = text_at(row, 2),
                             .remade_through = text_at(row, 3)});
        });
    return found;
}

void Tx::save_shelf(const base::CompanyId& company, const ShelfState& s)
{
    run_one("save_shelf",
            R"(UPDATE shelf SET made_by = $3, remaking_for = $4, remade_through = $5
               WHERE company_id = $1 AND data_type = $2)",
            {param(company), param(s.data_type), param(s.made_by), param(s.remaking_for),
             param(s.remade_through)});
}

MirrorState Tx::mirror_state(const base::CompanyId& company)
{
    MirrorState state;
    run("SELECT lists, resolved_through, cursor_key FROM mirror WHERE company_id = $1",
        {param(company)}, [&](const Row& row) {
            state = {.lists = row.integer(0),
                     .resolved_through = row.integer(1),
                     .cursor_key = text_at(row, 2)};
        });
    return state;
}

void Tx::save_mirror_state(const base::CompanyId& company, const MirrorState& s)
{
    run(R"(INSERT INTO mirror (company_id, lists, resolved_through, cursor_key)
           VALUES ($1, $2, $3, $4)
           ON CONFLICT (company_id) DO UPDATE
           SET lists = excluded.lists, resolved_through = excluded.resolved_through,
               cursor_key = excluded.cursor_key)",
        {param(company), Param(s.lists), Param(s.resolved_through), param(s.cursor_key)});
}

bool Tx::has_shelf(const base::CompanyId& company, std::string_view data_type)
{
    return known_shelf(company, data_type).has_value();
}

bool Tx::has_record(const base::CompanyId& company, std::string_view data_type, std::string_view id)
{
    const auto on = known_shelf(company, data_type);
    bool there = false;
    if (on)
        run("SELECT 1 FROM record WHERE shelf = $1 AND id = $2", {Param(*on), param(id)},
            [&](const Row&) { there = true; });
    return there;
}

std::optional<std::string> Tx::find_record_named(const base::CompanyId& company,
                                                 std::string_view data_type, std::string_view name)
{
    const auto on = known_shelf(company, data_type);
    std::optional<std::string> found;
    if (on)
        run(R"(SELECT json FROM record WHERE shelf = $1 AND name = $2 AND deleted = 0
               ORDER BY id LIMIT 1)",
            {Param(*on), param(name)}, [&](const Row& row) { found = text_at(row, 0); });
    return found;
}

}  // namespace server::store
