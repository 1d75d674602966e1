// How fast answers are read, against what pugixml alone needs for the same bytes.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <fstream>
#include <pugixml.hpp>
#include <string>

#include "qbxml/response.h"
#include "qbxml/value.h"

namespace {

// Invoices as QuickBooks writes them: one element a line, no indentation, one line item each.
std::string answer_of(std::size_t bytes)
{
    std::string out =
        "<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs>\n"
        "<InvoiceQueryRs requestID=\"1\" statusCode=\"0\" statusSeverity=\"Info\" "
        "statusMessage=\"Status OK\">\n";
    for (int i = 1; out.size() < bytes; ++i) {
        fmt::format_to(
            std::back_inserter(out),
            "<InvoiceRet>\n<TxnID>{0:X}-1234567890</TxnID>\n"
            "<TimeCreated>2024-03-01T10:00:00-05:00</TimeCreated>\n"
            "<TimeModified>2024-03-01T10:00:00-05:00</TimeModified>\n"
            "<EditSequence>1709305200</EditSequence>\n<TxnNumber>{0}</TxnNumber>\n"
            "<CustomerRef>\n<ListID>80000001-1234567890</ListID>\n"
            "<FullName>Crawford &amp; Sons:Kitchen</FullName>\n</CustomerRef>\n"
            "<ARAccountRef>\n<ListID>80000002-1234567890</ListID>\n"
            "<FullName>Accounts Receivable</FullName>\n</ARAccountRef>\n"
            "<TxnDate>2024-03-01</TxnDate>\n<RefNumber>{0}</RefNumber>\n"
            "<BillAddress>\n<Addr1>Crawford &amp; Sons</Addr1>\n<Addr2>12 Main Street</Addr2>\n"
            "<City>Middlefield</City>\n<State>CA</State>\n<PostalCode>94471</PostalCode>\n"
            "</BillAddress>\n<IsPending>false</IsPending>\n<DueDate>2024-03-31</DueDate>\n"
            "<Subtotal>1250.00</Subtotal>\n<SalesTaxTotal>96.88</SalesTaxTotal>\n"
            "<BalanceRemaining>1346.88</BalanceRemaining>\n<Memo>Caf&#233; du coin</Memo>\n"
            "<IsPaid>false</IsPaid>\n<InvoiceLineRet>\n<TxnLineID>{0:X}-1234567891</TxnLineID>\n"
            "<ItemRef>\n<ListID>80000003-1234567890</ListID>\n<FullName>Repairs</FullName>\n"
            "</ItemRef>\n<Desc>Labour, two days</Desc>\n<Quantity>2</Quantity>\n"
            "<Rate>625.00</Rate>\n<Amount>1250.00</Amount>\n</InvoiceLineRet>\n</InvoiceRet>\n",
            i);
    }
    return out + "</InvoiceQueryRs>\n</QBXMLMsgsRs>\n</QBXML>\n";
}

const std::string& answer()
{
    static const std::string text = answer_of(40u * 1024 * 1024);
    return text;
}

std::size_t bytes_of_texts(qbxml::Element element)
{
    std::size_t out = element.text().size();
    for (const qbxml::Element child : element.children())
        out += bytes_of_texts(child);
    return out;
}

void count(benchmark::State& state, std::size_t records)
{
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * answer().size()));
    state.counters["records"] = benchmark::Counter(
        static_cast<double>(state.iterations() * records), benchmark::Counter::kIsRate);
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) state.counters["peakKB"] = std::stod(line.substr(6));
    }
}

void read_answer(benchmark::State& state)
{
    std::size_t records = 0;
    for (auto _ : state) {
        state.PauseTiming();
        std::string copy = answer();
        state.ResumeTiming();
        auto set = qbxml::ResponseSet::read(std::move(copy));
        records = set->responses().front().children.size();
    }
    count(state, records);
}
BENCHMARK(read_answer)->Unit(benchmark::kMillisecond);

void read_answer_and_parse_records(benchmark::State& state)
{
    std::size_t records = 0;
    for (auto _ : state) {
        state.PauseTiming();
        std::string copy = answer();
        state.ResumeTiming();
        auto set = qbxml::ResponseSet::read(std::move(copy));
        qbxml::ElementReader reader;
        for (const auto& slice : set->responses().front().children) {
            benchmark::DoNotOptimize(set->parse(slice, reader));
        }
        records = set->responses().front().children.size();
    }
    count(state, records);
}
BENCHMARK(read_answer_and_parse_records)->Unit(benchmark::kMillisecond);

void read_answer_and_walk_records(benchmark::State& state)
{
    std::size_t records = 0;
    for (auto _ : state) {
        state.PauseTiming();
        std::string copy = answer();
        state.ResumeTiming();
        auto set = qbxml::ResponseSet::read(std::move(copy));
        qbxml::ElementReader reader;
        for (const auto& slice : set->responses().front().children) {
            benchmark::DoNotOptimize(bytes_of_texts(set->parse(slice, reader)));
        }
        records = set->responses().front().children.size();
    }
    count(state, records);
}
BENCHMARK(read_answer_and_walk_records)->Unit(benchmark::kMillisecond);

void read_report(benchmark::State& state)
{
    std::string text =
        "<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs>\n"
        "<GeneralDetailReportQueryRs requestID=\"1\" "
        "statusCode=\"0\">\n<ReportRet>\n<ReportData>\n";
    for (int row = 1; text.size() < 10u * 1024 * 1024; ++row) {
        fmt::format_to(std::back_inserter(text),
                       "<DataRow rowNumber=\"{0}\">\n"
                       "<RowData rowType=\"account\" value=\"Caf\xC3\xA9 du coin\"/>\n"
                       "<ColData colID=\"2\" value=\"Invoice\" dataType=\"STRTYPE\"/>\n"
                       "<ColData colID=\"3\" value=\"2024-03-01\"/>\n"
                       "<ColData colID=\"4\" value=\"Crawford &amp; Sons\"/>\n"
                       "<ColData colID=\"5\" value=\"1346.88\"/>\n</DataRow>\n",
                       row);
    }
    text +=
        "</ReportData>\n</ReportRet>\n</GeneralDetailReportQueryRs>\n</QBXMLMsgsRs>\n</QBXML>\n";
    for (auto _ : state) {
        state.PauseTiming();
        std::string copy = text;
        state.ResumeTiming();
        benchmark::DoNotOptimize(qbxml::ResponseSet::read(std::move(copy)));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(read_report)->Unit(benchmark::kMillisecond);

void bare_pugixml(benchmark::State& state)
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
    count(state, 0);
}
BENCHMARK(bare_pugixml)->Unit(benchmark::kMillisecond);

void read_and_write_json(benchmark::State& state)
{
    std::string text = "[";
    for (int i = 0; i < 10'000; ++i) {
        text += fmt::format(
            R"({}{{"id":"80000001-{}","name":"Crawford & Sons","amount":1250.00,"paid":false}})",
            i ? "," : "", i);
    }
    text += "]";
    for (auto _ : state) {
        const auto value = qbxml::parse_json(text);
        benchmark::DoNotOptimize(qbxml::to_json(*value));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(read_and_write_json)->Unit(benchmark::kMillisecond);

void write_json_strings(benchmark::State& state)
{
    const std::string text = "Crawford & Sons, 12 Main Street, Middlefield, kitchen remodelling";
    std::string out;
    for (auto _ : state) {
        out.clear();
        qbxml::append_json_string(out, text);
        benchmark::DoNotOptimize(out.data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(write_json_strings);

}  // namespace

BENCHMARK_MAIN();
