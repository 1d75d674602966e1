// A QBWC that does everything at the wrong moment, and a store that fails now and then, by a seed:
// the books stay true, and in the end every job has ended, each write done at most once.
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <regex>
#include <set>

#include "qbxml/request.h"
#include "server/jobs/recovery.h"
#include "server/service/upkeep.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;
using jobs::BatchState;
using jobs::State;

namespace {

// Does what it is sent, a message set that changes the books once only, as QuickBooks does.
class Books {
public:
    std::string run(const std::string& text)
    {
        const auto set = qbxml::message_set_from_xml(text);
        REQUIRE(set.ok());
        if (set->requests.empty()) return what_is_kept(set->new_message_set_id);
        const auto& request = set->requests.front();
        const auto id = *request.attribute("requestID");
        if (request.name == "HostQueryRq") {
            const auto batch = batch_id_in(text);
            return first_look({.request_ids = {batch + "-1", batch + "-2", batch + "-3"}});
        }
        if (request.name == "CustomerAddRq") {
            const auto& kept_under = set->new_message_set_id;
            REQUIRE_FALSE(kept_under.empty());
            if (applied.insert(kept_under).second) ++added[request.children[0].children[0].text];
            return what_is_kept(kept_under);
        }
        if (request.name == "ListDeletedQueryRq") return looked_into(*set);
        const bool first = *request.attribute("iterator") == "Start";
        return customers_page(id, first ? 1 : 0,
                              customer(first ? "80000001-1" : "80000002-1", "Bob"));
    }

    std::string what_is_kept(const std::string& id) const
    {
        if (!applied.contains(id))
            return "<QBXML><QBXMLMsgsRs newMessageSetID=\"" + id +
                   "\" messageSetStatusCode=\"600\"/></QBXML>";
        return kept_answer(id, "<CustomerAddRs requestID=\"" + id +
                                   "-1\" statusCode=\"0\" statusSeverity=\"Info\" "
                                   "statusMessage=\"Status OK\">" +
                                   customer("80000009-1", "Ann") + "</CustomerAddRs>");
    }

    // The deleted customers, and those that are there.
    std::string looked_into(const qbxml::MessageSet& set) const
    {
        std::string there;
        int number = 0;
        for (const auto& [name, times] : added)
            there += customer("8000001" + std::to_string(++number) + "-1", name);
        // Created lately, and not changed since.
        there = std::regex_replace(there, std::regex("2026-(03|10)-[^<]*"), "2027-01-01T00:00:00");
        const auto id = [&](std::size_t n) { return *set.requests[n].attribute("requestID"); };
        return answer("<ListDeletedQueryRs requestID=\"" + id(0) + "\" statusCode=\"1\"/>" +
                      "<CustomerQueryRs requestID=\"" + id(1) + "\" statusCode=\"0\">" + there +
                      "</CustomerQueryRs>");
    }

    std::set<std::string> applied;     // message sets
    std::map<std::string, int> added;  // customers, by name
};

void check_books(Town& town)
{
    for (const auto& job : town.store.read([](store::Tx& tx) { return tx.list_jobs({}); })) {
        if (!job.batch) continue;
        const auto batch = town.batch(job.batch->text);
        CHECK(batch.items.front().job == job.id);
        CHECK((batch.state == BatchState::sent ||
               (job.state == State::in_doubt && batch.state == BatchState::in_doubt)));
    }
    for (const auto& s : town.store.read([](store::Tx& tx) { return tx.live_sessions(maple); })) {
        if (!s.batch) continue;
        CHECK(town.batch(s.batch->text).state == BatchState::sent);
        CHECK(town.job(town.batch(s.batch->text).items.front().job).batch == s.batch);
    }
}

// What QBWC may do next, at the right moment or not.
void wander(Town& town, Books& books, std::mt19937& dice, std::vector<std::string>& tickets,
            std::string& sent, std::string& answered)
{
    const auto number = [&](int n) { return static_cast<int>(dice() % static_cast<unsigned>(n)); };
    const auto keep = [&](const std::string& text) {
        if (text.empty()) return;
        sent = text;
        town.faults->heal();
        // Stored before it is sent.
        const auto id = qbxml::message_set_from_xml(text)->new_message_set_id;
        CHECK(jobs::words_of(town.batch(id.empty() ? batch_id_in(text) : id)) == text);
    };
    if (number(8) == 0 && !tickets.empty())
        town.ticket = tickets[static_cast<std::size_t>(number(static_cast<int>(tickets.size())))];
    switch (number(12)) {
        case 0:
            town.authenticate();
            tickets.push_back(town.ticket);
            break;
        case 1:
        case 2: keep(town.send(first_look())); break;
        case 3: keep(town.send()); break;
        case 4:
        case 5:
        case 6:
            if (!sent.empty()) answered = books.run(sent);
            [[fallthrough]];
        case 7: {
            const int progress = town.receive(answered);  // new, or the last one once more
            CHECK(progress >= -1);
            CHECK(progress <= 100);
            break;
        }
        case 8:
            town.receive("", number(2) ? "0x8004040D" : "0x80040400", "QuickBooks threw.");
            break;
        case 9: (void)(number(2) ? town.last_error() : town.connection_error("0x80040408")); break;
        case 10: town.close(); break;
        case 11:
            town.clock.advance(std::chrono::minutes(number(40)));
            service::tick(town.store, town.clock.now());
            break;
    }
}

// Ordinary runs until nothing is due.
void finish(Town& town, Books& books)
{
    for (int run = 0; town.clock.advance(7h), town.authenticate()[1] != "none"; ++run) {
        REQUIRE(run < 30);
        int progress = 0;
        for (auto text = town.send(first_look()); !text.empty() && progress >= 0;
             text = progress < 100 ? town.send() : "")
            progress = town.receive(books.run(text));
        town.close();
    }
}

}  // namespace

TEST_CASE("whatever QBWC does, every job ends once")
{
    int writes_done = 0;
    for (unsigned seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        std::mt19937 dice(seed);
        Town town(":memory:", {.backoff = {.attempts_max = 100}});
        Books books;
        std::vector<std::string> tickets;
        std::string sent, answered;
        std::map<std::string, base::JobId> writes;
        for (int step = 0; step < 60; ++step) {
            CAPTURE(step);
            if (step % 15 == 0) {
                const std::string name = "Customer " + std::to_string(step);
                writes[name] = town.raw("<CustomerAddRq><CustomerAdd><Name>" + name +
                                        "</Name></CustomerAdd></CustomerAddRq>")
                                   .id;
                town.sync();
            }
            // Now and then the store fails, and QBWC never gets the reply.
            if (dice() % 6 == 0) town.faults->fail_step(static_cast<int>(dice() % 20));
            try {
                wander(town, books, dice, tickets, sent, answered);
            } catch (const store::Unavailable&) {
            }
            town.faults->heal();
            check_books(town);
        }
        finish(town, books);
        check_books(town);
        for (const auto& job : town.store.read([](store::Tx& tx) { return tx.list_jobs({}); }))
            CHECK(jobs::ended(job.state));
        for (const auto& [name, id] : writes) {
            CAPTURE(name);
            const bool done = town.job(id).state == State::done;
            // What failed was said to be unreadable (0x80040400), whatever had become of it before.
            writes_done += done;
            if (done) CHECK(books.added[name] == 1);
            CHECK(books.added[name] <= 1);
        }
    }
    CHECK(writes_done > 100);  // of 200: the walk is not all failures
}
