// Envelopes for tests, written out so that they can be checked by eye.
#pragma once

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "wsdl/codec.h"

namespace qbwc::test {

// As QBWC sends it, with `body` in Body.
inline std::string sent(std::string_view body)
{
    return fmt::format(R"(<?xml version="1.0" encoding="utf-8"?>)"
                       R"(<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/")"
                       R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")"
                       R"( xmlns:xsd="http://www.w3.org/2001/XMLSchema">)"
                       R"(<soap:Body>{}</soap:Body></soap:Envelope>)",
                       body);
}

// The same in Style RPC.
inline std::string sent_rpc(std::string_view body)
{
    return fmt::format(
        R"(<?xml version="1.0" encoding="utf-8"?>)"
        R"(<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/")"
        R"( xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/")"
        R"( xmlns:tns="http://developer.intuit.com")"
        R"( xmlns:types="http://developer.intuit.com/encodedTypes")"
        R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")"
        R"( xmlns:xsd="http://www.w3.org/2001/XMLSchema">)"
        R"(<soap:Body soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">)"
        R"({}</soap:Body></soap:Envelope>)",
        body);
}

// As our server answers, in SOAP 1.1 and 1.2.
inline std::string answered(std::string_view body)
{
    return fmt::format(
        R"(<?xml version="1.0" encoding="utf-8"?>)"
        R"(<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/")"
        R"( xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/")"
        R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")"
        R"( xmlns:xsd="http://www.w3.org/2001/XMLSchema")"
        R"( xmlns:qbwc="http://developer.intuit.com/">)"
        R"(<SOAP-ENV:Body>{}</SOAP-ENV:Body></SOAP-ENV:Envelope>)",
        body);
}

inline std::string answered_1_2(std::string_view body)
{
    return fmt::format(
        R"(<?xml version="1.0" encoding="utf-8"?>)"
        R"(<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope")"
        R"( xmlns:SOAP-ENC="http://www.w3.org/2003/05/soap-encoding")"
        R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")"
        R"( xmlns:xsd="http://www.w3.org/2001/XMLSchema")"
        R"( xmlns:qbwc="http://developer.intuit.com/">)"
        R"(<SOAP-ENV:Body>{}</SOAP-ENV:Body></SOAP-ENV:Envelope>)",
        body);
}

// The call in an envelope that must be taken.
inline Decoded decoded(Codec& codec, std::string envelope)
{
    INFO(envelope.substr(0, 2000));
    auto read = codec.read_call(std::move(envelope));
    if (const auto* refusal = std::get_if<Refusal>(&read)) FAIL(refusal->code << refusal->text);
    return std::get<Decoded>(std::move(read));
}

template <class Method>
Method decoded_as(Codec& codec, std::string envelope)
{
    auto call = decoded(codec, std::move(envelope)).call;
    REQUIRE(std::holds_alternative<Method>(call));
    return std::get<Method>(std::move(call));
}

// The refusal of an envelope that must not be taken.
inline Refusal refused(Codec& codec, std::string envelope)
{
    INFO(envelope.substr(0, 2000));
    auto read = codec.read_call(std::move(envelope));
    if (const auto* taken = std::get_if<Decoded>(&read))
        FAIL("taken: " << method_name(taken->call));
    return std::get<Refusal>(std::move(read));
}

}  // namespace qbwc::test
