#include "tests/scenario/connector.h"

#include <algorithm>

#include <fmt/format.h>

#include "qbxml/company_facts.h"
#include "qbxml/request.h"
#include "server/jobs/recovery.h"
#include "server/service/connection_manners.h"

namespace scenario {

using qbwc::Call;
using qbwc::Reply;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t earlier_max = 16;

// What QuickBooks throws when it is not known whether it did the work.
constexpr const char* vague[] = {"0x80040402", "0x80010105", "0x8004040D", "0x80040414",
                                 "0x80040424"};
// And when it surely did nothing.
constexpr const char* at_the_door[] = {"0x80040408", "0x8004040A", "0x80040414", "0x80040424",
                                       "0x80040410"};

std::string head_of(std::string_view text)
{
    const auto at = text.find("<QBXMLMsgsR");
    std::string head(text.substr(at == text.npos ? 0 : at, 170));
    std::replace(head.begin(), head.end(), '\n', ' ');
    return head;
}

bool changes_books(const std::string& text)
{
    const auto set = qbxml::message_set_from_xml(text);
    if (!set) throw Broken("what was sent is no qbXML: " + text);
    return std::any_of(set->requests.begin(), set->requests.end(),
                       [](const auto& node) { return qbxml::changes_books(node.name); });
}

std::string id_of(std::string_view text)
{
    constexpr std::string_view mark = "newMessageSetID=\"";
    const auto at = text.find(mark);
    if (at == text.npos) return {};
    const auto from = at + mark.size();
    return std::string(text.substr(from, text.find('"', from) - from));
}

// The batch that a set without such an id belongs to; "" when the request brought its own name.
std::string reader_of(std::string_view text)
{
    constexpr std::string_view mark = "requestID=\"";
    const auto at = text.find(mark);
    if (at == text.npos) return {};
    const auto named =
        text.substr(at + mark.size(), text.find('"', at + mark.size()) - at - mark.size());
    return std::string(named.substr(0, named.rfind('-')));
}

}  // namespace

Connector::Connector(Story& story, ServerSide& server, Office& office, std::string name)
    : story_(story), server_(server), office_(office), name_(std::move(name))
{
}

std::string Connector::shown(const Call& call, const std::optional<Reply>& reply) const
{
    std::string text = fmt::format("{} > {}", name_, qbwc::method_name(call));
    if (const auto* made = std::get_if<qbwc::ReceiveResponseXml>(&call))
        text += made->hresult.empty() ? " " + head_of(made->response) : " " + made->hresult;
    if (!reply) return text + " < no answer";
    if (const auto* words = std::get_if<qbwc::TextReply>(&*reply))
        text += " < '" + head_of(words->text) + "'";
    if (const auto* four = std::get_if<qbwc::AuthenticateReply>(&*reply))
        text += fmt::format(" < '{}' '{}'", four->strings.at(0), four->strings.at(1));
    if (const auto* number = std::get_if<qbwc::ReceiveReply>(&*reply))
        text += fmt::format(" < {}", number->progress);
    return text;
}

std::optional<Reply> Connector::call(Call made)
{
    if (story_.strikes(15) && !earlier_.empty()) {
        const Call& late = story_.chance.one_of(earlier_);
        const auto reply = server_.call(late);
        story_.tell(shown(late, reply) + " [an earlier call comes once more]");
    }
    if (story_.strikes(6)) {
        server_.clock.advance(std::chrono::minutes(story_.chance.between(1, 45)));
        story_.tell("    [the next call is late]");
    }
    if (earlier_.size() == earlier_max) earlier_.erase(earlier_.begin());
    earlier_.push_back(made);
    if (story_.strikes(12)) {
        story_.tell(shown(made, std::nullopt) + " [lost on its way to the server]");
        return std::nullopt;
    }
    auto reply = server_.call(made);
    story_.tell(shown(made, reply));
    if (story_.strikes(15)) {
        auto again = server_.call(made);
        story_.tell(shown(made, again) + " [the same call twice]");
        if (!reply || story_.chance.percent(50)) reply = std::move(again);
    }
    if (story_.strikes(12)) {
        story_.tell("    [the answer is lost]");
        return std::nullopt;
    }
    return reply;
}

std::optional<std::string> Connector::call_for_text(Call made)
{
    auto reply = call(std::move(made));
    if (!reply) {
        broken();
        return std::nullopt;
    }
    return std::get<qbwc::TextReply>(std::move(*reply)).text;
}

// No answer, or none that is one: QBWC gives up, and may or may not say good-bye.
void Connector::broken()
{
    if (!ticket_.empty() && story_.chance.percent(30)) {
        const Call bye = qbwc::CloseConnection{ticket_};
        story_.tell(shown(bye, server_.call(bye)));
    }
    off("gives up");
}

void Connector::off(const char* why)
{
    if (next_ != Next::start) story_.tell(fmt::format("{} {}", name_, why));
    session_.reset();
    ticket_.clear();
    next_ = Next::start;
}

// A session with QuickBooks; iterators of an earlier one are gone.
void Connector::open_quickbooks()
{
    session_ = stranger_ ? office_.open_stranger() : office_.open();
    gone_ = false;
    restores_ = office_.restores();
}

void Connector::step()
{
    if (next_ != Next::start && story_.strikes(10)) return off("is switched off");
    server_.clock.advance(std::chrono::seconds(story_.chance.below(4)));
    switch (next_) {
        case Next::start: return start();
        case Next::open: return open();
        case Next::company: return ask_company();
        case Next::send: return send();
        case Next::carry: return carry();
        case Next::receive: return receive();
        case Next::after_nothing: return after_nothing();
        case Next::page: return page();
        case Next::close: return close();
    }
}

void Connector::start()
{
    stranger_ = false;
    tries_ = 0;
    if (story_.chance.percent(10)) {
        call(qbwc::ServerVersion{});
        call(qbwc::ClientVersion{"34.0.10018.91"});
    }
    const bool wrong = story_.strikes(10);
    const auto reply =
        call(qbwc::Authenticate{office_.company.user_name, wrong ? "guessed" : "maple-secret"});
    if (!reply) return;
    const auto& strings = std::get<qbwc::AuthenticateReply>(*reply).strings;
    // Busy is said to everybody, before anything is looked at.
    if (wrong && strings.at(1) != "nvu" && strings.at(1) != "busy")
        throw Broken("a wrong password was let in");
    if (strings.at(1) == "nvu" || strings.at(1) == "none" || strings.at(1) == "busy") return;
    if (strings.size() > 2 && !strings.at(2).empty() && strings.at(2) != "0") return;
    ticket_ = strings.at(0);
    file_ = strings.at(1);
    next_ = Next::open;
}

void Connector::open()
{
    std::optional<std::string> failure;
    if (story_.strikes(40)) failure = story_.chance.one_of(at_the_door);
    if (!failure && !file_.empty() && file_ != office_.path()) failure = "0x8004040A";
    if (failure) {
        const auto answer =
            call_for_text(qbwc::ConnectionError{ticket_, *failure, "QuickBooks is not there."});
        if (!answer) return;
        if (*answer == "done" || ++tries_ == 3) return off("ends without QuickBooks");
        file_ = *answer;
        return;
    }
    // The worst moment for another file is when something is in doubt.
    const bool doubt = server_.store().read(
        [&](server::store::Tx& tx) { return tx.batch_in_doubt(office_.company.id).has_value(); });
    stranger_ = story_.strikes(doubt ? 200 : 15);
    if (stranger_) story_.tell(name_ + " has another company file open");
    open_quickbooks();
    next_ = story_.chance.percent(stranger_ ? 60 : 93) ? Next::company : Next::send;
    hcp_.clear();
}

void Connector::ask_company()
{
    if (restores_ != office_.restores()) open_quickbooks();
    const auto set =
        qbxml::MessageSet{.on_error = qbxml::OnError::go_on,
                          .requests = qbxml::company_facts_requests(office_.company.owner_id)};
    const auto text = qbxml::write(set, qbxml::newest_version, qbxml::Edition::any);
    hcp_ = session_->process(*text).response;
    next_ = Next::send;
}

void Connector::send()
{
    const qbwc::SendRequestXml question{
        .ticket = ticket_,
        .hcp_response = std::exchange(hcp_, {}),
        .company_file = stranger_ ? "C:\\Books\\other.qbw" : office_.path(),
        .country = "US",
        .major = 16,
        .minor = 0};
    auto text = call_for_text(question);
    if (!text) return;
    if (text->empty() && server_.holds(ticket_) && story_.chance.percent(80)) {
        story_.tell(name_ + " waits for its answer");
        server_.clock.advance(std::chrono::seconds(story_.chance.between(1, 50)));
        hcp_ = question.hcp_response;
        return;
    }
    if (!text->empty() && *text != request_) check_request(*text);
    request_ = std::move(*text);
    next_ = request_.empty() ? Next::after_nothing : Next::carry;
}

// What goes out belongs to this company, stands in the store as it is, is allowed now, and goes
// before everything else when its answer was lost.
void Connector::check_request(const std::string& text)
{
    const auto breach = server_.store().read([&](server::store::Tx& tx) -> std::string {
        const auto id = id_of(text);
        const auto batch = tx.find_batch({id.empty() ? reader_of(text) : id});
        if (!batch) return id.empty() ? "" : "it is in no store";
        if (batch->company != office_.company.id) return "it is another company's";
        if (server::jobs::words_of(*batch) != text) return "the store has other words";
        const auto now = server_.clock.now();
        const auto link = tx.link(office_.company.id);
        const auto& manners = link.manners;
        if (manners.pause && server::session::holds(*manners.pause, now)) return "it is paused";
        const auto doubtful = tx.batch_in_doubt(office_.company.id);
        // Unless QuickBooks could not be looked into, and will be later.
        const auto look = doubtful ? tx.find_job(doubtful->look) : std::nullopt;
        const bool later = look && !server::jobs::ended(look->state) && look->run_at > now;
        const bool fresh = batch->sendings == 1;  // several may be in doubt, each in its turn
        if (!id.empty() && fresh && doubtful && !later)
            return doubtful->id.text + " has to go out first";
        const auto first = tx.find_job(batch->items.front().job);
        const bool asked = link.confirm && link.confirmed_at == server::base::Time{};
        if (asked && (!first || first->kind != server::jobs::Kind::probe))
            return "nobody has said yet that these are the right books";
        const auto offset = server::service::offset_of(office_.company.time_zone);
        if (first && first->kind == server::jobs::Kind::sync &&
            !server::session::is_open(manners.windows, now, offset))
            return "the window is closed";
        return "";
    });
    if (!breach.empty()) throw Broken(fmt::format("a request that must not go: {}", breach));
}

// What QuickBooks throws instead of working, if it does.
std::optional<std::string> Connector::busy()
{
    if (gone_) return std::string("0x80010105");
    if (story_.strikes(12)) return story_.chance.one_of(vague);
    if (story_.strikes(4)) {
        gone_ = true;  // for the rest of the session
        return std::string("0x80010105");
    }
    // It finds fault with the words; those that ask for a kept answer are the ones to worry about.
    const auto id = id_of(request_);
    const bool asks =
        !id.empty() && request_.find("oldMessageSetID=\"" + id + "\"") != std::string::npos;
    if (story_.strikes(asks ? 150 : 4)) return std::string("0x80040400");
    return std::nullopt;
}

void Connector::carry()
{
    next_ = Next::receive;
    hresult_.clear();
    response_.clear();
    if (story_.strikes(10) || restores_ != office_.restores()) {
        story_.tell(name_ + ": QuickBooks is closed and opened again");
        open_quickbooks();
    }
    if (story_.strikes(6)) {
        session_->lose_iterators();
        story_.tell(name_ + ": QuickBooks loses its iterators");
    }
    if (story_.strikes(15)) server_.clock.advance(std::chrono::seconds(story_.chance.below(600)));
    if (const auto thrown = busy()) {
        hresult_ = *thrown;
        story_.tell(fmt::format("{}: QuickBooks throws {} and has done nothing", name_, hresult_));
        return;
    }
    if (stranger_ && changes_books(request_))
        throw Broken("a request that changes the books went to another company file");
    office_.keep_no_answers(story_.strikes(8));
    const bool dies = story_.strikes(12);
    if (dies) session_->die_within(story_.chance.below(3));
    auto processed = stranger_ ? session_->process(request_) : office_.process(*session_, request_);
    if (dies) open_quickbooks();  // dead, or the set was answered from its record
    if (processed.failure && dies) {
        hresult_ = processed.failure->hresult;
        story_.tell(fmt::format("{}: QuickBooks dies over it: {}", name_, hresult_));
        return;
    }
    if (processed.failure) {
        hresult_ = processed.failure->hresult;
        throw Broken(
            fmt::format("QuickBooks cannot read what was sent ({}): {}", hresult_, request_));
    }
    response_ = std::move(processed.response);
    if (story_.strikes(12)) {
        const bool forgets = story_.chance.percent(40);
        if (forgets) office_.forget_answer(id_of(request_));
        hresult_ = story_.chance.one_of(vague);
        story_.tell(fmt::format("{}: QuickBooks did it and throws {}{}", name_, hresult_,
                                forgets ? ", the answer is not kept" : ""));
        response_.clear();
    } else if (story_.strikes(10)) {
        response_.resize(
            static_cast<std::size_t>(story_.chance.below(static_cast<int>(response_.size()))));
        story_.tell(name_ + ": the answer is cut");
    }
}

void Connector::receive()
{
    const auto reply = call(qbwc::ReceiveResponseXml{ticket_, response_, hresult_, "The message."});
    if (!reply) return broken();
    const int number = std::get<qbwc::ReceiveReply>(*reply).progress;
    if (number > 100) throw Broken(fmt::format("receiveResponseXML answered {}", number));
    next_ = number >= 100 ? Next::close : Next::send;
    if (number >= 0) return;
    if (call_for_text(qbwc::GetLastError{ticket_})) next_ = Next::close;
}

void Connector::after_nothing()
{
    const auto text = call_for_text(qbwc::GetLastError{ticket_});
    if (!text) return;
    if (*text == "NoOp") {
        server_.clock.advance(5s);
        next_ = Next::send;
    } else if (*text == "Interactive mode") {
        next_ = Next::page;
        polls_ = 0;
    } else {
        next_ = Next::close;
    }
}

void Connector::page()
{
    if (polls_ == 0 && story_.chance.percent(40)) {
        if (call_for_text(qbwc::InteractiveRejected{ticket_, "Not now."})) next_ = Next::close;
        return;
    }
    if (polls_ == 0 && !call_for_text(qbwc::GetInteractiveUrl{ticket_, "1"})) return;
    server_.clock.advance(60s);
    const auto text = call_for_text(qbwc::InteractiveDone{ticket_});
    if (!text) return;
    if (*text == "DONE") next_ = Next::close;
    if (*text == "CONTINUE") next_ = Next::send;
    // The person leaves the page open for ever.
    if (++polls_ > 20) off("is switched off over an open page");
}

void Connector::close()
{
    if (call_for_text(qbwc::CloseConnection{ticket_})) off("is done");
}

}  // namespace scenario
