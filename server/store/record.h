// Values of the mirror: records as they are put in, as they are kept, and what became of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/clock.h"

namespace server::store {

// A record of the mirror as it is put in.
struct RecordRow {
    std::string_view data_type, id, source_type, name, edit_sequence, time_modified;
    std::string_view json;
    std::string_view source;  // what QuickBooks said, without the layout between elements
    // As they stand in the JSON: what is looked for without opening it.
    std::string_view doc_date = {}, party_id = {}, status = {};
    bool voided = false;
    bool unresolved = false;  // names something that was not known when it was made
    // Fingerprint of the source, and the source packed: made here when they are not given.
    std::string_view source_hash = {}, packed_source = {};
    // What it was made with: the mapping, settings and lists. A shelf that is new takes it on.
    std::string_view made_by = {};
};
enum class Put { created, updated, unchanged };

// A record as it is kept.
struct KeptRecord {
    std::string id = {}, json = {}, source_type = {}, edit_sequence = {};
    base::Time first_seen_at = {}, modified_at = {};
    bool deleted = false, voided = false;
    std::string source = {};
};

// The records of one type, and with what they were made.
struct ShelfState {
    std::string data_type = {};
    std::string made_by = {};         // "" when not known
    std::string remaking_for = {};    // while they are made anew
    std::string remade_through = {};  // the last id that has been
};

// What stands over the records of a company.
struct MirrorState {
    std::int64_t lists = 0;             // counts the changes of what conversions look up
    std::int64_t resolved_through = 0;  // the last change looked through for unresolved records
    std::string cursor_key = {};        // signs the cursors of its pages
};

// What became of a record, in the order of `seq`.
struct Change {
    std::int64_t seq = 0;
    std::string data_type = {}, id = {};
    std::string kind = {};  // created, updated, deleted, voided
    base::Time at = {};
};

// What a report was asked for.
struct ReportKey {
    std::string data_type = {};
    std::string period_from = {}, period_to = {};  // "" where it has none
    std::string basis = {};                        // Accrual, Cash; "" as the company prefers
    bool by_month = false;
};
struct KeptReport {
    std::string json = {}, source = {};
    base::Time read_at = {};
    ReportKey key = {};
};

// A version of a record that was seen.
struct VersionSeen {
    std::string kind = {};
    base::Time at = {};
    std::string edit_sequence = {};
    std::vector<std::string> fields = {};  // paths of what differs from the version before
};

}  // namespace server::store
