#include "server/base/compress.h"
#include "server/store/rows.h"
#include "server/store/tx.h"

namespace server::store {

void Tx::add_exchange(std::string_view ticket_hash, const Exchange& e)
{
    const auto packed =
        e.packed.empty() ? base::thread_packer().pack(e.said) : std::string_view(e.packed);
    run(R"(INSERT INTO exchange (session_id, number, at, method, redacted, whole, said)
           SELECT id, (SELECT COALESCE(MAX(number), 0) + 1 FROM exchange
                       WHERE session_id = session.id),
                  $2, $3, $4, $5, $6
           FROM session WHERE ticket_hash = $1)",
        {param(ticket_hash), param(e.at), param(e.method), param(e.redacted), param(e.whole),
         Bytes{packed}});
}

std::vector<Exchange> Tx::exchanges(const base::SessionId& session)
{
    std::vector<Exchange> found;
    run(R"(SELECT number, at, method, redacted, whole, said FROM exchange
           WHERE session_id = $1 ORDER BY number)",
        {param(session)}, [&](const Row& row) {
            found.push_back({.number = int_at(row, 0),
                             .at = time_at(row, 1),
                             .method = text_at(row, 2),
                             .redacted = row.integer(3) != 0,
                             .whole = row.integer(4) != 0,
                             .said = base::unpack(row.bytes(5))});
        });
    return found;
}

int Tx::count_exchanges(const base::SessionId& session)
{
    int count = 0;
    run("SELECT COUNT(number) FROM exchange WHERE session_id = $1", {param(session)},
        [&](const Row& row) { count = int_at(row, 0); });
    return count;
}

void Tx::prune_exchanges(base::Time begun_before)
{
    run(R"(DELETE FROM exchange WHERE session_id IN
               (SELECT session_id FROM exchange WHERE number = 1 AND at < $1))",
        {param(begun_before)});
}

}  // namespace server::store
