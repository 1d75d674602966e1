#include "server/net/running.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <exception>
#include <future>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace server::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

std::string text_of(const asio::ip::address& address)
{
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

// What a completed coroutine threw is our bug: it costs its connection, not the server.
auto report_failure(const House& house, std::string_view event)
{
    return [&house, event](const std::exception_ptr& failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& what) {
            house.report(event, what.what());
        }
    };
}

// A named function, not a lambda: its parameters live as long as the coroutine.
asio::awaitable<void> serve(std::shared_ptr<Connection> connection, House& house, IoThread& home)
{
    try {
        co_await connection->serve();
    } catch (const std::exception& failure) {
        house.report("connection.failed", failure.what());
    }
    home.connections.erase(connection);
}

}  // namespace

Server::Running::Running(std::vector<Endpoint> endpoints, const Limits& limits, Threads threads,
                         std::function<Answer()> make_answer, Report report)
    : house_(limits, threads.workers, std::move(make_answer), std::move(report))
{
    if (threads.io < 1 || threads.workers < 1) {
        throw std::invalid_argument("a server needs at least one I/O thread and one worker");
    }
    for (int i = 0; i < threads.io; ++i)
        threads_.push_back(std::make_unique<Thread>());
    auto& context = threads_.front()->io.context;
    for (auto& endpoint : endpoints) {
        auto tls = endpoint.tls ? std::make_unique<TlsKeeper>(*endpoint.tls) : nullptr;
        listeners_.push_back(std::make_unique<Listener>(Listener{
            std::move(endpoint), std::move(tls), Acceptor(context), asio::steady_timer(context)}));
    }
}

void Server::Running::start()
{
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes with plain write()
    if (const auto problem = reload_tls()) throw std::runtime_error(problem->text());
    for (auto& listener : listeners_)
        listen(*listener);
    house_.workers.start();
    for (auto& listener : listeners_) {
        asio::co_spawn(threads_.front()->io.context, accept(*listener),
                       report_failure(house_, "listener.failed"));
    }
    for (auto& chore : chores_)
        arm(*chore);
    for (auto& thread : threads_) {
        thread->thread = std::thread([&context = thread->io.context] { context.run(); });
    }
}

// One acceptor, not one per thread over SO_REUSEPORT: with that a second server of ours would
// silently take half of the connections instead of being told that the port is in use.
void Server::Running::listen(Listener& listener)
{
    const auto& endpoint = listener.endpoint;
    error_code error;
    const auto address = asio::ip::make_address(endpoint.address, error);
    const auto fail_on = [&](const char* step) {
        if (!error) return;
        throw std::system_error(error, fmt::format("cannot {} on address {} port {}", step,
                                                   endpoint.address, endpoint.port));
    };
    fail_on("listen");
    const tcp::endpoint place(address, endpoint.port);
    listener.acceptor.open(place.protocol(), error);
    fail_on("open a socket");
    listener.acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    fail_on("open a socket");
    listener.acceptor.bind(place, error);
    fail_on("listen");
    listener.acceptor.listen(asio::socket_base::max_listen_connections, error);
    fail_on("listen");
    listener.port = listener.acceptor.local_endpoint().port();
    house_.report("listener.opened", fmt::format("{} port {}{}", endpoint.address, listener.port,
                                                 listener.tls ? " with TLS" : ""));
}

asio::awaitable<void> Server::Running::accept(Listener& listener)
{
    error_code error;
    while (listener.acceptor.is_open()) {
        auto& home = threads_[next_home_++ % threads_.size()]->io;
        auto socket = co_await listener.acceptor.async_accept(
            home.context, asio::redirect_error(asio::use_awaitable, error));
        if (!error) {
            admit(std::move(socket), home, listener);
        } else if (listener.acceptor.is_open() && error != asio::error::connection_aborted) {
            // Out of descriptors or memory: the peer waits in the system's queue for better times.
            house_.report_sparingly("accept.failed", error.message());
            listener.pause.expires_after(std::chrono::milliseconds{100});
            co_await listener.pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
    }
}

void Server::Running::admit(Socket socket, IoThread& home, const Listener& listener)
{
    error_code error;
    const auto peer = socket.remote_endpoint(error);
    if (error) return;  // gone already
    auto address = text_of(peer.address());
    const auto entry = house_.census.enter(address);
    if (entry != Census::Entry::admitted) {
        house_.report_sparingly("connection.refused",
                                fmt::format("{}: {}", address,
                                            entry == Census::Entry::house_full
                                                ? "too many connections"
                                                : "too many connections from this address"));
        return;
    }
    auto context = listener.tls ? listener.tls->current() : nullptr;
    auto connection = std::make_shared<Connection>(std::move(socket), std::move(context),
                                                   std::move(address), house_, home);
    asio::post(home.context, [this, &home, connection = std::move(connection)] {
        home.connections.insert(connection);
        asio::co_spawn(home.context, serve(connection, house_, home),
                       report_failure(house_, "connection.failed"));
    });
}

std::vector<unsigned short> Server::Running::ports() const
{
    std::vector<unsigned short> ports;
    for (const auto& listener : listeners_)
        ports.push_back(listener->port);
    return ports;
}

void Server::Running::every(std::chrono::milliseconds interval, std::function<void()> chore)
{
    chores_.push_back(std::make_unique<Chore>(
        Chore{interval, std::move(chore), asio::steady_timer(threads_.front()->io.context)}));
}

void Server::Running::arm(Chore& chore)
{
    chore.timer.expires_after(chore.interval);
    chore.timer.async_wait([this, &chore](const error_code& error) {
        if (error || house_.stopping) return;
        house_.workers.run([this, &chore] {
            try {
                chore.run();
            } catch (const std::exception& failure) {
                house_.report("chore.failed", failure.what());
            }
            asio::post(threads_.front()->io.context, [this, &chore] {
                if (!house_.stopping) arm(chore);
            });
        });
    });
}

std::optional<qbxml::Error> Server::Running::reload_tls()
{
    std::vector<std::shared_ptr<const TlsContext>> fresh;
    for (const auto& listener : listeners_) {
        fresh.emplace_back();
        if (!listener->tls) continue;
        auto loaded = listener->tls->load();
        if (!loaded) {
            house_.report("certificate.refused", loaded.error().text());
            return loaded.error();
        }
        fresh.back() = *loaded;
    }
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        if (!fresh[i]) continue;
        house_.report("certificate.loaded",
                      fmt::format("{} good until {}", listeners_[i]->endpoint.tls->certificate,
                                  fresh[i]->expires()));
        listeners_[i]->tls->replace(std::move(fresh[i]));
    }
    return std::nullopt;
}

// Runs `task` on each I/O thread and waits for the end of it.
void Server::Running::on_every_thread(const std::function<void(IoThread&)>& task)
{
    for (auto& thread : threads_) {
        if (!thread->thread.joinable()) continue;
        // Shared: the waiting side may be gone before set_value() has returned.
        const auto done = std::make_shared<std::promise<void>>();
        asio::post(thread->io.context, [&task, done, &io = thread->io] {
            task(io);
            done->set_value();
        });
        done->get_future().wait();
    }
}

// The connections come second: by then no new one can be on its way to its thread.
void Server::Running::close_doors()
{
    house_.stopping = true;
    house_.parking.close();
    on_every_thread([this](IoThread& io) {
        if (&io != &threads_.front()->io) return;
        error_code ignored;
        for (auto& listener : listeners_) {
            listener->acceptor.close(ignored);
            listener->pause.cancel();
        }
        for (auto& chore : chores_)
            chore->timer.cancel();
    });
    on_every_thread([](IoThread& io) {
        for (const auto& connection : io.connections)
            connection->stop_if_idle();
    });
}

bool Server::Running::stop()
{
    const std::lock_guard one(stop_mutex_);
    if (stopped_) return clean_;
    stopped_ = true;
    close_doors();
    clean_ = house_.census.wait_empty(steady_clock::now() + house_.limits.soft_stop);
    if (!clean_) {
        house_.report("server.cut", fmt::format("{} connections", house_.census.present()));
        on_every_thread([](IoThread& io) {
            for (const auto& connection : io.connections)
                connection->stop();
        });
    }
    house_.workers.stop();
    on_every_thread([this](IoThread& io) {
        error_code ignored;
        if (!signals_ || &io != &threads_.front()->io) return;
        signals_->clear(ignored);
        signals_->cancel(ignored);
    });
    for (auto& thread : threads_)
        thread->work.reset();
    for (auto& thread : threads_) {
        if (thread->thread.joinable()) thread->thread.join();
    }
    {
        const std::lock_guard lock(mutex_);
        asked_to_stop_ = true;
    }
    changed_.notify_all();
    house_.report("server.stopped", clean_ ? "softly" : "hard");
    return clean_;
}

void Server::Running::await_signal()
{
    signals_->async_wait([this](const error_code& error, int number) {
        if (error) return;
        if (number == SIGHUP) {
            house_.workers.run([this] { reload_tls(); });
            await_signal();
            return;
        }
        bool second = false;
        {
            const std::lock_guard lock(mutex_);
            second = std::exchange(asked_to_stop_, true);
        }
        house_.report("signal.received", number == SIGINT ? "SIGINT" : "SIGTERM");
        changed_.notify_all();
        if (!second) {
            await_signal();
            return;
        }
        house_.census.hurry();
        error_code ignored;
        signals_->clear(ignored);  // the third one ends the process at once
    });
}

bool Server::Running::run_until_signal()
{
    {
        const std::lock_guard one(stop_mutex_);
        if (stopped_) return clean_;
        signals_ = std::make_unique<asio::signal_set>(threads_.front()->io.context, SIGTERM, SIGINT,
                                                      SIGHUP);
        asio::post(threads_.front()->io.context, [this] { await_signal(); });
    }
    house_.report("server.ready", "");
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return asked_to_stop_; });
    }
    return stop();
}

Server::Server(std::vector<Endpoint> endpoints, const Limits& limits, Threads threads,
               std::function<Answer()> make_answer, Report report)
    : running_(std::make_unique<Running>(std::move(endpoints), limits, threads,
                                         std::move(make_answer), std::move(report)))
{
}

Server::~Server() = default;

void Server::start()
{
    try {
        running_->start();
    } catch (...) {
        running_->stop();
        throw;
    }
}

std::vector<unsigned short> Server::ports() const
{
    return running_->ports();
}

void Server::every(std::chrono::milliseconds interval, std::function<void()> chore)
{
    running_->every(interval, std::move(chore));
}

std::vector<std::string> Server::parked() const
{
    return running_->parking().topics();
}

void Server::wake(const std::string& topic)
{
    running_->parking().wake(topic);
}

std::optional<qbxml::Error> Server::reload_tls()
{
    return running_->reload_tls();
}

bool Server::stop()
{
    return running_->stop();
}

bool Server::run_until_signal()
{
    return running_->run_until_signal();
}

}  // namespace server::net
