// The SQLite driver.
#pragma once

#include <memory>
#include <string>

#include "server/store/connection.h"

namespace server::store {

// A database in a file, or ":memory:" for one that is forgotten. Its connections share what the
// threads of one process need to write together; copies share it too. Any thread may open.
//
// Each connection reads by a handle of its own. There is one handle that writes, on which they take
// turns (turns.h): its cache stays warm, what several of them write while one waits is one commit,
// and a commit reaches the -wal file in one piece (sqlite_log.h). A commit is seen by others, then
// it passes the barrier (barrier.h), where one fdatasync of that file serves all that wait. Why
// that is as good as synchronous=FULL for whoever writes `at_once`:
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
//
// A thread that is in a write must not begin another on the same SqliteFile: it would wait for
// itself.
class SqliteFile {
public:
    explicit SqliteFile(std::string path);

    // Creates the database when it is missing. Throws Unavailable.
    std::unique_ptr<Connection> open() const;

    struct Shared;

private:
    std::shared_ptr<Shared> shared_;
};

// A connection that shares nothing with others, as another process has it.
std::unique_ptr<Connection> open_sqlite(const std::string& path);

}  // namespace server::store
