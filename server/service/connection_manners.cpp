#include "server/service/connection_manners.h"

#include <memory>

#include "qbxml/canonical/zone.h"

namespace server::service {
namespace {

using qbxml::canonical::Zone;

bool active(const store::Company& company)
{
    return company.status == store::Status::pending_auth || company.status == store::Status::linked;
}

}  // namespace

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

session::Allowed allowed_now(store::Tx&, const store::Company& company,
                             std::optional<base::Time> opened_at, base::Time now)
{
    return session::allowed({}, {.active = active(company), .opened_at = opened_at}, now,
                            offset_of(company.time_zone));
}

}  // namespace server::service
