#include "server/service/call_failures.h"

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "server/base/log.h"
#include "server/base/secret.h"
#include "server/service/connection_watch.h"

namespace server::service {
namespace {

constexpr std::size_t waiting_max = 100;  // while the store is gone; later ones say no more

template <class Call>
concept HasTicket = requires(const Call& call)
{
    call.ticket;
};

}  // namespace

CallFailures::Caller CallFailures::caller_of(const qbwc::Call& call)
{
    return std::visit(
        []<class One>(const One& one) -> Caller {
            if constexpr (HasTicket<One>) {
                if (!one.ticket.empty()) return {.ticket_hash = base::sha256_hex(one.ticket)};
            } else if constexpr (std::is_same_v<One, qbwc::Authenticate>) {
                return {.user = one.user};
            }
            return {};
        },
        call);
}

void CallFailures::note(const Caller& caller, std::string_view method, std::string_view what,
                        base::Time now, store::Store& store)
{
    if (caller.ticket_hash.empty() && caller.user.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() >= waiting_max) return;
        waiting_.push_back({caller, fmt::format("{}: {}", method, what), now});
        any_ = true;
    }
    flush(store);
}

void CallFailures::flush(store::Store& store)
{
    if (!any_) return;
    std::vector<Failure> taken;
    {
        const std::lock_guard lock(mutex_);
        taken = std::exchange(waiting_, {});
        any_ = false;
    }
    if (taken.empty()) return;
    try {
        store.write([&](store::Tx& tx) {
            for (const Failure& failure : taken) {
                const auto s = failure.caller.ticket_hash.empty()
                                   ? std::nullopt
                                   : tx.find_session(failure.caller.ticket_hash);
                const auto company =
                    s ? tx.find_company(s->company) : tx.find_company_by_user(failure.caller.user);
                if (!company) continue;
                note_trouble(tx, *company,
                             {.kind = session::Trouble::Kind::server,
                              .text = failure.text,
                              .session = s ? s->id.text : ""},
                             failure.at);
            }
        });
    } catch (const std::exception& failure) {
        base::log::warn("failure.unnoted", {{"reason", failure.what()}});
        const std::lock_guard lock(mutex_);
        waiting_.insert(waiting_.begin(), std::make_move_iterator(taken.begin()),
                        std::make_move_iterator(taken.end()));
        any_ = true;
    }
}

}  // namespace server::service
