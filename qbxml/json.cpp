#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cstring>
#include <limits>
#include <unordered_set>

#include "qbxml/characters.h"
#include "qbxml/scan.h"
#include "qbxml/value.h"

namespace qbxml {

namespace {

namespace json = boost::json;

// An object with more members than this keeps the set of their names.
constexpr std::size_t few_members = 16;
constexpr std::uint32_t replacement_character = 0xFFFD;

// Builds the value from the events of the parser. Every event may refuse by setting `ec`; what we
// refuse ourselves is told in `refusal`.
class Builder {
public:
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

    Value root;
    std::string refusal;

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }

    bool on_object_begin(json::error_code&)
    {
        open_.push_back({.value = Value::Object{}});
        return true;
    }
    bool on_object_end(std::size_t, json::error_code&) { return close(); }
    bool on_array_begin(json::error_code&)
    {
        open_.push_back({.value = Value::Array{}});
        return true;
    }
    bool on_array_end(std::size_t, json::error_code&) { return close(); }

    bool on_key_part(json::string_view part, std::size_t, json::error_code&)
    {
        return gather(part);
    }
    bool on_key(json::string_view part, std::size_t, json::error_code& ec)
    {
        gather(part);
        Open& open = open_.back();
        open.key = take();
        if (!open.note_key()) {
            refusal = fmt::format("the name \"{}\" stands twice in one object", open.key);
            ec = json::error::syntax;
            return false;
        }
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, json::error_code&)
    {
        return gather(part);
    }
    bool on_string(json::string_view part, std::size_t, json::error_code&)
    {
        gather(part);
        return put(Value(take()));
    }
    bool on_number_part(json::string_view part, json::error_code&) { return gather(part); }
    bool on_int64(std::int64_t, json::string_view part, json::error_code&) { return number(part); }
    bool on_uint64(std::uint64_t, json::string_view part, json::error_code&)
    {
        return number(part);
    }
    bool on_double(double, json::string_view part, json::error_code&) { return number(part); }
    bool on_bool(bool flag, json::error_code&) { return put(Value(flag)); }
    bool on_null(json::error_code&) { return put(Value()); }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

    // What would be right after the character `last`, the last one that means something.
    std::string_view expected_after(char last) const
    {
        if (open_.empty()) return "a value";
        const bool in_array = open_.back().value.is_array();
        switch (last) {
            case '[': return "a value or ']'";
            case '{': return "a name in double quotes or '}'";
            case ':': return "a value";
            case ',': return in_array ? "a value" : "a name in double quotes";
            default: break;
        }
        if (open_.back().awaits_value && last == '"') return "':'";
        if (open_.back().awaits_value) return "a value";
        return in_array ? "',' or ']'" : "',' or '}'";
    }

private:
    struct Open {
        Value value;
        std::string key = {};
        bool awaits_value = false;
        std::unordered_set<std::string> names = {};

        // False when the object has that name already.
        bool note_key()
        {
            awaits_value = true;
            const Value::Object& members = value.as_object();
            if (members.size() < few_members) {
                return std::none_of(
                    members.begin(), members.end(),
                    [&](const Value::Member& member) { return member.first == key; });
            }
            if (names.empty()) {
                for (const auto& member : members)
                    names.insert(member.first);
            }
            return names.insert(key).second;
        }
    };

    bool gather(json::string_view part)
    {
        gathered_.append(part.data(), part.size());
        return true;
    }
    std::string take() { return std::exchange(gathered_, {}); }
    bool number(json::string_view part)
    {
        gather(part);
        return put(Value(Value::Number{take()}));
    }
    bool close()
    {
        Value whole = std::move(open_.back().value);
        open_.pop_back();
        return put(std::move(whole));
    }
    bool put(Value value)
    {
        if (open_.empty()) {
            root = std::move(value);
            return true;
        }
        Open& open = open_.back();
        if (open.value.is_array()) {
            open.value.as_array().push_back(std::move(value));
        } else {
            open.value.as_object().emplace_back(std::move(open.key), std::move(value));
            open.awaits_value = false;
        }
        return true;
    }

    std::vector<Open> open_;
    std::string gathered_;
};

std::string found_at(std::string_view text, std::size_t at)
{
    if (at >= text.size()) return "the end of the text";
    const Decoded decoded = decode_utf8(text.substr(at));
    if (decoded.code_point < 0x20)
        return fmt::format("the control character U+{:04X}", decoded.code_point);
    return fmt::format("'{}'", text.substr(at, decoded.size));
}

// Where in the grammar a place is, found by going through the text again.
struct Lexed {
    bool in_string = false;
    bool after_backslash = false;
    char last = '\0';  // the last character before the place that is no white space
};

Lexed lex_until(std::string_view text, std::size_t at)
{
    Lexed out;
    for (const char c : text.substr(0, at)) {
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') out.last = c;
        if (out.after_backslash) {
            out.after_backslash = false;
        } else if (out.in_string && c == '\\') {
            out.after_backslash = true;
        } else if (c == '"') {
            out.in_string = !out.in_string;
        }
    }
    return out;
}

constexpr std::string_view half_a_pair =
    "half of a surrogate pair; expected two escapes, \\uD800-\\uDBFF and \\uDC00-\\uDFFF";

std::string syntax_error(std::string_view text, std::size_t at, const Builder& builder)
{
    const Lexed lexed = lex_until(text, at);
    const std::string found = found_at(text, at);
    const char before = at > 0 ? text[at - 1] : '\0';
    const bool known_escape = at < text.size() && std::string_view("\"\\/bfnrtu").find(text[at]) !=
                                                      std::string_view::npos;
    if (lexed.after_backslash && known_escape) return std::string(half_a_pair);
    if (lexed.after_backslash) {
        return fmt::format("found {} after a backslash; expected one of \" \\ / b f n r t u",
                           found);
    }
    if (lexed.in_string && at == text.size()) return "the text ends inside a string";
    if (lexed.in_string && static_cast<unsigned char>(text[at]) >= 0x20) {
        return std::string(half_a_pair);
    }
    if (lexed.in_string) {
        return fmt::format("found {} in a string; write control characters as escapes", found);
    }
    if (before == '-' || before == '.' || before == '+' || before == 'e' || before == 'E') {
        return fmt::format("found {} in a number; expected a digit", found);
    }
    if (before >= 'a' && before <= 'z') {
        return fmt::format("found {} in a word; expected true, false or null", found);
    }
    if (before >= '0' && before <= '9' && at < text.size() && text[at] >= '0' && text[at] <= '9') {
        return "a number may not begin with 0 and another digit";
    }
    return fmt::format("found {}, expected {}", found, builder.expected_after(lexed.last));
}

// Where the string begins that ends at `at`.
std::size_t opening_quote(std::string_view text, std::size_t at)
{
    std::size_t quote = at;
    while (quote > 0) {
        quote = text.rfind('"', quote - 1);
        if (quote == std::string_view::npos || quote == 0) return 0;
        const std::size_t before = text.find_last_not_of('\\', quote - 1);
        const std::size_t backslashes = quote - 1 - before;  // npos + 1 is 0
        if (backslashes % 2 == 0) return quote;
    }
    return 0;
}

Error error_of(std::string_view text, std::size_t at, json::error_code ec, const Builder& builder,
               const JsonLimits& limits)
{
    if (!builder.refusal.empty()) return {place_in(text, opening_quote(text, at)), builder.refusal};
    const auto offence = find_offence(text);
    if (offence && offence->not_utf8 && offence->offset <= at) {
        const auto byte = static_cast<unsigned char>(text[offence->offset]);
        return {place_in(text, offence->offset),
                fmt::format("the byte 0x{:02X} is no UTF-8", byte)};
    }
    const std::string where = place_in(text, at);
    if (ec == json::error::too_deep) {
        return {where,
                fmt::format("nested too deep; at most {} levels are allowed", limits.depth_max)};
    }
    if (ec == json::error::extra_data) {
        return {where, fmt::format("found {} after the value; expected the end of the text",
                                   found_at(text, at))};
    }
    if (ec == json::error::expected_hex_digit) {
        return {where,
                fmt::format("found {} in an escape; expected four hexadecimal digits after \\u",
                            found_at(text, at))};
    }
    if (ec == json::error::illegal_leading_surrogate ||
        ec == json::error::illegal_trailing_surrogate || ec == json::error::expected_utf16_escape) {
        return {where, std::string(half_a_pair)};
    }
    if (ec == json::error::exponent_overflow)
        return {where, "the exponent of a number is too large"};
    return {where, syntax_error(text, at, builder)};
}

bool is_plain(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

// How many characters at the front need no escape, a few of them perhaps not counted: eight at a
// time, by the sign bits that subtracting leaves where a byte is small or high.
std::size_t plain_run(std::string_view text)
{
    constexpr std::uint64_t ones = 0x0101010101010101;
    std::size_t size = 0;
    for (std::uint64_t eight; text.size() - size >= sizeof eight; size += sizeof eight) {
        std::memcpy(&eight, text.data() + size, sizeof eight);
        const std::uint64_t quote = eight ^ (ones * '"');
        const std::uint64_t backslash = eight ^ (ones * '\\');
        const std::uint64_t odd =
            eight | (eight - ones * 0x20) | (quote - ones) | (backslash - ones);
        if ((odd & (ones * 0x80)) != 0) break;
    }
    return size;
}

void append_escape(std::string& out, char c)
{
    switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\b': out += "\\b"; break;
        case '\f': out += "\\f"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
    }
}

class Writer {
public:
    Writer(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

    void write(const Value& value)
    {
        if (value.is_null()) {
            out_ += "null";
        } else if (value.is_bool()) {
            out_ += value.as_bool() ? "true" : "false";
        } else if (value.is_number()) {
            out_ += value.number_text();
        } else if (value.is_string()) {
            append_json_string(out_, value.as_string());
        } else if (value.is_array()) {
            write_items('[', ']', value.as_array(), [this](const Value& item) { write(item); });
        } else {
            write_items('{', '}', value.as_object(), [this](const Value::Member& member) {
                append_json_string(out_, member.first);
                out_ += pretty_ ? ": " : ":";
                write(member.second);
            });
        }
    }

private:
    template <class Items, class Write>
    void write_items(char opening, char closing, const Items& items, const Write& write_one)
    {
        out_ += opening;
        ++depth_;
        bool first = true;
        for (const auto& item : items) {
            if (!first) out_ += ',';
            first = false;
            new_line();
            write_one(item);
        }
        --depth_;
        if (!items.empty()) new_line();
        out_ += closing;
    }

    void new_line()
    {
        if (!pretty_) return;
        out_ += '\n';
        out_.append(2 * depth_, ' ');
    }

    std::string& out_;
    bool pretty_;
    std::size_t depth_ = 0;
};

}  // namespace

const Value* Value::find(std::string_view name) const
{
    if (!is_object()) return nullptr;
    for (const Member& member : as_object()) {
        if (member.first == name) return &member.second;
    }
    return nullptr;
}

std::string Value::string_at(std::string_view name, std::string_view otherwise) const
{
    const Value* found = find(name);
    return found && found->is_string() ? found->as_string() : std::string(otherwise);
}

std::optional<std::int64_t> Value::integer_at(std::string_view name) const
{
    const Value* found = find(name);
    if (!found || !found->is_number()) return std::nullopt;
    const std::string& text = found->number_text();
    std::int64_t out = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return out;
}

void Value::set(std::string_view name, Value value)
{
    if (is_null()) held_ = Object{};
    for (Member& member : as_object()) {
        if (member.first != name) continue;
        member.second = std::move(value);
        return;
    }
    as_object().emplace_back(std::string(name), std::move(value));
}

Result<Value> parse_json(std::string_view text, const JsonLimits& limits)
{
    if (text.size() > limits.bytes_max) {
        return Error{"", fmt::format("the text has {} bytes; at most {} are allowed", text.size(),
                                     limits.bytes_max)};
    }
    json::parse_options options;
    options.max_depth = limits.depth_max;
    json::basic_parser<Builder> parser(options);
    json::error_code ec;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
    if (!ec && used < text.size()) ec = json::error::extra_data;
    if (ec) return error_of(text, used, ec, parser.handler(), limits);
    return std::move(parser.handler().root);
}

std::string to_json(const Value& value)
{
    std::string out;
    Writer(out, false).write(value);
    return out;
}

std::string to_pretty_json(const Value& value)
{
    std::string out;
    Writer(out, true).write(value);
    return out;
}

void append_json_string(std::string& out, std::string_view text)
{
    out += '"';
    std::size_t written = 0;
    std::size_t at = plain_run(text);
    while (at < text.size()) {
        if (is_plain(text[at])) {
            ++at;
            continue;
        }
        const Decoded decoded = decode_utf8(text.substr(at, 4));
        if (decoded.code_point < 0x80 || !decoded.valid) {
            out.append(text, written, at - written);
            decoded.valid ? append_escape(out, text[at]) : append_utf8(out, replacement_character);
            written = at + 1;
        }
        at += decoded.size;
    }
    out.append(text, written);
    out += '"';
}

}  // namespace qbxml
