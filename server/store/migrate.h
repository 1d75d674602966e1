// Brings a database to the schema of this program.
#pragma once

#include "server/base/clock.h"
#include "server/store/connection.h"

namespace server::store {

// Applies the numbered migrations that are missing, in order, each in its own transaction. Throws
// Unavailable when the database is newer than this program. Safe to run from several processes.
void migrate(Connection&, base::Time now);

}  // namespace server::store
