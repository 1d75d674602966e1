// A place in a sorted list, as callers hold it: opaque, signed, good for seven days.
#pragma once

#include <string>
#include <string_view>

#include "qbxml/result.h"
#include "server/base/clock.h"
#include "server/store/query.h"

namespace server::service {

// `about` is everything that must be the same on the next page.
std::string write_cursor(std::string_view key, std::string_view about,
                         const store::RecordQuery::Position&, base::Time now);
qbxml::Result<store::RecordQuery::Position> read_cursor(std::string_view cursor,
                                                        std::string_view key,
                                                        std::string_view about, base::Time now);

}  // namespace server::service
