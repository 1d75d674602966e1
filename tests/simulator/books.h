// Small books and short ways to talk to them, for the tests of the simulator.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "qbxml/response.h"
#include "qbxml/simulator/quickbooks.h"

namespace simulator_test {

// 2024-07-01 12:00:00 in the zone of the simulated PC, summer time.
inline constexpr std::int64_t noon = 1719849600;

// A simulated QuickBooks with a clock that the test moves, and a session that is open.
struct Desk {
    std::shared_ptr<std::int64_t> clock = std::make_shared<std::int64_t>(noon);
    std::unique_ptr<qbxml::simulator::SimulatedQuickBooks> quickbooks;

    explicit Desk(int customers = 0, int invoices = 0, std::uint64_t seed = 1,
                  std::string version = "16.0")
    {
        using namespace qbxml::simulator;
        quickbooks = std::make_unique<SimulatedQuickBooks>(
            BooksWish{.customers = customers, .invoices = invoices, .seed = seed},
            options(std::move(version)));
        quickbooks->begin_session("");
    }

    qbxml::simulator::QuickBooksOptions options(std::string version = "16.0") const
    {
        return {.qbxml_version = std::move(version),
                .unix_seconds = [time = clock] { return *time; },
                .owner_id = "{57F3B9B6-86F1-4FCC-B1EE-566DE1813D20}",
                .file_id = "{90A44FB5-33D9-4815-AC85-BC87A7E7D1EB}"};
    }

    // The answer to requests put into a document with these attributes of the message set.
    std::string ask(std::string_view requests,
                    std::string_view attributes = "onError=\"stopOnError\"",
                    std::string_view version = "13.0")
    {
        const auto processed = quickbooks->process(document(requests, attributes, version));
        return processed.failure ? processed.failure->hresult : processed.response;
    }

    static std::string document(std::string_view requests,
                                std::string_view attributes = "onError=\"stopOnError\"",
                                std::string_view version = "13.0")
    {
        std::string text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?qbxml version=\"";
        text += version;
        text += "\"?>\n<QBXML><QBXMLMsgsRq ";
        text += attributes;
        text += ">";
        text += requests;
        text += "</QBXMLMsgsRq></QBXML>";
        return text;
    }
};

// The answer read as the library reads it.
inline qbxml::ResponseSet read(const std::string& answer)
{
    return qbxml::ResponseSet::read(answer).value();
}

// The status code of the first response.
inline int status_of(const std::string& answer)
{
    return read(answer).responses().at(0).status_code.value();
}

// The text of the first element of that name, as it stands in the answer; "" when there is none.
inline std::string first(std::string_view answer, std::string_view element)
{
    const std::string open = "<" + std::string(element) + ">";
    const std::size_t at = answer.find(open);
    if (at == std::string_view::npos) return {};
    const std::size_t begin = at + open.size();
    return std::string(answer.substr(begin, answer.find('<', begin) - begin));
}

// How often a text stands in another.
inline int times_in(std::string_view text, std::string_view what)
{
    int count = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos;
         at = text.find(what, at + what.size())) {
        ++count;
    }
    return count;
}

}  // namespace simulator_test
