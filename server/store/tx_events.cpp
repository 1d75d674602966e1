#include "server/base/ensure.h"
#include "server/store/rows.h"
#include "server/store/tx.h"

namespace server::store {

std::int64_t Tx::add_event(const Event& event)
{
    // Whoever holds the mark commits before the next one takes a number: no reader that has seen a
    // number ever finds a smaller one later.
    std::int64_t number = 0;
    run("UPDATE event_mark SET last = last + 1 WHERE id = 1 RETURNING last", {},
        [&](const Row& row) { number = row.integer(0); });
    base::ensure(number > 0, "the mark of the events is gone");
    run_one("add_event",
            R"(INSERT INTO event (number, at, company_id, what, reason, detail)
               VALUES ($1, $2, $3, $4, $5, $6))",
            {Param(number), param(event.at), param(event.company), param(event.what),
             param(event.reason), param(event.detail)});
    return number;
}

std::vector<Event> Tx::events(const EventFilter& filter)
{
    std::vector<Event> found;
    const auto take = [&](const Row& row) {
        found.push_back({.number = row.integer(0),
                         .at = time_at(row, 1),
                         .company = {text_at(row, 2)},
                         .what = text_at(row, 3),
                         .reason = text_at(row, 4),
                         .detail = text_at(row, 5)});
    };
    if (filter.company)
        run(R"(SELECT number, at, company_id, what, reason, detail FROM event
               WHERE company_id = $1 AND number > $2 ORDER BY number LIMIT $3)",
            {param(*filter.company), Param(filter.after), param(filter.limit)}, take);
    else
        run(R"(SELECT number, at, company_id, what, reason, detail FROM event
               WHERE number > $1 ORDER BY number LIMIT $2)",
            {Param(filter.after), param(filter.limit)}, take);
    return found;
}

std::int64_t Tx::event_before(const std::optional<base::CompanyId>& company, int count)
{
    std::int64_t number = 0;
    const auto take = [&](const Row& row) { number = row.integer(0); };
    if (company)
        run(R"(SELECT number FROM event WHERE company_id = $1
               ORDER BY number DESC LIMIT 1 OFFSET $2)",
            {param(*company), param(count)}, take);
    else
        run("SELECT number FROM event ORDER BY number DESC LIMIT 1 OFFSET $1", {param(count)},
            take);
    return number;
}

void Tx::prune_events(base::Time before)
{
    run("DELETE FROM event WHERE at < $1", {param(before)});
}

}  // namespace server::store
