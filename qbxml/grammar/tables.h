// The constant arrays that compile.cpp writes. For grammar.cpp only.
#pragma once

#include <cstddef>

#include "qbxml/grammar/grammar.h"

namespace qbxml::grammar::tables {

struct Exception {
    Word path;
    std::uint8_t editions;  // 0xFF: as the particle says
    std::uint16_t chars;    // index, `as_before`: as the particle says
};
inline constexpr std::uint16_t as_before = 0xFFFE;

extern const char words[];
extern const Type types[];
extern const KnownVersion versions[];
extern const Enumeration enumerations[];
extern const EnumValue values[];
extern const Range ranges[];
extern const Chars chars[];
extern const Attribute attributes[];
extern const Particle particles[];
extern const Owner owners[];          // sorted by name
extern const Message messages[];      // sorted by name
extern const Exception exceptions[];  // sorted by path

struct Counts {
    std::size_t words, types, versions, enumerations, values, attributes, particles, owners,
        messages, exceptions, ranges, chars;
};
extern const Counts counts;

}  // namespace qbxml::grammar::tables
