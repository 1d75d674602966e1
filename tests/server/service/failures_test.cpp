// Every call of QBWC, every verb of the host and upkeep with every step of the store failing in
// turn: afterwards each job is in exactly one state, whatever was answered is stored, and the same
// call works once the store does.
#include <catch2/catch.hpp>

#include "server/base/ensure.h"
#include "server/service/recorder.h"
#include "server/service/upkeep.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;
using jobs::BatchState;
using jobs::State;

namespace {

struct Scene {
    const char* call;
    void (*prepare)(Town&);     // with a healthy store
    std::string (*act)(Town&);  // the call; its answer as text
    std::string answer;         // what it must be in the end, "*" = a batch
};

const std::string add_ann =
    "<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>";

std::string out_text;  // the batch that `prepare` got

void open(Town& town)
{
    out_text = town.open_session();
}

std::string page_answer()
{
    return customers_page(request_id_in(out_text), 1, customer("80000001-1", "Ann"));
}

// What must hold between any two calls.
void check_books(Town& town)
{
    for (const auto& job : town.store.read([](store::Tx& tx) { return tx.list_jobs({}); })) {
        CAPTURE(job.id.text, to_text(job.state));
        if (!job.batch) continue;
        const auto batch = town.batch(job.batch->text);
        CHECK(batch.items.front().job == job.id);
        if (job.state == State::running) CHECK(batch.state == BatchState::sent);
        if (job.state == State::in_doubt)
            CHECK((batch.state == BatchState::in_doubt || batch.state == BatchState::sent));
    }
    for (const auto& s : town.store.read([](store::Tx& tx) { return tx.live_sessions(maple); })) {
        if (!s.batch) continue;
        const auto batch = town.batch(s.batch->text);
        CHECK(batch.state == BatchState::sent);
        CHECK(town.job(batch.items.front().job).batch == batch.id);
    }
}

// A recording that fails changes no answer; here every step should count.
service::ConnectorSettings unrecorded()
{
    service::ConnectorSettings settings;
    settings.recorder.recording = service::Recording::none;
    return settings;
}

void nothing(Town&) {}

std::string state_of(const jobs::Job& job)
{
    return std::string(to_text(job.state));
}

base::JobId newest(Town& town)
{
    return town.store.read([](store::Tx& tx) { return tx.list_jobs({}); }).front().id;
}

const std::vector<Scene> scenes{
    {"authenticate", [](Town& t) { t.sync(); }, [](Town& t) { return t.authenticate()[1]; }, ""},
    {"authenticate with a wrong password", [](Town& t) { t.sync(); },
     [](Town& t) { return t.authenticate("wrong")[1]; }, "nvu"},
    {"authenticate over a session with a write out",
     [](Town& t) {
         t.raw(add_ann);
         open(t);
     },
     [](Town& t) { return t.authenticate()[1]; }, ""},
    {"the first sendRequestXML",
     [](Town& t) {
         t.sync();
         t.authenticate();
     },
     [](Town& t) { return t.send(first_look()); }, "*"},
    {"sendRequestXML without a first look",
     [](Town& t) {
         t.raw(add_ann);
         t.authenticate();
     },
     [](Town& t) { return t.send(); }, "*"},
    {"sendRequestXML with a write in doubt",
     [](Town& t) {
         t.raw(add_ann);
         open(t);
         t.close();
         t.authenticate();
     },
     [](Town& t) { return t.send(first_look()); }, "*"},
    {"receiveResponseXML with a page",
     [](Town& t) {
         t.sync();
         open(t);
     },
     [](Town& t) { return std::to_string(t.receive(page_answer())); }, "50"},
    {"receiveResponseXML with the end",
     [](Town& t) {
         t.sync();
         open(t);
     },
     [](Town& t) {
         return std::to_string(
             t.receive(customers(request_id_in(out_text), customer("80000001-1", "Ann"))));
     },
     "100"},
    {"receiveResponseXML that is damaged, of a write",
     [](Town& t) {
         t.raw(add_ann);
         open(t);
     },
     [](Town& t) { return std::to_string(t.receive("<QBXML>")); }, "-1"},
    {"connectionError with a write out",
     [](Town& t) {
         t.raw(add_ann);
         open(t);
     },
     [](Town& t) { return t.connection_error("0x80040408"); }, "done"},
    {"getLastError",
     [](Town& t) {
         t.sync();
         open(t);
     },
     [](Town& t) { return t.last_error(); }, ""},
    {"closeConnection with a page read",
     [](Town& t) {
         t.sync();
         open(t);
         t.receive(page_answer());
     },
     [](Town& t) { return t.close(); }, "OK. Nothing was left to do."},
    {"interactiveRejected",
     [](Town& t) {
         (void)t.desk.interactive(maple, "https://books.example.com", t.store);
         open(t);
     },
     [](Town& t) {
         return t.text(qbwc::InteractiveRejected{t.ticket, "no"}).substr(0, 23);
     },
     "The page was not opened"},
    {"a sync is asked for", nothing, [](Town& t) { return state_of(t.sync()); }, "queued"},
    {"a sync is asked for that waits already", [](Town& t) { t.sync(); },
     [](Town& t) {
         return std::to_string(t.desk.sync(maple, {}, true, t.store).value().size() > 9);
     },
     "1"},
    {"a raw request", nothing, [](Town& t) { return state_of(t.raw(add_ann)); }, "queued"},
    {"a push", nothing,
     [](Town& t) {
         return state_of(
             t.desk.push(maple, "customers", "", R"({"name":"Ann"})", t.store).value().job);
     },
     "queued"},
    {"a push that is refused", nothing,
     [](Town& t) {
         return t.desk.push(maple, "customers", "", R"({"nam":"Ann"})", t.store)
             .error()
             .front()
             .code;
     },
     "unknownField"},
    {"a page", nothing,
     [](Town& t) {
         return state_of(t.desk.interactive(maple, "https://books.example.com", t.store).value());
     },
     "queued"},
    {"a page is finished",
     [](Town& t) { (void)t.desk.interactive(maple, "https://books.example.com", t.store); },
     [](Town& t) { return state_of(t.desk.finish(newest(t), t.store).value()); }, "done"},
    {"a job is cancelled", [](Town& t) { t.raw(add_ann); },
     [](Town& t) { return state_of(t.desk.cancel(newest(t), t.store).value()); }, "cancelled"},
    {"a job is tried again",
     [](Town& t) {
         t.raw(add_ann);
         open(t);
         t.receive("", "0x80040400");
     },
     [](Town& t) { return state_of(t.desk.retry(newest(t), t.store).value()); }, "queued"},
    {"a job in doubt is resolved",
     [](Town& t) {
         t.raw(add_ann);
         open(t);
         t.receive("<QBXML><QBXMLMsgsRs newMessageSetID=\"" + batch_id_in(out_text) +
                   "\" messageSetStatusCode=\"9002\"/></QBXML>");
     },
     [](Town& t) {
         return state_of(t.desk.resolve(newest(t), true, "80000001-1", t.store).value());
     },
     "done"},
    {"what is old is forgotten",
     [](Town& t) {
         t.sync();
         open(t);
         t.close();
         t.clock.advance(24h * 40);
     },
     [](Town& t) {
         service::prune(t.store, t.clock.now());
         service::prune_recordings(t.store, t.clock.now() - 24h * 7);
         return std::string("pruned");
     },
     "pruned"},
    {"upkeep",
     [](Town& t) {
         t.raw(add_ann);
         open(t);
         t.clock.advance(2h);
     },
     [](Town& t) { return std::to_string(service::tick(t.store, t.clock.now())); }, "1"},
};

std::string fingerprint(Town& town)
{
    std::string text;
    for (const auto& job : town.store.read([](store::Tx& tx) { return tx.list_jobs({}); }))
        text += job.id.text + " " + std::string(to_text(job.state)) + " " +
                (job.batch ? job.batch->text : "-") + " " + jobs::to_text(job.kind).data() + "\n";
    for (const auto& s : town.store.read([](store::Tx& tx) { return tx.live_sessions(maple); }))
        text += s.id.text + " " + std::to_string(static_cast<int>(s.state)) + "\n";
    return text + town.record("customers", "80000001-1");
}

}  // namespace

TEST_CASE("a store that fails at any step of a call leaves the books true")
{
    const auto& scene = GENERATE(from_range(scenes));
    CAPTURE(scene.call);
    bool answered = false;
    for (int nth = 0; !answered; ++nth) {
        CAPTURE(nth);
        REQUIRE(nth < 1000);
        Town town(":memory:", unrecorded());
        scene.prepare(town);
        const auto before = fingerprint(town);
        town.faults->fail_step(nth);
        std::string reply;
        try {
            reply = scene.act(town);
            answered = true;
        } catch (const store::Unavailable&) {
        }
        const bool struck = town.faults->struck();
        town.faults->heal();
        CHECK(answered == !struck);
        check_books(town);
        if (!answered) {
            CHECK(fingerprint(town) == before);  // all or nothing
            reply = scene.act(town);             // and the next time it works
            check_books(town);
        }
        if (scene.answer == "*")
            CHECK(town.batch(batch_id_in(reply)).text == reply);
        else
            CHECK(reply == scene.answer);
    }
}

TEST_CASE("another writer met at any step of a call is not noticed by anybody")
{
    const auto& scene = GENERATE(from_range(scenes));
    CAPTURE(scene.call);
    for (int nth = 0;; ++nth) {
        CAPTURE(nth);
        REQUIRE(nth < 1000);
        Town town(":memory:", unrecorded());
        scene.prepare(town);
        town.faults->fail_step(nth, Fault::conflict);
        std::string reply;
        try {
            reply = scene.act(town);
        } catch (const store::Conflict&) {
            reply = "conflict while reading";
        }
        const bool struck = town.faults->struck();
        town.faults->heal();
        check_books(town);
        if (reply == "conflict while reading") reply = scene.act(town);
        if (scene.answer == "*")
            CHECK(town.batch(batch_id_in(reply)).text == reply);
        else
            CHECK(reply == scene.answer);
        if (!struck) break;
    }
}

TEST_CASE("a session that cannot be recorded is answered all the same")
{
    Town plain(":memory:", unrecorded());
    plain.sync();
    plain.open_session();
    plain.faults->heal();
    plain.close();
    const int steps = plain.faults->steps;

    Town town;
    town.sync();
    town.open_session();
    town.faults->fail_step(steps, Fault::unavailable, 1000);
    CHECK(town.close() == "OK. Nothing was left to do.");
    CHECK(town.faults->struck());
    town.faults->heal();
    // And is recorded later, in its order.
    town.connector.flush_recording(town.store);
    std::vector<std::string> said;
    town.store.read([&](store::Tx& tx) {
        for (const auto& exchange : tx.exchanges(tx.list_sessions(maple, 1).front().id))
            said.push_back(exchange.method);
    });
    CHECK(said == std::vector<std::string>{"authenticate", "sendRequestXML", "closeConnection"});
}
