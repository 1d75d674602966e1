#include <string>

#include "wsdl/codec.h"
#include "wsdl/wsdl_text.h"
#include "wsdl/xml_text.h"

namespace qbwc {

std::string wsdl_document(std::string_view endpoint)
{
    std::string text(wsdl_text);
    const auto address = escape_attribute(replace_unsendable(endpoint));
    for (auto at = text.find(wsdl_placeholder); at != text.npos;
         at = text.find(wsdl_placeholder, at + address.size())) {
        text.replace(at, wsdl_placeholder.size(), address);
    }
    return text;
}

}  // namespace qbwc
