#include "server/service/remaking.h"

#include <algorithm>

#include "qbxml/canonical/ask.h"
#include "qbxml/canonical/types.h"
#include "qbxml/json_members.h"
#include "server/base/log.h"
#include "server/service/lookups.h"
#include "server/service/mirror.h"

namespace server::service {
namespace {

constexpr int piece = 256;

// Converts kept records again, before the transaction that puts them.
std::vector<ReadyRecord> converted(Lookups& lookups, const std::vector<store::KeptRecord>& kept)
{
    std::vector<ReadyRecord> made;
    RecordPress press;
    for (const auto& record : kept) {
        auto found = qbxml::canonical::convert_sources(record.source, lookups.context());
        const bool unresolved = lookups.take_unresolved();
        if (found.empty()) continue;
        found.front().unresolved = unresolved;
        made.push_back(press.ready(std::move(found.front())));
    }
    return made;
}

int put_again(store::Tx& tx, const base::CompanyId& company, const std::vector<ReadyRecord>& made,
              base::Time now)
{
    int changed = 0;
    for (const auto& record : made)
        if (tx.remake_record(company, record.row(), now) == store::Put::updated) ++changed;
    return changed;
}

// The next piece of a shelf that was made with something else.
Remade remake_piece(store::Store& store, const store::Company& company, store::ShelfState shelf,
                    base::Time now)
{
    Lookups lookups(store, company, now);
    if (shelf.remaking_for != lookups.made_by()) {
        shelf.remaking_for = lookups.made_by();
        shelf.remade_through.clear();
    }
    const auto kept = store.read([&](store::Tx& tx) {
        return tx.kept_after(company.id, shelf.data_type, shelf.remade_through, piece);
    });
    const auto made = converted(lookups, kept);
    if (kept.size() < piece)
        shelf = {.data_type = shelf.data_type, .made_by = shelf.remaking_for};
    else
        shelf.remade_through = kept.back().id;
    const int changed = store.write(
        [&](store::Tx& tx) {
            tx.save_shelf(company.id, shelf);
            return put_again(tx, company.id, made, now);
        },
        store::Durable::soon);
    return {static_cast<int>(kept.size()), changed, true};
}

// Reports stay what was read then; where their rows belong may be known better now.
int remake_report(store::Store& store, const store::Company& company, const Lookups& lookups,
                  const store::ReportKey& key)
{
    namespace canonical = qbxml::canonical;
    const auto kept = store.read([&](store::Tx& tx) { return tx.find_report(company.id, key); });
    if (!kept) return 0;
    const canonical::ReportWish wish{
        .from = key.period_from,
        .to = key.period_to,
        .basis = key.basis,
        .by = key.by_month ? canonical::ReportWish::By::month : canonical::ReportWish::By::total};
    const auto made = canonical::convert_sources(
        kept->source, canonical::context_of_report(lookups.context(), key.data_type, wish));
    if (made.empty() || made.front().json == kept->json) return 0;
    store.write(
        [&](store::Tx& tx) {
            // Another may have been read meanwhile.
            const auto there = tx.find_report(company.id, key);
            if (there && there->read_at == kept->read_at)
                tx.put_report(company.id, key, made.front().json, kept->source, kept->read_at);
        },
        store::Durable::soon);
    return 1;
}

// Of one type, "" for all.
Remade remake_reports(store::Store& store, const store::Company& company,
                      std::string_view data_type, base::Time now)
{
    std::vector<store::ReportKey> keys;
    store.read([&](store::Tx& tx) {
        keys.clear();
        for (const auto type : qbxml::canonical::record_types())
            if (qbxml::canonical::is_report(type) && (data_type.empty() || data_type == type))
                for (const auto& report : tx.reports(company.id, type))
                    keys.push_back(report.key);
    });
    Remade all;
    if (keys.empty()) return all;
    Lookups lookups(store, company, now);
    lookups.load_names();
    for (const auto& key : keys) {
        ++all.looked_at;
        all.changed += remake_report(store, company, lookups, key);
    }
    return all;
}

bool is_looked_up(std::string_view data_type)
{
    return data_type == "items" || data_type == "taxRates" || data_type == "customers" ||
           data_type == "suppliers" || data_type == "employees" || data_type == "otherNames";
}

// Whether something that records may have missed has come since they were tried last. Looks
// through a piece of the change log; where it got to is told in `state`.
bool list_has_grown(store::Tx& tx, const base::CompanyId& company, store::MirrorState& state)
{
    constexpr int changes_at_once = 5000;
    bool grown = false;
    while (!grown) {
        const auto changes = tx.changes(company, state.resolved_through, changes_at_once);
        if (changes.empty()) break;
        grown = std::any_of(changes.begin(), changes.end(), [](const store::Change& change) {
            return change.kind == "created" && is_looked_up(change.data_type);
        });
        if (!grown) state.resolved_through = changes.back().seq;
    }
    if (grown) state.resolved_through = tx.newest_change(company);
    return grown;
}

Remade resolve(store::Store& store, const store::Company& company, base::Time now)
{
    const auto before =
        store.read([&](store::Tx& tx) { return tx.mirror_state(company.id); }).resolved_through;
    store::MirrorState state;
    const bool grown = store.read([&](store::Tx& tx) {
        state = tx.mirror_state(company.id);
        return list_has_grown(tx, company.id, state);
    });
    if (state.resolved_through == before) return {};
    Remade all{.worked = true};
    if (grown) {
        const auto shelves = store.read([&](store::Tx& tx) { return tx.shelves(company.id); });
        Lookups lookups(store, company, now);
        for (const auto& shelf : shelves) {
            std::string through;
            while (true) {
                const auto kept = store.read([&](store::Tx& tx) {
                    return tx.unresolved_after(company.id, shelf.data_type, through, piece);
                });
                if (kept.empty()) break;
                through = kept.back().id;
                const auto made = converted(lookups, kept);
                all.looked_at += static_cast<int>(kept.size());
                all.changed +=
                    store.write([&](store::Tx& tx) { return put_again(tx, company.id, made, now); },
                                store::Durable::soon);
            }
        }
    }
    store.write(
        [&](store::Tx& tx) {
            auto now_there = tx.mirror_state(company.id);
            now_there.resolved_through = state.resolved_through;
            tx.save_mirror_state(company.id, now_there);
        },
        store::Durable::soon);
    return all;
}

}  // namespace

Remade remake_some(store::Store& store, const store::Company& company, base::Time now)
{
    struct Seen {
        std::vector<store::ShelfState> shelves;
        store::MirrorState state;
    };
    const auto seen = store.read([&](store::Tx& tx) {
        return Seen{tx.shelves(company.id), tx.mirror_state(company.id)};
    });
    const auto wanted = made_by(company, seen.state);
    std::vector<store::ShelfState> old;
    for (const auto& shelf : seen.shelves)
        if (shelf.made_by != wanted) old.push_back(shelf);
    if (old.empty()) return resolve(store, company, now);
    // Before the last shelf is begun, so that a crash between the two leaves something to do.
    if (old.size() == 1 && old.front().remaking_for != wanted)
        remake_reports(store, company, "", now);
    return remake_piece(store, company, old.front(), now);
}

Remade remake_all(store::Store& store, const store::Company& company, std::string_view data_type,
                  base::Time now)
{
    const auto shelves = store.read([&](store::Tx& tx) { return tx.shelves(company.id); });
    store.write([&](store::Tx& tx) {
        for (const auto& shelf : shelves)
            if (data_type.empty() || shelf.data_type == data_type)
                tx.save_shelf(company.id, {.data_type = shelf.data_type});
    });
    Remade all;
    for (bool going = true; going;) {
        going = false;
        for (const auto& shelf :
             store.read([&](store::Tx& tx) { return tx.shelves(company.id); })) {
            if (!shelf.made_by.empty()) continue;
            if (!data_type.empty() && shelf.data_type != data_type) continue;
            const auto some = remake_piece(store, company, shelf, now);
            all.looked_at += some.looked_at;
            all.changed += some.changed;
            going = true;
        }
    }
    const auto reports = remake_reports(store, company, data_type, now);
    all.looked_at += reports.looked_at;
    all.changed += reports.changed;
    return all;
}

void remake_due(store::Store& store, base::Time now)
{
    constexpr int pieces_at_once = 8;
    for (const auto& company : store.read([](store::Tx& tx) { return tx.companies(); })) {
        Remade all;
        for (int n = 0; n < pieces_at_once; ++n) {
            const auto some = remake_some(store, company, now);
            if (!some.worked) break;
            all.looked_at += some.looked_at;
            all.changed += some.changed;
        }
        if (all.changed > 0)
            base::log::info("records.remade", {{"company", company.id.text},
                                               {"records", all.looked_at},
                                               {"changed", all.changed}});
    }
}

}  // namespace server::service
