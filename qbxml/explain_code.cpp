#include "qbxml/explain_code.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "qbxml/status.h"

namespace qbxml {
namespace {

std::string_view text_of(Retry retry)
{
    switch (retry) {
        case Retry::not_an_error: return "no need: this is no error";
        case Retry::transient: return "the same request may succeed later";
        case Retry::needs_fix: return "does not help until something is changed";
        case Retry::unknown_outcome: return "first find out: it is not known whether it was done";
    }
    return "";
}

std::string_view text_of(Actor actor)
{
    switch (actor) {
        case Actor::nobody: return "nobody";
        case Actor::caller: return "whoever made the request";
        case Actor::user: return "the person at the QuickBooks PC";
        case Actor::operator_: return "the operator of the server";
    }
    return "";
}

void add_line(std::string& page, std::string_view label, std::string_view text)
{
    if (!text.empty()) page += fmt::format("  {:12} {}\n", label, text);
}

std::string page_of(std::string_view kind, std::string_view code, const Status& status)
{
    std::string page = fmt::format("{} {}: {}\n\n", kind, code, status.name);
    add_line(page, "meaning", status.meaning);
    add_line(page, "cause", status.cause);
    add_line(page, "what to do", status.remedy);
    add_line(page, "who", text_of(status.actor));
    add_line(page, "try again", text_of(status.retry));
    if (!status.meaning_fr.empty())
        page += fmt::format("\n  in French    {} {}\n", status.meaning_fr, status.remedy_fr);
    return page;
}

bool listed(const Status& status)
{
    // An entry for a range has it as its code: "1000-", "other".
    return status.code != "other" && status.code.find('-') == std::string_view::npos;
}

std::string page_of_unlisted(std::string_view kind, std::string_view code, const Status& status)
{
    return "This code is not in the catalogue; what holds for those like it:\n\n" +
           page_of(kind, code, status);
}

std::string page_of_request(int number, std::string_view code)
{
    const Status status = status_of_request(number, "");
    std::string page = page_of("statusCode", code, status);
    // A few codes mean a lock or a rule, which only QuickBooks' words tell apart.
    const Status locked = status_of_request(number, "The list element is in use.");
    if (locked.name != status.name)
        page += "\nWhen the message speaks of a lock or of use by somebody else:\n\n" +
                page_of("statusCode", code, locked);
    return page;
}

std::string page_of_number(int number, std::string_view code)
{
    const Status set = status_of_message_set(code);
    const Status connector = status_of_connector(code);
    const bool is_request = listed(status_of_request(number, ""));
    std::string page;
    const auto add = [&page](const std::string& text) {
        page += page.empty() ? text : "\n" + text;
    };
    if (is_request) add(page_of_request(number, code));
    if (listed(set) && number != 0) add(page_of("messageSetStatusCode", code, set));
    if (!is_request && listed(connector)) add(page_of("QBWC", code, connector));
    if (page.empty()) return page_of_unlisted("statusCode", code, status_of_request(number, ""));
    return page;
}

std::string upper(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return result;
}

}  // namespace

std::optional<std::string> explain_code(std::string_view topic)
{
    const std::string code = upper(topic);
    const auto only = [](std::string_view text, std::string_view allowed) {
        return !text.empty() && text.find_first_not_of(allowed) == text.npos;
    };
    constexpr std::string_view digits = "0123456789";
    const auto page = [](std::string_view kind, std::string_view shown, const Status& status) {
        return listed(status) ? page_of(kind, shown, status)
                              : page_of_unlisted(kind, shown, status);
    };
    if (code.starts_with("QBWC") && only(std::string_view(code).substr(4), digits))
        return page("Web Connector", code, status_of_connector(code));
    if (code.starts_with("0X") && only(std::string_view(code).substr(2), "0123456789ABCDEF"))
        return page("HRESULT", "0x" + code.substr(2), status_of_hresult(code, ""));
    // An HRESULT whose 0x was lost on the way.
    if (code.size() == 8 && code.starts_with("8") && only(code, "0123456789ABCDEF"))
        return page("HRESULT", "0x" + code, status_of_hresult("0x" + code, ""));
    if (code.starts_with("-") && only(std::string_view(code).substr(1), digits))
        return page("HRESULT", code, status_of_hresult(code, ""));
    if (!only(code, digits)) return std::nullopt;
    int number = 0;
    const auto read = std::from_chars(code.data(), code.data() + code.size(), number);
    if (read.ec != std::errc()) return std::nullopt;
    return page_of_number(number, code);
}

}  // namespace qbxml
