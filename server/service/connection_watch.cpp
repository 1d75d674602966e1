#include "server/service/connection_watch.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "server/base/log.h"
#include "server/service/connection_manners.h"
#include "server/service/connections.h"

namespace server::service {
namespace {

namespace log = base::log;
using base::Time;
using qbxml::Value;
using session::HealthState;
using store::Company;
using store::LinkEvidence;
using store::Tx;

constexpr std::chrono::seconds worth_a_write{60};
constexpr std::size_t longest_text = 500;
constexpr std::string_view personal_data_denied = "3261";

session::Seen seen_of(Tx& tx, const Company& company, const LinkEvidence& evidence, Time now)
{
    const auto link = tx.link(company.id);
    session::Seen seen{
        .created_at = company.created_at,
        .active = is_active(company),
        .confirmed = company.status == store::Status::pending_auth || is_confirmed(link),
        .last_contact_at = company.last_contact_at,
        .rhythm = evidence.rhythm,
        .told_until = evidence.told_until,
        .pause = link.manners.pause,
        .worked_at = evidence.worked_at,
        .trouble = evidence.trouble,
        .refused_at = evidence.refused_at,
        .refusals = evidence.refusals,
        .unattended = evidence.host.unattended,
        .personal_denied_at = evidence.personal_denied_at,
        .computer = evidence.computer,
        // Where one computer is the right one, the other is refused, and told then.
        .other_computer = link.pinned_computer.empty() ? evidence.other_computer : "",
        .other_computer_at = evidence.other_computer_at};
    for (const auto& live : tx.live_sessions(company.id))
        seen.session_opened_at = live.opened_at;
    const auto offset = offset_of(company.time_zone);
    if (!session::is_open(link.manners.windows, now, offset) && tx.count_due(company.id, now) > 0)
        seen.window_opens_at = session::opens_at(link.manners.windows, now, offset);
    return seen;
}

// Working and idle are one to those who are told.
std::string told(HealthState state)
{
    return std::string(to_text(state == HealthState::working ? HealthState::idle : state));
}

void update_host(LinkEvidence& evidence, const FirstLook& look)
{
    const auto& facts = look.facts;
    auto& host = evidence.host;
    if (facts.knows_host()) {
        host.country = facts.country;
        host.major_version = facts.major_version;
        host.minor_version = facts.minor_version;
        host.supported_versions = fmt::format("{}", fmt::join(facts.supported_versions, ","));
        host.file_mode = facts.file_mode;
    }
    if (facts.unattended_access) {
        host.unattended = facts.unattended_access;
        host.login_user = facts.unattended_user;
    }
    if (facts.personal_data_access) {
        host.personal_data = facts.personal_data_access;
        if (*facts.personal_data_access) evidence.personal_denied_at = {};
    }
}

Value text_or_null(std::string_view text)
{
    return text.empty() ? Value() : Value(text);
}

Value time_or_null(Time time)
{
    return time == Time{} ? Value() : Value(base::to_text(time));
}

Value flag_or_null(std::optional<bool> flag)
{
    return flag ? Value(*flag) : Value();
}

// "QuickBooks Enterprise Solutions 24.0" → "Enterprise"
std::string_view edition_of(std::string_view product)
{
    for (const std::string_view word :
         {"Enterprise", "Accountant", "Premier", "Simple Start", "Pro"})
        if (product.find(word) != product.npos) return word;
    return {};
}

}  // namespace

void note_login(Tx& tx, const Company& company, Time told_until, Time now)
{
    auto evidence = tx.evidence(company.id);
    // A gap that we asked for says nothing about the schedule.
    const bool own_schedule = evidence.last_login_at != Time{} && now > evidence.told_until &&
                              evidence.told_until <= evidence.last_login_at;
    if (own_schedule)
        evidence.rhythm = session::learned(
            evidence.rhythm,
            std::chrono::floor<std::chrono::seconds>(now - evidence.last_login_at));
    evidence.last_login_at = now;
    evidence.told_until = told_until;
    evidence.refused_at = {};
    evidence.refusals = 0;
    tx.save_evidence(evidence);
    tell_health(tx, company, now);
}

void note_refused_login(Tx& tx, std::string_view user, std::string_view address, Time now)
{
    const auto company = tx.find_company_by_user(user);
    if (!company || !is_active(*company)) return;
    auto evidence = tx.evidence(company->id);
    const bool known_place = tx.login_guard(user, address).good_at != Time{};
    const bool missed = company->last_contact_at == Time{} ||
                        session::overdue(seen_of(tx, *company, evidence, now), now);
    if (!known_place && !missed) return;
    if (evidence.refusals++ == 0) evidence.refused_at = now;
    tx.save_evidence(evidence);
    tell_health(tx, *company, now);
}

void note_first_look(Tx& tx, const Company& company, const FirstLook& look, Time now)
{
    const auto before = tx.evidence(company.id);
    auto evidence = before;
    update_host(evidence, look);
    const auto& computer = look.facts.computer;
    if (!computer.empty()) {
        if (!evidence.computer.empty() && evidence.computer != computer) {
            const bool back = evidence.other_computer == computer;
            evidence.other_computer = evidence.computer;
            evidence.other_computer_at = evidence.computer_at;
            if (!back) {
                Value detail(Value::Object{});
                detail.set("computer", computer);
                detail.set("before", evidence.other_computer);
                tx.add_event({.at = now,
                              .company = company.id,
                              .what = "computer.changed",
                              .reason = "the Web Connector of another computer came",
                              .detail = qbxml::to_json(detail)});
            }
        }
        evidence.computer = computer;
        evidence.computer_at = now;
    }
    if (evidence == before) return;
    tx.save_evidence(evidence);
    tell_health(tx, company, now);
}

void note_answer(Tx& tx, const Company& company, Time now)
{
    auto evidence = tx.evidence(company.id);
    const bool cleared = evidence.trouble.has_value();
    if (!cleared && now - evidence.worked_at < worth_a_write) return;
    evidence.trouble.reset();
    evidence.worked_at = now;
    tx.save_evidence(evidence);
    if (cleared) tell_health(tx, company, now);
}

void note_personal_data_denied(Tx& tx, const Company& company, Time now)
{
    auto evidence = tx.evidence(company.id);
    evidence.personal_denied_at = now;
    tx.save_evidence(evidence);
    tell_health(tx, company, now);
}

void forget_place(Tx& tx, const Company& company, Time now)
{
    auto evidence = tx.evidence(company.id);
    evidence.computer.clear();
    evidence.computer_at = {};
    evidence.other_computer.clear();
    evidence.other_computer_at = {};
    evidence.trouble.reset();
    tx.save_evidence(evidence);
    tell_health(tx, company, now);
}

void note_trouble(Tx& tx, const Company& company, session::Trouble trouble, Time now)
{
    auto evidence = tx.evidence(company.id);
    trouble.at = now;
    trouble.text.resize(std::min(trouble.text.size(), longest_text));
    evidence.trouble = session::repeated(evidence.trouble, std::move(trouble));
    tx.save_evidence(evidence);
    tell_health(tx, company, now);
}

void note_unreachable(Tx& tx, Company& company, const session::Session& s, std::string_view hresult,
                      std::string_view message, Time now)
{
    note_refused_access(tx, company, hresult, now);
    note_trouble(tx, company,
                 {.kind = session::Trouble::Kind::hresult,
                  .code = std::string(hresult.substr(0, 20)),
                  .text = std::string(message),
                  .session = s.id.text},
                 now);
}

void note_outcome(Tx& tx, Company& company, const session::Session& s,
                  const qbwc::ReceiveResponseXml& call, std::span<const jobs::Verdict> verdicts,
                  Time now)
{
    const auto denied = [](const jobs::Verdict& one) {
        return one.status_code == personal_data_denied;
    };
    if (std::any_of(verdicts.begin(), verdicts.end(), denied))
        note_personal_data_denied(tx, company, now);
    const bool failed = call.hresult.find_first_not_of(" \t\r\n") != std::string::npos;
    if (!failed) {
        note_answer(tx, company, now);
        return end_one_time(tx, company, now);
    }
    // What QuickBooks could not read was our request, not the connection.
    if (session::concerns_connection(call.hresult))
        note_unreachable(tx, company, s, call.hresult, call.message, now);
}

session::Health health_of(Tx& tx, const Company& company, Time now)
{
    return session::health(seen_of(tx, company, tx.evidence(company.id), now), now);
}

void tell_health(Tx& tx, const Company& company, Time now)
{
    auto evidence = tx.evidence(company.id);
    const auto health = session::health(seen_of(tx, company, evidence, now), now);
    const std::string state = told(health.state);
    const std::string cause(health.cause ? to_text(*health.cause) : "");
    if (state == evidence.told_state && cause == evidence.told_cause) return;
    // What a company was before anybody looked is no news.
    const bool news = !evidence.told_state.empty() || !cause.empty();
    Value detail = to_value(health);
    detail.set("before", text_or_null(evidence.told_state));
    evidence.told_state = state;
    evidence.told_cause = cause;
    evidence.told_since = now;
    tx.save_evidence(evidence);
    if (!news) return;
    tx.add_event({.at = now,
                  .company = company.id,
                  .what = "health.changed",
                  .reason = cause.empty() ? state : cause,
                  .detail = qbxml::to_json(detail)});
    log::info("health.changed", {{"company", company.id.text}, {"state", state}, {"cause", cause}});
}

int watch(store::Store& store, Time now)
{
    const auto changed = store.read([&](Tx& tx) {
        std::vector<Company> found;
        for (auto& company : tx.companies()) {
            const auto evidence = tx.evidence(company.id);
            const auto health = session::health(seen_of(tx, company, evidence, now), now);
            if (told(health.state) != evidence.told_state ||
                (health.cause ? to_text(*health.cause) : "") != evidence.told_cause)
                found.push_back(std::move(company));
        }
        return found;
    });
    for (const auto& company : changed)
        store.write([&](Tx& tx) {
            if (const auto fresh = tx.find_company(company.id)) tell_health(tx, *fresh, now);
        });
    return static_cast<int>(changed.size());
}

Value to_value(const session::Health& health)
{
    Value value(Value::Object{});
    value.set("state", to_text(health.state));
    value.set("cause", health.cause ? Value(to_text(*health.cause)) : Value());
    value.set("actor", health.cause ? Value(to_text(actor_of(*health.cause))) : Value());
    value.set("action", health.cause ? Value(session::action_of(*health.cause)) : Value());
    value.set("since", time_or_null(health.since));
    Value evidence(Value::Object{});
    for (const auto& [name, text] : health.evidence)
        evidence.set(name, text);
    value.set("evidence", std::move(evidence));
    return value;
}

Value to_value(const LinkEvidence& evidence, const Company& company)
{
    Value quickbooks(Value::Object{});
    quickbooks.set("product", text_or_null(company.product));
    quickbooks.set("edition", text_or_null(edition_of(company.product)));
    quickbooks.set("country", text_or_null(evidence.host.country));
    quickbooks.set("majorVersion", text_or_null(evidence.host.major_version));
    quickbooks.set("minorVersion", text_or_null(evidence.host.minor_version));
    quickbooks.set("qbxml", text_or_null(company.qbxml_version));
    Value::Array versions;
    std::string_view rest = evidence.host.supported_versions;
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        versions.emplace_back(rest.substr(0, comma));
        rest = comma == rest.npos ? std::string_view() : rest.substr(comma + 1);
    }
    quickbooks.set("supportedQbxml", Value(std::move(versions)));
    quickbooks.set("fileMode", text_or_null(evidence.host.file_mode));

    Value access(Value::Object{});
    access.set("unattended", flag_or_null(evidence.host.unattended));
    access.set("userName", text_or_null(evidence.host.login_user));
    access.set("personalData", flag_or_null(evidence.host.personal_data));

    Value value(Value::Object{});
    value.set("quickBooks", std::move(quickbooks));
    value.set("access", std::move(access));
    value.set("computer", text_or_null(evidence.computer));
    value.set("otherComputer", text_or_null(evidence.other_computer));
    const auto interval = evidence.rhythm.interval.count();
    value.set("expectedIntervalSeconds",
              interval > 0 ? Value(static_cast<std::int64_t>(interval)) : Value());
    value.set("lastWork", time_or_null(evidence.worked_at));
    return value;
}

Value to_value(const store::Event& event)
{
    Value value(Value::Object{});
    value.set("number", event.number);
    value.set("time", base::to_text(event.at));
    value.set("company", text_or_null(event.company.text));
    value.set("type", event.what);
    value.set("reason", text_or_null(event.reason));
    auto detail = qbxml::parse_json(event.detail.empty() ? "{}" : event.detail);
    value.set("data", detail ? std::move(*detail) : Value(event.detail));
    return value;
}

}  // namespace server::service
