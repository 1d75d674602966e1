#include "server/store/barrier.h"

#include <fmt/format.h>

#include "server/store/connection.h"

namespace server::store {

void Barrier::pass(const std::function<void()>& sync)
{
    std::unique_lock lock(mutex_);
    const std::uint64_t wanted = begun_ + 1;  // one that runs already may have begun too early
    while (ended_ < wanted) {
        if (!failure_.empty()) refuse();
        if (syncing_) {
            ++waiting_;
            changed_.wait(lock);
            --waiting_;
            continue;
        }
        syncing_ = true;
        const std::uint64_t mine = ++begun_;
        lock.unlock();
        std::string failure;
        try {
            sync();
        } catch (const std::exception& thrown) {
            failure = thrown.what();
        }
        lock.lock();
        syncing_ = false;
        if (failure.empty())
            ended_ = mine;
        else if (failure_.empty())
            failure_ = failure;
        changed_.notify_all();
    }
}

void Barrier::fail(const std::string& reason)
{
    const std::lock_guard lock(mutex_);
    if (failure_.empty()) failure_ = reason;
    changed_.notify_all();
}

int Barrier::waiting() const
{
    const std::lock_guard lock(mutex_);
    return waiting_;
}

void Barrier::refuse() const
{
    throw Unavailable(
        fmt::format("the disk did not take what was written ({}): nothing is promised any more "
                    "until the program is started again; check the disk before",
                    failure_));
}

}  // namespace server::store
