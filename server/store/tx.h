// The verbs inside one transaction, grouped by noun. Each is one short function with its SQL beside
// it (tx_*.cpp). Times are parameters: the database's clock is not used.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/jobs/job.h"
#include "server/session/manners.h"
#include "server/session/session.h"
#include "server/store/company.h"
#include "server/store/connection.h"
#include "server/store/exchange.h"
#include "server/store/link.h"
#include "server/store/query.h"
#include "server/store/record.h"
#include "server/store/sync.h"

namespace server::store {

struct Attempt {
    base::JobId job = {};
    int number = 0;
    base::BatchId batch = {};
    base::Time ended_at = {};
    std::string outcome = {};  // done, more, refused, postponed, given_back, in_doubt
    std::string status_code = {};
    std::string message = {};
};

struct JobFilter {
    std::optional<base::CompanyId> company;
    std::optional<jobs::State> state;
    int limit = 100;
    base::JobId below = {};  // older than this one
};

// A job that another one comes after.
struct Parent {
    base::JobId id = {};
    jobs::State state = jobs::State::queued;
    std::string result = {};  // JSON of a job that is done
};

// How far the forgetting of ended jobs has come.
struct JobPruning {
    base::Time ended_at = {};  // of the last one that was looked at
    base::JobId job = {};
    int looked_at = 0;
    int pruned = 0;
};

// What somebody did to a company or a job.
struct Act {
    std::string id = {};
    base::Time at = {};
    base::CompanyId company = {};
    std::string actor = {};    // "cli:root", "key:orders"
    std::string verb = {};     // "job.retry"
    std::string subject = {};  // the job's id
    std::string detail = {};   // why, or what was there before
};

class Tx {
public:
    explicit Tx(Connection& connection, Durable durable = Durable::at_once)
        : connection_(connection), durable_(durable)
    {
    }

    // When its commit is on the disk: as the transaction was begun, unless what it came to do may
    // be lost to a power failure.
    Durable durable() const { return durable_; }
    void may_be_lost() { durable_ = Durable::soon; }

    // --- companies (tx_companies.cpp)
    void add_company(const Company&);
    void save_company(const Company&);
    std::optional<Company> find_company(const base::CompanyId&);
    std::optional<Company> find_company_by_user(std::string_view user_name);
    std::vector<Company> companies();
    // Host, company and preferences as QuickBooks last gave them; "" before the first session.
    std::string first_look(const base::CompanyId&);
    void save_first_look(const base::CompanyId&, std::string_view text, base::Time now);
    LoginGuard login_guard(std::string_view user_name, std::string_view address);
    void forget_login_failures(std::string_view user_name);
    // Forgets wrong passwords that delay nobody any more, of addresses that never had the right
    // one.
    void prune_login_guards(base::Time blocked_before);
    void save_login_guard(std::string_view user_name, std::string_view address, const LoginGuard&);

    // --- connections (tx_links.cpp); the defaults for a company of which nothing is kept
    CompanyLink link(const base::CompanyId&);
    void save_link(const CompanyLink&);
    LinkEvidence evidence(const base::CompanyId&);
    void save_evidence(const LinkEvidence&);
    // Every record type that was asked for was read to its end once, or failed, and nothing else
    // waits: only what would read it again.
    bool first_sync_ended(const base::CompanyId&);

    // --- events (tx_events.cpp)
    std::int64_t add_event(const Event&);           // its number
    std::vector<Event> events(const EventFilter&);  // oldest first
    // The number before the newest `count` of a company, or of all.
    std::int64_t event_before(const std::optional<base::CompanyId>&, int count);
    void prune_events(base::Time before);

    // --- sessions (tx_sessions.cpp)
    void add_session(const session::Session&, std::string_view ticket_hash);
    void save_session(const session::Session&);
    std::optional<session::Session> find_session(std::string_view ticket_hash);
    // Those of a company that are not closed.
    std::vector<session::Session> live_sessions(const base::CompanyId&);
    std::vector<session::Session> sessions_past_deadline(base::Time now);
    void prune_sessions(base::Time opened_before);  // of those that are closed

    // --- jobs (tx_jobs.cpp)
    // `after` names jobs that must be done first; those that are count no more.
    void add_job(const jobs::Job&, std::span<const base::JobId> after = {});
    // What an event made of it. Its children follow: released when it is done, held when it ended
    // otherwise, free again when it is tried again.
    void save_job(const jobs::Job&);
    // Another wish under the same id: body, operation, and what is known by its state.
    void save_job_body(const base::JobId&, std::string_view body);
    std::optional<jobs::Job> find_job(const base::JobId&);
    std::optional<jobs::Job> find_job_by_key(const base::CompanyId&, std::string_view key);
    std::vector<jobs::Job> list_jobs(const JobFilter&);  // newest first
    std::vector<Parent> parents(const base::JobId&);
    // The job that is running with no batch out: it has read a page and wants the next one.
    std::optional<jobs::Job> going_job(const base::CompanyId&, const session::Allowed& = {});
    // What may go now, by priority, time and id. What is not allowed is passed over.
    std::vector<jobs::Job> due_jobs(const base::CompanyId&, base::Time now, const session::Allowed&,
                                    int limit);
    // What is going, or the first that is due.
    std::optional<jobs::Job> next_job(const base::CompanyId&, base::Time now,
                                      const session::Allowed& = {});
    std::vector<jobs::Job> running_jobs(const base::CompanyId&);
    // At most 200.
    std::int64_t count_due(const base::CompanyId&, base::Time now, const session::Allowed& = {});
    std::int64_t count_jobs(const base::CompanyId&, jobs::State);
    // When the next job that is allowed may go, of those whose time is not over by then.
    std::optional<base::Time> next_run_at(const base::CompanyId&, base::Time now,
                                          const session::Allowed& = {});
    // Queued jobs whose time is over, at most so many.
    std::vector<jobs::Job> jobs_past_expiry(base::Time now, int limit);
    // From now on it does not heed the window, unless it has ended.
    void free_of_window(const base::JobId&);
    // Forgets jobs that ended before that time, with their attempts and keys: at most `limit`
    // behind a place, oldest first. Kept are writes and raw sets that have failed, and what another
    // job, a run or a message set names. Call again with what it gives until it looked at none.
    JobPruning prune_jobs(base::Time ended_before, const JobPruning& behind, int limit);
    // A newer QuickBooks answers: what waited for it may go.
    void release_upgrades(const base::CompanyId&);
    // A sync of that record type that has not ended.
    std::optional<jobs::Job> unfinished_sync(const base::CompanyId&, std::string_view data_type);
    void add_act(const Act&);
    // Newest first; of one company, or of one job.
    std::vector<Act> acts(std::string_view company_or_subject, int limit);

    // --- attempts and batches (tx_batches.cpp)
    void add_attempt(const Attempt&);
    std::vector<Attempt> attempts(const base::JobId&);
    void add_batch(const jobs::Batch&);
    void save_batch(const jobs::Batch&);
    std::optional<jobs::Batch> find_batch(const base::BatchId&);
    void prune_batches(base::Time sent_before);  // of those that are settled or were given back
    // The text of the message set in which a job was sent last; "" before the first.
    std::string last_sent(const base::JobId&);
    // The oldest that must be sent again before any other work.
    std::optional<jobs::Batch> batch_in_doubt(const base::CompanyId&);
    // Batches that went out again and got no answer either are in doubt as before.
    void return_resent_batches(const base::CompanyId&);

    // --- records (tx_records.cpp)
    // Writes nothing when the source is what is there already. A tombstone comes back to life.
    Put put_record(const base::CompanyId&, const RecordRow&, base::Time now);
    // Makes it a tombstone: everything as last seen, but deleted at `deleted_date` (a canonical
    // time; "" when nobody knows). False when there is nothing to delete: it was never read, or is
    // a tombstone already.
    bool delete_record(const base::CompanyId&, std::string_view data_type, std::string_view id,
                       std::string_view deleted_date, base::Time now);
    // Tombstones too.
    std::optional<std::string> find_record(const base::CompanyId&, std::string_view data_type,
                                           std::string_view id);
    std::optional<KeptRecord> find_kept(const base::CompanyId&, std::string_view data_type,
                                        std::string_view id);
    // Canonical JSON of every record of a type that is not deleted, by id; valid inside the call.
    void each_record(const base::CompanyId&, std::string_view data_type, std::int64_t limit,
                     const std::function<void(std::string_view json)>&);
    // Of those that are not deleted, by type.
    std::vector<std::pair<std::string, std::int64_t>> count_records(const base::CompanyId&);

    // A page of those that a filter lets through (tx_query.cpp).
    std::vector<FoundRecord> find_records(const base::CompanyId&, std::string_view data_type,
                                          const RecordQuery&);

    // --- what changed in the mirror (tx_changes.cpp)
    // Those after a cursor, oldest first. A cursor before `pruned_through` has missed some.
    std::vector<Change> changes(const base::CompanyId&, std::int64_t after, int limit);
    std::int64_t newest_change(const base::CompanyId&);  // 0 before the first
    std::int64_t pruned_through(const base::CompanyId&);
    void prune_changes(base::Time before);
    std::vector<VersionSeen> versions(const base::CompanyId&, std::string_view data_type,
                                      std::string_view id);  // oldest first

    // --- what a run that reads everything has met (tx_seen.cpp)
    // Marking an id again is harmless.
    void mark_seen(const base::CompanyId&, std::string_view run, std::string_view data_type,
                   std::span<const std::string_view> ids);
    // Makes tombstones, without a date, of the records that the run has not met: those of
    // `source_types` ("Check"; all when empty) that were stored before the run started and have not
    // changed since. At most `limit`; call again until it says 0, then forget the run.
    int sweep_unseen(const base::CompanyId&, std::string_view run, std::string_view data_type,
                     std::span<const std::string_view> source_types, base::Time started, int limit,
                     base::Time now);
    void forget_seen(std::string_view run);

    // --- records made anew (tx_remade.cpp)
    // The record as another conversion of the same source makes it. Unchanged when it says the
    // same, whatever `modifiedDate`.
    Put remake_record(const base::CompanyId&, const RecordRow&, base::Time now);
    std::vector<KeptRecord> kept_after(const base::CompanyId&, std::string_view data_type,
                                       std::string_view id, int limit);
    // Those that name something which was not known when they were made.
    std::vector<KeptRecord> unresolved_after(const base::CompanyId&, std::string_view data_type,
                                             std::string_view id, int limit);
    std::vector<ShelfState> shelves(const base::CompanyId&);
    void save_shelf(const base::CompanyId&, const ShelfState&);
    MirrorState mirror_state(const base::CompanyId&);
    void save_mirror_state(const base::CompanyId&, const MirrorState&);
    bool has_shelf(const base::CompanyId&, std::string_view data_type);
    bool has_record(const base::CompanyId&, std::string_view data_type, std::string_view id);
    std::optional<std::string> find_record_named(const base::CompanyId&, std::string_view data_type,
                                                 std::string_view name);

    // --- reports as read last (tx_reports.cpp)
    void put_report(const base::CompanyId&, const ReportKey&, std::string_view json,
                    std::string_view source, base::Time now);
    std::optional<KeptReport> find_report(const base::CompanyId&, const ReportKey&);
    // All that are kept of one type, the one read last first; their sources are left out.
    std::vector<KeptReport> reports(const base::CompanyId&, std::string_view data_type);

    // --- syncs (tx_sync.cpp)
    std::vector<SyncSetting> sync_settings(const base::CompanyId&);
    void save_sync_setting(const base::CompanyId&, const SyncSetting&);
    void forget_sync_setting(const base::CompanyId&, std::string_view data_type,
                             std::string_view name);
    std::vector<SyncState> sync_states(const base::CompanyId&);
    void save_sync_state(const base::CompanyId&, const SyncState&);
    // Companies that may be written to, of which something may be due.
    std::vector<base::CompanyId> companies_to_look_at(base::Time now);
    // True for the one process that looks now; the others look no earlier than `next`.
    bool take_look(const base::CompanyId&, base::Time now, base::Time next);
    void look_again(const base::CompanyId&);  // at the next tick
    void add_sync_run(const SyncRun&);
    void add_sync_part(std::string_view run_id, const SyncPart&);       // behind the others
    std::string sync_run_of(const base::JobId&);                        // the first, "" for none
    std::vector<SyncRun> sync_runs(const base::CompanyId&, int limit);  // newest first
    void prune_sync_runs(base::Time started_before);                    // their jobs stay
    int page_pace(const base::CompanyId&, std::string_view query);      // 0 before the first
    void save_page_pace(const base::CompanyId&, std::string_view query, int page_size);
    void add_linked_wait(const base::CompanyId&, const LinkedWait&);
    std::vector<LinkedWait> linked_waits(const base::CompanyId&, int limit);  // by type and id
    void drop_linked_wait(const base::CompanyId&, std::string_view data_type, std::string_view id);
    // What comparisons met that ended before they were complete; of those that failed later than
    // that it is kept, for they may be tried again and go on.
    void forget_seen_of_ended(base::Time failed_before);
    // The id of a record that follows another's, "" behind the last.
    std::string next_record_id(const base::CompanyId&, std::string_view data_type,
                               std::string_view after);

    // --- watermarks (tx_records.cpp)
    std::string watermark(const base::CompanyId&, std::string_view query);  // "" before the first
    void save_watermark(const base::CompanyId&, std::string_view query, std::string_view newest,
                        base::Time now);
    std::vector<Watermark> watermarks(const base::CompanyId&);
    void forget_watermarks(const base::CompanyId&);

    // --- live mode (tx_live.cpp)
    // Somebody waits for answers of the company; the newest time counts.
    void note_waiting(const base::CompanyId&, base::Time now);
    std::optional<base::Time> waited_at(const base::CompanyId&);

    // --- exchanges (tx_exchanges.cpp)
    // Of the session of that ticket; nothing when there is none.
    void add_exchange(std::string_view ticket_hash, const Exchange&);
    std::vector<Exchange> exchanges(const base::SessionId&);  // as they were
    int count_exchanges(const base::SessionId&);
    void prune_exchanges(base::Time begun_before);  // those of a session together
    std::optional<session::Session> session_by_id(const base::SessionId&);
    // Newest first; of every company when none is given.
    std::vector<session::Session> list_sessions(const std::optional<base::CompanyId>&, int limit);

private:
    void read_items(jobs::Batch&);
    void move_job_count(const base::CompanyId&, std::string_view state, int by);
    std::int64_t run(std::string_view sql, std::initializer_list<Param> params = {},
                     const OnRow& on_row = {});
    // For statements that must change exactly one row.
    void run_one(std::string_view verb, std::string_view sql, std::initializer_list<Param> params);

    // The number of a shelf; it is made when it is not there, or nullopt (tx_records.cpp).
    std::int64_t shelf(const base::CompanyId&, std::string_view data_type,
                       std::string_view made_by = {});
    std::optional<std::int64_t> known_shelf(const base::CompanyId&, std::string_view data_type);
    struct Held;  // what put_record finds in place of what it puts
    void insert_record(std::int64_t shelf, const RecordRow&, base::Time now);
    void update_record(std::int64_t shelf, const RecordRow&, base::Time now);
    // Numbers a change and writes it down (tx_changes.cpp).
    std::int64_t note_change(const base::CompanyId&, std::int64_t shelf, std::string_view id,
                             std::string_view kind, base::Time now);
    struct Step;
    void note_version(std::int64_t shelf, std::string_view id, const Step&);

    Connection& connection_;
    Durable durable_;
    // What this transaction has looked up already, and not changed since.
    struct Shelf {
        std::string company, data_type;
        std::int64_t number = 0;
    };
    std::vector<Shelf> shelves_ = {};
    std::string numbering_ = {};    // the company whose changes are numbered
    std::int64_t last_change_ = 0;  // of it
    std::optional<Company> company_ = {};
    std::optional<CompanyLink> link_ = {};
};

}  // namespace server::store
