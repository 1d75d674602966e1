#include "server/net/house.h"

#include <fmt/format.h>

namespace server::net {

bool BodyBudget::take(std::size_t bytes)
{
    auto taken = taken_.load();
    do {
        if (taken > bytes_max_ || bytes > bytes_max_ - taken) return false;
    } while (!taken_.compare_exchange_weak(taken, taken + bytes));
    return true;
}

bool BodyCharge::raise_to(std::size_t bytes)
{
    if (bytes <= bytes_) return true;
    if (!budget_.take(bytes - bytes_)) return false;
    bytes_ = bytes;
    return true;
}

void BodyCharge::replace_by(std::size_t bytes)
{
    clear();
    budget_.take_anyway(bytes);
    bytes_ = bytes;
}

void BodyCharge::clear()
{
    budget_.give_back(bytes_);
    bytes_ = 0;
}

Census::Entry Census::enter(const std::string& address)
{
    const std::lock_guard lock(mutex_);
    if (all_ >= all_max_) return Entry::house_full;
    auto& from_there = by_address_[address];
    if (address_max_ > 0 && from_there >= address_max_) return Entry::address_full;
    ++from_there;
    ++all_;
    return Entry::admitted;
}

void Census::leave(const std::string& address)
{
    const std::lock_guard lock(mutex_);
    const auto found = by_address_.find(address);
    if (found == by_address_.end()) return;
    if (--found->second == 0) by_address_.erase(found);
    if (--all_ == 0) changed_.notify_all();
}

int Census::present() const
{
    const std::lock_guard lock(mutex_);
    return all_;
}

bool Census::wait_empty(std::chrono::steady_clock::time_point until)
{
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [this] { return all_ == 0 || hurry_; });
    return all_ == 0;
}

void Census::hurry()
{
    const std::lock_guard lock(mutex_);
    hurry_ = true;
    changed_.notify_all();
}

bool Sparingly::may_tell(long& left_out)
{
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) {
        ++left_out_;
        return false;
    }
    next_ = now + std::chrono::seconds{1};
    left_out = left_out_;
    left_out_ = 0;
    return true;
}

void House::report_sparingly(std::string_view event, std::string_view detail)
{
    long left_out = 0;
    if (!noise.may_tell(left_out)) return;
    if (left_out == 0) return report(event, detail);
    report(event, fmt::format("{} (and {} such facts before it)", detail, left_out));
}

}  // namespace server::net
