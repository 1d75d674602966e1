// A blocking HTTP and HTTPS client, for the simulator and for calls to other servers.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "qbxml/result.h"
#include "server/web/message.h"

namespace server::net {

struct ClientOptions {
    std::chrono::milliseconds connect = std::chrono::seconds{10};
    std::chrono::milliseconds whole = std::chrono::seconds{300};  // a call from start to end
    std::size_t body_bytes_max = 128u << 20;                      // of an answer
    std::string ca_file;     // PEM: who may vouch for the server, instead of the system's list
    std::string accept_key;  // "sha256//" and base64: this public key and no other is accepted,
                             // whoever vouches for it and whatever name its certificate has
    std::string proxy;       // "" for none; the environment is not asked
};

// Keeps its connection from call to call. Follows no redirects. One thread at a time. Ignores
// SIGPIPE for the whole process.
class HttpClient {
public:
    explicit HttpClient(ClientOptions options = {});
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // Any status is an answer; its header names are in lower case, content-type stands apart. An
    // error says for people why there is no answer: `where` is the URL without user and query.
    qbxml::Result<web::Response> get(const std::string& url, const web::Headers& headers = {});
    qbxml::Result<web::Response> post(const std::string& url, const web::Headers& headers,
                                      const std::string& body);

private:
    struct Held;
    qbxml::Result<web::Response> call(const std::string& url, const web::Headers& headers,
                                      const std::string* body);

    const ClientOptions options_;
    std::unique_ptr<Held> held_;
};

}  // namespace server::net
