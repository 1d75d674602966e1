#include "server/web/router.h"

#include <algorithm>

#include <fmt/format.h>

#include "server/base/log.h"
#include "server/web/pages.h"

namespace server::web {
namespace {

namespace log = base::log;

constexpr std::string_view html = "text/html; charset=utf-8";
constexpr std::string_view xml = "text/xml; charset=utf-8";

Response plain(int status, std::string_view text)
{
    return {.status = status, .body = std::string(text)};
}

Response page(std::string text)
{
    return {.content_type = std::string(html), .body = std::move(text)};
}

Response not_allowed(std::string_view methods)
{
    Response response = plain(405, "This address takes other methods.\n");
    response.headers.emplace_back("allow", methods);
    return response;
}

// What QBWC is told when we fail: never a fault, for that would end its run without a word.
qbwc::Reply apology(std::string_view method)
{
    const auto text = [&](std::string_view words) {
        return qbwc::TextReply{std::string(method), std::string(words)};
    };
    if (method == "authenticate") return qbwc::AuthenticateReply{{"", "busy", "", ""}};
    if (method == "receiveResponseXML") return qbwc::ReceiveReply{-1};
    if (method == "connectionError") return text("done");
    if (method == "closeConnection") return text("OK");
    if (method == "getLastError" || method == "interactiveRejected")
        return text(
            "The server has a problem of its own and could not do the work. Nothing is lost; it "
            "goes on with the next update. Please tell the people who run the server.");
    return text("");
}

// A copy of a request that asks for work; of no other, for they are not held back.
std::optional<Request> askable_again(const Request& request)
{
    constexpr std::size_t bytes_max = 512 * 1024;  // host, company and preferences are about 100
    constexpr std::size_t start = 1024;            // the operation's element is near the beginning
    const auto beginning = std::string_view(request.body).substr(0, start);
    if (request.body.size() > bytes_max || beginning.find("sendRequestXML") == beginning.npos)
        return std::nullopt;
    return request;
}

bool is_empty(const qbwc::Reply& reply)
{
    const auto* text = std::get_if<qbwc::TextReply>(&reply);
    return text && text->text.empty();
}

bool is_wsdl_query(std::string_view query)
{
    std::string lower(query);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower == "wsdl" || lower.starts_with("wsdl=") || lower.starts_with("wsdl&");
}

// The last of a comma-separated list: what the nearest proxy itself saw.
std::string_view last_of(std::string_view list)
{
    const auto comma = list.rfind(',');
    if (comma != list.npos) list.remove_prefix(comma + 1);
    while (!list.empty() && list.front() == ' ')
        list.remove_prefix(1);
    return list;
}

}  // namespace

std::string Router::caller_of(const Request& request) const
{
    const bool believed = std::find(settings_.proxies.begin(), settings_.proxies.end(),
                                    request.address) != settings_.proxies.end();
    const auto forwarded = request.header("x-forwarded-for");
    return believed && forwarded ? std::string(last_of(*forwarded)) : request.address;
}

std::string Router::site_of(const Request& request) const
{
    if (!settings_.public_url.empty()) return settings_.public_url;
    const bool believed = std::find(settings_.proxies.begin(), settings_.proxies.end(),
                                    request.address) != settings_.proxies.end();
    const auto forwarded = request.header("x-forwarded-proto");
    const bool secure = believed && forwarded ? *forwarded == "https" : request.secure;
    return fmt::format("{}://{}", secure ? "https" : "http",
                       request.header("host").value_or("localhost"));
}

Response Router::contract(const Request& request) const
{
    return {.content_type = std::string(xml),
            .body = qbwc::wsdl_document(site_of(request) + "/qbwc")};
}

Response Router::soap(Request request, Worker& worker)
{
    const std::string address = caller_of(request);
    std::optional<Request> again = askable_again(request);
    auto read = worker.codec.read_call(std::move(request.body));
    const auto response = [](int status, qbwc::SoapVersion version, std::string body) {
        const bool newer = version == qbwc::SoapVersion::soap_1_2;
        return Response{
            .status = status,
            .content_type = newer ? "application/soap+xml; charset=utf-8" : std::string(xml),
            .body = std::move(body)};
    };
    if (const auto* refusal = std::get_if<qbwc::Refusal>(&read)) {
        log::warn("call.refused", {{"address", address}, {"reason", refusal->text}});
        const bool theirs =
            refusal->version == qbwc::SoapVersion::soap_1_2 && refusal->code == "Client";
        return response(theirs ? 400 : 500, refusal->version, worker.codec.write_fault(*refusal));
    }
    auto& decoded = std::get<qbwc::Decoded>(read);
    const std::string method(qbwc::method_name(decoded.call));
    const auto* asks = std::get_if<qbwc::SendRequestXml>(&decoded.call);
    const std::string ticket = asks ? asks->ticket : "";
    qbwc::Reply reply;
    std::optional<service::Hold> hold;
    try {
        reply = connector_.answer(std::move(decoded.call), {address}, worker.store);
        if (asks && again && is_empty(reply)) hold = connector_.hold(ticket, worker.store);
    } catch (const std::exception& failure) {
        log::error("call.failed", {{"method", method}, {"reason", failure.what()}});
        reply = apology(method);
    }
    auto answer = response(200, decoded.version, worker.codec.write_reply(reply, decoded));
    if (hold) answer.park = Park{hold->company.text, hold->at_most, std::move(*again)};
    return answer;
}

Response Router::answer(Request request, Worker& worker)
{
    const std::string path(request.path());
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (path == "/qbwc" || path == "/qbwc/") {
        if (request.method == "POST") return soap(std::move(request), worker);
        if (!reads) return not_allowed("GET, HEAD, POST");
        if (is_wsdl_query(request.query())) return contract(request);
        return plain(200, "QuickBooks Web Connector service. Its contract is at ?wsdl.\n");
    }
    if (path == "/" || path == "/support")
        return reads ? page(support_page()) : not_allowed("GET, HEAD");
    if (path == "/certificate") return reads ? page(certificate_page()) : not_allowed("GET, HEAD");
    if (path == "/healthz") return reads ? plain(200, "ok\n") : not_allowed("GET, HEAD");
    if (path == "/readyz") {
        if (!reads) return not_allowed("GET, HEAD");
        try {
            (void)worker.store.read([](store::Tx& tx) { return tx.find_company({"-"}); });
            return plain(200, "ok\n");
        } catch (const std::exception& failure) {
            log::error("store.unavailable", {{"reason", failure.what()}});
            return plain(503, "the database does not answer\n");
        }
    }
    return plain(404, "There is nothing at this address.\n");
}

}  // namespace server::web
