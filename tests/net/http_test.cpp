#include "server/net/http.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <string>

using namespace server;
using net::RequestReader;
using State = net::RequestReader::State;

namespace {

// What a whole request, given at once, ends as.
struct Reading {
    State state;
    net::Head head;
    web::Request request;
    net::Refusal refusal;
    std::size_t used;
};

Reading read(std::string_view bytes, const net::Limits& limits = {})
{
    RequestReader reader(limits);
    auto used = reader.feed(bytes);
    if (reader.state() == State::decide) reader.begin_body();
    used += reader.feed(bytes.substr(used));
    return {reader.state(), reader.head(), reader.request(), reader.refusal(), used};
}

}  // namespace

TEST_CASE("a request is read with its lower-case fields and its body")
{
    const auto got = read(
        "POST /qbwc?a=1 HTTP/1.1\r\nHost: x\r\nSOAPAction:  \"authenticate\" \r\n"
        "Content-Length: 5\r\n\r\nhelloGET");
    REQUIRE(got.state == State::done);
    CHECK(got.request.method == "POST");
    CHECK(got.request.target == "/qbwc?a=1");
    CHECK(got.request.path() == "/qbwc");
    CHECK(got.request.query() == "a=1");
    CHECK(got.request.header("soapaction") == "\"authenticate\"");
    CHECK_FALSE(got.request.header("cookie"));
    CHECK(got.request.body == "hello");
    CHECK(got.head.keep_alive);
    CHECK(got.used ==
          std::string{"POST /qbwc?a=1 HTTP/1.1\r\nHost: x\r\n"
                      "SOAPAction:  \"authenticate\" \r\nContent-Length: 5\r\n\r\nhello"}
              .size());
}

TEST_CASE("a request read byte by byte is the same")
{
    const std::string bytes =
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;name=value\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nTrailer: x\r\n\r\n";
    RequestReader reader(net::Limits{});
    std::string pending;
    for (const char byte : bytes) {
        REQUIRE(reader.state() != State::done);
        pending += byte;
        pending.erase(0, reader.feed(pending));
        if (reader.state() == State::decide) reader.begin_body();
    }
    REQUIRE(reader.state() == State::done);
    CHECK(pending.empty());
    const auto request = reader.take();
    CHECK(request.body == "abc0123456789abcdef");
    CHECK_FALSE(request.header("trailer"));  // what comes after the body is no field of the head
}

TEST_CASE("whatever comes, in whatever pieces, the reader uses no more than it was given and ends")
{
    const std::string bytes =
        "POST /qbwc?x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
        "\r\n3;n=v\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nTrailer: x\r\n\r\n";
    constexpr std::string_view salt =
        "\r\n\0:;, 0fF\x80\xff"
        "chunked";
    std::mt19937 random(20240229);  // NOLINT: the same every time
    const auto below = [&](std::size_t limit) { return random() % limit; };
    net::Limits limits;
    limits.head_bytes_max = 400;
    limits.body_bytes_max = 4000;
    int done = 0;
    int refused = 0;
    for (int round = 0; round < 20'000; ++round) {
        auto text = bytes;
        for (auto edits = below(4); edits > 0; --edits)
            text[below(text.size())] = salt[below(salt.size())];
        RequestReader reader(limits);
        std::string pending;
        while (!text.empty() && reader.state() != State::done && reader.state() != State::refused) {
            const auto piece = std::min(text.size(), 1 + below(80));
            pending += text.substr(0, piece);
            text.erase(0, piece);
            for (int step = 0; step < 2; ++step) {
                const auto used = reader.feed(pending);
                REQUIRE(used <= pending.size());
                pending.erase(0, used);
                if (reader.state() == State::decide) reader.begin_body();
            }
        }
        done += reader.state() == State::done ? 1 : 0;
        refused += reader.state() == State::refused ? 1 : 0;
        REQUIRE(reader.request().body.size() <= limits.body_bytes_max);
    }
    CHECK(done > 5000);
    CHECK(refused > 1000);
}

TEST_CASE("an empty line before a request is passed over")
{
    const auto got = read("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(got.state == State::done);
    CHECK(got.request.method == "GET");
}

TEST_CASE("a whole URL as target stands for its path")
{
    CHECK(read("GET http://host/a?b HTTP/1.1\r\nHost: x\r\n\r\n").request.target == "/a?b");
    CHECK(read("GET HTTPS://host HTTP/1.1\r\nHost: x\r\n\r\n").request.target == "/");
    CHECK(read("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").request.target == "*");
}

TEST_CASE("keep-alive follows version and Connection")
{
    struct Row {
        const char* start;
        bool keep_alive;
    };
    const auto row = GENERATE(values<Row>({
        {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: x\r\nConnection: TE, Close\r\n\r\n", false},
        {"GET / HTTP/1.0\r\n\r\n", false},
        {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
    }));
    CAPTURE(row.start);
    CHECK(read(row.start).head.keep_alive == row.keep_alive);
}

TEST_CASE("what is no clear request is refused with its status")
{
    struct Row {
        const char* bytes;
        int status;
        const char* words;
    };
    const auto row = GENERATE(values<Row>({
        {"\x16\x03\x01\x02\r\n\r\n", 400, "well-formed"},
        {"GET / HTTP/2.0\r\n\r\n", 400, "HTTP/1.1"},
        {"GET /\r\n\r\n", 400, "HTTP"},
        {"GET / HTTP/1.1\nHost: x\n\n", 400, "HTTP/1.1"},
        {"GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", 400, "well-formed"},
        {"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400, "well-formed"},
        {"GET / HTTP/1.1\r\n\r\n", 400, "Host"},
        {"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400, "Host"},
        {"GET elsewhere HTTP/1.1\r\nHost: x\r\n\r\n", 400, "'/'"},
        {"CONNECT host:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "'/'"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400, "well-formed"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400,
         "well-formed"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
         400, "well-formed"},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
         400, "well-formed"},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\n", 400,
         "both"},
        {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "HTTP/1.0"},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501, "chunked"},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501, "chunked"},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n", 501, "chunked"},
        {"GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n\r\n", 417, "100-continue"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n", 413, "100 bytes"},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n", 413,
         "100 bytes"},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxy\r\n", 400,
         "well-formed"},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n",
         400, "well-formed"},
        {"GET / HTTP/1.1\r\nHost: x\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n", 431, "1000 bytes"},
    }));
    CAPTURE(row.bytes);
    net::Limits limits;
    limits.head_bytes_max = 1000;
    limits.body_bytes_max = 100;
    limits.headers_max = 3;
    const auto got = read(row.bytes, limits);
    REQUIRE(got.state == State::refused);
    CHECK(got.refusal.status == row.status);
    CHECK_THAT(got.refusal.text, Catch::Contains(row.words));
}

TEST_CASE("a head is refused as soon as it is longer than allowed, however it is cut into lines")
{
    net::Limits limits;
    limits.head_bytes_max = 1000;
    limits.headers_max = 10000;
    const std::string line = GENERATE(std::string(50, 'a'), std::string("A: b\r\n"));
    RequestReader reader(limits);
    std::string pending = "GET / HTTP/1.1\r\nHost: x\r\n";
    std::size_t sent = pending.size();
    while (reader.state() == State::head && sent < 5000) {
        pending += line;
        sent += line.size();
        pending.erase(0, reader.feed(pending));
    }
    REQUIRE(reader.state() == State::refused);
    CHECK(reader.refusal().status == 431);
    CHECK(sent <= limits.head_bytes_max + line.size());
}

TEST_CASE("a chunk's extension and the trailers have a limit too")
{
    net::Limits limits;
    limits.head_bytes_max = 1000;
    const std::string start = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string tail = GENERATE(std::string{"1;e="}, std::string{"0\r\nT: "});
    const auto got = read(start + tail + std::string(2000, 'x'), limits);
    REQUIRE(got.state == State::refused);
    CHECK(got.refusal.status == 431);
}

TEST_CASE("the head of an answer names what the peer must know and no more")
{
    const web::Response response{.status = 503,
                                 .content_type = "text/xml",
                                 .body = "12345",
                                 .headers = {{"retry-after", "1"}}};
    CHECK(net::response_head(response, {.date = net::http_date(784111777)}) ==
          "HTTP/1.1 503 Service Unavailable\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
          "Server: qbwcd\r\nContent-Type: text/xml\r\nContent-Length: 5\r\nretry-after: 1\r\n\r\n");
    CHECK(net::response_head({.status = 204}, {.http_1_1 = false, .date = "D"}) ==
          "HTTP/1.1 204 No Content\r\nDate: D\r\nServer: qbwcd\r\nConnection: keep-alive\r\n\r\n");
}

TEST_CASE("a line break in a field of an answer is our mistake and is not sent")
{
    const web::Response response{.headers = {{"location", "/a\r\nSet-Cookie: b"}}};
    CHECK_THROWS_AS(net::response_head(response, {}), std::logic_error);
}
