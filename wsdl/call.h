// The eleven methods of QBWC as plain values: what it calls, and what it is answered.
//
// Missing elements are empty text, as QBWC leaves them out freely. All text is UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace qbwc {

struct ServerVersion {};
struct ClientVersion {
    std::string version{};
};
struct Authenticate {
    std::string user{};
    std::string password{};
};
struct SendRequestXml {
    std::string ticket{};
    std::string hcp_response{};  // host, company, preferences; only in the first call of a session
    std::string company_file{};
    std::string country{};
    int major = 0;
    int minor = 0;
};
struct ReceiveResponseXml {
    std::string ticket{};
    std::string response{};
    std::string hresult{};
    std::string message{};
};
struct ConnectionError {
    std::string ticket{};
    std::string hresult{};
    std::string message{};
};
struct GetLastError {
    std::string ticket{};
};
struct CloseConnection {
    std::string ticket{};
};
struct GetInteractiveUrl {
    std::string ticket{};
    std::string session_id{};
};
struct InteractiveDone {
    std::string ticket{};
};
struct InteractiveRejected {
    std::string ticket{};
    std::string reason{};
};

using Call = std::variant<ServerVersion, ClientVersion, Authenticate, SendRequestXml,
                          ReceiveResponseXml, ConnectionError, GetLastError, CloseConnection,
                          GetInteractiveUrl, InteractiveDone, InteractiveRejected>;

// The operation's element name: "sendRequestXML".
std::string_view method_name(const Call&);

// Every method but two answers one text.
struct TextReply {
    std::string method{};  // the operation's element name
    std::string text{};
};
struct AuthenticateReply {
    std::vector<std::string> strings{};  // ticket, company file or word, postpone, minimum interval
};
struct ReceiveReply {
    int progress = 0;  // 0-99 more to come, 100 done, negative: error
};

using Reply = std::variant<TextReply, AuthenticateReply, ReceiveReply>;

}  // namespace qbwc
