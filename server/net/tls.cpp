#include "server/net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <climits>
#include <new>

namespace server::net {

namespace {

// No cipher without forward secrecy. AES-CBC with SHA-256 or better stays, last, for Windows before
// version 10: it has no AES-GCM for RSA certificates.
constexpr const char* ciphers_tls_1_2 =
    "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:ECDHE+AES256:ECDHE+AES128:!SHA1:!aNULL:!PSK:!DSS";

std::string openssl_reason()
{
    const auto code = ERR_get_error();
    ERR_clear_error();
    const auto* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "unknown reason" : reason;
}

// A key under a passphrase is refused: the default would ask on the terminal and wait.
int no_passphrase(char*, int, int, void*)
{
    return 0;
}

std::string expiry_of(const SSL_CTX* context)
{
    const auto* certificate = SSL_CTX_get0_certificate(context);
    std::string text;
    if (auto* memory = BIO_new(BIO_s_mem())) {
        char* at = nullptr;
        ASN1_TIME_print(memory, X509_get0_notAfter(certificate));
        const auto bytes = BIO_get_mem_data(memory, &at);
        text.assign(at, static_cast<std::size_t>(std::max(bytes, 0L)));
        BIO_free(memory);
    }
    return text;
}

bool set_manners(SSL_CTX* context)
{
    constexpr unsigned char id[] = "qbwcd";
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    SSL_CTX_set_dh_auto(context, 1);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, ciphers_tls_1_2) == 1 &&
           SSL_CTX_set_session_id_context(context, id, sizeof id - 1) == 1;
}

}  // namespace

struct TlsContext::Held {
    SSL_CTX* context = nullptr;
    ~Held() { SSL_CTX_free(context); }
};

TlsContext::TlsContext(std::unique_ptr<Held> held) : held_(std::move(held)) {}

TlsContext::~TlsContext() = default;

qbxml::Result<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsFiles& files)
{
    ERR_clear_error();
    auto held = std::make_unique<Held>();
    held->context = SSL_CTX_new(TLS_server_method());
    if (held->context == nullptr) throw std::bad_alloc();
    auto* context = held->context;
    if (!set_manners(context)) return qbxml::Error{"TLS", openssl_reason()};
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
        return qbxml::Error{files.certificate,
                            "no certificate chain in PEM could be read (" + openssl_reason() + ")"};
    }
    if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
        return qbxml::Error{files.key,
                            "no key in PEM, without passphrase and fitting the certificate of " +
                                files.certificate + ", could be read (" + openssl_reason() + ")"};
    }
    if (SSL_CTX_check_private_key(context) != 1) {
        return qbxml::Error{files.key, "the key does not fit the certificate " + files.certificate};
    }
    std::shared_ptr<TlsContext> made(new TlsContext(std::move(held)));
    made->expires_ = expiry_of(context);
    return std::shared_ptr<const TlsContext>(std::move(made));
}

std::shared_ptr<const TlsContext> TlsKeeper::current() const
{
    const std::lock_guard lock(mutex_);
    return current_;
}

void TlsKeeper::replace(std::shared_ptr<const TlsContext> context)
{
    const std::lock_guard lock(mutex_);
    current_.swap(context);
}

struct TlsSession::Held {
    SSL* ssl = nullptr;
    ~Held() { SSL_free(ssl); }
};

TlsSession::TlsSession(std::shared_ptr<const TlsContext> context, int descriptor)
    : context_(std::move(context)), held_(std::make_unique<Held>())
{
    held_->ssl = SSL_new(context_->held_->context);
    if (held_->ssl == nullptr || SSL_set_fd(held_->ssl, descriptor) != 1) throw std::bad_alloc();
    SSL_set_accept_state(held_->ssl);
}

TlsSession::~TlsSession() = default;

Attempt TlsSession::outcome_of(int result, std::size_t bytes)
{
    if (result > 0) return {Attempt::Outcome::done, bytes};
    const auto error = SSL_get_error(held_->ssl, result);
    if (error == SSL_ERROR_WANT_READ) return {Attempt::Outcome::wait_read};
    if (error == SSL_ERROR_WANT_WRITE) return {Attempt::Outcome::wait_write};
    if (error == SSL_ERROR_SYSCALL || error == SSL_ERROR_SSL) broken_ = true;
    if (error == SSL_ERROR_SSL) {
        plain_http_ = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
        problem_ = openssl_reason();
    } else {
        problem_ = "the peer hung up";
    }
    return {};
}

Attempt TlsSession::handshake()
{
    ERR_clear_error();
    return outcome_of(SSL_do_handshake(held_->ssl), 0);
}

Attempt TlsSession::read(char* to, std::size_t bytes_max)
{
    ERR_clear_error();
    std::size_t bytes = 0;
    const auto result = SSL_read_ex(held_->ssl, to, bytes_max, &bytes);
    return outcome_of(result, bytes);
}

Attempt TlsSession::write(std::string_view bytes)
{
    ERR_clear_error();
    std::size_t written = 0;
    const auto result = SSL_write_ex(held_->ssl, bytes.data(), bytes.size(), &written);
    return outcome_of(result, written);
}

void TlsSession::close_notify()
{
    if (broken_ || !SSL_is_init_finished(held_->ssl)) return;
    ERR_clear_error();
    SSL_shutdown(held_->ssl);
    ERR_clear_error();
}

}  // namespace server::net
