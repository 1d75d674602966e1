#include "tests/scenario/witness.h"

#include <fmt/format.h>

#include "qbxml/value.h"

namespace scenario {

using namespace server;

std::int64_t Witness::follow(store::Tx& tx, const Office& office, std::int64_t after, Live& live)
{
    for (;;) {
        const auto page = tx.changes(office.company.id, after, 100);
        if (page.empty()) return after;
        for (const auto& change : page) {
            if (change.seq <= after) throw Broken("the change log goes back");
            after = change.seq;
            auto& ids = live[change.data_type];
            const bool known = ids.contains(change.id);
            if (change.kind == "created" && known)
                throw Broken(fmt::format("{} was created twice in the log", change.id));
            if (change.kind != "created" && !known)
                throw Broken(fmt::format("{} is {} in the log and never was created", change.id,
                                         change.kind));
            if (change.kind == "deleted")
                ids.erase(change.id);
            else
                ids.insert(change.id);
        }
    }
}

void Witness::read_on(store::Store& store)
{
    store.read([&](store::Tx& tx) { last_ = follow(tx, office_, last_, live_); });
}

void Witness::look_at_syncs(store::Store& store)
{
    const auto all = store.read([&](store::Tx& tx) {
        return tx.list_jobs({.company = office_.company.id, .state = {}, .limit = 1000});
    });
    for (const auto& job : all) {
        if (job.kind != jobs::Kind::sync || job.data_type == "linkedDocuments") continue;
        // Who tries a failed one again begins it anew.
        if (jobs::ended(job.state)) {
            checkpoints_.erase(job.id.text);
            continue;
        }
        const std::pair<int, std::string> here{job.cursor.query, job.cursor.from};
        const auto [known, fresh] = checkpoints_.emplace(job.id.text, here);
        if (!fresh && here < known->second)
            throw Broken(fmt::format("{} had read up to {} '{}' and is back at {} '{}'",
                                     job.id.text, known->second.first, known->second.second,
                                     here.first, here.second));
        known->second = here;
    }
}

void Witness::compare(store::Store& store)
{
    read_on(store);
    store.read([&](store::Tx& tx) {
        Live mirror, told;
        for (const auto& [type, count] : tx.count_records(office_.company.id))
            tx.each_record(office_.company.id, type, 1'000'000, [&](std::string_view json) {
                mirror[type].insert(qbxml::parse_json(json)->string_at("id"));
            });
        (void)follow(tx, office_, 0, told);
        for (auto* known : {&live_, &told}) {
            std::erase_if(*known, [](const auto& entry) { return entry.second.empty(); });
            if (*known == mirror) continue;
            for (const auto& [type, ids] : mirror)
                if ((*known)[type] != ids)
                    throw Broken(fmt::format("the log tells of {} {}, the mirror has {}",
                                             (*known)[type].size(), type, ids.size()));
            throw Broken("the log tells of records that the mirror has not");
        }
    });
}

}  // namespace scenario
