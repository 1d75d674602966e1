// How far a job has come, kept in it after each answer: a sync, or a raw set done in part.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace server::jobs {

// A query that was left out because this QuickBooks does not have it or does not let us ask.
struct Skipped {
    std::string query;        // "SalesOrderQueryRq"
    std::string reason;       // not_in_edition, feature_off, no_permission, version
    std::string status_code;  // "" when it was not asked
    std::string message;      // QuickBooks' own words, or ours

    bool operator==(const Skipped&) const = default;
};

// A request of a raw message set that QuickBooks has done, though the set as a whole has failed.
struct Applied {
    int place = 0;        // in the set as it was given, from 1
    std::string request;  // "InvoiceAddRq"
    std::string id;       // ListID or TxnID of what it made or changed, "" when none came

    bool operator==(const Applied&) const = default;
};

// The iterator lives in one QBWC session only. What is kept beyond it: which query of the record
// type is at work, and which ranges of it are read to their end; each of them is a checkpoint.
struct Cursor {
    int query = 0;                 // which of the record type's queries
    std::string iterator_id = {};  // "" before the first page and after a lost session
    int pages = 0;                 // of the range at work, in this session
    int read = 0;                  // records so far, all queries
    int read_here = 0;             // of them in the range at work
    int created = 0;
    int updated = 0;
    int deleted = 0;
    int remaining = 0;  // iteratorRemainingCount of the last page
    std::string modified_from =
        {};                   // QuickBooks' wall clock the query starts at, "" = from the start
    std::string newest = {};  // the largest TimeModified text seen in the range at work

    // The range at work of a query too long to be read at one go: both ends belong to it, "" is
    // open (and `from` then the start of the query).
    std::string from = {}, to = {};
    bool dates = false;              // cut by the date of the transaction, not by TimeModified
    std::int64_t width = 0;          // of the last complete range, in seconds
    int read_before = 0;             // by the query at work, in complete ranges
    std::string newest_before = {};  // there
    std::string earliest = {};       // a TimeModified seen in the first of them
    int expected = 0;                // records of the query at work, when it was cut first
    std::int64_t asked_at = 0;       // when it was first asked, by our clock; seconds since 1970

    int page_size = 0;       // MaxReturned of the next page, 0 = as configured
    int lost = 0;            // ranges that a lost session cost lately: the next ones are shorter
    int restarts = 0;        // iterators that QuickBooks lost, one after the other
    bool compare = false;    // what is kept and does not come is deleted
    std::string part = {};   // the account at work, of the postings of all accounts
    bool part_done = false;  // it was read to its end
    std::vector<std::string> ids = {};  // asked for in the request that is out, by id
    std::vector<Skipped> skipped = {};
    std::vector<Applied> applied = {};  // by earlier attempts at a raw set: never sent again

    bool operator==(const Cursor&) const = default;
};

std::string cursor_text(const Cursor&);
Cursor cursor_from_text(std::string_view);  // our own rows: anything unreadable is a bug

// The iterator died with its session: the range at work starts over, nothing before it.
Cursor restarted(Cursor);

// How much of the query at work is read, in percent.
int percent_read(const Cursor&);

}  // namespace server::jobs
