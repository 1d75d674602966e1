// A request as a tree of values, and its way to ordered, checked qbXML text.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "qbxml/result.h"
#include "qbxml/value.h"
#include "qbxml/version.h"
#include "qbxml/xml.h"

namespace qbxml {

// One element to be written: a request message is a Node named ...Rq. Text is UTF-8, not escaped.
struct Node {
    std::string name;
    std::vector<std::pair<std::string, std::string>> attributes = {};
    std::string text = {};
    std::vector<Node> children = {};

    bool operator==(const Node&) const = default;
    const Node* child(std::string_view name) const;
    const std::string* attribute(std::string_view name) const;
    void set_attribute(std::string_view name, std::string value);  // replaces one of that name
    Node& add(Node child);                                         // returns the added child
    Node& add(std::string name, std::string text);
};

// What a request breaks. `pointer` is the place as JSON pointer into the request's JSON form, `path`
// as qbXML path from the message (CustomerAddRq/CustomerAdd/Name).
struct Fault {
    std::string pointer;
    std::string path;
    std::string rule;        // a stable word: "unknown", "required", "tooLong", "order", ...
    std::string found;
    std::string allowed;     // what would have been right
    std::string since;       // first version or the editions that have it, "" when that is not it
    std::string suggestion;  // what to do; for a misspelt name the likely one

    bool operator==(const Fault&) const = default;
    std::string text() const;  // one line for a person
};

enum class OnError { stop, go_on };

struct MessageSet {
    OnError on_error = OnError::stop;
    std::string new_message_set_id = {};  // at most 23 characters, "" for none
    std::string old_message_set_id = {};
    bool include_response_data = true;
    std::vector<Node> requests = {};
};

// All faults of one request at once, for a version and edition. Empty: valid when written.
std::vector<Fault> check(const Node& request, Version, Edition);

// Puts every request in order and writes the document: <?xml?>, <?qbxml version?>, QBXML, the
// message set. Fails with all faults of all requests when one breaks a rule; what breaks no rule is
// written as it stands, nothing is dropped or cut.
Result<std::string, std::vector<Fault>> write(const MessageSet&, Version, Edition);

// The lowest version that has every element of the request.
Version lowest_version(const Node& request);

// One request, or several, from text: a whole QBXML document, a QBXMLMsgsRq, or bare ...Rq elements.
Result<MessageSet> message_set_from_xml(std::string text);
Result<MessageSet> message_set_from_json(const Value&);
Value to_json_form(const Node&);

// True when the message changes the books (Add, Mod, Del, Void, Merge, ...), false for queries.
bool changes_books(std::string_view message_name);

}  // namespace qbxml
