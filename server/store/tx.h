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

namespace server::store {

// A record of the mirror as it is put in.
struct RecordRow {
    std::string_view data_type, id, source_type, name, edit_sequence, time_modified;
    std::string_view json;
    std::string_view source;  // what QuickBooks said, without the layout between elements
};
enum class Put { created, updated, unchanged };

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
};

class Tx {
public:
    explicit Tx(Connection& connection) : connection_(connection) {}

    // --- companies (tx_companies.cpp)
    void add_company(const Company&);
    void save_company(const Company&);
    std::optional<Company> find_company(const base::CompanyId&);
    std::optional<Company> find_company_by_user(std::string_view user_name);
    std::vector<Company> companies();
    // Host, company and preferences as QuickBooks last gave them; "" before the first session.
    std::string first_look(const base::CompanyId&);
    void save_first_look(const base::CompanyId&, std::string_view text, base::Time now);
    void note_sync();
    LoginGuard login_guard(std::string_view user_name, std::string_view address);
    void forget_login_failures(std::string_view user_name);
    // Forgets wrong passwords that delay nobody any more, of addresses that never had the right
    // one.
    void prune_login_guards(base::Time blocked_before);
    void save_login_guard(std::string_view user_name, std::string_view address, const LoginGuard&);

    // --- sessions (tx_sessions.cpp)
    void add_session(const session::Session&, std::string_view ticket_hash);
    void save_session(const session::Session&);
    std::optional<session::Session> find_session(std::string_view ticket_hash);
    // Those of a company that are not closed.
    std::vector<session::Session> live_sessions(const base::CompanyId&);
    std::vector<session::Session> sessions_past_deadline(base::Time now);
    void prune_sessions(base::Time opened_before);  // of those that are closed

    // --- jobs (tx_jobs.cpp)
    void add_job(const jobs::Job&);
    void save_job(const jobs::Job&);
    std::optional<jobs::Job> find_job(const base::JobId&);
    std::vector<jobs::Job> list_jobs(const JobFilter&);  // newest first
    // The job that goes next: continues what is running, then by priority, time and id; pages for
    // the person come last. What is not allowed now is passed over.
    std::optional<jobs::Job> next_job(const base::CompanyId&, base::Time now,
                                      const session::Allowed& = {});
    std::vector<jobs::Job> running_jobs(const base::CompanyId&);
    std::int64_t count_due(const base::CompanyId&, base::Time now, const session::Allowed& = {});
    std::optional<base::Time> next_run_at(const base::CompanyId&, const session::Allowed& = {});
    // A sync of that record type that has not ended.
    std::optional<jobs::Job> unfinished_sync(const base::CompanyId&, std::string_view data_type);
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
    // Writes nothing when the source is what is there already.
    Put put_record(const base::CompanyId&, const RecordRow&, base::Time now);
    std::optional<std::string> find_record(const base::CompanyId&, std::string_view data_type,
                                           std::string_view id);
    // Canonical JSON of every record of a type, by id; valid inside the call.
    void each_record(const base::CompanyId&, std::string_view data_type, std::int64_t limit,
                     const std::function<void(std::string_view json)>&);
    std::vector<std::pair<std::string, std::int64_t>> count_records(const base::CompanyId&);
    std::string watermark(const base::CompanyId&, std::string_view query);  // "" before the first
    void save_watermark(const base::CompanyId&, std::string_view query, std::string_view newest,
                        base::Time now);
    void forget_watermarks(const base::CompanyId&);

private:
    std::int64_t run(std::string_view sql, std::initializer_list<Param> params = {},
                     const OnRow& on_row = {});
    // For statements that must change exactly one row.
    void run_one(std::string_view verb, std::string_view sql, std::initializer_list<Param> params);

    Connection& connection_;
};

}  // namespace server::store
