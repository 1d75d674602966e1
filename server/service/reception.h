// The reception: what a Web Connector that logs in is told, and the session it gets.
#pragma once

#include <string_view>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/jobs/lifecycle.h"
#include "server/session/machine.h"
#include "server/store/store.h"
#include "wsdl/call.h"

namespace server::service {

struct Reception {
    const base::Clock& clock;
    base::Ids& ids;
    session::Limits limits;
    jobs::Backoff backoff;
};

// What authenticate is answered: always four strings, the ticket first. A session is opened only
// when something may be handed out now; it replaces the company's older one, whose work goes back.
qbwc::AuthenticateReply welcome(const qbwc::Authenticate&, std::string_view address, store::Store&,
                                const Reception&);

}  // namespace server::service
