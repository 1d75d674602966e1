// The service contract as it stands in qbwc.wsdl, with a placeholder for the address.
#pragma once

#include <string_view>

namespace qbwc {

// Stands in both ports of the contract; wsdl_document() puts the real endpoint there.
inline constexpr std::string_view wsdl_placeholder = "https://localhost/qbwc";

extern const std::string_view wsdl_text;

}  // namespace qbwc
