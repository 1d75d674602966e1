#include "server/net/connection.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <ctime>
#include <utility>

#include <fmt/format.h>

namespace server::net {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

// Up to here head and body are copied together, for one write and one TLS record; of a longer body
// only this much is.
constexpr std::size_t together_bytes_max = 16 * 1024;

// When `bytes` have passed since `start`, the next must have passed at the returned moment: not
// later than `stall` from now, and not slower than the least rate over the whole.
steady_clock::time_point pace(steady_clock::time_point start, std::size_t bytes,
                              std::chrono::milliseconds stall, std::size_t bytes_per_second_min)
{
    const auto now = steady_clock::now();
    if (bytes_per_second_min == 0) return now + stall;
    const std::chrono::milliseconds fair{bytes * 1000 / bytes_per_second_min};
    return std::min(now + stall, start + stall + fair);
}

web::Response plain_answer(int status, std::string text)
{
    text += '\n';
    return {.status = status, .body = std::move(text)};
}

}  // namespace

std::string_view IoThread::date()
{
    const std::int64_t now = std::time(nullptr);
    if (now != date_second_) {
        date_ = http_date(now);
        date_second_ = now;
    }
    return date_;
}

Connection::Connection(Stream::Socket socket, std::shared_ptr<const TlsContext> context,
                       std::string address, House& house, IoThread& thread)
    : house_(house),
      thread_(thread),
      address_(std::move(address)),
      stream_(std::make_shared<Stream>(std::move(socket), std::move(context))),
      answered_(thread.context)
{
}

Connection::~Connection()
{
    stream_->close();
    house_.census.leave(address_);
}

void Connection::stop_if_idle()
{
    if (idle_) stream_->close();
}

Connection::Awaitable<void> Connection::serve()
{
    // No co_await stands in a condition with && in this room: GCC 12 lays out such a frame wrongly.
    bool more = co_await handshake();
    while (more) {
        more = co_await serve_one();
        if (house_.stopping) break;
    }
    if (answers_) {
        stream_->expire_after(house_.limits.linger);
        co_await stream_->part(thread_.scratch.data(), thread_.scratch.size());
    }
    stream_->close();
}

Connection::Awaitable<bool> Connection::handshake()
{
    stream_->expire_after(house_.limits.handshake);
    if (co_await stream_->handshake()) co_return true;
    house_.report_sparingly("handshake.failed",
                            fmt::format("{}: {}", address_, stream_->problem()));
    if (stream_->peer_spoke_plain_http()) {
        const auto response = plain_answer(400, "This port speaks HTTPS only.");
        const AnswerForm form{.keep_alive = false, .date = thread_.date()};
        stream_->send_plain(response_head(response, form) + response.body);
    }
    co_return false;
}

Connection::Awaitable<bool> Connection::serve_one()
{
    answers_ = false;
    RequestReader reader(house_.limits);
    BodyCharge charge(house_.bodies);
    if (!co_await read_head(reader)) co_return false;
    if (!co_await read_body(reader, charge)) co_return false;
    stream_->expire_never();

    auto request = reader.take();
    request.address = address_;
    request.secure = stream_->secure();
    const bool with_body = request.method != "HEAD";
    const auto response = co_await call(std::move(request));
    charge.replace_by(response.body.size());

    AnswerForm form{.http_1_1 = reader.head().http_1_1,
                    .keep_alive = reader.head().keep_alive && !house_.stopping,
                    .date = thread_.date()};
    for (const auto& [name, value] : response.headers) {
        if (name == "connection" && value == "close") form.keep_alive = false;
    }
    const bool written = co_await write_answer(response, form, with_body);
    co_return written&& form.keep_alive;
}

// Gives the reader what is pending and what is fresh; keeps what it leaves. Fresh bytes are copied
// only when they have to wait.
void Connection::feed(RequestReader& reader, std::string_view fresh)
{
    if (pending_.empty()) {
        const auto used = reader.feed(fresh);
        pending_.assign(fresh.substr(used));
        return;
    }
    pending_.append(fresh);
    pending_.erase(0, reader.feed(pending_));
    // An idle connection should not keep the room its longest head once took.
    if (pending_.empty()) std::string{}.swap(pending_);
}

Connection::Awaitable<bool> Connection::read_head(RequestReader& reader)
{
    const auto& limits = house_.limits;
    idle_ = pending_.empty();
    stream_->expire_after(idle_ && !first_ ? limits.idle : limits.head);
    first_ = false;
    if (!idle_) feed(reader, {});
    while (reader.state() == RequestReader::State::head) {
        const auto bytes =
            co_await stream_->read_some(thread_.scratch.data(), thread_.scratch.size());
        if (bytes == 0) {
            if (!stream_->expired() || idle_) co_return false;
            co_await refuse(plain_answer(408, "The request's head did not come in time."));
            co_return false;
        }
        if (idle_) stream_->expire_after(limits.head);
        idle_ = false;
        feed(reader, {thread_.scratch.data(), bytes});
    }
    if (reader.state() != RequestReader::State::refused) co_return true;
    co_await refuse_unread(reader);
    co_return false;
}

Connection::Awaitable<bool> Connection::read_body(RequestReader& reader, BodyCharge& charge)
{
    const auto& limits = house_.limits;
    const auto& head = reader.head();
    const auto start = steady_clock::now();
    if (!charge.raise_to(static_cast<std::size_t>(head.content_length)) ||
        (head.expects_continue && house_.workers.full())) {
        co_await refuse(busy_answer());
        co_return false;
    }
    reader.begin_body();
    if (!pending_.empty()) feed(reader, {});
    if (head.expects_continue && reader.state() == RequestReader::State::body &&
        reader.request().body.empty()) {
        const bool told = co_await write_all(continue_line);
        if (!told) co_return false;
    }
    for (;;) {
        if (!charge.raise_to(reader.request().body.size())) {
            co_await refuse(busy_answer());
            co_return false;
        }
        if (reader.state() != RequestReader::State::body) break;
        stream_->expire_at(pace(start, reader.request().body.size(), limits.body_stall,
                                limits.bytes_per_second_min));
        const auto bytes =
            co_await stream_->read_some(thread_.scratch.data(), thread_.scratch.size());
        if (bytes == 0) {
            if (!stream_->expired()) co_return false;
            co_await refuse(plain_answer(408, "The request's body did not come in time."));
            co_return false;
        }
        feed(reader, {thread_.scratch.data(), bytes});
    }
    if (reader.state() != RequestReader::State::refused) co_return true;
    co_await refuse_unread(reader);
    co_return false;
}

Connection::Awaitable<web::Response> Connection::call(web::Request request)
{
    auto response = co_await ask(std::move(request));
    if (!response) co_return busy_answer();
    if (!response->park) co_return std::move(*response);
    auto held = co_await hold(std::move(*response));
    co_return held;
}

// Until a new answer is there, the time is over, the peer has left or the server stops. Holds the
// answer and the request, no worker.
Connection::Awaitable<web::Response> Connection::hold(web::Response parked)
{
    const auto& limits = house_.limits;
    const auto until = steady_clock::now() + std::min(parked.park->at_most, limits.parked);
    while (co_await park(parked.park->topic, until)) {
        auto next = co_await ask(parked.park->again);
        if (!next) break;
        if (!next->park) co_return std::move(*next);
        parked = std::move(*next);
        // Woken for nothing: what woke it may well do so all the time.
        released_.reset();
        co_await rest(std::min(until, steady_clock::now() + limits.parked_again));
    }
    parked.park.reset();
    co_return parked;
}

// True: woken.
Connection::Awaitable<bool> Connection::park(std::string topic, steady_clock::time_point until)
{
    released_.reset();
    Parking::Release release = [self = shared_from_this(),
                                &context = thread_.context](bool woken) mutable {
        asio::post(context, [self = std::move(self), woken] {
            self->released_ = woken;
            self->answered_.cancel();
        });
    };
    const auto place = house_.parking.enter(topic, std::move(release));
    if (!place) co_return false;
    co_await rest(until);
    house_.parking.leave(*place);
    co_return released_.value_or(false);
}

// Until then, or until it is released or there is nobody left to answer.
Connection::Awaitable<void> Connection::rest(steady_clock::time_point until)
{
    error_code ignored;
    while (!released_ && !house_.stopping && !stream_->peer_left()) {
        const auto now = steady_clock::now();
        if (now >= until) break;
        answered_.expires_at(std::min(until, now + house_.limits.parked_look));
        co_await answered_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

Connection::Awaitable<std::optional<web::Response>> Connection::ask(web::Request request)
{
    answer_.reset();
    answered_.expires_at(steady_clock::time_point::max());
    // The last one to let go of the connection must be its own thread.
    Workers::Done done = [self = shared_from_this(),
                          &context = thread_.context](web::Response response) mutable {
        asio::post(context, [self = std::move(self), answer = std::move(response)]() mutable {
            self->answer_ = std::move(answer);
            self->answered_.cancel();
        });
    };
    if (!house_.workers.take(request, done)) co_return std::nullopt;
    error_code ignored;
    while (!answer_) {
        co_await answered_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    auto response = std::move(*answer_);
    answer_.reset();
    co_return response;
}

Connection::Awaitable<bool> Connection::write_answer(const web::Response& response,
                                                     const AnswerForm& form, bool with_body)
{
    std::string start;
    std::string_view rest;
    try {
        start = response_head(response, form);
        if (with_body && may_have_body(response)) rest = response.body;
    } catch (const std::logic_error& mistake) {
        house_.report("call.failed", mistake.what());
        start = response_head({.status = 500, .content_type = "", .body = "", .headers = {}}, form);
    }
    const auto along = rest.substr(0, together_bytes_max);
    start += along;
    rest.remove_prefix(along.size());
    if (!co_await write_all(start)) co_return false;
    if (!rest.empty()) {
        const bool written = co_await write_all(rest);
        if (!written) co_return false;
    }
    answers_ = true;
    co_return true;
}

Connection::Awaitable<bool> Connection::write_all(std::string_view bytes)
{
    const auto start = steady_clock::now();
    std::size_t written = 0;
    while (written < bytes.size()) {
        stream_->expire_at(
            pace(start, written, house_.limits.write, house_.limits.bytes_per_second_min));
        const auto more = co_await stream_->write_some(bytes.substr(written));
        if (more == 0) co_return false;
        written += more;
    }
    co_return true;
}

Connection::Awaitable<void> Connection::refuse(web::Response response)
{
    house_.report_sparingly("request.refused", fmt::format("{}: {}", address_, response.status));
    const AnswerForm form{.keep_alive = false, .date = thread_.date()};
    co_await write_answer(response, form, true);
}

Connection::Awaitable<void> Connection::refuse_unread(const RequestReader& reader)
{
    co_await refuse(plain_answer(reader.refusal().status, reader.refusal().text));
}

}  // namespace server::net
