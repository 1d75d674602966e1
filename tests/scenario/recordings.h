// Sessions as the server recorded them, played again against it.
#pragma once

#include "server/store/store.h"
#include "tests/scenario/ground.h"
#include "tests/scenario/office.h"

namespace scenario {

// Plays the company's latest recorded session on `stage`, another database: every answer is the
// same as it was, to the byte. Throws Broken naming the first that is not.
void check_recording(server::store::Store&, const Office&, Ground& stage);

}  // namespace scenario
