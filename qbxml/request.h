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

// What a request breaks. `pointer` is the place as JSON pointer into the request's JSON form,
// `path` as qbXML path from the message (CustomerAddRq/CustomerAdd/Name), with an attribute as last
// step where it is one (CustomerQueryRq/@iterator).
//
// The rules, as stable words: unknown (no such element), required, tooMany, oneOf (of two only
// one), order (documents as they stand only), text (text where elements belong or elements in a
// text), tooLong, range, enum, pattern (no value of the type), characters (XML has no such
// character), version, edition, attribute (unknown or missing), iterator, envelope (wrong place for
// the message).
struct Fault {
    std::string pointer = {};
    std::string path = {};
    std::string rule = {};  // one of the words below
    std::string found = {};
    std::string allowed = {};  // what would have been right
    std::string since = {};    // first version or the editions that have it, "" when that is not it
    std::string suggestion = {};  // what to do; for a misspelt name the likely one

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

// All faults of one request at once (the first thousand, if it has more), for a version and
// edition. Empty: valid when written.
std::vector<Fault> check(const Node& request, Version, Edition);

// Puts every request in order and writes the document: <?xml?>, <?qbxml version?>, QBXML, the
// message set. Fails with all faults of all requests when one breaks a rule; what breaks no rule is
// written as it stands, nothing is dropped or cut. The pointers of the faults go into the JSON form
// of the whole set: "/requests/0/InvoiceAddRq/...".
Result<std::string, std::vector<Fault>> write(const MessageSet&, Version, Edition);

// The two halves of `write`, for message sets whose requests are checked one by one:
// write_envelope(set, version, a + b) is what `write` makes of a set with the requests of a and b.
Result<std::string, std::vector<Fault>> write_requests(const MessageSet&, Version, Edition);
std::string write_envelope(const MessageSet&, Version, std::string_view requests);

// The lowest version that has every element of the request.
Version lowest_version(const Node& request);

// One request, or several, from text: a whole QBXML document, a QBXMLMsgsRq, or bare ...Rq
// elements.
Result<MessageSet> message_set_from_xml(std::string text);

// The JSON form of an element is an object with one member, its name:
//   {"InvoiceAddRq": {"@requestID": "1", "InvoiceAdd": {"CustomerRef": {"FullName": "Ann"}, ...}}}
// Elements are members, in any order; elements that may repeat are arrays, also of one; attributes
// have an `@` in front; the text of an element with attributes is "#text"; an element without
// content is {} or "". Where elements of a choice are mixed (invoice lines and line groups) the
// array
// "#mixed" keeps their order, with objects of one member each.
Value to_json_form(const Node&);

// Accepts what `to_json_form` gives, and what people write: a single element without its array,
// numbers and booleans for text. A set is one such object (its ...Rq members are requests), an
// array of them, {"requests": [...], "onError": "stopOnError", "newMessageSetID": ...}, or the JSON
// form of a QBXML or QBXMLMsgsRq. The error's `where` is a JSON pointer.
Result<MessageSet> message_set_from_json(const Value&);

// True when the message changes the books (Add, Mod, Del, Void, Merge, ...), false for queries.
bool changes_books(std::string_view message_name);

}  // namespace qbxml
