// One accepted connection as a stream of bytes, plain or TLS, with a deadline on every wait.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "server/net/tls.h"

namespace server::net {

// Lives on the one thread of its I/O context. Held by a shared pointer, for its timer may still
// have something to say when the connection is gone.
class Stream : public std::enable_shared_from_this<Stream> {
public:
    using Socket = boost::asio::ip::tcp::socket;
    using Clock = std::chrono::steady_clock;
    template <class T>
    using Awaitable = boost::asio::awaitable<T>;

    // Without context: plain. The socket is made non-blocking.
    Stream(Socket socket, std::shared_ptr<const TlsContext> context);

    // When the moment has come, what waits ends as if the peer had gone, and expired() is true
    // until the next expire_at or expire_after. Both replace the former deadline.
    void expire_at(Clock::time_point when);
    void expire_after(Clock::duration after) { expire_at(Clock::now() + after); }
    void expire_never() { expire_at(Clock::time_point::max()); }
    bool expired() const { return expired_; }

    Awaitable<bool> handshake();  // at once true when plain
    // 0: the peer is gone, or the deadline has come. The bytes are there until the caller suspends.
    Awaitable<std::size_t> read_some(char* to, std::size_t bytes_max);
    // 0: as above. `bytes` must not be empty and must stay until the end.
    Awaitable<std::size_t> write_some(std::string_view bytes);

    // Says goodbye, then throws away what still comes until the peer hangs up or the deadline
    // comes: a socket closed over unread bytes resets the connection, and the peer may lose the
    // answer.
    Awaitable<void> part(char* scratch, std::size_t bytes_max);
    void close();

    // The peer has hung up, or will send no more; without reading. What it sent may still wait.
    bool peer_left() const;

    bool secure() const { return tls_.has_value(); }
    // After a failed handshake: words for the log, and whether the peer used the wrong protocol.
    std::string_view problem() const;
    bool peer_spoke_plain_http() const { return tls_ && tls_->peer_spoke_plain_http(); }
    void send_plain(std::string_view bytes);  // one attempt, whatever becomes of it

private:
    Attempt try_read(char* to, std::size_t bytes_max);
    Attempt try_write(std::string_view bytes);
    Awaitable<bool> ready(Attempt::Outcome wanted);
    Awaitable<void> let_others_run();
    void arm();

    Socket socket_;
    std::optional<TlsSession> tls_;
    boost::asio::steady_timer timer_;
    Clock::time_point deadline_ = Clock::time_point::max();
    Clock::time_point armed_for_ = Clock::time_point::max();
    bool expired_ = false;
    int unbroken_ = 0;  // attempts since the stream last waited
};

}  // namespace server::net
