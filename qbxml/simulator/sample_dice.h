// Chance for the sample company, the same on every machine: the engine is fixed by the standard,
// the distributions of the library are not.
#pragma once

#include <cstdint>
#include <random>

namespace qbxml::simulator {

class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}
    int below(int limit) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(limit)); }
    int between(int low, int high) { return low + below(high - low + 1); }
    bool percent(int chance) { return below(100) < chance; }
    template <class Range>
    const auto& one_of(const Range& range)
    {
        return range[static_cast<std::size_t>(below(static_cast<int>(std::size(range))))];
    }

private:
    std::mt19937_64 engine_;
};

}  // namespace qbxml::simulator
