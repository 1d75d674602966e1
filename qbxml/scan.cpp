#include "qbxml/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "qbxml/characters.h"
#include "qbxml/scanner.h"

namespace qbxml {

namespace {

// The character rules, before the structure is looked at.
std::optional<Error> settle_characters(std::string& text, bool mend)
{
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        return Error{"line 1, column 1", "the text is UTF-16; expected UTF-8"};
    }
    auto offence = find_offence(text);
    if (offence && offence->not_utf8 && mend) {
        const bool marked = text.starts_with(byte_order_mark);
        text = utf8_of_windows_1252(
            std::string_view(text).substr(marked ? byte_order_mark.size() : 0));
        offence = find_offence(text);
    }
    if (offence && mend) {
        put_tabs_for_forbidden(text);
        return std::nullopt;
    }
    if (!offence) return std::nullopt;
    const auto byte = static_cast<unsigned char>(text[offence->offset]);
    if (offence->not_utf8) {
        return Error{place_in(text, offence->offset),
                     fmt::format("the byte 0x{:02X} is no UTF-8", byte)};
    }
    const auto c = decode_utf8(std::string_view(text).substr(offence->offset, 4)).code_point;
    return Error{place_in(text, offence->offset),
                 fmt::format("the character U+{:04X} is not allowed in XML", c)};
}

}  // namespace

Result<Scanned> scan(std::string& text, const ScanOptions& options)
{
    const std::size_t most =
        std::min<std::size_t>(options.limits.bytes_max, std::numeric_limits<std::int32_t>::max());
    if (text.size() > most) {
        return Error{
            "", fmt::format("the text has {} bytes; at most {} are allowed", text.size(), most)};
    }
    if (auto error = settle_characters(text, options.mend)) return *error;
    try {
        return Scanner(text, options).run();
    } catch (const Refusal& refusal) {
        return Error{place_in(text, static_cast<std::size_t>(refusal.at - text.data())),
                     refusal.what};
    }
}

std::string_view name_of(std::string_view text, const Outlined& element)
{
    return text.substr(element.begin + 1, element.name_size);
}

}  // namespace qbxml
