#include <array>

#include "server/base/ensure.h"
#include "server/store/rows.h"
#include "server/store/tx.h"

namespace server::store {
namespace {

constexpr std::array<std::pair<session::State, std::string_view>, 5> states{{
    {session::State::open, "open"},
    {session::State::busy, "busy"},
    {session::State::interactive, "interactive"},
    {session::State::closing, "closing"},
    {session::State::closed, "closed"},
}};

std::string_view text_of(session::State state)
{
    for (const auto& [member, word] : states)
        if (member == state) return word;
    base::unreachable();
}

session::State state_of(std::string_view text)
{
    for (const auto& [member, word] : states)
        if (word == text) return member;
    throw base::Bug("a session row has a state that is none");
}

session::Session session_of(const Row& row)
{
    return session::Session{.id = {text_at(row, 0)},
                            .company = {text_at(row, 1)},
                            .state = state_of(row.text(2)),
                            .batch = id_at<base::BatchId>(row, 3),
                            .interactive = id_at<base::JobId>(row, 4),
                            .opened_at = time_at(row, 5),
                            .deadline = time_at(row, 6),
                            .identified = row.integer(7) != 0,
                            .qbxml_major = int_at(row, 8),
                            .qbxml_minor = int_at(row, 9),
                            .company_file = text_at(row, 10),
                            .batches = int_at(row, 11),
                            .jobs_done = int_at(row, 12),
                            .jobs_failed = int_at(row, 13),
                            .connection_tries = int_at(row, 14),
                            .number = int_at(row, 15),
                            .answer = text_at(row, 16),
                            .no_op = row.integer(17) != 0,
                            .last_error = text_at(row, 18)};
}

std::string select_sessions(std::string_view condition)
{
    return "SELECT id, company_id, state, batch_id, interactive_job, opened_at, deadline, "
           "identified, qbxml_major, qbxml_minor, company_file, batches, jobs_done, jobs_failed, "
           "connection_tries, number, answer, no_op, last_error FROM session " +
           std::string(condition);
}

}  // namespace

void Tx::add_session(const session::Session& s, std::string_view ticket_hash)
{
    run_one(
        "add_session",
        R"(INSERT INTO session (id, ticket_hash, company_id, state, batch_id, interactive_job,
                                    opened_at, deadline, identified, qbxml_major, qbxml_minor,
                                    company_file, batches, jobs_done, jobs_failed,
                                    connection_tries, number, answer, no_op, last_error)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                       $18, $19, $20))",
        {param(s.id),         param(ticket_hash),   param(s.company),     param(text_of(s.state)),
         param(s.batch),      param(s.interactive), param(s.opened_at),   param(s.deadline),
         param(s.identified), param(s.qbxml_major), param(s.qbxml_minor), param(s.company_file),
         param(s.batches),    param(s.jobs_done),   param(s.jobs_failed), param(s.connection_tries),
         param(s.number),     param(s.answer),      param(s.no_op),       param(s.last_error)});
}

void Tx::save_session(const session::Session& s)
{
    run_one("save_session",
            R"(UPDATE session
               SET state = $2, batch_id = $3, interactive_job = $4, deadline = $5, identified = $6,
                   qbxml_major = $7, qbxml_minor = $8, company_file = $9, batches = $10,
                   jobs_done = $11, jobs_failed = $12, connection_tries = $13, number = $14,
                   answer = $15, no_op = $16, last_error = $17
               WHERE id = $1 AND state <> 'closed')",
            {param(s.id), param(text_of(s.state)), param(s.batch), param(s.interactive),
             param(s.deadline), param(s.identified), param(s.qbxml_major), param(s.qbxml_minor),
             param(s.company_file), param(s.batches), param(s.jobs_done), param(s.jobs_failed),
             param(s.connection_tries), param(s.number), param(s.answer), param(s.no_op),
             param(s.last_error)});
}

std::optional<session::Session> Tx::find_session(std::string_view ticket_hash)
{
    std::optional<session::Session> found;
    static const std::string sql = select_sessions("WHERE ticket_hash = $1");
    run(sql, {param(ticket_hash)}, [&](const Row& row) { found = session_of(row); });
    return found;
}

std::vector<session::Session> Tx::live_sessions(const base::CompanyId& company)
{
    std::vector<session::Session> found;
    static const std::string sql = select_sessions(
        "WHERE company_id = $1 AND state IN ('open', 'busy', 'interactive') ORDER BY opened_at");
    run(sql, {param(company)}, [&](const Row& row) { found.push_back(session_of(row)); });
    return found;
}

std::vector<session::Session> Tx::sessions_past_deadline(base::Time now)
{
    std::vector<session::Session> found;
    static const std::string sql =
        select_sessions("WHERE deadline <= $1 AND state <> 'closed' ORDER BY deadline LIMIT 100");
    run(sql, {param(now)}, [&](const Row& row) { found.push_back(session_of(row)); });
    return found;
}

std::optional<session::Session> Tx::session_by_id(const base::SessionId& id)
{
    std::optional<session::Session> found;
    static const std::string sql = select_sessions("WHERE id = $1");
    run(sql, {param(id)}, [&](const Row& row) { found = session_of(row); });
    return found;
}

std::vector<session::Session> Tx::list_sessions(const std::optional<base::CompanyId>& company,
                                                int limit)
{
    std::vector<session::Session> found;
    static const std::string sql = select_sessions(
        "WHERE company_id = $1 OR $1 IS NULL ORDER BY opened_at DESC, id DESC LIMIT $2");
    run(sql, {param(company), param(limit)},
        [&](const Row& row) { found.push_back(session_of(row)); });
    return found;
}

void Tx::prune_sessions(base::Time opened_before)
{
    run("DELETE FROM session WHERE state = 'closed' AND opened_at < $1", {param(opened_before)});
}

}  // namespace server::store
