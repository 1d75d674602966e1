#include "server/net/workers.h"

#include <exception>
#include <utility>

namespace server::net {

Workers::Workers(int threads, int waiting_max, std::function<Answer()> make_answer, Report report)
    : count_(threads),
      waiting_max_(static_cast<std::size_t>(waiting_max)),
      make_answer_(std::move(make_answer)),
      report_(std::move(report))
{
}

Workers::~Workers()
{
    stop();
}

void Workers::start()
{
    for (int i = 0; i < count_; ++i)
        threads_.emplace_back([this] { work(); });
    std::unique_lock lock(mutex_);
    started_.wait(lock, [this] { return ready_ == count_ || failure_; });
    if (!failure_) return;
    const auto failure = failure_;
    lock.unlock();
    stop();
    std::rethrow_exception(failure);
}

bool Workers::take(web::Request& request, Done& done)
{
    const std::lock_guard lock(mutex_);
    if (stopping_ || calls_.size() >= waiting_max_) return false;
    calls_.push_back({std::move(request), std::move(done)});
    call_one();
    return true;
}

bool Workers::full() const
{
    const std::lock_guard lock(mutex_);
    return stopping_ || calls_.size() >= waiting_max_;
}

void Workers::run(std::function<void()> chore)
{
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    chores_.push_back(std::move(chore));
    call_one();
}

void Workers::stop()
{
    std::deque<Call> left;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        left.swap(calls_);
        chores_.clear();
        while (!idle_.empty())
            call_one();
    }
    for (auto& call : left)
        call.done(busy_answer());
    for (auto& thread : threads_)
        thread.join();
    threads_.clear();
}

void Workers::call_one()
{
    if (idle_.empty()) return;
    Idle& last = *idle_.back();
    idle_.pop_back();
    last.is_called = true;
    last.called.notify_one();
}

void Workers::wait_for_work(std::unique_lock<std::mutex>& lock)
{
    while (!stopping_ && calls_.empty() && chores_.empty()) {
        Idle self;
        idle_.push_back(&self);
        self.called.wait(lock, [&] { return self.is_called; });
    }
}

void Workers::work()
{
    Answer answerer;
    try {
        answerer = make_answer_();
    } catch (...) {
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
        started_.notify_all();
        return;
    }
    std::unique_lock lock(mutex_);
    ++ready_;
    started_.notify_all();
    for (;;) {
        wait_for_work(lock);
        if (!chores_.empty()) {
            const auto chore = std::move(chores_.front());
            chores_.pop_front();
            lock.unlock();
            try {
                chore();
            } catch (const std::exception& failure) {
                report_("chore.failed", failure.what());
            }
        } else if (!calls_.empty()) {
            auto call = std::move(calls_.front());
            calls_.pop_front();
            lock.unlock();
            answer(answerer, std::move(call));
        } else {
            return;
        }
        lock.lock();
    }
}

void Workers::answer(const Answer& answerer, Call call)
{
    web::Response response;
    try {
        response = answerer(std::move(call.request));
    } catch (const std::exception& failure) {
        report_("call.failed", failure.what());
        response = {.status = 500,
                    .body = "The server failed on this request; its log says why.\n"};
    }
    call.done(std::move(response));
}

web::Response busy_answer()
{
    return {.status = 503,
            .body = "The server is busy or stopping. Please try again.\n",
            .headers = {{"retry-after", "1"}}};
}

}  // namespace server::net
