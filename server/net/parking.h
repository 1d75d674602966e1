// Calls that wait for something to happen, without a worker: a little memory each.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace server::net {

// Any thread. One call a topic: who comes second sends the first on its way.
class Parking {
public:
    // Sends a parked call on its way, once, on any thread: `woken` to be asked again, else with the
    // answer it has. Must not block.
    using Release = std::function<void(bool woken)>;

    explicit Parking(int calls_max) : calls_max_(calls_max) {}

    // What to leave with; nullopt: all places are taken, or the doors are closed.
    std::optional<std::uint64_t> enter(const std::string& topic, Release);
    void leave(std::uint64_t place);  // nothing when it was released already

    std::vector<std::string> topics() const;
    void wake(const std::string& topic);
    void close();  // releases everyone, and nobody comes in any more

private:
    struct Call {
        std::uint64_t place = 0;
        Release release = {};
    };

    const int calls_max_;
    mutable std::mutex mutex_;
    std::map<std::string, Call> calls_;  // by topic
    std::uint64_t places_ = 0;           // given so far
    bool closed_ = false;
};

}  // namespace server::net
