#include "server/service/live.h"

#include <algorithm>

#include "server/service/connection_manners.h"

namespace server::service {
namespace {

bool has_work(store::Tx& tx, const base::CompanyId& id, base::Time now)
{
    const auto company = tx.find_company(id);
    if (!company) return false;
    const auto allowed = allowed_now(tx, *company, std::nullopt, now);
    if (allowed.writes && tx.batch_in_doubt(id)) return true;
    return tx.count_due(id, now, allowed) > 0;
}

}  // namespace

bool is_live(store::Tx& tx, const base::CompanyId& company, base::Time now,
             const LiveSettings& settings)
{
    if (settings.hold.count() == 0) return false;
    const auto waited = tx.waited_at(company);
    return waited && now < *waited + settings.quiet;
}

std::optional<Hold> hold_for(store::Tx& tx, std::string_view ticket_hash, base::Time now,
                             const LiveSettings& settings)
{
    const auto s = tx.find_session(ticket_hash);
    if (!s || s->state != session::State::open || !s->no_op || now >= s->deadline)
        return std::nullopt;
    if (!is_live(tx, s->company, now, settings)) return std::nullopt;
    using std::chrono::milliseconds;
    const auto left = *tx.waited_at(s->company) + settings.quiet - now;
    return Hold{s->company,
                std::min<milliseconds>(settings.hold, std::chrono::ceil<milliseconds>(left))};
}

std::vector<base::CompanyId> LiveWatch::stirred(const std::vector<base::CompanyId>& held,
                                                store::Store& store, base::Time now)
{
    constexpr std::chrono::seconds look_every{1};
    const std::int64_t version = store.version();
    // One that is held since the last look may have missed what happened just before.
    std::set<std::string> now_held;
    bool fresh = false;
    for (const auto& company : held) {
        fresh = fresh || !seen_.contains(company.text);
        now_held.insert(company.text);
    }
    seen_ = std::move(now_held);
    if (!fresh && version == version_ && now < look_at_) return {};
    version_ = version;
    look_at_ = now + look_every;
    return store.read([&](store::Tx& tx) {
        std::vector<base::CompanyId> found;
        for (const auto& company : held)
            if (has_work(tx, company, now)) found.push_back(company);
        return found;
    });
}

}  // namespace server::service
