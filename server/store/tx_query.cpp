// Records by filter. The only statements whose text depends on what is asked, and the only place
// where the database looks into JSON: json_extract and unixepoch are SQLite's, and what PostgreSQL
// has instead (#>> and timestamptz) belongs into value_of().
#include <algorithm>
#include <charconv>
#include <deque>

#include <fmt/format.h>

#include "server/base/ensure.h"
#include "server/store/query.h"
#include "server/store/rows.h"
#include "server/store/tx.h"

namespace server::store {
namespace {

std::string_view column_name(Column column)
{
    switch (column) {
        case Column::id: return "id";
        case Column::name: return "name";
        case Column::doc_date: return "doc_date";
        case Column::party_id: return "party_id";
        case Column::status: return "status";
        case Column::modified_at: return "modified_at";
        case Column::json: return "json";
    }
    base::unreachable();
}

// Grows the text of a statement and what is bound to it.
class Statement {
public:
    std::string text;

    std::string bind(std::string value)
    {
        kept_.push_back(std::move(value));
        params.emplace_back(std::string_view(kept_.back()));
        return fmt::format("${}", params.size());
    }
    std::string bind(std::int64_t value)
    {
        params.emplace_back(value);
        return fmt::format("${}", params.size());
    }
    // A value as it is written in a filter, in the form in which its place compares.
    std::string bind_for(const Place& place, const std::string& value)
    {
        if (place.column == Column::modified_at) {
            std::int64_t number = 0;
            std::from_chars(value.data(), value.data() + value.size(), number);
            return bind(number);
        }
        return in_form(place, bind(value));
    }
    static std::string in_form(const Place& place, const std::string& expression)
    {
        if (place.column != Column::json || place.as == Compare::text) return expression;
        return place.as == Compare::number ? fmt::format("CAST({} AS REAL)", expression)
                                           : fmt::format("unixepoch({})", expression);
    }
    std::string raw_value_of(const Place& place)
    {
        if (place.column != Column::json) return std::string(column_name(place.column));
        return fmt::format("json_extract(json, {})", bind("$." + place.path));
    }
    std::string value_of(const Place& place) { return in_form(place, raw_value_of(place)); }

    std::vector<Param> params;

private:
    std::deque<std::string> kept_;
};

// For LIKE with \ as its escape.
std::string pattern(std::string_view part)
{
    std::string text = "%";
    for (const char c : part) {
        if (c == '%' || c == '_' || c == '\\') text += '\\';
        text += c;
    }
    return text + '%';
}

bool is_text_column(Column column)
{
    return column != Column::json && column != Column::modified_at && column != Column::id;
}

std::string list(Statement& statement, const Term& term)
{
    std::string text;
    for (const std::string& value : term.values)
        text += (text.empty() ? "" : ", ") + statement.bind_for(term.place, value);
    return text;
}

void add_term(Statement& statement, const Term& term)
{
    const Place& place = term.place;
    const auto value = statement.value_of(place);
    // What a column has no value for is empty, so that partial indexes can leave it out.
    const bool column = is_text_column(place.column);
    const auto given = [&] { return statement.bind_for(place, term.values.at(0)); };
    std::string text;
    switch (term.op) {
        case Term::Op::any_of:
            text = fmt::format("{} IN ({})", value, list(statement, term));
            break;
        case Term::Op::none_of:
            text = fmt::format("({0} NOT IN ({1}) OR {0} IS NULL)", value, list(statement, term));
            break;
        case Term::Op::lt: text = fmt::format("{} < {}", value, given()); break;
        case Term::Op::lte: text = fmt::format("{} <= {}", value, given()); break;
        case Term::Op::gt: text = fmt::format("{} > {}", value, given()); break;
        case Term::Op::gte: text = fmt::format("{} >= {}", value, given()); break;
        case Term::Op::contains:
            text = fmt::format("{} LIKE {} ESCAPE '\\'", value,
                               statement.bind(pattern(term.values.at(0))));
            break;
        case Term::Op::is_null:
            text = column ? fmt::format("{} = ''", value) : fmt::format("{} IS NULL", value);
            break;
        case Term::Op::not_null:
            text = column ? fmt::format("{} <> ''", value) : fmt::format("{} IS NOT NULL", value);
            break;
    }
    const bool negative = term.op == Term::Op::none_of || term.op == Term::Op::is_null ||
                          term.op == Term::Op::not_null;
    if (column && !negative) text += fmt::format(" AND {} <> ''", value);
    statement.text += " AND " + text;
}

void add_words(Statement& statement, const RecordQuery& query)
{
    for (const std::string& word : query.words) {
        const auto like = fmt::format("LIKE {} ESCAPE '\\'", statement.bind(pattern(word)));
        std::string any = fmt::format("name {}", like);
        for (const std::string& path : query.word_paths)
            any += fmt::format(" OR {} {}", statement.value_of({.path = path}), like);
        statement.text += fmt::format(" AND ({})", any);
    }
}

// A filter that few records pass. Without statistics the databases would rather walk an index in
// the wanted order than find those few and sort them.
bool is_narrow(const RecordQuery& query)
{
    return std::any_of(query.terms.begin(), query.terms.end(), [&](const Term& term) {
        const Column column = term.place.column;
        const bool few =
            column == Column::id || column == Column::name || column == Column::party_id;
        return few && term.op == Term::Op::any_of && column != query.sort.column;
    });
}

// Nulls stand before everything else.
std::string sort_value(Statement& statement, const RecordQuery& query)
{
    const Place& place = query.sort;
    const auto value = statement.value_of(place);
    if (place.column == Column::json)
        return fmt::format("COALESCE({}, {})", value, place.as == Compare::text ? "''" : "-1e300");
    // An expression has no index.
    if (!is_narrow(query) || place.column == Column::id) return value;
    return value + (place.column == Column::modified_at ? " + 0" : " || ''");
}

void add_position(Statement& statement, const RecordQuery& query)
{
    if (!query.after) return;
    const char way = query.falling ? '<' : '>';
    const auto id = statement.bind(query.after->id);
    if (query.sort.column == Column::id) {
        statement.text += fmt::format(" AND id {} {}", way, id);
        return;
    }
    const auto left = sort_value(statement, query);
    const bool number = query.sort.column == Column::json && query.sort.as != Compare::text;
    const std::string right = query.after->value
                                  ? statement.bind_for(query.sort, *query.after->value)
                                  : std::string(number ? "-1e300" : "''");
    statement.text += fmt::format(" AND ({}, id) {} ({}, {})", left, way, right, id);
}

void add_order(Statement& statement, const RecordQuery& query)
{
    const char* way = query.falling ? "DESC" : "ASC";
    statement.text += " ORDER BY ";
    if (query.sort.column != Column::id)
        statement.text += fmt::format("{} {}, ", sort_value(statement, query), way);
    statement.text += fmt::format("id {} LIMIT {}", way, statement.bind(std::int64_t{query.limit}));
}

}  // namespace

std::vector<FoundRecord> Tx::find_records(const base::CompanyId& company,
                                          std::string_view data_type, const RecordQuery& query)
{
    std::vector<FoundRecord> found;
    const auto on = known_shelf(company, data_type);
    if (!on) return found;
    Statement statement;
    const auto shelf_place = statement.bind(*on);
    statement.text = fmt::format("SELECT id, json, {} FROM record WHERE shelf = {}",
                                 statement.raw_value_of(query.sort), shelf_place);
    if (!query.deleted) statement.text += " AND deleted = 0";
    for (const Term& term : query.terms)
        add_term(statement, term);
    add_words(statement, query);
    add_position(statement, query);
    add_order(statement, query);
    connection_.run(statement.text, statement.params, [&](const Row& row) {
        FoundRecord record{.json = text_at(row, 1), .position = {.id = text_at(row, 0)}};
        if (!row.is_null(2)) record.position.value = text_at(row, 2);
        found.push_back(std::move(record));
    });
    return found;
}

}  // namespace server::store
