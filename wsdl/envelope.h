// Envelopes that gSOAP's serialisers cannot write: those of QBWC byte for byte, as .NET writes
// them, and the replies to its RPC style.
#pragma once

#include <string>

#include "wsdl/call.h"
#include "wsdl/codec.h"

namespace qbwc {

enum class Style { document, rpc };

// One line, as QBWC sends it: an empty text is <hresult />.
std::string write_call_envelope(const Call& call, Style style);

// The result is an unqualified <return> with its type; `operation` is the element name of the call.
std::string write_rpc_reply(const Reply& reply, std::string_view operation, SoapVersion version);

}  // namespace qbwc
