// A Web Connector on a PC beside QuickBooks: its order of calls one by one, and all that goes wrong
// on the way.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/scenario/office.h"
#include "tests/scenario/server_side.h"
#include "wsdl/call.h"

namespace scenario {

class Connector {
public:
    Connector(Story&, ServerSide&, Office&, std::string name);

    bool idle() const { return next_ == Next::start; }
    // The next call, or the next deed of QuickBooks. From idle it begins an update.
    void step();
    // The PC is switched off.
    void off(const char* why);

private:
    enum class Next { start, open, company, send, carry, receive, after_nothing, page, close };

    void start();
    void open();
    void ask_company();
    void send();
    void carry();
    void receive();
    void after_nothing();
    void page();
    void close();

    // The answer's text, or the update ends.
    std::optional<qbwc::Reply> call(qbwc::Call);
    std::optional<std::string> call_for_text(qbwc::Call);
    void check_request(const std::string& text);
    void broken();
    void open_quickbooks();
    std::string shown(const qbwc::Call&, const std::optional<qbwc::Reply>&) const;
    std::optional<std::string> busy();

    Story& story_;
    ServerSide& server_;
    Office& office_;
    std::string name_;
    Next next_ = Next::start;
    std::unique_ptr<qbxml::simulator::RequestProcessor> session_;
    int restores_ = 0;  // of the books before this session began
    bool stranger_ = false;
    bool gone_ = false;  // QuickBooks died; it is not started again before the next update
    int tries_ = 0, polls_ = 0;
    std::string ticket_, file_, hcp_, request_, response_, hresult_;
    std::vector<qbwc::Call> earlier_;  // calls that the network may bring once more
};

}  // namespace scenario
