// What it costs to put records into the mirror: time and bytes on the disk for a three-line
// invoice, new, unchanged and changed.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "qbxml/canonical/read.h"
#include "qbxml/response.h"
#include "server/store/migrate.h"
#include "server/store/sqlite.h"
#include "server/store/store.h"
#include "tests/support/clock.h"
#include "tests/support/folder.h"

namespace {

namespace store = server::store;
using qbxml::canonical::Record;

constexpr int records = 5120;
constexpr std::size_t piece = 512;
const server::base::CompanyId maple{"maple"};

std::string line(int invoice, int number)
{
    return fmt::format(
        "<InvoiceLineRet><TxnLineID>{0:X}-1709400000</TxnLineID><ItemRef>"
        "<ListID>80000002-1650000056</ListID><FullName>Framing</FullName></ItemRef>"
        "<Desc>Framing labour, per hour, north &amp; south wall</Desc>"
        "<Quantity>{1}</Quantity><Rate>241.70</Rate><ClassRef>"
        "<ListID>80000004-1650000032</ListID><FullName>Remodel:Bath</FullName></ClassRef>"
        "<Amount>{1}00.00</Amount><SalesTaxCodeRef><ListID>80000002-1650000028</ListID>"
        "<FullName>Non</FullName></SalesTaxCodeRef></InvoiceLineRet>",
        invoice * 10 + number, number);
}

std::string invoice(int number, int edition)
{
    return fmt::format(
        "<InvoiceRet><TxnID>{0:X}-1709400000</TxnID>"
        "<TimeCreated>2024-03-02T11:20:00-06:00</TimeCreated>"
        "<TimeModified>2024-03-02T11:20:0{1}-06:00</TimeModified>"
        "<EditSequence>170940000{1}</EditSequence><TxnNumber>{0}</TxnNumber><CustomerRef>"
        "<ListID>{2:X}-1650089624</ListID><FullName>D'Angelo, Zoe:Deck {2}</FullName>"
        "</CustomerRef><ARAccountRef><ListID>80000003-1650000003</ListID>"
        "<FullName>Accounts Receivable</FullName></ARAccountRef>"
        "<TxnDate>2024-03-{3:02}</TxnDate><RefNumber>{0}</RefNumber><BillAddress>"
        "<Addr1>Zoe D'Angelo</Addr1><Addr2>603 Maple Street</Addr2>"
        "<City>Winooski</City><State>VT</State><PostalCode>05404</PostalCode>"
        "</BillAddress><IsPending>false</IsPending><IsFinanceCharge>false</IsFinanceCharge>"
        "<TermsRef><ListID>80000003-1650000024</ListID><FullName>Net 30</FullName>"
        "</TermsRef><DueDate>2024-04-01</DueDate><ShipDate>2024-03-02</ShipDate>"
        "<Subtotal>600.00</Subtotal><SalesTaxPercentage>6.00</SalesTaxPercentage>"
        "<SalesTaxTotal>0.00</SalesTaxTotal><AppliedAmount>0.00</AppliedAmount>"
        "<BalanceRemaining>600.00</BalanceRemaining><Memo>Per e-mail, &quot;as agreed&quot;</Memo>"
        "<IsPaid>false</IsPaid><IsToBePrinted>false</IsToBePrinted>"
        "<IsToBeEmailed>false</IsToBeEmailed>{4}{5}{6}</InvoiceRet>",
        number, edition, number % 997, 1 + number % 28, line(number, 1), line(number, 2),
        line(number, 3));
}

std::vector<Record> invoices(int edition)
{
    std::string text =
        "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs><InvoiceQueryRs requestID=\"1\" "
        "statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\">";
    for (int n = 1; n <= records; ++n)
        text += invoice(n, edition);
    text += "</InvoiceQueryRs></QBXMLMsgsRs></QBXML>";
    const auto set = qbxml::ResponseSet::read(std::move(text));
    return qbxml::canonical::convert(*set, set->responses().front(),
                                     {.company_id = "maple", .home_currency = "USD"})
        .records;
}

struct Mirror {
    testing::TemporaryFolder folder;
    store::Store store{store::open_sqlite(folder.file("qbwcd.sqlite"))};

    Mirror()
    {
        store::migrate(store.connection(), testing::noon);
        store.write([](store::Tx& tx) {
            tx.add_company({.id = maple,
                            .name = "Maple",
                            .user_name = "maple",
                            .owner_id = "o",
                            .file_id = "f"});
        });
    }
    void put(const std::vector<Record>& all)
    {
        for (std::size_t from = 0; from < all.size(); from += piece)
            store.write(
                [&](store::Tx& tx) {
                    for (std::size_t n = from; n < std::min(from + piece, all.size()); ++n) {
                        const Record& r = all[n];
                        tx.put_record(maple,
                                      {.data_type = r.data_type,
                                       .id = r.id,
                                       .source_type = r.source_type,
                                       .name = r.name,
                                       .edit_sequence = r.edit_sequence,
                                       .time_modified = r.time_modified,
                                       .json = r.json,
                                       .source = r.masked_source},
                                      testing::noon);
                    }
                },
                store::Durable::soon);
    }
    double bytes_a_record()
    {
        store.connection().run("PRAGMA wal_checkpoint(TRUNCATE)", {}, {});
        return static_cast<double>(std::filesystem::file_size(folder.file("qbwcd.sqlite"))) /
               records;
    }
};

void report(benchmark::State& state, const std::vector<Record>& all)
{
    state.SetItemsProcessed(state.iterations() * records);
    state.counters["json"] = static_cast<double>(all.front().json.size());
    state.counters["source"] = static_cast<double>(all.front().masked_source.size());
}

void put_new(benchmark::State& state)
{
    const auto all = invoices(0);
    double bytes = 0;
    for (auto step : state) {
        state.PauseTiming();
        auto mirror = std::make_unique<Mirror>();
        state.ResumeTiming();
        mirror->put(all);
        state.PauseTiming();
        bytes = mirror->bytes_a_record();
        mirror.reset();
        state.ResumeTiming();
    }
    report(state, all);
    state.counters["bytes"] = bytes;
}
BENCHMARK(put_new)->Unit(benchmark::kMillisecond);

void put_unchanged(benchmark::State& state)
{
    const auto all = invoices(0);
    Mirror mirror;
    mirror.put(all);
    for (auto step : state)
        mirror.put(all);
    report(state, all);
}
BENCHMARK(put_unchanged)->Unit(benchmark::kMillisecond);

void put_changed(benchmark::State& state)
{
    const std::vector<Record> editions[] = {invoices(0), invoices(1)};
    Mirror mirror;
    mirror.put(editions[0]);
    std::size_t at = 0;
    for (auto step : state)
        mirror.put(editions[++at % 2]);
    report(state, editions[0]);
}
BENCHMARK(put_changed)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
