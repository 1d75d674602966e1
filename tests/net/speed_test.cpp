// Not run by default: `test_net [speed]` prints how many trivial calls a second are answered.
#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>
#include <thread>

#include "tests/net/peers.h"

using namespace server;
using namespace testing;

namespace {

template <class PeerKind>
void measure(const char* name, const LocalServer& local, int connections, int calls)
{
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    std::atomic<int> good{0};
    for (int i = 0; i < connections; ++i) {
        threads.emplace_back([&] {
            PeerKind peer(local.port());
            for (int n = 0; n < calls; ++n) {
                const auto got = peer.exchange(
                    "POST /qbwc HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
                if (got.status == 200) ++good;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    CHECK(good == connections * calls);
    std::cout << name << ", connections " << connections << ": "
              << static_cast<long>(good / took.count()) << " calls/s\n";
}

}  // namespace

TEST_CASE("calls a second", "[.speed]")
{
    Folder folder;
    const net::TlsFiles files{folder.file("chain.pem"), folder.file("key.pem")};
    make_certificate(files, "server.example");
    LocalServer plain(echo);
    LocalServer tls(echo, {}, {}, files);
    measure<Peer>("plain", plain, 1, 20'000);
    measure<Peer>("plain", plain, 32, 2'000);
    measure<TlsPeer>("TLS", tls, 1, 10'000);
    measure<TlsPeer>("TLS", tls, 32, 1'000);
}

TEST_CASE("bytes a second", "[.speed]")
{
    LocalServer local([](web::Request request) {
        return web::Response{.body = std::to_string(request.body.size())};
    });
    Peer peer(local.port());
    const auto request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000000\r\n\r\n" +
                         std::string(60'000'000, 'x');
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 10; ++i)
        CHECK(peer.exchange(request).body == "60000000");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::cout << "bodies of 60 MB: " << static_cast<long>(600 / took.count()) << " MB/s\n";
}
