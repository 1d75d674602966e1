// Characters and encodings: what XML allows, UTF-8, Windows-1252.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qbxml {

// True for a code point that XML 1.0 text may hold.
bool is_xml_character(std::uint32_t code_point);

// One character at the front of a text: its code point and how many bytes it has. A byte that
// starts no valid UTF-8 sequence is `valid == false` and one byte long.
struct Decoded {
    std::uint32_t code_point = 0;
    std::size_t size = 1;
    bool valid = false;
};
Decoded decode_utf8(std::string_view text);
void append_utf8(std::string& out, std::uint32_t code_point);

// The first place in the text that is no UTF-8 or, if none, no character of XML.
struct Offence {
    std::size_t offset = 0;
    bool not_utf8 = false;
};
std::optional<Offence> find_offence(std::string_view text);
// Writes tabs over the characters that XML forbids; `text` is UTF-8.
void put_tabs_for_forbidden(std::string& text);

// The first character of a text that QuickBooks would store as '?', as UTF-8; "" when it keeps all.
// QuickBooks stores Windows-1252 and says nothing when it replaces what is not in it.
std::string_view first_lost_character(std::string_view utf8);

// The text with every byte above 127 read as Windows-1252.
std::string utf8_of_windows_1252(std::string_view text);

}  // namespace qbxml
