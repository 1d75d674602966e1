// An HTTP request and its answer as plain values; no library types.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace server::web {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
    std::string method{};  // "POST"
    std::string target{};  // as sent: path and query
    Headers headers{};     // names in lower case
    std::string body{};
    std::string address{};  // of the peer, without port
    bool secure = false;    // came over TLS

    std::optional<std::string_view> header(std::string_view lower_case_name) const;
    std::string_view path() const;   // the target before '?'
    std::string_view query() const;  // after it, "" when there is none
};

// Waiting may make an answer better: it is held back until its topic is woken, and then `again` is
// asked for a new one; when the time is over first, the answer goes out as it stands.
struct Park {
    std::string topic{};
    std::chrono::milliseconds at_most{};
    Request again{};
};

struct Response {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body{};
    Headers headers{};  // beyond content-type and content-length
    std::optional<Park> park{};
};

}  // namespace server::web
