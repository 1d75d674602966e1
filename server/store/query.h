// What is looked for in the records of one type; the store's form of a filter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace server::store {

// Where a value stands: in a column of its own, or in the canonical JSON.
enum class Column { id, name, doc_date, party_id, status, modified_at, json };
// How values compare: as texts, as decimals, as moments.
enum class Compare { text, number, moment };

struct Place {
    Column column = Column::json;
    std::string path = {};  // in the JSON: names joined by dots
    Compare as = Compare::text;
};

struct Term {
    enum class Op { any_of, none_of, lt, lte, gt, gte, contains, is_null, not_null };
    Place place = {};
    Op op = Op::any_of;
    std::vector<std::string> values = {};  // of modified_at: microseconds since 1970
};

struct RecordQuery {
    std::vector<Term> terms = {};         // all must hold
    std::vector<std::string> words = {};  // each stands in the name or in one of `word_paths`
    std::vector<std::string> word_paths = {};
    bool deleted = false;  // tombstones too
    Place sort = {.column = Column::modified_at};
    bool falling = false;
    // The last record before the page, by what it is sorted by; nullopt for a null. A key and no
    // count, so that what is written meanwhile shifts nothing.
    struct Position {
        std::optional<std::string> value = {};
        std::string id = {};
    };
    std::optional<Position> after = {};
    int limit = 100;
};

struct FoundRecord {
    std::string json;
    RecordQuery::Position position;
};

}  // namespace server::store
