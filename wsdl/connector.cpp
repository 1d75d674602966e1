#include "wsdl/connector.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "wsdl/codec.h"
#include "wsdl/connector_words.h"

namespace qbwc {
namespace {

using End = RunResult::End;

// QBWC itself would go on for ever with a server that never says done.
constexpr int connection_attempts_max = 10;

// Ends the QuickBooks session when the run ends, however it does.
class OpenCompany {
public:
    explicit OpenCompany(QuickBooks& quickbooks) : quickbooks_(quickbooks) {}
    ~OpenCompany() { quickbooks_.end_session(); }
    OpenCompany(const OpenCompany&) = delete;
    OpenCompany& operator=(const OpenCompany&) = delete;

private:
    QuickBooks& quickbooks_;
};

}  // namespace

// One function per stretch of the run; each returns how the run ended, or nullopt to go on.
struct Connector::State {
    using Ended = std::optional<RunResult>;

    Transport& transport;
    QuickBooks& quickbooks;
    ConnectorOptions options;
    Hooks hooks;
    Codec codec{};
    std::string ticket{};
    std::string company_file{};
    RunResult result{};

    RunResult run();
    RunResult converse();
    Ended ask_versions();
    Ended judge_version(const std::string& answer);
    Ended log_in();
    Ended judge_login(const std::vector<std::string>& strings);
    Ended open_company();
    Ended ask_company(std::string& hcp);
    RunResult exchange();
    Ended carry(const std::string& request);
    Ended after_no_request();
    Ended go_interactive();
    Ended poll_interactive();

    std::optional<Reply> ask(const Call& call);
    std::optional<std::string> ask_text(const Call& call);
    std::optional<Refusal> find_transport_fault(const Transport::Answer& answer) const;
    RunResult broken() { return end(End::broken); }
    RunResult close(End end_as, std::string text);
    RunResult end(End end_as);
    bool stopped() const { return hooks.should_stop && hooks.should_stop(); }
    void log(std::string_view place, std::string_view text) const;
};

Connector::Connector(Transport& transport, QuickBooks& quickbooks, ConnectorOptions options,
                     Hooks hooks)
    : state_(new State{transport, quickbooks, std::move(options), std::move(hooks)})
{
    if (!state_->hooks.wait) throw std::logic_error("a connector needs a way to wait");
}

Connector::~Connector() = default;

RunResult Connector::run()
{
    return state_->run();
}

RunResult Connector::State::run()
{
    result = {};
    ticket.clear();
    company_file.clear();
    log("JobRunner.run()", fmt::format("Update of '{}' begins.", options.app_name));
    converse();
    log("JobRunner.run()",
        fmt::format("Update of '{}' ends: {}", options.app_name, one_line(end_line(result))));
    return result;
}

RunResult Connector::State::converse()
{
    if (auto ended = ask_versions()) return *ended;
    if (auto ended = log_in()) return *ended;
    if (auto ended = open_company()) return *ended;
    const OpenCompany open(quickbooks);
    return exchange();
}

Connector::State::Ended Connector::State::ask_versions()
{
    // An older service has no serverVersion: that call may fail, the run goes on.
    if (const auto version = ask_text(ServerVersion{})) {
        log(place_of("serverVersion"), fmt::format("The server is '{}'.", one_line(*version)));
    } else if (result.end == End::interrupted) {
        return result;
    }
    result = {};
    const auto answer = ask_text(ClientVersion{options.version});
    if (!answer) return result;
    return judge_version(*answer);
}

Connector::State::Ended Connector::State::judge_version(const std::string& answer)
{
    const auto text = answer.substr(std::min<std::size_t>(2, answer.size()));
    const auto place = place_of("clientVersion");
    if (answer.empty()) return std::nullopt;
    if (answer.starts_with("W:")) {
        log(place, fmt::format("The server warns: {}", one_line(text)));
        return std::nullopt;
    }
    if (answer.starts_with("E:")) {
        log(place, fmt::format("QBWC1037: the server refuses this version: {}", one_line(text)));
        result.code = "QBWC1037";
        return close(End::refused_version, text);
    }
    if (answer.starts_with("O:")) {
        if (!is_older(options.version, text)) return std::nullopt;
        log(place, fmt::format("The server wants version {}, this is {}.", one_line(text),
                               options.version));
        return close(End::refused_version, fmt::format("The server wants version {}.", text));
    }
    result.code = "QBWC1046";
    result.text = "The answer to clientVersion is neither empty nor begins with W:, E: or O:.";
    log(place, fmt::format("{}: {}", result.code, result.text));
    return broken();
}

Connector::State::Ended Connector::State::log_in()
{
    const auto reply = ask(Authenticate{options.user, options.password});
    if (!reply) return result;
    return judge_login(std::get<AuthenticateReply>(*reply).strings);
}

Connector::State::Ended Connector::State::judge_login(const std::vector<std::string>& strings)
{
    const auto place = place_of("authenticate");
    if (strings.size() < 2) {
        result.code = "QBWC1012";
        result.text = "The answer to authenticate holds fewer than two strings.";
        log(place, fmt::format("{}: {}", result.code, result.text));
        return broken();
    }
    ticket = strings[0];
    const auto word = lower_case(strings[1]);
    const auto seconds = [&](std::size_t index) {
        return index < strings.size() ? parse_seconds(strings[index]) : std::nullopt;
    };
    result.minimum_interval_seconds = seconds(3);
    log(place, fmt::format("The ticket is '{}', the company file '{}'.", shortened(ticket),
                           one_line(strings[1])));
    if (const auto postpone = seconds(2); postpone.value_or(0) > 0) {
        result.postpone = std::chrono::seconds(*postpone);
        return close(End::postponed, "Update postponed by application.");
    }
    if (word == "none") return close(End::nothing_to_do, "No data exchange required.");
    if (word == "busy") return close(End::busy, "The application is busy.");
    if (word == "nvu") {
        result.code = "QBWC1040";
        return close(End::not_valid_user, "The user name or the password is not valid.");
    }
    company_file = strings[1];
    return std::nullopt;
}

Connector::State::Ended Connector::State::open_company()
{
    for (int attempt = 1;; ++attempt) {
        if (stopped()) return end(End::interrupted);
        const auto failure = quickbooks.begin_session(company_file);
        if (!failure) return std::nullopt;
        log("RequestProcessor.begin_session()",
            fmt::format("QBWC1013: no connection to QuickBooks: {} {}", failure->hresult,
                        one_line(failure->message)));
        const auto answer = ask_text(ConnectionError{ticket, failure->hresult, failure->message});
        if (!answer) return result;
        result.code = "QBWC1013";
        result.text = failure->message;
        if (lower_case(*answer) == "done") return end(End::connection_failed);
        if (attempt == connection_attempts_max) {
            log("JobRunner.run()",
                fmt::format("The server did not say done in {} attempts: stopping.", attempt));
            return end(End::connection_failed);
        }
        result.code.clear();
        result.text.clear();
        company_file = *answer;
    }
}

// Host, company and preferences: what the first sendRequestXML carries.
Connector::State::Ended Connector::State::ask_company(std::string& hcp)
{
    auto processed = quickbooks.process(
        company_request(options.owner_id, quickbooks.qbxml_major(), quickbooks.qbxml_minor()));
    if (!processed.failure) {
        hcp = std::move(processed.response);
        return std::nullopt;
    }
    result.code = "QBWC1014";
    log("RequestProcessor.process()",
        fmt::format("QBWC1014: host, company and preferences were not answered: {} {}",
                    processed.failure->hresult, one_line(processed.failure->message)));
    return close(End::connection_failed, processed.failure->message);
}

RunResult Connector::State::exchange()
{
    std::string hcp;
    if (auto ended = ask_company(hcp)) return *ended;
    while (true) {
        const auto request = ask_text(SendRequestXml{.ticket = ticket,
                                                     .hcp_response = std::exchange(hcp, {}),
                                                     .company_file = quickbooks.company_file(),
                                                     .country = quickbooks.country(),
                                                     .major = quickbooks.qbxml_major(),
                                                     .minor = quickbooks.qbxml_minor()});
        if (!request) return result;
        const bool nothing = request->empty() || lower_case(*request) == "noop";
        if (auto ended = nothing ? after_no_request() : carry(*request)) return *ended;
    }
}

Connector::State::Ended Connector::State::carry(const std::string& request)
{
    if (stopped()) return end(End::interrupted);
    auto processed = quickbooks.process(request);
    ++result.requests;
    ReceiveResponseXml received{.ticket = ticket, .response = {}, .hresult = {}, .message = {}};
    if (processed.failure) {
        received.hresult = processed.failure->hresult;
        received.message = processed.failure->message;
        log("RequestProcessor.process()",
            fmt::format("QuickBooks refused the request: {} {}", received.hresult,
                        one_line(received.message)));
    } else {
        received.response = std::move(processed.response);
    }
    const auto reply = ask(std::move(received));
    if (!reply) return result;
    const int progress = std::get<ReceiveReply>(*reply).progress;
    log(place_of("receiveResponseXML"), fmt::format("The server answers {}.", progress));
    if (progress < 0) {
        const auto text = ask_text(GetLastError{ticket});
        if (!text) return result;
        return close(End::server_error, *text);
    }
    if (hooks.progress) hooks.progress(std::min(progress, 100));
    if (progress >= 100) return close(End::done, "");
    return std::nullopt;
}

Connector::State::Ended Connector::State::after_no_request()
{
    const auto text = ask_text(GetLastError{ticket});
    if (!text) return result;
    log(place_of("getLastError"), fmt::format("The server answers '{}'.", one_line(*text)));
    const auto word = lower_case(*text);
    if (word == "interactive mode") return go_interactive();
    if (word != "noop") {
        result.with_message = !text->empty();
        return close(End::done, *text);
    }
    hooks.wait(options.noop_pause);
    return std::nullopt;
}

Connector::State::Ended Connector::State::go_interactive()
{
    if (!options.accepts_interactive) {
        const auto text =
            ask_text(InteractiveRejected{ticket, "The person at the Web Connector declined."});
        if (!text) return result;
        result.with_message = !text->empty();
        return close(End::done, *text);
    }
    const auto url = ask_text(GetInteractiveUrl{ticket, options.session_id});
    if (!url) return result;
    log(place_of("getInteractiveURL"), "Opening the page of the application.");
    if (hooks.show_url) hooks.show_url(*url);
    return poll_interactive();
}

Connector::State::Ended Connector::State::poll_interactive()
{
    while (true) {
        hooks.wait(options.interactive_pause);
        const auto text = ask_text(InteractiveDone{ticket});
        if (!text) return result;
        const auto word = lower_case(*text);
        if (word == "done") return close(End::done, "");
        if (word == "continue") return std::nullopt;
        if (!word.empty()) {
            log(place_of("interactiveDone"), fmt::format("The server says: {}", one_line(*text)));
            return close(End::server_error, *text);
        }
    }
}

// nullopt: the run ends as `result` says.
std::optional<Reply> Connector::State::ask(const Call& call)
{
    if (stopped()) {
        end(End::interrupted);
        return std::nullopt;
    }
    const auto method = method_name(call);
    log(place_of(method), call_line(call));
    auto answer = transport.post(codec.write_call(call, options.rpc_style),
                                 fmt::format("\"http://developer.intuit.com/{}\"", method));
    auto fault = find_transport_fault(answer);
    if (!fault) {
        auto read = codec.read_reply(std::move(answer.body), method);
        if (auto* reply = std::get_if<Reply>(&read)) return std::move(*reply);
        fault = std::get<Refusal>(std::move(read));
    }
    result.code = code_of_failure(method);
    result.text = fault->text;
    log(place_of(method),
        fmt::format("{}{}{} failed: {}", result.code, result.code.empty() ? "" : ": ", method,
                    one_line(fault->text)));
    end(End::broken);
    return std::nullopt;
}

std::optional<std::string> Connector::State::ask_text(const Call& call)
{
    auto reply = ask(call);
    if (!reply) return std::nullopt;
    return std::get<TextReply>(*std::move(reply)).text;
}

// What is wrong with an answer before its envelope is looked at. A fault comes with status 500.
std::optional<Refusal> Connector::State::find_transport_fault(const Transport::Answer& answer) const
{
    const auto refuse = [](std::string text) { return Refusal{"Server", std::move(text)}; };
    if (answer.status == 0) {
        return refuse(answer.problem.empty() ? "No answer came." : answer.problem);
    }
    if (answer.status != 200 && answer.status != 500) {
        return refuse(fmt::format("The request failed with HTTP status {}.", answer.status));
    }
    if (!is_xml_content(answer.content_type)) {
        return refuse(fmt::format("The content type of the answer is '{}', not 'text/xml'.",
                                  one_line(answer.content_type)));
    }
    if (answer.body.empty()) return refuse("The body of the answer is empty.");
    return std::nullopt;
}

// The last call of a run; what it answers is shown when there is nothing else to show.
RunResult Connector::State::close(End end_as, std::string text)
{
    const auto kept = result;
    const auto answer = ask_text(CloseConnection{ticket});
    if (!answer) return result;
    result = kept;
    result.text = text.empty() ? *answer : std::move(text);
    return end(end_as);
}

RunResult Connector::State::end(End end_as)
{
    result.end = end_as;
    return result;
}

void Connector::State::log(std::string_view place, std::string_view text) const
{
    if (!hooks.log) return;
    const auto time = hooks.log_time ? hooks.log_time() : std::string();
    hooks.log(fmt::format("{}\t: QBWebConnector.{} : {}", time, place, text));
}

}  // namespace qbwc
