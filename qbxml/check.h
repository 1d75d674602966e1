// Checking whole qbXML documents as they stand: requests before they are sent, answers as they
// came.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "qbxml/request.h"

namespace qbxml {

// A fault and the line where its element begins, from 1; 0 when the text has no such line.
struct DocumentFault {
    int line = 0;
    Fault fault;
};

struct DocumentCheck {
    Version version;  // it was checked against
    std::vector<DocumentFault> faults;
    bool valid() const { return faults.empty(); }
};

// Every fault of a document, the first thousand if it has more: what is no XML (rule "xml", one
// fault), what no schema of that version has, what stands in the wrong place. `version` overrides
// the one the document declares; without either it is the newest for answers, and for requests a
// fault of its own. Pointers go into the JSON form of the document:
// "/QBXML/QBXMLMsgsRq/InvoiceAddRq/0/...".
DocumentCheck check_document(std::string text, std::optional<Version> version, Edition edition);

// The same for a request or message set in the JSON form, where the order of members means
// nothing: rule "json" for what is no JSON. Lines are 0. Pointers go into the JSON as it was given.
// Without a `version`, its own or `common_version`.
DocumentCheck check_json_document(const std::string& text, std::optional<Version> version,
                                  Edition edition);

}  // namespace qbxml
