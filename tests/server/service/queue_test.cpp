// Many jobs in one message set, jobs that wait for others, keys, conflicts, expiry.
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "server/service/upkeep.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;
using Catch::Contains;
using jobs::State;
using qbxml::canonical::Operation;

namespace {

jobs::Job push(Town& town, const std::string& json, service::QueueOptions queue = {},
               const std::string& id = "")
{
    const auto made =
        town.desk.push(maple,
                       {.operation = id.empty() ? Operation::create : Operation::update,
                        .data_type = "customers",
                        .id = id,
                        .record_json = json,
                        .queue = std::move(queue)},
                       town.store);
    INFO((made ? "" : made.error().front().message));
    REQUIRE(made.ok());
    return made->job;
}

std::string named(const std::string& name)
{
    return R"({"name":")" + name + R"("})";
}

// One response of the set: to its nth request.
std::string response(const std::string& batch, int n, const std::string& message, int code,
                     const std::string& text, const std::string& record = "")
{
    return fmt::format(
        "<{} requestID=\"{}-{}\" statusCode=\"{}\" statusSeverity=\"{}\" "
        "statusMessage=\"{}\">{}</{}>",
        message, batch_id_in(batch), n, code, code == 0 ? "Info" : "Error", text, record, message);
}

std::string added(const std::string& batch, int n, const std::string& id, const std::string& name)
{
    return response(batch, n, "CustomerAddRs", 0, "Status OK", customer(id, name));
}

State state(Town& town, const jobs::Job& job)
{
    return town.job(job.id).state;
}

// Customer 80000001-1 in the mirror, as a read brought it.
void know_customer(Town& town)
{
    town.sync();
    const auto batch = town.open_session();
    town.receive(customers(request_id_in(batch), customer("80000001-1", "Alder", "100")));
    town.close();
}

}  // namespace

TEST_CASE("three writes travel in one set, and each is judged by its own answer")
{
    Town town;
    const auto one = push(town, named("Alder"));
    const auto two = push(town, named("Birch"));
    const auto three = push(town, named("Cedar"));
    const auto batch = town.open_session();
    CHECK_THAT(batch, Contains("Alder") && Contains("Birch") && Contains("Cedar") &&
                          Contains("onError=\"continueOnError\""));
    CHECK(town.receive(
              kept_answer(batch_id_in(batch),
                          added(batch, 1, "80000001-1", "Alder") +
                              response(batch, 2, "CustomerAddRs", 3100, "The name is in use.") +
                              added(batch, 3, "80000003-1", "Cedar"))) == 100);
    CHECK(state(town, one) == State::done);
    CHECK(state(town, two) == State::failed);
    CHECK(town.job(two.id).problem->status_code == "3100");
    CHECK(state(town, three) == State::done);
    CHECK_THAT(town.job(three.id).result, Contains("80000003-1"));
    CHECK(town.batch(batch_id_in(batch)).state == jobs::BatchState::settled);
    CHECK_FALSE(town.record("customers", "80000003-1").empty());
    CHECK_THAT(town.close(), Contains("2 tasks done") && Contains("1 could not be done"));
}

TEST_CASE("the answer to a set of three is lost: the same three go out again, and nothing else")
{
    Town town;
    for (const char* name : {"Alder", "Birch", "Cedar"})
        push(town, named(name));
    const auto batch = town.open_session();
    town.close();
    push(town, named("Dogwood"));
    CHECK(town.open_session_after_loss() == batch);
    CHECK(town.receive(
              kept_answer(batch_id_in(batch), added(batch, 1, "80000001-1", "Alder") +
                                                  added(batch, 2, "80000002-1", "Birch") +
                                                  added(batch, 3, "80000003-1", "Cedar"))) < 100);
    CHECK_THAT(town.send(), Contains("Dogwood") && !Contains("Cedar"));
}

TEST_CASE("QuickBooks left out the rest of a set: a write without an answer is in doubt")
{
    Town town;
    const auto one = push(town, named("Alder"));
    const auto two = push(town, named("Birch"));
    const auto batch = town.open_session();
    town.receive(kept_answer(batch_id_in(batch),
                             response(batch, 1, "CustomerAddRs", 3100, "The name is in use.")));
    CHECK(state(town, one) == State::failed);
    CHECK(state(town, two) == State::in_doubt);
    CHECK(town.job(two.id).problem->code == "left_out");
    CHECK(town.send().empty());  // never sent blindly
}

TEST_CASE("a set that QuickBooks cannot read is halved until the one job is found that spoils it")
{
    Town town;
    std::vector<jobs::Job> pushed;
    for (const char* name : {"Alder", "Birch", "Poison", "Cedar", "Dogwood"})
        pushed.push_back(push(town, named(name)));
    auto batch = town.open_session();
    int rounds = 0;
    for (; !batch.empty() && rounds < 20; ++rounds) {
        if (batch.find("Poison") != batch.npos) {
            town.receive("", "0x80040400", "QuickBooks found an error when parsing the text.");
        } else {
            std::string answers;
            const auto count = town.batch(batch_id_in(batch)).items.size();
            for (std::size_t n = 1; n <= count; ++n)
                answers += added(batch, static_cast<int>(n),
                                 fmt::format("8000{:02}{:02}-1", rounds, n), "Someone");
            town.receive(kept_answer(batch_id_in(batch), answers));
        }
        batch = town.send();
    }
    for (const auto& job : pushed)
        CHECK(to_text(state(town, job)) ==
              (job.body.find("Poison") != job.body.npos ? "failed" : "done"));
    CHECK(rounds <= 6);
}

TEST_CASE("an invoice for a customer who does not exist yet waits for the customer's ListID")
{
    Town town;
    const auto parent = push(town, named("Alder"));
    const auto child =
        push(town, R"({"name":"Roof","parentRef":{"id":"$)" + parent.id.text + R"("}})");
    CHECK(child.waits_for == 1);
    auto batch = town.open_session();
    CHECK_THAT(batch, Contains("Alder") && !Contains("Roof"));
    SECTION("the customer is made: the child goes with its id")
    {
        town.receive(kept_answer(batch_id_in(batch), added(batch, 1, "80000007-1", "Alder")));
        batch = town.send();
        CHECK_THAT(batch, Contains("<Name>Roof</Name>") && Contains("<ListID>80000007-1</ListID>"));
    }
    SECTION("the customer is refused: the child waits; tried again, both go")
    {
        town.receive(kept_answer(batch_id_in(batch),
                                 response(batch, 1, "CustomerAddRs", 3100, "The name is in use.")));
        CHECK(town.send().empty());
        CHECK(town.job(child.id).hold == jobs::Hold::parent);
        CHECK(state(town, child) == State::queued);
        REQUIRE(town.desk.retry(parent.id, town.store).ok());
        batch = town.send();
        CHECK_THAT(batch, Contains("Alder"));
        town.receive(kept_answer(batch_id_in(batch), added(batch, 1, "80000008-1", "Alder")));
        CHECK_THAT(town.send(), Contains("<ListID>80000008-1</ListID>"));
    }
}

TEST_CASE("a reference to a job that is not there is refused at once")
{
    Town town;
    const auto made = town.desk.push(
        maple, "customers", "", R"({"name":"Roof","parentRef":{"id":"$job_nobody"}})", town.store);
    REQUIRE_FALSE(made.ok());
    CHECK_THAT(made.error().front().message, Contains("job_nobody"));
}

TEST_CASE("an idempotency key: the same wish is the same job, another wish is refused")
{
    Town town;
    const auto first = push(town, named("Alder"), {.key = "order-1"});
    CHECK(push(town, R"({ "name" : "Alder" })", {.key = "order-1"}).id == first.id);
    const auto other = town.desk.push(
        maple,
        {.data_type = "customers", .record_json = named("Birch"), .queue = {.key = "order-1"}},
        town.store);
    REQUIRE_FALSE(other.ok());
    CHECK(other.error().front().code == "idempotencyKeyReused");
    CHECK_THAT(other.error().front().message, Contains(first.id.text));
    // Also when it is done, and the record has long been there.
    const auto batch = town.open_session();
    town.receive(kept_answer(batch_id_in(batch), added(batch, 1, "80000001-1", "Alder")));
    CHECK(push(town, named("Alder"), {.key = "order-1"}).state == State::done);
    CHECK(town.store.read([](store::Tx& tx) { return tx.list_jobs({}).size(); }) == 1);
}

TEST_CASE("a change that should win over one made meanwhile")
{
    Town town;
    know_customer(town);
    const auto job =
        push(town, R"({"phone":"555"})", {.on_conflict = jobs::OnConflict::latest}, "80000001-1");
    auto batch = town.open_session();
    CHECK_THAT(batch, Contains("<EditSequence>100</EditSequence>"));
    const auto stale = [&](const std::string& record) {
        town.receive(
            kept_answer(batch_id_in(batch), response(batch, 1, "CustomerModRs", 3200,
                                                     "The edit sequence is out-of-date.", record)));
    };
    SECTION("the refusal brought the record: it goes out again for that edition")
    {
        stale(customer("80000001-1", "Alder and Sons", "200"));
        batch = town.send();
        CHECK_THAT(batch, Contains("<EditSequence>200</EditSequence>") && Contains("555"));
        SECTION("a second conflict is final")
        {
            stale("");
            CHECK(state(town, job) == State::failed);
            CHECK(town.job(job.id).problem->code == "stale_edit_sequence");
        }
    }
    SECTION("the refusal brought nothing: the record is read first")
    {
        stale("");
        batch = town.send();
        CHECK_THAT(batch, Contains("<CustomerQueryRq") && Contains("<ListID>80000001-1</ListID>"));
        SECTION("and then changed")
        {
            town.receive(customers(request_id_in(batch), customer("80000001-1", "Alder", "300")));
            CHECK_THAT(town.send(), Contains("<EditSequence>300</EditSequence>"));
        }
        SECTION("but it is gone")
        {
            town.receive(answer("<CustomerQueryRs requestID=\"" + request_id_in(batch) +
                                "\" statusCode=\"500\" statusSeverity=\"Warn\" "
                                "statusMessage=\"not found\"/>"));
            CHECK(state(town, job) == State::failed);
            CHECK(town.job(job.id).problem->code == "record_gone");
        }
    }
}

TEST_CASE("a change that QuickBooks has by now is done, and the page behind it is shown")
{
    Town town;
    know_customer(town);
    const auto job = push(town, R"({"phone":"555"})", {.priority = 300}, "80000001-1");
    (void)town.desk.interactive(maple, "https://books.example.com/", town.store).value();
    town.sync();
    const auto batch = town.open_session();
    auto record = customer("80000001-1", "Alder", "200");
    record.insert(record.find("</CustomerRet>"), "<Phone>555</Phone>");
    town.receive(customers(request_id_in(batch), record));
    CHECK(town.send().empty());
    CHECK(town.last_error() == "Interactive mode");
    CHECK(state(town, job) == State::done);
    CHECK(town.job(job.id).result == R"({"unchanged":true})");
}

TEST_CASE("without that wish a stale edit sequence is a conflict for the caller")
{
    Town town;
    know_customer(town);
    const auto job = push(town, R"({"phone":"555"})", {}, "80000001-1");
    const auto batch = town.open_session();
    town.receive(
        kept_answer(batch_id_in(batch), response(batch, 1, "CustomerModRs", 3200, "out-of-date")));
    CHECK(state(town, job) == State::failed);
    CHECK(town.job(job.id).problem->actor == "caller");
}

TEST_CASE("a job that was not sent in its time expires; nothing of it goes out")
{
    Town town;
    const auto job = push(town, named("Alder"), {.expires_at = town.clock.now() + 1h});
    town.clock.advance(2h);
    CHECK(town.authenticate()[1] == "none");
    service::tick(town.store, town.clock.now());
    CHECK(state(town, job) == State::expired);
    CHECK(town.job(job.id).problem->code == "expired_unsent");
}

TEST_CASE("a full queue refuses clearly and keeps what it has")
{
    Town town;
    service::JobDesk desk(town.clock, town.ids, "host", {.queued_max = 2});
    REQUIRE(desk.push(maple, "customers", "", named("Alder"), town.store).ok());
    REQUIRE(desk.push(maple, "customers", "", named("Birch"), town.store).ok());
    const auto third = desk.push(maple, "customers", "", named("Cedar"), town.store);
    REQUIRE_FALSE(third.ok());
    CHECK_THAT(third.error().front().message, Contains("2 jobs are queued, which is the limit"));
}

TEST_CASE("a failed job is ignored, taken back, edited and tried again; the audit has it all")
{
    Town town;
    const auto job = push(town, named("Alder"));
    auto batch = town.open_session();
    town.receive(kept_answer(batch_id_in(batch),
                             response(batch, 1, "CustomerAddRs", 3100, "The name is in use.")));
    REQUIRE(town.desk.ignore(job.id, "entered by hand", town.store).ok());
    CHECK(state(town, job) == State::ignored);
    CHECK(town.job(job.id).note == "entered by hand");
    REQUIRE(town.desk.unignore(job.id, town.store).ok());
    CHECK(state(town, job) == State::failed);
    const auto edited = town.desk.edit(job.id, named("Alder the Younger"), town.store);
    REQUIRE(edited.ok());
    CHECK(edited->job.state == State::queued);
    CHECK_THAT(town.send(), Contains("Alder the Younger"));
    std::string verbs;
    for (const auto& act : town.store.read([&](store::Tx& tx) { return tx.acts(job.id.text, 9); }))
        verbs += act.verb + " ";
    CHECK(verbs == "job.edit job.unignore job.ignore ");
    CHECK(town.store.read([&](store::Tx& tx) { return tx.attempts(job.id).size(); }) == 1);
}

TEST_CASE("all failed jobs of a cause are tried again at once")
{
    Town town;
    for (const char* name : {"Alder", "Birch", "Cedar"})
        push(town, named(name));
    const auto batch = town.open_session();
    town.receive(kept_answer(batch_id_in(batch),
                             response(batch, 1, "CustomerAddRs", 3100, "in use") +
                                 response(batch, 2, "CustomerAddRs", 3100, "in use") +
                                 response(batch, 3, "CustomerAddRs", 3250, "switched off")));
    const auto code = town.store.read(
        [](store::Tx& tx) { return tx.list_jobs({.state = State::failed}).back().problem->code; });
    CHECK(*town.desk.retry_all(maple, code, town.store) == 2);
    CHECK(*town.desk.ignore_all(maple, "", "known", town.store) == 1);
    CHECK(town.store.read([](store::Tx& tx) { return tx.count_jobs(maple, State::queued); }) == 2);
}

TEST_CASE("what a job in doubt would have made is looked for, and shown")
{
    Town town;
    const auto job = push(town, named("Alder"));
    const auto batch = town.open_session();
    town.receive("");
    town.close();
    // QuickBooks has lost its record of the set: a person must look.
    REQUIRE(town.open_session_after_loss() == batch);
    town.receive("<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs newMessageSetID=\"" +
                 batch_id_in(batch) + "\" messageSetStatusCode=\"9002\"/></QBXML>");
    REQUIRE(state(town, job) == State::in_doubt);
    const auto probe = town.desk.probe(job.id, town.store);
    INFO((probe ? "" : probe.error().text()));
    REQUIRE(probe.ok());
    const auto asked = town.send();
    CHECK_THAT(asked, Contains("<CustomerQueryRq") && Contains("<FullName>Alder</FullName>"));
    town.receive(customers(request_id_in(asked), customer("80000004-1", "Alder")));
    CHECK_THAT(town.job(probe->id).result, Contains("80000004-1") && Contains("Alder"));
    REQUIRE(town.desk.resolve(job.id, true, "80000004-1", town.store).ok());
    CHECK(state(town, job) == State::done);
}
