// Companies, and the jobs that the host asks for.
#include <catch2/catch.hpp>

#include "server/base/secret.h"
#include "server/service/companies.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using Catch::Contains;

namespace {

std::size_t jobs_in(Town& town)
{
    return town.store.read([](store::Tx& tx) { return tx.list_jobs({}).size(); });
}

}  // namespace

TEST_CASE("a new company: a user of its own, the server's OwnerID, a password seen once")
{
    Town town;
    service::Companies companies(town.clock, town.ids);
    const auto made =
        companies.create({.slug = "larch-2", .name = "Larch Ltd"}, town.store).value();
    CHECK(made.company.user_name == "qbwc-larch-2");
    CHECK(made.company.owner_id == maple_company().owner_id);
    CHECK(made.company.file_id != maple_company().file_id);
    CHECK(made.company.status == store::Status::pending_auth);
    CHECK(made.company.created_at == noon);
    const auto kept = town.store.read([](store::Tx& tx) { return tx.find_company({"larch-2"}); });
    CHECK(kept == made.company);
    CHECK_THAT(kept->password_hash, Catch::StartsWith("scrypt$15$") && !Contains(made.password));
    CHECK(base::password_matches(made.password, kept->password_hash));
    CHECK_THAT(qbxml::to_json(service::to_value(*kept)),
               !Contains("scrypt") && !Contains(made.password));
}

TEST_CASE("companies that cannot be are refused with the reason")
{
    struct Row {
        const char* slug;
        const char* name;
        const char* says;
    };
    const auto row = GENERATE(values<Row>({
        {"", "Larch", "slug: '' cannot name a company"},
        {"Larch", "Larch", "lower-case letters, digits and dashes"},
        {"larch ltd", "Larch", "cannot name a company"},
        {"-larch", "Larch", "cannot name a company"},
        {"larch-", "Larch", "cannot name a company"},
        {"larch/../maple", "Larch", "cannot name a company"},
        {"larch-larch-larch-larch-larch-larch-larch1", "Larch", "1 to 40"},
        {"larch", "", "a company needs a name"},
        {"maple", "Maple", "maple: a company of this name is there already"},
    }));
    CAPTURE(row.slug);
    Town town;
    service::Companies companies(town.clock, town.ids);
    const auto made = companies.create({.slug = row.slug, .name = row.name}, town.store);
    REQUIRE_FALSE(made.ok());
    CHECK_THAT(made.error().text(), Contains(row.says));
}

TEST_CASE("a new password ends the old one at once")
{
    Town town;
    service::Companies companies(town.clock, town.ids);
    const auto password = companies.new_password(maple, town.store).value();
    town.sync();
    CHECK(town.authenticate()[1] == "nvu");
    CHECK(town.authenticate(password)[1].empty());
    CHECK_THAT(companies.new_password({"larch"}, town.store).error().text(),
               Contains("larch: no company has this name"));
}

TEST_CASE("a sync that has not ended is joined; a full one does not join a smaller one")
{
    Town town;
    const auto first = town.desk.sync(maple, {"customers"}, false, town.store).value();
    const auto joined = town.desk.sync(maple, {"customers"}, false, town.store).value();
    CHECK(joined.front().id == first.front().id);
    const auto full = town.desk.sync(maple, {"customers"}, true, town.store).value();
    CHECK(full.front().id != first.front().id);
    CHECK(full.front().operation == "full");
    CHECK(jobs_in(town) == 2);
}

TEST_CASE("several types are put in the order of a first sync, each once")
{
    Town town;
    const auto jobs =
        town.desk.sync(maple, {"invoices", "customers", "invoices"}, false, town.store).value();
    REQUIRE(jobs.size() == 2);
    CHECK(jobs[0].data_type == "customers");  // an invoice names its customer
    CHECK(jobs[1].data_type == "invoices");
}

TEST_CASE("what the desk refuses leaves no job")
{
    Town town;
    const auto unknown_type = town.desk.sync(maple, {"customers", "unicorns"}, false, town.store);
    CHECK_THAT(
        unknown_type.error().text(),
        Contains("unicorns: no record type of this name can be read") && Contains("customers"));
    CHECK_THAT(town.desk.sync({"larch"}, {"customers"}, false, town.store).error().text(),
               Contains("larch: no company has this name"));
    CHECK_THAT(town.desk.raw(maple, "<CustomerAddRq><CustomerAdd/></CustomerAddRq>", town.store)
                   .error()
                   .text(),
               Contains("CustomerAddRq/CustomerAdd/Name"));
    CHECK_THAT(town.desk.raw(maple, std::string((1u << 20) + 1, ' '), town.store).error().text(),
               Contains("1048577 bytes are too many; a raw request may have 1048576"));
    CHECK_FALSE(town.desk.raw({"larch"}, "<HostQueryRq/>", town.store).ok());
    CHECK_THAT(town.desk.interactive(maple, "javascript:alert(1)", town.store).error().text(),
               Contains("is no address of a page"));
    CHECK_FALSE(town.desk.interactive({"larch"}, "https://x", town.store).ok());
    CHECK_FALSE(town.desk.finish({"job_none"}, town.store).ok());
    CHECK_FALSE(town.desk.push(maple, "customers", "", "{broken", town.store).ok());
    CHECK_FALSE(town.desk.push({"larch"}, "customers", "", "{\"name\":\"A\"}", town.store).ok());
    const auto incomplete = town.desk.push(maple, "customers", "", "{}", town.store);
    REQUIRE_FALSE(incomplete.ok());
    CHECK_FALSE(incomplete.error().front().message.empty());
    CHECK(jobs_in(town) == 0);
}

TEST_CASE("a raw request that this QuickBooks is too old for is refused when it is asked for")
{
    Town town;
    auto company = town.company();
    company.qbxml_version = "1.0";
    town.store.write([&](store::Tx& tx) { tx.save_company(company); });
    const auto refused = town.desk.raw(
        maple, "<CustomerQueryRq><IncludeRetElement>Name</IncludeRetElement></CustomerQueryRq>",
        town.store);
    REQUIRE_FALSE(refused.ok());
    CHECK_THAT(refused.error().text(), Contains("IncludeRetElement"));
}
