// The SQLite driver, over SQLiteCpp.
#pragma once

#include <memory>
#include <string>

#include "server/store/connection.h"

namespace server::store {

// Opens, and creates when missing, the database in that file; ":memory:" for one that is forgotten.
//
// WAL with synchronous=FULL: a commit is on the disk before it returns, so nothing that was
// answered is lost when the power fails. Only what a transaction asks to be durable `soon` runs
// with NORMAL: the file stays sound, and the next FULL commit takes it along.
std::unique_ptr<Connection> open_sqlite(const std::string& path);

}  // namespace server::store
