#include "qbxml/check_value.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "qbxml/characters.h"
#include "qbxml/grammar/history.h"
#include "qbxml/suggest.h"

namespace qbxml {

namespace {

using grammar::Form;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_blank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// Reads a text from its front.
class Reader {
public:
    explicit Reader(std::string_view text) : left_(text) {}

    bool done() const { return left_.empty(); }
    bool take(char c)
    {
        if (left_.empty() || left_.front() != c) return false;
        left_.remove_prefix(1);
        return true;
    }
    bool take_sign() { return take('+') || take('-'); }
    // As many digits as there are; how many.
    int digits()
    {
        int count = 0;
        while (!left_.empty() && is_digit(left_.front())) {
            left_.remove_prefix(1);
            ++count;
        }
        return count;
    }
    // A number of `least` to `most` digits; -1 when there is none.
    int number(int least, int most)
    {
        int value = 0, count = 0;
        while (count < most && !left_.empty() && is_digit(left_.front())) {
            value = value * 10 + (left_.front() - '0');
            left_.remove_prefix(1);
            ++count;
        }
        return count < least ? -1 : value;
    }

private:
    std::string_view left_;
};

int days_in(int year, int month)
{
    if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool is_day(int year, int month, int day)
{
    return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= days_in(year, month);
}

bool is_date(std::string_view text)
{
    Reader reader(text);
    const int year = reader.number(4, 4);
    if (year < 0 || !reader.take('-')) return false;
    const int month = reader.number(2, 2);
    if (!reader.take('-')) return false;
    const int day = reader.number(2, 2);
    if (!is_day(year, month, day)) return false;
    if (reader.done() || (reader.take('Z') && reader.done())) return true;
    if (!reader.take_sign()) return false;
    const int hours = reader.number(2, 2);
    if (!reader.take(':')) return false;
    const int minutes = reader.number(2, 2);
    return reader.done() && hours >= 0 && minutes >= 0 && minutes < 60 &&
           hours * 60 + minutes <= 840;
}

bool is_datetime(std::string_view text)
{
    Reader reader(text);
    const int year = reader.number(4, 4);
    if (year < 0 || !reader.take('-')) return false;
    const int month = reader.number(1, 2);
    if (!reader.take('-') || !is_day(year, month, reader.number(1, 2))) return false;
    if (!reader.take('T')) return reader.done();
    const int hour = reader.number(1, 2);
    if (hour < 0 || hour > 23) return false;
    for (int part = 0; part < 2; ++part) {  // minutes, seconds
        if (!reader.take(':')) return reader.done();
        const int count = reader.number(1, 2);
        if (count < 0 || count > 59) return false;
    }
    if (reader.done()) return true;
    return reader.take_sign() && reader.number(1, 2) >= 0 && reader.take(':') &&
           reader.number(1, 2) >= 0 && reader.done();
}

bool is_duration(std::string_view text)
{
    Reader reader(text);
    reader.take('-');
    if (!reader.take('P') || !reader.take('T')) return false;
    if (reader.done()) return false;
    std::string_view units = "HMS";
    while (!reader.done()) {
        if (reader.digits() == 0) return false;
        while (!units.empty() && !reader.take(units.front()))
            units.remove_prefix(1);
        if (units.empty()) return false;
        units.remove_prefix(1);
    }
    return true;
}

bool is_decimal(std::string_view text, const grammar::Type& type)
{
    Reader reader(text);
    reader.take_sign();
    const int whole = reader.digits();
    if (whole < 1 || whole > type.whole_digits) return false;
    if (reader.done()) return true;
    if (!reader.take('.')) return false;
    const int places = reader.digits();
    return reader.done() && places >= type.places_least && places <= type.places_most;
}

bool is_number(std::string_view text)
{
    Reader reader(text);
    reader.take_sign();
    const int whole = reader.digits();
    const int places = reader.take('.') ? reader.digits() : 0;
    return reader.done() && whole + places > 0;
}

bool is_integer(std::string_view text)
{
    Reader reader(text);
    reader.take_sign();
    return reader.digits() > 0 && reader.done();
}

bool is_guid(std::string_view text)
{
    if (text == "0") return true;
    constexpr std::string_view form = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";
    if (text.size() != form.size()) return false;
    return std::equal(text.begin(), text.end(), form.begin(), [](char c, char wanted) {
        if (wanted != 'x') return c == wanted;
        return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
}

bool has_form(std::string_view text, const grammar::Type& type)
{
    switch (type.form) {
        case Form::text: return true;
        case Form::flag: return text == "true" || text == "false" || text == "1" || text == "0";
        case Form::date: return is_date(text);
        case Form::datetime: return is_datetime(text);
        case Form::duration: return is_duration(text);
        case Form::decimal: return is_decimal(text, type);
        case Form::number: return is_number(text);
        case Form::integer: return is_integer(text);
        case Form::guid: return is_guid(text);
    }
    return false;
}

// Values of these forms may have blanks around them; the published schema drops those.
bool drops_blanks(Form form)
{
    return form == Form::flag || form == Form::date || form == Form::duration ||
           form == Form::number || form == Form::integer;
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// What a writer of that mistake probably meant.
std::string mended(std::string_view text, const grammar::Type& type)
{
    const std::string_view bare = trimmed(text);
    std::string without;
    for (char c : bare)
        if (c != ',' && c != '$' && c != '%' && c != ' ') without += c;
    switch (type.form) {
        case Form::flag: {
            const std::string lower = lower_case(bare);
            if (lower == "true" || lower == "yes" || lower == "y") return "true";
            if (lower == "false" || lower == "no" || lower == "n") return "false";
            return {};
        }
        case Form::decimal:
            if (type.places_least == 2 && is_decimal(without + "0", type)) return without + "0";
            return is_decimal(without, type) ? without : std::string();
        case Form::number:
        case Form::integer: return has_form(without, type) ? without : std::string();
        case Form::guid:
            return is_guid(fmt::format("{{{}}}", bare)) ? fmt::format("{{{}}}", bare) : "";
        case Form::date:
            return is_date(bare.substr(0, 10)) ? std::string(bare.substr(0, 10)) : std::string();
        case Form::text:
        case Form::datetime:
        case Form::duration: return {};
    }
    return {};
}

std::optional<ValueFault> check_characters(std::string_view text)
{
    const auto offence = find_offence(text);
    if (!offence) return {};
    const auto byte = static_cast<unsigned char>(text[offence->offset]);
    if (offence->not_utf8)
        return ValueFault{
            .rule = "characters",
            .found = fmt::format("byte 0x{:02X} at {}, which is no UTF-8", byte, offence->offset),
            .allowed = "UTF-8 text",
            .suggestion = "convert the text to UTF-8 before it is sent"};
    return ValueFault{
        .rule = "characters",
        .found = fmt::format("the character U+{:04X} at byte {}",
                             decode_utf8(text.substr(offence->offset)).code_point, offence->offset),
        .allowed = "characters that XML has: no control characters but tab and line breaks",
        .suggestion = "remove the character"};
}

std::optional<ValueFault> check_range(std::string_view value, const grammar::Range& range)
{
    if (value.starts_with('+')) value.remove_prefix(1);
    double number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error == std::errc() && number >= range.low && number <= range.high) return {};
    const auto dots = range.text().find("..");
    const auto low = range.text().substr(0, dots), high = range.text().substr(dots + 2);
    std::string allowed = low.empty()    ? fmt::format("at most {}", high)
                          : high.empty() ? fmt::format("at least {}", low)
                                         : fmt::format("{} to {}", low, high);
    return ValueFault{.rule = "range",
                      .found = shown(value),
                      .allowed = allowed,
                      .suggestion = "give a number in that range"};
}

std::optional<ValueFault> check_enumeration(std::string_view value,
                                            const grammar::Enumeration& values, Version version)
{
    std::vector<std::string_view> allowed;
    for (const grammar::EnumValue& each : values.values())
        if (each.since() <= version) allowed.push_back(each.text());
    if (std::ranges::find(allowed, value) != allowed.end()) return {};
    if (const grammar::EnumValue* newer = values.find(value))
        return ValueFault{
            .rule = "version",
            .found = shown(value),
            .allowed = fmt::format("a value that qbXML {} has", version.text()),
            .since = newer->since().text(),
            .suggestion = fmt::format("send it as qbXML {} or newer, or give another value",
                                      newer->since().text())};
    ValueFault fault{.rule = "enum", .found = shown(value), .allowed = one_of(allowed)};
    const std::string_view near = nearest(trimmed(value), allowed);
    if (const auto* past = grammar::past_value(values.name(), value))
        fault.suggestion = fmt::format("give one of the values: qbXML {} was the last that had it",
                                       past->last.text());
    else if (near.empty())
        fault.suggestion = "give one of the values";
    else if (same_but_case(value, near))
        fault.suggestion = fmt::format("write {}: case counts", near);
    else
        fault.suggestion = fmt::format("did you mean {}?", near);
    return fault;
}

}  // namespace

std::size_t length_of(std::string_view utf8)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string shown(std::string_view text)
{
    constexpr int shown_max = 60;
    std::string out;
    int characters = 0;
    for (std::size_t at = 0; at < text.size(); ++characters) {
        if (characters == shown_max) {
            out += "...";
            break;
        }
        const Decoded next = decode_utf8(text.substr(at));
        // One line, and no bytes that a terminal or a log would take for something else.
        if (!next.valid || next.code_point < 0x20 || next.code_point == 0x7F)
            out += fmt::format("\\x{:02X}", static_cast<unsigned char>(text[at]));
        else
            out += text.substr(at, next.size);
        at += next.size;
    }
    return "'" + out + "'";
}

std::string shown_name(std::string_view name)
{
    const bool plain = std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7F; });
    return plain && !name.empty() && name.size() <= 64 ? std::string(name) : shown(name);
}

std::optional<ValueFault> check_value(std::string_view text, const ValueLimits& limits,
                                      Version version)
{
    if (auto fault = check_characters(text)) return fault;
    const grammar::Type& type = limits.type;
    if (text.empty() && !limits.fallback.empty()) return {};
    if (type.empty == grammar::Empty::blank && is_blank(text)) return {};
    const std::string_view value = drops_blanks(type.form) ? trimmed(text) : text;
    if (limits.values != nullptr) return check_enumeration(value, *limits.values, version);
    if (value.empty() && type.empty == grammar::Empty::yes) return {};
    if (!has_form(value, type)) {
        ValueFault fault{
            .rule = "pattern", .found = shown(text), .allowed = std::string(type.expected())};
        const std::string better = mended(text, type);
        fault.suggestion = better.empty() ? fmt::format("give {}", type.expected())
                                          : fmt::format("write {}", better);
        return fault;
    }
    const std::size_t length = length_of(value);
    const std::size_t most = std::min(limits.chars, type.chars);
    if (most != grammar::none && length > most)
        return ValueFault{.rule = "tooLong",
                          .found = fmt::format("{} characters: {}", length, shown(value)),
                          .allowed = fmt::format("at most {} characters", most),
                          .suggestion = fmt::format("shorten it by {}", length - most)};
    if (limits.range != nullptr && !value.empty()) return check_range(value, *limits.range);
    return {};
}

}  // namespace qbxml
