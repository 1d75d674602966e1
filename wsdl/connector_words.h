// What the connector says and understands word by word: versions, seconds, log lines, and the
// questions it asks of QuickBooks on its own account.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wsdl/call.h"
#include "wsdl/connector.h"

namespace qbwc {

std::string lower_case(std::string_view text);

// By number, component by component: "2.9" is older than "2.10", "34" is not older than "34.0".
bool is_older(std::string_view version, std::string_view than);

// A whole number that is not negative; nullopt for anything else, as QBWC then has nothing to heed.
std::optional<int> parse_seconds(std::string_view text);

// text/xml, with or without parameters.
bool is_xml_content(std::string_view content_type);

// The QBWC code of an exception in that call; "" where Intuit gives none.
std::string_view code_of_failure(std::string_view method);

// Host, company with the stamps of that owner, preferences, as QBWC asks before its first
// sendRequestXML.
std::string company_request(std::string_view owner_id, int major, int minor);

// For the log: no line breaks, bounded; a ticket's first characters; the place and the line of a
// call with its parameters, secrets masked and qbXML as its size.
std::string one_line(std::string_view text);
std::string shortened(std::string_view ticket);
std::string place_of(std::string_view method);
std::string call_line(const Call& call);
std::string end_line(const RunResult& result);

}  // namespace qbwc
