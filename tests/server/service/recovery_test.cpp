// A write whose answer was lost: looked for in QuickBooks, then sent again, asked for, or left to a
// person.
#include <catch2/catch.hpp>

#include "server/jobs/recovery.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using Catch::Contains;
using jobs::State;

namespace {

const std::string add_ann =
    "<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>";

// QuickBooks shows a customer of that name, created when the write was out.
std::string found(const std::string& look, const std::string& name)
{
    const auto batch = batch_id_in(look);
    return answer("<ListDeletedQueryRs requestID=\"" + batch + "-1\" statusCode=\"1\"/>" +
                  "<CustomerQueryRs requestID=\"" + batch +
                  "-2\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"OK\">"
                  "<CustomerRet><ListID>80000009-1</ListID>"
                  "<TimeCreated>2026-11-21T12:00:00</TimeCreated>"
                  "<TimeModified>2026-11-21T12:00:00</TimeModified>"
                  "<EditSequence>1</EditSequence><Name>" +
                  name + "</Name><FullName>" + name +
                  "</FullName><IsActive>true</IsActive><Sublevel>0</Sublevel></CustomerRet>"
                  "</CustomerQueryRs>");
}

std::string kept(const std::string& batch)
{
    return kept_answer(batch, "<CustomerAddRs requestID=\"" + batch +
                                  "-1\" statusCode=\"0\" statusSeverity=\"Info\" "
                                  "statusMessage=\"OK\">" +
                                  customer("80000009-1", "Ann") + "</CustomerAddRs>");
}

std::string set_status(const std::string& batch, const char* code)
{
    return "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs newMessageSetID=\"" + batch +
           "\" messageSetStatusCode=\"" + code + "\"/></QBXML>";
}

// A write that went out, and whose answer never came.
struct Lost {
    Town town;
    jobs::Job job = town.raw(add_ann);
    std::string text = town.open_session();
    std::string batch = batch_id_in(text);

    Lost() { town.close(); }
    State state() { return town.job(job.id).state; }
};

}  // namespace

TEST_CASE("QuickBooks shows what the write made, and keeps its answer: it is asked for, not redone")
{
    Lost lost;
    auto look = lost.town.open_session();
    CHECK(lost.town.receive(found(look, "Ann")) < 100);
    const auto question = lost.town.send();
    CHECK_THAT(question, Contains("newMessageSetID=\"" + lost.batch + "\" oldMessageSetID=\"" +
                                  lost.batch + "\"/>") &&
                             !Contains("CustomerAdd"));
    SECTION("asked twice, it says the same")
    {
        CHECK(lost.town.send() == question);
    }
    SECTION("its answer is lost too: it is asked again, without another look")
    {
        lost.town.close();
        CHECK(lost.town.open_session() == question);
    }
    SECTION("or says nothing that can be read")
    {
        CHECK(lost.town.receive("<QBXML>") == -1);
        lost.town.close();
        CHECK(lost.town.open_session() == question);
    }
    CHECK(lost.town.receive(kept(lost.batch)) == 100);
    CHECK(lost.state() == State::done);
    CHECK(lost.town.batch(lost.batch).state == jobs::BatchState::settled);
    CHECK_THAT(lost.town.close(), Contains("OK. 1 task done."));  // the look is none
}

TEST_CASE("QuickBooks shows what the write made, and keeps no answer: a person sees it and decides")
{
    Lost lost;
    const auto look = lost.town.open_session();
    lost.town.receive(found(look, "Ann"));
    REQUIRE_FALSE(lost.town.send().empty());
    CHECK(lost.town.receive(set_status(lost.batch, "600")) == 100);
    CHECK(lost.state() == State::in_doubt);
    const auto problem = *lost.town.job(lost.job.id).problem;
    CHECK(problem.status_code == "600");
    CHECK_THAT(problem.message, Contains("In QuickBooks stands: customers Ann (80000009-1"));
    lost.town.close();
    CHECK(lost.town.authenticate()[1] == "none");  // never sent blindly
    REQUIRE(lost.town.desk.resolve(lost.job.id, true, "80000009-1", lost.town.store).ok());
}

TEST_CASE("somebody else's customer of another name is no trace: the same bytes go out again")
{
    Lost lost;
    lost.town.receive(found(lost.town.open_session(), "Bob"));
    CHECK(lost.town.send() == lost.text);
    SECTION("and when that answer is lost as well, QuickBooks is looked into once more")
    {
        lost.town.close();
        CHECK(lost.town.open_session_after_loss() == lost.text);
    }
    CHECK(lost.town.receive(kept(lost.batch)) == 100);
    CHECK(lost.state() == State::done);
}

TEST_CASE("a customer that the mirror had before is not of this write")
{
    Town town;
    town.sync();
    const auto query = town.open_session();
    town.receive(customers(request_id_in(query), customer("80000009-1", "Ann")));
    town.close();
    town.clock.advance(std::chrono::minutes(1));
    town.raw(add_ann);
    const auto text = town.open_session();
    town.close();
    town.receive(found(town.open_session(), "Ann"));
    CHECK(town.send() == text);
}

TEST_CASE("a look that cannot be done does not become a blind repetition")
{
    Lost lost;
    const auto look = lost.town.open_session();
    const auto id = batch_id_in(look);
    SECTION("QuickBooks refuses it: its record is asked for")
    {
        lost.town.receive(answer("<ListDeletedQueryRs requestID=\"" + id +
                                 "-1\" statusCode=\"3260\" statusSeverity=\"Error\" "
                                 "statusMessage=\"Insufficient permission level.\"/>"));
        CHECK_THAT(lost.town.send(), Contains("oldMessageSetID=\"" + lost.batch + "\"/>"));
    }
    SECTION("its answer is lost: it is done again")
    {
        lost.town.close();
        lost.town.clock.advance(std::chrono::hours(1));
        const auto again = lost.town.open_session();
        CHECK_THAT(again, Contains("<CustomerQueryRq") && !Contains("CustomerAdd"));
        CHECK(lost.town.job(lost.town.batch(lost.batch).look).losses == 1);
    }
    SECTION("a person cancels it: QuickBooks' record is asked for")
    {
        lost.town.receive("", "0x80040408", "Could not start QuickBooks.");
        lost.town.close();
        const auto job = lost.town.batch(lost.batch).look;
        REQUIRE(lost.town.job(job).state == State::queued);
        REQUIRE(lost.town.desk.cancel(job, lost.town.store).ok());
        CHECK_THAT(lost.town.open_session(), Contains("oldMessageSetID=\"" + lost.batch + "\"/>"));
    }
    CHECK(lost.state() == State::in_doubt);
}

TEST_CASE("what may be done twice without harm is not looked for")
{
    Town town;
    town.raw("<TxnVoidRq><TxnVoidType>Invoice</TxnVoidType><TxnID>5F-1</TxnID></TxnVoidRq>");
    const auto text = town.open_session();
    town.close();
    CHECK(town.open_session() == text);
}
