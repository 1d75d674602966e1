// Character data as XML 1.0 has it: references, line ends, escaping, what must not appear.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace qbwc {

struct Reference {
    std::uint32_t character = 0;
    std::size_t length = 0;  // bytes of "&...;"; 0: not a reference that XML defines
};

// `text` starts at the ampersand. Takes the five entities and numeric references to characters that
// XML 1.0 allows, nothing else.
Reference read_reference(std::string_view text);

// Writes the meaning of `from` to `to` and returns how many bytes that took, never more than
// `from` has: the two may overlap when `to` lies at or before `from`. Every reference in `from`
// must be one that read_reference takes.
std::size_t unescape(char* to, std::string_view from);

// gSOAP reads no more of a reference: it takes "&#x1F600;" for the character and a stray ";".
inline constexpr std::size_t short_reference = 8;

// Writes longer references anew, as the character itself or in fewer digits. CDATA sections and
// comments stay as they are. `markup` is well-formed and its references are checked.
void shorten_references(std::string& markup);

// CR LF and lone CR become LF, as XML demands before parsing.
void normalise_line_ends(std::string& text);

// No byte of the text means a character that XML forbids; NUL included. UTF-8 is taken for granted.
bool has_only_allowed_characters(std::string_view text);

// What XML cannot carry, and what is no UTF-8, each becomes a '?'.
std::string replace_unsendable(std::string_view text);

// Appends character data: <, > and & escaped, CR as a reference, quotes as they are.
void append_escaped(std::string& to, std::string_view text);

// For an attribute value in double quotes.
std::string escape_attribute(std::string_view text);

}  // namespace qbwc
