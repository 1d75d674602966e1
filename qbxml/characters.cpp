#include "qbxml/characters.h"

#include <algorithm>
#include <array>

namespace qbxml {

namespace {

constexpr std::size_t block_bytes = 64;

// True when all of the block is ASCII without control characters. Without branches, so that the
// compiler can take sixteen bytes at once.
bool is_plain_block(const char* text)
{
    unsigned char bad = 0;
    for (std::size_t i = 0; i < block_bytes; ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const auto control = (c < 0x20) & (c != 9) & (c != 10) & (c != 13);
        bad = static_cast<unsigned char>(bad | (c & 0x80) | control);
    }
    return bad == 0;
}

// What Windows-1252 has between 0x80 and 0x9F; the five places it leaves empty stand for
// themselves.
constexpr std::array<std::uint16_t, 32> windows_1252_high = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

}  // namespace

bool is_xml_character(std::uint32_t c)
{
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return c < 0xD800 || (c > 0xDFFF && c != 0xFFFE && c != 0xFFFF && c <= 0x10FFFF);
}

Decoded decode_utf8(std::string_view text)
{
    if (text.empty()) return {};
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
    const std::uint32_t first = byte(0);
    if (first < 0x80) return {first, 1, true};
    if (first >= 0xC2 && first < 0xE0 && tail(1)) {
        return {(first & 0x1Fu) << 6 | (byte(1) & 0x3Fu), 2, true};
    }
    if (first >= 0xE0 && first < 0xF0 && tail(1) && tail(2)) {
        const std::uint32_t c = (first & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
        if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF)) return {c, 3, true};
    }
    if (first >= 0xF0 && first < 0xF5 && tail(1) && tail(2) && tail(3)) {
        const std::uint32_t c = (first & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 |
                                (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
        if (c >= 0x10000 && c <= 0x10FFFF) return {c, 4, true};
    }
    return {first, 1, false};
}

void append_utf8(std::string& out, std::uint32_t c)
{
    const auto tail = [&](int shift) { out += static_cast<char>(0x80u | ((c >> shift) & 0x3Fu)); };
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0u | c >> 6);
        tail(0);
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0u | c >> 12);
        tail(6), tail(0);
    } else {
        out += static_cast<char>(0xF0u | c >> 18);
        tail(12), tail(6), tail(0);
    }
}

std::optional<Offence> find_offence(std::string_view text)
{
    std::optional<std::size_t> forbidden;
    std::size_t at = 0;
    while (at < text.size()) {
        if (text.size() - at >= block_bytes && is_plain_block(text.data() + at)) {
            at += block_bytes;
            continue;
        }
        const std::size_t block_end = std::min(text.size(), at + block_bytes);
        while (at < block_end) {
            const Decoded decoded = decode_utf8(text.substr(at, 4));
            if (!decoded.valid) return Offence{at, true};
            if (!forbidden && !is_xml_character(decoded.code_point)) forbidden = at;
            at += decoded.size;
        }
    }
    if (forbidden) return Offence{*forbidden, false};
    return std::nullopt;
}

void put_tabs_for_forbidden(std::string& text)
{
    std::size_t at = 0;
    while (at < text.size()) {
        const Decoded decoded = decode_utf8(std::string_view(text).substr(at, 4));
        if (!is_xml_character(decoded.code_point))
            text.replace(at, decoded.size, decoded.size, '\t');
        at += decoded.size;
    }
}

std::string_view first_lost_character(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            ++at;
            continue;
        }
        const Decoded character = decode_utf8(text.substr(at));
        const std::uint32_t c = character.code_point;
        const bool kept = (c >= 0xA0 && c <= 0xFF) ||
                          std::find(windows_1252_high.begin(), windows_1252_high.end(), c) !=
                              windows_1252_high.end();
        if (!kept) return text.substr(at, character.size);
        at += character.size;
    }
    return {};
}

std::string utf8_of_windows_1252(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + text.size() / 16);
    for (const char byte : text) {
        const auto c = static_cast<unsigned char>(byte);
        append_utf8(out, c >= 0x80 && c < 0xA0 ? windows_1252_high[c - 0x80u] : c);
    }
    return out;
}

}  // namespace qbxml
