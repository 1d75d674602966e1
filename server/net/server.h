// An HTTP and HTTPS server: sockets on a few I/O threads, answers on worker threads.
//
// It knows requests and responses as plain values and a function from one to the other, nothing of
// what they mean. One connection has one request in work at a time; what a peer sends ahead waits.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "qbxml/result.h"
#include "server/net/limits.h"
#include "server/net/tls.h"
#include "server/net/workers.h"

namespace server::net {

struct Endpoint {
    std::string address = "127.0.0.1";  // IPv4 or IPv6, no host name
    unsigned short port = 0;            // 0: any free one, see Server::ports
    std::optional<TlsFiles> tls;        // without: plain HTTP
};

struct Threads {
    int io = 1;
    int workers = 4;
};

// Made, started and stopped by one thread; stop() may also come from another, but not from a
// worker.
class Server {
public:
    // `make_answer` is called once on each worker thread; what it returns lives and dies there.
    Server(std::vector<Endpoint> endpoints, const Limits& limits, Threads threads,
           std::function<Answer()> make_answer, Report report);
    ~Server();  // stops
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Listens when it returns. Throws std::system_error naming address and port, a
    // std::runtime_error naming the bad certificate or key file, or what `make_answer` threw; the
    // server is stopped then. Ignores SIGPIPE for the whole process. Once only.
    void start();

    std::vector<unsigned short> ports() const;  // after start, in the order of the endpoints

    // Runs `chore` on a worker `interval` after the start, and again `interval` after each end of
    // it: never two at once. Before start only.
    void every(std::chrono::milliseconds interval, std::function<void()> chore);

    // Topics of the calls that are parked (web::Park), and sends the one of a topic on its way. Any
    // thread.
    std::vector<std::string> parked() const;
    void wake(const std::string& topic);

    // New connections get the certificates now in the files. When one of them is bad all stay as
    // they were and the error says why.
    std::optional<qbxml::Error> reload_tls();

    // Softly: nobody new comes in, idle connections close, running calls end and are answered
    // within Limits::soft_stop; then hard: connections are cut, waiting calls dropped. A call that
    // never ends keeps stop() waiting. True: nothing had to be cut. Idempotent.
    bool stop();

    // Serves until SIGTERM or SIGINT, then stops softly; the second one makes it a hard stop.
    // SIGHUP reloads the certificates. Returns what stop() returned. Reports "server.ready" when
    // the signals are listened to. Returns as well when another thread stops the server.
    bool run_until_signal();

private:
    class Running;
    std::unique_ptr<Running> running_;
};

}  // namespace server::net
