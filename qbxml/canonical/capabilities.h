// What can be read from and written to one company file, told before anything is tried: from the
// mapping, the language and what is known of the file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "qbxml/value.h"
#include "qbxml/version.h"

namespace qbxml::canonical {

// What was refused before for a reason that stays: "estimates", "create", QuickBooks' own words.
// With an element, only the fields that are written to it: "ExchangeRate".
struct RefusedBefore {
    std::string data_type, operation, why;
    std::string element = {};
};

struct FileFacts {
    Version version = newest_version;
    Edition edition = Edition::any;
    Value preferences = {};  // the companyPreferences record as last read, null when not known
    std::vector<RefusedBefore> refused = {};
};

struct Ability {
    bool available = false;
    std::string why = {};  // not: the reason, for a person
};

enum class Need { required, optional, unavailable };
std::string_view to_text(Need);

// How one operation takes a field.
struct FieldUse {
    Need need = Need::unavailable;
    std::string why = {};                      // with `unavailable`
    std::vector<std::string_view> kinds = {};  // those that take it, when not all kinds do
};

struct FieldCapability {
    std::string_view path;  // as in the model, [] behind arrays
    std::string type;       // "money", "array<ref>"
    FieldUse create, update;
    int length_max = 0;                    // characters; 0 = no limit
    int items_max = 0;                     // of an array; 0 = no limit
    std::vector<std::string> values = {};  // of an enum, those that this version has
};

struct TypeCapabilities {
    std::string_view data_type;
    Ability read, create, update, erase, make_void;
    std::vector<FieldCapability> fields;  // those that can be written at all
};

// `data_type` is a record type.
TypeCapabilities capabilities(std::string_view data_type, const FileFacts&);

// {"dataType", "read", "create", "update", "delete", "void", "why", "edition", "qbxml", "fields"}
Value capabilities_json(std::string_view data_type, const FileFacts&);
// All types in brief, and the features that the preferences tell:
// {"edition", "qbxml", "features", "dataTypes"}
Value capabilities_json(const FileFacts&);

}  // namespace qbxml::canonical
