// What single cells of the fact tables mean. Each refuses a cell that means nothing.
#pragma once

#include <cstdint>
#include <string>

#include "qbxml/grammar/compile.h"
#include "qbxml/grammar/table_file.h"

namespace qbxml::grammar::build {

bool is_number(const std::string& text);
bool is_name(const std::string& text);
// "US OE": the bits of the editions that are not named.
std::uint8_t editions(const TableFile::Row& row, const std::string& not_in);
// "41", "41 AU=6", "- US=15": the limit, then the editions where it differs; "-" is no limit.
CharsFact chars(const TableFile::Row& row, const std::string& cell);
// "1", "?", "*", "+", "0-3" into least and most.
void occurrence(const TableFile::Row& row, ParticleFact& fact);

}  // namespace qbxml::grammar::build
