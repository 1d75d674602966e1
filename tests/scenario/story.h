// What a seed decides, and what happened: chance that is the same on every machine, and the trace.
#pragma once

#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace scenario {

// Something does not hold: the seed has failed.
class Broken : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The engine is fixed by the standard, the distributions of the library are not.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : engine_(seed) {}
    int below(int limit) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(limit)); }
    int between(int low, int high) { return low + below(high - low + 1); }
    bool percent(int chance) { return below(100) < chance; }
    bool permille(int chance) { return below(1000) < chance; }
    template <class Range>
    auto& one_of(Range& range)
    {
        return range[static_cast<std::size_t>(below(static_cast<int>(std::size(range))))];
    }

private:
    std::mt19937_64 engine_;
};

// The chance of one seed, its trace, and whether anything may go wrong at the moment.
struct Story {
    explicit Story(std::uint64_t seed) : chance(seed) {}

    Chance chance;
    bool troubles = true;  // faults are on
    std::vector<std::string> lines;

    void tell(std::string line) { lines.push_back(std::move(line)); }
    // A fault of that many in a thousand strikes now.
    bool strikes(int permille) { return troubles && chance.permille(permille); }
};

}  // namespace scenario
