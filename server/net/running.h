// The inside of a Server: its listeners, threads and chores.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/net/connection.h"
#include "server/net/server.h"

namespace server::net {

// See the functions of the same names in Server.
class Server::Running {
public:
    Running(std::vector<Endpoint> endpoints, const Limits& limits, Threads threads,
            std::function<Answer()> make_answer, Report report);
    ~Running() { stop(); }

    void start();
    std::vector<unsigned short> ports() const;
    void every(std::chrono::milliseconds interval, std::function<void()> chore);
    Parking& parking() { return house_.parking; }
    std::optional<qbxml::Error> reload_tls();
    bool stop();
    bool run_until_signal();

private:
    using Acceptor = boost::asio::ip::tcp::acceptor;
    using Socket = boost::asio::ip::tcp::socket;

    struct Listener {
        Endpoint endpoint;
        std::unique_ptr<TlsKeeper> tls;  // null: plain
        Acceptor acceptor;
        boost::asio::steady_timer pause;  // when the system is out of sockets
        unsigned short port = 0;
    };
    struct Chore {
        std::chrono::milliseconds interval;
        std::function<void()> run;
        boost::asio::steady_timer timer;
    };
    struct Thread {
        IoThread io;
        boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
            io.context.get_executor()};
        std::thread thread;
    };

    void listen(Listener& listener);
    boost::asio::awaitable<void> accept(Listener& listener);
    void admit(Socket socket, IoThread& home, const Listener& listener);
    void arm(Chore& chore);
    void await_signal();
    void close_doors();
    void on_every_thread(const std::function<void(IoThread&)>& task);

    House house_;
    std::vector<std::unique_ptr<Thread>> threads_;  // the first one also accepts
    std::vector<std::unique_ptr<Listener>> listeners_;
    std::vector<std::unique_ptr<Chore>> chores_;
    std::size_t next_home_ = 0;

    std::mutex stop_mutex_;  // held by the one who stops
    bool stopped_ = false;
    bool clean_ = true;
    std::unique_ptr<boost::asio::signal_set> signals_;  // lives on the first thread once set

    std::mutex mutex_;
    std::condition_variable changed_;
    bool asked_to_stop_ = false;
};

}  // namespace server::net
