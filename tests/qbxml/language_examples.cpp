// Every message of the language, made, checked, written and read back.
#include <catch2/catch.hpp>

#include <algorithm>

#include "qbxml/check.h"
#include "qbxml/example.h"
#include "qbxml/format.h"
#include "qbxml/node_xml.h"

using namespace qbxml;

namespace {

// The faults of a document, a line each, for the report of a failing test.
std::string faults_in(const std::string& document, Version version, Edition edition)
{
    std::string text;
    for (const DocumentFault& each : check_document(document, version, edition).faults)
        text += std::to_string(each.line) + ": " + each.fault.text() + "\n";
    return text;
}

// Calls `use(message, extent, version, edition)` for each message in each version and edition that
// has it, smallest and full.
template <class Use>
void each_example(Use use)
{
    const std::pair<Version, Edition> kinds[] = {
        {{16, 0}, Edition::any}, {{13, 0}, Edition::us}, {{12, 0}, Edition::ca},
        {{8, 0}, Edition::uk},   {{10, 0}, Edition::au}, {{4, 0}, Edition::us},
        {{1, 0}, Edition::us},
    };
    for (const auto& [version, edition] : kinds)
        for (const grammar::Message& message : grammar::messages())
            for (const Extent extent : {Extent::minimal, Extent::full})
                if (message.since() <= version && message.editions.has(edition))
                    use(message, extent, version, edition);
}

}  // namespace

TEST_CASE("a smallest and a full example of every message is right in every version and edition")
{
    int count = 0;
    each_example([&](const auto& message, Extent extent, Version version, Edition edition) {
        const std::string text =
            document_text(in_envelope({example_node(message, extent, version, edition)}), version);
        const std::string faults = faults_in(text, version, edition);
        CAPTURE(message.name(), version.text(), to_text(edition), extent == Extent::full);
        if (!faults.empty()) FAIL_CHECK(faults << text);
        ++count;
    });
    CHECK(count > 4000);
}

TEST_CASE("every message survives the way from XML to JSON and back")
{
    each_example([&](const auto& message, Extent extent, Version version, Edition edition) {
        const Node node = example_node(message, extent, version, edition);
        const std::string text = document_text(in_envelope({node}), version);
        const auto json = document_to_json(text);
        CAPTURE(message.name(), version.text(), to_text(edition));
        REQUIRE(json);
        const auto again = parse_json(to_json(*json));
        REQUIRE(again);
        const auto back = document_from_json(*again, version);
        REQUIRE(back);
        if (*back != text) FAIL_CHECK(*back << "\nis not\n" << text);
    });
}

TEST_CASE("every request is written as it was made, however its elements were shuffled")
{
    for (const grammar::Message& message : grammar::messages()) {
        if (!message.request || message.set != grammar::MessageSetKind::company) continue;
        CAPTURE(message.name());
        const Node node = example_node(message, Extent::full);
        Node shuffled = node;
        // Turning all children round keeps the members of mixed choices apart from one another
        // only.
        const auto turn = [](auto& self, Node& each) -> void {
            std::ranges::reverse(each.children);
            for (Node& child : each.children)
                self(self, child);
        };
        turn(turn, shuffled);
        const auto written = write({.requests = {shuffled}}, newest_version, Edition::any);
        REQUIRE(written);
        CHECK(check_document(*written, newest_version, Edition::any).valid());
        const auto read = message_set_from_xml(*written);
        REQUIRE(read);
        REQUIRE(read->requests.size() == 1);
        const auto again = write(*read, newest_version, Edition::any);
        REQUIRE(again);
        CHECK(*again == *written);
    }
}

TEST_CASE("the lowest version of a full example has all of it, the one before lacks something")
{
    for (const grammar::Message& message : grammar::messages()) {
        if (!message.request) continue;
        CAPTURE(message.name());
        const Node node = example_node(message, Extent::full);
        const Version lowest = lowest_version(node);
        CHECK(check(node, lowest, Edition::any).empty());
        const auto versions = grammar::versions();
        const auto at = std::ranges::find(versions, lowest, &grammar::KnownVersion::version);
        REQUIRE(at != versions.end());
        if (at == versions.begin()) continue;
        const auto faults = check(node, (at - 1)->version(), Edition::any);
        CHECK(std::ranges::any_of(faults,
                                  [](const Fault& fault) { return fault.rule == "version"; }));
    }
}

TEST_CASE("an example is a document to start from")
{
    const auto text = example("invoiceadd", Extent::minimal);
    REQUIRE(text);
    CHECK(*text ==
          "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
          "<?qbxml version=\"13.0\"?>\n"
          "<QBXML>\n"
          "  <QBXMLMsgsRq onError=\"stopOnError\">\n"
          "    <InvoiceAddRq requestID=\"1\">\n"
          "      <InvoiceAdd>\n"
          "        <CustomerRef>\n"
          "          <FullName>Ann Miller</FullName>\n"
          "        </CustomerRef>\n"
          "      </InvoiceAdd>\n"
          "    </InvoiceAddRq>\n"
          "  </QBXMLMsgsRq>\n"
          "</QBXML>\n");
    CHECK(example("InvoceAdd", Extent::minimal).error().text() ==
          "InvoceAdd: there is no such message; did you mean InvoiceAdd?");
    CHECK(example("LeadAdd", Extent::minimal, {12, 0}).error().text() ==
          "LeadAddRq: qbXML 12.0 has it not; it came with 13.0");
    CHECK(example("WorkersCompCodeAdd", Extent::full, {13, 0}, Edition::ca).error().text() ==
          "WorkersCompCodeAddRq: the CA edition has it not");
}
