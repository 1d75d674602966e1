// The promises to one company file: jobs, and the batches (message sets) in which they travel.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/jobs/cursor.h"

namespace server::jobs {

enum class Kind {
    probe,        // host, company, preferences: which file is this, what does it understand
    sync,         // read a record type, whole or what changed
    write,        // create, update, delete or void one record
    raw,          // a message set given as qbXML
    interactive,  // ask the person at QuickBooks to a web page
};

enum class State { queued, running, done, failed, in_doubt, cancelled };

std::string_view to_text(Kind);
std::string_view to_text(State);
std::optional<Kind> kind_from_text(std::string_view);
std::optional<State> state_from_text(std::string_view);
inline bool ended(State s)
{
    return s == State::done || s == State::failed || s == State::cancelled;
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

struct Job {
    base::JobId id = {};
    base::CompanyId company = {};
    Kind kind = Kind::sync;
    State state = State::queued;
    std::string data_type = {};  // "customers"; "" for raw and interactive
    std::string operation = {};  // create, update, delete, void; full, delta
    std::string body = {};       // what is wanted: record JSON, qbXML, URL
    int priority = 100;          // lower goes first
    base::Time created_at = {};
    base::Time run_at = {};  // not before
    base::Time finished_at = {};
    int attempt = 0;
    std::optional<base::BatchId> batch = {};  // while running or in doubt
    Cursor cursor = {};
    std::string result = {};  // JSON text: id and edit sequence, counts
    std::optional<Problem> problem = {};

    bool operator==(const Job&) const = default;
};

enum class BatchState { sent, settled, given_back, in_doubt };
std::string_view to_text(BatchState);
std::optional<BatchState> batch_state_from_text(std::string_view);

// One message set: stored with its exact text before it is sent, re-sent byte for byte.
struct Batch {
    base::BatchId id = {};
    base::CompanyId company = {};
    base::JobId job = {};
    BatchState state = BatchState::sent;
    bool changes_books = false;  // carries its id as newMessageSetID
    int sendings = 1;            // how often it went out
    std::string text = {};
    base::Time sent_at = {};

    bool operator==(const Batch&) const = default;
};

}  // namespace server::jobs
