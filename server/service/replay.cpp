#include "server/service/replay.h"

#include <charconv>

#include <fmt/format.h>

#include "qbxml/canonical/masks.h"
#include "qbxml/request.h"
#include "server/base/secret.h"
#include "server/service/job_desk.h"

namespace server::service {
namespace {

const base::CompanyId replayed{"replayed"};

int number_in(std::string_view text)
{
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::optional<qbwc::Call> call_of(const Words& words)
{
    const auto value = [&](const char* key) {
        const auto found = words.values.find(key);
        return found == words.values.end() ? std::string() : found->second;
    };
    const std::string ticket = value("ticket");
    const auto& name = words.name;
    if (name == "serverVersion") return qbwc::ServerVersion{};
    if (name == "clientVersion") return qbwc::ClientVersion{value("version")};
    if (name == "authenticate") return qbwc::Authenticate{value("user"), value("password")};
    if (name == "sendRequestXML")
        return qbwc::SendRequestXml{ticket,
                                    value("hcp"),
                                    value("file"),
                                    value("country"),
                                    number_in(value("major")),
                                    number_in(value("minor"))};
    if (name == "receiveResponseXML")
        return qbwc::ReceiveResponseXml{ticket, value("response"), value("hresult"),
                                        value("message")};
    if (name == "connectionError")
        return qbwc::ConnectionError{ticket, value("hresult"), value("message")};
    if (name == "getLastError") return qbwc::GetLastError{ticket};
    if (name == "closeConnection") return qbwc::CloseConnection{ticket};
    if (name == "getInteractiveURL") return qbwc::GetInteractiveUrl{ticket, value("session")};
    if (name == "interactiveDone") return qbwc::InteractiveDone{ticket};
    if (name == "interactiveRejected") return qbwc::InteractiveRejected{ticket, value("reason")};
    return std::nullopt;
}

class Player {
public:
    Player(store::Store& store, RecordedClock& clock, base::Ids& ids, const Speak& speak)
        : store_(store), clock_(clock), desk_(clock, ids), speak_(speak)
    {
    }

    Played play(const std::vector<Step>& steps)
    {
        for (const Step& step : steps) {
            line_ = step.line;
            switch (step.mark) {
                case '+': host(step); break;
                case '>': call(step); break;
                case '<': check(step); break;
                default: break;  // what is true then stands in other stores; the way is a remark
            }
        }
        return std::move(played_);
    }

private:
    void differ(std::string what)
    {
        played_.differences.push_back(fmt::format("line {}: {}", line_, what));
    }

    std::string filled(std::string text) const
    {
        for (const auto& [mark, value] : known_)
            for (auto at = text.find(mark); at != text.npos;
                 at = text.find(mark, at + value.size()))
                text.replace(at, mark.size(), value);
        return text;
    }

    void host(const Step& step)
    {
        if (step.text.starts_with("company ")) return add_company(step);
        if (step.text.ends_with(" s pass")) {
            clock_.advance(std::chrono::seconds(number_in(step.text)));
        } else if (step.text == "raw ") {
            const auto job = desk_.raw(replayed, filled(step.block.value_or("")), store_);
            if (!job) differ("the server does not take this message set: " + job.error().text());
        } else if (step.text.starts_with("page ")) {
            const auto job = desk_.interactive(replayed, step.text.substr(5), store_);
            if (!job) differ("the server does not take this page: " + job.error().text());
        } else {
            differ(fmt::format("'{}' is nothing that is played here", step.text));
        }
    }

    void add_company(const Step& step)
    {
        const auto words = words_of(step);
        if (!words) return differ(words.error().text());
        const auto value = [&](const char* key) {
            const auto found = words->values.find(key);
            return found == words->values.end() ? std::string() : found->second;
        };
        const store::Company company{
            .id = replayed,
            .name = value("name"),
            .user_name = value("user"),
            .password_hash = base::hash_password(value("password")),
            .owner_id = value("owner"),
            .file_id = value("file"),
            .created_at = clock_.now(),
            .time_zone = value("zone"),
            .pinned_path = value("pinned"),
            .linked = {.file_id = value("linked"), .path = value("path"), .name = value("called")},
            .settled_batch = value("settled")};
        store_.write([&](store::Tx& tx) {
            tx.add_company(company);
            tx.save_company(company);
        });
    }

    void call(const Step& step)
    {
        auto words = words_of(step);
        strings_.clear();
        if (!words) return differ(words.error().text());
        for (auto& [key, value] : words->values)
            value = filled(value);
        const auto call = call_of(*words);
        if (!call) return differ(fmt::format("QBWC has no method '{}'", words->name));
        ++played_.calls;
        const auto reply = speak_(*call);
        if (const auto* text = std::get_if<qbwc::TextReply>(&reply)) strings_ = {text->text};
        if (const auto* four = std::get_if<qbwc::AuthenticateReply>(&reply))
            strings_ = four->strings;
        if (const auto* number = std::get_if<qbwc::ReceiveReply>(&reply))
            strings_ = {std::to_string(number->progress)};
    }

    void expect(bool holds, std::string_view expected)
    {
        if (!holds) differ(fmt::format("expected {}, answered '{}'", expected, strings_.front()));
    }

    void check(const Step& step)
    {
        if (strings_.empty()) return;
        const std::string& answer = strings_.front();
        const std::string& text = step.text;
        if (text.starts_with("ticket=")) {
            const auto words = words_of({.line = step.line, .text = "authenticate " + text});
            if (!words || strings_.size() < 2) return differ("this is no answer to authenticate");
            for (const auto& [key, value] : words->values) {
                if (key == "ticket") known_[value] = answer;
                if (key == "company" && strings_[1] != value)
                    differ(fmt::format("expected the company '{}', answered '{}'", value,
                                       strings_[1]));
            }
        } else if (text.starts_with("batch ")) {
            const auto name = text.substr(6, text.find(':') - 6);
            known_[name] = set_id_of(answer);
            sets_[name] = answer;
            std::string requests;
            if (const auto set = qbxml::message_set_from_xml(answer))
                for (const auto& request : set->requests)
                    requests += " " + request.name;
            expect(requests == text.substr(text.find(':') + 1), text);
        } else if (text.starts_with("same text as ")) {
            expect(answer == sets_[text.substr(13)], text);
        } else if (text.starts_with("says ")) {
            expect(answer.find(text.substr(5)) != answer.npos, text);
        } else if (text == "exactly ") {
            const auto expected = filled(step.block.value_or(""));
            expect(answer == expected || qbxml::canonical::masked(answer) == expected,
                   "'" + expected + "'");
        } else if (text == "nothing") {
            expect(answer.empty(), text);
        } else if (const auto dots = text.find(".."); dots != text.npos) {
            const int number = number_in(answer);
            expect(number >= number_in(text) && number <= number_in(text.substr(dots + 2)), text);
        } else {
            expect(answer == text, text);
        }
    }

    store::Store& store_;
    RecordedClock& clock_;
    JobDesk desk_;
    const Speak& speak_;
    Played played_;
    int line_ = 0;
    std::map<std::string, std::string> known_;  // captured, by "{name}"
    std::map<std::string, std::string> sets_;   // texts of message sets, by the same names
    std::vector<std::string> strings_;          // the last answer
};

}  // namespace

Played replay(const std::vector<Step>& steps, store::Store& store, RecordedClock& clock,
              base::Ids& ids, const Speak& speak)
{
    return Player(store, clock, ids, speak).play(steps);
}

}  // namespace server::service
