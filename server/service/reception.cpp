#include "server/service/reception.h"

#include "server/base/ensure.h"
#include "server/base/log.h"
#include "server/base/secret.h"
#include "server/service/connection_manners.h"
#include "server/service/connection_watch.h"
#include "server/service/connections.h"
#include "server/service/doorkeeper.h"
#include "server/service/settlement.h"

namespace server::service {
namespace {

namespace log = base::log;
using base::Time;
using session::Session;
using store::Company;
using store::Tx;

// One session a company: the newer one closes the older, whose work goes back.
void replace_older(Tx& tx, const base::CompanyId& company, Time now, const jobs::Backoff& backoff)
{
    for (const Session& older : tx.live_sessions(company)) {
        tx.save_session(session::on_newer_session(older).next);
        log::warn("session.replaced", {{"session", older.id.text}, {"company", company.text}});
    }
    give_back(tx, company, now, backoff);
}

// What waits for a session that would be opened now.
session::Waiting waiting(Tx& tx, const Company& company, const store::CompanyLink& link,
                         const session::Allowed& allowed, Time now)
{
    const bool doubt = tx.batch_in_doubt(company.id).has_value();
    const auto due = allowed.nothing() ? 0 : tx.count_due(company.id, now, allowed);
    const bool look = allowed.probes && wants_look(company, link);
    session::Waiting found{.due = look || due > 0 || (doubt && allowed.writes)};
    found.held = !found.due && (doubt || tx.count_due(company.id, now) > 0);
    if (link.manners.pace && !found.due) found.next = tx.next_run_at(company.id, now);
    return found;
}

std::string text_of(std::optional<std::chrono::seconds> span)
{
    return span ? std::to_string(span->count()) : std::string();
}

}  // namespace

qbwc::AuthenticateReply welcome(const qbwc::Authenticate& call, std::string_view address,
                                store::Store& store, const Reception& reception)
{
    const Time now = reception.clock.now();
    const auto ticket = reception.ids.ticket();
    const auto reply = [&](std::string_view word,
                           const session::Strings& strings = {}) -> qbwc::AuthenticateReply {
        return {{ticket.text, std::string(word), text_of(strings.postpone),
                 text_of(strings.at_least_every)}};
    };
    const auto known = let_in(store, call.user, call.password, address, now);
    if (!known) {
        store.write([&](Tx& tx) { note_refused_login(tx, call.user, address, now); });
        return reply("nvu");
    }

    return store.write([&](Tx& tx) {
        auto found = tx.find_company(known->id);
        base::ensure(found.has_value(), "a company that was let in is not there");
        Company& company = *found;
        company.last_contact_at = now;
        end_one_time(tx, company, now);
        tx.save_company(company);
        auto link = tx.link(company.id);
        if (!is_active(company)) {
            const bool owed = link.farewell;
            link.farewell = false;
            if (owed) tx.save_link(link);
            note_login(tx, company, {}, now);
            return reply(owed ? "none" : "nvu");
        }
        replace_older(tx, company.id, now, reception.backoff);
        const auto allowed = allowed_by(company, link, {}, now);
        const auto waits = waiting(tx, company, link, allowed, now);
        const auto strings = session::strings_for(link.manners, allowed, waits, now);
        const Time told_until = strings.postpone ? now + *strings.postpone : Time{};
        if (!waits.due) {
            note_login(tx, company, told_until, now);
            return reply("none", strings);
        }
        const Session s{.id = reception.ids.session(now),
                        .company = company.id,
                        .opened_at = now,
                        .deadline = now + reception.limits.idle};
        tx.add_session(s, base::sha256_hex(ticket.text));
        note_login(tx, company, told_until, now);
        log::info("session.opened", {{"session", s.id.text}, {"company", company.id.text}});
        return reply(company.pinned_path, strings);
    });
}

}  // namespace server::service
