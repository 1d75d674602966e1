// What must hold: always, and when everything has come to rest.
#pragma once

#include <string>
#include <vector>

#include "server/store/store.h"
#include "tests/scenario/office.h"

namespace scenario {

// The invariants of every table, between any two calls. Throws Broken naming the first that does
// not hold, with the rows.
void check_invariants(server::store::Store&);
// Those that only the end is worth the time of.
void check_last_invariants(server::store::Store&);

// Every promise is kept or plainly told: nothing lost, nothing twice, nothing stuck, nothing given
// up before so many attempts that might have passed by itself.
void check_promises(server::store::Store&, const Office&, int attempts_max);

// The mirror says what the books say. `whole`: to the letter, and nothing else; without it by ids
// and edit sequences, as far as asking for changes can show (what went is gone when deletions were
// asked for, too).
void check_mirror(server::store::Store&, Office&, const std::vector<std::string>& types,
                  bool whole);

// Nothing is left that would be done without anybody's help.
bool is_quiet(server::store::Store&, const Office&);
std::string jobs_as_text(server::store::Store&, const Office&);

}  // namespace scenario
