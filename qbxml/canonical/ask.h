// What a person or the sync asks QuickBooks for: certain records, reports, postings of an account,
// deletions; and which documents to read again because of another.
//
// Everything is pure. A wish that cannot be asked comes back as an error that names the parameter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "qbxml/canonical/read.h"
#include "qbxml/canonical/types.h"
#include "qbxml/request.h"

namespace qbxml::canonical {

// Which records of one type are meant. Keys of several sorts may be given together: what one of
// them finds belongs to the answer.
struct Lookup {
    std::vector<std::string> ids = {};          // as in the records, prefixes of lists included
    std::vector<std::string> names = {};        // full names; lists only
    std::vector<std::string> ref_numbers = {};  // any case; transactions only
    // GUIDs given at creation. QuickBooks cannot look for them, so what changed since
    // `changed_since` (QuickBooks' own wall clock) is read, and the caller compares
    // metadata.externalId.
    std::vector<std::string> external_guids = {};
    std::string changed_since = {};
};

// At most so many keys travel in one request; more make more requests.
inline constexpr std::size_t keys_per_request_max = 200;

// Every request that is needed to find them: all kinds of the type that the version has, with the
// flags of query_request. Singletons have no keys: their one query is the answer. Fails for keys
// the type does not have, for no key at all, and for a type that the version lacks.
Result<std::vector<Node>> lookup_requests(std::string_view data_type, const Lookup&,
                                          std::string_view own_owner_id, Version);

// What finds the record that a write made or changed, if it was done: its id; of a new one the name
// or the number that it was given. Fails when it was given none.
struct Write;
Result<Lookup> lookup_of(const Write&);

struct ReportWish {
    std::string from = {}, to = {};  // YYYY-MM-DD; aged reports and balances need `to` alone
    std::string basis = {};          // Accrual or Cash; "" as the company prefers
    enum class By { total, month };
    By by = By::total;  // one column, or one a month
};
// A report and what Context needs to read its answer.
struct AskedReport {
    Node request;
    std::string data_type;
    std::vector<Context::Period> periods;  // one for each column of amounts, the total left out
};
inline constexpr std::size_t report_months_max = 120;

// balanceSheet, profitAndLoss, agedDebtors, agedCreditors. The error's `where` is the parameter:
// type, from, to, basis, by.
Result<AskedReport> report_request(std::string_view data_type, const ReportWish&, Version);
// The context in which the answer to that is converted: its columns are the periods asked for.
Context context_of_report(const Context& common, std::string_view data_type, const ReportWish&);

// The postings of one account. QuickBooks is asked account by account, for only then does it tell
// the side of each posting.
struct PostingsWish {
    std::string account_id = {};
    std::string modified_from = {}, modified_to = {};  // QuickBooks' wall clock, "" = open
    std::string date_from = {}, date_to = {};          // days of the books, "" = open
    int page_size = 0;                                 // 0 = all in one answer
    std::string iterator_id = {};                      // "" starts, else continues
};
Node account_transactions_request(const PostingsWish&);

// What was deleted since then, lists first; "" for everything QuickBooks remembers (some ninety
// days). The answers become Converted::deletions.
std::vector<Node> deleted_requests(std::string_view since, Version);

struct DocumentRef {
    std::string data_type, id;
    auto operator<=>(const DocumentRef&) const = default;
};
// The documents that a record names (a payment what it paid, a credit what took it), each once, in
// the order of type and id; without those of types that are not carried and without itself. Their
// open amounts change without their own TimeModified.
Result<std::vector<DocumentRef>> linked_documents(std::string_view record_json);

}  // namespace qbxml::canonical
