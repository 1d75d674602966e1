// A raw message set of which QuickBooks has done a part: nothing of it is done twice.
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "server/jobs/job_text.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;
using Catch::Contains;
using jobs::State;

namespace {

std::string add(const std::string& name)
{
    return "<CustomerAddRq><CustomerAdd><Name>" + name + "</Name></CustomerAdd></CustomerAddRq>";
}

const std::string invoice_and_payment =
    "<InvoiceAddRq><InvoiceAdd defMacro=\"TxnID:new\"><CustomerRef><FullName>Alder</FullName>"
    "</CustomerRef><InvoiceLineAdd><Desc>Oak</Desc></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>"
    "<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef><FullName>Alder</FullName></CustomerRef>"
    "<AppliedToTxnAdd><TxnID useMacro=\"TxnID:new\"/><PaymentAmount>1.00</PaymentAmount>"
    "</AppliedToTxnAdd></ReceivePaymentAdd></ReceivePaymentAddRq>";

// QuickBooks' word on the nth request of what went out.
std::string response(const std::string& batch, int n, int code, const std::string& content = "",
                     const std::string& message = "CustomerAddRs")
{
    return fmt::format(
        "<{0} requestID=\"{1}-{2}\" statusCode=\"{3}\" statusSeverity=\"{4}\" "
        "statusMessage=\"It says so.\">{5}</{0}>",
        message, batch_id_in(batch), n, code, code == 0 ? "Info" : "Error", content);
}

void take(Town& town, const std::string& batch, const std::string& responses)
{
    town.receive(kept_answer(batch_id_in(batch), responses));
    town.close();
}

qbxml::Value result_of(Town& town, const jobs::Job& job)
{
    return *qbxml::parse_json(town.job(job.id).result);
}

}  // namespace

TEST_CASE("a raw set stopped at its second request: a retry sends what is left, not the first")
{
    Town town;
    const auto job = town.raw(add("Alder") + add("Birch") + add("Cedar"));
    auto batch = town.open_session();
    take(town, batch,
         response(batch, 1, 0, customer("80000001-1", "Alder")) + response(batch, 2, 3100));
    REQUIRE(town.job(job.id).state == State::failed);
    CHECK_THAT(town.job(job.id).problem->message,
               Contains("Done are of this set, and stay so: 1 CustomerAddRq (80000001-1)."));
    CHECK_THAT(town.job(job.id).problem->remedy, Contains("A retry sends only what is left"));

    REQUIRE(town.desk.retry(job.id, town.store).ok());
    batch = town.open_session();
    CHECK_THAT(batch, !Contains("Alder") && Contains("Birch") && Contains("Cedar") &&
                          Contains("onError=\"stopOnError\""));
    take(town, batch,
         response(batch, 1, 0, customer("80000002-1", "Birch")) + response(batch, 2, 3100));
    REQUIRE(town.job(job.id).state == State::failed);

    REQUIRE(town.desk.retry(job.id, town.store).ok());
    batch = town.open_session();
    CHECK_THAT(batch, !Contains("Alder") && !Contains("Birch") && Contains("Cedar"));
    take(town, batch, response(batch, 1, 0, customer("80000003-1", "Cedar")));
    REQUIRE(town.job(job.id).state == State::done);
    // The result says where the others are.
    const auto result = result_of(town, job);
    const auto& applied = result.find("applied")->as_array();
    REQUIRE(applied.size() == 2);
    CHECK(applied[0].string_at("id") == "80000001-1");
    CHECK(applied[1].string_at("id") == "80000002-1");
    CHECK(applied[1].integer_at("place") == 2);
}

TEST_CASE("QuickBooks is busy in the midst of a raw set: later it gets what it has not done")
{
    Town town;
    const auto job = town.raw(add("Alder") + add("Birch"));
    auto batch = town.open_session();
    take(town, batch,
         response(batch, 1, 0, customer("80000001-1", "Alder")) + response(batch, 2, 3175));
    REQUIRE(town.job(job.id).state == State::queued);
    town.clock.advance(1h);
    batch = town.open_session();
    CHECK_THAT(batch, !Contains("Alder") && Contains("Birch"));
    take(town, batch, response(batch, 1, 0, customer("80000002-1", "Birch")));
    CHECK(town.job(job.id).state == State::done);
}

TEST_CASE("of a raw set that goes on after errors, what failed is sent again and nothing else")
{
    Town town;
    const auto made = town.desk.raw(
        maple,
        "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq "
        "onError=\"continueOnError\"><CustomerQueryRq><FullName>Elm</FullName></CustomerQueryRq>" +
            add("Alder") + add("Birch") + add("Cedar") + "</QBXMLMsgsRq></QBXML>",
        town.store);
    REQUIRE(made.ok());
    auto batch = town.open_session();
    take(town, batch,
         response(batch, 1, 0, customer("80000007-1", "Elm"), "CustomerQueryRs") +
             response(batch, 2, 0, customer("80000001-1", "Alder")) + response(batch, 3, 3100) +
             response(batch, 4, 0, customer("80000003-1", "Cedar")));
    REQUIRE(town.job(made->id).state == State::failed);
    REQUIRE(town.desk.retry(made->id, town.store).ok());
    batch = town.open_session();
    // A question may be asked twice, so that the answer is whole.
    CHECK_THAT(batch, Contains("CustomerQueryRq") && Contains("Birch") && !Contains("Alder") &&
                          !Contains("Cedar"));
}

TEST_CASE("the rest of a raw set names what was made by its id, for the name died with the set")
{
    Town town;
    town.raw(invoice_and_payment);
    auto batch = town.open_session();
    CHECK_THAT(batch, Contains("useMacro"));
    take(town, batch,
         response(batch, 1, 0,
                  "<InvoiceRet><TxnID>5A-1</TxnID><EditSequence>1</EditSequence></InvoiceRet>",
                  "InvoiceAddRs") +
             response(batch, 2, 3175, "", "ReceivePaymentAddRs"));
    town.clock.advance(1h);
    batch = town.open_session();
    CHECK_THAT(batch,
               !Contains("InvoiceAddRq") && Contains("<TxnID>5A-1</TxnID>") && !Contains("Macro"));
}

TEST_CASE("the rest of a raw set cannot be sent when an id it needs was never told")
{
    Town town;
    const auto job = town.raw(invoice_and_payment);
    const auto batch = town.open_session();
    take(town, batch,
         response(batch, 1, 0, "", "InvoiceAddRs") +
             response(batch, 2, 3100, "", "ReceivePaymentAddRs"));
    REQUIRE(town.desk.retry(job.id, town.store).ok());
    CHECK(town.open_session().empty());
    const auto failed = town.job(job.id);
    REQUIRE(failed.state == State::failed);
    CHECK(failed.problem->code == "partly_applied");
    CHECK_THAT(failed.problem->message, Contains("'TxnID:new'") && Contains("1 InvoiceAddRq"));
}

TEST_CASE("a raw set of which nothing was done is sent again as it was")
{
    Town town;
    const auto job = town.raw(add("Alder") + add("Birch"));
    auto batch = town.open_session();
    take(town, batch, response(batch, 1, 3100));
    REQUIRE(town.job(job.id).state == State::failed);
    CHECK_THAT(town.job(job.id).problem->message, !Contains("Done are"));
    REQUIRE(town.desk.retry(job.id, town.store).ok());
    CHECK_THAT(town.open_session(), Contains("Alder") && Contains("Birch"));
}
