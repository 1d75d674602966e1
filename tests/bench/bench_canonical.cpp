// What it costs to make canonical records of answers, beside pugixml's bare parse of the same
// bytes.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <pugixml.hpp>
#include <string>

#include "qbxml/canonical/read.h"
#include "qbxml/response.h"

namespace {

using qbxml::ResponseSet;

constexpr int records = 1000;

std::string wrapped(std::string_view query, std::string_view contents)
{
    return fmt::format(
        "<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs>\n<{0}Rs requestID=\"1\" "
        "statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\">\n{1}</{0}Rs>\n"
        "</QBXMLMsgsRs>\n</QBXML>\n",
        query, contents);
}

std::string line_item(int invoice, int number)
{
    return fmt::format(
        "<InvoiceLineRet>\n<TxnLineID>{0:X}-1709400000</TxnLineID>\n<ItemRef>\n"
        "<ListID>80000002-1650000056</ListID>\n<FullName>Framing</FullName>\n</ItemRef>\n"
        "<Desc>Framing labour, per hour, north &amp; south wall</Desc>\n"
        "<Quantity>{1}</Quantity>\n<Rate>241.70</Rate>\n<ClassRef>\n"
        "<ListID>80000004-1650000032</ListID>\n<FullName>Remodel:Bath</FullName>\n</ClassRef>\n"
        "<Amount>{1}00.00</Amount>\n<SalesTaxCodeRef>\n<ListID>80000002-1650000028</ListID>\n"
        "<FullName>Non</FullName>\n</SalesTaxCodeRef>\n</InvoiceLineRet>\n",
        invoice * 10 + number, number);
}

std::string invoice(int number)
{
    return fmt::format(
        "<InvoiceRet>\n<TxnID>{0:X}-1709400000</TxnID>\n"
        "<TimeCreated>2024-03-02T11:20:00-06:00</TimeCreated>\n"
        "<TimeModified>2024-03-02T11:20:00-06:00</TimeModified>\n"
        "<EditSequence>1709400000</EditSequence>\n<TxnNumber>{0}</TxnNumber>\n<CustomerRef>\n"
        "<ListID>8000000A-1650089624</ListID>\n<FullName>D'Angelo, Zo&#235;:Deck</FullName>\n"
        "</CustomerRef>\n<ARAccountRef>\n<ListID>80000003-1650000003</ListID>\n"
        "<FullName>Accounts Receivable</FullName>\n</ARAccountRef>\n"
        "<TxnDate>2024-03-02</TxnDate>\n<RefNumber>{0}</RefNumber>\n<BillAddress>\n"
        "<Addr1>Zo&#235; D'Angelo</Addr1>\n<Addr2>603 Maple Street</Addr2>\n"
        "<City>Winooski</City>\n<State>VT</State>\n<PostalCode>05404</PostalCode>\n"
        "</BillAddress>\n<IsPending>false</IsPending>\n<IsFinanceCharge>false</IsFinanceCharge>\n"
        "<TermsRef>\n<ListID>80000003-1650000024</ListID>\n<FullName>Net 30</FullName>\n"
        "</TermsRef>\n<DueDate>2024-04-01</DueDate>\n<ShipDate>2024-03-02</ShipDate>\n"
        "<Subtotal>600.00</Subtotal>\n<SalesTaxPercentage>6.00</SalesTaxPercentage>\n"
        "<SalesTaxTotal>0.00</SalesTaxTotal>\n<AppliedAmount>0.00</AppliedAmount>\n"
        "<BalanceRemaining>600.00</BalanceRemaining>\n"
        "<Memo>Per e-mail of the 3rd, &quot;as agreed&quot;</Memo>\n<IsPaid>false</IsPaid>\n"
        "<IsToBePrinted>false</IsToBePrinted>\n<IsToBeEmailed>false</IsToBeEmailed>\n"
        "{1}{2}{3}</InvoiceRet>\n",
        number, line_item(number, 1), line_item(number, 2), line_item(number, 3));
}

std::string customer(int number)
{
    return fmt::format(
        "<CustomerRet>\n<ListID>{0:X}-1650089624</ListID>\n"
        "<TimeCreated>2024-03-02T11:20:00-06:00</TimeCreated>\n"
        "<TimeModified>2024-03-02T11:20:00-06:00</TimeModified>\n"
        "<EditSequence>1709400000</EditSequence>\n<Name>D'Angelo, Zo&#235; {0}</Name>\n"
        "<FullName>D'Angelo, Zo&#235; {0}</FullName>\n<IsActive>true</IsActive>\n"
        "<Sublevel>0</Sublevel>\n<CompanyName>D'Angelo &amp; Sons</CompanyName>\n"
        "<FirstName>Zo&#235;</FirstName>\n<LastName>D'Angelo</LastName>\n<BillAddress>\n"
        "<Addr1>Zo&#235; D'Angelo</Addr1>\n<Addr2>603 Maple Street</Addr2>\n"
        "<City>Winooski</City>\n<State>VT</State>\n<PostalCode>05404</PostalCode>\n"
        "</BillAddress>\n<Phone>802-555-0{0:03}</Phone>\n<Email>zoe{0}@example.com</Email>\n"
        "<TermsRef>\n<ListID>80000003-1650000024</ListID>\n<FullName>Net 30</FullName>\n"
        "</TermsRef>\n<Balance>1346.88</Balance>\n<TotalBalance>1346.88</TotalBalance>\n"
        "<JobStatus>None</JobStatus>\n</CustomerRet>\n",
        number % 1000);
}

std::string answer_of(std::string_view query, std::string (*record)(int))
{
    std::string contents;
    for (int number = 1; number <= records; ++number)
        contents += record(number);
    return wrapped(query, contents);
}

const std::string& invoices()
{
    static const std::string text = answer_of("InvoiceQuery", invoice);
    return text;
}

const std::string& customers()
{
    static const std::string text = answer_of("CustomerQuery", customer);
    return text;
}

using Answer = const std::string& (*)();

void count(benchmark::State& state, const std::string& text)
{
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
    state.counters["per_record"] =
        benchmark::Counter(static_cast<double>(state.iterations() * records),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Elements of a text that was read before -> canonical JSON.
void convert(benchmark::State& state, Answer answer)
{
    const auto set = ResponseSet::read(answer());
    const qbxml::canonical::Context context{.company_id = "c1",
                                            .time_zone = "America/New_York",
                                            .home_currency = "USD",
                                            .now = "2026-11-21T22:00:00Z"};
    for (auto _ : state) {
        std::size_t bytes = 0;
        qbxml::canonical::convert_each(
            *set, set->responses().front(), context,
            [&](qbxml::canonical::Record&& record) { bytes += record.json.size(); });
        benchmark::DoNotOptimize(bytes);
    }
    count(state, answer());
}
BENCHMARK_CAPTURE(convert, invoices, invoices)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(convert, customers, customers)->Unit(benchmark::kMillisecond);

// The part of it that only makes the elements.
void parse(benchmark::State& state, Answer answer)
{
    const auto set = ResponseSet::read(answer());
    qbxml::ElementReader reader;
    for (auto _ : state)
        for (const auto& slice : set->responses().front().children)
            benchmark::DoNotOptimize(set->parse(slice, reader));
    count(state, answer());
}
BENCHMARK_CAPTURE(parse, invoices, invoices)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(parse, customers, customers)->Unit(benchmark::kMillisecond);

void read(benchmark::State& state, Answer answer)
{
    for (auto _ : state) {
        state.PauseTiming();
        std::string copy = answer();
        state.ResumeTiming();
        benchmark::DoNotOptimize(ResponseSet::read(std::move(copy)));
    }
    count(state, answer());
}
BENCHMARK_CAPTURE(read, invoices, invoices)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, customers, customers)->Unit(benchmark::kMillisecond);

void bare_pugixml(benchmark::State& state, Answer answer)
{
    for (auto _ : state) {
        state.PauseTiming();
        std::string copy = answer();
        pugi::xml_document document;
        state.ResumeTiming();
        document.load_buffer_inplace(
            copy.data(), copy.size(),
            pugi::parse_escapes | pugi::parse_cdata | pugi::parse_embed_pcdata,
            pugi::encoding_utf8);
        benchmark::DoNotOptimize(document.document_element().internal_object());
    }
    count(state, answer());
}
BENCHMARK_CAPTURE(bare_pugixml, invoices, invoices)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(bare_pugixml, customers, customers)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
