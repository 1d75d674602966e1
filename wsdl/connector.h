// QBWC's half of the conversation: its order of calls, its pauses, its retries, its log; against
// any server over a Transport, with any QuickBooks behind it.
//
// One thread. What the server does wrong ends the run and is told in the RunResult; an exception
// that Transport, QuickBooks or a hook throws passes through, after the QuickBooks session is
// ended.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wsdl/call.h"

namespace qbwc {

// Carries one envelope to the server and its answer back.
class Transport {
public:
    struct Answer {
        int status = 0;  // HTTP status; 0: no answer came
        std::string content_type{};
        std::string body{};
        std::string problem{};  // why no answer came, for the log
    };
    virtual ~Transport() = default;
    // `soap_action` is the header's value, quotes included.
    virtual Answer post(std::string envelope, std::string_view soap_action) = 0;
};

// What QBWC reaches through COM: the request processor of QuickBooks on the same PC.
class QuickBooks {
public:
    struct Failure {
        std::string hresult{};  // "0x80040408"
        std::string message{};
    };
    virtual ~QuickBooks() = default;
    // `company_file`: a path, or "" for the file open now. Iterators live until end_session.
    virtual std::optional<Failure> begin_session(std::string_view company_file) = 0;
    virtual void end_session() = 0;
    virtual std::string company_file() const = 0;  // path of the file in use
    virtual std::string country() const = 0;
    virtual int qbxml_major() const = 0;
    virtual int qbxml_minor() const = 0;
    // One message set: the answer's text, or `failure` set (ProcessRequest threw).
    struct Processed {
        std::string response{};
        std::optional<Failure> failure{};
    };
    virtual Processed process(std::string_view qbxml) = 0;
};

struct ConnectorOptions {
    std::string user{};
    std::string password{};
    std::string app_name{};  // for the log
    std::string version = "34.0.10018.91";
    std::chrono::milliseconds noop_pause{5000};          // QBWC waits five seconds after NoOp
    std::chrono::milliseconds interactive_pause{60000};  // and a minute between interactiveDone
    bool accepts_interactive = true;                     // what the person answers when asked
    bool rpc_style = false;
    std::string owner_id{};        // of the .qwc: its stamps are asked of the company file
    std::string session_id = "1";  // of the QuickBooks session, for getInteractiveURL
};

// How a run ended, as QBWC's status column and log would say.
struct RunResult {
    enum class End {
        done,           // closeConnection after 100, or after an empty request and a text
        nothing_to_do,  // none
        postponed,
        busy,
        not_valid_user,     // nvu
        refused_version,    // E:
        connection_failed,  // QuickBooks could not be reached, or not asked what company this is
        server_error,       // negative number, or an error text in interactive mode
        broken,             // fault, HTTP error, bad envelope, no answer
        interrupted,        // stopped from outside (`should_stop`)
    };
    End end = End::done;
    std::string code;  // QBWC1041 and relatives, "" when none
    std::string text;  // what the status column shows
    bool with_message = false;  // done, but by a text of the server's and not by 100
    int requests = 0;  // message sets carried to QuickBooks
    std::chrono::seconds postpone{0};
    std::optional<int> minimum_interval_seconds;
};

class Connector {
public:
    // `wait` pauses for that long (tests move a clock instead); `log` gets QWCLog-like lines
    // without the trailing newline, with no password and no whole ticket in them; `progress` the
    // percentage after each answer; `show_url` the address that would be opened in a browser.
    // `should_stop` is looked at between calls. All are called on the caller's thread; any but
    // `wait` may be empty.
    struct Hooks {
        std::function<void(std::chrono::milliseconds)> wait{};
        std::function<void(std::string_view)> log{};
        std::function<void(int)> progress{};
        std::function<void(std::string_view)> show_url{};
        std::function<bool()> should_stop{};
        std::function<std::string()> log_time{};  // "20261121.22:05:00 UTC": the caller's clock
    };

    Connector(Transport&, QuickBooks&, ConnectorOptions, Hooks);
    ~Connector();
    // One update run, serverVersion to closeConnection.
    RunResult run();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace qbwc
