// HTTP/1.0 and 1.1 as text: a request read from bytes as they come, the head of an answer written.
// No sockets here; the parser inside is Beast's, fed by hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/net/limits.h"
#include "server/web/message.h"

namespace server::net {

// What the first part of a request said about the rest.
struct Head {
    bool http_1_1 = true;
    bool keep_alive = true;         // as the request wishes; the server may still close
    bool expects_continue = false;  // the peer waits for "100 Continue" before it sends the body
    bool chunked = false;
    std::uint64_t content_length = 0;  // 0 when chunked

    bool has_body() const { return chunked || content_length > 0; }
};

// Why a request gets no further. What follows on the wire cannot be understood any more: the
// connection is to be closed after the answer.
struct Refusal {
    int status = 400;
    std::string text;
};

// Reads one request. One thread at a time.
class RequestReader {
public:
    enum class State {
        head,     // feed it
        decide,   // the head is read; begin_body() goes on
        body,     // feed it
        done,     // take() it
        refused,  // see refusal()
    };

    explicit RequestReader(const Limits& limits);
    ~RequestReader();
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;

    State state() const;

    // How many of the bytes were used. The others belong to this request as long as the state is
    // head or body (present them again with more behind them), to the next one when it is done.
    std::size_t feed(std::string_view bytes);

    // From decide to body, or to done when there is none. Makes room for all of a body whose length
    // is known.
    void begin_body();

    const Head& head() const;             // after the state head
    const web::Request& request() const;  // its body grows while the state is body
    const Refusal& refusal() const;
    web::Request take();

private:
    class Parser;
    std::unique_ptr<Parser> parser_;
};

struct AnswerForm {
    bool http_1_1 = true;
    bool keep_alive = true;
    std::string_view date;  // as of http_date
};

// Status line and header fields up to the empty line. Throws std::logic_error when a field of the
// response would break out of its line: that is our own mistake, never to be sent.
std::string response_head(const web::Response& response, const AnswerForm& form);

// 204 and 304 have none, whatever the response holds.
bool may_have_body(const web::Response& response);

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(std::int64_t unix_seconds);

inline constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace server::net
