#include "wsdl/call.h"

#include <array>

namespace qbwc {

std::string_view method_name(const Call& call)
{
    // In the order of the variant.
    static constexpr std::array<std::string_view, std::variant_size_v<Call>> names = {
        "serverVersion",      "clientVersion",   "authenticate",       "sendRequestXML",
        "receiveResponseXML", "connectionError", "getLastError",       "closeConnection",
        "getInteractiveURL",  "interactiveDone", "interactiveRejected"};
    return names[call.index()];
}

}  // namespace qbwc
