#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <thread>
#include <vector>

#include "server/net/server.h"
#include "tests/net/peers.h"

using namespace server;
using namespace testing;
using std::chrono::milliseconds;

namespace {

constexpr const char* get_a = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

net::Answer held_by(Gate& gate)
{
    return [&gate](web::Request request) {
        gate.arrive();
        gate.pass();
        return echo(std::move(request));
    };
}

}  // namespace

TEST_CASE("a soft stop closes idle connections and lets a running call be answered")
{
    Gate gate;
    net::Limits limits;
    limits.soft_stop = patience;
    LocalServer local(held_by(gate), limits);
    Peer idle(local.port());
    Peer calling(local.port());
    calling.send(get_a);
    REQUIRE(gate.wait_for_arrivals(1));

    std::atomic<bool> clean{false};
    std::thread stopper([&] { clean = local.server.stop(); });
    CHECK(idle.receive_to_end().empty());  // the stop has begun
    gate.open();
    const auto got = calling.receive();
    CHECK(got.status == 200);
    CHECK(got.has("Connection: close\r\n"));
    calling.hang_up();
    stopper.join();
    CHECK(clean);
    CHECK_THROWS(Peer(local.port()));
    CHECK(local.server.stop());  // again: nothing more happens
}

TEST_CASE("a hard stop follows when a call does not end in time")
{
    Gate gate;
    net::Limits limits;
    limits.soft_stop = milliseconds{20};
    LocalServer local(held_by(gate), limits, {.io = 1, .workers = 1});
    Peer calling(local.port());
    calling.send(get_a);
    REQUIRE(gate.wait_for_arrivals(1));
    Peer waiting(local.port());
    waiting.send(get_a);

    std::atomic<bool> clean{true};
    std::thread stopper([&] { clean = local.server.stop(); });
    CHECK(calling.receive().cut);
    CHECK(waiting.receive().cut);
    gate.open();
    stopper.join();
    CHECK_FALSE(clean);
    CHECK(local.reports.count("server.cut") == 1);
}

TEST_CASE("a request half sent when the stop comes may be sent to its end")
{
    net::Limits limits;
    limits.soft_stop = patience;
    LocalServer local(echo, limits);
    Peer slow(local.port());
    Peer idle(local.port());
    slow.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    REQUIRE(slow.receive().status == 100);
    REQUIRE(idle.exchange(get_a).status == 200);
    std::atomic<bool> clean{false};
    std::thread stopper([&] { clean = local.server.stop(); });
    CHECK(idle.receive_to_end().empty());
    CHECK(slow.exchange("hi").body == "POST /\nhi");
    slow.hang_up();
    stopper.join();
    CHECK(clean);
}

TEST_CASE("a soft stop in the middle of traffic leaves no call without its answer")
{
    std::atomic<int> run{0};
    Gate gate;
    net::Limits limits;
    limits.soft_stop = patience;
    LocalServer local(
        [&](web::Request request) {
            ++run;
            gate.arrive();
            return echo(std::move(request));
        },
        limits, {.io = 2, .workers = 3});
    std::atomic<int> answered{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&] {
            Peer peer(local.port());
            while (peer.exchange(get_a).status == 200)
                ++answered;
        });
    }
    REQUIRE(gate.wait_for_arrivals(200));
    CHECK(local.server.stop());
    for (auto& thread : threads)
        thread.join();
    CHECK(answered == run);
}

TEST_CASE("a server that was never started stops")
{
    net::Server server(
        {{}}, {}, {}, [] { return net::Answer{echo}; }, [](auto, auto) {});
    CHECK(server.stop());
}

TEST_CASE("SIGTERM stops softly")
{
    LocalServer local(echo);
    bool clean = false;
    std::thread runner([&] { clean = local.server.run_until_signal(); });
    REQUIRE(local.reports.wait_for("server.ready"));
    CHECK(Peer(local.port()).exchange(get_a).status == 200);
    std::raise(SIGTERM);
    runner.join();
    CHECK(clean);
    CHECK(local.reports.detail_of("signal.received") == "SIGTERM");
}

TEST_CASE("the second signal makes it a hard stop")
{
    Gate gate;
    net::Limits limits;
    limits.soft_stop = patience * 10;
    LocalServer local(held_by(gate), limits);
    bool clean = true;
    std::thread runner([&] { clean = local.server.run_until_signal(); });
    REQUIRE(local.reports.wait_for("server.ready"));
    Peer idle(local.port());
    Peer calling(local.port());
    calling.send(get_a);
    REQUIRE(gate.wait_for_arrivals(1));
    std::raise(SIGINT);
    CHECK(idle.receive_to_end().empty());
    std::raise(SIGTERM);
    CHECK(calling.receive().cut);
    gate.open();
    runner.join();
    CHECK_FALSE(clean);
}

TEST_CASE("another thread may stop a server that waits for signals")
{
    LocalServer local(echo);
    std::thread runner([&] { local.server.run_until_signal(); });
    REQUIRE(local.reports.wait_for("server.ready"));
    CHECK(local.server.stop());
    runner.join();
    CHECK(local.server.run_until_signal());  // stopped already: returns at once
}
