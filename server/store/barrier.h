// One sync of the disk for all commits that wait for one.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace server::store {

// Shared by the connections of one process to one database; any thread. The first to come becomes
// the leader and syncs; who comes meanwhile waits for the next sync, which one of them leads for
// all: so many writers cost few syncs, and a single one waits for nobody.
//
// A sync that failed is never tried again: the system may count what it could not write as written
// from then on, so that a second sync would lie. Everyone is refused until the process is new.
class Barrier {
public:
    // Returns when a sync that began after this call has ended well. `sync` brings everything that
    // was written so far, by whomever, onto the disk, and throws when it cannot. Throws Unavailable
    // when this sync or an earlier one failed.
    void pass(const std::function<void()>& sync);

    // From now on everyone is refused: a sync elsewhere has failed.
    void fail(const std::string& reason);

    int waiting() const;  // for a sync that another one leads

private:
    [[noreturn]] void refuse() const;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t begun_ = 0;  // syncs, counted
    std::uint64_t ended_ = 0;
    bool syncing_ = false;
    int waiting_ = 0;
    std::string failure_;
};

}  // namespace server::store
