#include "tests/replay/player.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <regex>

#include "qbxml/request.h"
#include "server/jobs/recovery.h"
#include "server/service/companies.h"
#include "server/service/connection_watch.h"
#include "server/service/connections.h"
#include "server/service/upkeep.h"

namespace replay {

using namespace server;
using Catch::Contains;
using store::Tx;

namespace {

[[noreturn]] void unknown(const Step& step)
{
    throw std::runtime_error(fmt::format("line {}: '{}' is no step", step.line, step.text));
}

// "{name}" → "name"; the step is wrong when it is none.
std::string capture_name(const std::string& text)
{
    static const std::regex form(R"(\{([a-z][a-z0-9]*)\})");
    std::smatch parts;
    if (!std::regex_match(text, parts, form)) throw std::runtime_error("no capture: " + text);
    return parts[1];
}

qbwc::Call call_of(const Words& words)
{
    const auto value = [&](const char* key) {
        const auto found = words.values.find(key);
        return found == words.values.end() ? std::string() : found->second;
    };
    const auto number = [&](const char* key) {
        const auto text = value(key);
        return text.empty() ? 0 : std::stoi(text);
    };
    const std::string ticket = value("ticket");
    const auto& name = words.name;
    if (name == "serverVersion") return qbwc::ServerVersion{};
    if (name == "clientVersion") return qbwc::ClientVersion{value("version")};
    if (name == "authenticate") return qbwc::Authenticate{value("user"), value("password")};
    if (name == "sendRequestXML")
        return qbwc::SendRequestXml{ticket,           value("hcp"),    value("file"),
                                    value("country"), number("major"), number("minor")};
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
    throw std::runtime_error("QBWC has no method '" + name + "'");
}

std::string text_of(const jobs::Problem& problem)
{
    return problem.code + " " + problem.status_code + " " + problem.message;
}

}  // namespace

void Player::play(const std::vector<Step>& steps)
{
    for (const Step& step : steps) {
        INFO("line " << step.line << ": " << step.mark << " " << step.text);
        switch (step.mark) {
            case '+': host(step); break;
            case '>': call(step); break;
            case '<': check_answer(step); break;
            case '=': check_truth(step); break;
            case '!': break;  // the answer above did not reach QBWC; nothing more is checked of it
        }
    }
}

std::string Player::filled(const std::string& text) const
{
    std::string out = text;
    for (const auto& [name, value] : known_) {
        const std::string mark = "{" + name + "}";
        for (auto at = out.find(mark); at != out.npos; at = out.find(mark, at + value.size()))
            out.replace(at, mark.size(), value);
    }
    return out;
}

std::vector<jobs::Job> Player::jobs()
{
    auto all = store_.read([](Tx& tx) { return tx.list_jobs({}); });
    std::erase_if(all, [](const jobs::Job& job) {
        return job.kind == jobs::Kind::probe || jobs::is_look(job);
    });
    return {all.rbegin(), all.rend()};
}

service::Connections Player::connections()
{
    return {town_.clock, town_.ids};
}

void Player::host(const Step& step)
{
    std::smatch part;
    const auto says = [&](const char* form) {
        return std::regex_match(step.text, part, std::regex(form));
    };
    const auto block = filled(step.block.value_or(""));
    if (says("sync ([a-zA-Z]+)( full)?( in ([0-9]+) s)?")) {
        auto job =
            town_.desk.sync(testing::maple, {part[1]}, part[2].matched, store_).value().front();
        if (!part[3].matched) return;
        job.run_at = town_.clock.now() + std::chrono::seconds(std::stoi(part[4]));
        store_.write([&](Tx& tx) { tx.save_job(job); });
    } else if (says("raw ")) {
        const auto job = town_.desk.raw(testing::maple, block, store_);
        INFO((job ? "" : job.error().text()));
        REQUIRE(job.ok());
    } else if (says("push ([a-zA-Z]+) ")) {
        const auto pushed =
            town_.desk.push(testing::maple, std::string(part[1]), "", block, store_);
        REQUIRE(pushed.ok());
    } else if (says("page (https?://.*)")) {
        REQUIRE(town_.desk.interactive(testing::maple, std::string(part[1]), store_).ok());
    } else if (says("page finished")) {
        REQUIRE(town_.desk.finish(jobs().back().id, store_).ok());
    } else if (says("([0-9]+) (min|s) pass")) {
        const std::chrono::seconds step_of(part[2] == "min" ? 60 : 1);
        town_.clock.advance(std::stoi(part[1]) * step_of);
    } else if (says("somebody waits")) {
        store_.write([&](Tx& tx) { tx.note_waiting(testing::maple, town_.clock.now()); });
    } else if (says("upkeep")) {
        service::tick(store_, town_.clock.now());
    } else if (says("pause ([0-9]+) min: (.*)")) {
        const auto until = town_.clock.now() + std::chrono::minutes(std::stoi(part[1]));
        REQUIRE(connections().pause(testing::maple, {until, part[2], "operator"}, store_).ok());
    } else if (says("resume")) {
        REQUIRE(connections().resume(testing::maple, store_).ok());
    } else if (says("unlink")) {
        REQUIRE(connections().unlink(testing::maple, "", store_).ok());
    } else if (says("confirm")) {
        REQUIRE(connections().confirm(testing::maple, store_).ok());
    } else if (says("set ([a-z-]+)=(.*)")) {
        REQUIRE(connections().set(testing::maple, {{part[1], part[2]}}, store_).ok());
    } else if (says("accept file")) {
        service::Companies companies(town_.clock, town_.ids);
        REQUIRE(companies.accept_file(testing::maple, store_).ok());
    } else {
        unknown(step);
    }
}

void Player::call(const Step& step)
{
    strings_.clear();
    if (step.text == "POST ") {
        const auto response = wire_(filled(step.block.value()));
        // The connector's half reads faults of any method.
        const auto reply = codec_.read_reply(response.body, "serverVersion");
        const auto* refusal = std::get_if<qbwc::Refusal>(&reply);
        fault_ = response.status == 500;
        strings_.push_back(refusal ? refusal->code + ": " + refusal->text : "no fault");
        return;
    }
    auto words = words_of(step);
    for (auto& [key, value] : words.values) {
        if (value.starts_with('@')) value = read_file(folder_ + "/" + value.substr(1));
        value = filled(value);
    }
    const auto response = wire_(codec_.write_call(call_of(words)));
    CHECK(response.status == 200);
    CHECK_THAT(response.content_type, Catch::StartsWith("text/xml"));
    auto reply = codec_.read_reply(response.body, words.name);
    if (auto* refusal = std::get_if<qbwc::Refusal>(&reply)) FAIL("a fault: " << refusal->text);
    auto& read = std::get<qbwc::Reply>(reply);
    if (auto* text = std::get_if<qbwc::TextReply>(&read)) strings_ = {text->text};
    if (auto* four = std::get_if<qbwc::AuthenticateReply>(&read)) strings_ = four->strings;
    if (auto* number = std::get_if<qbwc::ReceiveReply>(&read))
        strings_ = {std::to_string(number->progress)};
}

void Player::check_authenticate(const Step& step)
{
    REQUIRE(strings_.size() == 4);
    std::string postpone, every;
    const auto words = words_of({.line = step.line, .text = "authenticate " + step.text});
    for (const auto& [key, value] : words.values) {
        if (key == "ticket") {
            CHECK_FALSE(strings_[0].empty());
            known_[capture_name(value)] = strings_[0];
        } else if (key == "company") {
            CHECK(strings_[1] == value);
        } else if (key == "postpone") {
            postpone = value;
        } else if (key == "every") {
            every = value;
        } else {
            unknown(step);
        }
    }
    CHECK(strings_[2] == postpone);
    CHECK(strings_[3] == every);
}

void Player::check_batch(const std::string& expectation)
{
    static const std::regex form(R"(batch (\{[a-z][a-z0-9]*\}): (.*))");
    std::smatch part;
    if (!std::regex_match(expectation, part, form)) throw std::runtime_error("no batch");
    const auto set = qbxml::message_set_from_xml(strings_.at(0));
    INFO(strings_.at(0));
    REQUIRE(set.ok());
    std::string names;
    for (const auto& request : set->requests)
        names += (names.empty() ? "" : " ") + request.name;
    CHECK(names == part[2].str());
    const auto name = capture_name(part[1]);
    known_[name] = testing::batch_id_in(strings_.at(0));
    batches_[name] = strings_.at(0);
}

void Player::check_answer(const Step& step)
{
    REQUIRE_FALSE(strings_.empty());
    const std::string& answer = strings_.front();
    const std::string& text = step.text;
    std::smatch part;
    if (text.starts_with("ticket=")) return check_authenticate(step);
    if (text.starts_with("batch ")) return check_batch(text);
    if (text == "nothing") {
        CHECK(answer.empty());
    } else if (std::regex_match(text, part, std::regex(R"(same text as (\{[a-z0-9]+\}))"))) {
        CHECK(answer == batches_.at(capture_name(part[1])));
    } else if (std::regex_match(text, part, std::regex(R"(-?[0-9]+)"))) {
        CHECK(answer == text);
    } else if (std::regex_match(text, part, std::regex(R"(([0-9]+)\.\.([0-9]+))"))) {
        CHECK(std::stoi(answer) >= std::stoi(part[1]));
        CHECK(std::stoi(answer) <= std::stoi(part[2]));
    } else if (text.starts_with("says ")) {
        CHECK_THAT(answer, Contains(filled(text.substr(5))));
    } else if (text.starts_with("lacks ")) {
        CHECK_THAT(answer, !Contains(filled(text.substr(6))));
    } else if (text.starts_with("fault ")) {
        CHECK(fault_);
        CHECK(answer == text.substr(6));
    } else if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
        CHECK(answer == filled(text.substr(1, text.size() - 2)));
    } else {
        unknown(step);
    }
}

void Player::check_truth(const Step& step)
{
    std::smatch part;
    const auto says = [&](const char* form) {
        return std::regex_match(step.text, part, std::regex(form));
    };
    if (says("jobs (.*)")) {
        std::string states;
        for (const auto& job : jobs())
            states += (states.empty() ? "" : ", ") + std::string(to_text(job.state));
        CHECK(states == part[1].str());
    } else if (says("problem ([0-9]+) (.*)")) {
        const auto job = jobs().at(std::stoul(part[1]) - 1);
        REQUIRE(job.problem);
        CHECK_THAT(text_of(*job.problem), Contains(part[2].str()));
    } else if (says("result ([0-9]+) (.*)")) {
        CHECK_THAT(jobs().at(std::stoul(part[1]) - 1).result, Contains(part[2].str()));
    } else if (says("records ([a-zA-Z]+) ([0-9]+)")) {
        std::int64_t count = 0;
        for (const auto& [type, there] :
             store_.read([](Tx& tx) { return tx.count_records(testing::maple); }))
            if (type == part[1].str()) count = there;
        CHECK(count == std::stoll(part[2]));
    } else if (says(R"(batch (\{[a-z0-9]+\}) ([a-z_]+), sent ([0-9]+) times?)")) {
        const auto id = known_.at(capture_name(part[1]));
        const auto batch = store_.read([&](Tx& tx) { return tx.find_batch({id}); });
        REQUIRE(batch);
        CHECK(to_text(batch->state) == part[2].str());
        CHECK(batch->sendings == std::stoi(part[3]));
    } else if (says("health ([a-z_]+)( [a-z_]+)?")) {
        const auto company = store_.read([](Tx& tx) { return tx.find_company(testing::maple); });
        const auto health = store_.read(
            [&](Tx& tx) { return service::health_of(tx, *company, town_.clock.now()); });
        CHECK(to_text(health.state) == part[1].str());
        CHECK((health.cause ? " " + std::string(to_text(*health.cause)) : "") == part[2].str());
    } else if (says("events (.*)")) {
        std::string events;
        for (const auto& event : store_.read([](Tx& tx) { return tx.events({}); }))
            events += (events.empty() ? "" : ", ") + event.what;
        CHECK(events == part[1].str());
    } else if (says("company ([a-zA-Z]+)")) {
        const auto company = store_.read([](Tx& tx) { return tx.find_company(testing::maple); });
        CHECK(to_text(company->status) == part[1].str());
    } else {
        unknown(step);
    }
}

}  // namespace replay
