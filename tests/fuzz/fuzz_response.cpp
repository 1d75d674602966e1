// Any bytes as an answer and as a document: read or refused, never a crash; what is read holds
// together and survives being written and read again.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "qbxml/response.h"
#include "qbxml/xml.h"

namespace {

void require(bool holds)
{
    if (!holds) std::abort();
}

void check_texts(qbxml::Element element, int depth)
{
    require(depth <= qbxml::XmlLimits{}.depth_max);
    std::string again = "<A b=\"";
    qbxml::append_escaped(again, element.text());
    again += "\">";
    qbxml::append_escaped(again, element.text());
    const auto document = qbxml::Document::parse(again + "</A>");
    require(document.ok());
    std::string lines(element.text());  // a carriage return that was a reference becomes a line end
    if (lines.find('\r') == std::string::npos) require(document->root().text() == element.text());
    for (const qbxml::Element child : element.children()) {
        require(child.parent() == element);
        check_texts(child, depth + 1);
    }
}

void check_answer(const std::string& text)
{
    const auto set = qbxml::ResponseSet::read(text);
    if (!set) {
        require(!set.error().what.empty());
        return;
    }
    qbxml::ElementReader reader;
    for (const auto& response : set->responses()) {
        require(set->parse(response.whole).root().name() == response.message);
        for (const auto& slice : response.children) {
            const qbxml::Element record = set->parse(slice, reader);
            require(record.name() == slice.name);
            check_texts(record, 1);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_answer(text);
    check_answer("<QBXML><QBXMLMsgsRs><BillQueryRs>" + text +
                 "</BillQueryRs></QBXMLMsgsRs></QBXML>");
    if (const auto document = qbxml::Document::parse(text)) check_texts(document->root(), 1);
    return 0;
}
