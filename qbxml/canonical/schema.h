// JSON Schema (2020-12) of the record types, made from the mapping: for documents, for checking
// what a host application sends, and for the description of an HTTP API.
#pragma once

#include <optional>
#include <string_view>

#include "qbxml/value.h"

namespace qbxml::canonical {

enum class SchemaForm {
    read,    // a record as it is read: every member there, nothing else
    create,  // the body of a create; null is as good as absent
    update   // a merge patch: what is absent stays, null clears
};
std::string_view to_text(SchemaForm);
std::optional<SchemaForm> schema_form_from_text(std::string_view);

// The schema of one record type, whole in itself: $id, $defs and no reference out of it. Types that
// cannot be written have no create or update form: nullopt.
std::optional<Value> schema_of(std::string_view data_type, SchemaForm);

}  // namespace qbxml::canonical
