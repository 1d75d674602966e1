// All records of a company as files.
#pragma once

#include <cstdint>
#include <string>

#include "qbxml/result.h"
#include "server/store/store.h"

namespace server::service {

enum class ExportFormat { ndjson, csv };

struct ExportWish {
    std::string folder;  // made by the export; it must not be there yet
    ExportFormat format = ExportFormat::ndjson;
};

struct Exported {
    std::int64_t records = 0;
    int files = 0;
};

// One file for each record type that has records, for CSV one more for each of its lists of lines,
// and manifest.json with counts, sums and the cursor from which changes go on. All from one state
// of the mirror, streamed; the folder appears when it is whole. Throws std::runtime_error when the
// disk fails.
qbxml::Result<Exported> export_records(store::Store&, const base::CompanyId&, const ExportWish&,
                                       base::Time now);

}  // namespace server::service
