// Since when a delta asks. Pure.
//
// QuickBooks compares in its own wall clock, so the watermark is such a text as QuickBooks gave it:
// whatever the clock of that PC says, its changes are measured by it. Our own clock only measures
// how long a run took, and bounds texts from a future that never came.
#pragma once

#include <string>
#include <string_view>

#include "server/base/clock.h"

namespace server::jobs {

// A query that was read to its end.
struct ReadRun {
    std::string_view previous;  // the watermark before it, "" for none
    std::string_view newest;    // the largest TimeModified it brought, "" for none
    base::Time asked_at = {};   // its first request
    base::Time answered_at = {};
    bool whole = false;  // everything, not only what changed
};

// What was true when the run began: nothing that changed before it was missed, so the next delta
// needs to ask for no more. "" when nothing is known yet.
//
// A change made while the run went on may have been missed, and one that was not may be the newest:
// so the time the run took is taken off. A text later than our clock allows (the PC's clock was in
// the future once) counts as now; it would hide every change until that time. When the PC's zone
// changed, the difference is taken off too.
std::string watermark_after(const ReadRun&);

// A record that was written a moment ago tells what the PC's clock says. A watermark later than
// that would hide every change until the clock has caught up: what it must be then, so that nothing
// since the last complete run is missed, `since_run` ago; "" when it may stay.
std::string put_back(std::string_view watermark, std::string_view written_at,
                     std::chrono::seconds since_run);

// The FromModifiedDate of a delta, two hours before its watermark: QuickBooks' times are off by an
// hour for half of the year, and an hour comes twice when clocks go back. "" asks for everything.
std::string delta_from(std::string_view watermark);

}  // namespace server::jobs
