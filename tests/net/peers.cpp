#include "tests/net/peers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace testing {

namespace net = server::net;
namespace web = server::web;

Peer::Peer(unsigned short port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{.tv_sec = patience.count(), .tv_usec = 0};
    const int on = 1;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(descriptor_);
        throw std::runtime_error("cannot connect to the server under test");
    }
}

Peer::~Peer()
{
    hang_up();
}

void Peer::hang_up()
{
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
}

void Peer::reset()
{
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    hang_up();
}

void Peer::say_no_more()
{
    ::shutdown(descriptor_, SHUT_WR);
}

long Peer::read_some(char* to, std::size_t bytes_max)
{
    return ::recv(descriptor_, to, bytes_max, 0);
}

long Peer::write_some(std::string_view bytes)
{
    return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

bool Peer::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto sent = write_some(bytes);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

Got Peer::receive(bool with_body)
{
    Got got;
    std::vector<char> buffer(64 * 1024);
    const auto more = [&] {
        const auto count = read_some(buffer.data(), buffer.size());
        if (count <= 0) return false;
        pending_.append(buffer.data(), static_cast<std::size_t>(count));
        return true;
    };
    auto end = pending_.find("\r\n\r\n");
    while (end == std::string::npos) {
        if (!more()) return {.cut = true};
        end = pending_.find("\r\n\r\n");
    }
    got.head = pending_.substr(0, end + 4);
    pending_.erase(0, end + 4);
    got.status = std::stoi(got.head.substr(got.head.find(' ')));
    const auto at = got.head.find("Content-Length: ");
    if (!with_body || at == std::string::npos) return got;
    const auto length = std::stoul(got.head.substr(at + 16));
    while (pending_.size() < length && !got.cut)
        got.cut = !more();
    got.body = pending_.substr(0, length);
    pending_.erase(0, got.body.size());
    return got;
}

Got Peer::exchange(std::string_view request)
{
    send(request);
    return receive(!request.starts_with("HEAD"));
}

std::string Peer::receive_to_end()
{
    std::vector<char> buffer(64 * 1024);
    std::string all;
    all.swap(pending_);
    for (;;) {
        const auto count = read_some(buffer.data(), buffer.size());
        if (count < 0) return all + "<no end>";
        if (count == 0) return all;
        all.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

TlsPeer::TlsPeer(unsigned short port, int version_max)
    : Peer(port), context_(SSL_CTX_new(TLS_client_method()))
{
    SSL_CTX_set_security_level(context_, 0);  // so that old versions are at least tried
    if (version_max != 0) {
        SSL_CTX_set_min_proto_version(context_, version_max);
        SSL_CTX_set_max_proto_version(context_, version_max);
    }
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, descriptor_);
    shaken_ = SSL_connect(ssl_) == 1;
}

TlsPeer::~TlsPeer()
{
    SSL_free(ssl_);
    SSL_CTX_free(context_);
}

std::string TlsPeer::server_name() const
{
    char name[256] = {};
    auto* certificate = SSL_get0_peer_certificate(ssl_);
    if (certificate == nullptr) return {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                              sizeof name);
    return name;
}

std::string TlsPeer::version() const
{
    return SSL_get_version(ssl_);
}

long TlsPeer::read_some(char* to, std::size_t bytes_max)
{
    const auto count = SSL_read(ssl_, to, static_cast<int>(bytes_max));
    if (count > 0) return count;
    return SSL_get_error(ssl_, count) == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

long TlsPeer::write_some(std::string_view bytes)
{
    return SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
}

net::Report Reports::taker()
{
    return [held = held_](std::string_view event, std::string_view detail) {
        const std::lock_guard lock(held->mutex);
        held->events.emplace_back(event, detail);
        held->changed.notify_all();
    };
}

int Reports::count(std::string_view event) const
{
    const std::lock_guard lock(held_->mutex);
    return static_cast<int>(std::count_if(held_->events.begin(), held_->events.end(),
                                          [&](const auto& one) { return one.first == event; }));
}

std::string Reports::detail_of(std::string_view event) const
{
    const std::lock_guard lock(held_->mutex);
    for (const auto& [name, detail] : held_->events) {
        if (name == event) return detail;
    }
    return {};
}

bool Reports::wait_for(std::string_view event) const
{
    std::unique_lock lock(held_->mutex);
    return held_->changed.wait_for(lock, patience, [&] {
        return std::any_of(held_->events.begin(), held_->events.end(),
                           [&](const auto& one) { return one.first == event; });
    });
}

void Gate::open()
{
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
}

bool Gate::pass()
{
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [this] { return open_; });
}

void Gate::arrive()
{
    const std::lock_guard lock(mutex_);
    ++arrived_;
    changed_.notify_all();
}

bool Gate::wait_for_arrivals(int count)
{
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return arrived_ >= count; });
}

Folder::Folder()
{
    path_ = (std::filesystem::temp_directory_path() / "qbwcd-net-XXXXXX").string();
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary folder");
}

Folder::~Folder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void write_file(const std::string& path, std::string_view text)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

void make_certificate(const net::TlsFiles& files, const std::string& name)
{
    auto* key = EVP_EC_gen("P-256");
    auto* certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
    auto* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_set_pubkey(certificate, key);
    auto* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate, key, EVP_sha256());

    auto* out = BIO_new_file(files.certificate.c_str(), "w");
    PEM_write_bio_X509(out, certificate);
    BIO_free(out);
    out = BIO_new_file(files.key.c_str(), "w");
    PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    BIO_free(out);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

std::string public_key_pin(const std::string& certificate_file)
{
    auto* in = BIO_new_file(certificate_file.c_str(), "r");
    auto* certificate = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
    BIO_free(in);
    unsigned char* key = nullptr;
    const auto length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);
    unsigned char digest[32] = {};
    EVP_Digest(key, static_cast<std::size_t>(length), digest, nullptr, EVP_sha256(), nullptr);
    unsigned char text[64] = {};
    EVP_EncodeBlock(text, digest, sizeof digest);
    OPENSSL_free(key);
    X509_free(certificate);
    return std::string{"sha256//"} + reinterpret_cast<const char*>(text);
}

namespace {

net::Endpoint loopback(std::optional<net::TlsFiles> tls)
{
    return {.tls = std::move(tls)};
}

}  // namespace

LocalServer::LocalServer(net::Answer answer, const net::Limits& limits, net::Threads threads,
                         std::optional<net::TlsFiles> tls)
    : server(
          {loopback(std::move(tls))}, limits, threads, [answer] { return answer; }, reports.taker())
{
    server.start();
}

web::Response echo(web::Request request)
{
    return {.body = request.method + " " + request.target + "\n" + std::move(request.body)};
}

}  // namespace testing
