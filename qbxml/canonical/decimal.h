// Exact decimals: as text in the model's normal forms, and as sums.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace qbxml::canonical {

// The parts of a decimal text: "[+-]digits[.digits]" with spaces around it. Views into that text.
struct DecimalText {
    bool negative = false;
    std::string_view whole;     // at least one digit, no needless zeros in front
    std::string_view fraction;  // as written, may be empty

    static std::optional<DecimalText> parse(std::string_view text);
    bool is_zero() const;
};

// Two decimals, half away from zero.
std::string money_text(const DecimalText&);
// At least two decimals; further zeros at the end dropped, never rounded.
std::string price_text(const DecimalText&);
// Zeros at the end and a bare point dropped, never rounded.
std::string plain_text(const DecimalText&);

// A sum or product of decimals, exact to ten decimals. Values beyond its range (24 digits before
// the point) have none.
class Amount {
public:
    Amount() = default;
    static std::optional<Amount> from(const DecimalText&);
    static std::optional<Amount> from(std::string_view text);

    Amount operator+(Amount other) const { return Amount(units_ + other.units_); }
    Amount operator-(Amount other) const { return Amount(units_ - other.units_); }
    Amount operator-() const { return Amount(-units_); }
    Amount& operator+=(Amount other) { return *this = *this + other; }
    auto operator<=>(const Amount& other) const = default;
    bool is_zero() const { return units_ == 0; }
    bool is_negative() const { return units_ < 0; }
    Amount unsigned_value() const { return is_negative() ? -*this : *this; }

    // `a` times `b` rounded to cents, half away from zero; nothing when it leaves the range.
    static std::optional<Amount> product_in_cents(Amount a, Amount b);

    std::string money() const;  // two decimals, half away from zero
    std::string plain() const;

private:
    __extension__ typedef __int128 Units;
    explicit Amount(Units units) : units_(units) {}
    Units units_ = 0;  // 1e-10 each
};

}  // namespace qbxml::canonical
