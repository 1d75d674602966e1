// The SQLite driver, over SQLiteCpp.
#pragma once

#include <memory>
#include <string>

#include "server/store/barrier.h"
#include "server/store/connection.h"

namespace server::store {

// Opens, and creates when missing, the database in that file; ":memory:" for one that is forgotten.
// Connections of one process to one file are given one `barrier`; without, each has its own.
//
// WAL with synchronous=NORMAL, and the sync of FULL done here, after the commit and outside the
// lock of writers: a commit appends to the -wal file and is seen by others; then it passes the
// barrier, where one fdatasync of that file serves all commits that wait. Why that is as good as
// FULL for whoever writes `at_once`:
// - The sync begins after the commit, so the commit's frames, and those of every commit that its
//   transaction can have seen, of whatever process, are in the file by then.
// - A checkpoint, of any process, syncs the -wal file before it copies frames, and the database
//   before it counts them as copied. Frames are overwritten only after that. So a commit that is
//   no longer in the -wal file when its sync comes is on the disk in the database.
// - The -wal file stays the same file while a connection is open: each syncs its own handle of it.
// - A failed sync, here or of a checkpoint, refuses everything from then on; what it was asked for
//   may be seen, but is promised to nobody.
// What a transaction asks to be durable `soon` passes no barrier, and the next one takes it along.
// Who only reads may see a commit a moment before it is on the disk: an answer that promises what
// it saw is the business of a write, even of one that changes nothing.
std::unique_ptr<Connection> open_sqlite(const std::string& path,
                                        std::shared_ptr<Barrier> barrier = nullptr);

}  // namespace server::store
