// The time, as an argument: rules never look at the wall clock themselves.
#pragma once

#include <chrono>
#include <string>

namespace server::base {

// A moment in UTC, to the microsecond; stored as microseconds since 1970.
using Time = std::chrono::sys_time<std::chrono::microseconds>;

class Clock {
public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
};

class SystemClock final : public Clock {
public:
    Time now() const override;
};

// "2026-11-21T22:05:00Z"; whole seconds.
std::string to_text(Time);

}  // namespace server::base
