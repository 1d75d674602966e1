// Text as QuickBooks stores and compares it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace qbxml::simulator {

// Lower case for comparing: names in QuickBooks are one name whatever their case. Covers ASCII and
// the Latin letters of Windows-1252.
std::string folded(std::string_view utf8);
// Without blanks at both ends.
std::string trimmed(std::string_view text);
// What is not in Windows-1252 becomes a question mark, without a warning: so QuickBooks stores
// text.
std::string as_stored(std::string_view utf8);
// A hash that is the same on every run and machine (FNV-1a).
std::uint64_t checksum(std::string_view text);

}  // namespace qbxml::simulator
