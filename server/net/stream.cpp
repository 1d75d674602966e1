#include "server/net/stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <utility>

namespace server::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// A peer that sends as fast as we read would keep the thread for itself.
constexpr int unbroken_max = 32;

Attempt attempt_of(ssize_t result, Attempt::Outcome wait)
{
    if (result > 0) return {Attempt::Outcome::done, static_cast<std::size_t>(result)};
    if (result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return {wait};
    if (result < 0 && errno == EINTR) return {Attempt::Outcome::done, 0};
    return {};
}

}  // namespace

Stream::Stream(Socket socket, std::shared_ptr<const TlsContext> context)
    : socket_(std::move(socket)), timer_(socket_.get_executor())
{
    error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    if (context) tls_.emplace(std::move(context), socket_.native_handle());
}

void Stream::expire_at(Clock::time_point when)
{
    deadline_ = when;
    expired_ = false;
    // A deadline that moves away is noticed when the timer fires: moving it costs nothing then.
    if (deadline_ < armed_for_) arm();
}

void Stream::arm()
{
    armed_for_ = deadline_;
    timer_.expires_at(deadline_);
    timer_.async_wait([weak = weak_from_this()](const error_code& error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->armed_for_ = Clock::time_point::max();
        if (self->deadline_ > Clock::now()) {
            if (self->deadline_ != Clock::time_point::max()) self->arm();
            return;
        }
        self->expired_ = true;
        error_code ignored;
        self->socket_.cancel(ignored);
    });
}

Attempt Stream::try_read(char* to, std::size_t bytes_max)
{
    if (tls_) return tls_->read(to, bytes_max);
    return attempt_of(::recv(socket_.native_handle(), to, bytes_max, 0),
                      Attempt::Outcome::wait_read);
}

Attempt Stream::try_write(std::string_view bytes)
{
    if (tls_) return tls_->write(bytes);
    return attempt_of(::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
                      Attempt::Outcome::wait_write);
}

Stream::Awaitable<bool> Stream::ready(Attempt::Outcome wanted)
{
    unbroken_ = 0;
    error_code error;
    co_await socket_.async_wait(
        wanted == Attempt::Outcome::wait_write ? Socket::wait_write : Socket::wait_read,
        asio::redirect_error(asio::use_awaitable, error));
    co_return !error && !expired_ && socket_.is_open();
}

Stream::Awaitable<void> Stream::let_others_run()
{
    unbroken_ = 0;
    co_await asio::post(socket_.get_executor(), asio::use_awaitable);
}

Stream::Awaitable<bool> Stream::handshake()
{
    if (!tls_) co_return true;
    while (!expired_ && socket_.is_open()) {
        const auto attempt = tls_->handshake();
        if (attempt.outcome == Attempt::Outcome::done) co_return true;
        if (attempt.outcome == Attempt::Outcome::gone) co_return false;
        if (!co_await ready(attempt.outcome)) co_return false;
    }
    co_return false;
}

Stream::Awaitable<std::size_t> Stream::read_some(char* to, std::size_t bytes_max)
{
    if (++unbroken_ > unbroken_max) co_await let_others_run();
    while (!expired_ && socket_.is_open()) {
        const auto attempt = try_read(to, bytes_max);
        if (attempt.outcome == Attempt::Outcome::gone) co_return 0;
        if (attempt.outcome != Attempt::Outcome::done) {
            if (!co_await ready(attempt.outcome)) co_return 0;
        } else if (attempt.bytes > 0) {
            co_return attempt.bytes;
        }
    }
    co_return 0;
}

Stream::Awaitable<std::size_t> Stream::write_some(std::string_view bytes)
{
    if (++unbroken_ > unbroken_max) co_await let_others_run();
    while (!expired_ && socket_.is_open()) {
        const auto attempt = try_write(bytes);
        if (attempt.outcome == Attempt::Outcome::gone) co_return 0;
        if (attempt.outcome != Attempt::Outcome::done) {
            if (!co_await ready(attempt.outcome)) co_return 0;
        } else if (attempt.bytes > 0) {
            co_return attempt.bytes;
        }
    }
    co_return 0;
}

Stream::Awaitable<void> Stream::part(char* scratch, std::size_t bytes_max)
{
    if (!socket_.is_open()) co_return;
    if (tls_) tls_->close_notify();
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    while (!expired_ && socket_.is_open()) {
        if (++unbroken_ > unbroken_max) co_await let_others_run();
        if (!socket_.is_open()) break;
        const auto attempt = attempt_of(::recv(socket_.native_handle(), scratch, bytes_max, 0),
                                        Attempt::Outcome::wait_read);
        if (attempt.outcome == Attempt::Outcome::gone) break;
        if (attempt.outcome == Attempt::Outcome::wait_read) {
            if (!co_await ready(attempt.outcome)) break;
        }
    }
}

void Stream::close()
{
    error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
}

bool Stream::peer_left() const
{
    if (!socket_.is_open()) return true;
    // native_handle() is not const, though asking for it changes nothing.
    pollfd state{const_cast<Socket&>(socket_).native_handle(), POLLRDHUP, 0};
    return ::poll(&state, 1, 0) > 0;
}

std::string_view Stream::problem() const
{
    if (expired_) return "it took too long";
    return tls_ ? std::string_view{tls_->problem()} : std::string_view{};
}

void Stream::send_plain(std::string_view bytes)
{
    [[maybe_unused]] const auto sent =
        ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

}  // namespace server::net
