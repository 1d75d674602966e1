// How far a sync has come, kept in its job after each answer.
#pragma once

#include <string>
#include <string_view>

namespace server::jobs {

// The iterator lives in one QBWC session only; what is kept beyond it is which query of the record
// type is at work and since when.
struct Cursor {
    int query = 0;                 // which of the record type's queries
    std::string iterator_id = {};  // "" before the first page and after a lost session
    int pages = 0;                 // of this query, in this session
    int read = 0;                  // records so far, all queries
    int read_here = 0;             // of them by the query at work
    int created = 0;
    int updated = 0;
    int remaining = 0;  // iteratorRemainingCount of the last page
    std::string modified_from =
        {};                   // QuickBooks' wall clock the query starts at, "" = from the start
    std::string newest = {};  // the largest TimeModified text seen by the query at work

    bool operator==(const Cursor&) const = default;
};

std::string cursor_text(const Cursor&);
Cursor cursor_from_text(std::string_view);  // our own rows: anything unreadable is a bug

// The iterator died with its session: the query at work starts over, nothing before it.
Cursor restarted(Cursor);

}  // namespace server::jobs
