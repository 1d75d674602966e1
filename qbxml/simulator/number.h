// Exact decimal numbers as QuickBooks computes with them: amounts in cents, prices, quantities and
// percentages in hundred-thousandths.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qbxml::simulator {

// Amounts, at most two decimals.
struct Cents {
    std::int64_t value = 0;
    auto operator<=>(const Cents&) const = default;
    Cents operator-() const { return {-value}; }
    Cents operator+(Cents other) const { return {value + other.value}; }
    Cents operator-(Cents other) const { return {value - other.value}; }
    Cents& operator+=(Cents other) { return value += other.value, *this; }
    static std::optional<Cents> parse(std::string_view text);
    std::string text() const;  // "-10.00": always two decimals
};

// Prices, quantities and percentages, at most five decimals.
struct Fine {
    std::int64_t value = 0;
    auto operator<=>(const Fine&) const = default;
    Fine operator-() const { return {-value}; }
    static std::optional<Fine> parse(std::string_view text);  // a trailing % is allowed
    static constexpr Fine whole(std::int64_t number) { return {number * 100000}; }
    std::string quantity_text() const;  // "2.5": no trailing zeros
    std::string price_text() const;     // "2.50", "0.55536": at least two decimals
};

// A whole number of at most `most`; what is more is `most`, what is no number is nought.
int count_in(std::string_view text, int most);

// Quantity times rate to the cent, half a cent away from zero. Nothing when it is more than an
// amount can be (thirteen digits).
std::optional<Cents> extend(Fine quantity, Fine rate);
std::optional<Fine> times(Fine a, Fine b);  // to five decimals
std::optional<Cents> percent_of(Cents base, Fine percent);
// The rate that gives `amount` for `quantity`, to five decimals; `quantity` is not zero.
Fine rate_of(Cents amount, Fine quantity);

}  // namespace qbxml::simulator
