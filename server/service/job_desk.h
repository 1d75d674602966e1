// Enqueues and ends jobs for the people and programs of the host.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "qbxml/canonical/write.h"
#include "qbxml/result.h"
#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/jobs/job.h"
#include "server/store/store.h"

namespace server::service {

class JobDesk {
public:
    JobDesk(const base::Clock& clock, base::Ids& ids) : clock_(clock), ids_(ids) {}

    // One job for each record type, in the order of a first sync; all types when none is named.
    // A type whose sync has not ended yet is joined instead of doubled, unless it should be `full`
    // and that one is not.
    qbxml::Result<std::vector<jobs::Job>> sync(const base::CompanyId&,
                                               const std::vector<std::string>& data_types,
                                               bool full, store::Store&);
    // A message set as qbXML; checked for the version that the company file speaks, if it is known.
    qbxml::Result<jobs::Job> raw(const base::CompanyId&, std::string qbxml, store::Store&);
    // A canonical record; `id` empty creates, else it is a merge patch.
    struct Pushed {
        jobs::Job job;
        std::vector<qbxml::canonical::Refused> warnings;  // fields that were ignored
        std::string qbxml;                                // as it would go now
    };
    using Refusals = std::vector<qbxml::canonical::Refused>;
    qbxml::Result<Pushed, Refusals> push(const base::CompanyId&, std::string_view data_type,
                                         std::string_view id, std::string_view record_json,
                                         store::Store&);
    // The same without queueing anything.
    qbxml::Result<Pushed, Refusals> prepare(const base::CompanyId&, std::string_view data_type,
                                            std::string_view id, std::string_view record_json,
                                            store::Store&);
    // A page that the person at QuickBooks is asked to; `{sessionID}` in the URL stands for the
    // QuickBooks session.
    qbxml::Result<jobs::Job> interactive(const base::CompanyId&, std::string_view url,
                                         store::Store&);
    // The person is done with the page.
    qbxml::Result<jobs::Job> finish(const base::JobId&, store::Store&);

    // What people do to a job; each says why it cannot be done in the state the job is in.
    qbxml::Result<jobs::Job> cancel(const base::JobId&, store::Store&);
    qbxml::Result<jobs::Job> retry(const base::JobId&, store::Store&);
    // Of a job in doubt, by someone who looked into QuickBooks: it was done (as which record), or
    // not.
    qbxml::Result<jobs::Job> resolve(const base::JobId&, bool applied, std::string_view record_id,
                                     store::Store&);

private:
    jobs::Job fresh(const base::CompanyId&, jobs::Kind) const;

    const base::Clock& clock_;
    base::Ids& ids_;
};

}  // namespace server::service
