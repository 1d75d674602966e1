// A server and a QuickBooks that follow a script, and a connector between them.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/wsdl/envelopes.h"
#include "wsdl/connector.h"

namespace qbwc::test {

// Answers each method from its queue, and keeps what it was asked. A text is the result; one that
// the script lacks is a mistake of the test.
class ScriptedServer : public Transport {
public:
    // What a method answers next: the result as text, or a whole answer instead of a reply.
    struct Answering {
        std::vector<std::string> result;  // one text, or the strings of authenticate
        std::optional<Transport::Answer> whole;
    };
    std::map<std::string, std::deque<Answering>, std::less<>> answers;
    std::vector<std::string> methods;  // in the order they were called
    std::vector<Decoded> calls;
    std::vector<std::string> actions;

    ScriptedServer& on(const std::string& method, std::vector<std::string> result)
    {
        answers[method].push_back({std::move(result), std::nullopt});
        return *this;
    }
    ScriptedServer& on_whole(const std::string& method, Transport::Answer answer)
    {
        answers[method].push_back({{}, std::move(answer)});
        return *this;
    }

    Transport::Answer post(std::string envelope, std::string_view soap_action) override
    {
        calls.push_back(decoded(*codec_, std::move(envelope)));
        const auto& about = calls.back();
        methods.emplace_back(method_name(about.call));
        actions.emplace_back(soap_action);
        auto& queue = answers[methods.back()];
        if (queue.empty()) throw std::logic_error("no answer in the script: " + methods.back());
        auto answering = std::move(queue.front());
        queue.pop_front();
        if (answering.whole) return *answering.whole;
        return {200, "text/xml; charset=utf-8", codec_->write_reply(reply_of(answering), about),
                ""};
    }

    // The nth call of that method, whole.
    template <class Method>
    Method call(std::size_t nth = 0) const
    {
        for (const auto& decoded : calls) {
            const auto* made = std::get_if<Method>(&decoded.call);
            if (made != nullptr && nth-- == 0) return *made;
        }
        FAIL("there was no such call");
        return {};
    }

private:
    Reply reply_of(const Answering& answering) const
    {
        const auto& method = methods.back();
        if (method == "authenticate") return AuthenticateReply{answering.result};
        if (method == "receiveResponseXML") return ReceiveReply{std::stoi(answering.result.at(0))};
        return TextReply{method, answering.result.at(0)};
    }

    std::unique_ptr<Codec> codec_ = std::make_unique<Codec>();
};

class ScriptedQuickBooks : public QuickBooks {
public:
    std::deque<std::optional<Failure>> openings;  // empty: it opens
    std::deque<Processed> processings;            // empty: "<done/>"
    std::vector<std::string> opened, processed;
    int ended = 0;

    std::optional<Failure> begin_session(std::string_view company_file) override
    {
        opened.emplace_back(company_file);
        if (openings.empty()) return std::nullopt;
        auto outcome = std::move(openings.front());
        openings.pop_front();
        return outcome;
    }
    void end_session() override { ++ended; }
    std::string company_file() const override { return "C:\\Larch.qbw"; }
    std::string country() const override { return "US"; }
    int qbxml_major() const override { return 16; }
    int qbxml_minor() const override { return 0; }
    Processed process(std::string_view qbxml) override
    {
        processed.emplace_back(qbxml);
        if (processings.empty()) return {"<done/>", std::nullopt};
        auto outcome = std::move(processings.front());
        processings.pop_front();
        return outcome;
    }
};

// A connector with everything it does written down.
struct Bench {
    ScriptedServer server;
    ScriptedQuickBooks quickbooks;
    ConnectorOptions options{.user = "larch",
                             .password = "pine-needle-password",
                             .app_name = "Larch & Pine",
                             .owner_id = "{owner}"};
    std::vector<std::chrono::milliseconds> waits;
    std::vector<std::string> lines, urls;
    std::vector<int> progress;
    std::size_t stop_after = 1000;  // calls

    // The version calls pass, and the login succeeds with `company`.
    static Bench logged_in(const std::string& company = "")
    {
        Bench bench;
        bench.server.on("serverVersion", {"1.0"}).on("clientVersion", {""});
        bench.server.on("authenticate", {"ticket-0123456789", company, "", ""});
        return bench;
    }
    static Bench greeted()
    {
        Bench bench;
        bench.server.on("serverVersion", {"1.0"}).on("clientVersion", {""});
        return bench;
    }

    RunResult run()
    {
        Connector connector(
            server, quickbooks, options,
            {.wait = [this](std::chrono::milliseconds pause) { waits.push_back(pause); },
             .log = [this](std::string_view line) { lines.emplace_back(line); },
             .progress = [this](int percent) { progress.push_back(percent); },
             .show_url = [this](std::string_view url) { urls.emplace_back(url); },
             .should_stop = [this] { return server.calls.size() >= stop_after; },
             .log_time = [] { return std::string("20261121.22:05:00 UTC"); }});
        return connector.run();
    }

    bool logged(std::string_view part) const
    {
        for (const auto& line : lines) {
            if (line.find(part) != std::string::npos) return true;
        }
        return false;
    }
};

}  // namespace qbwc::test
