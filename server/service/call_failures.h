// Calls that ended in a failure of ours: told as the health of the company whose call it was.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/store/store.h"
#include "wsdl/call.h"

namespace server::service {

// What failed is kept in memory until the store takes it, for often it is the store that fails.
// Thread safe.
class CallFailures {
public:
    // Answers a call by `answer`; an exception passes through, and is noted. What waited before is
    // written down first, for the success of this call may say that all is well again.
    template <class Answer>
    auto watched(const qbwc::Call& call, const base::Clock& clock, store::Store& store,
                 const Answer& answer)
    {
        flush(store);
        const Caller caller = caller_of(call);
        try {
            return answer();
        } catch (const std::exception& failure) {
            note(caller, qbwc::method_name(call), failure.what(), clock.now(), store);
            throw;
        }
    }

private:
    // By ticket or by user name; what a call has none of stays empty.
    struct Caller {
        std::string ticket_hash = {}, user = {};
    };
    struct Failure {
        Caller caller;
        std::string text;  // for the operator
        base::Time at;
    };
    static Caller caller_of(const qbwc::Call&);
    void note(const Caller&, std::string_view method, std::string_view what, base::Time now,
              store::Store&);
    void flush(store::Store&);  // never fails

    std::mutex mutex_;
    std::vector<Failure> waiting_;
    std::atomic<bool> any_{false};
};

}  // namespace server::service
