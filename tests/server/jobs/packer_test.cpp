// Which jobs travel together in one message set, and what that set says.
#include <catch2/catch.hpp>

#include "server/jobs/packer.h"

using namespace server;
using namespace server::jobs;
using Catch::Contains;
using Packed = Packer::Packed;

namespace {

Facts facts()
{
    return {.company = "maple",
            .owner_id = "{5A1C0000-0000-4000-8000-000000000001}",
            .settled_batch = "QB0",
            .version = {13, 0}};
}

Job create(const std::string& id, const std::string& name)
{
    return {.id = {id},
            .kind = Kind::write,
            .data_type = "customers",
            .operation = "create",
            .body = R"({"operation":"create","dataType":"customers","record":{"name":")" + name +
                    R"("}})"};
}

Job change(const std::string& id, const std::string& record)
{
    return {.id = {id},
            .kind = Kind::write,
            .data_type = "customers",
            .operation = "update",
            .body = R"({"operation":"update","dataType":"customers","id":")" + record +
                    R"(","record":{"phone":"1","metadata":{"editSequence":"7"}}})"};
}

Job list(const std::string& id, const std::string& data_type)
{
    return {.id = {id}, .data_type = data_type, .operation = "full"};
}

Job raw(const std::string& id, const std::string& body)
{
    return {.id = {id}, .kind = Kind::raw, .body = body};
}

// The jobs that a message set takes, offered one after the other.
std::vector<std::string> taken(std::vector<Job> jobs, const PackLimits& limits = {})
{
    Packer packer({"QB7"}, facts(), limits);
    std::vector<std::string> inside;
    for (Job& job : jobs) {
        if (!packer.takes(job)) continue;
        const auto packed = packer.add(job);
        INFO((packed ? "" : packed.error().message));
        REQUIRE(packed.ok());
        if (*packed == Packed::inside) inside.push_back(job.id.text);
    }
    return inside;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("who travels together")
{
    auto narrow = create("n", "Nora");
    narrow.together = 2;
    auto alone = create("a", "Ash");
    alone.together = 1;
    const std::string add =
        "<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd>"
        "</CustomerAddRq>";
    struct Row {
        const char* what;
        std::vector<Job> jobs;
        Names inside;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"writes go together", {create("1", "A"), change("2", "8-1")}, {"1", "2"}},
        {"writes and reads do not", {create("1", "A"), list("2", "accounts")}, {"1"}},
        {"reads and writes do not", {list("1", "accounts"), create("2", "A")}, {"1"}},
        {"whole lists go together",
         {list("1", "accounts"), list("2", "taxCodes"), list("3", "paymentTerms")},
         {"1", "2", "3"}},
        {"pages of an iterator travel alone",
         {list("1", "customers"), list("2", "accounts")},
         {"1"}},
        {"and join nobody", {list("1", "accounts"), list("2", "customers")}, {"1"}},
        {"two changes of one record do not",
         {change("1", "8-1"), change("2", "8-1"), change("3", "8-2")},
         {"1", "3"}},
        {"raw sets travel alone", {raw("1", add), create("2", "A")}, {"1"}},
        {"and join nobody", {create("1", "A"), raw("2", add)}, {"1"}},
        {"one that must go alone joins nobody", {create("1", "A"), alone}, {"1"}},
        {"and nobody joins it", {alone, create("2", "A")}, {"a"}},
        {"a narrow one takes one other", {narrow, create("2", "A"), create("3", "B")}, {"n", "2"}},
    }));
    CAPTURE(row.what);
    CHECK(taken(row.jobs) == row.inside);
}

TEST_CASE("a set holds so many requests and bytes; what has no room goes with a later one")
{
    CHECK(taken({create("1", "A"), create("2", "B"), create("3", "C")}, {.requests_max = 2}) ==
          Names{"1", "2"});
    const std::string longer(41, 'x');
    CHECK(taken({create("1", "A"), create("2", longer), create("3", "C")}, {.bytes_max = 200}) ==
          Names{"1", "3"});
    CHECK(taken({create("1", longer)}, {.bytes_max = 10}) == Names{"1"});  // the first always goes
}

TEST_CASE("independent writes: one set, continueOnError, every request under its own id")
{
    Packer packer({"QB7"}, facts());
    for (auto job : {create("1", "Ann"), create("2", "Bea")})
        REQUIRE(packer.add(job).ok());
    const Batch batch = packer.batch({"maple"}, base::Time{});
    CHECK(batch.text ==
          "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?qbxml version=\"13.0\"?>\n"
          "<QBXML><QBXMLMsgsRq oldMessageSetID=\"QB0\" newMessageSetID=\"QB7\" "
          "onError=\"continueOnError\">"
          "<CustomerAddRq requestID=\"QB7-1\"><CustomerAdd><Name>Ann</Name></CustomerAdd>"
          "</CustomerAddRq>"
          "<CustomerAddRq requestID=\"QB7-2\"><CustomerAdd><Name>Bea</Name></CustomerAdd>"
          "</CustomerAddRq></QBXMLMsgsRq></QBXML>\n");
    CHECK(batch.items == std::vector<BatchItem>{{{"1"}, 1}, {{"2"}, 1}});
    CHECK(batch.requests == Names{"CustomerAddRq", "CustomerAddRq"});
    CHECK(batch.changes_books);
}

TEST_CASE("a job that breaks a rule fails alone; those inside stay")
{
    Packer packer({"QB7"}, facts());
    auto good = create("1", "Ann");
    auto bad = create("2", std::string(42, 'x'));
    REQUIRE(packer.add(good).ok());
    const auto refused = packer.add(bad);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == "validation");
    CHECK(packer.batch({"maple"}, base::Time{}).items.size() == 1);
}

TEST_CASE("an id of a job stands for what it made")
{
    auto invoice = Job{.id = {"2"},
                       .kind = Kind::write,
                       .data_type = "customers",
                       .operation = "create",
                       .body = R"({"operation":"create","dataType":"customers","record":)"
                               R"({"name":"Roof","parentRef":{"id":"$job_1"}}})"};
    SECTION("known: it stands in the request")
    {
        const auto planned = plan(invoice, {"QB7"}, facts(), {.ids = {{"job_1", "80000001-1"}}});
        INFO((planned ? "" : planned.error().message));
        REQUIRE(planned.ok());
        CHECK_THAT(planned->batch.text,
                   Contains("<ParentRef><ListID>80000001-1</ListID></ParentRef>"));
    }
    SECTION("not known: the job cannot be sent, and says why")
    {
        const auto planned = plan(invoice, {"QB7"}, facts());
        REQUIRE_FALSE(planned.ok());
        CHECK(planned.error().code == "reference_unknown");
        CHECK_THAT(planned.error().message, Contains("$job_1"));
    }
}

TEST_CASE(
    "where QuickBooks writes slowly, a set holds fewer changes, and as many questions as ever")
{
    const PackLimits slow{.writes_max = 2};
    CHECK(taken({create("a", "Alder"), create("b", "Birch"), create("c", "Cedar")}, slow).size() ==
          2);
    CHECK(
        taken({list("a", "accounts"), list("b", "accounts"), list("c", "accounts")}, slow).size() ==
        3);
}
