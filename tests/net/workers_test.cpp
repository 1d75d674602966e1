#include "server/net/workers.h"

#include <catch2/catch.hpp>
#include <memory>
#include <thread>

#include "tests/net/peers.h"

using namespace server;
using namespace testing;

TEST_CASE("each worker makes, uses and destroys its answer on its own thread")
{
    struct Resident {
        std::thread::id home = std::this_thread::get_id();
        std::shared_ptr<std::atomic<int>> strangers;
        explicit Resident(std::shared_ptr<std::atomic<int>> count) : strangers(std::move(count)) {}
        ~Resident() { check(); }
        void check() const
        {
            if (std::this_thread::get_id() != home) ++*strangers;
        }
    };
    const auto strangers = std::make_shared<std::atomic<int>>(0);
    std::atomic<int> made{0};
    Gate gate;
    {
        net::Workers workers(
            3, 100,
            [&] {
                ++made;
                return [resident = std::make_shared<Resident>(strangers)](web::Request request) {
                    resident->check();
                    return echo(std::move(request));
                };
            },
            [](auto, auto) {});
        workers.start();
        CHECK(made == 3);
        for (int i = 0; i < 50; ++i) {
            web::Request request{.method = "GET"};
            net::Workers::Done done = [&](const web::Response&) { gate.arrive(); };
            REQUIRE(workers.take(request, done));
        }
        CHECK(gate.wait_for_arrivals(50));
    }
    CHECK(*strangers == 0);
}

TEST_CASE("stopped workers answer what still waited and take nothing more")
{
    Gate gate;
    net::Workers workers(
        1, 10,
        [&] {
            return [&](web::Request request) {
                gate.arrive();
                gate.pass();
                return echo(std::move(request));
            };
        },
        [](auto, auto) {});
    workers.start();
    std::atomic<int> answered{0};
    std::atomic<int> refused{0};
    const net::Workers::Done done = [&](const web::Response& response) {
        ++(response.status == 503 ? refused : answered);
        if (refused == 3) gate.open();
    };
    for (int i = 0; i < 4; ++i) {
        web::Request request;
        auto copy = done;
        REQUIRE(workers.take(request, copy));
        if (i == 0) REQUIRE(gate.wait_for_arrivals(1));
    }
    workers.stop();
    CHECK(answered == 1);
    CHECK(refused == 3);
    web::Request late{.target = "/late"};
    auto copy = done;
    CHECK_FALSE(workers.take(late, copy));
    CHECK(late.target == "/late");
}
