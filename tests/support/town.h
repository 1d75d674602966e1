// A server's rooms up to the service, with a clock that stands still, counted ids, a store that
// fails on demand, and one company: Maple & Pine Joinery, user qbwc-maple, password maple-secret.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/service/job_desk.h"
#include "server/service/web_connector.h"
#include "server/store/store.h"
#include "tests/support/answers.h"
#include "tests/support/clock.h"
#include "tests/support/faulty_connection.h"
#include "tests/support/ids.h"

namespace testing {

inline const server::base::CompanyId maple{"maple"};

// The company as it is added; its hash is a cheap one, for tests ask for it often.
server::store::Company maple_company();

struct Town {
    // On a migrated database of that name.
    explicit Town(const std::string& database = ":memory:",
                  server::service::ConnectorSettings settings = {});

    ManualClock clock;
    SeededIds ids;
    std::shared_ptr<Faults> faults = std::make_shared<Faults>();
    server::store::Store store;
    server::service::WebConnector connector;
    server::service::JobDesk desk;

    // --- what QBWC calls; the last ticket is the one that is used
    std::string ticket;
    std::vector<std::string> authenticate(const std::string& password = "maple-secret",
                                          const std::string& address = "192.0.2.7");
    std::string send(const std::string& hcp = "");  // sendRequestXML
    int receive(const std::string& response, const std::string& hresult = "",
                const std::string& message = "");
    std::string connection_error(const std::string& hresult, const std::string& message = "");
    std::string last_error();
    std::string close();
    std::string text(qbwc::Call call);  // of a method that answers one text

    // --- what the host does
    server::jobs::Job sync(const std::string& data_type = "customers");
    server::jobs::Job raw(const std::string& requests);  // as QBXML, version 13.0
    // Opens a session and hands the first look over; the text of the first batch.
    std::string open_session();
    // The same after a lost answer: QuickBooks is looked into first, and shows no trace of it; the
    // text of what goes out then.
    std::string open_session_after_loss();
    std::string find_nothing(const std::string& look);

    // --- what is true then
    server::jobs::Job job(const server::base::JobId& id);
    server::jobs::Batch batch(const std::string& id);
    server::store::Company company();
    std::string record(const std::string& data_type, const std::string& id);  // JSON, "" for none
};

// The requestID of the first request in a batch's text, and the batch it belongs to.
std::string request_id_in(const std::string& batch_text);
std::string batch_id_in(const std::string& batch_text);

}  // namespace testing
