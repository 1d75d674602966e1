// Enqueues and ends jobs for the people and programs of the host.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/canonical/ask.h"
#include "qbxml/canonical/write.h"
#include "qbxml/result.h"
#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/jobs/job.h"
#include "server/store/store.h"

namespace server::service {

// How a job is to be queued, beside what it does.
struct QueueOptions {
    std::string key = {};  // idempotency key, "" for none
    int priority = jobs::normal_priority;
    base::Time run_at = {};               // not before; {} = now
    base::Time expires_at = {};           // not sent from then on; {} = never
    std::vector<base::JobId> after = {};  // only when these are done
    jobs::OnConflict on_conflict = jobs::OnConflict::fail;
    bool ignore_window = false;  // at once, also outside the company's window
};

struct WriteWish {
    qbxml::canonical::Operation operation = qbxml::canonical::Operation::create;
    std::string data_type;
    std::string id = {};  // of the record, unless it is created; "$job_..." of one to be made
    std::string record_json = {};  // a merge patch on update; "" where there is none
    QueueOptions queue = {};
};

class JobDesk {
public:
    struct Limits {
        std::int64_t queued_max = 1'000'000;  // of one company; more are refused
    };
    // `actor` is who asks, for the audit: "cli:ann".
    JobDesk(const base::Clock& clock, base::Ids& ids, std::string actor = "host")
        : JobDesk(clock, ids, std::move(actor), Limits{})
    {
    }
    JobDesk(const base::Clock& clock, base::Ids& ids, std::string actor, Limits limits)
        : clock_(clock), ids_(ids), actor_(std::move(actor)), limits_(limits)
    {
    }

    // One job for each record type, in the order of a first sync; all types when none is named.
    // A type whose sync has not ended yet is joined instead of doubled, unless it should be `full`
    // and that one is not.
    qbxml::Result<std::vector<jobs::Job>> sync(const base::CompanyId&,
                                               const std::vector<std::string>& data_types,
                                               bool full, store::Store&,
                                               bool ignore_window = false);
    // A message set as qbXML; checked for the version that the company file speaks, if it is known.
    qbxml::Result<jobs::Job> raw(const base::CompanyId&, std::string qbxml, store::Store&,
                                 const QueueOptions& = {});
    // Certain records: by ListID or TxnID, by full name, by document number.
    qbxml::Result<jobs::Job> read(const base::CompanyId&, const std::string& data_type,
                                  const qbxml::canonical::Lookup&, store::Store&,
                                  const QueueOptions& = {});

    // balanceSheet, profitAndLoss, agedDebtors or agedCreditors, with parameters.
    qbxml::Result<jobs::Job> report(const base::CompanyId&, const std::string& data_type,
                                    const qbxml::canonical::ReportWish&, store::Store&,
                                    const QueueOptions& = {});

    // A canonical record to be written. Everything that can be known beforehand is refused at once.
    // An id "$job_..." anywhere in it stands for what that job will make; the write waits for it.
    struct Pushed {
        jobs::Job job;
        std::vector<qbxml::canonical::Refused> warnings;  // fields that were ignored
        std::string qbxml;                                // as it would go now; "" while it waits
        bool replayed = false;                            // the key was seen before
        // What goes in a second set once QuickBooks has given the ListID, "$ListID" in its place:
        // custom fields of a new list record. "" for nothing.
        std::string follow_up = {};
    };
    using Refusals = std::vector<qbxml::canonical::Refused>;
    qbxml::Result<Pushed, Refusals> push(const base::CompanyId&, const WriteWish&, store::Store&);
    // The same without queueing anything.
    qbxml::Result<Pushed, Refusals> prepare(const base::CompanyId&, const WriteWish&,
                                            store::Store&);
    // Creates, or updates where `id` is not empty.
    qbxml::Result<Pushed, Refusals> push(const base::CompanyId&, std::string_view data_type,
                                         std::string_view id, std::string_view record_json,
                                         store::Store&);

    // The question whose company file is open and what QuickBooks it is, as every session begins
    // with it; not sent any more after so long.
    qbxml::Result<jobs::Job> look(const base::CompanyId&, std::chrono::seconds good_for,
                                  store::Store&);

    // A page that the person at QuickBooks is asked to; `{sessionID}` in the URL stands for the
    // QuickBooks session.
    qbxml::Result<jobs::Job> interactive(const base::CompanyId&, std::string_view url,
                                         store::Store&);
    // The person is done with the page.
    qbxml::Result<jobs::Job> finish(const base::JobId&, store::Store&);

    // What people do to a job; each says why it cannot be done in the state the job is in, and each
    // is in the audit.
    qbxml::Result<jobs::Job> cancel(const base::JobId&, store::Store&);
    qbxml::Result<jobs::Job> retry(const base::JobId&, store::Store&);
    qbxml::Result<jobs::Job> ignore(const base::JobId&, std::string_view why, store::Store&);
    qbxml::Result<jobs::Job> unignore(const base::JobId&, store::Store&);
    // Another record in a write that has failed or was not sent yet; a failed one is tried again.
    qbxml::Result<Pushed, Refusals> edit(const base::JobId&, std::string_view record_json,
                                         store::Store&);
    // Of a job in doubt, by someone who looked into QuickBooks: it was done (as which record), or
    // not.
    qbxml::Result<jobs::Job> resolve(const base::JobId&, bool applied, std::string_view record_id,
                                     store::Store&);
    // Asks QuickBooks for what a job in doubt would have made or changed: the read job whose result
    // shows it.
    qbxml::Result<jobs::Job> probe(const base::JobId&, store::Store&);
    // All that have failed, of a company and with that problem code ("" = any); how many.
    qbxml::Result<int> retry_all(const base::CompanyId&, std::string_view code, store::Store&);
    qbxml::Result<int> ignore_all(const base::CompanyId&, std::string_view code,
                                  std::string_view why, store::Store&);

private:
    jobs::Job fresh(const base::CompanyId&, jobs::Kind, const QueueOptions& = {}) const;
    void note(store::Tx&, const jobs::Job&, std::string_view verb, std::string_view detail) const;
    template <class May, class Move>
    qbxml::Result<jobs::Job> act(const base::JobId&, store::Store&, std::string_view verb,
                                 std::string_view detail, std::string_view only, May, Move) const;
    template <class Move>
    qbxml::Result<int> act_on_failed(const base::CompanyId&, std::string_view code,
                                     std::string_view verb, std::string_view detail, store::Store&,
                                     Move) const;
    struct Queued {
        std::optional<jobs::Job> job;
        bool replayed = false;
        qbxml::Error refused;
    };
    Queued enqueue(store::Tx&, jobs::Job, const std::vector<base::JobId>& after) const;
    qbxml::Result<jobs::Job> queued(const jobs::Job&, const std::vector<base::JobId>& after,
                                    store::Store&) const;
    struct Draft {
        jobs::Job job;
        std::vector<base::JobId> after;
    };
    qbxml::Result<Draft, Refusals> draft_of(const base::CompanyId&, const WriteWish&) const;
    qbxml::Result<Pushed, Refusals> prepared_of(const Draft&, store::Store&) const;

    const base::Clock& clock_;
    base::Ids& ids_;
    std::string actor_;
    Limits limits_;
};

}  // namespace server::service
