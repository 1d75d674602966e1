// The status catalogue told to people: what a code means and what to do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace qbxml {

// A page of plain text about a code, in any case; nullopt when the topic has not the form of one:
//   3200, 600      the statusCode of a response, the status of a message set, or both
//   0x80040408     an HRESULT; the signed decimal number as well
//   QBWC1039       what the Web Connector shows; also 1039
// A code that is not known is explained by its range, and said to be unknown.
std::optional<std::string> explain_code(std::string_view topic);

}  // namespace qbxml
