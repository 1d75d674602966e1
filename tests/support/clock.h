// A clock that stands still until a test moves it.
#pragma once

#include <atomic>
#include <chrono>

#include "server/base/clock.h"

namespace testing {

inline constexpr server::base::Time noon{std::chrono::seconds{1'795'262'400}};  // 2026-11-21 12:00

// Thread safe: a server under test reads it from its workers.
class ManualClock final : public server::base::Clock {
public:
    explicit ManualClock(server::base::Time start = noon) : now_(start.time_since_epoch().count())
    {
    }

    server::base::Time now() const override
    {
        return server::base::Time(std::chrono::microseconds(now_.load()));
    }
    void advance(std::chrono::microseconds by) { now_ += by.count(); }

private:
    std::atomic<std::int64_t> now_;
};

}  // namespace testing
