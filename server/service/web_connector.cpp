#include "server/service/web_connector.h"

#include <fmt/format.h>

#include "qbxml/response.h"
#include "qbxml/status.h"
#include "server/base/ensure.h"
#include "server/base/log.h"
#include "server/base/secret.h"
#include "server/jobs/recovery.h"
#include "server/service/arrival.h"
#include "server/service/client_version.h"
#include "server/service/closing_words.h"
#include "server/service/connection_manners.h"
#include "server/service/connection_watch.h"
#include "server/service/connections.h"
#include "server/service/first_look.h"
#include "server/service/handover.h"
#include "server/service/outstanding.h"
#include "server/service/reception.h"
#include "server/service/settlement.h"
#include "server/service/sync.h"

namespace server::service {
namespace {

namespace log = base::log;
using base::Time;
using session::Session;
using session::Work;
using store::Company;
using store::Store;
using store::Tx;

// An answer that turns out to be to something else is read once more, so it is kept meanwhile.
constexpr std::size_t hinted_bytes_max = 256 * 1024;

std::string hash_of(std::string_view ticket)
{
    return base::sha256_hex(ticket);
}

qbwc::TextReply text_reply(std::string_view method, std::string_view text)
{
    return {std::string(method), std::string(text)};
}

// When the company was last heard of, to ten seconds: not every call is worth a write.
void note_contact(Company& company, Time now)
{
    if (now - company.last_contact_at >= std::chrono::seconds(10)) company.last_contact_at = now;
}

// Under which our own data stands in the company file of a session; "" when the ticket is unknown.
std::string owner_of(Tx& tx, std::string_view ticket)
{
    const auto s = ticket.empty() ? std::nullopt : tx.find_session(hash_of(ticket));
    return s ? company_of(tx, s->company).owner_id : std::string();
}

std::string joined(std::initializer_list<std::string_view> sentences)
{
    std::string text;
    for (const auto sentence : sentences)
        if (!sentence.empty()) text.append(text.empty() ? "" : " ").append(sentence);
    return text;
}

// A set that writes is no longer than this QuickBooks can do in a few seconds.
jobs::PackLimits pack_limits(const Company& company, const ConnectorSettings& settings)
{
    auto limits = settings.pack;
    limits.writes_max =
        jobs::writes_that_fit(company.write_pace, limits.requests_max, settings.pace);
    return limits;
}

HandoutLimits limits_for(Tx& tx, const Company& company, const Session& s,
                         const ConnectorSettings& settings, Time now)
{
    return {.page_size = settings.page_size,
            .no_op_within = settings.no_op_within,
            .sendings_max = settings.backoff.attempts_max,
            .pack = pack_limits(company, settings),
            .allowed = allowed_in(tx, company, s, now),
            .live = is_live(tx, company.id, now, settings.live),
            .look = wants_look(company, tx.link(company.id))};
}

}  // namespace

WebConnector::WebConnector(const base::Clock& clock, base::Ids& ids, ConnectorSettings settings)
    : clock_(clock), ids_(ids), settings_(std::move(settings)), recorder_(settings_.recorder)
{
}

qbwc::Reply WebConnector::answer(qbwc::Call call, const Caller& caller, Store& store)
{
    Exchange exchange(recorder_.settings(), call);
    auto reply = failures_.watched(call, clock_, store, [&] {
        return std::visit([&](auto& one) { return on(one, caller, store); }, call);
    });
    exchange.keep(reply, clock_.now(), recorder_);
    // The recording of a round goes along with the next one.
    const bool round = std::holds_alternative<qbwc::SendRequestXml>(call) ||
                       std::holds_alternative<qbwc::ReceiveResponseXml>(call);
    if (!round || recorder_.is_full()) recorder_.flush(store);
    return reply;
}

std::optional<Hold> WebConnector::hold(std::string_view ticket, Store& store) const
{
    if (ticket.empty() || settings_.live.hold.count() == 0) return std::nullopt;
    return store.read(
        [&](Tx& tx) { return hold_for(tx, hash_of(ticket), clock_.now(), settings_.live); });
}

qbwc::Reply WebConnector::on(const qbwc::ServerVersion&, const Caller&, Store&)
{
    return text_reply("serverVersion", settings_.server_version);
}

qbwc::Reply WebConnector::on(const qbwc::ClientVersion& call, const Caller&, Store&)
{
    return text_reply("clientVersion", client_version_answer(call.version, settings_.minimum_client,
                                                             settings_.advised_client));
}

qbwc::Reply WebConnector::on(const qbwc::Authenticate& call, const Caller& caller, Store& store)
{
    return welcome(call, caller.address, store,
                   {clock_, ids_, settings_.session, settings_.backoff});
}

qbwc::Reply WebConnector::on(const qbwc::SendRequestXml& call, const Caller&, Store& store)
{
    const Time now = clock_.now();
    // Parsed before the transaction. What cannot be read says nothing; the probe will ask.
    FirstLook look{.text = call.hcp_response,
                   .facts = {},
                   .path = call.company_file,
                   .spoken = {call.major, call.minor}};
    if (!blank(call.hcp_response))
        if (const auto answers = qbxml::ResponseSet::read(call.hcp_response))
            look.facts = qbxml::company_facts(
                *answers, store.read([&](Tx& tx) { return owner_of(tx, call.ticket); }));

    Outstanding question;
    Recorder::Load recording(recorder_);
    auto reply = store.write([&](Tx& tx) -> qbwc::Reply {
        question = {};
        recording.put(tx);
        const auto answer = [](std::string_view text) {
            return text_reply("sendRequestXML", text);
        };
        auto found = session_of(tx, call.ticket, now, settings_.backoff);
        if (!found) return answer("");
        Session s = std::move(*found);
        if (!session::wants_work(s)) {
            const auto step = session::on_send(s, session::Nothing{}, now, settings_.session);
            if (step.work != Work::repeat) return answer("");
            tx.save_session(step.next);
            const auto batch = tx.find_batch(*step.next.batch);
            base::ensure(batch.has_value(), "a session names a batch that is not there");
            return answer(jobs::words_of(*batch));
        }
        Company company = company_of(tx, s.company);
        const Company before = company;
        note_contact(company, now);
        if (s.qbxml_major == 0) {
            s.qbxml_major = call.major;
            s.qbxml_minor = call.minor;
            s.company_file = call.company_file;
        }
        const bool right_file =
            s.identified || identify(tx, s, company, look, now, settings_.backoff);
        if (company != before) tx.save_company(company);
        if (!right_file) {
            tx.save_session(s);
            return answer("");
        }
        auto offered =
            next_offer(tx, s, company, ids_, now, limits_for(tx, company, s, settings_, now));
        const auto step = session::on_send(s, offered.offer, now, settings_.session);
        tx.save_session(step.next);
        // Losing a question that only reads to a power failure costs a question.
        if (before == company && s.identified && !offered.changes_books &&
            step.work == Work::hand_out)
            tx.may_be_lost();
        if (step.work != Work::hand_out) return answer("");
        question = {step.next, std::move(offered.batch), std::move(offered.jobs), company};
        return answer(offered.text);
    });
    recording.written();
    if (question.batch) questions_.keep(call.ticket, std::move(question));
    return reply;
}

namespace {

session::Tally tally_of(const std::vector<jobs::Job>& settled, const Outlook& view,
                        const std::string& breach)
{
    session::Tally tally{.percent = view.percent, .more = view.more, .breach = breach};
    for (const jobs::Job& job : settled) {
        if (job.kind == jobs::Kind::probe || jobs::is_look(job)) continue;
        tally.done += job.state == jobs::State::done;
        tally.failed += job.state == jobs::State::failed;
    }
    return tally;
}

struct Counter {
    base::Ids& ids;
    const ConnectorSettings& settings;
    Time now;
};

void note_write(Company& company, const jobs::Batch& batch, Time now)
{
    const bool once = batch.sendings == 1;
    // QuickBooks may forget its record of the set, but not while an earlier sending of it may still
    // be on its way at another computer: that one would then be done once more.
    company.settled_batch = once ? batch.id.text : "";
    // What was sent again was answered from that record: it tells nothing of the pace.
    const std::chrono::duration<double> took = now - batch.sent_at;
    if (once)
        company.write_pace = jobs::write_pace(
            company.write_pace, static_cast<int>(batch.requests.size()), took.count());
}

// The answer that the session waits for, into jobs, mirror, company and session.
qbwc::ReceiveReply take_answer(Tx& tx, Session s, Outstanding out, const Arrival& arrival,
                               const qbwc::ReceiveResponseXml& call, const std::string& answer,
                               const Counter& at)
{
    const jobs::Judgement& judgement = arrival.judgement;  // not changed: this may run again
    const auto& backoff = at.settings.backoff;
    std::string breach = judgement.breach;
    const auto settled =
        settle(tx, *out.batch, std::move(out.jobs), judgement, at.now, backoff, at.settings.pace);
    for (const jobs::Job& job : settled) {
        add_follow_up(tx, job, out.company, s, at.ids, at.now);
        add_linked_sync(tx, job, at.ids, at.now);
    }
    const Company before = out.company;
    note_contact(out.company, at.now);
    out.company.last_error = breach;
    if (out.batch->changes_books && !settled.front().batch)
        note_write(out.company, *out.batch, at.now);
    if (!arrival.look) note_outcome(tx, out.company, s, call, judgement.verdicts, at.now);
    const bool probe = settled.front().kind == jobs::Kind::probe;
    const bool right_file =
        !arrival.look || identify(tx, s, out.company, *arrival.look, at.now, backoff);
    if (right_file && probe && !s.identified && breach.empty())
        breach = note_unidentified(tx, out.company, s, judgement.verdicts.front().problem.message,
                                   at.now);
    if (out.company != before) tx.save_company(out.company);
    if (!right_file) {
        s.answer = answer;
        s.number = -1;
        tx.save_session(s);
        return {-1};
    }
    const auto view =
        outlook(tx, s, settled, at.now, limits_for(tx, out.company, s, at.settings, at.now));
    const auto step = session::on_receive(s, tally_of(settled, view, breach), answer, at.now,
                                          at.settings.session);
    tx.save_session(step.next);
    return {step.next.number};
}

}  // namespace

qbwc::Reply WebConnector::on(qbwc::ReceiveResponseXml& call, const Caller&, Store& store)
{
    const Time now = clock_.now();
    const bool short_answer = call.response.size() <= hinted_bytes_max;
    if (auto hint = short_answer ? questions_.take(call.ticket) : std::nullopt) {
        std::string text = call.response;
        if (auto reply = settle_answer(call, *hint, Asking::remembered, now, store)) return *reply;
        call.response = std::move(text);
    }
    const auto asked = store.read([&](Tx& tx) {
        auto found = call.ticket.empty() ? std::nullopt : tx.find_session(hash_of(call.ticket));
        const bool alive = found && found->state != session::State::closed && now < found->deadline;
        return alive ? outstanding(tx, call.ticket, now, settings_.backoff) : Outstanding{};
    });
    return *settle_answer(call, asked, Asking::looked_up, now, store);
}

std::optional<qbwc::Reply> WebConnector::settle_answer(qbwc::ReceiveResponseXml& call,
                                                       const Outstanding& asked, Asking how,
                                                       Time now, Store& store)
{
    const bool has_response = !blank(call.response) && blank(call.hresult);
    const std::string answer =
        base::sha256_hex(has_response ? std::string_view(call.response) : call.hresult);
    // Reading a big answer is the slowest step: before the transaction, outside any lock.
    std::optional<Arrival> judged;
    if (asked.batch)
        judged = read_arrival({asked.company, *asked.session, asked.jobs, *asked.batch}, call, now,
                              store);

    Recorder::Load recording(recorder_);
    auto reply = store.write([&](Tx& tx) -> std::optional<qbwc::Reply> {
        recording.put(tx);
        auto out = outstanding(tx, call.ticket, now, settings_.backoff);
        if (how == Asking::remembered && !same_question(asked, out)) return std::nullopt;
        if (!out.session || out.session->state == session::State::closed)
            return qbwc::ReceiveReply{-1};
        Session s = *out.session;
        // The same words can rightly answer two batches: raw requests may bring equal requestIDs.
        const bool fits = judged && judged->judgement.breach.empty();
        switch (session::receipt_of(s, answer, has_response && !fits)) {
            case session::Receipt::repeat: return qbwc::ReceiveReply{s.number};
            case session::Receipt::unasked: {
                if (s.state != session::State::closing) {
                    const auto step = session::on_unasked(s, now);
                    give_back_of(tx, s, now, settings_.backoff);  // read page by page, between two
                    tx.save_session(step.next);
                    log::warn("answer.unasked", {{"session", s.id.text}});
                }
                return qbwc::ReceiveReply{-1};
            }
            case session::Receipt::settle: break;
        }
        // Two answers came at once and the other one was first: this one answers nothing now.
        if (!judged || asked.batch->id != out.batch->id) return qbwc::ReceiveReply{-1};
        return take_answer(tx, std::move(s), std::move(out), *judged, call, answer,
                           {ids_, settings_, now});
    });
    recording.written();
    return reply;
}

qbwc::Reply WebConnector::on(const qbwc::ConnectionError& call, const Caller&, Store& store)
{
    const Time now = clock_.now();
    return store.write([&](Tx& tx) -> qbwc::Reply {
        const auto found = session_of(tx, call.ticket, now, settings_.backoff);
        if (!found || found->state == session::State::closed)
            return text_reply("connectionError", "done");
        Company company = company_of(tx, found->company);
        const auto status = qbxml::status_of_hresult(call.hresult, call.message);
        const auto path = session::next_file(call.hresult, found->connection_tries,
                                             {company.pinned_path, company.linked.path});
        const std::string text =
            joined({"QuickBooks could not be reached.",
                    call.message.empty() ? status.meaning : std::string_view(call.message),
                    status.remedy, fmt::format("(Code {})", call.hresult)});
        const auto step =
            session::on_connection_error(*found, {path, text}, now, settings_.session);
        company.last_contact_at = now;
        company.last_error = text;
        note_unreachable(tx, company, *found, call.hresult, call.message, now);
        tx.save_company(company);
        if (step.work == Work::give_back) give_back(tx, found->company, now, settings_.backoff);
        tx.save_session(step.next);
        const bool again = step.next.connection_tries > found->connection_tries;
        log::warn("session.no_quickbooks", {{"session", found->id.text},
                                            {"company", found->company.text},
                                            {"hresult", call.hresult},
                                            {"again", again ? 1 : 0}});
        return text_reply("connectionError", again ? *path : "done");
    });
}

qbwc::Reply WebConnector::on(const qbwc::GetLastError& call, const Caller&, Store& store)
{
    return store.read([&](Tx& tx) -> qbwc::Reply {
        const auto found =
            call.ticket.empty() ? std::nullopt : tx.find_session(hash_of(call.ticket));
        return text_reply("getLastError", found ? session::last_error(*found)
                                                : std::string(session::no_session_text));
    });
}

qbwc::Reply WebConnector::on(const qbwc::CloseConnection& call, const Caller&, Store& store)
{
    const Time now = clock_.now();
    return store.write([&](Tx& tx) -> qbwc::Reply {
        const auto found = session_of(tx, call.ticket, now, settings_.backoff);
        if (!found || found->state == session::State::closed)
            return text_reply("closeConnection", "OK");
        give_back_of(tx, *found, now, settings_.backoff);
        Company company = company_of(tx, found->company);
        const Company before = company;
        end_one_time(tx, company, now);
        if (company != before) tx.save_company(company);
        const auto in_doubt = tx.count_jobs(company.id, jobs::State::in_doubt);
        const std::string text =
            joined({closing_text(*found, in_doubt), end_text(tx, company, *found, now)});
        tx.save_session(session::on_close(*found).next);
        log::info("session.closed", {{"session", found->id.text},
                                     {"company", found->company.text},
                                     {"batches", found->batches},
                                     {"done", found->jobs_done},
                                     {"failed", found->jobs_failed}});
        return text_reply("closeConnection", text);
    });
}

namespace {

// Where the person is sent: `{sessionID}` in the URL stands for the QuickBooks session.
std::string page_url(const jobs::Job& job, std::string_view session_id)
{
    const auto body = qbxml::parse_json(job.body);
    base::ensure(body.ok(), "an interactive job holds a body that is no JSON");
    std::string url = body->string_at("url");
    constexpr std::string_view mark = "{sessionID}";
    std::string encoded;
    for (const char c : session_id) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
        encoded +=
            plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    for (auto at = url.find(mark); at != url.npos; at = url.find(mark, at + encoded.size()))
        url.replace(at, mark.size(), encoded);
    return url;
}

}  // namespace

qbwc::Reply WebConnector::on(const qbwc::GetInteractiveUrl& call, const Caller&, Store& store)
{
    const Time now = clock_.now();
    return store.read([&](Tx& tx) -> qbwc::Reply {
        const auto s = call.ticket.empty() ? std::nullopt : tx.find_session(hash_of(call.ticket));
        const bool asked = s && s->state == session::State::interactive && now < s->deadline;
        const auto job = asked ? tx.find_job(*s->interactive) : std::nullopt;
        return text_reply("getInteractiveURL", job ? page_url(*job, call.session_id) : "");
    });
}

qbwc::Reply WebConnector::on(const qbwc::InteractiveDone& call, const Caller&, Store& store)
{
    const Time now = clock_.now();
    return store.write([&](Tx& tx) -> qbwc::Reply {
        const auto reply = [](std::string_view word) {
            return text_reply("interactiveDone", word);
        };
        const auto found = session_of(tx, call.ticket, now, settings_.backoff);
        if (!found || found->state != session::State::interactive) return reply("DONE");
        const auto job = tx.find_job(*found->interactive);
        // "" lets QBWC wait another minute. (Intuit's sample service, not the guide.)
        if (job && !jobs::ended(job->state)) return reply("");
        auto step = session::on_interactive_done(*found, now, settings_.session);
        ++step.next.jobs_done;
        tx.save_session(step.next);
        return reply(tx.count_due(found->company, now) > 0 ? "CONTINUE" : "DONE");
    });
}

qbwc::Reply WebConnector::on(const qbwc::InteractiveRejected& call, const Caller&, Store& store)
{
    const Time now = clock_.now();
    constexpr std::string_view text =
        "The page was not opened. The rest of the work goes on with the next update.";
    return store.write([&](Tx& tx) -> qbwc::Reply {
        const auto found = session_of(tx, call.ticket, now, settings_.backoff);
        if (!found || found->state != session::State::interactive)
            return text_reply("interactiveRejected", "");
        if (const auto job = tx.find_job(*found->interactive); job && !jobs::ended(job->state))
            tx.save_job(jobs::refused(
                *job,
                {.code = "interactive_rejected",
                 .message = call.reason.empty() ? "The page was refused." : call.reason,
                 .cause = "The person at QuickBooks did not want to open the page, or nobody was "
                          "there.",
                 .remedy = "Talk to them, then ask again with a new job.",
                 .actor = "user"},
                now));
        auto step = session::on_interactive_rejected(*found, text, now, settings_.session);
        ++step.next.jobs_failed;
        tx.save_session(step.next);
        return text_reply("interactiveRejected", text);
    });
}

}  // namespace server::service
