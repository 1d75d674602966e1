#include "server/service/reception.h"

#include "server/base/ensure.h"
#include "server/base/log.h"
#include "server/base/secret.h"
#include "server/service/connection_manners.h"
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

// Whether something may be handed out to a session that is opened now.
bool work_waits(Tx& tx, const Company& company, const session::Allowed& allowed, Time now)
{
    if (allowed.nothing()) return false;
    const bool doubt = allowed.writes && tx.batch_in_doubt(company.id);
    return doubt || tx.count_due(company.id, now, allowed) > 0;
}

}  // namespace

qbwc::AuthenticateReply welcome(const qbwc::Authenticate& call, std::string_view address,
                                store::Store& store, const Reception& reception)
{
    const Time now = reception.clock.now();
    const auto ticket = reception.ids.ticket();
    const auto reply = [&](std::string_view word) -> qbwc::AuthenticateReply {
        return {{ticket.text, std::string(word), "", ""}};
    };
    const auto known = let_in(store, call.user, call.password, address, now);
    if (!known) return reply("nvu");

    return store.write([&](Tx& tx) {
        auto found = tx.find_company(known->id);
        base::ensure(found.has_value(), "a company that was let in is not there");
        Company& company = *found;
        company.last_contact_at = now;
        tx.save_company(company);
        if (company.status == store::Status::unlinked ||
            company.status == store::Status::deauthorized)
            return reply("nvu");
        replace_older(tx, company.id, now, reception.backoff);
        if (!work_waits(tx, company, allowed_now(tx, company, {}, now), now)) return reply("none");
        const Session s{.id = reception.ids.session(now),
                        .company = company.id,
                        .opened_at = now,
                        .deadline = now + reception.limits.idle};
        tx.add_session(s, base::sha256_hex(ticket.text));
        log::info("session.opened", {{"session", s.id.text}, {"company", company.id.text}});
        return reply(company.pinned_path);
    });
}

}  // namespace server::service
