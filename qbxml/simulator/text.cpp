#include "qbxml/simulator/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "qbxml/characters.h"

namespace qbxml::simulator {

namespace {

// The characters of Windows-1252 beyond Latin-1.
constexpr std::array<std::uint32_t, 27> extra{
    0x20AC, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030,
    0x0160, 0x2039, 0x0152, 0x017D, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x017E, 0x0178};

bool in_windows_1252(std::uint32_t c)
{
    return c < 0x80 || (c >= 0xA0 && c <= 0xFF) ||
           std::find(extra.begin(), extra.end(), c) != extra.end();
}

std::uint32_t lower(std::uint32_t c)
{
    if (c >= 'A' && c <= 'Z') return c + 32;
    if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
    if (c == 0x0160 || c == 0x0152 || c == 0x017D) return c + 1;
    if (c == 0x0178) return 0xFF;
    return c;
}

}  // namespace

std::string folded(std::string_view utf8)
{
    std::string out;
    out.reserve(utf8.size());
    while (!utf8.empty()) {
        const auto c = static_cast<unsigned char>(utf8[0]);
        if (c < 0x80) {
            out += static_cast<char>(lower(c));
            utf8.remove_prefix(1);
            continue;
        }
        const Decoded decoded = decode_utf8(utf8);
        append_utf8(out, lower(decoded.code_point));
        utf8.remove_prefix(decoded.size);
    }
    return out;
}

std::string trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

std::string as_stored(std::string_view utf8)
{
    const bool ascii = std::all_of(utf8.begin(), utf8.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii) return std::string(utf8);
    std::string out;
    out.reserve(utf8.size());
    while (!utf8.empty()) {
        const Decoded decoded = decode_utf8(utf8);
        if (in_windows_1252(decoded.code_point)) {
            out.append(utf8.substr(0, decoded.size));
        } else {
            out += '?';
        }
        utf8.remove_prefix(decoded.size);
    }
    return out;
}

std::uint64_t checksum(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3u;
    }
    return hash;
}

}  // namespace qbxml::simulator
