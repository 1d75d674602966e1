#include "server/service/outstanding.h"

#include <algorithm>

#include "server/base/ensure.h"
#include "server/base/log.h"
#include "server/base/secret.h"
#include "server/service/settlement.h"
#include "server/session/machine.h"

namespace server::service {

std::optional<session::Session> session_of(store::Tx& tx, std::string_view ticket, base::Time now,
                                           const jobs::Backoff& backoff)
{
    if (ticket.empty()) return std::nullopt;
    auto found = tx.find_session(base::sha256_hex(ticket));
    if (!found || found->state == session::State::closed || now < found->deadline) return found;
    const auto step = session::on_deadline(*found);
    give_back_of(tx, *found, now, backoff);
    tx.save_session(step.next);
    base::log::warn("session.expired",
                    {{"session", found->id.text}, {"company", found->company.text}});
    return step.next;
}

store::Company company_of(store::Tx& tx, const base::CompanyId& id)
{
    auto company = tx.find_company(id);
    base::ensure(company.has_value(), "a session names a company that is not there");
    return *company;
}

Outstanding outstanding(store::Tx& tx, std::string_view ticket, base::Time now,
                        const jobs::Backoff& backoff)
{
    Outstanding out;
    out.session = session_of(tx, ticket, now, backoff);
    if (!out.session) return out;
    out.company = company_of(tx, out.session->company);
    if (!out.session->batch) return out;
    out.batch = tx.find_batch(*out.session->batch);
    base::ensure(out.batch.has_value(), "a session names a batch that is not there");
    out.jobs = jobs_of(tx, *out.batch);
    return out;
}

bool same_question(const Outstanding& one, const Outstanding& other)
{
    return one.batch && other.batch && one.batch->id == other.batch->id && one.jobs == other.jobs &&
           one.company == other.company;
}

void Questions::keep(std::string_view ticket, Outstanding question)
{
    const std::lock_guard lock(mutex_);
    std::erase_if(kept_, [&](const auto& one) { return one.first == ticket; });
    if (kept_.size() == kept_max) kept_.pop_front();
    kept_.emplace_back(ticket, std::move(question));
}

std::optional<Outstanding> Questions::take(std::string_view ticket)
{
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(kept_.begin(), kept_.end(),
                                    [&](const auto& one) { return one.first == ticket; });
    if (found == kept_.end()) return std::nullopt;
    auto question = std::move(found->second);
    kept_.erase(found);
    return question;
}

}  // namespace server::service
