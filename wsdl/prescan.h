// One strict pass over an envelope before gSOAP sees it.
//
// gSOAP is permissive: it takes a Body without an Envelope, a DOCTYPE, undefined entities, invalid
// UTF-8, two operations, text after the end. None of that passes here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "wsdl/codec.h"

namespace qbwc {

inline constexpr std::size_t name_bytes_max = 512;
inline constexpr std::size_t attributes_max = 64;    // of one element
inline constexpr std::size_t declarations_max = 64;  // of namespaces, in scope at one place
inline constexpr std::size_t elements_max = 10'000;

inline constexpr std::string_view service_space = "http://developer.intuit.com/";

// Byte positions in the envelope.
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
};

// An element's name as the envelope has it: views into the envelope. Of a namespace without
// references; one with them is kept as written, and so equals none that we know.
struct ScannedName {
    std::string_view local;
    std::string_view space;
};

struct Outline {
    SoapVersion version = SoapVersion::soap_1_1;
    std::size_t root = 0;                    // where the Envelope or what stands before it begins
    ScannedName operation;                   // the only element in Body
    std::optional<ScannedName> first_child;  // of the operation
    bool qualified_children = false;         // some child of the operation is in a namespace
    bool native_children = false;            // some child is in the service's own
    bool encoded = false;                    // Envelope, Body or operation states the SOAP encoding
    bool long_references = false;  // some outside of `response` are longer than gSOAP reads
    // Text of `response` under `receiveResponseXML`, where it is plain: no comment, CDATA section
    // or element in it, not nil, not empty. Its references are checked.
    std::optional<Span> response;
};

// UTF-8 without a character that XML 1.0 forbids.
bool is_xml_text(std::string_view text);

// The envelope's line ends are normalised already. Linear in its length, and stops at the first
// fault.
std::variant<Outline, Refusal> prescan(std::string_view envelope, const CodecLimits& limits);

// Makes the envelope ready for gSOAP and scans it: normalises its line ends, and writes anew the
// references that gSOAP would misread.
std::variant<Outline, Refusal> prepare(std::string& envelope, const CodecLimits& limits);

}  // namespace qbwc
