// What the connections of one server share and count: memory held for bodies, and guests.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "server/net/limits.h"
#include "server/net/parking.h"
#include "server/net/workers.h"

namespace server::net {

// The memory all bodies together may take. Any thread.
class BodyBudget {
public:
    explicit BodyBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    bool take(std::size_t bytes);  // false: it would be too much, nothing was taken
    void take_anyway(std::size_t bytes) { taken_ += bytes; }  // for answers: they exist already
    void give_back(std::size_t bytes) { taken_ -= bytes; }

private:
    std::size_t bytes_max_;
    std::atomic<std::size_t> taken_{0};
};

// One exchange's part of the budget; gives back what it took.
class BodyCharge {
public:
    explicit BodyCharge(BodyBudget& budget) : budget_(budget) {}
    ~BodyCharge() { clear(); }
    BodyCharge(const BodyCharge&) = delete;
    BodyCharge& operator=(const BodyCharge&) = delete;

    bool raise_to(std::size_t bytes);  // never lowers
    void replace_by(std::size_t bytes);
    void clear();

private:
    BodyBudget& budget_;
    std::size_t bytes_ = 0;
};

// Who is connected. Any thread.
class Census {
public:
    enum class Entry { admitted, house_full, address_full };

    Census(int all_max, int per_address_max) : all_max_(all_max), address_max_(per_address_max) {}

    Entry enter(const std::string& address);
    void leave(const std::string& address);
    int present() const;

    // Waits until nobody is left, `until` has come or someone called hurry(); true: nobody is left.
    bool wait_empty(std::chrono::steady_clock::time_point until);
    void hurry();

private:
    const int all_max_;
    const int address_max_;  // 0: no limit
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, int> by_address_;
    int all_ = 0;
    bool hurry_ = false;
};

// Lets one fact a second through, for facts that any stranger can cause at will. Any thread.
class Sparingly {
public:
    // True: tell it now; `left_out` facts were kept back since the last one.
    bool may_tell(long& left_out);

private:
    std::mutex mutex_;
    std::chrono::steady_clock::time_point next_{};
    long left_out_ = 0;
};

// What all connections of a server share. Any thread.
struct House {
    House(const Limits& given, int worker_count, std::function<Answer()> make_answer, Report to)
        : limits(given),
          report(std::move(to)),
          bodies(given.bodies_bytes_max),
          census(given.connections_max, given.connections_per_address_max),
          parking(given.parked_max),
          workers(worker_count, given.waiting_max, std::move(make_answer), report)
    {
    }

    const Limits limits;
    const Report report;
    BodyBudget bodies;
    Census census;
    Parking parking;
    Workers workers;
    Sparingly noise;
    std::atomic<bool> stopping{false};

    // For facts that any stranger can cause at will: at most one a second reaches the log.
    void report_sparingly(std::string_view event, std::string_view detail);
};

}  // namespace server::net
