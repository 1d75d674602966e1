#include "server/net/tls.h"

#include <openssl/ssl.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <thread>

#include "tests/net/peers.h"

using namespace server;
using namespace testing;

namespace {

constexpr const char* get_a = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

struct Certificates {
    Folder folder{};
    net::TlsFiles files{folder.file("chain.pem"), folder.file("key.pem")};

    Certificates() { make_certificate(files, "first.example"); }
};

}  // namespace

TEST_CASE("TLS 1.2 and 1.3 are spoken, older versions are not")
{
    Certificates certificates;
    LocalServer local(
        [](web::Request request) {
            return web::Response{.body = request.secure ? "tls" : "plain"};
        },
        {}, {}, certificates.files);
    struct Row {
        int version;
        const char* name;
    };
    for (const auto& row : {Row{TLS1_2_VERSION, "TLSv1.2"}, Row{TLS1_3_VERSION, "TLSv1.3"}}) {
        TlsPeer peer(local.port(), row.version);
        REQUIRE(peer.shaken());
        CHECK(peer.version() == row.name);
        CHECK(peer.server_name() == "first.example");
        CHECK(peer.exchange(get_a).body == "tls");
        CHECK(peer.exchange(get_a).body == "tls");
    }
    CHECK_FALSE(TlsPeer(local.port(), TLS1_1_VERSION).shaken());
    CHECK_FALSE(TlsPeer(local.port(), TLS1_VERSION).shaken());
}

TEST_CASE("large bodies and pipelined requests pass over TLS")
{
    Certificates certificates;
    LocalServer local(
        [](web::Request request) { return web::Response{.body = std::move(request.body)}; }, {}, {},
        certificates.files);
    std::string body(3'000'000, '\0');
    for (std::size_t i = 0; i < body.size(); ++i)
        body[i] = static_cast<char>(i * 7 + i / 251);
    TlsPeer peer(local.port());
    REQUIRE(peer.shaken());
    const auto got = peer.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                                   std::to_string(body.size()) + "\r\n\r\n" + body);
    CHECK((got.body == body));
    peer.send(std::string{get_a} + get_a + get_a);
    for (int i = 0; i < 3; ++i)
        CHECK(peer.receive().status == 200);
}

TEST_CASE("a closing answer over TLS ends in a proper goodbye")
{
    Certificates certificates;
    LocalServer local(echo, {}, {}, certificates.files);
    TlsPeer peer(local.port());
    peer.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK_THAT(peer.receive_to_end(), Catch::EndsWith("GET /a\n"));  // else "<no end>"
}

TEST_CASE("plain HTTP on the TLS port is told so")
{
    Certificates certificates;
    LocalServer local(echo, {}, {}, certificates.files);
    Peer peer(local.port());
    const auto got = peer.exchange(get_a);
    CHECK(got.status == 400);
    CHECK_THAT(got.body, Catch::Contains("HTTPS"));
    CHECK(local.reports.count("handshake.failed") == 1);
}

TEST_CASE("a handshake that does not come is cut off")
{
    Certificates certificates;
    net::Limits limits;
    limits.handshake = std::chrono::milliseconds{50};
    LocalServer local(echo, limits, {}, certificates.files);
    CHECK(Peer(local.port()).receive_to_end().empty());
    CHECK_THAT(local.reports.detail_of("handshake.failed"), Catch::Contains("too long"));
}

TEST_CASE("after a reload new connections get the new certificate, old ones go on")
{
    Certificates certificates;
    LocalServer local(echo, {}, {}, certificates.files);
    TlsPeer before(local.port());
    REQUIRE(before.exchange(get_a).status == 200);

    make_certificate(certificates.files, "second.example");
    CHECK_FALSE(local.server.reload_tls());
    TlsPeer after(local.port());
    CHECK(after.server_name() == "second.example");
    CHECK(after.exchange(get_a).status == 200);
    CHECK(before.server_name() == "first.example");
    CHECK(before.exchange(get_a).status == 200);
}

TEST_CASE("a bad reload says why and keeps the old certificate")
{
    Certificates certificates;
    LocalServer local(echo, {}, {}, certificates.files);
    const auto& [chain, key] = certificates.files;
    const net::TlsFiles other{certificates.folder.file("other.pem"),
                              certificates.folder.file("other.key")};
    make_certificate(other, "other.example");

    SECTION("the certificate is no PEM")
    {
        write_file(chain, "nothing of the kind");
        const auto problem = local.server.reload_tls();
        REQUIRE(problem);
        CHECK(problem->where == chain);
        CHECK_THAT(problem->what, Catch::Contains("PEM"));
    }
    SECTION("the key is missing")
    {
        std::filesystem::remove(key);
        const auto problem = local.server.reload_tls();
        REQUIRE(problem);
        CHECK(problem->where == key);
    }
    SECTION("the key belongs to another certificate")
    {
        std::filesystem::copy_file(other.key, key,
                                   std::filesystem::copy_options::overwrite_existing);
        const auto problem = local.server.reload_tls();
        REQUIRE(problem);
        CHECK(problem->where == key);
        CHECK_THAT(problem->what, Catch::Contains("fit"));
    }
    CHECK(local.reports.count("certificate.refused") == 1);
    CHECK(TlsPeer(local.port()).server_name() == "first.example");
}

TEST_CASE("a server with a bad certificate does not start")
{
    Folder folder;
    const net::TlsFiles files{folder.file("none.pem"), folder.file("none.key")};
    CHECK_THROWS_WITH(LocalServer(echo, {}, {}, files), Catch::Contains("none.pem"));
}

TEST_CASE("SIGHUP reloads the certificates")
{
    Certificates certificates;
    LocalServer local(echo, {}, {}, certificates.files);
    std::thread runner([&] { local.server.run_until_signal(); });
    REQUIRE(local.reports.wait_for("server.ready"));
    write_file(certificates.files.certificate, "torn");
    std::raise(SIGHUP);
    CHECK(local.reports.wait_for("certificate.refused"));
    local.server.stop();
    runner.join();
}
