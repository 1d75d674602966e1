// Envelopes of a peer: whatever is taken can be written and is read as the same again; the cut-out
// response is what gSOAP itself would read; whatever is refused becomes a fault that can be read.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "wsdl/codec.h"
#include "wsdl/prescan.h"

using namespace qbwc;

namespace {

void require(bool held)
{
    if (!held) std::abort();
}

Codec& codec()
{
    static Codec one({.bytes_max = 1 << 20, .depth_max = 64});
    return one;
}

void check_taken(const Decoded& decoded)
{
    const auto written = codec().write_call(decoded.call, decoded.rpc);
    const auto again = codec().read_call(written);
    require(std::holds_alternative<Decoded>(again));
    require(codec().write_call(std::get<Decoded>(again).call, decoded.rpc) == written);
    require(is_xml_text(written));
}

// A comment at the end of the response sends it through gSOAP.
void check_cut(std::string envelope, const Decoded& decoded)
{
    const auto scanned = prepare(envelope, {});
    const auto& outline = std::get<Outline>(scanned);
    if (!outline.response) return;
    envelope.insert(outline.response->end, "<!---->");
    const auto slow = codec().read_call(envelope);
    require(std::holds_alternative<Decoded>(slow));
    require(std::get<ReceiveResponseXml>(std::get<Decoded>(slow).call).response ==
            std::get<ReceiveResponseXml>(decoded.call).response);
}

void check_refused(const Refusal& refusal)
{
    const auto fault = codec().write_fault(refusal);
    const auto read = codec().read_reply(fault, "authenticate");
    require(std::holds_alternative<Refusal>(read));
    require(std::get<Refusal>(read).text == refusal.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string envelope(reinterpret_cast<const char*>(data), size);
    const auto read = codec().read_call(envelope);
    if (const auto* decoded = std::get_if<Decoded>(&read)) {
        check_taken(*decoded);
        check_cut(envelope, *decoded);
    } else {
        check_refused(std::get<Refusal>(read));
    }
    static constexpr std::array<std::string_view, 3> methods = {"authenticate", "sendRequestXML",
                                                                "receiveResponseXML"};
    for (const auto method : methods)
        codec().read_reply(envelope, method);
    return 0;
}
