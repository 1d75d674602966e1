// SQLite's write-ahead log, written in large pieces.
#pragma once

namespace server::store {

// The name of a file layer for SQLite ("VFS") that hands everything on to the default one, but
// gathers what is appended to a -wal file: SQLite writes each page of a commit in two calls of the
// system, here a commit is one. What is gathered reaches the file before anything else is done with
// it, and with SQLite's sync at the end of a commit, which does no more than that: it does not wait
// for the disk. A sync that is to be full (SQLITE_SYNC_FULL: those of checkpoints, with PRAGMA
// checkpoint_fullfsync) does. So for connections with synchronous=FULL whose commits are brought
// onto the disk by somebody else.
const char* gathering_log();

}  // namespace server::store
