#include "wsdl/envelope.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "wsdl/prescan.h"
#include "wsdl/xml_text.h"

namespace qbwc {
namespace {

constexpr std::string_view declaration = R"(<?xml version="1.0" encoding="utf-8"?>)";

struct Parameter {
    std::string_view name;
    std::string value;
    bool is_number = false;
};
using Parameters = std::vector<Parameter>;

// The parameters of a call in the contract's order.
struct Listing {
    Parameters operator()(const ServerVersion&) const { return {}; }
    Parameters operator()(const ClientVersion& c) const { return {{"strVersion", c.version}}; }
    Parameters operator()(const Authenticate& c) const
    {
        return {{"strUserName", c.user}, {"strPassword", c.password}};
    }
    Parameters operator()(const SendRequestXml& c) const
    {
        return {{"ticket", c.ticket},
                {"strHCPResponse", c.hcp_response},
                {"strCompanyFileName", c.company_file},
                {"qbXMLCountry", c.country},
                {"qbXMLMajorVers", std::to_string(c.major), true},
                {"qbXMLMinorVers", std::to_string(c.minor), true}};
    }
    Parameters operator()(const ReceiveResponseXml& c) const
    {
        return {{"ticket", c.ticket},
                {"response", c.response},
                {"hresult", c.hresult},
                {"message", c.message}};
    }
    Parameters operator()(const ConnectionError& c) const
    {
        return {{"ticket", c.ticket}, {"hresult", c.hresult}, {"message", c.message}};
    }
    Parameters operator()(const GetLastError& c) const { return {{"ticket", c.ticket}}; }
    Parameters operator()(const CloseConnection& c) const { return {{"ticket", c.ticket}}; }
    Parameters operator()(const GetInteractiveUrl& c) const
    {
        return {{"wcTicket", c.ticket}, {"sessionID", c.session_id}};
    }
    Parameters operator()(const InteractiveDone& c) const { return {{"wcTicket", c.ticket}}; }
    Parameters operator()(const InteractiveRejected& c) const
    {
        return {{"wcTicket", c.ticket}, {"reason", c.reason}};
    }
};

void append_text(std::string& to, std::string_view text)
{
    if (is_xml_text(text)) {
        append_escaped(to, text);
    } else {
        append_escaped(to, replace_unsendable(text));
    }
}

void append_element(std::string& to, std::string_view name, std::string_view attributes,
                    std::string_view text)
{
    to += fmt::format("<{}{}", name, attributes);
    if (text.empty()) {
        to += " />";
        return;
    }
    to += '>';
    append_text(to, text);
    to += fmt::format("</{}>", name);
}

// RPC style types its parameters, document style does not.
std::string_view type_attribute(const Parameter& parameter, Style style)
{
    if (style == Style::document) return "";
    return parameter.is_number ? R"( xsi:type="xsd:int")" : R"( xsi:type="xsd:string")";
}

std::string write_parameters(const Parameters& parameters, Style style)
{
    std::string text;
    for (const auto& parameter : parameters) {
        append_element(text, parameter.name, type_attribute(parameter, style), parameter.value);
    }
    return text;
}

std::string return_element(const Reply& reply)
{
    std::string text;
    if (const auto* received = std::get_if<ReceiveReply>(&reply)) {
        append_element(text, "return", R"( xsi:type="xsd:int")",
                       std::to_string(received->progress));
        return text;
    }
    if (const auto* plain = std::get_if<TextReply>(&reply)) {
        append_element(text, "return", R"( xsi:type="xsd:string")", plain->text);
        return text;
    }
    const auto& strings = std::get<AuthenticateReply>(reply).strings;
    text = fmt::format(R"(<return xsi:type="soapenc:Array" soapenc:arrayType="xsd:string[{}]">)",
                       strings.size());
    for (const auto& item : strings)
        append_element(text, "item", R"( xsi:type="xsd:string")", item);
    return text + "</return>";
}

}  // namespace

std::string write_call_envelope(const Call& call, Style style)
{
    const auto name = method_name(call);
    const auto parameters = write_parameters(std::visit(Listing{}, call), style);
    std::string text(declaration);
    text += R"(<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/")";
    if (style == Style::rpc) {
        text += R"( xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/")"
                R"( xmlns:tns="http://developer.intuit.com")"
                R"( xmlns:types="http://developer.intuit.com/encodedTypes")";
    }
    text += R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")"
            R"( xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body)";
    std::string_view prefix;
    if (style == Style::rpc) {
        prefix = "q1:";
        text += R"( soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/")";
    }
    const std::string_view declared = style == Style::rpc ? "xmlns:q1" : "xmlns";
    text += fmt::format(R"(><{}{} {}="http://developer.intuit.com/")", prefix, name, declared);
    if (parameters.empty()) {
        text += " />";
    } else {
        text += '>';
        text += parameters;
        text += fmt::format("</{}{}>", prefix, name);
    }
    return text + "</soap:Body></soap:Envelope>";
}

std::string write_rpc_reply(const Reply& reply, std::string_view operation, SoapVersion version)
{
    const bool is_1_1 = version == SoapVersion::soap_1_1;
    const std::string_view space = is_1_1 ? "http://schemas.xmlsoap.org/soap/envelope/"
                                          : "http://www.w3.org/2003/05/soap-envelope";
    const std::string_view encoding = is_1_1 ? "http://schemas.xmlsoap.org/soap/encoding/"
                                             : "http://www.w3.org/2003/05/soap-encoding";
    std::string text(declaration);
    text += fmt::format(R"(<soap:Envelope xmlns:soap="{}" xmlns:soapenc="{}")", space, encoding);
    text += R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")"
            R"( xmlns:xsd="http://www.w3.org/2001/XMLSchema")";
    // SOAP 1.2 allows the encoding to be stated on the operation, not on the Body.
    const auto stated = fmt::format(R"( soap:encodingStyle="{}")", encoding);
    text += fmt::format(R"(><soap:Body{}>)", is_1_1 ? stated : "");
    text += fmt::format(R"(<n1:{}Response xmlns:n1="http://developer.intuit.com/"{}>)", operation,
                        is_1_1 ? "" : stated);
    text += return_element(reply);
    return text + fmt::format("</n1:{}Response></soap:Body></soap:Envelope>", operation);
}

}  // namespace qbwc
