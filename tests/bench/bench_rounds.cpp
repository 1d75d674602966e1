// Durable rounds a second: 1, 8 and 32 sessions at once, and behind queues of growing length; jobs
// enqueued a second. From the SOAP text of a call to that of its reply, without sockets and without
// a QuickBooks: what is measured is the server alone.
//
// bench_rounds [SECONDS a figure, 2] [longest queue, 1000000]. Prints figures, asserts none.
#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

#include "server/base/log.h"
#include "tests/bench/office.h"

using namespace server;
using bench::Office;
using bench::Session;
using std::chrono::steady_clock;

namespace {

// One page of one new record.
void read_page(Session& session, int& records)
{
    const auto id = fmt::format("{:X}-1700000000", ++records);
    const int number = session.receive(bench::page_of("CustomerQueryRs", session.request_id(),
                                                      1'000'000, testing::customer(id, "Ann")));
    if (number == 100) throw std::runtime_error("the sync ended too early");
    session.send();
}

// Runs `step(thread)` on so many threads for a while; steps a second.
template <class Step>
double rate(int threads, double seconds, const Step& step)
{
    std::atomic<long> steps{0};
    const auto start = steady_clock::now();
    const auto until = start + std::chrono::duration_cast<steady_clock::duration>(
                                   std::chrono::duration<double>(seconds));
    std::vector<std::thread> running;
    for (int thread = 0; thread < threads; ++thread)
        running.emplace_back([&, thread] {
            while (steady_clock::now() < until) {
                step(thread);
                ++steps;
            }
        });
    for (auto& thread : running)
        thread.join();
    const std::chrono::duration<double> took = steady_clock::now() - start;
    return static_cast<double>(steps) / took.count();
}

struct Crowd {
    Office office;
    std::vector<std::unique_ptr<Session>> sessions;
    std::vector<int> records;

    explicit Crowd(int size) : records(static_cast<std::size_t>(size))
    {
        for (int n = 0; n < size; ++n)
            sessions.push_back(std::make_unique<Session>(office, n, "customers", true));
    }
    void round(int n)
    {
        const auto at = static_cast<std::size_t>(n);
        read_page(*sessions[at], records[at]);
    }
    double milliseconds_a_round() const
    {
        double seconds = 0;
        int rounds = 0;
        for (std::size_t n = 0; n < sessions.size(); ++n) {
            seconds += sessions[n]->server_seconds();
            rounds += records[n];
        }
        return 1000 * seconds / rounds;
    }
};

void rounds_of_many(double seconds)
{
    double one = 0;
    for (const int size : {1, 8, bench::companies}) {
        Crowd crowd(size);
        const double found = rate(size, seconds, [&](int n) { crowd.round(n); });
        if (one == 0) one = found;
        fmt::print("rounds, {:2} sessions: {:6.0f}/s ({:.2f} of one), processor {:.2f} ms each\n",
                   size, found, found / one, crowd.milliseconds_a_round());
        std::fflush(stdout);
    }
}

void enqueue(double seconds)
{
    for (const int threads : {1, 8}) {
        Office office;
        std::vector<store::Store> stores;
        for (int n = 0; n < threads; ++n)
            stores.push_back(office.open());
        const double found = rate(threads, seconds, [&](int n) {
            const auto job =
                office.desk.raw({bench::company_name(n)},
                                "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML>"
                                "<QBXMLMsgsRq onError=\"stopOnError\"><CustomerQueryRq/>"
                                "</QBXMLMsgsRq></QBXML>",
                                stores[static_cast<std::size_t>(n)]);
            if (!job) throw std::runtime_error(job.error().text());
        });
        fmt::print("jobs enqueued, {} threads: {:6.0f}/s\n", threads, found);
        std::fflush(stdout);
    }
}

void fill(Office& office, long from, long to)
{
    constexpr long piece = 10'000;
    auto store = office.open();
    const auto now = office.clock.now();
    for (long at = from; at < to; at += piece)
        store.write(
            [&](store::Tx& tx) {
                for (long n = at; n < std::min(at + piece, to); ++n)
                    tx.add_job({.id = {fmt::format("queued_{:09}", n)},
                                .company = {bench::company_name(0)},
                                .kind = jobs::Kind::raw,
                                .body = "<CustomerQueryRq/>",
                                .priority = 90,
                                .created_at = now,
                                .run_at = now});
            },
            store::Durable::soon);
    store.sync();
}

void rounds_behind_queues(double seconds, long longest)
{
    double empty = 0;
    for (const long length : {0L, 10'000L, 1'000'000L}) {
        if (length > longest) break;
        Crowd crowd(1);
        fill(crowd.office, 0, length);
        const double found = rate(1, seconds, [&](int n) { crowd.round(n); });
        const double each = crowd.milliseconds_a_round();
        if (length == 0) empty = each;
        fmt::print(
            "rounds, {:7} jobs queued: {:6.0f}/s, processor {:.2f} ms each ({:.2f} of "
            "none)\n",
            length, found, each, each / empty);
        std::fflush(stdout);
    }
}

}  // namespace

int main(int count, char** words)
{
    base::log::set_level(base::log::Level::off);
    const double seconds = count > 1 ? std::atof(words[1]) : 2;
    const long longest = count > 2 ? std::atol(words[2]) : 1'000'000;
    rounds_of_many(seconds);
    enqueue(seconds);
    rounds_behind_queues(seconds, longest);
}
