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

namespace {

// What a bookkeeper has beside five open and paid invoices: one in another currency, one pending
// and one void, a group whose head repeats its members, a sales receipt, a credit note.
const std::string other_documents =
    "<InvoiceRet><TxnID>2A-1</TxnID><EditSequence>1</EditSequence><CustomerRef><ListID>80-2</"
    "ListID>"
    "<FullName>Customer 80-2</FullName></CustomerRef><TxnDate>2026-03-05</TxnDate>"
    "<DueDate>2026-04-04</DueDate><Subtotal>70.10</Subtotal><CurrencyRef><FullName>EUR</FullName>"
    "</CurrencyRef><BalanceRemaining>70.10</BalanceRemaining><InvoiceLineRet><TxnLineID>2A-2"
    "</TxnLineID><ItemRef><ListID>90-1</ListID><FullName>Oak, planed</FullName></ItemRef>"
    "<Quantity>1</Quantity><Amount>70.10</Amount></InvoiceLineRet></InvoiceRet>"
    "<InvoiceRet><TxnID>2B-1</TxnID><EditSequence>1</EditSequence><CustomerRef><ListID>80-1</"
    "ListID>"
    "<FullName>Customer 80-1</FullName></CustomerRef><TxnDate>2026-03-06</TxnDate>"
    "<IsPending>true</IsPending><Subtotal>5.00</Subtotal><BalanceRemaining>5.00</BalanceRemaining>"
    "<InvoiceLineRet><TxnLineID>2B-2</TxnLineID><ItemRef><ListID>90-1</ListID></ItemRef>"
    "<Amount>5.00</Amount></InvoiceLineRet></InvoiceRet>"
    "<InvoiceRet><TxnID>2C-1</TxnID><EditSequence>1</EditSequence><CustomerRef><ListID>80-1</"
    "ListID>"
    "<FullName>Customer 80-1</FullName></CustomerRef><TxnDate>2026-03-07</TxnDate>"
    "<Memo>VOID: twice</Memo><Subtotal>0.00</Subtotal><BalanceRemaining>0.00</BalanceRemaining>"
    "<InvoiceLineRet><TxnLineID>2C-2</TxnLineID><ItemRef><ListID>90-1</ListID></ItemRef>"
    "<Quantity>9</Quantity><Amount>0.00</Amount></InvoiceLineRet></InvoiceRet>"
    "<SalesReceiptRet><TxnID>2D-1</TxnID><EditSequence>1</EditSequence><TxnDate>2026-03-08</"
    "TxnDate>"
    "<Subtotal>40.00</Subtotal><SalesReceiptLineGroupRet><TxnLineID>2D-2</TxnLineID><ItemGroupRef>"
    "<ListID>90-9</ListID><FullName>Set</FullName></ItemGroupRef><Quantity>1</Quantity>"
    "<TotalAmount>40.00</TotalAmount><SalesReceiptLineRet><TxnLineID>2D-3</TxnLineID><ItemRef>"
    "<ListID>90-1</ListID><FullName>Oak, planed</FullName></ItemRef><Quantity>3</Quantity>"
    "<Amount>30.00</Amount></SalesReceiptLineRet><SalesReceiptLineRet><TxnLineID>2D-4</TxnLineID>"
    "<ItemRef><ListID>90-2</ListID><FullName>Oil</FullName></ItemRef><Quantity>0.5</Quantity>"
    "<Amount>10.00</Amount></SalesReceiptLineRet></SalesReceiptLineGroupRet></SalesReceiptRet>"
    "<CreditMemoRet><TxnID>2E-1</TxnID><EditSequence>1</EditSequence><CustomerRef><ListID>80-2"
    "</ListID><FullName>Customer 80-2</FullName></CustomerRef><TxnDate>2026-03-09</TxnDate>"
    "<Subtotal>20.00</Subtotal><TotalAmount>20.00</TotalAmount><CreditRemaining>20.00"
    "</CreditRemaining><CreditMemoLineRet><TxnLineID>2E-2</TxnLineID><ItemRef><ListID>90-1</ListID>"
    "<FullName>Oak, planed</FullName></ItemRef><Quantity>1</Quantity><Amount>20.00</Amount>"
    "</CreditMemoLineRet></CreditMemoRet>";

}  // namespace

TEST_CASE("the queries of the guide answer what they promise")
{
    Town town;
    make_views(town);
    town.store.write([](store::Tx& tx) {
        auto company = *tx.find_company(maple);
        company.home_currency = "USD";
        tx.save_company(company);
    });
    fill(town);
    arrive(town, other_documents);
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
    CHECK(ask(town, on(0), 4) == Rows{"Customer 80-2|USD|3|1059.99", "Customer 80-1|USD|1|100.0",
                                      "Customer 80-2|EUR|1|70.1"});
    // March: 50 + 30 - 20 of oak, 10 of oil, and 70.10 of oak in euros.
    CHECK(ask(town, on(1), 5) ==
          Rows{"2026-01|Oak, planed|USD|4|120.5", "2026-02|Oak, planed|USD|4|1009.99",
               "2026-03|Oak, planed|EUR|1|70.1", "2026-03|Oak, planed|USD|4|60.0",
               "2026-03|Oil|USD|0.5|10.0"});
    CHECK(ask(town, on(2), 7) == Rows{"Customer 80-1|USD|0.0|0.0|100.0|0.0|100.0",
                                      "Customer 80-2|EUR|70.1|0.0|0.0|0.0|70.1",
                                      "Customer 80-2|USD|0.0|1059.99|0.0|0.0|1059.99"});
    CHECK(ask(town, on(3), 3) == Rows{"Ann|100|100.0"});
    CHECK(ask(town, on(4), 2) ==
          Rows{"invoices|8", "creditNotes|1", "customers|1", "directIncomes|1"});
}
