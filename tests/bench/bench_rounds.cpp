// Durable rounds a second: 1, 8 and 32 sessions at once, and behind queues of growing length; jobs
// enqueued a second. From the SOAP text of a call to that of its reply, without sockets and without
// a QuickBooks: answers are ready-made, so what is measured is the server alone.
//
// bench_rounds [SECONDS a figure, 2] [longest queue, 1000000]. Prints figures, asserts none.
#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

#include "server/base/ids.h"
#include "server/base/log.h"
#include "server/service/job_desk.h"
#include "server/store/migrate.h"
#include "server/store/sqlite.h"
#include "server/web/router.h"
#include "tests/support/folder.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using std::chrono::steady_clock;

namespace {

constexpr int companies = 32;

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else
            out += c;
    }
    return out;
}

// As the connector sends it.
std::string envelope(std::string_view operation, std::string_view children)
{
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope "
        "xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><{0} "
        "xmlns=\"http://developer.intuit.com/\">{1}</{0}></soap:Body></soap:Envelope>",
        operation, children);
}

// What stands between two marks; throws when it does not.
std::string between(std::string_view text, std::string_view from, std::string_view to)
{
    const auto at = text.find(from);
    if (at == text.npos) throw std::runtime_error(fmt::format("no {} in {}", from, text));
    const auto start = at + from.size();
    return std::string(text.substr(start, text.find(to, start) - start));
}

// A server without sockets, on a database in a file.
struct Server {
    TemporaryFolder folder;
    base::SystemClock clock;
    base::RandomIds ids;
    std::shared_ptr<store::Barrier> barrier = std::make_shared<store::Barrier>();
    service::WebConnector connector{clock, ids, {}};
    web::Router router{connector, {}};
    service::JobDesk desk{clock, ids};

    Server()
    {
        auto store = open();
        store::migrate(store.connection(), clock.now());
        store.write([](store::Tx& tx) {
            for (int n = 0; n < companies; ++n) {
                auto company = maple_company();
                company.id = {fmt::format("c{}", n)};
                company.user_name = company.id.text;
                company.file_id = fmt::format("{{5A1C0000-0000-4000-8000-{:012}}}", n);
                tx.add_company(company);
            }
        });
    }
    store::Store open() const
    {
        return store::Store(store::open_sqlite(folder.file("qbwcd.sqlite"), barrier));
    }
};

// One company's session, in the middle of a sync that has always one more page.
class Session {
public:
    Session(Server& server, int company)
        : server_(server), worker_({}, server.open()), company_{fmt::format("c{}", company)}
    {
        if (!server.desk.sync(company_, {"customers"}, true, worker_.store))
            throw std::runtime_error("no sync");
        const auto reply = server.connector.answer(
            qbwc::Authenticate{company_.text, "maple-secret"}, {"192.0.2.7"}, worker_.store);
        ticket_ = std::get<qbwc::AuthenticateReply>(reply).strings.at(0);
        OpenFile file;
        file.file_id = fmt::format("{{5A1C0000-0000-4000-8000-{:012}}}", company);
        request_ = send(first_look(file));
    }
    void round()
    {
        receive(customers_page(request_, 1'000'000,
                               customer(fmt::format("{:X}-1700000000", ++records_), "Ann")));
        request_ = send("");
    }

private:
    std::string post(std::string body)
    {
        return server_.router
            .answer({.method = "POST",
                     .target = "/qbwc",
                     .body = std::move(body),
                     .address = "192.0.2.7"},
                    worker_)
            .body;
    }
    std::string send(std::string_view hcp)
    {
        const auto answer = post(envelope(
            "sendRequestXML", fmt::format("<ticket>{}</ticket><strHCPResponse>{}</strHCPResponse>"
                                          "<strCompanyFileName>C:\\b.qbw</strCompanyFileName>"
                                          "<qbXMLCountry>US</qbXMLCountry>"
                                          "<qbXMLMajorVers>16</qbXMLMajorVers>"
                                          "<qbXMLMinorVers>0</qbXMLMinorVers>",
                                          ticket_, escaped(hcp))));
        auto id = between(answer, "requestID=", ">");  // and what follows, escaped or not
        id.erase(0, id.starts_with("&quot;") ? 6 : 1);
        return id.substr(0, id.find_first_of("\"&"));
    }
    void receive(std::string_view response)
    {
        const auto answer = post(envelope(
            "receiveResponseXML", fmt::format("<ticket>{}</ticket><response>{}</response><hresult/>"
                                              "<message/>",
                                              ticket_, escaped(response))));
        const auto number = between(answer, "receiveResponseXMLResult>", "<");
        if (number.starts_with('-') || number == "100")
            throw std::runtime_error("a page was answered " + number);
    }

    Server& server_;
    web::Worker worker_;
    base::CompanyId company_;
    std::string ticket_;
    std::string request_;
    int records_ = 0;
};

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

void rounds_of_many(double seconds)
{
    double one = 0;
    for (const int sessions : {1, 8, companies}) {
        Server server;
        std::vector<std::unique_ptr<Session>> open;
        for (int n = 0; n < sessions; ++n)
            open.push_back(std::make_unique<Session>(server, n));
        const double found =
            rate(sessions, seconds, [&](int n) { open[static_cast<std::size_t>(n)]->round(); });
        if (one == 0) one = found;
        fmt::print("rounds, {:2} sessions: {:6.0f}/s ({:.2f} of one)\n", sessions, found,
                   found / one);
        std::fflush(stdout);
    }
}

void enqueue(double seconds)
{
    for (const int threads : {1, 8}) {
        Server server;
        std::vector<store::Store> stores;
        for (int n = 0; n < threads; ++n)
            stores.push_back(server.open());
        const double found = rate(threads, seconds, [&](int n) {
            const auto job =
                server.desk.raw({fmt::format("c{}", n)},
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

void fill(Server& server, long from, long to)
{
    constexpr long piece = 10'000;
    auto store = server.open();
    const auto now = server.clock.now();
    for (long at = from; at < to; at += piece)
        store.write(
            [&](store::Tx& tx) {
                for (long n = at; n < std::min(at + piece, to); ++n)
                    tx.add_job({.id = {fmt::format("queued_{:09}", n)},
                                .company = {"c0"},
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
    Server server;
    Session session(server, 0);
    double empty = 0;
    long queued = 0;
    for (const long length : {0L, 10'000L, 1'000'000L}) {
        if (length > longest) break;
        fill(server, queued, length);
        queued = length;
        const double found = rate(1, seconds, [&](int) { session.round(); });
        if (length == 0) empty = found;
        fmt::print("rounds, {:7} jobs queued: {:6.0f}/s ({:.2f} of none)\n", length, found,
                   found / empty);
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
