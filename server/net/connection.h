// One connection from its first byte to its last: requests in, one at a time, answers out.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "server/net/house.h"
#include "server/net/http.h"
#include "server/net/limits.h"
#include "server/net/stream.h"
#include "server/net/workers.h"

namespace server::net {

class Connection;

// One I/O thread's belongings. Only its own thread touches them, but for `context`.
struct IoThread {
    boost::asio::io_context context{1};
    std::unordered_set<std::shared_ptr<Connection>> connections;
    std::array<char, 64 * 1024> scratch;  // what was read, until the reader has it

    std::string_view date();  // now, for the answer's head

private:
    std::int64_t date_second_ = -1;
    std::string date_;
};

// Lives on its I/O thread. The census counted the peer in before; the destructor counts it out.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    template <class T>
    using Awaitable = boost::asio::awaitable<T>;

    Connection(Stream::Socket socket, std::shared_ptr<const TlsContext> context,
               std::string address, House& house, IoThread& thread);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Until the peer leaves or is sent away. The connection must live until the end of it.
    Awaitable<void> serve();

    void stop_if_idle();
    void stop() { stream_->close(); }

private:
    Awaitable<bool> handshake();
    Awaitable<bool> serve_one();  // true: another request may follow
    Awaitable<bool> read_head(RequestReader& reader);
    Awaitable<bool> read_body(RequestReader& reader, BodyCharge& charge);
    Awaitable<web::Response> call(web::Request request);
    Awaitable<std::optional<web::Response>> ask(web::Request request);  // nullopt: no worker
    Awaitable<web::Response> hold(web::Response parked);
    Awaitable<bool> park(std::string topic, std::chrono::steady_clock::time_point until);
    Awaitable<void> rest(std::chrono::steady_clock::time_point until);
    Awaitable<bool> write_answer(const web::Response& response, const AnswerForm& form,
                                 bool with_body);
    Awaitable<bool> write_all(std::string_view bytes);
    Awaitable<void> refuse(web::Response response);
    Awaitable<void> refuse_unread(const RequestReader& reader);
    void feed(RequestReader& reader, std::string_view fresh);

    House& house_;
    IoThread& thread_;
    const std::string address_;
    const std::shared_ptr<Stream> stream_;
    boost::asio::steady_timer answered_;  // never expires; cancelled when the answer is there
    std::optional<web::Response> answer_;
    std::optional<bool> released_;  // from its parking place: true, to ask again
    std::string pending_;           // read, but not yet used
    bool first_ = true;
    bool idle_ = true;      // waits for a request of which no byte has come
    bool answers_ = false;  // the last thing written was an answer: part in peace
};

}  // namespace server::net
