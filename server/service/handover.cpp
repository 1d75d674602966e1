#include "server/service/handover.h"

#include <fmt/format.h>

#include "qbxml/version.h"
#include "server/base/ensure.h"
#include "server/base/log.h"
#include "server/jobs/recovery.h"
#include "server/service/lookups.h"
#include "server/service/settlement.h"
#include "server/service/sync.h"

namespace server::service {
namespace {

namespace log = base::log;
using base::Time;

constexpr std::string_view all_done_text = "Everything is up to date. Nothing more to do.";

// What the file was found to speak, but never more than the connector says at this moment.
qbxml::Version version_of(const store::Company& company, const session::Session& s)
{
    const auto known = qbxml::Version::parse(company.qbxml_version).value_or(qbxml::common_version);
    const qbxml::Version spoken{s.qbxml_major, s.qbxml_minor};
    return spoken > qbxml::Version{} && spoken < known ? spoken : known;
}

// The probe of a session that does not know yet which file is open. It is made when it is needed
// and goes before everything else.
jobs::Job make_probe(store::Tx& tx, const base::CompanyId& company, base::Ids& ids, Time now)
{
    jobs::Job probe{.id = ids.job(now),
                    .company = company,
                    .kind = jobs::Kind::probe,
                    .priority = 0,
                    .created_at = now,
                    .run_at = now};
    tx.add_job(probe);
    return probe;
}

Offered hand_out(store::Tx& tx, std::vector<jobs::Job> inside, jobs::Batch batch)
{
    tx.add_batch(batch);
    for (jobs::Job& job : inside) {
        job = jobs::claimed(std::move(job), batch.id);
        tx.save_job(job);
    }
    log::info("batch.sent", {{"company", batch.company.text},
                             {"batch", batch.id.text},
                             {"job", inside.front().id.text},
                             {"jobs", inside.size()},
                             {"bytes", batch.text.size()}});
    return {session::Batch{batch.id}, batch.text, batch.changes_books, batch, std::move(inside)};
}

// A job that cannot be sent as it is: it waits for a newer QuickBooks, or has failed.
void set_aside(store::Tx& tx, const jobs::Job& job, const jobs::Problem& problem, Time now)
{
    log::warn("job.set_aside", {{"job", job.id.text}, {"code", problem.code}});
    const bool may_wait = problem.code == "upgrade_advised" && job.state == jobs::State::queued;
    tx.save_job(may_wait ? jobs::parked(job, problem) : jobs::refused(job, problem, now));
}

// Packs those of the due jobs that may travel together; nullopt when none of them could be sent,
// each for its own reason.
std::optional<Offered> pack(store::Tx& tx, const std::vector<jobs::Job>& due,
                            const session::Session& s, const store::Company& company,
                            base::Ids& ids, Time now, const HandoutLimits& limits)
{
    jobs::Packer packer(ids.batch(now), facts_of(company, s, limits.page_size), limits.pack);
    const jobs::Reader reader{.version = version_of(company, s), .page_size = limits.page_size};
    std::vector<jobs::Job> inside;
    for (jobs::Job job : due) {
        // A page has no requests; it has its turn when nothing before it is left.
        if (job.kind == jobs::Kind::interactive) break;
        if (!packer.takes(job)) continue;
        if (job.kind == jobs::Kind::sync && !start_query(tx, job, reader, now)) {
            const auto claimed = jobs::claimed(job, packer.id());
            tx.save_job(end_sync(tx, claimed, now));
            note_attempt(tx, claimed, {}, to_text(jobs::State::done), nullptr, now);
            continue;
        }
        const auto packed = packer.add(job, known_of(tx, job));
        if (!packed)
            set_aside(tx, job, packed.error(), now);
        else if (*packed == jobs::Packer::Packed::inside)
            inside.push_back(std::move(job));
        else if (*packed == jobs::Packer::Packed::nothing_to_do)
            // The record came to say all of this meanwhile.
            tx.save_job(jobs::done(jobs::claimed(job, {"-"}), R"({"unchanged":true})", now));
    }
    if (inside.empty()) return std::nullopt;
    return hand_out(tx, std::move(inside), packer.batch(company.id, now));
}

// The same words once more, or the question for their answer.
Offered send_again(store::Tx& tx, jobs::Batch batch, Time now, bool ask)
{
    ++batch.sendings;
    batch.asked = ask;
    if (!ask) {
        batch.sent_at = now;
        batch.look = {};  // whatever comes of this sending is looked for anew
    }
    batch.state = jobs::BatchState::sent;
    tx.save_batch(batch);
    log::warn(
        ask ? "batch.asked" : "batch.resent",
        {{"company", batch.company.text}, {"batch", batch.id.text}, {"sendings", batch.sendings}});
    return {session::Batch{batch.id}, jobs::words_of(batch), true};
}

// The job that looks in QuickBooks for what the batch did when it was sent last; made when it is
// not there.
jobs::Job look_of(store::Tx& tx, jobs::Batch& batch, base::Ids& ids, Time now)
{
    if (auto known = batch.look.empty() ? std::nullopt : tx.find_job(batch.look))
        return std::move(*known);
    auto look = jobs::look_for(batch);
    look.id = ids.job(now);
    look.company = batch.company;
    look.priority = 0;
    look.created_at = look.run_at = now;
    tx.add_job(look);
    batch.look = look.id;
    tx.save_batch(batch);
    return look;
}

// Sent so often and never answered: perhaps it is what breaks QuickBooks each time.
void leave_to_person(store::Tx& tx, jobs::Batch batch, Time now)
{
    const jobs::Problem problem{
        .code = "no_answer",
        .message = fmt::format("Sent {} times, and no answer ever came.", batch.sendings),
        .cause = "Each session ended while QuickBooks had this request.",
        .remedy = "Look in QuickBooks whether it was done; it is not sent again by itself.",
        .actor = "operator"};
    batch.state = jobs::BatchState::given_back;
    for (const jobs::Job& job : jobs_of(tx, batch)) {
        tx.save_job(jobs::left_in_doubt(job, problem));
        note_attempt(tx, job, batch, to_text(jobs::State::in_doubt), &problem, now);
    }
    tx.save_batch(batch);
    log::warn("batch.abandoned", {{"company", batch.company.text}, {"batch", batch.id.text}});
}

// What is done next about a batch whose answer was lost (jobs/recovery.h); nullopt while its look
// has to wait, and everything else goes on.
std::optional<Offered> recover(store::Tx& tx, jobs::Batch batch, const session::Session& s,
                               const store::Company& company, base::Ids& ids, Time now,
                               const HandoutLimits& limits)
{
    if (!jobs::leaves_traces(batch)) return send_again(tx, std::move(batch), now, false);
    auto look = look_of(tx, batch, ids, now);
    if (look.state == jobs::State::queued && look.run_at <= now) {
        if (auto offered = pack(tx, {look}, s, company, ids, now, limits)) return offered;
        look = *tx.find_job(look.id);
    }
    if (!jobs::ended(look.state)) return std::nullopt;
    const bool clear = sight_of_batch(tx, batch).clear;
    return send_again(tx, std::move(batch), now, !clear);
}

// What may be packed now: what is going alone, else what is due. A session that does not know yet
// which file is open gets the probe when there is anything to do.
std::vector<jobs::Job> jobs_for(store::Tx& tx, const session::Session& s, base::Ids& ids, Time now,
                                const HandoutLimits& limits)
{
    if (!s.identified) {
        auto waiting = tx.next_job(s.company, now, limits.allowed);
        if (waiting && waiting->kind == jobs::Kind::probe) return {std::move(*waiting)};
        const bool doubt = limits.allowed.writes && tx.batch_in_doubt(s.company);
        if (!waiting && !doubt && !(limits.look && limits.allowed.probes)) return {};
        return {make_probe(tx, s.company, ids, now)};
    }
    if (auto going = tx.going_job(s.company, limits.allowed)) return {std::move(*going)};
    return tx.due_jobs(s.company, now, limits.allowed, limits.pack.requests_max);
}

}  // namespace

jobs::Facts facts_of(const store::Company& company, const session::Session& s, int page_size)
{
    return {
        .company = company.id.text,
        .owner_id = company.owner_id,
        .settled_batch = company.settled_batch,
        .version = version_of(company, s),
        .edition = qbxml::edition_from_text(company.linked.country).value_or(qbxml::Edition::any),
        .page_size = page_size};
}

jobs::Known known_of(store::Tx& tx, const jobs::Job& job)
{
    jobs::Known known;
    if (job.kind != jobs::Kind::write) return known;
    known.context = write_context(tx, job.company);
    for (const store::Parent& parent : tx.parents(job.id)) {
        const auto result = qbxml::parse_json(parent.result.empty() ? "{}" : parent.result);
        base::ensure(result.ok(), "a job holds a result that is no JSON");
        if (auto id = result->string_at("id"); !id.empty()) known.ids[parent.id.text] = id;
    }
    auto changed = jobs::changed_record(job);
    if (!changed) return known;
    if (changed->starts_with("$"))
        if (const auto made = known.ids.find(changed->substr(1)); made != known.ids.end())
            changed = made->second;
    known.current = tx.find_record(job.company, job.data_type, *changed).value_or("");
    return known;
}

Offered next_offer(store::Tx& tx, const session::Session& s, store::Company& company,
                   base::Ids& ids, base::Time now, const HandoutLimits& limits)
{
    // Whose file is open must be known before anything is sent again.
    const auto& allowed = limits.allowed;
    const bool urgent = !allowed.writes && allowed.urgent_writes &&
                        tx.next_job(s.company, now, allowed).has_value();
    const bool may_repeat = s.identified && (allowed.writes || urgent);
    while (auto doubtful = may_repeat ? tx.batch_in_doubt(s.company) : std::nullopt) {
        if (doubtful->sendings < limits.sendings_max) {
            if (auto offered = recover(tx, std::move(*doubtful), s, company, ids, now, limits))
                return std::move(*offered);
            break;
        }
        leave_to_person(tx, std::move(*doubtful), now);
    }
    while (true) {
        const auto due = jobs_for(tx, s, ids, now, limits);
        if (due.empty()) break;
        if (due.front().kind == jobs::Kind::interactive)
            return {session::Page{due.front().id}, "", false};
        if (auto offered = pack(tx, due, s, company, ids, now, limits)) return std::move(*offered);
    }
    const auto next = tx.next_run_at(s.company, now, allowed);
    const bool live = limits.live && allowed.writes;
    if (live || (next && *next <= now + limits.no_op_within)) return {session::Soon{}, "", false};
    const bool held =
        !allowed.why.empty() && (!allowed.writes || tx.count_due(s.company, now) > 0 ||
                                 !tx.running_jobs(s.company).empty());
    return {session::Nothing{held ? allowed.why : std::string(all_done_text)}, "", false};
}

}  // namespace server::service
