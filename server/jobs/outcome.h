// What an answer means for the job whose batch it answers.
#pragma once

#include <string>
#include <string_view>

#include "qbxml/canonical/read.h"
#include "qbxml/response.h"
#include "server/jobs/job.h"

namespace server::jobs {

struct Verdict {
    enum class Kind {
        done,
        more,       // a page was read, or a query of several is complete; `cursor` goes on
        refused,    // it will not work until somebody changes something
        postponed,  // it may work later
        in_doubt,   // QuickBooks cannot say whether it was done: a person must look
        resend,     // it may have been done: the same text goes out again
    };
    Kind kind = Kind::done;
    Problem problem = {};        // unless done or more
    std::string breach = {};     // not empty: the session ends with this text
    Cursor cursor = {};          // of a sync, created and updated not yet counted
    std::string completed = {};  // query that was read to its end, its watermark may move
    std::string newest = {};     // to this text
    std::string result = {};     // JSON of a job that is done
    std::vector<qbxml::canonical::Record> records = {};  // into the mirror, whatever the verdict
    int read = 0;                                        // how many records the answer had
    std::string id = {}, edit_sequence = {};             // of the first
    std::vector<qbxml::canonical::Deletion> deletions = {};
    std::vector<std::string> times = {};  // TimeModified of the records, where a sync wants them
    std::string status_code = {};
};

// A readable answer, judged by its own requestIDs and statuses. An answer to another question is a
// breach: it settles nothing. With `on_record` the records are handed on one by one and none is
// kept in the verdict: for answers too long to hold their records at once.
Verdict judge(const Job&, const Batch&, const qbxml::ResponseSet&, const qbxml::canonical::Context&,
              const qbxml::canonical::OnRecord& on_record = {});
// QuickBooks threw: `hresult` and its text instead of an answer.
Verdict judge_failure(const Batch&, std::string_view hresult, std::string_view message);
// An answer that is none: empty, truncated, foreign. `why` says where it breaks.
Verdict judge_unreadable(const Batch&, std::string_view why);

}  // namespace server::jobs
