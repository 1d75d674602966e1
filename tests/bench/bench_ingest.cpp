// The first sync of many three-line invoices, page by page, and then a delta of a hundred of them.
// Beside it, in the same run, the floor: parsing, converting and one plain INSERT of the same
// answers, without jobs, batches, changes or sessions.
//
// bench_ingest [INVOICES, 100000]. Prints figures, asserts only that all arrived.
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>

#include "qbxml/canonical/read.h"
#include "qbxml/response.h"
#include "server/base/log.h"
#include "tests/bench/office.h"

using namespace server;
using bench::Office;
using bench::Session;

namespace {

constexpr int page = 100;
constexpr int changed = 100;

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

std::string invoices(int first, int count, int edition)
{
    std::string text;
    for (int n = first; n < first + count; ++n)
        text += invoice(n, edition);
    return text;
}

double thread_seconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double floor_seconds(int count)
{
    const testing::TemporaryFolder folder;
    const auto connection = store::open_sqlite(folder.file("floor.sqlite"));
    connection->run_script("CREATE TABLE floor (id TEXT PRIMARY KEY, json TEXT, source TEXT)");
    double seconds = 0;
    for (int first = 1; first <= count; first += page) {
        auto text = bench::page_of("InvoiceQueryRs", "1", 1, invoices(first, page, 0));
        const double before = thread_seconds();
        const auto set = qbxml::ResponseSet::read(std::move(text));
        const auto converted = qbxml::canonical::convert(
            *set, set->responses().front(),
            {.company_id = "c0", .time_zone = "", .home_currency = "USD"});
        connection->begin_write();
        for (const auto& record : converted.records) {
            const store::Param row[] = {std::string_view(record.id), std::string_view(record.json),
                                        std::string_view(record.masked_source)};
            connection->run("INSERT INTO floor (id, json, source) VALUES ($1, $2, $3)", row, {});
        }
        connection->commit(store::Durable::soon);
        seconds += thread_seconds() - before;
    }
    return seconds;
}

long kibibytes(const char* name)
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == std::string(name) + ":") {
            long value = 0;
            status >> value;
            return value;
        }
    return 0;
}

void must_hold(Session& session, int count)
{
    std::int64_t held = 0;
    for (const auto& [type, records] :
         session.store().read([](store::Tx& tx) { return tx.count_records({"c0"}); }))
        if (type == "invoices") held = records;
    if (held != count)
        throw std::runtime_error(fmt::format("{} invoices arrived instead of {}", held, count));
}

}  // namespace

int main(int words_count, char** words)
{
    base::log::set_level(base::log::Level::off);
    const int count = words_count > 1 ? std::atoi(words[1]) / page * page : 100'000;
    const double least = floor_seconds(count);
    const long before = kibibytes("VmHWM");

    Office office;
    double taken = 0;
    {
        Session session(office, 0, "invoices", true);
        int number = 0;
        for (int first = 1; first <= count; first += page) {
            if (first > 1) session.send();
            const int left = count - first - page + 1;
            number = session.receive(bench::page_of("InvoiceQueryRs", session.request_id(), left,
                                                    invoices(first, page, 0)));
        }
        // A long list is read in ranges: those after what has come are empty, and ever wider.
        for (int empty = 0; number != 100; ++empty) {
            if (empty == 40) throw std::runtime_error("the sync did not end");
            session.send();
            number = session.receive(bench::page_of("InvoiceQueryRs", session.request_id(), 0, ""));
        }
        session.close();
        must_hold(session, count);
        taken = session.server_seconds();
    }
    fmt::print(
        "first sync of {} invoices: {:.2f} s of the server ({:.0f}/s), floor {:.2f} s, "
        "ratio {:.2f}; memory +{} MiB\n",
        count, taken, count / taken, least, taken / least, (kibibytes("VmHWM") - before) / 1024);

    Session delta(office, 0, "invoices", false);
    const double ready = delta.server_seconds();
    delta.receive(
        bench::page_of("InvoiceQueryRs", delta.request_id(), 0, invoices(count / 2, changed, 1)));
    must_hold(delta, count);
    fmt::print("delta of {} in {}: {:.1f} ms of the server ({:.2f} of the first sync a record)\n",
               changed, count, 1000 * (delta.server_seconds() - ready),
               (delta.server_seconds() - ready) / changed / (taken / count));
}
