#include "server/service/doorkeeper.h"

#include <algorithm>

#include "server/base/log.h"
#include "server/base/secret.h"

namespace server::service {
namespace {

constexpr std::size_t longest_name = 200;  // of a user or an address; no more is kept

bool good_before(const store::LoginGuard& guard)
{
    return guard.good_at != base::Time{};
}

}  // namespace

std::chrono::seconds delay_after(std::int64_t failures, const DoorRules& rules)
{
    if (failures <= rules.free_failures) return std::chrono::seconds(0);
    auto delay = rules.first_delay;
    for (std::int64_t n = rules.free_failures + 1; n < failures && delay < rules.longest_delay; ++n)
        delay *= 2;
    return std::min(delay, rules.longest_delay);
}

std::optional<store::Company> let_in(store::Store& store, std::string_view user,
                                     std::string_view password, std::string_view address,
                                     base::Time now, const DoorRules& rules)
{
    user = user.substr(0, longest_name);
    address = address.substr(0, longest_name);
    struct Known {
        std::optional<store::Company> company;
        store::LoginGuard guard;
    };
    auto known = store.read([&](store::Tx& tx) {
        return Known{tx.find_company_by_user(user), tx.login_guard(user, address)};
    });
    const bool blocked = known.guard.blocked_until > now && !good_before(known.guard);
    // Outside any transaction: the hash is slow on purpose. A blocked caller pays it as well, so
    // that time tells nothing.
    const bool right = known.company
                           ? base::password_matches(password, known.company->password_hash)
                           : base::no_password_matches(password);
    if (right && !blocked) {
        if (known.guard.failures > 0 || !good_before(known.guard))
            store.write(
                [&](store::Tx& tx) { tx.save_login_guard(user, address, {.good_at = now}); });
        return known.company;
    }
    store.write([&](store::Tx& tx) {
        auto guard = tx.login_guard(user, address);
        ++guard.failures;
        const auto delay = delay_after(guard.failures, rules);
        guard.blocked_until = now + delay;
        tx.save_login_guard(user, address, guard);
    });
    base::log::warn("login.refused",
                    {{"user", user}, {"address", address}, {"blocked", blocked ? 1 : 0}});
    return std::nullopt;
}

}  // namespace server::service
