// The server under test: all its rooms up to the edge, on a store that fails, and a process that is
// killed and started again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/service/job_desk.h"
#include "server/service/web_connector.h"
#include "server/web/router.h"
#include "tests/scenario/ground.h"
#include "tests/scenario/story.h"
#include "tests/support/clock.h"
#include "tests/support/faulty_connection.h"
#include "tests/support/folder.h"
#include "tests/support/ids.h"

namespace scenario {

struct ServerShape {
    server::base::Time start = testing::noon;
    bool on_disk = false;   // a file that is closed and opened again, instead of memory
    bool soap = false;      // every call goes through the router and the codec, as text
    bool recorded = false;  // what is said in its sessions is kept
    int page_size = 3;
    int attempts_max = 8;
    bool short_pages = false;  // lists of any length are read in ranges
};

class ServerSide {
public:
    ServerSide(Story&, Ground&, const ServerShape&);

    testing::ManualClock clock;
    testing::SeededIds ids;

    // What is true; without faults.
    server::store::Store& store() { return worker_->store; }

    // One call of QBWC; nullopt: no answer came, whatever the server did.
    std::optional<qbwc::Reply> call(const qbwc::Call&);

    // An empty answer to sendRequestXML is not sent yet: the call is made again, by the server
    // itself, when something is to do or the time is over.
    bool holds(const std::string& ticket) const
    {
        return connector_->hold(ticket, worker_->store).has_value();
    }

    // Work of the host or of time, in which the store may fail and the process may die. False: it
    // is not known whether it was done (`done_maybe`) or it was not.
    enum class Done { yes, no, maybe };
    Done work(const std::function<void(server::service::JobDesk&, server::store::Store&)>&);

    int restarts() const { return restarts_; }

private:
    enum class Trouble { none, statement, conflict, killed, killed_after };
    Trouble arm();
    Done guarded(const std::function<void()>&);
    std::optional<qbwc::Reply> answer(const qbwc::Call&);
    void start();
    std::unique_ptr<server::store::Connection> connect();

    Story& story_;
    Ground& ground_;
    ServerShape shape_;
    std::shared_ptr<testing::Faults> faults_ = std::make_shared<testing::Faults>();
    std::unique_ptr<testing::TemporaryFolder> folder_;
    std::unique_ptr<server::web::Worker> worker_;
    std::unique_ptr<server::service::WebConnector> connector_;
    std::unique_ptr<server::service::JobDesk> desk_;
    std::unique_ptr<server::web::Router> router_;
    std::unique_ptr<qbwc::Codec> codec_;  // QBWC's half
    int restarts_ = 0;
};

}  // namespace scenario
