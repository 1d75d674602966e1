// How much goes into one message set, so that QuickBooks answers within a few seconds: records into
// a page, changes into a set that writes. Pure.
#pragma once

namespace server::jobs {

struct PaceBounds {
    int page_min = 20;
    int page_max = 500;
    double seconds_min = 2.0;  // an answer that took less could have been longer
    double seconds_max = 5.0;  // one that took more keeps the bookkeeper waiting
};

// A page that came.
struct PageTaken {
    int page_size = 100;  // asked for
    int records = 0;      // that it had
    bool first = false;   // the first of its iterator: QuickBooks collects the whole result for it
    double seconds = 0;   // from request to answer; 0 = not known
};

// The size of the next page, at most twice and at least half of this one. A first page never makes
// the pages smaller: what it took is not the doing of its size.
int next_page_size(const PageTaken&, const PaceBounds&);

// What one request that changes the books takes, in milliseconds: the experience so far (0 = none)
// and a set that was answered. Lately counts more than long ago, one slow set not all.
int write_pace(int milliseconds_so_far, int requests, double seconds);
// How many such requests fit into the seconds that an answer may take; at least one, at most so
// many.
int writes_that_fit(int milliseconds_each, int requests_max, const PaceBounds&);

}  // namespace server::jobs
