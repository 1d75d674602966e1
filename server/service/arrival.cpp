#include "server/service/arrival.h"

#include <algorithm>

#include "qbxml/response.h"
#include "server/jobs/reading.h"
#include "server/service/lookups.h"
#include "server/service/mirror.h"
#include "server/service/sync.h"

namespace server::service {
namespace {

// Records on their way into the mirror, those of one job after those of another.
class Pieces {
public:
    Pieces(store::Store& store, Lookups& lookups, const std::vector<jobs::Job>& jobs,
           const base::CompanyId& company, base::Time now)
        : store_(store),
          lookups_(lookups),
          jobs_(jobs),
          company_(company),
          now_(now),
          held_(jobs.size()),
          gone_(jobs.size())
    {
    }
    void add(std::size_t item, qbxml::canonical::Record&& record)
    {
        record.unresolved = lookups_.take_unresolved();
        auto& held = held_[item];
        held.push_back(std::move(record));
        if (held.size() < piece) return;
        if (takes_notes(jobs_[item]))
            store_.write([&](store::Tx& tx) { note_records(tx, jobs_[item], held, now_); },
                         store::Durable::soon);
        std::vector<ReadyRecord> ready;
        ready.reserve(held.size());
        for (auto& one : held)
            ready.push_back(press_.ready(std::move(one), lookups_.made_by()));
        const auto put =
            store_.write([&](store::Tx& tx) { return put_ready(tx, company_, ready, now_); },
                         store::Durable::soon);
        gone_[item].created += put.created;
        gone_[item].updated += put.updated;
        held.clear();
    }
    // What is left goes with the verdicts.
    void finish(jobs::Judgement& judgement)
    {
        if (!judgement.breach.empty()) return;  // it was no answer to this
        for (std::size_t item = 0; item < held_.size(); ++item) {
            jobs::Verdict& verdict = judgement.verdicts[item];
            verdict.records = std::move(held_[item]);
            verdict.cursor.created += gone_[item].created;
            verdict.cursor.updated += gone_[item].updated;
        }
    }

private:
    static constexpr std::size_t piece = 512;
    store::Store& store_;
    Lookups& lookups_;
    const std::vector<jobs::Job>& jobs_;
    const base::CompanyId& company_;
    base::Time now_;
    RecordPress press_;
    std::vector<std::vector<qbxml::canonical::Record>> held_;
    std::vector<Mirrored> gone_;
};

}  // namespace

bool blank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == text.npos;
}

Arrival read_arrival(const Asked& asked, qbwc::ReceiveResponseXml& call, base::Time now,
                     store::Store& store)
{
    if (!blank(call.hresult))
        return {jobs::judge_failure(asked.batch, call.hresult, call.message), {}};
    if (blank(call.response)) return {jobs::judge_unreadable(asked.batch, "it is empty"), {}};
    auto answer = qbxml::ResponseSet::read(std::move(call.response));
    if (!answer) return {jobs::judge_unreadable(asked.batch, answer.error().text()), {}};
    Lookups lookups(store, asked.company, now);
    // A report names accounts and people.
    if (std::any_of(asked.jobs.begin(), asked.jobs.end(),
                    [](const jobs::Job& job) { return jobs::is_report(job.data_type); }))
        lookups.load_names();
    Pieces pieces(store, lookups, asked.jobs, asked.company.id, now);
    Arrival arrival{
        jobs::judge(asked.jobs, asked.batch, *answer, lookups.context(),
                    [&](std::size_t item, auto&& record) { pieces.add(item, std::move(record)); }),
        {}};
    pieces.finish(arrival.judgement);
    if (asked.jobs.front().kind != jobs::Kind::probe) return arrival;
    // A probe asks whose file is open; of another's nothing may come into the mirror.
    arrival.judgement.verdicts.front().records.clear();
    if (arrival.judgement.breach.empty())
        arrival.look = FirstLook{.text = answer->text(),
                                 .facts = qbxml::company_facts(*answer, asked.company.owner_id),
                                 .path = asked.session.company_file,
                                 .spoken = {asked.session.qbxml_major, asked.session.qbxml_minor}};
    return arrival;
}

}  // namespace server::service
