#include "qbxml/canonical/decimal.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace qbxml::canonical {
namespace {

constexpr int places = 10;
constexpr std::size_t whole_digits_max = 24;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& text)
{
    std::size_t size = 0;
    while (size < text.size() && is_digit(text[size]))
        ++size;
    const auto digits = text.substr(0, size);
    text.remove_prefix(size);
    return digits;
}

// Of at most `digits_max` digits.
constexpr std::size_t digits_max = 18;

std::int64_t number_of(std::string_view digits)
{
    std::int64_t number = 0;
    for (const char c : digits)
        number = number * 10 + (c - '0');
    return number;
}

constexpr auto powers_of_ten = [] {
    std::array<std::int64_t, digits_max + 1> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();

bool only_zeros(std::string_view digits)
{
    return digits.find_first_not_of('0') == std::string_view::npos;
}

std::string_view without_end_zeros(std::string_view digits)
{
    const auto last = digits.find_last_not_of('0');
    return last == std::string_view::npos ? std::string_view{} : digits.substr(0, last + 1);
}

void add_one_to_last(std::string& digits)
{
    for (auto at = digits.rbegin(); at != digits.rend(); ++at) {
        if (*at == '.') continue;
        if (*at != '9') {
            ++*at;
            return;
        }
        *at = '0';
    }
    digits.insert(digits.begin(), '1');
}

std::string joined(const DecimalText& value, std::string_view fraction)
{
    std::string text;
    text.reserve(value.whole.size() + fraction.size() + 2);
    if (value.negative && !value.is_zero()) text += '-';
    text += value.whole;
    if (!fraction.empty()) {
        text += '.';
        text += fraction;
    }
    return text;
}

}  // namespace

std::optional<DecimalText> DecimalText::parse(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    DecimalText value;
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
        value.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    value.whole = take_digits(text);
    if (value.whole.empty()) return std::nullopt;
    if (!text.empty()) {
        if (text.front() != '.') return std::nullopt;
        text.remove_prefix(1);
        value.fraction = take_digits(text);
        if (value.fraction.empty() || !text.empty()) return std::nullopt;
    }
    while (value.whole.size() > 1 && value.whole.front() == '0')
        value.whole.remove_prefix(1);
    return value;
}

bool DecimalText::is_zero() const
{
    return only_zeros(whole) && only_zeros(fraction);
}

std::string money_text(const DecimalText& value)
{
    std::string text(value.whole);
    text += '.';
    text += value.fraction.substr(0, 2);
    text.append(2 - std::min<std::size_t>(2, value.fraction.size()), '0');
    if (value.fraction.size() > 2 && value.fraction[2] >= '5') add_one_to_last(text);
    if (value.negative && text.find_first_of("123456789") != std::string::npos)
        text.insert(text.begin(), '-');
    return text;
}

std::string price_text(const DecimalText& value)
{
    const auto needed = without_end_zeros(value.fraction);
    if (needed.size() >= 2) return joined(value, needed);
    std::string fraction(needed);
    fraction.append(2 - fraction.size(), '0');
    return joined(value, fraction);
}

std::string plain_text(const DecimalText& value)
{
    return joined(value, without_end_zeros(value.fraction));
}

std::optional<Amount> Amount::from(const DecimalText& value)
{
    if (value.whole.size() > whole_digits_max) return std::nullopt;
    const auto fraction = value.fraction.substr(0, places);
    if (!only_zeros(value.fraction.substr(fraction.size()))) return std::nullopt;
    const auto low_digits = std::min(value.whole.size(), digits_max);
    const auto high = value.whole.substr(0, value.whole.size() - low_digits);
    const auto low = value.whole.substr(high.size());
    Units units = Units{number_of(high)} * powers_of_ten[low_digits] + number_of(low);
    units = units * powers_of_ten[places] +
            number_of(fraction) * powers_of_ten[places - fraction.size()];
    return Amount(value.negative ? -units : units);
}

std::optional<Amount> Amount::from(std::string_view text)
{
    const auto value = DecimalText::parse(text);
    return value ? from(*value) : std::nullopt;
}

std::optional<Amount> Amount::product_in_cents(Amount a, Amount b)
{
    // Five decimals each, as QuickBooks keeps quantities and prices, make ten of the product.
    constexpr Units half_scale = 100'000;
    constexpr Units cent = 100'000'000;
    if (a.units_ % half_scale != 0 || b.units_ % half_scale != 0) return std::nullopt;
    Units product = 0;
    if (__builtin_mul_overflow(a.units_ / half_scale, b.units_ / half_scale, &product))
        return std::nullopt;
    const Units rest = product % cent;
    product -= rest;
    if (rest * 2 >= cent) product += cent;
    if (rest * 2 <= -cent) product -= cent;
    return Amount(product);
}

std::string Amount::plain() const
{
    Units rest = is_negative() ? -units_ : units_;
    std::string digits;
    for (int i = 0; i <= places || rest != 0; ++i) {
        if (i == places) digits += '.';
        digits += static_cast<char>('0' + static_cast<int>(rest % 10));
        rest /= 10;
    }
    if (is_negative()) digits += '-';
    std::reverse(digits.begin(), digits.end());
    return plain_text(*DecimalText::parse(digits));
}

std::string Amount::money() const
{
    constexpr Units cent = 100'000'000;
    const Units magnitude = is_negative() ? -units_ : units_;
    const Units cents = (magnitude + cent / 2) / cent;
    constexpr Units fits = std::numeric_limits<std::int64_t>::max();
    if (cents > fits) return money_text(*DecimalText::parse(plain()));
    std::array<char, 24> text;
    char* at = text.data() + text.size();
    auto rest = static_cast<std::uint64_t>(cents);
    for (int i = 0; i < 3 || rest != 0; ++i) {
        if (i == 2) *--at = '.';
        *--at = static_cast<char>('0' + rest % 10);
        rest /= 10;
    }
    if (is_negative() && cents != 0) *--at = '-';
    return std::string(at, text.data() + text.size());
}

}  // namespace qbxml::canonical
