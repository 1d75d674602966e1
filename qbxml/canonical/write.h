// A canonical record or patch -> the requests that make it so; all refusals at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/canonical/read.h"
#include "qbxml/request.h"

namespace qbxml::canonical {

enum class Operation { create, update, erase, make_void };
std::string_view to_text(Operation);  // create, update, delete, void
std::optional<Operation> operation_from_text(std::string_view);

struct Write {
    Operation operation = Operation::create;
    std::string data_type;
    std::string id;             // update, delete, void
    std::string edit_sequence;  // update; or in the record as metadata.editSequence
    std::string source_type;    // where an id alone does not tell the message
    Value record;               // canonical JSON, or a merge patch on update
    // The record as last read, null when it is not known. On update, members that say the same are
    // left alone, so that a record that was read can be changed and sent back whole. Without it,
    // what a whole record says null of clears; but for what a company may do without (currencies,
    // classes, sites), which was null for that reason.
    Value current = {};
};
// {"operation", "dataType", "id", "editSequence", "sourceType", "record", "current"}
Result<Write> write_from_json(const Value&);

struct Refused {
    std::string path;     // JSON pointer into the record
    std::string code;     // required value tooLong unknownField createOnly conflict unbalanced ...
    std::string message;  // what was found, what is expected, what to do
    int limit = 0;        // with tooLong
    bool operator==(const Refused&) const = default;
};

struct Requests {
    std::vector<Node> requests;  // one message set; none when an update changes nothing
    // Custom fields of a new list record: a second message set, once its ListID is known. See
    // with_list_id.
    std::vector<Node> follow_up;
    std::vector<Refused> warnings;  // code readOnly: fields that were ignored
};

// A request of `follow_up` for the record that was created.
Node with_list_id(Node follow_up, std::string_view list_id);

// `version` and `edition` are those of the company file; what they lack is refused with
// `unsupported`.
Result<Requests, std::vector<Refused>> to_requests(const Write&, const Context&, Version, Edition);

}  // namespace qbxml::canonical
