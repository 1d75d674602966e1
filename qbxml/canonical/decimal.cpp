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
    const auto point = text.find('.');
    value.whole = text.substr(0, point);
    if (value.whole.empty() || !std::all_of(value.whole.begin(), value.whole.end(), is_digit))
        return std::nullopt;
    if (point != std::string_view::npos) {
        value.fraction = text.substr(point + 1);
        if (value.fraction.empty() ||
            !std::all_of(value.fraction.begin(), value.fraction.end(), is_digit))
            return std::nullopt;
    }
    const auto first = std::min(value.whole.find_first_not_of('0'), value.whole.size() - 1);
    value.whole.remove_prefix(first);
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
    if (!only_zeros(value.fraction.substr(std::min<std::size_t>(places, value.fraction.size()))))
        return std::nullopt;
    Units units = 0;
    for (char c : value.whole)
        units = units * 10 + (c - '0');
    for (std::size_t i = 0; i < places; ++i)
        units = units * 10 + (i < value.fraction.size() ? value.fraction[i] - '0' : 0);
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
