#include "server/net/http.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/status.hpp>
#include <stdexcept>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace server::net {

namespace {

namespace http = boost::beast::http;
using boost::beast::string_view;
using boost::system::error_code;

std::string lower_case(std::string_view text)
{
    std::string lower{text};
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

// A proxy may send the whole URL; what counts is the path. Empty: no form of a target we serve.
std::string_view local_target(std::string_view target)
{
    if (target == "*" || target.starts_with('/')) return target;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!lower_case(target.substr(0, scheme.size())).starts_with(scheme)) continue;
        const auto slash = target.find('/', scheme.size());
        return slash == std::string_view::npos ? std::string_view{"/"} : target.substr(slash);
    }
    return {};
}

Refusal refusal_of(const error_code& error, const Limits& limits)
{
    if (error == http::error::header_limit) {
        return {431,
                fmt::format("The request's head is longer than {} bytes.", limits.head_bytes_max)};
    }
    if (error == http::error::body_limit) {
        return {413,
                fmt::format("The request's body is longer than {} bytes.", limits.body_bytes_max)};
    }
    if (error == http::error::bad_version) {
        return {400, "The request line does not end in HTTP/1.0 or HTTP/1.1."};
    }
    return {400, fmt::format("This is no well-formed HTTP request: {}.", error.message())};
}

}  // namespace

// Puts what Beast's parser finds straight into a web::Request, so that nothing is held twice.
class RequestReader::Parser : public http::basic_parser<true> {
public:
    explicit Parser(const Limits& given) : limits(given)
    {
        header_limit(static_cast<std::uint32_t>(limits.head_bytes_max));
        body_limit(limits.body_bytes_max);
        eager(false);
    }

    void refuse(int status, std::string text)
    {
        state = State::refused;
        refusal = {status, std::move(text)};
    }
    void check_head();

    const Limits limits;
    State state = State::head;
    Head head;
    web::Request request;
    Refusal refusal;
    std::size_t head_bytes = 0;
    int hosts = 0;
    int transfer_encodings = 0;
    bool only_chunked = true;
    bool head_ended = false;  // fields that come later are trailers

private:
    void on_request_impl(http::verb, string_view method, string_view target, int version,
                         error_code&) override
    {
        request.method = method;
        request.target = target;
        head.http_1_1 = version >= 11;
    }
    void on_field_impl(http::field, string_view name, string_view value, error_code&) override;
    void on_header_impl(error_code&) override { head_ended = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(string_view bytes, error_code&) override
    {
        request.body.append(bytes.data(), bytes.size());
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& error) override
    {
        return on_body_impl(bytes, error);
    }
    void on_finish_impl(error_code&) override {}
    void on_response_impl(int, string_view, int, error_code&) override {}
};

void RequestReader::Parser::on_field_impl(http::field field, string_view name, string_view value,
                                          error_code& error)
{
    // Trailers are dropped: a field that comes after the body must not pass for one of the head.
    if (head_ended) return;
    if (field == http::field::host) ++hosts;
    if (field == http::field::transfer_encoding) {
        ++transfer_encodings;
        only_chunked = only_chunked && lower_case(value) == "chunked";
    }
    if (request.headers.size() >= static_cast<std::size_t>(limits.headers_max)) {
        error = http::error::header_limit;
        return;
    }
    request.headers.emplace_back(lower_case(name), std::string{value});
}

void RequestReader::Parser::check_head()
{
    head.keep_alive = keep_alive();
    head.chunked = chunked();
    head.content_length = content_length().value_or(0);
    const auto target = local_target(request.target);
    if (target.empty()) return refuse(400, "The request's target is no path: it starts with '/'.");
    if (target.size() != request.target.size()) request.target = std::string{target};
    if (hosts > 1 || (hosts == 0 && head.http_1_1)) {
        return refuse(400, "The request needs one Host field, no more and no less.");
    }
    if (transfer_encodings > 0) {
        if (request.header("content-length")) {
            return refuse(400, "The request has both Content-Length and Transfer-Encoding.");
        }
        if (!head.http_1_1) return refuse(400, "HTTP/1.0 knows no Transfer-Encoding.");
        if (!only_chunked) {
            return refuse(501, "The only Transfer-Encoding understood here is chunked.");
        }
    }
    if (const auto expectation = request.header("expect"); expectation && head.http_1_1) {
        if (lower_case(*expectation) != "100-continue") {
            return refuse(417, "The only expectation understood here is 100-continue.");
        }
        head.expects_continue = head.has_body();
    }
    state = State::decide;
}

RequestReader::RequestReader(const Limits& limits) : parser_(std::make_unique<Parser>(limits)) {}

RequestReader::~RequestReader() = default;

RequestReader::State RequestReader::state() const
{
    return parser_->state;
}

std::size_t RequestReader::feed(std::string_view bytes)
{
    auto& parser = *parser_;
    if (bytes.empty() || (parser.state != State::head && parser.state != State::body)) return 0;
    std::size_t used = 0;
    const bool in_head = parser.state == State::head;
    if (in_head && !parser.got_some()) {
        // Clients of old end a body with a line break too many; RFC 9112 lets us pass over it.
        while (used < bytes.size() && (bytes[used] == '\r' || bytes[used] == '\n'))
            ++used;
        parser.head_bytes += used;
        if (used == bytes.size()) bytes = {};
    }
    error_code error;
    if (!bytes.empty()) {
        const auto rest = bytes.substr(used);
        const auto parsed = parser.put(boost::asio::buffer(rest.data(), rest.size()), error);
        used += parsed;
        if (in_head) parser.head_bytes += parsed;
    }
    // What stays unused is part of a head, or of a chunk's own little head: both have the limit.
    const auto unused = bytes.empty() ? 0 : bytes.size() - used;
    const auto head_size = in_head ? parser.head_bytes + (parser.head_ended ? 0 : unused) : unused;
    const bool complete = in_head ? parser.head_ended : parser.is_done();
    if ((in_head || !complete) && head_size > parser.limits.head_bytes_max) {
        error = http::error::header_limit;
    }
    if (error && error != http::error::need_more) {
        parser.state = State::refused;
        parser.refusal = refusal_of(error, parser.limits);
    } else if (complete) {
        if (in_head) {
            parser.check_head();
        } else {
            parser.state = State::done;
        }
    }
    return used;
}

void RequestReader::begin_body()
{
    auto& parser = *parser_;
    if (parser.state != State::decide) throw std::logic_error("a body begun out of turn");
    if (parser.is_done()) {
        parser.state = State::done;
        return;
    }
    parser.request.body.reserve(static_cast<std::size_t>(parser.head.content_length));
    parser.eager(true);
    parser.state = State::body;
}

const Head& RequestReader::head() const
{
    return parser_->head;
}

const web::Request& RequestReader::request() const
{
    return parser_->request;
}

const Refusal& RequestReader::refusal() const
{
    return parser_->refusal;
}

web::Request RequestReader::take()
{
    return std::move(parser_->request);
}

namespace {

std::string_view reason(int status)
{
    const auto text = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
    return {text.data(), text.size()};
}

void append_field(std::string& head, std::string_view name, std::string_view value)
{
    const auto breaks_out = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
    if (std::any_of(name.begin(), name.end(), breaks_out) ||
        std::any_of(value.begin(), value.end(), breaks_out)) {
        throw std::logic_error(fmt::format("line break in the answer's field '{}'", name));
    }
    head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool may_have_body(const web::Response& response)
{
    return response.status != 204 && response.status != 304;
}

std::string response_head(const web::Response& response, const AnswerForm& form)
{
    std::string head;
    head.reserve(512);
    fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", response.status,
                   reason(response.status));
    append_field(head, "Date", form.date);
    append_field(head, "Server", "qbwcd");
    if (may_have_body(response)) {
        if (!response.content_type.empty()) {
            append_field(head, "Content-Type", response.content_type);
        }
        append_field(head, "Content-Length", fmt::format_int(response.body.size()).c_str());
    }
    for (const auto& [name, value] : response.headers)
        append_field(head, name, value);
    if (!form.keep_alive) append_field(head, "Connection", "close");
    if (form.keep_alive && !form.http_1_1) append_field(head, "Connection", "keep-alive");
    head.append("\r\n");
    return head;
}

std::string http_date(std::int64_t unix_seconds)
{
    const auto utc = fmt::gmtime(static_cast<std::time_t>(unix_seconds));
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", utc);
}

}  // namespace server::net
