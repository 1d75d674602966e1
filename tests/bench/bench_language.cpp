// Reading with typing and checking of answers of 1, 10 and 40 MB beside pugixml's bare parse of the
// same bytes, and how many requests are written a second. Peak memory is that of the whole process
// so far: run one benchmark alone (--benchmark_filter) to see its own.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <map>
#include <pugixml.hpp>
#include <string>

#include "qbxml/check.h"
#include "qbxml/example.h"
#include "qbxml/request.h"
#include "qbxml/response.h"

namespace {

constexpr qbxml::Version version{13, 0};

// Customers as QuickBooks writes them, right by the schema.
const std::string& answer_of(std::int64_t megabytes)
{
    static std::map<std::int64_t, std::string> made;
    std::string& out = made[megabytes];
    if (!out.empty()) return out;
    out =
        "<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs>\n"
        "<CustomerQueryRs requestID=\"1\" statusCode=\"0\" statusSeverity=\"Info\" "
        "statusMessage=\"Status OK\">\n";
    const auto bytes = static_cast<std::size_t>(megabytes) << 20;
    for (int i = 1; out.size() < bytes; ++i)
        fmt::format_to(std::back_inserter(out),
                       "<CustomerRet>\n<ListID>{0:X}-1234567890</ListID>\n"
                       "<TimeCreated>2024-03-01T10:00:00-05:00</TimeCreated>\n"
                       "<TimeModified>2024-03-01T10:00:00-05:00</TimeModified>\n"
                       "<EditSequence>1709305200</EditSequence>\n<Name>Customer {0}</Name>\n"
                       "<FullName>Customer {0}</FullName>\n<IsActive>true</IsActive>\n"
                       "<Sublevel>0</Sublevel>\n<CompanyName>Crawford &amp; Sons</CompanyName>\n"
                       "<BillAddress>\n<Addr1>12 Main Street</Addr1>\n<City>Middlefield</City>\n"
                       "<State>CA</State>\n<PostalCode>94471</PostalCode>\n</BillAddress>\n"
                       "<Phone>555-0123</Phone>\n<Email>info@crawford.example</Email>\n"
                       "<Balance>125.00</Balance>\n<TotalBalance>125.00</TotalBalance>\n"
                       "<JobStatus>None</JobStatus>\n</CustomerRet>\n",
                       i);
    out += "</CustomerQueryRs>\n</QBXMLMsgsRs>\n</QBXML>\n";
    return out;
}

void note(benchmark::State& state, std::size_t bytes)
{
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    state.counters["peak_MiB"] = static_cast<double>(used.ru_maxrss) / 1024;
}

void bare_pugixml(benchmark::State& state)
{
    const std::string& text = answer_of(state.range(0));
    for (auto _ : state) {
        std::string copy = text;
        pugi::xml_document document;
        benchmark::DoNotOptimize(document.load_buffer_inplace(copy.data(), copy.size()));
    }
    note(state, text.size());
}
BENCHMARK(bare_pugixml)->Arg(1)->Arg(10)->Arg(40)->Unit(benchmark::kMillisecond);

void read_with_typing(benchmark::State& state)
{
    const std::string& text = answer_of(state.range(0));
    for (auto _ : state) {
        const auto answer = qbxml::ResponseSet::read(text);
        qbxml::ElementReader reader;
        std::size_t texts = 0;
        for (const auto& child : answer->responses().front().children)
            for (const qbxml::Element field : answer->parse(child, reader).children())
                texts += field.text().size();
        benchmark::DoNotOptimize(texts);
    }
    note(state, text.size());
}
BENCHMARK(read_with_typing)->Arg(1)->Arg(10)->Arg(40)->Unit(benchmark::kMillisecond);

void check(benchmark::State& state)
{
    const std::string& text = answer_of(state.range(0));
    for (auto _ : state) {
        const auto checked = qbxml::check_document(text, version, qbxml::Edition::us);
        if (!checked.valid()) state.SkipWithError(checked.faults.front().fault.text().c_str());
    }
    note(state, text.size());
}
BENCHMARK(check)->Arg(1)->Arg(10)->Arg(40)->Unit(benchmark::kMillisecond);

// One full InvoiceAdd, put in order, checked and written.
void write_requests(benchmark::State& state)
{
    const auto* message = qbxml::find_message("InvoiceAddRq");
    const qbxml::MessageSet set{
        .requests = {qbxml::example_node(*message, qbxml::Extent::full, version)}};
    for (auto _ : state)
        benchmark::DoNotOptimize(qbxml::write(set, version, qbxml::Edition::any).ok());
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(write_requests)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
