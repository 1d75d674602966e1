// Views for people who ask the database itself: one per record type, one per list of lines.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "server/store/connection.h"

namespace server::store {

struct ViewColumn {
    enum class Type { text, whole, decimal, flag };
    std::string name;
    std::string path;  // in the record's JSON, or in the line's
    Type type = Type::text;
};

// With `lines` a row is an entry of that array, else a record.
struct View {
    std::string name;
    std::string data_type;
    std::string lines = {};
    std::vector<ViewColumn> columns;
};

// Makes the views that are not there as they are given, and drops those that are no more.
void make_views(Connection&, std::span<const View>);

}  // namespace server::store
