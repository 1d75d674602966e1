#include "server/store/sqlite_log.h"

#include <memory>
#include <string>

#include <sqlite3.h>

namespace server::store {
namespace {

// SQLite's own layer for Unix takes less than 128 KB at once.
constexpr std::size_t gathered_max = 1 << 16;

// Behind the sqlite3_file that SQLite knows.
struct Inner {
    std::unique_ptr<char[]> memory;  // the default layer's file
    bool is_log = false;
    sqlite3_file* partner = nullptr;  // a database's log, a log's database; as far as it is open
    std::string gathered = {};        // to be written at `at`
    sqlite3_int64 at = 0;

    sqlite3_file* file() const { return reinterpret_cast<sqlite3_file*>(memory.get()); }
};
struct File {
    sqlite3_file base;
    Inner* inner;
};

Inner& inner(sqlite3_file* file)
{
    return *reinterpret_cast<File*>(file)->inner;
}
sqlite3_file* real(sqlite3_file* file)
{
    return inner(file).file();
}
const sqlite3_io_methods& methods(sqlite3_file* file)
{
    return *real(file)->pMethods;
}

int flush(sqlite3_file* file)
{
    Inner& own = inner(file);
    if (own.gathered.empty()) return SQLITE_OK;
    const int code = methods(file).xWrite(own.file(), own.gathered.data(),
                                          static_cast<int>(own.gathered.size()), own.at);
    own.gathered.clear();
    return code;
}

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at)
{
    Inner& own = inner(file);
    if (!own.is_log) return methods(file).xWrite(own.file(), bytes, size, at);
    const auto end = own.at + static_cast<sqlite3_int64>(own.gathered.size());
    if (!own.gathered.empty() && (at != end || own.gathered.size() >= gathered_max))
        if (const int code = flush(file); code != SQLITE_OK) return code;
    if (own.gathered.empty()) own.at = at;
    own.gathered.append(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
    return SQLITE_OK;
}

int sync(sqlite3_file* file, int flags)
{
    if (const int code = flush(file); code != SQLITE_OK) return code;
    if (inner(file).is_log && (flags & 0x0f) != SQLITE_SYNC_FULL) return SQLITE_OK;
    return methods(file).xSync(real(file), flags);
}

int close(sqlite3_file* file)
{
    const int written = flush(file);
    const int closed = methods(file).xClose(real(file));
    if (sqlite3_file* partner = inner(file).partner) inner(partner).partner = nullptr;
    delete &inner(file);
    return written != SQLITE_OK ? written : closed;
}

int read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 at)
{
    if (const int code = flush(file); code != SQLITE_OK) return code;
    return methods(file).xRead(real(file), bytes, size, at);
}

int truncate(sqlite3_file* file, sqlite3_int64 size)
{
    if (const int code = flush(file); code != SQLITE_OK) return code;
    return methods(file).xTruncate(real(file), size);
}

int file_size(sqlite3_file* file, sqlite3_int64* size)
{
    if (const int code = flush(file); code != SQLITE_OK) return code;
    return methods(file).xFileSize(real(file), size);
}

// With the lock of writers (the first) a transaction ends. What a commit wrote has been synced; so
// what is gathered still was rolled back, and must not be written when others write there.
int lock_shared(sqlite3_file* file, int offset, int count, int flags)
{
    sqlite3_file* log = inner(file).partner;
    if (log && offset == 0 && (flags & SQLITE_SHM_UNLOCK) != 0) inner(log).gathered.clear();
    return methods(file).xShmLock(real(file), offset, count, flags);
}

// The rest is handed on.
const sqlite3_io_methods own_methods = {
    2,  // no memory maps
    close,
    read,
    write,
    truncate,
    sync,
    file_size,
    [](sqlite3_file* f, int level) { return methods(f).xLock(real(f), level); },
    [](sqlite3_file* f, int level) { return methods(f).xUnlock(real(f), level); },
    [](sqlite3_file* f, int* held) { return methods(f).xCheckReservedLock(real(f), held); },
    [](sqlite3_file* f, int op, void* arg) { return methods(f).xFileControl(real(f), op, arg); },
    [](sqlite3_file* f) { return methods(f).xSectorSize(real(f)); },
    [](sqlite3_file* f) { return methods(f).xDeviceCharacteristics(real(f)); },
    [](sqlite3_file* f, int page, int size, int extend, void volatile** at) {
        return methods(f).xShmMap(real(f), page, size, extend, at);
    },
    lock_shared,
    [](sqlite3_file* f) { methods(f).xShmBarrier(real(f)); },
    [](sqlite3_file* f, int remove) { return methods(f).xShmUnmap(real(f), remove); },
    nullptr,
    nullptr,
};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out)
{
    file->pMethods = nullptr;
    sqlite3_vfs* disk = sqlite3_vfs_find(nullptr);
    const auto size = static_cast<std::size_t>(disk->szOsFile);
    auto own = std::make_unique<Inner>(Inner{std::make_unique<char[]>(size)});
    own->is_log = (flags & SQLITE_OPEN_WAL) != 0;
    const int code = disk->xOpen(disk, name, own->file(), flags, flags_out);
    if (code != SQLITE_OK) {
        if (own->file()->pMethods != nullptr) own->file()->pMethods->xClose(own->file());
        return code;
    }
    if (own->is_log) {
        own->partner = sqlite3_database_file_object(name);
        inner(own->partner).partner = file;
    }
    reinterpret_cast<File*>(file)->inner = own.release();
    file->pMethods = &own_methods;
    return SQLITE_OK;
}

}  // namespace

const char* gathering_log()
{
    static const int registered = [] {
        static sqlite3_vfs own = *sqlite3_vfs_find(nullptr);
        own.zName = "qbwcd-log";
        own.pNext = nullptr;
        own.szOsFile = static_cast<int>(sizeof(File));
        own.xOpen = &open;
        return sqlite3_vfs_register(&own, 0);
    }();
    return registered == SQLITE_OK ? "qbwcd-log" : nullptr;
}

}  // namespace server::store
