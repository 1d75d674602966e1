// Server and QuickBooks in one process under one seed: clock, ids, faults and schedule come from
// it. Afterwards nothing is lost, nothing was done twice, and the mirror equals the books.
//
//   test_scenario [--first N] [--count N]     many seeds; a failing one tells itself and its trace
//   test_scenario --seed N [--trace]          one alone
//   --stop                                    none after the first that fails
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "server/base/log.h"
#include "server/service/remaking.h"
#include "server/service/upkeep.h"
#include "tests/scenario/checks.h"
#include "tests/scenario/connector.h"
#include "tests/scenario/host.h"
#include "tests/scenario/recordings.h"
#include "tests/scenario/witness.h"

namespace scenario {
namespace {

using namespace server;
using namespace std::chrono_literals;

struct Company {
    std::unique_ptr<Office> office;
    std::unique_ptr<Host> host;
    std::vector<std::unique_ptr<Connector>> connectors;
    std::unique_ptr<Witness> witness;
};

// Databases, one to live on and one to play recordings on.
struct Grounds {
    Ground world, stage;
};

class World {
public:
    World(Story& story, Grounds& grounds, std::uint64_t seed, bool careful)
        : story_(story),
          grounds_(grounds),
          seed_(seed),
          careful_(careful),
          shape_(shape_of(story)),
          server_(story, grounds.world, shape_)
    {
        const int companies = story.chance.percent(15) ? 2 : 1;
        for (int n = 0; n < companies; ++n)
            add_company(n == 0 ? "maple" : "larch");
    }

    void run()
    {
        const int events = story_.chance.between(16, 76);
        for (int event = 0; event < events; ++event) {
            one_event();
            look(event);
        }
        story_.troubles = false;
        story_.tell("--- no more troubles");
        for (auto& company : companies_) {
            for (auto& connector : company.connectors)
                connector->off("is switched off");
            company.office->calm_down();
            company.host->calm_down();
        }
        come_to_rest();
        for (auto& company : companies_)
            check_promises(server_.store(), *company.office, shape_.attempts_max);
        for (const bool full : {false, true})
            compare(full);
        if (story_.chance.percent(4)) bring_back();
        service::prune(server_.store(), server_.clock.now());
        check_last_invariants(server_.store());
        if (shape_.recorded)
            check_recording(server_.store(), *companies_.front().office, grounds_.stage);
    }

private:
    // Sometimes the night in which the clocks are changed, by the rule of the United States.
    static base::Time start_of(Story& story)
    {
        const int dice = story.chance.below(100);
        if (dice < 6) return base::Time(std::chrono::sys_days(2026y / 11 / 1) + 2h);
        if (dice < 12) return base::Time(std::chrono::sys_days(2027y / 3 / 14) + 3h);
        return testing::noon;
    }

    static ServerShape shape_of(Story& story)
    {
        return {.start = start_of(story),
                .on_disk = story.chance.percent(6),
                .soap = story.chance.percent(5),
                .recorded = story.chance.percent(1),
                .page_size = story.chance.between(2, 5),
                .attempts_max = story.chance.percent(80) ? 8 : 2,
                .short_pages = story.chance.percent(4)};
    }

    void look(int event)
    {
        if (careful_ || event % 16 == 0) check_invariants(server_.store());
        for (auto& company : companies_) {
            if (careful_ || event % 8 == 0) company.witness->read_on(server_.store());
            if (shape_.short_pages) company.witness->look_at_syncs(server_.store());
        }
    }

    void add_company(const std::string& slug)
    {
        Company company;
        company.office =
            std::make_unique<Office>(story_, server_.clock, slug, seed_ % 97, shape_.short_pages);
        server_.store().write([&](store::Tx& tx) { tx.add_company(company.office->company); });
        std::vector<std::string> types{"customers", "invoices"};
        constexpr const char* more[] = {"items", "accounts", "paymentMethods", "payments"};
        if (story_.chance.percent(20)) types.emplace_back(story_.chance.one_of(more));
        if (types.size() == 2 && story_.chance.percent(15)) types.emplace_back("payments");
        if (story_.chance.percent(50)) types.emplace_back("deletions");
        company.host = std::make_unique<Host>(story_, server_, *company.office, types);
        const int computers = story_.chance.percent(20) ? 2 : 1;
        for (int n = 1; n <= computers; ++n)
            company.connectors.push_back(std::make_unique<Connector>(
                story_, server_, *company.office, fmt::format("{} PC{}", slug, n)));
        company.witness = std::make_unique<Witness>(*company.office);
        company.host->sync(story_.chance.percent(30));
        companies_.push_back(std::move(company));
    }

    void one_event()
    {
        auto& company = story_.chance.one_of(companies_);
        const int dice = story_.chance.below(100);
        if (dice < 74) return story_.chance.one_of(company.connectors)->step();
        if (dice < 86) return company.host->act();
        if (dice < 92) return company.office->bookkeeper();
        if (dice < 93)
            return story_.chance.percent(85) ? company.office->disturb()
                                             : company.office->set_clock();
        if (dice < 95 && story_.chance.percent(30)) {
            if (story_.chance.percent(60))
                company.office->back_up();
            else
                company.office->restore();
            return;
        }
        if (dice < 97) return tick();
        pass(story_.chance.percent(70) ? story_.chance.between(1, 90)
                                       : story_.chance.between(60, 2 * 1440));
    }

    void pass(int minutes)
    {
        server_.clock.advance(std::chrono::minutes(minutes));
        story_.tell(fmt::format("{} minutes pass", minutes));
    }

    void tick()
    {
        const bool prune = story_.chance.percent(10);
        server_.work([&](service::JobDesk&, store::Store& store) {
            service::tick(store, server_.clock.now());
            service::remake_due(store, server_.clock.now());
            if (prune) service::prune(store, server_.clock.now());
        });
        story_.tell("upkeep");
    }

    void update(Company& company)
    {
        auto& connector = *company.connectors.front();
        connector.step();
        for (int steps = 0; !connector.idle(); ++steps) {
            if (steps > 3000) throw Broken("an update does not end");
            if (steps % 50 == 49) tick();  // what is over waits for upkeep
            connector.step();
            if (careful_) check_invariants(server_.store());
        }
    }

    // Updates until nothing is left that could be done without a person.
    void come_to_rest()
    {
        for (int round = 0; round < 40; ++round) {
            pass(round < 4 ? 20 : 7 * 60);
            tick();
            bool quiet = true;
            for (auto& company : companies_) {
                update(company);
                quiet = quiet && is_quiet(server_.store(), *company.office);
            }
            check_invariants(server_.store());
            if (quiet) return;
        }
        for (auto& company : companies_)
            if (!is_quiet(server_.store(), *company.office))
                throw Broken("jobs that do not end:" +
                             jobs_as_text(server_.store(), *company.office));
    }

    // What is deleted, and known to be, comes back with a restored backup as it was.
    void bring_back()
    {
        auto& office = *companies_.front().office;
        office.back_up();
        for (int deeds = 0; deeds < 4; ++deeds)
            office.bookkeeper();
        compare(true);
        office.restore();
        compare(true);
    }

    void compare(bool full)
    {
        pass(1);  // what was read before was read before this begins
        for (auto& company : companies_)
            company.host->sync(full);
        come_to_rest();
        for (int pieces = 0; pieces < 6; ++pieces)
            service::remake_due(server_.store(), server_.clock.now());
        for (auto& company : companies_) {
            if (!full && company.office->restored) continue;
            check_mirror(server_.store(), *company.office, company.host->types(), full);
        }
        for (auto& company : companies_) {
            check_promises(server_.store(), *company.office, shape_.attempts_max);
            company.witness->compare(server_.store());
        }
    }

    Story& story_;
    Grounds& grounds_;
    std::uint64_t seed_;
    bool careful_;
    ServerShape shape_;
    ServerSide server_;
    std::vector<Company> companies_;
};

// "" when everything held; else what did not.
std::string run_seed(std::uint64_t seed, Grounds& grounds, bool careful,
                     std::vector<std::string>& lines)
{
    Story story(seed);
    std::string failure;
    try {
        World world(story, grounds, seed, careful);
        world.run();
    } catch (const std::exception& broken) {
        failure = broken.what();
        grounds.world.forget();
        grounds.stage.forget();
    }
    lines = std::move(story.lines);
    return failure;
}

void print_trace(const std::vector<std::string>& lines)
{
    for (const auto& line : lines)
        std::cout << line << '\n';
}

std::uint64_t number(const char* text)
{
    std::uint64_t value = 0;
    const auto end = text + std::strlen(text);
    if (std::from_chars(text, end, value).ptr != end) {
        std::cerr << "'" << text << "' is no number\n";
        std::exit(2);
    }
    return value;
}

int run(int argc, char** argv)
{
    std::uint64_t first = 1, count = 2000;
    bool trace = false, to_first = false;
    for (int n = 1; n < argc; ++n) {
        const std::string option = argv[n];
        if (option == "--trace") {
            trace = true;
            continue;
        }
        if (option == "--stop") {
            to_first = true;
            continue;
        }
        if (n + 1 == argc) {
            std::cerr << "usage: " << argv[0]
                      << " [--seed N | --first N --count N] [--trace] [--stop]\n";
            return 2;
        }
        const auto value = number(argv[++n]);
        if (option == "--seed") {
            first = value;
            count = 1;
        } else if (option == "--first") {
            first = value;
        } else if (option == "--count") {
            count = value;
        } else {
            std::cerr << "unknown option " << option << '\n';
            return 2;
        }
    }
    base::log::set_level(base::log::Level::off);
    Grounds grounds;
    const auto start = std::chrono::steady_clock::now();
    std::map<std::string, std::pair<std::uint64_t, int>>
        failures;  // by what broke: seed, how often
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        std::vector<std::string> lines;
        const auto failure = run_seed(seed, grounds, count == 1, lines);
        if (trace) print_trace(lines);
        if (failure.empty()) continue;
        // Once more with the invariants checked at every event: the trace ends where it breaks.
        if (failures.empty()) {
            std::vector<std::string> again;
            const auto earlier = run_seed(seed, grounds, true, again);
            if (!trace) print_trace(earlier.empty() ? lines : again);
            std::cout << "seed " << seed << ": " << (earlier.empty() ? failure : earlier) << '\n';
        }
        auto kind = failure.substr(0, 60);
        std::replace_if(
            kind.begin(), kind.end(), [](unsigned char c) { return std::isdigit(c); }, '#');
        auto& entry = failures[kind];
        if (++entry.second == 1) entry.first = seed;
        if (to_first) break;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    for (const auto& [kind, entry] : failures)
        std::cout << fmt::format("FAILED {} times, first seed {}: {}\n", entry.second, entry.first,
                                 kind);
    std::cout << fmt::format("{} seeds from {} in {:.1f} s ({:.0f} a minute)\n", count, first,
                             took.count(), 60.0 * static_cast<double>(count) / took.count());
    return failures.empty() ? 0 : 1;
}

}  // namespace
}  // namespace scenario

int main(int argc, char** argv)
{
    struct stat status {};
    if (stat("/dev/shm", &status) == 0) setenv("TMPDIR", "/dev/shm", 0);
    return scenario::run(argc, argv);
}
