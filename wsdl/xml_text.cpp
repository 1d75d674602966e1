#include "wsdl/xml_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace qbwc {
namespace {

// "&#1114111;" and some leading zeros.
constexpr std::size_t reference_bytes_max = 16;

bool is_allowed(std::uint32_t c)
{
    return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) ||
           (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

char* write_utf8(char* to, std::uint32_t c)
{
    const auto put = [&to](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | (c >> 6));
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | (c >> 12));
        put(0x80 | ((c >> 6) & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | (c >> 18));
        put(0x80 | ((c >> 12) & 0x3F));
        put(0x80 | ((c >> 6) & 0x3F));
        put(0x80 | (c & 0x3F));
    }
    return to;
}

Reference read_numeric(std::string_view text)
{
    const bool hexadecimal = text.size() > 2 && text[2] == 'x';
    const auto digits = text.substr(hexadecimal ? 3 : 2, reference_bytes_max);
    std::uint32_t c = 0;
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), c, hexadecimal ? 16 : 10);
    if (error != std::errc{} || stop == digits.data() + digits.size() || *stop != ';') return {};
    if (!is_allowed(c)) return {};
    return {c, static_cast<std::size_t>(stop - text.data()) + 1};
}

// The length of the valid UTF-8 sequence at the start of `text`, and its character; 0 if there is
// none.
Reference read_utf8(std::string_view text)
{
    const auto byte = [text](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
    };
    const auto lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
    auto c = lead & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return {};
        c = (c << 6) | (byte(i) & 0x3F);
    }
    constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
    return c < least[length] ? Reference{} : Reference{c, length};
}

}  // namespace

Reference read_reference(std::string_view text)
{
    if (text.size() < 4) return {};
    switch (text[1]) {
        case '#': return read_numeric(text);
        case 'l': return text.starts_with("&lt;") ? Reference{'<', 4} : Reference{};
        case 'g': return text.starts_with("&gt;") ? Reference{'>', 4} : Reference{};
        case 'q': return text.starts_with("&quot;") ? Reference{'"', 6} : Reference{};
        case 'a':
            if (text.starts_with("&amp;")) return {'&', 5};
            return text.starts_with("&apos;") ? Reference{'\'', 6} : Reference{};
        default: return {};
    }
}

std::size_t unescape(char* to, std::string_view from)
{
    // In qbXML an ampersand follows every few characters: shorter runs are not worth a call.
    constexpr std::ptrdiff_t short_run = 16;
    char* const start = to;
    const char* at = from.data();
    const char* const end = at + from.size();
    while (at != end) {
        const char* const near = end - at > short_run ? at + short_run : end;
        while (at != near && *at != '&')
            *to++ = *at++;
        if (at == end) break;
        if (*at != '&') {
            const void* found = std::memchr(at, '&', static_cast<std::size_t>(end - at));
            const char* const next = found ? static_cast<const char*>(found) : end;
            std::memmove(to, at, static_cast<std::size_t>(next - at));
            to += next - at;
            at = next;
            continue;
        }
        const auto reference = read_reference({at, static_cast<std::size_t>(end - at)});
        if (reference.character < 0x80) {
            *to++ = static_cast<char>(reference.character);
        } else {
            to = write_utf8(to, reference.character);
        }
        at += std::max<std::size_t>(reference.length, 1);
    }
    return static_cast<std::size_t>(to - start);
}

void shorten_references(std::string& markup)
{
    const std::string_view from = markup;
    char* to = markup.data();
    std::size_t at = 0;
    const auto keep = [&](std::size_t end) {
        end = std::min(end, from.size());
        std::memmove(to, from.data() + at, end - at);
        to += end - at;
        at = end;
    };
    while (at < from.size()) {
        keep(from.find_first_of("&<", at));
        const auto rest = from.substr(at);
        if (rest.starts_with("<![CDATA[")) {
            keep(from.find("]]>", at));
        } else if (rest.starts_with("<!--")) {
            keep(from.find("-->", at));
        } else if (!rest.starts_with('&')) {
            keep(at + 1);
        } else if (const auto reference = read_reference(rest);
                   reference.length <= short_reference) {
            keep(at + std::max<std::size_t>(reference.length, 1));
        } else {
            if (reference.character < 0x80) {
                to = fmt::format_to(to, "&#{};", reference.character);
            } else {
                to = write_utf8(to, reference.character);
            }
            at += reference.length;
        }
    }
    markup.resize(static_cast<std::size_t>(to - markup.data()));
}

void normalise_line_ends(std::string& text)
{
    auto from = text.find('\r');
    if (from == std::string::npos) return;
    char* to = text.data() + from;
    const std::size_t size = text.size();
    while (from < size) {
        *to++ = '\n';
        from += from + 1 < size && text[from + 1] == '\n' ? 2 : 1;
        const auto next = std::min(text.find('\r', from), size);
        std::memmove(to, text.data() + from, next - from);
        to += next - from;
        from = next;
    }
    text.resize(static_cast<std::size_t>(to - text.data()));
}

bool has_only_allowed_characters(std::string_view text)
{
    // Branchless inside a block, so that the compiler makes vector code of it.
    constexpr std::size_t block = 4096;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    for (std::size_t at = 0; at < text.size(); at += block) {
        const std::size_t end = std::min(at + block, text.size());
        unsigned char bad = 0;
        for (std::size_t i = at; i < end; ++i) {
            const unsigned char c = bytes[i];
            bad = static_cast<unsigned char>(
                bad | ((c < 0x20) & (c != '\t') & (c != '\n') & (c != '\r')));
        }
        // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
        const std::size_t last = std::min(end, text.size() < 2 ? 0 : text.size() - 2);
        for (std::size_t i = at; i < last; ++i) {
            bad = static_cast<unsigned char>(
                bad | ((bytes[i] == 0xEF) & (bytes[i + 1] == 0xBF) & (bytes[i + 2] >= 0xBE)));
        }
        if (bad != 0) return false;
    }
    return true;
}

std::string replace_unsendable(std::string_view text)
{
    std::string clean;
    clean.reserve(text.size());
    while (!text.empty()) {
        const auto next = read_utf8(text);
        if (next.length == 0 || !is_allowed(next.character)) {
            clean += '?';
        } else {
            clean += text.substr(0, next.length);
        }
        text.remove_prefix(std::max<std::size_t>(next.length, 1));
    }
    return clean;
}

void append_escaped(std::string& to, std::string_view text)
{
    std::size_t done = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string_view escape;
        switch (text[at]) {
            case '<': escape = "&lt;"; break;
            case '>': escape = "&gt;"; break;
            case '&': escape = "&amp;"; break;
            case '\r': escape = "&#xD;"; break;
            default: continue;
        }
        to += text.substr(done, at - done);
        to += escape;
        done = at + 1;
    }
    to += text.substr(done);
}

std::string escape_attribute(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '&': escaped += "&amp;"; break;
            case '"': escaped += "&quot;"; break;
            case '\t': escaped += "&#x9;"; break;
            case '\n': escaped += "&#xA;"; break;
            case '\r': escaped += "&#xD;"; break;
            default: escaped += c;
        }
    }
    return escaped;
}

}  // namespace qbwc
