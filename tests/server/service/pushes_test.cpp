// Records pushed to QuickBooks: changes against what was read, what follows a new record, and what
// is forgotten after a while.
#include <catch2/catch.hpp>

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
    CHECK_THAT(town->open_session(), Contains("newMessageSetID=\"" + batch_id_in(batch) + "\""));
}
