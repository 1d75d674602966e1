// The views of the database, and the queries that deploy/SQL.md gives.
#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "server/service/views.h"
#include "tests/support/books.h"

using namespace server;
using namespace testing;

namespace {

using Rows = std::vector<std::string>;

Rows ask(Town& town, const std::string& sql, int columns)
{
    Rows rows;
    town.store.connection().run(sql, {}, [&](const store::Row& row) {
        std::string text;
        for (int n = 0; n < columns; ++n)
            text += (n ? "|" : "") + std::string(row.is_null(n) ? "" : row.text(n));
        rows.push_back(text);
    });
    return rows;
}

// The blocks of SQL in a document, in order.
std::vector<std::string> queries_in(const std::string& path)
{
    std::ifstream in(path);
    std::ostringstream read;
    read << in.rdbuf();
    const std::string text = read.str();
    std::vector<std::string> found;
    for (std::size_t at = 0; (at = text.find("```sql\n", at)) != text.npos;) {
        at += 7;
        const auto end = text.find("```", at);
        found.push_back(text.substr(at, end - at));
        at = end + 3;
    }
    return found;
}

void make_views(Town& town)
{
    store::make_views(town.store.connection(), service::record_views());
}

}  // namespace

TEST_CASE("every record type has a view that can be read, with columns named once")
{
    Town town;
    make_views(town);
    std::set<std::string> names;
    for (const auto& view : service::record_views()) {
        CAPTURE(view.name);
        CHECK(names.insert(view.name).second);
        CHECK(view.columns.size() >= 1);
        CHECK(ask(town, "SELECT * FROM " + view.name, 1).empty());
    }
    CHECK(names.contains("v_invoices"));
    CHECK(names.contains("v_invoice_lines"));
    CHECK(names.contains("v_journal_entry_lines"));
    CHECK_FALSE(names.contains("v_balance_sheet"));
}

TEST_CASE("views show what is there, deleted records left out, amounts as numbers")
{
    Town town;
    make_views(town);
    fill(town);
    town.store.write([&](store::Tx& tx) { tx.delete_record(maple, "invoices", "1E-1", "", noon); });
    CHECK(ask(town,
              "SELECT company, invoice_number, customer_id, total_amount FROM v_invoices "
              "WHERE total_amount > 20 ORDER BY invoice_number",
              4) == Rows{"maple|2001|80-1|100", "maple|2002|80-1|20.5", "maple|2004|80-2|1000"});
    CHECK(ask(town,
              "SELECT parent_id, line_position, item_name, quantity FROM v_invoice_lines "
              "WHERE parent_id = '1A-1'",
              4) == Rows{"1A-1|1|Oak, planed|2"});
}

TEST_CASE("views are made anew when they are to be others, and left alone otherwise")
{
    Town town;
    make_views(town);
    auto views = service::record_views();
    town.faults->heal();
    store::make_views(town.store.connection(), views);
    CHECK(town.faults->steps == 1);  // one look
    views.resize(1);
    views.front().columns.resize(1);
    store::make_views(town.store.connection(), views);
    CHECK(ask(town, "SELECT name FROM view_set", 1) == Rows{views.front().name});
    CHECK_THROWS(ask(town, "SELECT 1 FROM v_invoices", 1));
}

TEST_CASE("the queries of the guide answer what they promise")
{
    Town town;
    make_views(town);
    fill(town);
    arrive(town,
           "<CustomerRet><ListID>80-1</ListID><EditSequence>1</EditSequence><Name>Ann</Name>"
           "<FullName>Ann</FullName><IsActive>true</IsActive><Balance>100.00</Balance>"
           "<TotalBalance>100.00</TotalBalance></CustomerRet>");
    const auto queries = queries_in(std::string(QBWCD_SOURCE_TREE) + "/deploy/SQL.md");
    REQUIRE(queries.size() == 5);
    const auto on = [&](std::size_t n) {
        auto sql = queries[n];
        const auto day = sql.find("date('now')");
        if (day != sql.npos) sql.replace(day, 11, "'2026-04-01'");
        return sql;
    };
    CHECK(ask(town, on(0), 3) == Rows{"Customer 80-2|3|1059.99", "Customer 80-1|1|100"});
    CHECK(ask(town, on(1), 4) == Rows{"2026-01|Oak, planed|4|120.5",
                                      "2026-02|Oak, planed|4|1009.99", "2026-03|Oak, planed|2|50"});
    CHECK(ask(town, on(2), 6) ==
          Rows{"Customer 80-1|0|0|100|0|100", "Customer 80-2|0|1059.99|0|0|1059.99"});
    CHECK(ask(town, on(3), 3) == Rows{"Ann|100|100"});
    CHECK(ask(town, on(4), 2) == Rows{"invoices|5", "customers|1"});
}
