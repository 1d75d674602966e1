// What stands on our side of an answer that arrives.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/jobs/lifecycle.h"
#include "server/store/tx.h"

namespace server::service {

// The session of a ticket, closed on the spot when its time is over; nullopt when it is unknown.
std::optional<session::Session> session_of(store::Tx&, std::string_view ticket, base::Time now,
                                           const jobs::Backoff&);
store::Company company_of(store::Tx&, const base::CompanyId&);

struct Outstanding {
    std::optional<session::Session> session;  // as in session_of
    std::optional<jobs::Batch> batch;         // that the session waits for
    std::vector<jobs::Job> jobs;              // those of the batch
    store::Company company;
};
Outstanding outstanding(store::Tx&, std::string_view ticket, base::Time now, const jobs::Backoff&);

// An answer that was read for the one may be settled for the other: the same question, asked by the
// same jobs of a company that is as it was.
bool same_question(const Outstanding&, const Outstanding&);

// What this process handed out last, by ticket: so that an answer can be read without asking the
// store what the question was. A hint: whoever uses it looks, in the transaction that settles the
// answer, whether it still is so. Thread safe.
class Questions {
public:
    void keep(std::string_view ticket, Outstanding);
    std::optional<Outstanding> take(std::string_view ticket);

private:
    static constexpr std::size_t kept_max = 256;  // the oldest goes: its session may be long gone

    std::mutex mutex_;
    std::deque<std::pair<std::string, Outstanding>> kept_;
};

}  // namespace server::service
