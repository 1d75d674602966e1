#include "wsdl/reply_rules.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace qbwc {
namespace {

constexpr std::string_view no_result = "The reply holds no result: it reads as null.";

}  // namespace

std::optional<int> parse_int(std::string_view text)
{
    constexpr std::string_view space = " \t\r\n";
    const auto first = text.find_first_not_of(space);
    if (first == std::string_view::npos) return std::nullopt;
    text = text.substr(first, text.find_last_not_of(space) - first + 1);
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
    int number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<Refusal> refuse_reply(const Outline& outline, std::string_view method, bool rpc)
{
    const auto refuse = [&outline](std::string_view why) {
        return Refusal{"Server", std::string(why), outline.version};
    };
    const auto& operation = outline.operation;
    if (operation.space != service_space) {
        return refuse("The reply is in another namespace than http://developer.intuit.com/.");
    }
    if (operation.local != fmt::format("{}Response", method)) {
        return refuse("The Body holds something else than the reply to this method.");
    }
    const auto& child = outline.first_child;
    if (!child && method.ends_with("Version")) return std::nullopt;
    if (!child || (!rpc && child->local != fmt::format("{}Result", method))) {
        return refuse(no_result);
    }
    if (!rpc && child->space != service_space) {
        return refuse(
            "The result is in another namespace than http://developer.intuit.com/: it reads as "
            "null.");
    }
    return std::nullopt;
}

std::variant<Reply, Refusal> to_reply(std::string_view method, std::optional<std::string> text,
                                      SoapVersion version)
{
    const auto refuse = [version](std::string_view why) {
        return Refusal{"Server", std::string(why), version};
    };
    // QBWC goes on when the answers to its two version calls are null; anything else it then needs.
    if (!text && method.ends_with("Version")) text.emplace();
    if (!text) return refuse(no_result);
    if (method != "receiveResponseXML") {
        return TextReply{std::string(method), *std::move(text)};
    }
    const auto progress = parse_int(*text);
    if (!progress) return refuse("The result of receiveResponseXML is no integer.");
    return ReceiveReply{*progress};
}

std::variant<Reply, Refusal> to_reply(std::optional<std::vector<std::string>> strings,
                                      SoapVersion version)
{
    if (!strings) return Refusal{"Server", std::string(no_result), version};
    return AuthenticateReply{*std::move(strings)};
}

}  // namespace qbwc
