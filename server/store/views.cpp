#include "server/store/views.h"

#include <map>

#include <fmt/format.h>

#include "server/store/rows.h"

namespace server::store {
namespace {

// SQLite's words; PostgreSQL has json #>> path, jsonb_array_elements WITH ORDINALITY and NUMERIC.
std::string value_of(std::string_view json, const ViewColumn& column)
{
    const auto value = fmt::format("json_extract({}, '$.{}')", json, column.path);
    switch (column.type) {
        case ViewColumn::Type::decimal: return fmt::format("CAST({} AS NUMERIC)", value);
        case ViewColumn::Type::whole:
        case ViewColumn::Type::flag: return fmt::format("CAST({} AS BIGINT)", value);
        case ViewColumn::Type::text: break;
    }
    return value;
}

std::string definition_of(const View& view)
{
    const bool lines = !view.lines.empty();
    std::string text =
        fmt::format("CREATE VIEW {} AS SELECT shelf.company_id AS company, record.id AS {}",
                    view.name, lines ? "parent_id, line.key + 1 AS line_position" : "id");
    for (const ViewColumn& column : view.columns)
        text += fmt::format(",\n    {} AS \"{}\"", value_of(lines ? "line.value" : "json", column),
                            column.name);
    // Told by its number, the shelf is found once and its records by their index.
    text += "\nFROM shelf JOIN record ON record.shelf = shelf.number";
    if (lines) text += fmt::format(", json_each(record.json, '$.{}') AS line", view.lines);
    return text +
           fmt::format("\nWHERE shelf.data_type = '{}' AND record.deleted = 0", view.data_type);
}

}  // namespace

void make_views(Connection& connection, std::span<const View> views)
{
    std::map<std::string, std::string> wanted;
    for (const View& view : views)
        wanted[view.name] = definition_of(view);
    std::map<std::string, std::string> there;
    connection.run("SELECT name, definition FROM view_set", {},
                   [&](const Row& row) { there[text_at(row, 0)] = text_at(row, 1); });
    if (there == wanted) return;
    connection.begin_write();
    try {
        for (const auto& [name, definition] : there)
            connection.run_script("DROP VIEW IF EXISTS " + name);
        connection.run("DELETE FROM view_set", {}, {});
        for (const auto& [name, definition] : wanted) {
            connection.run_script("DROP VIEW IF EXISTS " + name);
            connection.run_script(definition);
            const Param params[] = {std::string_view(name), std::string_view(definition)};
            connection.run("INSERT INTO view_set (name, definition) VALUES ($1, $2)", params, {});
        }
        connection.commit(Durable::at_once);
    } catch (...) {
        connection.rollback();
        throw;
    }
}

}  // namespace server::store
