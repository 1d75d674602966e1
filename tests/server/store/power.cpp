#include "tests/server/store/power.h"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>

#include <sqlite3.h>

namespace testing {
namespace {

// SQLite calls with a file and nothing else, so what it is known by stands here.
std::mutex mutex;
struct File {
    std::string path;
    const sqlite3_io_methods* real;
};
std::map<sqlite3_file*, File> files;
struct Image {
    std::uint64_t begun = 0;  // which sync it is of
    std::string bytes;
};
std::map<std::string, Image> images;  // of each file, as the sync that began last left it
std::uint64_t syncs = 0;
Power::Refused refused = Power::Refused::nothing;
sqlite3_vfs* real_disk = nullptr;
sqlite3_vfs own_disk;
std::map<const sqlite3_io_methods*, sqlite3_io_methods> own_methods;  // by the real ones

std::string contents(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

int sync(sqlite3_file* file, int flags)
{
    File known;
    std::uint64_t begun = 0;
    {
        const std::lock_guard lock(mutex);
        known = files.at(file);
        begun = ++syncs;
        const bool log = known.path.ends_with("-wal");
        if (refused == (log ? Power::Refused::log : Power::Refused::database))
            return SQLITE_IOERR_FSYNC;
    }
    // What is written while the sync runs may or may not be on the disk after it: so it is not.
    auto image = contents(known.path);
    const int code = known.real->xSync(file, flags);
    const std::lock_guard lock(mutex);
    // Of two at once the later one has seen more, whichever ends first.
    auto& left = images[known.path];
    if (code == SQLITE_OK && begun > left.begun) left = {begun, std::move(image)};
    return code;
}

int close(sqlite3_file* file)
{
    const sqlite3_io_methods* real = nullptr;
    {
        const std::lock_guard lock(mutex);
        real = files.extract(file).mapped().real;
    }
    return real->xClose(file);
}

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out)
{
    const int code = real_disk->xOpen(real_disk, name, file, flags, flags_out);
    if (code != SQLITE_OK || (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0) return code;
    const std::lock_guard lock(mutex);
    const auto [own, fresh] = own_methods.try_emplace(file->pMethods, *file->pMethods);
    if (fresh) {
        own->second.xSync = &sync;
        own->second.xClose = &close;
    }
    files[file] = {name, file->pMethods};
    file->pMethods = &own->second;
    return code;
}

}  // namespace

Power::Power()
{
    real_disk = sqlite3_vfs_find(nullptr);
    own_disk = *real_disk;
    own_disk.zName = "power";
    own_disk.pNext = nullptr;
    own_disk.xOpen = &open;
    sqlite3_vfs_register(&own_disk, 1);
}

Power::~Power()
{
    sqlite3_vfs_unregister(&own_disk);
    sqlite3_vfs_register(real_disk, 1);
    const std::lock_guard lock(mutex);
    images.clear();
    refused = Refused::nothing;
}

void Power::fail(const std::string& path, const std::string& to) const
{
    const std::lock_guard lock(mutex);
    for (const char* part : {"", "-wal"})
        std::ofstream(to + part, std::ios::binary) << images[path + part].bytes;
}

void Power::refuse_syncs(Refused which)
{
    const std::lock_guard lock(mutex);
    refused = which;
}

}  // namespace testing
