#include "server/service/connections.h"

#include <fmt/format.h>

#include "server/base/log.h"
#include "server/base/secret.h"
#include "server/service/companies.h"
#include "server/service/connection_manners.h"
#include "server/service/connection_settings.h"
#include "server/service/connection_watch.h"

namespace server::service {
namespace {

namespace log = base::log;
using base::Time;
using qbxml::Error;
using qbxml::Result;
using qbxml::Value;
using store::Company;
using store::CompanyLink;
using store::Status;
using store::Tx;

constexpr std::size_t reason_max = 200;
constexpr std::string_view one_time_complete = "one_time_complete";

void add_event(Tx& tx, const Company& company, std::string_view what, std::string_view reason,
               Time now, Value detail = Value(Value::Object{}))
{
    tx.add_event({.at = now,
                  .company = company.id,
                  .what = std::string(what),
                  .reason = std::string(reason),
                  .detail = qbxml::to_json(detail)});
    log::info(what, {{"company", company.id.text}, {"reason", reason}});
}

// Runs `change(tx, company, link)` on a company that is there and saves what it changed.
template <class Change>
Result<Connected> changed(const base::CompanyId& id, store::Store& store, Time now, Change change)
{
    const auto result = store.write([&](Tx& tx) -> std::optional<Result<Connected>> {
        auto company = tx.find_company(id);
        if (!company) return std::nullopt;
        auto link = tx.link(id);
        if (const std::optional<Error> fault = change(tx, *company, link))
            return Result<Connected>(*fault);
        tx.save_company(*company);
        tx.save_link(link);
        tell_health(tx, *company, now);
        return Result<Connected>(Connected{*company, link});
    });
    if (!result) return no_company(id.text);
    return *result;
}

std::string_view event_of(Status status)
{
    switch (status) {
        case Status::pending_auth: return "connection.pending";
        case Status::linked: return "connection.linked";
        case Status::unlinked: return "connection.unlinked";
        case Status::deauthorized: return "connection.deauthorized";
    }
    return "";
}

std::optional<Error> too_long(std::string_view where, std::string_view text)
{
    if (text.size() <= reason_max) return std::nullopt;
    return Error{std::string(where),
                 fmt::format("at most {} bytes are kept; {} were given", reason_max, text.size())};
}

}  // namespace

Result<Connected> Connections::pause(const base::CompanyId& id, const PauseWish& wish,
                                     store::Store& store)
{
    const Time now = clock_.now();
    if (wish.until && *wish.until <= now)
        return Error{"until", fmt::format("{} is past; a time to come is expected",
                                          base::to_text(*wish.until))};
    if (auto fault = too_long("reason", wish.reason)) return *fault;
    if (auto fault = too_long("by", wish.by)) return *fault;
    return changed(id, store, now, [&](Tx& tx, Company& company, CompanyLink& link) {
        link.manners.pause =
            session::Pause{.since = now, .until = wish.until, .reason = wish.reason, .by = wish.by};
        Value detail(Value::Object{});
        detail.set("until", wish.until ? Value(base::to_text(*wish.until)) : Value());
        detail.set("by", wish.by);
        add_event(tx, company, "connection.paused", wish.reason, now, std::move(detail));
        tx.save_link(link);
        return std::optional<Error>();
    });
}

Result<Connected> Connections::resume(const base::CompanyId& id, store::Store& store)
{
    const Time now = clock_.now();
    return changed(id, store, now,
                   [&](Tx& tx, Company& company, CompanyLink& link) -> std::optional<Error> {
                       if (!link.manners.pause || !session::holds(*link.manners.pause, now))
                           return Error{id.text, "it is not paused"};
                       link.manners.pause.reset();
                       tx.save_link(link);
                       add_event(tx, company, "connection.resumed", "", now);
                       return std::nullopt;
                   });
}

Result<Connected> Connections::unlink(const base::CompanyId& id, std::string_view reason,
                                      store::Store& store)
{
    const Time now = clock_.now();
    if (auto fault = too_long("reason", reason)) return *fault;
    return changed(
        id, store, now, [&](Tx& tx, Company& company, CompanyLink& link) -> std::optional<Error> {
            if (!is_active(company))
                return Error{id.text, fmt::format("it is {} already", to_text(company.status))};
            change_status(tx, company, Status::unlinked, reason.empty() ? "unlinked" : reason, now);
            link = tx.link(id);
            link.farewell = true;
            return std::nullopt;
        });
}

Result<Connections::Relinked> Connections::relink(const base::CompanyId& id, store::Store& store)
{
    const Time now = clock_.now();
    const std::string password = ids_.password();
    const std::string hash = base::hash_password(password);
    const auto result = changed(id, store, now, [&](Tx& tx, Company& company, CompanyLink& link) {
        company.password_hash = hash;
        company.last_error.clear();
        tx.forget_login_failures(company.user_name);
        auto evidence = tx.evidence(id);
        evidence.trouble.reset();
        tx.save_evidence(evidence);
        if (company.status == Status::pending_auth) company.status = Status::unlinked;
        change_status(tx, company, Status::pending_auth, "relinked", now);
        link = tx.link(id);
        link.farewell = false;
        link.confirmed_at = {};
        return std::optional<Error>();
    });
    if (!result) return result.error();
    return Relinked{result->company, password};
}

Result<Connected> Connections::confirm(const base::CompanyId& id, store::Store& store)
{
    const Time now = clock_.now();
    return changed(
        id, store, now, [&](Tx& tx, Company& company, CompanyLink& link) -> std::optional<Error> {
            if (!link.confirm)
                return Error{id.text,
                             "it needs no confirmation; 'qbwcd company set … confirm=yes' makes it "
                             "ask for one"};
            if (company.status != Status::linked)
                return Error{id.text, fmt::format("its status is {}: there is nothing to confirm "
                                                  "before QuickBooks has named its company",
                                                  to_text(company.status))};
            if (link.confirmed_at != Time{}) return Error{id.text, "it is confirmed already"};
            link.confirmed_at = now;
            tx.save_link(link);
            Value detail(Value::Object{});
            detail.set("name", company.linked.name);
            detail.set("path", company.linked.path);
            add_event(tx, company, "connection.confirmed", "", now, std::move(detail));
            return std::nullopt;
        });
}

Result<Connected, std::vector<Error>> Connections::set(const base::CompanyId& id,
                                                       const Settings& settings,
                                                       store::Store& store)
{
    const Time now = clock_.now();
    std::vector<Error> faults;
    const auto result = changed(
        id, store, now, [&](Tx& tx, Company& company, CompanyLink& link) -> std::optional<Error> {
            const auto before = settings_value({company, link});
            Connected wanted{company, link};
            faults = apply_settings(wanted, settings);
            if (!faults.empty()) return faults.front();
            if (wanted.company == company && wanted.link == link) return std::nullopt;
            company = wanted.company;
            link = wanted.link;
            tx.save_link(link);
            Value detail(Value::Object{});
            detail.set("before", before);
            detail.set("after", settings_value({company, link}));
            add_event(tx, company, "connection.settings_changed", "", now, std::move(detail));
            return std::nullopt;
        });
    if (!faults.empty()) return faults;
    if (!result) return std::vector<Error>{result.error()};
    return *result;
}

void change_status(Tx& tx, Company& company, Status status, std::string_view reason, Time now)
{
    if (company.status == status) return;
    auto link = tx.link(company.id);
    Value detail(Value::Object{});
    detail.set("from", to_text(company.status));
    detail.set("to", to_text(status));
    company.status = status;
    link.status_since = now;
    link.status_reason = reason;
    tx.save_link(link);
    add_event(tx, company, event_of(status), reason, now, std::move(detail));
}

void end_one_time(Tx& tx, Company& company, Time now)
{
    if (company.status != Status::linked) return;
    if (tx.link(company.id).mode != store::Mode::one_time) return;
    if (!tx.first_sync_ended(company.id)) return;
    change_status(tx, company, Status::deauthorized, one_time_complete, now);
}

void note_refused_access(Tx& tx, Company& company, std::string_view hresult, Time now)
{
    // Before the first link somebody said no, and may say yes the next time.
    if (company.status == Status::linked && session::ends_connection(hresult))
        change_status(tx, company, Status::deauthorized, "access_denied", now);
}

std::optional<Error> takes_no_jobs(Tx& tx, const Company& company)
{
    if (is_active(company)) return std::nullopt;
    const auto reason = tx.link(company.id).status_reason;
    if (reason == one_time_complete)
        return Error{company.id.text,
                     "everything was read once, as wanted (one_time_complete), and the connection "
                     "has ended: what was read can still be read. For more, set mode=continuous "
                     "and link it again: qbwcd company relink"};
    return Error{company.id.text,
                 fmt::format("the connection is {} ({}) and takes no new jobs; 'qbwcd company "
                             "relink' links it again",
                             to_text(company.status), reason)};
}

std::string end_text(Tx& tx, const Company& company, const session::Session& s, Time now)
{
    const auto link = tx.link(company.id);
    if (link.status_reason == one_time_complete && !is_active(company))
        return "Everything was read, and nothing more will be. This entry may be removed from the "
               "Web Connector.";
    if (!is_active(company))
        return "This connection was ended. The entry may be removed from the Web Connector.";
    const auto allowed = allowed_by(company, link, s.opened_at, now);
    if (allowed.why.empty() || s.state == session::State::closing) return {};
    const bool held = tx.count_due(company.id, now) > tx.count_due(company.id, now, allowed);
    return held ? allowed.why : "";
}

Value connection_value(const Connected& connected)
{
    const auto& [company, link] = connected;
    const auto time = [](Time moment) {
        return moment == Time{} ? Value() : Value(base::to_text(moment));
    };
    Value value(Value::Object{});
    value.set("status", to_text(company.status));
    value.set("since", time(link.status_since == Time{} ? company.created_at : link.status_since));
    value.set("reason", link.status_reason.empty() ? Value() : Value(link.status_reason));
    value.set("mode", to_text(link.mode));
    value.set("confirmed", !link.confirm ? Value() : time(link.confirmed_at));
    Value pause;
    if (const auto& kept = link.manners.pause) {
        pause.set("since", time(kept->since));
        pause.set("until", kept->until ? time(*kept->until) : Value());
        pause.set("reason", kept->reason);
        pause.set("by", kept->by);
    }
    value.set("pause", std::move(pause));
    value.set("settings", settings_value(connected));
    return value;
}

}  // namespace server::service
