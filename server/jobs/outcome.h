// What an answer means for the jobs whose batch it answers.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/canonical/read.h"
#include "qbxml/response.h"
#include "qbxml/value.h"
#include "server/jobs/job.h"

namespace server::jobs {

// What it means for one job.
struct Verdict {
    enum class Kind {
        done,
        more,       // a page was read, or a query of several is complete; `cursor` goes on
        refused,    // it will not work until somebody changes something
        postponed,  // it may work later
        in_doubt,   // QuickBooks cannot say whether it was done: a person must look
        resend,     // it may have been done: the same text goes out again
        split,      // something in the set is unreadable: again, in smaller company
        refresh,    // the record was changed meanwhile, and the change is to win over that
    };
    Kind kind = Kind::done;
    Problem problem = {};        // unless done or more
    Cursor cursor = {};          // of a sync, created and updated not yet counted
    std::string completed = {};  // query that was read to its end, its watermark may move
    std::string newest = {};     // to this text
    std::string result = {};     // JSON of a job that is done
    std::vector<qbxml::canonical::Record> records = {};  // into the mirror, whatever the verdict
    int read = 0;                                        // how many records the answer had
    std::string id = {}, edit_sequence = {};             // of the first
    std::vector<qbxml::canonical::Deletion> deletions = {};
    std::vector<qbxml::canonical::Void> voids = {};
    std::vector<std::string> times = {};  // TimeModified of the records, where a sync wants them
    std::vector<Applied> applied = {};    // of a raw set that was not done as a whole: what is
    qbxml::Value::Array found = {};       // of a read: the first records, by id and name
    std::string status_code = {};
    std::string message = {};  // QuickBooks' words with that status
};

struct Judgement {
    std::string breach = {};             // not empty: the session ends with this text
    std::vector<Verdict> verdicts = {};  // one for each item of the batch, in its order
};

// `jobs` are those of the batch's items, in that order.
using JobsOut = std::span<const Job>;

// A readable answer, judged by its own requestIDs and statuses, each job by its own. An answer to
// another question is a breach: it settles nothing. With `on_record` the records are handed on one
// by one, with the place of their job, and none is kept in the verdicts: for answers too long to
// hold their records at once.
using OnRecordOf = std::function<void(std::size_t item, qbxml::canonical::Record&&)>;
Judgement judge(JobsOut, const Batch&, const qbxml::ResponseSet&, const qbxml::canonical::Context&,
                const OnRecordOf& on_record = {});
// QuickBooks threw: `hresult` and its text instead of an answer.
Judgement judge_failure(const Batch&, std::string_view hresult, std::string_view message);
// An answer that is none: empty, truncated, foreign. `why` says where it breaks.
Judgement judge_unreadable(const Batch&, std::string_view why);

}  // namespace server::jobs
