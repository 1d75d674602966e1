// Any bytes as JSON: read or refused with a place; what is read comes back the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "qbxml/value.h"

namespace {

void require(bool holds)
{
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto value = qbxml::parse_json({reinterpret_cast<const char*>(data), size});
    if (!value) {
        require(value.error().where.starts_with("line "));
        require(!value.error().what.empty());
        return 0;
    }
    const auto compact = qbxml::parse_json(qbxml::to_json(*value));
    require(compact.ok() && *compact == *value);
    const auto pretty = qbxml::parse_json(qbxml::to_pretty_json(*value));
    require(pretty.ok() && *pretty == *value);
    return 0;
}
