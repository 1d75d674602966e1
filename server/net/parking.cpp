#include "server/net/parking.h"

#include <utility>

namespace server::net {

std::optional<std::uint64_t> Parking::enter(const std::string& topic, Release release)
{
    Call before;
    std::uint64_t place = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto there = calls_.find(topic);
        const bool room = there != calls_.end() || calls_.size() < std::size_t(calls_max_);
        if (closed_ || !room) return std::nullopt;
        if (there != calls_.end()) before = std::move(there->second);
        place = ++places_;
        calls_[topic] = {place, std::move(release)};
    }
    if (before.release) before.release(false);
    return place;
}

void Parking::leave(std::uint64_t place)
{
    const std::lock_guard lock(mutex_);
    std::erase_if(calls_, [&](const auto& held) { return held.second.place == place; });
}

std::vector<std::string> Parking::topics() const
{
    const std::lock_guard lock(mutex_);
    std::vector<std::string> topics;
    for (const auto& [topic, call] : calls_)
        topics.push_back(topic);
    return topics;
}

void Parking::wake(const std::string& topic)
{
    Call woken;
    {
        const std::lock_guard lock(mutex_);
        const auto there = calls_.find(topic);
        if (there == calls_.end()) return;
        woken = std::move(there->second);
        calls_.erase(there);
    }
    woken.release(true);
}

void Parking::close()
{
    std::map<std::string, Call> all;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        all.swap(calls_);
    }
    for (auto& [topic, call] : all)
        call.release(false);
}

}  // namespace server::net
