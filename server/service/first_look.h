// Which company file is open: what a session's first call tells, compared with what is linked.
#pragma once

#include <string>
#include <string_view>

#include "qbxml/company_facts.h"
#include "qbxml/version.h"
#include "server/jobs/lifecycle.h"
#include "server/session/session.h"
#include "server/store/tx.h"

namespace server::service {

struct FirstLook {
    std::string text;           // host, company, preferences as they came
    qbxml::CompanyFacts facts;  // what stands in them
    std::string path;           // of the company file, as sendRequestXML said it
    qbxml::Version spoken;      // highest qbXML of the request processor; 0.0 = not said
};

// Compares the open file with the linked one. The wrong one ends the session, its text naming both
// files; the right one is noted, and links the company when it was waiting for that. A look that
// does not name the company settles nothing: the probe will ask. False: the session is over.
// Changes `session` and `company`; the caller saves both.
bool identify(store::Tx&, session::Session& session, store::Company& company, const FirstLook&,
              base::Time now, const jobs::Backoff&);

// What the bookkeeper reads when QuickBooks was asked which file is open and did not tell; `why` is
// QuickBooks' own words, "" for none. The session ends: asking again would bring the same.
std::string note_unidentified(store::Tx&, store::Company&, const session::Session&,
                              std::string_view why, base::Time now);

}  // namespace server::service
