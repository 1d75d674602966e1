// A message set that changes the books, and whose answer was lost: how it comes to its end.
//
// Sending it again, byte for byte, is safe while QuickBooks keeps its answer: a message set id that
// it knows is answered from its record. But QuickBooks may have done it and failed to keep the
// answer (9005, a full disk), and then the same text would be done again. So QuickBooks is looked
// into first:
//   no trace of it            -> it was not done: the same bytes go out again
//   something that may be it  -> QuickBooks is asked for the answer it keeps under that id; when it
//                                keeps none (600) a person decides, and sees what was found
// Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "qbxml/canonical/deeds.h"
#include "server/jobs/planner.h"

namespace server::jobs {

inline constexpr std::string_view look_operation = "look";

// True when QuickBooks can be looked into: the set makes, changes or removes records of the model.
// What else it holds may be done twice without harm.
bool leaves_traces(const Batch&);

// The job that looks, with nothing of its own but kind, operation, body and note.
Job look_for(const Batch&);
bool is_look(const Job&);
// What it asks; no requests when this QuickBooks has none of the record types.
qbxml::MessageSet look_requests(const Job& look, const Facts&);
qbxml::canonical::Witness witness_of(const Job& look);
qbxml::Value::Array found_by(const qbxml::canonical::Witness&);

// What came of a look that is over. Where it failed, something may be there.
struct Sight {
    bool clear = false;  // no trace
    std::string found;   // "invoices 1042 (5F-1); customers Ann (80000001-1)"
};
// `known_before`: whether the mirror had this record before the set was sent last; then it is not
// of this set.
using KnownBefore = std::function<bool(std::string_view data_type, std::string_view id)>;
Sight sight_of(const Job& look, const KnownBefore&);

// Asks for the answer that QuickBooks keeps under the id of the set, and for nothing else: the form
// is that of a message set without requests that names the id as old and as new (SDK, error
// recovery).
std::string question_for(const Batch&);

// The words that are out, or go out, for a batch: its own, or the question.
std::string words_of(const Batch&);

}  // namespace server::jobs
