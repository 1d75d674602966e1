// Records pushed to QuickBooks: changes against what was read, what follows a new record, and what
// is forgotten after a while.
#include <catch2/catch.hpp>

#include "server/service/companies.h"
#include "server/service/upkeep.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using Catch::Contains;
using namespace std::chrono_literals;

namespace {

// A town whose mirror has read one customer.
std::unique_ptr<Town> town_with_customer()
{
    auto town = std::make_unique<Town>();
    town->sync();
    const auto batch = town->open_session();
    town->receive(customers(request_id_in(batch), customer("80000001-1", "Alder", "1700000001")));
    town->close();
    return town;
}

std::string added(std::string_view batch_text, std::string_view record)
{
    return kept_answer(batch_id_in(std::string(batch_text)),
                       "<CustomerAddRs requestID=\"" + request_id_in(std::string(batch_text)) +
                           "\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status "
                           "OK\">" +
                           std::string(record) + "</CustomerAddRs>");
}

}  // namespace

TEST_CASE("a change needs no more than the change: the edit sequence is that of the record read")
{
    auto town = town_with_customer();
    const auto pushed =
        town->desk.push(maple, "customers", "80000001-1", R"({"phone": "555-0101"})", town->store);
    REQUIRE(pushed);
    const auto batch = town->open_session();
    CHECK_THAT(batch, Contains("<ListID>80000001-1</ListID>") &&
                          Contains("<EditSequence>1700000001</EditSequence>") &&
                          Contains("<Phone>555-0101</Phone>") && !Contains("<Name>"));
}

TEST_CASE("an edit sequence of the caller's own is the one that goes out")
{
    auto town = town_with_customer();
    REQUIRE(town->desk.push(maple, "customers", "80000001-1",
                            R"({"phone": "555-0101", "metadata": {"editSequence": "17"}})",
                            town->store));
    CHECK_THAT(town->open_session(), Contains("<EditSequence>17</EditSequence>"));
}

TEST_CASE("a change that changes nothing is refused before anything is sent")
{
    auto town = town_with_customer();
    const auto pushed =
        town->desk.push(maple, "customers", "80000001-1", R"({"name": "Alder"})", town->store);
    REQUIRE(!pushed);
    CHECK(pushed.error().front().code == "unchanged");
}

TEST_CASE("a change of a record that was never read needs its edit sequence")
{
    Town town;
    const auto pushed =
        town.desk.push(maple, "customers", "80000009-9", R"({"phone": "1"})", town.store);
    REQUIRE(!pushed);
    CHECK(pushed.error().front().code == "required");
}

TEST_CASE("the custom fields of a new customer follow once its ListID is known")
{
    Town town;
    const auto pushed =
        town.desk.push(maple, "customers", "", R"({"name": "Birch", "customFields": [
        {"ownerId": "0", "name": "Crew", "value": "North"}]})",
                       town.store);
    REQUIRE(pushed);
    const auto batch = town.open_session();
    CHECK_THAT(batch, Contains("<Name>Birch</Name>") && !Contains("DataExt"));
    CHECK(town.receive(added(batch, customer("80000042-1", "Birch"))) < 100);

    const auto follow_up = town.send();
    CHECK_THAT(follow_up, Contains("<DataExtAdd>") && Contains("<ListID>80000042-1</ListID>") &&
                              Contains("<DataExtValue>North</DataExtValue>") &&
                              Contains("newMessageSetID"));
    CHECK(town.job(pushed->job.id).state == jobs::State::done);
}

TEST_CASE("a refused customer has nothing that follows")
{
    Town town;
    REQUIRE(town.desk.push(maple, "customers", "", R"({"name": "Birch", "customFields": [
        {"ownerId": "0", "name": "Crew", "value": "North"}]})",
                           town.store));
    const auto batch = town.open_session();
    CHECK(town.receive(kept_answer(batch_id_in(batch),
                                   "<CustomerAddRs requestID=\"" + request_id_in(batch) +
                                       "\" statusCode=\"3100\" statusSeverity=\"Error\" "
                                       "statusMessage=\"The name is in use.\"/>")) == 100);
}

TEST_CASE("wrong passwords are forgotten after a day, an address that was right is not")
{
    Town town;
    town.authenticate("maple-secret", "192.0.2.1");
    town.authenticate("wrong", "192.0.2.2");
    const auto failures = [&](const char* address) {
        return town.store.read([&](store::Tx& tx) { return tx.login_guard("qbwc-maple", address); })
            .failures;
    };
    const auto good = [&](const char* address) {
        return town.store.read([&](store::Tx& tx) { return tx.login_guard("qbwc-maple", address); })
            .good_at;
    };
    service::prune(town.store, town.clock.now() + 23h);
    CHECK(failures("192.0.2.2") == 1);
    service::prune(town.store, town.clock.now() + 25h);
    CHECK(failures("192.0.2.2") == 0);
    CHECK(good("192.0.2.1") == town.clock.now());
}

TEST_CASE("settled message sets are forgotten after thirty days, those in doubt are not")
{
    auto town = town_with_customer();
    REQUIRE(town->desk.push(maple, "customers", "", R"({"name": "Birch"})", town->store));
    const auto batch = town->open_session();
    town->close();  // the answer never came

    service::prune(town->store, town->clock.now() + 24h * 31);
    CHECK(town->batch(batch_id_in(batch)).state == jobs::BatchState::in_doubt);
    CHECK(town->open_session_after_loss() == batch);
}

TEST_CASE("two changes of one record before one session: the second is made on the first's result")
{
    auto town = town_with_customer();
    REQUIRE(town->desk.push(maple, "customers", "80000001-1", R"({"phone": "1"})", town->store));
    REQUIRE(town->desk.push(maple, "customers", "80000001-1", R"({"note": "x"})", town->store));
    const auto first = town->open_session();
    const auto changed = "<CustomerModRs requestID=\"" + request_id_in(first) +
                         "\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"OK\">" +
                         customer("80000001-1", "Alder", "1700000002") + "</CustomerModRs>";
    CHECK(town->receive(kept_answer(batch_id_in(first), changed)) < 100);
    CHECK_THAT(town->send(),
               Contains("<EditSequence>1700000002</EditSequence>") && Contains("<Notes>x</Notes>"));
}

TEST_CASE("only read-only fields in a change: each is told")
{
    auto town = town_with_customer();
    const auto pushed =
        town->desk.push(maple, "customers", "80000001-1", R"({"balance": "1.00"})", town->store);
    REQUIRE(!pushed);
    CHECK(pushed.error().front().code == "readOnly");
}

TEST_CASE("what QuickBooks would store as a question mark is refused before it is sent")
{
    Town town;
    const auto pushed =
        town.desk.push(maple, "customers", "", "{\"name\": \"Kyoto \xE4\xBA\xAC\"}", town.store);
    REQUIRE(!pushed);
    CHECK(pushed.error().front().path == "/name");
    CHECK(town.desk.push(maple, "customers", "", "{\"name\": \"Caf\xC3\xA9 \xE2\x82\xAC\"}",
                         town.store));
}

TEST_CASE("people cancel what waits, try again what failed, and nothing else")
{
    Town town;
    const auto waiting = town.sync();
    CHECK(town.desk.cancel(waiting.id, town.store)->state == jobs::State::cancelled);
    const auto again = town.desk.cancel(waiting.id, town.store);
    REQUIRE(!again);
    CHECK_THAT(again.error().text(), Contains("the job is cancelled; only one that is queued"));
    CHECK(!town.desk.retry(waiting.id, town.store));
    CHECK(!town.desk.cancel({"job_none"}, town.store));

    REQUIRE(town.desk.push(maple, "customers", "", R"({"name": "Birch"})", town.store));
    const auto batch = town.open_session();
    town.receive(
        kept_answer(batch_id_in(batch), "<CustomerAddRs requestID=\"" + request_id_in(batch) +
                                            "\" statusCode=\"3100\" statusSeverity=\"Error\" "
                                            "statusMessage=\"The name is in use.\"/>"));
    const auto failed = town.batch(batch_id_in(batch)).items.front().job;
    CHECK(town.desk.retry(failed, town.store)->state == jobs::State::queued);
    CHECK_THAT(town.open_session(), Contains("<Name>Birch</Name>"));
}

TEST_CASE("a job in doubt is resolved by a person only when QuickBooks cannot settle it")
{
    Town town;
    REQUIRE(town.desk.push(maple, "customers", "", R"({"name": "Birch"})", town.store));
    const auto batch = town.open_session();
    const auto job = town.batch(batch_id_in(batch)).items.front().job;
    town.close();  // the answer never came: its message set goes out again
    const auto too_early = town.desk.resolve(job, true, "", town.store);
    REQUIRE(!too_early);
    CHECK_THAT(too_early.error().text(), Contains("goes out again with the next session"));

    REQUIRE(town.open_session_after_loss() == batch);
    town.receive("<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs newMessageSetID=\"" +
                 batch_id_in(batch) + "\" messageSetStatusCode=\"9002\"/></QBXML>");
    REQUIRE(town.job(job).state == jobs::State::in_doubt);
    const auto resolved = town.desk.resolve(job, true, "80000077-1", town.store);
    REQUIRE(resolved);
    CHECK(resolved->state == jobs::State::done);
    CHECK_THAT(resolved->result, Contains("80000077-1"));
}

TEST_CASE("a new password lets in at once, however many wrong ones came before")
{
    Town town;
    for (int n = 0; n < 14; ++n)
        town.authenticate("wrong");
    CHECK(town.authenticate()[1] == "nvu");
    service::Companies companies(town.clock, town.ids);
    const auto fresh = companies.new_password(maple, town.store);
    REQUIRE(fresh);
    CHECK(town.authenticate(*fresh)[1] == "none");
}

TEST_CASE("a company file that is accepted anew is read whole")
{
    auto town = town_with_customer();
    service::Companies companies(town->clock, town->ids);
    REQUIRE(companies.accept_file(maple, town->store));
    REQUIRE(town->desk.sync(maple, {"customers"}, false, town->store));
    CHECK_THAT(town->open_session(), !Contains("FromModifiedDate"));
}

TEST_CASE("a preview shows what would go and queues nothing; what went is shown afterwards")
{
    Town town;
    const auto preview = town.desk.prepare(
        maple, {.data_type = "customers", .record_json = R"({"name": "Birch"})"}, town.store);
    REQUIRE(preview);
    CHECK_THAT(preview->qbxml, Contains("<CustomerAddRq") && Contains("<Name>Birch</Name>"));
    CHECK(preview->follow_up.empty());
    CHECK(town.store.read([](store::Tx& tx) { return tx.list_jobs({}).empty(); }));

    // Custom fields of a new list record need its ListID.
    const auto tree = town.desk.prepare(
        maple,
        {.data_type = "customers",
         .record_json = R"({"name": "Ash", "customFields": [{"name": "Gate", "value": "7"}]})"},
        town.store);
    REQUIRE(tree);
    CHECK_THAT(tree->qbxml, !Contains("DataExt"));
    CHECK_THAT(tree->follow_up, Contains("<DataExtAddRq>") && Contains("$ListID</ListID>") &&
                                    Contains("<DataExtValue>7</DataExtValue>"));

    const auto pushed = town.desk.push(maple, "customers", "", R"({"name": "Birch"})", town.store);
    const auto last_sent = [&] {
        return town.store.read([&](store::Tx& tx) { return tx.last_sent(pushed->job.id); });
    };
    CHECK(last_sent().empty());
    const auto sent = town.open_session();
    CHECK(last_sent() == sent);
}

TEST_CASE("an item that is named by id is written as what the company's list says it is")
{
    Town town;
    town.sync("items");
    const auto query = town.open_session();
    town.receive(answer("<ItemQueryRs requestID=\"" + request_id_in(query) +
                        "\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"OK\">"
                        "<ItemGroupRet><ListID>80000031-1</ListID>"
                        "<TimeCreated>2026-03-02T09:15:00</TimeCreated>"
                        "<TimeModified>2026-03-02T09:15:00</TimeModified>"
                        "<EditSequence>1</EditSequence><Name>Door kit</Name>"
                        "<IsActive>true</IsActive></ItemGroupRet></ItemQueryRs>"));
    town.close();
    const auto pushed = town.desk.push(maple, "invoices", "", R"({
        "customerRef": {"id": "80000001-1"},
        "lineItems": [{"itemRef": {"id": "80000031-1"}, "quantity": "2"}]})",
                                       town.store);
    INFO((pushed ? "" : pushed.error().front().path + " " + pushed.error().front().message));
    REQUIRE(pushed.ok());
    CHECK_THAT(town.open_session(),
               Contains("<InvoiceLineGroupAdd><ItemGroupRef><ListID>80000031-1</ListID>"));
}
