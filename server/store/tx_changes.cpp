#include <algorithm>

#include "qbxml/json_members.h"
#include "server/store/rows.h"
#include "server/store/steps.h"
#include "server/store/tx.h"

namespace server::store {
namespace {

constexpr std::int64_t versions_max = 20;  // of one record
constexpr std::size_t fields_max = 64;     // named of one version

// They move with every version, and are told apart from it.
bool is_of_every_version(std::string_view path)
{
    return path == "modifiedDate" || path == "sourceModifiedDate" ||
           path == "metadata.editSequence";
}

std::string joined(const std::vector<std::string>& paths)
{
    std::string text;
    std::size_t count = 0;
    for (const std::string& path : paths) {
        if (is_of_every_version(path)) continue;
        if (++count > fields_max) break;
        if (!text.empty()) text += ',';
        text += path;
    }
    return text;
}

std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        parts.emplace_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return parts;
}

}  // namespace

std::int64_t Tx::note_change(const base::CompanyId& company, std::int64_t on, std::string_view id,
                             std::string_view kind, base::Time now)
{
    if (numbering_ != company.text) {
        // Numbers must become visible in their order, or a reader's cursor would pass one that is
        // not committed yet. SQLite has one writer at a time; where there are several, writing this
        // row makes the second of one company wait until the first is done. So the newest number
        // is read after it, and no counter is kept.
        std::int64_t newest = 0;
        run(R"(INSERT INTO mirror (company_id) VALUES ($1)
               ON CONFLICT (company_id) DO UPDATE SET pruned_through = mirror.pruned_through
               RETURNING pruned_through)",
            {param(company)}, [&](const Row& row) { newest = row.integer(0); });
        last_change_ = std::max(newest, newest_change(company));
        numbering_ = company.text;
    }
    run(R"(INSERT INTO change (company_id, seq, shelf, id, kind, at)
           VALUES ($1, $2, $3, $4, $5, $6))",
        {param(company), Param(++last_change_), Param(on), param(id), param(kind), param(now)});
    return last_change_;
}

void Tx::note_version(std::int64_t on, std::string_view id, const Step& step)
{
    // The first version is written down when there is a second.
    run(R"(INSERT INTO version (shelf, id, number, kind, at, edit_sequence, fields)
           SELECT $1, $2, 0, 'created', $3, $4, ''
           WHERE NOT EXISTS (SELECT 1 FROM version WHERE shelf = $1 AND id = $2))",
        {Param(on), param(id), param(step.before.first_seen_at), param(step.before.edit_sequence)});
    const std::string fields = joined(qbxml::json_changes(step.before.json, step.json));
    run(R"(INSERT INTO version (shelf, id, number, kind, at, edit_sequence, fields)
           VALUES ($1, $2, $3, $4, $5, $6, $7))",
        {Param(on), param(id), Param(step.number), param(step.kind), param(step.at),
         param(step.edit_sequence), param(fields)});
    run(R"(DELETE FROM version
           WHERE shelf = $1 AND id = $2 AND number <= (
               SELECT number FROM version WHERE shelf = $1 AND id = $2
               ORDER BY number DESC LIMIT 1 OFFSET $3))",
        {Param(on), param(id), Param(versions_max)});
}

std::vector<Change> Tx::changes(const base::CompanyId& company, std::int64_t after, int limit)
{
    std::vector<Change> found;
    run(R"(SELECT seq, data_type, id, kind, at
           FROM change JOIN shelf ON shelf.number = change.shelf
           WHERE change.company_id = $1 AND seq > $2 ORDER BY seq LIMIT $3)",
        {param(company), Param(after), param(limit)}, [&](const Row& row) {
            found.push_back({.seq = row.integer(0),
                             .data_type = text_at(row, 1),
                             .id = text_at(row, 2),
                             .kind = text_at(row, 3),
                             .at = time_at(row, 4)});
        });
    return found;
}

std::int64_t Tx::newest_change(const base::CompanyId& company)
{
    std::int64_t newest = 0;
    run("SELECT COALESCE(MAX(seq), 0) FROM change WHERE company_id = $1", {param(company)},
        [&](const Row& row) { newest = row.integer(0); });
    return newest == 0 ? pruned_through(company) : newest;
}

std::int64_t Tx::pruned_through(const base::CompanyId& company)
{
    std::int64_t through = 0;
    run("SELECT pruned_through FROM mirror WHERE company_id = $1", {param(company)},
        [&](const Row& row) { through = row.integer(0); });
    return through;
}

void Tx::prune_changes(base::Time before)
{
    // By number and not by time: clocks go back, and what is forgotten must be one piece.
    run(R"(UPDATE mirror
           SET pruned_through = COALESCE(
               (SELECT MIN(seq) - 1 FROM change
                WHERE change.company_id = mirror.company_id AND at >= $1),
               (SELECT MAX(seq) FROM change WHERE change.company_id = mirror.company_id),
               pruned_through))",
        {param(before)});
    run(R"(DELETE FROM change
           WHERE seq <= (SELECT pruned_through FROM mirror
                         WHERE mirror.company_id = change.company_id))");
}

std::vector<VersionSeen> Tx::versions(const base::CompanyId& company, std::string_view data_type,
                                      std::string_view id)
{
    std::vector<VersionSeen> found;
    const auto on = known_shelf(company, data_type);
    if (!on) return found;
    run(R"(SELECT kind, at, edit_sequence, fields FROM version
           WHERE shelf = $1 AND id = $2 ORDER BY number)",
        {Param(*on), param(id)}, [&](const Row& row) {
            found.push_back({.kind = text_at(row, 0),
                             .at = time_at(row, 1),
                             .edit_sequence = text_at(row, 2),
                             .fields = split(row.text(3))});
        });
    return found;
}

}  // namespace server::store
