// The promises to one company file: jobs, and the batches (message sets) in which they travel.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/jobs/cursor.h"

namespace server::jobs {

enum class Kind {
    probe,        // host, company, preferences: which file is this, what does it understand
    sync,         // read a record type, whole or what changed
    read,         // read certain records: by id, name or number
    write,        // create, update, delete or void one record
    report,       // ask for a report with its parameters
    raw,          // a message set given as qbXML
    interactive,  // ask the person at QuickBooks to a web page
};

enum class State {
    queued,
    running,
    done,
    failed,
    in_doubt,  // it went out, no answer came: it may have been done
    cancelled,
    expired,  // its time was over before it was sent
    ignored,  // it failed, and a person said that this is well
};

// What a queued job waits for beside its time and its turn.
enum class Hold {
    none,
    parent,   // a job that must be done first has ended otherwise
    upgrade,  // this QuickBooks is too old for it
};

// What a stale edit sequence (3200) comes to.
enum class OnConflict { fail, latest };
enum class Refresh {
    none,
    wanted,  // the record is read before the change is sent once more
    had,     // the record was read; a second conflict is final
};

std::string_view to_text(Kind);
std::string_view to_text(State);
std::string_view to_text(Hold);        // "", "parent", "upgrade"
std::string_view to_text(OnConflict);  // "fail", "latest"
std::string_view to_text(Refresh);     // "", "wanted", "had"
std::optional<Kind> kind_from_text(std::string_view);
std::optional<State> state_from_text(std::string_view);
std::optional<Hold> hold_from_text(std::string_view);
std::optional<OnConflict> on_conflict_from_text(std::string_view);
std::optional<Refresh> refresh_from_text(std::string_view);
inline bool ended(State s)
{
    return s != State::queued && s != State::running && s != State::in_doubt;
}

// Why a job failed, or what stands in its way.
struct Problem {
    std::string code;         // a stable word: "stale_edit_sequence"
    std::string status_code;  // statusCode or HRESULT, "" when it was neither
    std::string message;      // QuickBooks' own words, or ours
    std::string cause;
    std::string remedy;
    std::string actor;  // caller, user, operator

    bool operator==(const Problem&) const = default;
};

// Lower goes first. What somebody waits for comes before bulk reads, pages for the person last.
inline constexpr int high_priority = 50;
inline constexpr int normal_priority = 100;
inline constexpr int low_priority = 150;
inline constexpr int sync_priority = 200;
inline constexpr int page_priority = 1000;

struct Job {
    base::JobId id = {};
    base::CompanyId company = {};
    Kind kind = Kind::sync;
    State state = State::queued;
    std::string data_type = {};  // "customers"; "" for raw and interactive
    std::string operation = {};  // create, update, delete, void; full, delta; probe, look
    std::string body = {};       // what is wanted: record JSON, qbXML, URL
    int priority = normal_priority;
    base::Time created_at = {};
    base::Time run_at = {};  // not before
    base::Time finished_at = {};
    base::Time expires_at = {};  // not sent from then on; {} = never
    int attempt = 0;
    int losses = 0;     // sessions that ended while it was out, since its last answer
    int together = 0;   // with how many jobs at most it may share a message set; 0 = no limit
    int waits_for = 0;  // how many jobs must be done first and are not
    bool ignore_window = false;  // it goes at once, also outside the window of its company
    Hold hold = Hold::none;
    OnConflict on_conflict = OnConflict::fail;
    Refresh refresh = Refresh::none;
    std::string key = {};                     // idempotency key, "" for none
    std::string wish_hash = {};               // SHA-256 of what was asked for under the key
    std::string note = {};                    // what a person said of it: why it is ignored
    std::optional<base::BatchId> batch = {};  // while running or in doubt
    Cursor cursor = {};
    std::string result = {};  // JSON text: id and edit sequence, counts
    std::optional<Problem> problem = {};

    bool operator==(const Job&) const = default;
};

enum class BatchState { sent, settled, given_back, in_doubt };
std::string_view to_text(BatchState);
std::optional<BatchState> batch_state_from_text(std::string_view);

// A job's part of a message set: so many requests, in the order of the batch's items.
struct BatchItem {
    base::JobId job = {};
    int requests = 1;

    bool operator==(const BatchItem&) const = default;
};

// One message set: stored with its exact text before it is sent, re-sent byte for byte.
struct Batch {
    base::BatchId id = {};
    base::CompanyId company = {};
    std::vector<BatchItem> items = {};  // at least one
    // The names of all requests in order, for telling the answers apart: "CustomerQueryRq", or
    // "CustomerQueryRq=7" where the request brought its own requestID.
    std::vector<std::string> requests = {};
    BatchState state = BatchState::sent;
    bool changes_books = false;  // carries its id as newMessageSetID
    int sendings = 1;            // how often it went out
    std::string text = {};
    base::Time sent_at = {};
    // When its answer was lost (jobs/recovery.h): the job that looks in QuickBooks for what it did,
    // and whether what is out now is the question for its answer instead of its text.
    base::JobId look = {};
    bool asked = false;

    bool operator==(const Batch&) const = default;
};

}  // namespace server::jobs
