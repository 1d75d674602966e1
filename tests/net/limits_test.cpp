#include "server/net/limits.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "server/net/house.h"
#include "tests/net/peers.h"

using namespace server;
using namespace testing;
using std::chrono::milliseconds;

namespace {

constexpr const char* get_a = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

TEST_CASE("a declared body over the limit is refused before a byte of it comes")
{
    net::Limits limits;
    limits.body_bytes_max = 1000;
    LocalServer local(echo, limits);
    Peer peer(local.port());
    const auto expect = GENERATE(std::string{""}, std::string{"Expect: 100-continue\r\n"});
    const auto got =
        peer.exchange("POST / HTTP/1.1\r\nHost: x\r\n" + expect + "Content-Length: 1001\r\n\r\n");
    CHECK(got.status == 413);
    CHECK(got.has("Connection: close\r\n"));
    CHECK_THAT(got.body, Catch::Contains("1000 bytes"));
    peer.hang_up();
    Peer other(local.port());
    CHECK(other
              .exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" +
                        std::string(1000, 'x'))
              .status == 200);
}

TEST_CASE("a peer that sends its whole refused body still reads why")
{
    net::Limits limits;
    limits.body_bytes_max = 1000;
    limits.linger = patience;
    LocalServer local(echo, limits);
    Peer peer(local.port());
    peer.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n");
    CHECK(peer.send(std::string(8'000'000, 'x')));
    CHECK(peer.receive().status == 413);
}

TEST_CASE("a chunked body is counted")
{
    net::Limits limits;
    limits.body_bytes_max = 1000;
    LocalServer local(echo, limits);
    Peer peer(local.port());
    peer.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 11; ++i)
        peer.send("64\r\n" + std::string(100, 'x') + "\r\n");
    CHECK(peer.receive().status == 413);
}

TEST_CASE("a head over the limit is refused")
{
    LocalServer local(echo);
    Peer peer(local.port());
    CHECK(peer.exchange("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(33'000, 'x') + "\r\n\r\n")
              .status == 431);
}

TEST_CASE("what is refused at the head is told with its status, and the connection closed")
{
    struct Row {
        const char* request;
        int status;
    };
    const auto row = GENERATE(values<Row>({
        {"nonsense\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
        {"POST / HTTP/1.1\r\nHost: x\r\nExpect: the-best\r\n\r\n", 417},
    }));
    LocalServer local(echo);
    Peer peer(local.port());
    const auto got = peer.exchange(row.request);
    CHECK(got.status == row.status);
    CHECK(got.has("Connection: close\r\n"));
    CHECK(peer.receive_to_end().empty());
}

TEST_CASE("a slow head is cut off with a word about it")
{
    net::Limits limits;
    limits.head = milliseconds{500};
    LocalServer local(echo, limits);
    Peer peer(local.port());
    CHECK(peer.exchange("GET / HTTP/1.1\r\nHo").status == 408);
    CHECK(peer.receive_to_end().empty());
}

TEST_CASE("a head that comes in drops does not put off its end")
{
    net::Limits limits;
    limits.head = milliseconds{500};
    limits.linger = milliseconds{50};
    LocalServer local(echo, limits);
    Peer peer(local.port());
    std::thread dropper([&] {
        while (peer.send("a")) {
        }
    });
    // The head has its size limit too; whichever comes first ends it.
    const auto status = peer.receive().status;
    CHECK((status == 408 || status == 431));
    local.server.stop();
    dropper.join();
}

TEST_CASE("a peer that connects and says nothing is closed without a word")
{
    net::Limits limits;
    limits.head = milliseconds{50};
    LocalServer local(echo, limits);
    CHECK(Peer(local.port()).receive_to_end().empty());
}

TEST_CASE("an idle connection is closed without a word")
{
    net::Limits limits;
    limits.idle = milliseconds{50};
    LocalServer local(echo, limits);
    Peer peer(local.port());
    CHECK(peer.exchange(get_a).status == 200);
    CHECK(peer.receive_to_end().empty());
}

TEST_CASE("a body that stalls is cut off")
{
    net::Limits limits;
    limits.body_stall = milliseconds{50};
    LocalServer local(echo, limits);
    Peer peer(local.port());
    CHECK(peer.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc").status ==
          408);
}

TEST_CASE("a body that comes too slowly is cut off although it never stalls")
{
    net::Limits limits;
    limits.body_stall = milliseconds{200};
    limits.linger = milliseconds{50};
    limits.bytes_per_second_min = 1'000'000'000;  // no drop below can keep this up
    LocalServer local(echo, limits);
    Peer peer(local.port());
    peer.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000000\r\n\r\n");
    std::thread dropper([&] {
        while (peer.send("a")) {
        }
    });
    CHECK(peer.receive().status == 408);
    local.server.stop();
    dropper.join();
}

TEST_CASE("a peer that does not read its answer is cut off")
{
    net::Limits limits;
    limits.write = milliseconds{50};
    LocalServer local(
        [](web::Request) { return web::Response{.body = std::string(50'000'000, 'x')}; }, limits);
    Peer peer(local.port());
    peer.send(get_a);
    peer.say_no_more();
    // The server closes without waiting for us; only then do we read.
    CHECK(local.server.stop());
    CHECK(peer.receive().cut);
}

TEST_CASE("when the queue is full, a call is turned away and may come again")
{
    Gate gate;
    net::Limits limits;
    limits.waiting_max = 1;
    LocalServer local(
        [&](web::Request request) {
            gate.arrive();
            gate.pass();
            return echo(std::move(request));
        },
        limits, {.io = 1, .workers = 1});
    Peer running(local.port());
    running.send(get_a);
    REQUIRE(gate.wait_for_arrivals(1));

    // One of the three finds the one place to wait, the others are turned away at once.
    Gate turned_away;
    std::atomic<int> sum{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
            Peer peer(local.port());
            const auto got = peer.exchange(get_a);
            sum += got.status;
            if (got.status == 200) return;
            const bool may_come_again = got.has("retry-after: 1\r\n") && !got.has("Connection:");
            if (may_come_again) turned_away.arrive();
            turned_away.pass();
            int status = 503;
            for (int n = 0; n < 10'000 && status == 503; ++n)
                status = peer.exchange(get_a).status;
            sum += status;
        });
    }
    CHECK(turned_away.wait_for_arrivals(2));
    Peer cautious(local.port());
    CHECK(cautious
              .exchange("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                        "Content-Length: 2\r\n\r\n")
              .status == 503);
    gate.open();
    CHECK(running.receive().status == 200);
    turned_away.open();
    for (auto& thread : threads)
        thread.join();
    CHECK(sum == 3 * 200 + 2 * 503);
}

TEST_CASE("when all bodies together take too much, the next one is turned away")
{
    Gate gate;
    net::Limits limits;
    limits.bodies_bytes_max = 1000;
    LocalServer local(
        [&](web::Request request) {
            gate.arrive();
            gate.pass();
            return echo(std::move(request));
        },
        limits);
    const auto declared =
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 800\r\n\r\n" + std::string(800, 'x');
    Peer first(local.port());
    first.send(declared);
    REQUIRE(gate.wait_for_arrivals(1));
    CHECK(Peer(local.port()).exchange(declared).status == 503);
    CHECK(Peer(local.port())
              .exchange("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n12c\r\n" +
                        std::string(300, 'x') + "\r\n0\r\n\r\n")
              .status == 503);
    gate.open();
    CHECK(first.receive().status == 200);
    CHECK(first.exchange(declared).status == 200);
}

TEST_CASE("connections beyond the limit are closed at once, and admitted when there is room")
{
    net::Limits limits;
    const bool by_address = GENERATE(false, true);
    (by_address ? limits.connections_per_address_max : limits.connections_max) = 2;
    LocalServer local(echo, limits);
    auto first = std::make_unique<Peer>(local.port());
    Peer second(local.port());
    REQUIRE(first->exchange(get_a).status == 200);
    REQUIRE(second.exchange(get_a).status == 200);
    CHECK(Peer(local.port()).receive_to_end().empty());
    CHECK_THAT(local.reports.detail_of("connection.refused"),
               Catch::Contains(by_address ? "from this address" : "too many connections"));
    first.reset();
    int status = 0;
    for (int i = 0; i < 10'000 && status != 200; ++i) {
        status = Peer(local.port()).exchange(get_a).status;
    }
    CHECK(status == 200);
}

TEST_CASE("the budget gives out no more than it has")
{
    net::BodyBudget budget(100);
    net::BodyCharge first(budget);
    net::BodyCharge second(budget);
    CHECK(first.raise_to(60));
    CHECK_FALSE(second.raise_to(41));
    CHECK(second.raise_to(40));
    CHECK(first.raise_to(50));  // never lowers
    CHECK_FALSE(first.raise_to(61));
    first.replace_by(500);  // an answer exists already
    CHECK_FALSE(second.raise_to(41));
    first.clear();
    CHECK(second.raise_to(100));
}

TEST_CASE("noise is told once a second, with the number left out")
{
    net::Sparingly noise;
    long left_out = -1;
    CHECK(noise.may_tell(left_out));
    CHECK(left_out == 0);
    CHECK_FALSE(noise.may_tell(left_out));
}
