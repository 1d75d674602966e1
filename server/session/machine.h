// The rules of one QBWC session: pure functions over a value. No clock, no store, no qbXML.
//
// Each takes the session and what happened and gives the next session and what the caller owes the
// jobs. A session that is unknown has no value: its answers are the fixed ones below.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "server/session/session.h"

namespace server::session {

struct Limits {
    std::chrono::seconds idle{15 * 60};  // without a call, while nothing is out
    std::chrono::seconds busy{60 * 60};  // QuickBooks may take long over one message set
};

enum class Work {
    none,
    hand_out,   // send the text of the batch that is now out
    repeat,     // send the same text again
    settle,     // take the answer into the books
    give_back,  // the batch that was out has no answer: its jobs go back, or into doubt
};

struct Step {
    Session next;
    Work work = Work::none;
};

// What the caller found to do, asked when wants_work().
struct Nothing {
    std::string text;  // what the bookkeeper reads when the run ends here
};
struct Soon {};  // a job is due within moments: QBWC waits five seconds and asks again
struct Batch {
    base::BatchId id;
};
struct Page {
    base::JobId job;  // the person is asked to a web page
};
using Offer = std::variant<Nothing, Soon, Batch, Page>;

bool wants_work(const Session&);
Step on_send(Session, const Offer&, base::Time now, const Limits& = {});

// What an arriving answer is, before anyone reads it. `answer` is its SHA-256. The same response
// text again is a repeat also while the next batch is out, for it names the requests it answers; an
// error code without a response may rightly come twice.
enum class Receipt { settle, repeat, unasked };
Receipt receipt_of(const Session&, std::string_view answer, bool has_response);

// What settling came to.
struct Tally {
    int percent = 0;    // of the work known now; 0-100
    bool more = false;  // something is left for this session
    int done = 0;       // jobs
    int failed = 0;
    std::string breach;  // not empty: the answer was no answer, or QuickBooks is gone; for people
};
// The number to answer stands in `next.number`.
Step on_receive(Session, const Tally&, std::string_view answer, base::Time now, const Limits& = {});
// An answer that nobody asked for.
Step on_unasked(Session, base::Time now);

// QuickBooks could not be reached. `path` is the company file to try, nullopt: give up ("done").
struct Retry {
    std::optional<std::string> path;
    std::string text;  // what happened and what to do, for getLastError
};
Step on_connection_error(Session, const Retry&, base::Time now, const Limits& = {});

// The page: the person is done with it, or refused it.
Step on_interactive_done(Session, base::Time now, const Limits& = {});
Step on_interactive_rejected(Session, std::string_view text, base::Time now, const Limits& = {});

Step on_close(Session);
Step on_deadline(Session);
Step on_newer_session(Session);
Step on_wrong_file(Session, std::string_view text);

// What getLastError answers.
std::string last_error(const Session&);

inline constexpr std::string_view no_session_text =
    "This run of the Web Connector has ended or is not known to the server. Nothing was lost. "
    "Please start the update again.";
inline constexpr std::string_view replaced_text =
    "Another Web Connector has begun an update of the same company, and the server goes on with "
    "that one. Nothing was lost. If two computers update this company, one of them is enough.";

// --- connectionError -------------------------------------------------------------------------

struct FileChoice {
    std::string pinned;   // path set by the operator, "" for none
    std::string learned;  // path of the linked file as seen in earlier sessions, "" before
};
// Which file to try next: at most two more tries, none where trying cannot help. With a pinned path
// that path once more, then the file that is open; else the learned path when none was open, or the
// open file once more. (Intuit's guide: no more than two retries for one cause.)
std::optional<std::string> next_file(std::string_view hresult, int tries, const FileChoice&);

}  // namespace server::session
