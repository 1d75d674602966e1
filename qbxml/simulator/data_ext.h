// Custom fields and private values: their definitions, and the values of records, lines and the
// company.
#pragma once

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// Requests whose name begins with "DataExt", valid by the grammar, macros inserted:
// DataExtDefAdd, -Mod, -Del, -Query and DataExtAdd, -Mod, -Del.
Outcome answer_data_ext(CompanyFile&, const Node& request, std::int64_t now);

// The pieces: definitions; why there is no value without one (3121); the OwnerID of a request, as
// it is stored.
Outcome answer_data_ext_def(CompanyFile&, const Node& request, std::int64_t now);
Outcome no_definition(std::string_view owner, std::string_view name);
std::string owner_in(const Node& request);

// The public custom fields that new books have, as their owner defined them.
std::vector<CustomField> sample_custom_fields();

}  // namespace qbxml::simulator
