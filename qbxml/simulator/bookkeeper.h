// The person in front of QuickBooks: edits books by hand, between sessions or in the middle of one,
// under the same rules as every application, for every edit is a qbXML request.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "qbxml/request.h"
#include "qbxml/result.h"
#include "qbxml/simulator/quickbooks.h"
#include "qbxml/value.h"

namespace qbxml::simulator {

class Bookkeeper {
public:
    // What QuickBooks said to an edit. `records` are what the answer shows.
    struct Answer {
        int status = 0;
        std::string message = {};
        std::vector<Node> records = {};
        bool done() const { return status < 1000; }
    };

    // `quickbooks` outlives this.
    explicit Bookkeeper(SimulatedQuickBooks& quickbooks) : quickbooks_(quickbooks) {}

    // Errors are of the wish itself: a type that is none, a field that the type has not. What
    // QuickBooks refuses is an Answer.

    // Records of "Customer", "Invoice", ..., inactive ones too, with lines; `most` 0: all.
    Result<Answer> list(std::string_view type, int most = 0);
    // One record by its id, or by full name or RefNumber.
    Result<Answer> find(std::string_view type, std::string_view key);
    // `fields` is named ...Add or ...Mod, or anything: its children are what counts.
    Result<Answer> add(std::string_view type, Node fields);
    // The record's id and EditSequence are filled in.
    Result<Answer> change(std::string_view type, std::string_view key, Node fields);
    Result<Answer> remove(std::string_view type, std::string_view key);
    Result<Answer> void_txn(std::string_view type, std::string_view key);
    Result<Answer> merge(std::string_view type, std::string_view from, std::string_view into);
    // One request as it is.
    Result<Answer> ask(const Node& request);

private:
    struct Key {
        std::string name, id, edit_sequence;
    };
    Result<Key> key_of(std::string_view type, std::string_view key);

    SimulatedQuickBooks& quickbooks_;
};

// Fields as a person types them: {"BillAddress/City=Stowe", "InvoiceLineAdd[2]/Quantity=3"}; the
// number counts elements of that name from 1. The error names the text that cannot be read.
Result<Node> fields_from_texts(const std::vector<std::string>& texts);
// The same as an object in the JSON form of elements (qbxml/request.h).
Result<Node> fields_from_json(const Value& value);

}  // namespace qbxml::simulator
