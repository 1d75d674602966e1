#include "wsdl/connector_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "wsdl/xml_text.h"

namespace qbwc {
namespace {

constexpr std::size_t line_bytes_max = 500;

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view space = " \t\r\n";
    const auto first = text.find_first_not_of(space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

// Takes the first component off a version; a component that is no number counts as 0.
unsigned long take_component(std::string_view& version)
{
    const auto part = version.substr(0, version.find('.'));
    version.remove_prefix(std::min(part.size() + 1, version.size()));
    unsigned long number = 0;
    std::from_chars(part.data(), part.data() + part.size(), number);
    return number;
}

struct CallLine {
    std::string operator()(const ServerVersion&) const { return "calling with no parameters"; }
    std::string operator()(const ClientVersion& c) const
    {
        return fmt::format("calling with version '{}'", c.version);
    }
    std::string operator()(const Authenticate& c) const
    {
        return fmt::format("calling with user name '{}', password masked", c.user);
    }
    std::string operator()(const SendRequestXml& c) const
    {
        return fmt::format(
            "calling with ticket '{}', company response of {} bytes, company file '{}', country "
            "'{}', qbXML {}.{}",
            shortened(c.ticket), c.hcp_response.size(), c.company_file, c.country, c.major,
            c.minor);
    }
    std::string operator()(const ReceiveResponseXml& c) const
    {
        return fmt::format("calling with ticket '{}', response of {} bytes, hresult '{}', '{}'",
                           shortened(c.ticket), c.response.size(), c.hresult, c.message);
    }
    std::string operator()(const ConnectionError& c) const
    {
        return fmt::format("calling with ticket '{}', hresult '{}', '{}'", shortened(c.ticket),
                           c.hresult, c.message);
    }
    std::string operator()(const InteractiveRejected& c) const
    {
        return fmt::format("calling with ticket '{}', '{}'", shortened(c.ticket), c.reason);
    }
    std::string operator()(const auto& c) const
    {
        return fmt::format("calling with ticket '{}'", shortened(c.ticket));
    }
};

std::string_view end_word(RunResult::End end)
{
    using End = RunResult::End;
    switch (end) {
        case End::done: return "done";
        case End::nothing_to_do: return "nothing to do";
        case End::postponed: return "postponed";
        case End::busy: return "busy";
        case End::not_valid_user: return "no valid user";
        case End::refused_version: return "version refused";
        case End::connection_failed: return "no connection to QuickBooks";
        case End::server_error: return "error told by the server";
        case End::broken: return "broken off";
        case End::interrupted: return "interrupted";
    }
    return "";
}

}  // namespace

std::string lower_case(std::string_view text)
{
    std::string lower(trimmed(text));
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return lower;
}

bool is_older(std::string_view version, std::string_view than)
{
    version = trimmed(version);
    than = trimmed(than);
    while (!version.empty() || !than.empty()) {
        const auto ours = take_component(version);
        const auto theirs = take_component(than);
        if (ours != theirs) return ours < theirs;
    }
    return false;
}

std::optional<int> parse_seconds(std::string_view text)
{
    text = trimmed(text);
    int seconds = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || stop != text.data() + text.size() || seconds < 0) {
        return std::nullopt;
    }
    return seconds;
}

bool is_xml_content(std::string_view content_type)
{
    return lower_case(content_type.substr(0, content_type.find(';'))) == "text/xml";
}

std::string_view code_of_failure(std::string_view method)
{
    if (method == "clientVersion") return "QBWC1036";
    if (method == "authenticate") return "QBWC1012";
    if (method == "sendRequestXML") return "QBWC1041";
    if (method == "receiveResponseXML") return "QBWC1042";
    if (method == "getLastError") return "QBWC1043";
    if (method == "closeConnection") return "QBWC1044";
    if (method == "connectionError") return "QBWC1045";
    return "";
}

std::string company_request(std::string_view owner_id, int major, int minor)
{
    std::string company = R"(<CompanyQueryRq requestID="1" />)";
    if (!owner_id.empty()) {
        company = R"(<CompanyQueryRq requestID="1"><OwnerID>)";
        append_escaped(company, replace_unsendable(owner_id));
        company += "</OwnerID></CompanyQueryRq>";
    }
    return fmt::format(
        R"(<?xml version="1.0" ?><?qbxml version="{}.{}"?>)"
        R"(<QBXML><QBXMLMsgsRq onError="continueOnError"><HostQueryRq requestID="0" />{})"
        R"(<PreferencesQueryRq requestID="2" /></QBXMLMsgsRq></QBXML>)",
        major, minor, company);
}

std::string one_line(std::string_view text)
{
    std::string line(text.substr(0, line_bytes_max));
    std::ranges::replace_if(
        line, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    if (text.size() > line_bytes_max) line += "...";
    return line;
}

std::string shortened(std::string_view ticket)
{
    if (ticket.empty()) return "";
    return one_line(ticket.substr(0, std::min<std::size_t>(8, ticket.size() / 2))) + "...";
}

std::string place_of(std::string_view method)
{
    return fmt::format("SOAPWebService.do_{}()", method);
}

std::string call_line(const Call& call)
{
    return one_line(std::visit(CallLine{}, call));
}

std::string end_line(const RunResult& result)
{
    return fmt::format("{}{}{}{}{}", end_word(result.end), result.code.empty() ? "" : ", ",
                       result.code, result.text.empty() ? "" : ": ", result.text);
}

}  // namespace qbwc
