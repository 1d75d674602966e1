// What a server's answer must be like for QBWC to take it, and what QBWC would complain of.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "wsdl/call.h"
#include "wsdl/codec.h"
#include "wsdl/prescan.h"

namespace qbwc {

// A whole number as XML schema writes it: a sign, white space around it; nothing else.
std::optional<int> parse_int(std::string_view text);

// Why the answer to `method` is none; nullopt when its result can be read. Not for faults.
std::optional<Refusal> refuse_reply(const Outline& outline, std::string_view method, bool rpc);

// The reply of any method but authenticate, and that of authenticate, from the text or the strings
// of the result; nullopt when it reads as null.
std::variant<Reply, Refusal> to_reply(std::string_view method, std::optional<std::string> text,
                                      SoapVersion version);
std::variant<Reply, Refusal> to_reply(std::optional<std::vector<std::string>> strings,
                                      SoapVersion version);

}  // namespace qbwc
