// Element + context -> canonical records as JSON text. Pure: no clock, no store, no order of
// arrival.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/response.h"
#include "qbxml/value.h"

namespace qbxml::canonical {

// What a conversion needs beside the element; every part may be empty.
struct Context {
    std::string company_id;
    std::string time_zone;      // IANA name, "" = QuickBooks' own offset is kept
    std::string home_currency;  // ISO 4217
    std::string now;            // "2026-11-21T22:00:00Z", becomes modifiedDate
    std::map<std::string, std::string, std::less<>> currencies;  // id or name -> ISO code
    std::map<std::string, std::string, std::less<>> items;       // id -> kind
    std::map<std::string, std::string, std::less<>> tax_rates;   // id -> percentage
    std::map<std::string, std::string, std::less<>> entities;    // id -> record type
    struct NamedRecord {
        std::string id, name, number;
        std::string type = {};  // of an account: "Bank"; "" when it is not known
    };
    std::vector<NamedRecord> accounts, customers, suppliers;  // for the names in reports
    struct Period {
        std::string from, to;
    };
    std::string report_data_type;
    std::vector<Period> report_periods;
    std::map<std::string, std::map<std::string, std::string>> supplemental;

    // What the maps and the accounts do not hold is asked for here, when it is set; null when it is
    // not known. The text stays where it is as long as the context. Of accounts, by id or else by
    // full name, their types are told: what is written is checked against them.
    enum class List { currencies, items, tax_rates, entities, accounts };
    std::function<const std::string*(List, std::string_view key)> look_up;
    const std::string* find(List, std::string_view key) const;
};
// Which conversion makes the records: another number when the mapping or a rule has changed, so
// that records made before are to be made anew from their sources.
std::int64_t mapping_version();
// True when the system's time zone database has the zone. A context with another one converts as if
// it had none, so ask before a setting is taken.
bool knows_time_zone(std::string_view name);

// From the JSON form (the files of `qbxml convert --context`): companyId, timeZone, homeCurrency,
// now, currencies, items, taxRates, entities, accounts, customers, suppliers, report, supplemental.
Result<Context> context_from_json(const Value&);

struct Record {
    std::string data_type;
    std::string id;
    std::string source_type;  // "Customer", "Invoice"
    std::string json;         // compact, fields in the order of the mapping
    // Look-up columns, as they stand in the record; "" where the type has none.
    std::string name;  // fullName, name or the document's number
    std::string edit_sequence;
    std::string time_modified;  // QuickBooks' text as received
    bool voided = false;
    bool unresolved = false;    // for the caller's use: it names what `look_up` did not know
    std::string masked_source;  // the element's text, privacy masks applied
};
struct Deletion {
    std::string data_type;  // "" when the type is not carried
    std::string id, source_type, name, reference, source_created_date, deleted_date;
};
struct Void {
    std::string data_type, id, source_type, reference, source_modified_date;
};
struct Issue {
    std::string code, data_type, record_id, field, value;
    bool operator==(const Issue&) const = default;
};
enum class Outcome { success, empty, not_found, warning, error };
std::string_view to_text(Outcome);

struct Converted {
    Outcome outcome = Outcome::success;
    std::vector<Record> records;
    std::vector<Deletion> deletions;
    std::vector<Void> voids;
    std::vector<Issue> issues;
};

Outcome outcome_of(const Response&);
// Everything in one response, converted whatever its outcome.
Converted convert(const ResponseSet&, const Response&, const Context&);
// The same, but every record is handed on as soon as it is converted and `records` stays empty:
// memory is that of one record, however long the answer.
using OnRecord = std::function<void(Record&&)>;
Converted convert_each(const ResponseSet&, const Response&, const Context&, const OnRecord&);
// Records again from their kept sources: the elements' texts, one behind the other.
std::vector<Record> convert_sources(std::string_view sources, const Context&);
// The whole answer as JSON: {"messages": [...]}, one entry for each response, in order.
std::string convert_to_json(const ResponseSet&, const Context&);

}  // namespace qbxml::canonical
