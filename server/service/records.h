// Records of the mirror by filter, page by page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "qbxml/result.h"
#include "server/store/query.h"
#include "server/store/store.h"

namespace server::service {

// What a caller asks for, as written. Filters are "status=Paid,Draft" (any of), or with an operator
// "dueDate.lt=2026-11-01": lt, lte, gt, gte, ne, like (contains, any case), isnull. All must hold.
struct RecordWish {
    std::vector<std::string> where = {};
    std::string words = {};                // each in names, numbers or notes
    std::string sort = {};                 // a path, with - for falling; modifiedDate when empty
    std::vector<std::string> fields = {};  // only these; all when empty
    bool lines = true;
    bool deleted = false;  // tombstones too
    int limit = 100;       // 1 to 500
    std::string cursor = {};
};

struct RecordPage {
    std::vector<std::string> records;  // JSON
    std::string next_cursor;           // "" behind the last page
};

// A refusal says which part of the wish it means. A cursor stands for its place in one filter and
// sort for seven days; no change of data shifts it.
qbxml::Result<RecordPage> find_records(store::Store&, const base::CompanyId&,
                                       std::string_view data_type, const RecordWish&,
                                       base::Time now);

// The filter as the store takes it, without a cursor (record_filter.cpp).
qbxml::Result<store::RecordQuery> filter_of(std::string_view data_type, const RecordWish&);
// A record with nothing but these members; arrays of lines left out where they are not wanted.
std::string projected(std::string_view json, const std::vector<std::string>& fields, bool lines);

}  // namespace server::service
