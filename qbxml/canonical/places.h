// Where single values stand in the records of a type: what filters, sorting and columns go by.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qbxml::canonical {

enum class Scalar { text, flag, whole, decimal, date, datetime };

struct Place {
    std::string path;  // "customerRef.id"; inside an array from its entry on: "itemRef.name"
    Scalar scalar = Scalar::text;
    std::string_view words = {};  // of an enum, separated by '|'
    std::string array = {};       // the array it stands in: "lineItems"; "" outside
};

// Of a record type, in the order of its records; empty for what is none. Arrays inside arrays, and
// arrays of shared objects such as addresses, have no places.
std::span<const Place> places_of(std::string_view data_type);
// The place of that path outside arrays; null when the type has none.
const Place* place_at(std::string_view data_type, std::string_view path);

// True when QuickBooks' element of such a record has that path below it, "ShipAddress/City", in any
// version or edition.
bool has_element(std::string_view data_type, std::string_view path);

// The paths of what a record is looked for by; "" where its type has none.
struct LookUps {
    std::string_view name;      // full name, name, or the number of a document
    std::string_view doc_date;  // of a document
    std::string_view party_id;  // whom it concerns
    std::string_view status;
};
LookUps look_ups_of(std::string_view data_type);

}  // namespace qbxml::canonical
