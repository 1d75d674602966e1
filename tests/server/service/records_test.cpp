// Records by filter, sorted, in pages.
#include <algorithm>
#include <catch2/catch.hpp>

#include "qbxml/canonical/places.h"
#include "qbxml/json_members.h"
#include "server/service/records.h"
#include "server/store/migrate.h"
#include "server/store/sqlite.h"
#include "tests/support/books.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;
using Catch::Contains;
using service::RecordWish;
using store::Tx;
using Numbers = std::vector<std::string>;

namespace {

service::RecordPage found(Town& town, const RecordWish& wish)
{
    auto page = service::find_records(town.store, maple, "invoices", wish, town.clock.now());
    INFO((page.ok() ? "" : page.error().text()));
    REQUIRE(page.ok());
    return *page;
}

Numbers numbers_of(const service::RecordPage& page)
{
    Numbers numbers;
    for (const auto& json : page.records)
        numbers.push_back(qbxml::json_plain(*qbxml::json_at(json, "invoiceNumber")));
    return numbers;
}

Numbers numbers(Town& town, const RecordWish& wish)
{
    return numbers_of(found(town, wish));
}

std::string refusal(Town& town, const RecordWish& wish)
{
    const auto page = service::find_records(town.store, maple, "invoices", wish, town.clock.now());
    REQUIRE_FALSE(page.ok());
    return page.error().text();
}

}  // namespace

TEST_CASE("filters let through what they say")
{
    Town town;
    fill(town);
    const auto stored = base::to_text(town.clock.now() - 1min);  // 2004
    struct Row {
        std::vector<std::string> where;
        Numbers numbers;
    };
    const Row rows[] = {
        {{}, {"2001", "2002", "2003", "2004", "2005"}},
        {{"status=Paid"}, {"2002"}},
        {{"status=Paid,PartiallyPaid"}, {"2002"}},
        {{"status.ne=Paid"}, {"2001", "2003", "2004", "2005"}},
        {{"customerRef.id=80-1"}, {"2001", "2002"}},
        {{"customerRef.id=80-1", "status=Submitted"}, {"2001"}},
        {{"invoiceNumber=2003"}, {"2003"}},
        {{"id=1A-1,1E-1"}, {"2001", "2005"}},
        {{"issueDate.gte=2026-02-10", "issueDate.lt=2026-03-01"}, {"2003", "2004"}},
        {{"dueDate.lte=2026-02-19"}, {"2001", "2002"}},
        // As numbers: 9.99 is less than 20.5, which text does not know.
        {{"totalAmount.gt=20.5"}, {"2001", "2004", "2005"}},
        {{"totalAmount=20.500"}, {"2002"}},
        {{"totalAmount.lte=20.5"}, {"2002", "2003"}},
        {{"totalAmount=100,1000"}, {"2001", "2004"}},
        {{"customerRef.name.like=CUSTOMER 80-1"}, {"2001", "2002"}},
        {{"customerRef.name.like=%"}, {}},
        {{"note.isnull=true"}, {"2001", "2002", "2003", "2004", "2005"}},
        {{"note.isnull=false"}, {}},
        {{"status.isnull=false"}, {"2001", "2002", "2003", "2004", "2005"}},
        {{"metadata.isDeleted=false"}, {"2001", "2002", "2003", "2004", "2005"}},
        {{"metadata.isDeleted=true"}, {}},
        {{"metadata.sourceType=Invoice"}, {"2001", "2002", "2003", "2004", "2005"}},
        // Moments compare whatever their offset.
        {{"sourceModifiedDate.gte=2026-02-20T16:00:00Z"}, {"2004", "2005"}},
        {{"sourceModifiedDate.gt=2026-02-20T10:00:00-06:00"}, {"2005"}},
        {{"modifiedDate.gt=" + stored}, {"2005"}},
        {{"modifiedDate.gte=" + stored}, {"2004", "2005"}},
        {{"modifiedDate=" + stored}, {"2004"}},
        {{"modifiedDate.lt=" + stored}, {"2001", "2002", "2003"}},
        {{"modifiedDate.lte=" + stored}, {"2001", "2002", "2003", "2004"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.where);
        CHECK(numbers(town, {.where = row.where, .sort = "invoiceNumber"}) == row.numbers);
    }
}

TEST_CASE("words are looked for in numbers, names and notes")
{
    Town town;
    fill(town);
    CHECK(numbers(town, {.words = "2004"}) == Numbers{"2004"});
    CHECK(numbers(town, {.words = "customer 80-1", .sort = "id"}) == Numbers{"2001", "2002"});
    CHECK(numbers(town, {.words = "nobody"}).empty());
}

TEST_CASE("sorted by any field, up and down")
{
    Town town;
    fill(town);
    CHECK(numbers(town, {.sort = "-issueDate"}) == Numbers{"2005", "2004", "2003", "2002", "2001"});
    CHECK(numbers(town, {.sort = "totalAmount"}) ==
          Numbers{"2003", "2002", "2005", "2001", "2004"});
    CHECK(numbers(town, {.sort = "-totalAmount", .limit = 2}) == Numbers{"2004", "2001"});
    CHECK(numbers(town, {}) == Numbers{"2001", "2002", "2003", "2004", "2005"});
    CHECK(numbers(town, {.sort = "-modifiedDate", .limit = 2}) == Numbers{"2005", "2004"});
}

TEST_CASE("a mistake in a filter is named, with what was meant")
{
    Town town;
    struct Row {
        RecordWish wish;
        const char* text;
    };
    const Row rows[] = {
        {{.where = {"statsu=Paid"}}, "did you mean status?"},
        {{.where = {"customerRef=80-1"}}, "did you mean customerRef.id?"},
        {{.where = {"lineItems[].quantity=1"}}, "stands inside the array lineItems"},
        {{.where = {"status=Payed"}}, "'Payed' is not one of"},
        {{.where = {"totalAmount.gt=much"}}, "'much' is no number"},
        {{.where = {"issueDate=2026-02-30"}}, "'2026-02-30' is no day"},
        {{.where = {"modifiedDate.gt=yesterday"}}, "'yesterday' is no time"},
        {{.where = {"isPending=yes"}}, "neither true nor false"},
        {{.where = {"note.isnull=maybe"}}, "isnull is true or false"},
        {{.where = {"status"}}, "field=value"},
        {{.sort = "lineItems"}, "stands inside the array lineItems"},
        {{.fields = {"custmer"}}, "has no field 'custmer'"},
        {{.limit = 0}, "from 1 to 500"},
        {{.limit = 501}, "from 1 to 500"},
        {{.where = std::vector<std::string>(21, "status=Paid")}, "at most 20"},
        {{.cursor = "zz"}, "cursor-mismatch"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK_THAT(refusal(town, row.wish), Contains(row.text));
    }
}

TEST_CASE("only the fields that are wanted, and no lines")
{
    Town town;
    fill(town);
    CHECK(found(town, {.where = {"id=1A-1"}, .fields = {"id", "customFields", "supplementalData"}})
              .records.front()
              .find(R"("customFields":[)") != std::string::npos);
    CHECK(found(town, {.where = {"id=1A-1"}, .fields = {"id", "customerRef.id", "totalAmount"}})
              .records.front() ==
          R"({"id":"1A-1","customerRef":{"id":"80-1"},"totalAmount":"100.00"})");
    const auto bare = found(town, {.where = {"id=1A-1"}, .lines = false}).records.front();
    CHECK_FALSE(qbxml::json_at(bare, "lineItems"));
    CHECK(qbxml::json_at(bare, "totalAmount"));
}

TEST_CASE("pages go through everything once, whatever is written between them")
{
    for (const char* sort : {"", "-modifiedDate", "totalAmount", "-totalAmount", "invoiceNumber",
                             "note", "-sourceModifiedDate", "shipDate", "-customerRef.name"}) {
        CAPTURE(sort);
        Town town;
        fill(town);
        RecordWish wish{.where = {"issueDate.gte=2026-01-01"}, .sort = sort, .limit = 2};
        Numbers all;
        for (int page = 0; page < 9; ++page) {
            const auto one = found(town, wish);
            for (const auto& number : numbers_of(one))
                all.push_back(number);
            wish.cursor = one.next_cursor;
            if (wish.cursor.empty()) break;
            // A record that the filter does not let through, before and behind the position.
            arrive(town, InvoiceText{"0" + std::to_string(page), "1", "80-1", "2025-01-01",
                                     "2025-01-01", "1.00"}
                             .xml());
        }
        std::sort(all.begin(), all.end());
        CHECK(all == Numbers{"2001", "2002", "2003", "2004", "2005"});
    }
}

TEST_CASE("a cursor belongs to its filter, its company and seven days")
{
    Town town;
    fill(town);
    RecordWish wish{.sort = "totalAmount", .limit = 2};
    wish.cursor = found(town, wish).next_cursor;
    CHECK(numbers(town, wish) == Numbers{"2005", "2001"});

    auto other = wish;
    other.where = {"status=Paid"};
    CHECK_THAT(refusal(town, other), Contains("cursor-mismatch"));
    other = wish;
    other.sort = "-totalAmount";
    CHECK_THAT(refusal(town, other), Contains("cursor-mismatch"));
    other = wish;
    other.cursor[3] = other.cursor[3] == '0' ? '1' : '0';
    CHECK_THAT(refusal(town, other), Contains("cursor-mismatch"));
    other = wish;
    other.limit = 3;  // may differ
    CHECK(numbers(town, other) == Numbers{"2005", "2001", "2004"});

    town.clock.advance(std::chrono::days(7));
    CHECK(numbers(town, wish).size() == 2);
    town.clock.advance(1min);
    CHECK_THAT(refusal(town, wish), Contains("cursor-expired"));
}

TEST_CASE("tombstones are shown to those who ask for them")
{
    Town town;
    fill(town);
    town.store.write(
        [&](Tx& tx) { tx.delete_record(maple, "invoices", "1A-1", "", town.clock.now()); });
    CHECK(numbers(town, {.where = {"customerRef.id=80-1"}}) == Numbers{"2002"});
    CHECK(numbers(town, {.where = {"customerRef.id=80-1"}, .sort = "id", .deleted = true}) ==
          Numbers{"2001", "2002"});
    CHECK(numbers(town, {.where = {"metadata.isDeleted=true"}, .deleted = true}) ==
          Numbers{"2001"});
}

namespace {

// Remembers the last statement.
class Listening final : public store::Connection {
public:
    std::unique_ptr<store::Connection> real = store::open_sqlite(":memory:");
    std::string last;

    std::int64_t run(std::string_view sql, std::span<const store::Param> params,
                     const store::OnRow& on_row) override
    {
        last = sql;
        return real->run(sql, params, on_row);
    }
    void begin_read() override { real->begin_read(); }
    void begin_write() override { real->begin_write(); }
    void commit(store::Durable durable) override { real->commit(durable); }
    std::int64_t version() override { return real->version(); }
    void sync() override { real->sync(); }
    void rollback() noexcept override { real->rollback(); }
    void run_script(std::string_view sql) override { real->run_script(sql); }
};

}  // namespace

TEST_CASE("what people ask for most is found by an index")
{
    Listening connection;
    store::migrate(connection, noon);
    Tx tx(connection);
    tx.add_company(maple_company());
    tx.put_record(maple, {.data_type = "invoices", .id = "1", .json = "{}", .source = "<a/>"},
                  noon);
    const std::string days = "issueDate.gte=2026-01-01";
    struct Row {
        RecordWish wish;
        const char* index;
        bool sorts;
    };
    const Row rows[] = {
        {{}, "record_by_modified", false},
        {{.sort = "-modifiedDate"}, "record_by_modified", false},
        {{.where = {"modifiedDate.gte=2026-01-01"}}, "record_by_modified", false},
        {{.where = {days}, .sort = "issueDate"}, "record_by_date", false},
        {{.sort = "-issueDate"}, "record_by_date", false},
        {{.where = {"invoiceNumber=2001"}, .sort = "invoiceNumber"}, "record_by_name", false},
        {{.sort = "invoiceNumber"}, "record_by_name", false},
        {{.where = {"customerRef.id=80-1"}, .sort = "id"}, "record_by_party", false},
        {{.where = {"status=Paid"}, .sort = "id"}, "record_by_status", false},
        {{.where = {"id=1,2"}, .sort = "id"}, "record_1", false},
        {{.where = {"customerRef.id=80-1"}, .sort = "totalAmount"}, "record_by_party", true},
        {{.where = {"customerRef.id=80-1"}}, "record_by_party", true},
        {{.where = {"customerRef.id=80-1"}, .sort = "-issueDate"}, "record_by_party", true},
        {{.where = {"invoiceNumber=2001"}}, "record_by_name", true},
        {{.where = {"id=1,2"}}, "record_1", true},
    };
    for (const Row& row : rows) {
        const auto query = service::filter_of("invoices", row.wish);
        REQUIRE(query.ok());
        tx.find_records(maple, "invoices", *query);
        const auto sql = connection.last;
        CAPTURE(sql);
        std::string plan;
        connection.real->run("EXPLAIN QUERY PLAN " + sql, {}, [&](const store::Row& step) {
            plan += std::string(step.text(3)) + '\n';
        });
        CHECK_THAT(plan, Contains(row.index));
        CHECK((plan.find("TEMP B-TREE") != plan.npos) == row.sorts);
    }
}

TEST_CASE("places: what can be looked for is what the model says, outside arrays")
{
    namespace canonical = qbxml::canonical;
    CHECK(canonical::place_at("invoices", "customerRef.id"));
    CHECK(canonical::place_at("invoices", "totalAmount")->scalar == canonical::Scalar::decimal);
    CHECK_FALSE(canonical::place_at("invoices", "customerRef"));
    CHECK_FALSE(canonical::place_at("invoices", "quantity"));
    CHECK(canonical::places_of("nothing").empty());
    const auto paths = canonical::look_ups_of("purchaseOrders");
    CHECK(paths.name == "purchaseOrderNumber");
    CHECK(paths.doc_date == "issueDate");
    CHECK(paths.party_id == "supplierRef.id");
    CHECK(canonical::look_ups_of("customers").name == "fullName");
    CHECK(canonical::look_ups_of("customers").doc_date.empty());
    CHECK(canonical::look_ups_of("timeEntries").party_id == "contactRef.id");
}
