#include "server/service/arrival.h"

#include "qbxml/response.h"
#include "server/service/handover.h"
#include "server/service/lookups.h"
#include "server/service/sync.h"

namespace server::service {
namespace {

bool blank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == text.npos;
}

// Records on their way into the mirror.
class Pieces {
public:
    Pieces(store::Store& store, Lookups& lookups, const jobs::Job& job, base::Time now)
        : store_(store), lookups_(lookups), job_(job), company_(job.company), now_(now)
    {
    }
    void add(qbxml::canonical::Record&& record)
    {
        record.unresolved = lookups_.take_unresolved();
        held_.push_back(std::move(record));
        if (held_.size() < piece) return;
        if (takes_notes(job_))
            store_.write([&](store::Tx& tx) { note_records(tx, job_, held_, now_); },
                         store::Durable::soon);
        std::vector<ReadyRecord> ready;
        ready.reserve(held_.size());
        for (auto& held : held_)
            ready.push_back(press_.ready(std::move(held), lookups_.made_by()));
        const auto put =
            store_.write([&](store::Tx& tx) { return put_ready(tx, company_, ready, now_); },
                         store::Durable::soon);
        gone_.created += put.created;
        gone_.updated += put.updated;
        held_.clear();
    }
    // What is left goes with the verdict.
    void finish(jobs::Verdict& verdict)
    {
        verdict.records = std::move(held_);
        verdict.cursor.created += gone_.created;
        verdict.cursor.updated += gone_.updated;
    }

private:
    static constexpr std::size_t piece = 512;
    store::Store& store_;
    Lookups& lookups_;
    const jobs::Job& job_;
    const base::CompanyId& company_;
    base::Time now_;
    RecordPress press_;
    std::vector<qbxml::canonical::Record> held_;
    Mirrored gone_;
};

}  // namespace

Arrival read_arrival(const Asked& asked, qbwc::ReceiveResponseXml& call, base::Time now,
                     store::Store& store)
{
    if (!blank(call.hresult))
        return {jobs::judge_failure(asked.batch, call.hresult, call.message), {}};
    if (blank(call.response)) return {jobs::judge_unreadable(asked.batch, "it is empty"), {}};
    auto answer = qbxml::ResponseSet::read(std::move(call.response));
    if (!answer) return {jobs::judge_unreadable(asked.batch, answer.error().text()), {}};
    Lookups lookups(store, asked.company, now);
    if (jobs::is_report(asked.job.data_type)) {
        lookups.load_names();
        add_report(lookups.context(), asked.job);
    }
    Pieces pieces(store, lookups, asked.job, now);
    Arrival arrival{jobs::judge(asked.job, asked.batch, *answer, lookups.context(),
                                [&](auto&& record) { pieces.add(std::move(record)); }),
                    {}};
    pieces.finish(arrival.verdict);
    // A probe asks whose file is open; of another's nothing may come into the mirror.
    if (asked.job.kind == jobs::Kind::probe) arrival.verdict.records.clear();
    if (asked.job.kind == jobs::Kind::probe && arrival.verdict.breach.empty())
        arrival.look = FirstLook{.text = answer->text(),
                                 .facts = qbxml::company_facts(*answer, asked.company.owner_id),
                                 .path = asked.session.company_file,
                                 .spoken = {asked.session.qbxml_major, asked.session.qbxml_minor}};
    return arrival;
}

}  // namespace server::service
