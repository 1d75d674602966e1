#include "server/store/turns.h"

#include <utility>

namespace server::store {

bool Turns::take()
{
    std::unique_lock lock(mutex_);
    ++waiting_;
    free_.wait(lock, [this] { return !taken_; });
    --waiting_;
    taken_ = true;
    if (group_) return false;
    group_ = std::make_shared<Group>();
    return true;
}

void Turns::keep(bool full, const Commit& commit)
{
    std::unique_lock lock(mutex_);
    const auto group = group_;
    ++group->kept;
    if (waiting_ == 0 || full || group->kept == group_max) {
        end(lock, commit);
    } else {
        pass_on();
        ended_.wait(lock, [&] { return group->ended; });
    }
    if (group->failure) std::rethrow_exception(group->failure);
}

void Turns::leave(const Commit& commit) noexcept
{
    std::unique_lock lock(mutex_);
    if (waiting_ == 0)
        end(lock, commit);
    else
        pass_on();
}

void Turns::give_up(std::exception_ptr why) noexcept
{
    const std::lock_guard lock(mutex_);
    const auto group = std::exchange(group_, nullptr);
    group->failure = std::move(why);
    group->ended = true;
    pass_on();
    ended_.notify_all();
}

int Turns::waiting() const
{
    const std::lock_guard lock(mutex_);
    return waiting_;
}

// Nobody else has the turn while the commit runs.
void Turns::end(std::unique_lock<std::mutex>& lock, const Commit& commit)
{
    const auto group = std::exchange(group_, nullptr);
    lock.unlock();
    std::exception_ptr failure;
    try {
        commit();
    } catch (...) {
        failure = std::current_exception();
    }
    lock.lock();
    group->failure = failure;
    group->ended = true;
    pass_on();
    ended_.notify_all();
}

void Turns::pass_on()
{
    taken_ = false;
    free_.notify_one();
}

}  // namespace server::store
