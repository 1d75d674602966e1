// TLS by OpenSSL on a non-blocking descriptor: certificates, protocol versions, reload.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "qbxml/result.h"

namespace server::net {

struct TlsFiles {
    std::string certificate;  // PEM: the server's own first, then those that lead to a root
    std::string key;          // PEM, without a passphrase
};

// A certificate with its key, ready for connections. Never changes; any thread.
class TlsContext {
public:
    // The error names the file and what is wrong with it.
    static qbxml::Result<std::shared_ptr<const TlsContext>> load(const TlsFiles& files);

    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    const std::string& expires() const { return expires_; }  // of the certificate, for people

private:
    friend class TlsSession;
    struct Held;
    explicit TlsContext(std::unique_ptr<Held> held);

    std::unique_ptr<Held> held_;
    std::string expires_;
};

// The certificate in use, and the files a new one comes from. Any thread.
class TlsKeeper {
public:
    explicit TlsKeeper(TlsFiles files) : files_(std::move(files)) {}

    qbxml::Result<std::shared_ptr<const TlsContext>> load() const
    {
        return TlsContext::load(files_);
    }
    std::shared_ptr<const TlsContext> current() const;
    void replace(std::shared_ptr<const TlsContext> context);

private:
    const TlsFiles files_;
    mutable std::mutex mutex_;
    std::shared_ptr<const TlsContext> current_;
};

// What became of one attempt on a non-blocking socket.
struct Attempt {
    enum class Outcome { done, wait_read, wait_write, gone };
    Outcome outcome = Outcome::gone;
    std::size_t bytes = 0;  // when done
};

// The TLS side of one connection. One thread at a time; the descriptor belongs to the caller.
class TlsSession {
public:
    TlsSession(std::shared_ptr<const TlsContext> context, int descriptor);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    Attempt handshake();
    Attempt read(char* to, std::size_t bytes_max);
    Attempt write(std::string_view bytes);
    void close_notify();  // said once, no answer awaited

    // After a failed handshake.
    bool peer_spoke_plain_http() const { return plain_http_; }
    const std::string& problem() const { return problem_; }

private:
    struct Held;
    Attempt outcome_of(int result, std::size_t bytes);

    std::shared_ptr<const TlsContext> context_;
    std::unique_ptr<Held> held_;
    std::string problem_;
    bool plain_http_ = false;
    bool broken_ = false;
};

}  // namespace server::net
