// Blocking peers of a server under test, over loopback: they send what they are told, well-formed
// or not, and wait for what comes. Nothing here waits longer than `patience`.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "server/net/server.h"

struct ssl_st;
struct ssl_ctx_st;

namespace testing {

inline constexpr std::chrono::seconds patience{60};

struct Got {
    int status = 0;
    std::string head{};
    std::string body{};
    bool cut = false;  // the connection ended before all had come

    bool has(std::string_view line) const { return head.find(line) != std::string::npos; }
};

// A plain connection.
class Peer {
public:
    explicit Peer(unsigned short port);
    virtual ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    bool send(std::string_view bytes);   // false: the server has hung up
    Got receive(bool with_body = true);  // one answer, with_body false for one to HEAD
    Got exchange(std::string_view request);
    std::string receive_to_end();
    void hang_up();      // orderly
    void reset();        // with RST
    void say_no_more();  // closes the sending half

protected:
    virtual long read_some(char* to, std::size_t bytes_max);
    virtual long write_some(std::string_view bytes);
    int descriptor_ = -1;

private:
    std::string pending_;
};

// The same over TLS; the server's certificate is looked at, not checked.
class TlsPeer : public Peer {
public:
    explicit TlsPeer(unsigned short port, int version_max = 0);
    ~TlsPeer() override;

    bool shaken() const { return shaken_; }
    std::string server_name() const;  // the common name of its certificate
    std::string version() const;

protected:
    long read_some(char* to, std::size_t bytes_max) override;
    long write_some(std::string_view bytes) override;

private:
    ssl_ctx_st* context_ = nullptr;
    ssl_st* ssl_ = nullptr;
    bool shaken_ = false;
};

// What the server reported.
class Reports {
public:
    server::net::Report taker();
    bool wait_for(std::string_view event) const;  // false: it never came
    int count(std::string_view event) const;
    std::string detail_of(std::string_view event) const;

private:
    struct Held {
        mutable std::mutex mutex;
        mutable std::condition_variable changed;
        std::vector<std::pair<std::string, std::string>> events;
    };
    std::shared_ptr<Held> held_ = std::make_shared<Held>();
};

// Opened once, passed by all.
class Gate {
public:
    void open();
    bool pass();    // false: nobody opened it
    void arrive();  // counts those who stand before it
    bool wait_for_arrivals(int count);

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    int arrived_ = 0;
};

// A folder of its own, gone afterwards.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string file(std::string_view name) const { return path_ + "/" + std::string{name}; }

private:
    std::string path_;
};

void write_file(const std::string& path, std::string_view text);
// A fresh self-signed P-256 certificate for `name` (and 127.0.0.1) and its key.
void make_certificate(const server::net::TlsFiles& files, const std::string& name);
std::string public_key_pin(const std::string& certificate_file);  // as curl takes it

// A server on loopback whose answers are made by one function, shared by all workers.
struct LocalServer {
    explicit LocalServer(server::net::Answer answer, const server::net::Limits& limits = {},
                         server::net::Threads threads = {},
                         std::optional<server::net::TlsFiles> tls = {});

    unsigned short port() const { return server.ports().front(); }

    Reports reports{};
    server::net::Server server;
};

// Answers with method, target and body, so that a test sees what arrived.
server::web::Response echo(server::web::Request request);

}  // namespace testing
