#include "server/net/http_client.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>
#include <set>

#include "tests/net/peers.h"

using namespace server;
using namespace testing;

namespace {

std::string url_of(const LocalServer& local, const char* scheme, const char* path = "/a")
{
    return std::string{scheme} + "://127.0.0.1:" + std::to_string(local.port()) + path;
}

}  // namespace

TEST_CASE("the client posts and gets, and reads status, fields and body")
{
    LocalServer local([](web::Request request) {
        auto response = echo(request);
        response.status = 418;
        response.headers = {{"X-Seen", std::string{request.header("soapaction").value_or("none")}}};
        return response;
    });
    net::HttpClient client;
    const auto posted = client.post(url_of(local, "http"), {{"SOAPAction", "do it"}}, "body");
    REQUIRE(posted);
    CHECK(posted->status == 418);
    CHECK(posted->body == "POST /a\nbody");
    CHECK(posted->content_type == "text/plain; charset=utf-8");
    CHECK(std::find(posted->headers.begin(), posted->headers.end(),
                    std::pair<std::string, std::string>{"x-seen", "do it"}) !=
          posted->headers.end());
    const auto got = client.get(url_of(local, "http"));
    REQUIRE(got);
    CHECK(got->body == "GET /a\n");
}

TEST_CASE("the client keeps its connection")
{
    net::Limits limits;
    limits.connections_max = 1;  // a second connection would be closed
    LocalServer local(echo, limits);
    net::HttpClient client;
    for (int i = 0; i < 5; ++i) {
        const auto got = client.post(url_of(local, "http"), {}, "x");
        REQUIRE(got);
        CHECK(got->status == 200);
    }
}

TEST_CASE("the client waits for 100-continue before a large body and sends it whole")
{
    LocalServer local([](web::Request request) {
        return web::Response{.body = request.header("expect") ? std::to_string(request.body.size())
                                                              : "unasked"};
    });
    net::HttpClient client;
    const auto got = client.post(url_of(local, "http"), {}, std::string(3'000'000, 'x'));
    REQUIRE(got);
    CHECK(got->body == "3000000");
}

TEST_CASE("the client follows no redirect")
{
    LocalServer local([](web::Request) {
        return web::Response{.status = 302, .headers = {{"location", "/elsewhere"}}};
    });
    const auto got = net::HttpClient().get(url_of(local, "http"));
    REQUIRE(got);
    CHECK(got->status == 302);
}

TEST_CASE("the client refuses an answer that is too long")
{
    LocalServer local([](web::Request) { return web::Response{.body = std::string(1001, 'x')}; });
    net::HttpClient client({.body_bytes_max = 1000});
    const auto got = client.get(url_of(local, "http", "/a?key=secret"));
    REQUIRE_FALSE(got);
    CHECK(got.error().where == url_of(local, "http"));
    CHECK_THAT(got.error().what, Catch::Contains("1000 bytes"));
}

TEST_CASE("the client gives up when no answer comes")
{
    Gate gate;
    LocalServer local([&](web::Request request) {
        gate.pass();
        return echo(std::move(request));
    });
    net::HttpClient client({.whole = std::chrono::milliseconds{50}});
    const auto got = client.get(url_of(local, "http"));
    gate.open();
    REQUIRE_FALSE(got);
    CHECK_THAT(got.error().what, Catch::Contains("timed out"));
}

TEST_CASE("the client says what to do when nobody listens")
{
    unsigned short port = 0;
    {
        LocalServer gone(echo);
        port = gone.port();
    }
    const auto got =
        net::HttpClient().get("http://user:secret@127.0.0.1:" + std::to_string(port) + "/a");
    REQUIRE_FALSE(got);
    CHECK(got.error().where == "http://127.0.0.1:" + std::to_string(port) + "/a");
    CHECK_THAT(got.error().what, Catch::Contains("running"));
}

TEST_CASE("the client calls web servers only")
{
    const auto got = net::HttpClient().get("file:///etc/passwd");
    REQUIRE_FALSE(got);
    CHECK_THAT(got.error().what, Catch::Contains("http://"));
}

TEST_CASE("the client trusts a certificate it was given, by file or by key, and no other")
{
    Folder folder;
    const net::TlsFiles files{folder.file("chain.pem"), folder.file("key.pem")};
    const net::TlsFiles others{folder.file("other.pem"), folder.file("other.key")};
    make_certificate(files, "server.example");
    make_certificate(others, "other.example");
    LocalServer local(echo, {}, {}, files);
    const auto url = url_of(local, "https");

    const auto unknown = net::HttpClient().get(url);
    REQUIRE_FALSE(unknown);
    CHECK_THAT(unknown.error().what, Catch::Contains("certificate"));

    CHECK(net::HttpClient({.ca_file = files.certificate}).get(url));
    CHECK_FALSE(net::HttpClient({.ca_file = others.certificate}).get(url));
    CHECK(net::HttpClient({.accept_key = public_key_pin(files.certificate)}).get(url));
    const auto pinned =
        net::HttpClient({.accept_key = public_key_pin(others.certificate)}).get(url);
    REQUIRE_FALSE(pinned);
    CHECK_THAT(pinned.error().what, Catch::Contains("another key"));
}
