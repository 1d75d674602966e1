#include "server/service/connection_manners.h"

#include <memory>

#include "qbxml/canonical/zone.h"

namespace server::service {

using qbxml::canonical::Zone;

session::OffsetAt offset_of(std::string_view time_zone)
{
    struct Lazy {
        std::string name;
        bool loaded = false;
        std::optional<Zone> zone;
    };
    auto lazy = std::make_shared<Lazy>(Lazy{.name = std::string(time_zone)});
    return [lazy](base::Time moment) {
        if (!lazy->loaded && !lazy->name.empty()) lazy->zone = Zone::load(lazy->name);
        lazy->loaded = true;
        const auto at = std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch();
        return std::chrono::seconds(lazy->zone ? lazy->zone->offset_at(at.count()) : 0);
    };
}

bool is_active(const store::Company& company)
{
    return company.status == store::Status::pending_auth || company.status == store::Status::linked;
}

bool is_confirmed(const store::CompanyLink& link)
{
    return !link.confirm || link.confirmed_at != base::Time{};
}

bool wants_look(const store::Company& company, const store::CompanyLink& link)
{
    return company.status == store::Status::pending_auth &&
           (link.confirm || link.status_reason == "relinked");
}

session::Allowed allowed_by(const store::Company& company, const store::CompanyLink& link,
                            std::optional<base::Time> opened_at, base::Time now)
{
    const session::Standing standing{.active = is_active(company),
                                     .confirmed = is_confirmed(link),
                                     .opened_at = opened_at,
                                     .rests_until = link.rests_until == base::Time{}
                                                        ? std::nullopt
                                                        : std::optional(link.rests_until)};
    return session::allowed(link.manners, standing, now, offset_of(company.time_zone));
}

session::Allowed allowed_now(store::Tx& tx, const store::Company& company,
                             std::optional<base::Time> opened_at, base::Time now)
{
    return allowed_by(company, tx.link(company.id), opened_at, now);
}

session::Allowed allowed_in(store::Tx& tx, const store::Company& company, const session::Session& s,
                            base::Time now)
{
    auto link = tx.link(company.id);
    const auto allowed = allowed_by(company, link, s.opened_at, now);
    const auto& manners = link.manners;
    const bool spent = manners.budget && now - s.opened_at >= *manners.budget;
    if (spent && manners.rest > std::chrono::seconds(0) && link.rests_until < s.opened_at) {
        link.rests_until = now + manners.rest;
        tx.save_link(link);
    }
    return allowed;
}

}  // namespace server::service
