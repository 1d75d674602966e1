// What the requests of a message set do to which records: enough to see in QuickBooks, later,
// whether they were done. Pure.
#pragma once

#include <string>
#include <vector>

#include "qbxml/canonical/read.h"
#include "qbxml/canonical/types.h"
#include "qbxml/request.h"

namespace qbxml::canonical {

struct Deed {
    enum class Kind { makes, changes, removes };
    Kind kind = Kind::makes;
    std::string data_type;           // where the record will be found
    std::string source_type;         // "Invoice", "ItemService"
    std::string id = {};             // ListID or TxnID, unless it is made
    std::string edit_sequence = {};  // that is changed
    std::string name = {};           // that is made: its name or number, "" when it was given none
};

// One for each request that makes, changes or deletes a record of the model. Left out are those
// that may be done twice without harm (a void, the value of a custom field) and those whose record
// is of no type of the model.
std::vector<Deed> deeds_of(const MessageSet&);

// The queries whose answers show whether they were done: the records changed or removed by id, and
// all of the types that were made which changed, or were deleted, since then (QuickBooks' own wall
// clock).
std::vector<Node> requests_to_see(const std::vector<Deed>&, std::string_view since,
                                  std::string_view own_owner_id, Version);

// Watches those answers pass. What it tells in the end may have been made by these deeds; when
// that is nothing, none of them was done.
class Witness {
public:
    // `since` as above: what was created before that was made by somebody else.
    Witness(std::vector<Deed>, std::string_view since);

    void see(const Record&);
    void see(const Deletion&);

    struct Trace {
        Deed::Kind kind;
        std::string data_type, id, name;
    };
    // What was created since under the name or number of a deed that makes, also when it is deleted
    // again, or was edited after its creation, for it may have been renamed; what has another edit
    // sequence than a deed changes; what a deed removes and did not pass by.
    std::vector<Trace> traces() const;

private:
    bool may_be_made_by(const Deed&, const Record&) const;
    bool is_older(std::string_view created) const;

    std::vector<Deed> deeds_;
    std::vector<bool> seen_;  // the record of that deed
    std::string since_;
    std::vector<Trace> traces_;
};

}  // namespace qbxml::canonical
