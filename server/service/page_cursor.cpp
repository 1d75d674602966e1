#include "server/service/page_cursor.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "server/base/secret.h"

namespace server::service {
namespace {

using qbxml::Error;
constexpr auto good_for = std::chrono::days(7);
constexpr std::size_t cursor_max = 4096;

std::string to_hex(std::string_view text)
{
    std::string written;
    for (const char c : text)
        written += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return written;
}

std::string from_hex(std::string_view digits)
{
    std::string text;
    for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
        unsigned char byte = 0;
        std::from_chars(digits.data() + at, digits.data() + at + 2, byte, 16);
        text += static_cast<char>(byte);
    }
    return text;
}

Error damaged()
{
    return {"cursor",
            "it is not one that this server gave for these records (cursor-mismatch); "
            "pass it on as it came, with the same filter and sort, or start again "
            "without one"};
}

}  // namespace

std::string write_cursor(std::string_view key, std::string_view about,
                         const store::RecordQuery::Position& position, base::Time now)
{
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    const auto payload =
        fmt::format("{}\n{}\n{}{}\n{}", base::fingerprint(about), seconds,
                    position.value ? '=' : '0', to_hex(position.value.value_or("")), position.id);
    return to_hex(payload) + '.' + base::seal(key, payload);
}

qbxml::Result<store::RecordQuery::Position> read_cursor(std::string_view cursor,
                                                        std::string_view key,
                                                        std::string_view about, base::Time now)
{
    const auto dot = cursor.find('.');
    if (cursor.size() > cursor_max || dot == cursor.npos || key.empty()) return damaged();
    const auto payload = from_hex(cursor.substr(0, dot));
    if (!base::equal_secrets(base::seal(key, payload), cursor.substr(dot + 1))) return damaged();
    std::array<std::string_view, 4> parts;
    std::string_view rest = payload;
    for (auto& part : parts) {
        const auto end = std::min(rest.find('\n'), rest.size());
        part = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (parts[0] != base::fingerprint(about)) return damaged();
    std::int64_t seconds = 0;
    std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), seconds);
    if (base::Time(std::chrono::seconds(seconds)) + good_for < now)
        return Error{"cursor",
                     "it is older than seven days (cursor-expired); start again without "
                     "one"};
    store::RecordQuery::Position position{.id = std::string(parts[3])};
    if (parts[2].starts_with('=')) position.value = from_hex(parts[2].substr(1));
    return position;
}

}  // namespace server::service
