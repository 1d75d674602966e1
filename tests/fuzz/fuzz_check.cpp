// Any text as a document, as a message set in XML and as one in JSON: checked, written, formatted,
// turned into JSON and back. What is written is right as it stands, and reads back as it was.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "qbxml/check.h"
#include "qbxml/format.h"
#include "qbxml/request.h"

namespace {

using namespace qbxml;

void ensure(bool holds)
{
    if (!holds) std::abort();
}

void write_and_read(const MessageSet& set)
{
    const auto text = write(set, newest_version, Edition::any);
    if (!text) {
        ensure(!text.error().empty());
        for (const Fault& fault : text.error())
            ensure(!fault.text().empty());
        return;
    }
    ensure(check_document(*text, {}, Edition::any).valid());
    const auto again = message_set_from_xml(*text);
    ensure(again.ok());
    const auto rewritten = write(*again, newest_version, Edition::any);
    ensure(rewritten.ok() && *rewritten == *text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_document(text, {}, Edition::us);
    if (const auto set = message_set_from_xml(text)) write_and_read(*set);
    if (const auto value = parse_json(text))
        if (const auto set = message_set_from_json(*value)) write_and_read(*set);
    if (const auto formatted = format_document(text)) {
        const auto json = document_to_json(*formatted);
        ensure(json.ok());
        const auto again = parse_json(to_json(*json));
        ensure(again.ok() && *again == *json);
        ensure(format_document(*formatted).ok());
    }
    return 0;
}
