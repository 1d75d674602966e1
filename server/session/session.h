// One QBWC session: one run of the connector, from authenticate to closeConnection, as a value.
#pragma once

#include <optional>
#include <string>

#include "server/base/clock.h"
#include "server/base/ids.h"

namespace server::session {

enum class State {
    open,         // ticket given, nothing outstanding
    busy,         // a batch is out
    interactive,  // the person at QuickBooks is asked to a web page
    closing,      // an error is recorded; nothing is handed out any more
    closed,
};

struct Session {
    base::SessionId id = {};
    base::CompanyId company = {};
    State state = State::open;
    std::optional<base::BatchId> batch = {};      // what is out, while busy
    std::optional<base::JobId> interactive = {};  // the job that asked for the page
    base::Time opened_at = {};
    base::Time deadline = {};
    bool identified = false;  // the open company file was compared with the linked one
    int qbxml_major = 0;      // what sendRequestXML said; 0 before its first call
    int qbxml_minor = 0;
    std::string company_file = {};  // path in use, as sendRequestXML said it
    int batches = 0;                // settled so far
    int jobs_done = 0;
    int jobs_failed = 0;
    int connection_tries = 0;     // further tries granted by connectionError
    int number = 0;               // what receiveResponseXML answered last
    std::string answer = {};      // SHA-256 of the answer that was settled last
    bool no_op = false;           // the last empty request meant "wait", not "done"
    std::string last_error = {};  // what getLastError says

    bool operator==(const Session&) const = default;
};

}  // namespace server::session
