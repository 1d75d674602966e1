#include "server/net/server.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <thread>

#include "tests/net/peers.h"

using namespace server;
using namespace testing;

namespace {

constexpr const char* get_a = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

TEST_CASE("one connection serves request after request")
{
    LocalServer local(echo);
    Peer peer(local.port());
    for (int i = 0; i < 3; ++i) {
        const auto got =
            peer.exchange("POST /qbwc HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
        CHECK(got.status == 200);
        CHECK(got.body == "POST /qbwc\nhello");
        CHECK(got.has("Content-Type: text/plain; charset=utf-8\r\n"));
        CHECK_FALSE(got.has("Connection:"));
    }
}

TEST_CASE("requests sent ahead are answered in their order, one at a time")
{
    std::atomic<int> at_work{0};
    std::atomic<int> most{0};
    LocalServer local([&](web::Request request) {
        most = std::max(most.load(), ++at_work);
        auto response = echo(std::move(request));
        --at_work;
        return response;
    });
    std::string all;
    for (int i = 0; i < 50; ++i) {
        all += "POST /" + std::to_string(i) +
               " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    }
    Peer peer(local.port());
    peer.send(all);
    for (int i = 0; i < 50; ++i) {
        CHECK(peer.receive().body == "POST /" + std::to_string(i) + "\nabc");
    }
    CHECK(most == 1);
}

TEST_CASE("a worker learns who called and how")
{
    LocalServer local([](web::Request request) {
        return web::Response{.body = request.address + (request.secure ? " tls" : " plain")};
    });
    CHECK(Peer(local.port()).exchange(get_a).body == "127.0.0.1 plain");
}

TEST_CASE("a chunked body arrives whole, with what follows it left for the next request")
{
    LocalServer local(echo);
    Peer peer(local.port());
    peer.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwi");
    peer.send("ki\r\n5;x=\"y\"\r\npedia\r\n0\r\nT: v\r");
    peer.send(std::string{"\n\r\n"} + get_a);
    CHECK(peer.receive().body == "POST /\nwikipedia");
    CHECK(peer.receive().body == "GET /a\n");
}

TEST_CASE("a large body and a large answer pass unchanged")
{
    LocalServer local(
        [](web::Request request) { return web::Response{.body = std::move(request.body)}; });
    std::string body(5'000'000, '\0');
    for (std::size_t i = 0; i < body.size(); ++i)
        body[i] = static_cast<char>(i * 7 + i / 251);
    Peer peer(local.port());
    std::thread sender([&] {
        peer.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                  "\r\n\r\n" + body);
    });
    const auto got = peer.receive();
    sender.join();
    CHECK_FALSE(got.cut);
    CHECK((got.body == body));
}

TEST_CASE("a peer that asks for 100-continue is told to go on")
{
    LocalServer local(echo);
    Peer peer(local.port());
    peer.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
    CHECK(peer.receive().head == "HTTP/1.1 100 Continue\r\n\r\n");
    CHECK(peer.exchange("hi").body == "POST /\nhi");
}

TEST_CASE("a peer that asked but did not wait is not told any more")
{
    LocalServer local(echo);
    Peer peer(local.port());
    CHECK(peer.exchange("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                        "Content-Length: 2\r\n\r\nhi")
              .status == 200);
}

TEST_CASE("HTTP/1.0 closes unless the peer asks otherwise")
{
    LocalServer local(echo);
    Peer once(local.port());
    once.send("GET /a HTTP/1.0\r\n\r\n");
    const auto all = once.receive_to_end();
    CHECK_THAT(all, Catch::EndsWith("\r\n\r\nGET /a\n"));
    CHECK_THAT(all, Catch::Contains("Connection: close\r\n"));

    Peer stays(local.port());
    for (int i = 0; i < 2; ++i) {
        const auto got = stays.exchange("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        CHECK(got.body == "GET /a\n");
        CHECK(got.has("Connection: keep-alive\r\n"));
    }
}

TEST_CASE("Connection: close is honoured from both sides")
{
    LocalServer local([](web::Request request) {
        web::Response response = echo(std::move(request));
        if (response.body.starts_with("GET /last")) response.headers = {{"connection", "close"}};
        return response;
    });
    Peer peer(local.port());
    peer.send(std::string{"GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"} + get_a);
    CHECK_THAT(peer.receive_to_end(), Catch::EndsWith("GET /x\n"));

    Peer other(local.port());
    other.send(std::string{"GET /last HTTP/1.1\r\nHost: x\r\n\r\n"} + get_a);
    CHECK_THAT(other.receive_to_end(), Catch::EndsWith("GET /last\n"));
}

TEST_CASE("HEAD is answered with the length of the body it does not get")
{
    LocalServer local(echo);
    Peer peer(local.port());
    const auto got = peer.exchange("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(got.status == 200);
    CHECK(got.has("Content-Length: 8\r\n"));
    CHECK(peer.exchange(get_a).body == "GET /a\n");
}

TEST_CASE("204 has neither body nor length")
{
    LocalServer local([](web::Request) { return web::Response{.status = 204, .body = "none"}; });
    Peer peer(local.port());
    const auto got = peer.exchange(get_a);
    CHECK(got.status == 204);
    CHECK_FALSE(got.has("Content-Length"));
    CHECK(peer.exchange(get_a).status == 204);
}

TEST_CASE("an answer that throws is a 500, and the server lives on")
{
    LocalServer local([](web::Request request) -> web::Response {
        if (request.target == "/bad") throw std::runtime_error("the table is gone");
        if (request.target == "/torn") return {.headers = {{"a", "b\r\nc: d"}}};
        return echo(std::move(request));
    });
    Peer peer(local.port());
    const auto got = peer.exchange("GET /bad HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(got.status == 500);
    CHECK_THAT(got.body, !Catch::Contains("table"));
    CHECK(local.reports.detail_of("call.failed") == "the table is gone");
    CHECK(peer.exchange("GET /torn HTTP/1.1\r\nHost: x\r\n\r\n").status == 500);
    CHECK(peer.exchange(get_a).status == 200);
}

TEST_CASE("a peer that hangs up at any point costs nobody else anything")
{
    LocalServer local([](web::Request request) {
        if (request.target == "/long") return web::Response{.body = std::string(20'000'000, 'x')};
        return echo(std::move(request));
    });
    Peer(local.port()).send("GET /a HT");
    Peer(local.port()).send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc");
    {
        Peer middle(local.port());
        middle.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc");
        middle.reset();
    }
    {
        Peer reader(local.port());
        reader.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
        reader.reset();
    }
    CHECK(Peer(local.port()).exchange(get_a).status == 200);
    CHECK(local.server.stop());
}

TEST_CASE("a peer that leaves while its call runs is not missed")
{
    Gate gate;
    LocalServer local(
        [&](web::Request request) {
            gate.arrive();
            gate.pass();
            return echo(std::move(request));
        },
        {}, {.io = 1, .workers = 1});
    Peer leaver(local.port());
    leaver.send(get_a);
    REQUIRE(gate.wait_for_arrivals(1));
    leaver.reset();
    gate.open();
    CHECK(Peer(local.port()).exchange(get_a).status == 200);
}

TEST_CASE("a peer that closed its sending half still gets its answer")
{
    LocalServer local(echo);
    Peer peer(local.port());
    peer.send(get_a);
    peer.say_no_more();
    CHECK_THAT(peer.receive_to_end(), Catch::EndsWith("GET /a\n"));
}

TEST_CASE("two hundred peers at once are all served")
{
    net::Limits limits;
    limits.connections_per_address_max = 0;
    limits.waiting_max = 256;
    LocalServer local(echo, limits, {.io = 2, .workers = 4});
    std::vector<std::unique_ptr<Peer>> peers;
    for (int i = 0; i < 200; ++i)
        peers.push_back(std::make_unique<Peer>(local.port()));
    int good = 0;
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 200; ++i) {
            peers[static_cast<std::size_t>(i)]->send(
                "POST /" + std::to_string(i) +
                " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        }
        for (int i = 0; i < 200; ++i) {
            const auto got = peers[static_cast<std::size_t>(i)]->receive();
            if (got.body == "POST /" + std::to_string(i) + "\nabc") ++good;
        }
    }
    CHECK(good == 1000);
}

TEST_CASE("a taken port is named when the server cannot start")
{
    LocalServer first(echo);
    const auto port = first.port();
    net::Server second(
        {{.port = port}}, {}, {}, [] { return net::Answer{echo}; }, [](auto, auto) {});
    CHECK_THROWS_AS(second.start(), std::system_error);

    net::Server third(
        {{.port = port}}, {}, {}, [] { return net::Answer{echo}; }, [](auto, auto) {});
    CHECK_THROWS_WITH(third.start(), Catch::Contains("127.0.0.1 port " + std::to_string(port)) &&
                                         Catch::Contains("in use"));
}

TEST_CASE("an address that is none is named when the server cannot start")
{
    net::Server server(
        {{.address = "localhost"}}, {}, {}, [] { return net::Answer{echo}; }, [](auto, auto) {});
    CHECK_THROWS_WITH(server.start(), Catch::Contains("localhost"));
}

TEST_CASE("a worker that cannot be made keeps the server from starting")
{
    net::Server server(
        {{}}, {}, {.io = 1, .workers = 3},
        []() -> net::Answer { throw std::runtime_error("no database"); }, [](auto, auto) {});
    CHECK_THROWS_WITH(server.start(), "no database");
}

TEST_CASE("several endpoints are served by one server")
{
    net::Server server(
        {{}, {.address = "127.0.0.1"}}, {}, {}, [] { return net::Answer{echo}; },
        [](auto, auto) {});
    server.start();
    const auto ports = server.ports();
    REQUIRE(ports.size() == 2);
    for (const auto port : ports)
        CHECK(Peer(port).exchange(get_a).status == 200);
}

TEST_CASE("a chore runs again and again on a worker, never twice at once")
{
    std::atomic<int> at_work{0};
    std::atomic<int> most{0};
    Gate gate;
    net::Server server(
        {{}}, {}, {.io = 1, .workers = 4}, [] { return net::Answer{echo}; }, Reports().taker());
    server.every(std::chrono::milliseconds{1}, [&] {
        most = std::max(most.load(), ++at_work);
        gate.arrive();
        --at_work;
        throw std::runtime_error("a failing chore comes again too");
    });
    server.start();
    CHECK(gate.wait_for_arrivals(5));
    server.stop();
    CHECK(most == 1);
}
