#include "qbxml/status.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>

#include "qbxml/status_table.h"

namespace qbxml {

namespace {

// How QuickBooks says that somebody else holds a record or its list, in lower case. "In use" alone
// is no sign of it: names and numbers are in use too.
constexpr std::array<std::string_view, 14> lock_words = {
    "modified by another user",
    "used by another user",
    "changed by another user",
    "could not be locked",
    "cannot be locked",
    "acquire the lock",
    "is locked by",
    "list element is in use",
    "is being edited",
    "currently in use by",
    "par un autre utilisateur",
    "verrouill",
    "otro usuario",
    "bloquead",
};

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string lower(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
    return out;
}

bool speaks_of_a_lock(std::string_view message)
{
    const std::string text = lower(message);
    return std::any_of(lock_words.begin(), lock_words.end(), [&](std::string_view words) {
        return text.find(words) != std::string::npos;
    });
}

const Status* find(StatusKind kind, std::string_view code)
{
    for (const StatusEntry& entry : status_table()) {
        if (entry.kind == kind && entry.status.code == code) return &entry.status;
    }
    return nullptr;
}

Status get(StatusKind kind, std::string_view code)
{
    const Status* found = find(kind, code);
    if (!found) throw std::logic_error(fmt::format("status_codes.tsv lacks the code {}", code));
    return *found;
}

Status find_or_other(StatusKind kind, std::string_view code)
{
    const Status* found = code == "other" ? nullptr : find(kind, code);
    return found ? *found : get(kind, "other");
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ')
        text.remove_prefix(1);
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ')
        text.remove_suffix(1);
    return text;
}

template <class Number>
std::optional<Number> number(std::string_view text, int base)
{
    Number out = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out, base);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return out;
}

// As the table writes it: 0x and eight capital digits.
std::optional<std::string> hresult_code(std::string_view text)
{
    text = trimmed(text);
    std::optional<std::uint32_t> value;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        value = number<std::uint32_t>(text.substr(2), 16);
    } else if (text.starts_with('-')) {
        const auto decimal = number<std::int32_t>(text, 10);
        if (decimal) value = static_cast<std::uint32_t>(*decimal);
    } else if (text.size() == 8) {
        value = number<std::uint32_t>(text, 16);  // hexadecimal digits alone; failures begin with 8
    } else {
        value = number<std::uint32_t>(text, 10);
    }
    if (!value) return std::nullopt;
    return fmt::format("0x{:08X}", *value);
}

}  // namespace

Status status_of_request(int status_code, std::string_view message)
{
    const std::string code = fmt::format("{}", status_code);
    const Status* locked = find(StatusKind::request_locked, code);
    if (locked && speaks_of_a_lock(message)) return *locked;
    if (const Status* known = find(StatusKind::request, code)) return *known;
    if (status_code >= 0 && status_code < 500) return get(StatusKind::request_range, "0-499");
    if (status_code >= 500 && status_code < 1000) return get(StatusKind::request_range, "500-999");
    return get(StatusKind::request_range, "1000-");
}

Status status_of_message_set(std::string_view status_code)
{
    return find_or_other(StatusKind::message_set, trimmed(status_code));
}

Status status_of_hresult(std::string_view hresult, std::string_view message)
{
    const auto code = hresult_code(hresult);
    if (!code) return get(StatusKind::hresult, "other");
    const Status* locked = find(StatusKind::hresult_locked, *code);
    if (locked && speaks_of_a_lock(message)) return *locked;
    return find_or_other(StatusKind::hresult, *code);
}

Status status_of_connector(std::string_view qbwc_code)
{
    qbwc_code = trimmed(qbwc_code);
    if (lower(qbwc_code.substr(0, 4)) == "qbwc") qbwc_code.remove_prefix(4);
    return find_or_other(StatusKind::connector, fmt::format("QBWC{}", qbwc_code));
}

}  // namespace qbxml
