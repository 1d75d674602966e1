// The open company file: learned from the first look, asked for when it did not come.
#include <catch2/catch.hpp>

#include "server/service/companies.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using Catch::Contains;
using jobs::State;

namespace {

std::size_t jobs_of_kind(Town& town, jobs::Kind kind)
{
    std::size_t count = 0;
    for (const auto& job : town.store.read([](store::Tx& tx) { return tx.list_jobs({}); }))
        count += job.kind == kind;
    return count;
}

OpenFile asked_by(const std::string& text)
{
    const auto batch = batch_id_in(text);
    return {.request_ids = {batch + "-1", batch + "-2", batch + "-3"}};
}

}  // namespace

TEST_CASE("the first look links the company and tells what it speaks")
{
    Town town;
    town.sync();
    const auto text = town.open_session();
    CHECK_THAT(text, Contains("<CustomerQueryRq") && Contains("<?qbxml version=\"16.0\"?>"));
    const auto company = town.company();
    CHECK(company.status == store::Status::linked);
    CHECK(company.linked.name == "Maple & Pine Joinery");
    CHECK(company.linked.path == "C:\\Books\\Maple.qbw");
    CHECK(company.linked.file_id == company.file_id);
    CHECK(company.qbxml_version == "16.0");
    CHECK(company.product == "QuickBooks Enterprise Solutions 24.0");
    CHECK(town.store.read([](store::Tx& tx) { return tx.first_look(maple); }) == first_look());
}

TEST_CASE("without a first look QuickBooks is asked before anything else is sent")
{
    Town town;
    const auto job = town.sync();
    town.authenticate();
    const auto hcp =
        GENERATE(values<std::string>({"", "no XML at all", "<QBXML><QBXMLMsgsRs/></QBXML>"}));
    CAPTURE(hcp);
    const auto probe = town.send(hcp);
    CHECK_THAT(probe, Contains("<HostQueryRq") && Contains("<CompanyQueryRq") &&
                          Contains("<PreferencesQueryRq") && !Contains("CustomerQueryRq"));
    CHECK(town.job(job.id).state == State::queued);

    const int progress = town.receive(first_look(asked_by(probe)));
    CHECK(progress >= 0);
    CHECK(progress < 100);
    CHECK_THAT(town.send(), Contains("<CustomerQueryRq"));
    CHECK(town.company().status == store::Status::linked);
}

TEST_CASE("the probe is not written in a newer qbXML than the Web Connector said")
{
    Town town;
    town.sync();
    town.authenticate();
    const auto probe =
        town.text(qbwc::SendRequestXml{.ticket = town.ticket, .major = 8, .minor = 0});
    CHECK_THAT(probe, Contains("<?qbxml version=\"8.0\"?>"));
}

TEST_CASE("a QuickBooks that does not say which file is open is sent nothing else")
{
    Town town;
    const auto job = town.sync();
    town.authenticate();
    const auto probe = town.send();
    const auto id = batch_id_in(probe);
    SECTION("because it names no company")
    {
        CHECK(town.receive(answer("<HostQueryRs requestID=\"" + id +
                                  "-1\" statusCode=\"3260\" statusSeverity=\"Error\" "
                                  "statusMessage=\"Insufficient permission level.\"/>\n")) == -1);
    }
    SECTION("because it cannot read the question")
    {
        CHECK(town.receive("", "0x80040400", "QuickBooks found an error when parsing") == -1);
    }
    CHECK_THAT(town.last_error(), Contains("did not say which company file is open"));
    CHECK(town.send().empty());
    CHECK(town.job(job.id).state == State::queued);
    CHECK_THAT(town.company().last_error, Contains("did not say which company file is open"));
}

TEST_CASE("a probe ends with its session: the next one asks anew, once")
{
    Town town;
    town.sync();
    SECTION("that was cut off")
    {
        town.authenticate();
        town.send();
    }
    SECTION("that lost QuickBooks")
    {
        town.authenticate();
        town.send();
        CHECK(town.receive("", "0x8004040D", "The ticket is not valid.") == -1);
        town.close();
    }
    town.authenticate();
    const auto probe = town.send();
    town.receive(first_look(asked_by(probe)));
    const auto text = town.send();
    CHECK_THAT(text, Contains("<CustomerQueryRq"));
    CHECK(town.receive(customers(request_id_in(text), "")) == 100);
    CHECK(jobs_of_kind(town, jobs::Kind::probe) == 2);
    CHECK(town.authenticate()[1] == "none");
}

TEST_CASE("wrong company file: nothing is sent, both files are named")
{
    Town town;
    const auto job = town.sync();
    const auto text = town.open_session();
    town.close();
    town.authenticate();

    const OpenFile larch{.name = "Larch Ltd", .file_id = ""};
    SECTION("in the first look")
    {
        CHECK(town.send(first_look(larch)).empty());
    }
    SECTION("in the answer to the probe")
    {
        const auto probe = town.send();
        auto open = larch;
        const auto id = batch_id_in(probe);
        open.request_ids[0] = id + "-1";
        open.request_ids[1] = id + "-2";
        open.request_ids[2] = id + "-3";
        CHECK(town.receive(first_look(open)) == -1);
        CHECK(town.receive(first_look(open)) == -1);  // and again
    }
    const auto said = town.last_error();
    CHECK_THAT(said, Contains("\"Larch Ltd\" (C:\\Books\\Maple.qbw)") &&
                         Contains("\"Maple & Pine Joinery\" (C:\\Books\\Maple.qbw)"));
    CHECK(town.send().empty());
    CHECK(town.job(job.id).state == State::queued);
    CHECK(town.company().last_error == said);
    CHECK(town.close() == said);
    CHECK(town.company().linked.name == "Maple & Pine Joinery");
    // Nothing of it is in the mirror either.
    CHECK(town.store.read([](store::Tx& tx) { return tx.count_records(maple); }).empty());
}

TEST_CASE("a file that is accepted is linked in the next session")
{
    Town town;
    town.sync();
    town.open_session();
    town.close();
    town.authenticate();
    const OpenFile renamed{.name = "Maple &amp; Sons"};
    CHECK(town.send(first_look(renamed)).empty());
    town.close();

    service::Companies companies(town.clock, town.ids);
    CHECK(companies.accept_file(maple, town.store).value().last_error.empty());
    town.authenticate();
    CHECK_FALSE(town.send(first_look(renamed)).empty());
    CHECK(town.company().linked.name == "Maple & Sons");
}

TEST_CASE("a batch in doubt waits until it is known which file is open")
{
    Town town;
    const auto job =
        town.raw("<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>");
    const auto text = town.open_session();
    town.close();
    CHECK(town.job(job.id).state == State::in_doubt);

    town.authenticate();
    const auto probe = town.send();
    CHECK_THAT(probe, Contains("<HostQueryRq"));
    town.receive(first_look(asked_by(probe)));
    CHECK(town.find_nothing(town.send()) == text);
}
