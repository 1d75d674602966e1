#include <algorithm>

#include "server/base/ensure.h"
#include "server/store/rows.h"
#include "server/store/tx.h"

namespace server::store {
namespace {

// Between requests: a character that XML, and so no requestID, can hold.
constexpr char gap = '\x1f';

std::string joined(const std::vector<std::string>& requests)
{
    std::string text;
    for (const std::string& request : requests)
        text.append(text.empty() ? "" : std::string(1, gap)).append(request);
    return text;
}

std::vector<std::string> parted(std::string_view text)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find(gap), text.size());
        parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

jobs::Batch batch_of(const Row& row)
{
    const auto state = jobs::batch_state_from_text(row.text(2));
    base::ensure(state.has_value(), "a batch row has a state that is none");
    return jobs::Batch{.id = {text_at(row, 0)},
                       .company = {text_at(row, 1)},
                       .requests = parted(row.text(5)),
                       .state = *state,
                       .changes_books = row.integer(3) != 0,
                       .sendings = int_at(row, 4),
                       .text = text_at(row, 6),
                       .sent_at = time_at(row, 7),
                       .look = {text_at(row, 8)},
                       .asked = row.integer(9) != 0};
}

std::string select_batches(std::string_view condition)
{
    return "SELECT id, company_id, state, changes_books, sendings, requests, text, sent_at, "
           "look, asked FROM batch " +
           std::string(condition);
}

}  // namespace

void Tx::add_attempt(const Attempt& a)
{
    // A batch that was sent again ends the same attempt again: the later end is the true one.
    run(R"(INSERT INTO attempt (job_id, number, batch_id, ended_at, outcome, status_code, message)
           VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT (job_id, number) DO UPDATE
           SET batch_id = excluded.batch_id, ended_at = excluded.ended_at,
               outcome = excluded.outcome, status_code = excluded.status_code,
               message = excluded.message)",
        {param(a.job), param(a.number), param(a.batch), param(a.ended_at), param(a.outcome),
         param(a.status_code), param(a.message)});
}

std::vector<Attempt> Tx::attempts(const base::JobId& job)
{
    std::vector<Attempt> found;
    run(R"(SELECT number, batch_id, ended_at, outcome, status_code, message FROM attempt
           WHERE job_id = $1 ORDER BY number)",
        {param(job)}, [&](const Row& row) {
            found.push_back({.job = job,
                             .number = int_at(row, 0),
                             .batch = {text_at(row, 1)},
                             .ended_at = time_at(row, 2),
                             .outcome = text_at(row, 3),
                             .status_code = text_at(row, 4),
                             .message = text_at(row, 5)});
        });
    return found;
}

void Tx::add_batch(const jobs::Batch& b)
{
    const std::string requests = joined(b.requests);
    run_one("add_batch",
            R"(INSERT INTO batch (id, company_id, state, changes_books, sendings, requests, text,
                                  sent_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8))",
            {param(b.id), param(b.company), param(to_text(b.state)), param(b.changes_books),
             param(b.sendings), param(requests), param(b.text), param(b.sent_at)});
    int position = 0;
    for (const jobs::BatchItem& item : b.items)
        run_one("add_batch",
                R"(INSERT INTO batch_item (batch_id, position, job_id, requests)
                   VALUES ($1, $2, $3, $4))",
                {param(b.id), param(position++), param(item.job), param(item.requests)});
}

void Tx::save_batch(const jobs::Batch& b)
{
    // The text never changes: what is sent again is what was sent.
    run_one("save_batch", R"(UPDATE batch
                             SET state = $2, sendings = $3, sent_at = $4, look = $5, asked = $6
                             WHERE id = $1 AND state <> 'settled')",
            {param(b.id), param(to_text(b.state)), param(b.sendings), param(b.sent_at),
             param(b.look), param(b.asked)});
}

std::optional<jobs::Batch> Tx::find_batch(const base::BatchId& id)
{
    std::optional<jobs::Batch> found;
    static const std::string sql = select_batches("WHERE id = $1");
    run(sql, {param(id)}, [&](const Row& row) { found = batch_of(row); });
    if (found) read_items(*found);
    return found;
}

void Tx::read_items(jobs::Batch& batch)
{
    run("SELECT job_id, requests FROM batch_item WHERE batch_id = $1 ORDER BY position",
        {param(batch.id)}, [&](const Row& row) {
            batch.items.push_back({{text_at(row, 0)}, int_at(row, 1)});
        });
}

std::optional<jobs::Batch> Tx::batch_in_doubt(const base::CompanyId& company)
{
    std::optional<jobs::Batch> found;
    static const std::string sql =
        select_batches("WHERE company_id = $1 AND state = 'in_doubt' ORDER BY sent_at, id LIMIT 1");
    run(sql, {param(company)}, [&](const Row& row) { found = batch_of(row); });
    if (found) read_items(*found);
    return found;
}

void Tx::return_resent_batches(const base::CompanyId& company)
{
    run(R"(UPDATE batch SET state = 'in_doubt'
           WHERE company_id = $1 AND state = 'sent' AND changes_books = 1
             AND EXISTS (SELECT 1 FROM batch_item JOIN job ON job.id = batch_item.job_id
                         WHERE batch_item.batch_id = batch.id AND job.state = 'in_doubt'
                           AND job.batch_id = batch.id))",
        {param(company)});
}

void Tx::prune_batches(base::Time sent_before)
{
    run(R"(DELETE FROM batch_item WHERE batch_id IN (SELECT id FROM batch
               WHERE state IN ('settled', 'given_back') AND sent_at < $1))",
        {param(sent_before)});
    run(R"(DELETE FROM batch WHERE state IN ('settled', 'given_back') AND sent_at < $1)",
        {param(sent_before)});
}

std::string Tx::last_sent(const base::JobId& job)
{
    std::string text;
    run(R"(SELECT batch.text FROM batch_item JOIN batch ON batch.id = batch_item.batch_id
           WHERE batch_item.job_id = $1 ORDER BY batch.sent_at DESC, batch.id DESC LIMIT 1)",
        {param(job)}, [&](const Row& row) { text = text_at(row, 0); });
    return text;
}

}  // namespace server::store
