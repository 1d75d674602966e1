// The parts of an address: their canonical names and QuickBooks' elements, in order.
#pragma once

#include <array>
#include <string_view>

namespace qbxml::canonical {

struct AddressPart {
    std::string_view key, element;
};

inline constexpr auto address_parts = std::to_array<AddressPart>({
    {"line1", "Addr1"},
    {"line2", "Addr2"},
    {"line3", "Addr3"},
    {"line4", "Addr4"},
    {"line5", "Addr5"},
    {"city", "City"},
    {"region", "State"},
    {"postalCode", "PostalCode"},
    {"country", "Country"},
    {"note", "Note"},
});

}  // namespace qbxml::canonical
