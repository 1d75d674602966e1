#include "qbxml/simulator/number.h"

#include <algorithm>
#include <array>

namespace qbxml::simulator {

namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t fine_scale = 100000;
constexpr std::int64_t amount_max = 999'999'999'999'999;  // cents: thirteen digits before the point

// Digits with an optional sign and at most `decimals` decimals, scaled to an integer.
std::optional<std::int64_t> parse_scaled(std::string_view text, int decimals)
{
    bool negative = false;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        negative = text[0] == '-';
        text.remove_prefix(1);
    }
    std::int64_t value = 0;
    int after_point = -1;
    int digit_count = 0;
    for (const char c : text) {
        if (c == '.' && after_point < 0) {
            after_point = 0;
            continue;
        }
        if (c < '0' || c > '9' || after_point >= decimals || ++digit_count > 17) {
            return std::nullopt;
        }
        value = value * 10 + (c - '0');
        if (after_point >= 0) ++after_point;
    }
    if (digit_count == 0) return std::nullopt;
    for (int missing = decimals - (after_point < 0 ? 0 : after_point); missing > 0; --missing) {
        if (value > amount_max * 10) return std::nullopt;
        value *= 10;
    }
    return negative ? -value : value;
}

// a / b, half away from zero; b is positive.
Wide rounded(Wide a, Wide b)
{
    return a < 0 ? -((-a + b / 2) / b) : (a + b / 2) / b;
}

std::optional<Cents> as_amount(Wide cents)
{
    if (cents > amount_max || cents < -amount_max) return std::nullopt;
    return Cents{static_cast<std::int64_t>(cents)};
}

// The number with a point before its last `decimals` digits.
std::string decimal_text(std::int64_t value, std::size_t decimals)
{
    std::array<char, 24> digits{};
    char* const end = digits.data() + digits.size();
    char* at = end;
    auto left = static_cast<std::uint64_t>(value < 0 ? -value : value);
    for (std::size_t written = 0; left > 0 || written <= decimals; ++written) {
        if (written == decimals) *--at = '.';
        *--at = static_cast<char>('0' + left % 10);
        left /= 10;
    }
    if (value < 0) *--at = '-';
    return std::string(at, end);
}

std::string fine_text(std::int64_t value, std::size_t decimals_min)
{
    std::string text = decimal_text(value, 5);
    const std::size_t point = text.size() - 6;
    while (text.back() == '0' && text.size() > point + 1 + decimals_min)
        text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

}  // namespace

std::optional<Cents> Cents::parse(std::string_view text)
{
    const auto cents = parse_scaled(text, 2);
    if (!cents) return std::nullopt;
    return as_amount(*cents);
}

std::string Cents::text() const
{
    return decimal_text(value, 2);
}

std::optional<Fine> Fine::parse(std::string_view text)
{
    if (text.ends_with('%')) text.remove_suffix(1);
    const auto value = parse_scaled(text, 5);
    if (!value) return std::nullopt;
    return Fine{*value};
}

std::string Fine::quantity_text() const
{
    return fine_text(value, 0);
}

std::string Fine::price_text() const
{
    return fine_text(value, 2);
}

int count_in(std::string_view text, int most)
{
    const auto number = parse_scaled(text, 0);
    if (!number || *number < 0) return 0;
    return static_cast<int>(std::min<std::int64_t>(*number, most));
}

std::optional<Cents> extend(Fine quantity, Fine rate)
{
    return as_amount(rounded(static_cast<Wide>(quantity.value) * rate.value,
                             static_cast<Wide>(fine_scale) * fine_scale / 100));
}

std::optional<Fine> times(Fine a, Fine b)
{
    const Wide product = rounded(static_cast<Wide>(a.value) * b.value, fine_scale);
    if (product > amount_max || product < -amount_max) return std::nullopt;
    return Fine{static_cast<std::int64_t>(product)};
}

std::optional<Cents> percent_of(Cents base, Fine percent)
{
    return as_amount(rounded(static_cast<Wide>(base.value) * percent.value,
                             static_cast<Wide>(fine_scale) * 100));
}

Fine rate_of(Cents amount, Fine quantity)
{
    const bool negative = quantity.value < 0;
    const Wide divisor = negative ? -static_cast<Wide>(quantity.value) : quantity.value;
    const Wide dividend = static_cast<Wide>(negative ? -amount.value : amount.value) *
                          (fine_scale / 100) * fine_scale;
    return Fine{static_cast<std::int64_t>(rounded(dividend, divisor))};
}

}  // namespace qbxml::simulator
