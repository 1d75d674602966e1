// What people do to a company's connection: pause and resume, unlink and link again, confirm,
// settings; and its status, which changes in one place.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "qbxml/result.h"
#include "qbxml/value.h"
#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/store/store.h"

namespace server::service {

// A company with what is kept of its connection.
struct Connected {
    store::Company company;
    store::CompanyLink link;
};

struct PauseWish {
    std::optional<base::Time> until;  // nullopt = until resumed
    std::string reason;
    std::string by;
};

using Settings = std::vector<std::pair<std::string, std::string>>;  // key, value

class Connections {
public:
    Connections(const base::Clock& clock, base::Ids& ids) : clock_(clock), ids_(ids) {}

    // A running session ends at its next call; jobs stay queued. A second pause replaces the first.
    qbxml::Result<Connected> pause(const base::CompanyId&, const PauseWish&, store::Store&);
    qbxml::Result<Connected> resume(const base::CompanyId&, store::Store&);
    // Nothing is sent any more; what was read is kept. The Web Connector is told once that there is
    // nothing to do, then its login is refused.
    qbxml::Result<Connected> unlink(const base::CompanyId&, std::string_view reason, store::Store&);
    // Waits for QuickBooks again, with a new password; OwnerID, FileID, records and watermarks are
    // kept, the old password is dead.
    struct Relinked {
        store::Company company;
        std::string password;
    };
    qbxml::Result<Relinked> relink(const base::CompanyId&, store::Store&);
    // "This is my company": from now on everything runs.
    qbxml::Result<Connected> confirm(const base::CompanyId&, store::Store&);
    // All of them or none; every fault is named.
    qbxml::Result<Connected, std::vector<qbxml::Error>> set(const base::CompanyId&, const Settings&,
                                                            store::Store&);

private:
    const base::Clock& clock_;
    base::Ids& ids_;
};

// Moves the company to a status, notes since when and why, and writes the event. Does nothing when
// it has that status already. The caller saves the company.
void change_status(store::Tx&, store::Company&, store::Status, std::string_view reason,
                   base::Time now);
// A one-time company of which everything was read once: its connection ends. The caller saves the
// company.
void end_one_time(store::Tx&, store::Company&, base::Time now);
// QuickBooks refused or took back the access that it had given. The caller saves the company.
void note_refused_access(store::Tx&, store::Company&, std::string_view hresult, base::Time now);

// Why a company takes no new jobs; nullopt when it does.
std::optional<qbxml::Error> takes_no_jobs(store::Tx&, const store::Company&);
// What the person at QuickBooks reads at the end of a session: that the connection has ended, or
// why work is left; "" otherwise.
std::string end_text(store::Tx&, const store::Company&, const session::Session&, base::Time now);

// As programs see it: status, mode, pause, settings.
qbxml::Value connection_value(const Connected&);

}  // namespace server::service
