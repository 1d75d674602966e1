// The threads that do everything but sockets: each owns one Answer and runs one call at a time.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <variant>
#include <vector>

#include "server/net/limits.h"
#include "server/web/message.h"

namespace server::net {

// Lives on one worker thread, made and destroyed there, and may block.
using Answer = std::function<web::Response(web::Request)>;

class Workers {
public:
    // Gets the answer of a call, on the worker's thread (or on that of stop()). Must not block.
    using Done = std::function<void(web::Response)>;

    Workers(int threads, int waiting_max, std::function<Answer()> make_answer, Report report);
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // Returns when every worker has made its Answer; throws what one of them threw.
    void start();

    // False: too many calls wait already, or the workers are stopped; then `request` and `done` are
    // as they were. An Answer that throws gives a 500 and a report.
    bool take(web::Request& request, Done& done);
    bool full() const;

    // Runs a chore of ours on some worker; never refused, dropped when the workers are stopped.
    void run(std::function<void()> chore);

    // Lets running calls end, answers waiting ones with 503, joins. Idempotent, one thread.
    void stop();

private:
    struct Call {
        web::Request request;
        Done done;
    };
    // A worker that has nothing to do. The one that came last is called first: what it owns, such
    // as the pages of a database, is fresh, and the others' sleep on.
    struct Idle {
        std::condition_variable called;
        bool is_called = false;
    };

    void work();
    void wait_for_work(std::unique_lock<std::mutex>& lock);
    void call_one();  // under the lock
    void answer(const Answer& answerer, Call call);

    const int count_;
    const std::size_t waiting_max_;
    const std::function<Answer()> make_answer_;
    const Report report_;

    mutable std::mutex mutex_;
    std::condition_variable started_;
    std::deque<Call> calls_;
    std::deque<std::function<void()>> chores_;
    std::vector<Idle*> idle_;
    int ready_ = 0;
    bool stopping_ = false;
    std::exception_ptr failure_;
    std::vector<std::thread> threads_;
};

// The answer when there is no worker to be had.
web::Response busy_answer();

}  // namespace server::net
