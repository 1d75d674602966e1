// The record types of the model: what QuickBooks is asked for each, in which order, how often
// whole.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/request.h"
#include "qbxml/version.h"

namespace qbxml::canonical {

// One query that feeds a record type (some types join several lists).
struct Query {
    std::string_view message;    // "InvoiceQueryRq"
    std::string_view data_type;  // "invoices"
    int step = 0;                // order of a first sync: lower steps first
    bool iterator = false;       // pages by iterator; otherwise the list comes whole
    bool delta = false;          // takes a filter by TimeModified
    bool active_status = false;  // flags that must be set, or parts are left out silently
    bool owner_id = false;
    bool line_items = false;
    bool linked_txns = false;
    Version since{1, 0};
};

// In order of `step`. ItemQueryRq stands once, under "items", and feeds "taxRates" too.
std::span<const Query> queries();
std::vector<const Query*> queries_of(std::string_view data_type);
bool is_record_type(std::string_view data_type);
bool is_report(std::string_view data_type);
std::vector<std::string_view> record_types();

struct QueryWish {
    std::string_view modified_from =
        {};                              // QuickBooks' own wall-clock text without offset, "" = all
    int page_size = 0;                   // MaxReturned; only sent with an iterator
    std::string_view iterator_id = {};   // "" starts, else continues
    std::string_view own_owner_id = {};  // private data asked for beside OwnerID 0, "" = none
    std::vector<std::string> ids = {};   // by ListID or TxnID instead of a filter
    // Of a report: the period asked for (only `period_to` for the aged ones) and what it is based
    // on.
    std::string_view period_from = {}, period_to = {};
    std::string_view report_basis = {};  // Accrual, Cash; "" as the company prefers
    bool by_month = false;               // one column a month instead of the total alone
    std::string_view account_id = {};    // of accountTransactions: the one account asked for
    Version version = common_version;    // deletions name only the kinds that it has
    // Instead of ids: full names of a list, or numbers of transactions (any case).
    std::vector<std::string> names = {}, ref_numbers = {};
    // A part of the whole, as far as `divisions_of` says that the query takes it. Both ends belong
    // to the part; either may be left out. Names are compared as QuickBooks sorts them.
    std::string_view modified_to = {};
    std::string_view name_from = {}, name_to = {};
    std::string_view date_from = {}, date_to = {};  // of the transaction, YYYY-MM-DD
    std::string_view number_from = {}, number_to = {};
};
// The request, its flags set. Criteria are repeated on Continue. For deletions `modified_from` is
// the first moment of deletion asked for.
Node query_request(const Query&, const QueryWish&);

// What a query can be cut into, as the language has it. Modified times and dates of transactions
// exclude each other except for accountTransactions.
struct Divisions {
    bool modified = false, dates = false, names = false, numbers = false;
};
Divisions divisions_of(const Query&);

// QuickBooks' wall clock without the offset, moved back by `overlap_seconds`; nullopt if
// unreadable.
std::optional<std::string> wall_clock_before(std::string_view quickbooks_time,
                                             long overlap_seconds);

}  // namespace qbxml::canonical
