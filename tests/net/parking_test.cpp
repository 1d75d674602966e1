// Calls that are held back without a worker, until something happens.
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "server/net/server.h"
#include "tests/net/peers.h"

using namespace server;
using namespace testing;
using std::chrono::hours;
using std::chrono::milliseconds;

namespace {

std::string get(const std::string& target)
{
    return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

// "/news/TOPIC" is held back while there is no news; everything else is echoed.
class Newsroom {
public:
    net::Answer answer()
    {
        return [this](web::Request request) {
            const std::string topic = request.target.substr(1);
            if (!topic.starts_with("news")) return echo(std::move(request));
            ++asked;
            web::Response response{.body = there_is_news ? "news" : "nothing"};
            if (!there_is_news) response.park = web::Park{topic, at_most, std::move(request)};
            return response;
        };
    }

    std::atomic<bool> there_is_news{false};
    std::atomic<int> asked{0};
    milliseconds at_most = hours{1};
};

net::Limits patient()
{
    net::Limits limits;
    limits.parked = hours{1};
    limits.parked_look = milliseconds{5};
    limits.parked_again = milliseconds{5};
    limits.soft_stop = patience;
    return limits;
}

// False: it never came to so many.
bool wait_for_parked(const LocalServer& local, std::size_t count)
{
    const auto until = std::chrono::steady_clock::now() + patience;
    while (local.server.parked().size() != count) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::yield();
    }
    return true;
}

}  // namespace

TEST_CASE("a parked call needs no worker, and is asked again when its topic is woken")
{
    Newsroom newsroom;
    LocalServer local(newsroom.answer(), patient(), {.io = 1, .workers = 1});
    Peer waiting(local.port());
    waiting.send(get("/news/maple"));
    REQUIRE(wait_for_parked(local, 1));
    CHECK(local.server.parked() == std::vector<std::string>{"news/maple"});
    CHECK(Peer(local.port()).exchange(get("/other")).body == "GET /other\n");

    newsroom.there_is_news = true;
    local.server.wake("news/oak");  // another's
    CHECK(local.server.parked().size() == 1);
    local.server.wake("news/maple");
    CHECK(waiting.receive().body == "news");
    CHECK(newsroom.asked == 2);
    CHECK(waiting.exchange(get("/next")).body == "GET /next\n");  // the connection goes on
}

TEST_CASE("a parked call is answered as it stands when its time is over")
{
    Newsroom newsroom;
    newsroom.at_most = milliseconds{20};
    LocalServer local(newsroom.answer(), patient());
    Peer waiting(local.port());
    CHECK(waiting.exchange(get("/news/maple")).body == "nothing");
    CHECK(newsroom.asked == 1);
    CHECK(local.server.parked().empty());
}

TEST_CASE("nobody is parked longer than the server allows")
{
    Newsroom newsroom;
    auto limits = patient();
    limits.parked = milliseconds{20};
    LocalServer local(newsroom.answer(), limits);
    CHECK(Peer(local.port()).exchange(get("/news/maple")).body == "nothing");
}

TEST_CASE("a call that was woken for nothing is parked again")
{
    Newsroom newsroom;
    LocalServer local(newsroom.answer(), patient());
    Peer waiting(local.port());
    waiting.send(get("/news/maple"));
    REQUIRE(wait_for_parked(local, 1));
    local.server.wake("news/maple");
    REQUIRE(wait_for_parked(local, 0));
    REQUIRE(wait_for_parked(local, 1));
    CHECK(newsroom.asked == 2);
    newsroom.there_is_news = true;
    local.server.wake("news/maple");
    CHECK(waiting.receive().body == "news");
}

TEST_CASE("a peer that leaves while its call is parked gives up the place")
{
    Newsroom newsroom;
    LocalServer local(newsroom.answer(), patient());
    {
        Peer leaving(local.port());
        leaving.send(get("/news/maple"));
        REQUIRE(wait_for_parked(local, 1));
        GENERATE(0, 1) == 0 ? leaving.hang_up() : leaving.reset();
    }
    CHECK(wait_for_parked(local, 0));
    CHECK(newsroom.asked == 1);
    CHECK(local.server.stop());
}

TEST_CASE("a peer that will send no more gets the answer as it stands")
{
    Newsroom newsroom;
    LocalServer local(newsroom.answer(), patient());
    Peer peer(local.port());
    peer.send(get("/news/maple"));
    peer.say_no_more();
    CHECK(peer.receive().body == "nothing");
}

TEST_CASE("bytes sent ahead while a call is parked wait for their turn")
{
    Newsroom newsroom;
    LocalServer local(newsroom.answer(), patient());
    Peer eager(local.port());
    eager.send(get("/news/maple") + get("/ahead"));
    REQUIRE(wait_for_parked(local, 1));
    newsroom.there_is_news = true;
    local.server.wake("news/maple");
    CHECK(eager.receive().body == "news");
    CHECK(eager.receive().body == "GET /ahead\n");
}

TEST_CASE("the second call on a topic sends the first on its way")
{
    Newsroom newsroom;
    LocalServer local(newsroom.answer(), patient());
    Peer first(local.port());
    first.send(get("/news/maple"));
    REQUIRE(wait_for_parked(local, 1));
    Peer second(local.port());
    second.send(get("/news/maple"));
    CHECK(first.receive().body == "nothing");
    CHECK(wait_for_parked(local, 1));
}

TEST_CASE("beyond the limit calls are answered at once")
{
    Newsroom newsroom;
    auto limits = patient();
    limits.parked_max = 1;
    LocalServer local(newsroom.answer(), limits);
    Peer first(local.port());
    first.send(get("/news/maple"));
    REQUIRE(wait_for_parked(local, 1));
    CHECK(Peer(local.port()).exchange(get("/news/oak")).body == "nothing");
    CHECK(local.server.parked().size() == 1);
}

TEST_CASE("a stop answers parked calls at once and is a soft one")
{
    Newsroom newsroom;
    LocalServer local(newsroom.answer(), patient(), {.io = 2, .workers = 1});
    Peer first(local.port());
    Peer second(local.port());
    first.send(get("/news/maple"));
    second.send(get("/news/oak"));
    REQUIRE(wait_for_parked(local, 2));
    bool clean = false;
    std::thread stopper([&] { clean = local.server.stop(); });
    const auto got = first.receive();
    CHECK(got.body == "nothing");
    CHECK(got.has("Connection: close\r\n"));
    CHECK(second.receive().body == "nothing");
    first.hang_up();
    second.hang_up();
    stopper.join();
    CHECK(clean);
    CHECK(newsroom.asked == 2);
}

TEST_CASE("a call parked over TLS is woken, and its peer may leave")
{
    Folder folder;
    const net::TlsFiles files{folder.file("certificate.pem"), folder.file("key.pem")};
    make_certificate(files, "books.example.com");
    Newsroom newsroom;
    LocalServer local(newsroom.answer(), patient(), {}, files);
    TlsPeer waiting(local.port());
    waiting.send(get("/news/maple"));
    REQUIRE(wait_for_parked(local, 1));
    {
        TlsPeer leaving(local.port());
        leaving.send(get("/news/oak"));
        REQUIRE(wait_for_parked(local, 2));
    }
    REQUIRE(wait_for_parked(local, 1));
    newsroom.there_is_news = true;
    local.server.wake("news/maple");
    CHECK(waiting.receive().body == "news");
}
