// A job becomes the one message set in which it travels.
#include <catch2/catch.hpp>

#include "server/jobs/packer.h"

using namespace server;
using namespace server::jobs;
using Catch::Contains;

namespace {

const std::string owner = "{5A1C0000-0000-4000-8000-000000000001}";

Facts facts(qbxml::Version version = {13, 0})
{
    return {.company = "maple",
            .owner_id = owner,
            .settled_batch = "QB0",
            .version = version,
            .page_size = 50};
}

Job sync_of(const char* data_type, Cursor cursor = {})
{
    return {
        .id = {"job_1"}, .data_type = data_type, .operation = "delta", .cursor = std::move(cursor)};
}

Job raw_of(std::string body)
{
    return {.id = {"job_1"}, .kind = Kind::raw, .body = std::move(body)};
}

std::string planned(const Job& job, const Facts& about = facts())
{
    const auto result = plan(job, {"QB7"}, about);
    INFO((result ? "" : result.error().message));
    REQUIRE(result.ok());
    return result->batch.text;
}

Problem problem(const Job& job, const Facts& about = facts())
{
    const auto result = plan(job, {"QB7"}, about);
    REQUIRE_FALSE(result.ok());
    return result.error();
}

// The same document on one line, as it is checked by eye here.
std::string flat(const std::string& text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\n') {
            while (at + 1 < text.size() && text[at + 1] == ' ')
                ++at;
            continue;
        }
        out += text[at];
    }
    return out;
}

}  // namespace

TEST_CASE("the probe asks for host, company with our own data, and preferences")
{
    CHECK(flat(planned({.id = {"job_1"}, .kind = Kind::probe})) ==
          R"(<?xml version="1.0" encoding="utf-8"?><?qbxml version="13.0"?><QBXML>)"
          R"(<QBXMLMsgsRq onError="continueOnError"><HostQueryRq requestID="QB7-1"/>)"
          R"(<CompanyQueryRq requestID="QB7-2"><OwnerID>{5A1C0000-0000-4000-8000-000000000001})"
          R"(</OwnerID></CompanyQueryRq><PreferencesQueryRq requestID="QB7-3"/>)"
          R"(</QBXMLMsgsRq></QBXML>)");
}

TEST_CASE("customers are read page by page: an iterator is started, then continued")
{
    const auto start = planned(sync_of("customers"));
    CHECK_THAT(start, Contains(R"(iterator="Start")") &&
                          Contains("<MaxReturned>50</MaxReturned>") &&
                          Contains("<ActiveStatus>All</ActiveStatus>") && !Contains("iteratorID") &&
                          !Contains("FromModifiedDate"));
    const auto next = planned(sync_of("customers", {.iterator_id = "{it}", .pages = 1}));
    CHECK_THAT(next, Contains(R"(iterator="Continue")") && Contains(R"(iteratorID="{it}")") &&
                         Contains("<MaxReturned>50</MaxReturned>"));
}

TEST_CASE("a delta asks from its watermark on, by QuickBooks' own wall clock")
{
    CHECK_THAT(planned(sync_of("customers", {.modified_from = "2026-10-01T14:20:00"})),
               Contains("<FromModifiedDate>2026-10-01T14:20:00</FromModifiedDate>"));
}

TEST_CASE("invoices come with their lines and with what they are linked to")
{
    CHECK_THAT(planned(sync_of("invoices")),
               Contains("<InvoiceQueryRq") && Contains(R"(iterator="Start")") &&
                   Contains("<IncludeLineItems>true</IncludeLineItems>") &&
                   Contains("<IncludeLinkedTxns>true</IncludeLinkedTxns>"));
}

TEST_CASE("what only reads carries no message set id; what changes the books carries the batch's")
{
    const auto reading = plan(sync_of("customers"), {"QB7"}, facts());
    REQUIRE(reading.ok());
    CHECK_FALSE(reading->batch.changes_books);
    CHECK_THAT(reading->batch.text, !Contains("MessageSetID"));

    const auto writing =
        plan(raw_of("<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>"),
             {"QB7"}, facts());
    REQUIRE(writing.ok());
    CHECK(writing->batch.changes_books);
    CHECK_THAT(writing->batch.text,
               Contains(R"(newMessageSetID="QB7")") && Contains(R"(oldMessageSetID="QB0")"));
}

TEST_CASE("a first write names no settled message set")
{
    auto about = facts();
    about.settled_batch.clear();
    CHECK_THAT(
        planned(raw_of("<CustomerAddRq><CustomerAdd><Name>A</Name></CustomerAdd></CustomerAddRq>"),
                about),
        Contains("newMessageSetID") && !Contains("oldMessageSetID"));
}

TEST_CASE("a pushed record becomes its request, in order and escaped")
{
    const Job job{.id = {"job_1"},
                  .kind = Kind::write,
                  .data_type = "customers",
                  .operation = "create",
                  .body = R"({"operation":"create","dataType":"customers",)"
                          R"("record":{"name":"Birch & Sons"}})"};
    const auto text = planned(job);
    CHECK_THAT(text, Contains("<CustomerAddRq requestID=\"QB7-1\">") &&
                         Contains("<Name>Birch &amp; Sons</Name>") &&
                         Contains(R"(newMessageSetID="QB7")"));
}

TEST_CASE("every request gets a requestID; one that a raw request brought is kept")
{
    const auto text = planned(raw_of("<HostQueryRq requestID=\"mine\"/><CompanyQueryRq/>"));
    CHECK_THAT(text, Contains("<HostQueryRq requestID=\"mine\"") &&
                         Contains("<CompanyQueryRq requestID=\"QB7-2\""));
}

TEST_CASE("message set ids of a raw request are replaced by ours")
{
    const auto text = planned(
        raw_of("<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq "
               "onError=\"stopOnError\" newMessageSetID=\"theirs\" oldMessageSetID=\"theirs-too\">"
               "<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>"
               "</QBXMLMsgsRq></QBXML>"));
    CHECK_THAT(text, !Contains("theirs") && Contains(R"(newMessageSetID="QB7")"));
}

TEST_CASE("the version of the document is that of the company file")
{
    CHECK_THAT(planned(sync_of("customers"), facts({16, 0})),
               Contains("<?qbxml version=\"16.0\"?>"));
    CHECK_THAT(planned(sync_of("customers"), facts({8, 0})), Contains("<?qbxml version=\"8.0\"?>"));
}

TEST_CASE("what can never be sent comes back as a problem that says what to mend")
{
    struct Row {
        const char* body;
        const char* says;
    };
    const auto row = GENERATE(values<Row>({
        {"", ""},
        {"no xml", ""},
        {"<CustomerAddRq><CustomerAdd/></CustomerAddRq>", "Name"},
        {"<CustomerAddRq><CustomerAdd><Name>A</Name><Nam>B</Nam></CustomerAdd></CustomerAddRq>",
         "Nam"},
        {"<NoSuchRq/>", "NoSuchRq"},
        {"<CustomerQueryRq><ListID>1", ""},
    }));
    CAPTURE(row.body);
    const auto refused = problem(raw_of(row.body));
    CHECK(refused.code == "validation");
    CHECK(refused.actor == "caller");
    CHECK_FALSE(refused.message.empty());
    CHECK_FALSE(refused.remedy.empty());
    CHECK_THAT(refused.message, Contains(row.says));
}

TEST_CASE("a record type that this QuickBooks is too old for is refused with both versions")
{
    const auto refused = problem(sync_of("customers"), facts({1, 0}));
    CAPTURE(refused.message);
    CHECK_FALSE(refused.message.empty());
}
