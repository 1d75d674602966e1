// Answers every call of QBWC: here the rules of session and jobs meet the store.
#pragma once

#include <string>

#include "qbxml/canonical/read.h"
#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/jobs/lifecycle.h"
#include "server/jobs/outcome.h"
#include "server/jobs/pace.h"
#include "server/jobs/packer.h"
#include "server/service/call_failures.h"
#include "server/service/live.h"
#include "server/service/outstanding.h"
#include "server/service/recorder.h"
#include "server/session/machine.h"
#include "server/store/store.h"
#include "wsdl/call.h"

namespace server::service {

struct ConnectorSettings {
    std::string server_version = "qbwcd";
    std::string minimum_client;             // QBWC below it is refused, "" = none
    std::string advised_client;             // below it is warned, "" = none
    int page_size = 100;                    // MaxReturned of an iterator's page
    std::chrono::seconds no_op_within{10};  // a job due so soon keeps the session waiting
    jobs::PaceBounds pace;                  // how far pages grow and shrink
    session::Limits session;
    LiveSettings live;
    jobs::Backoff backoff;
    jobs::PackLimits pack;  // of one message set
    RecorderSettings recorder;
};

struct Caller {
    std::string address;  // of the peer, for the guard against guessed passwords
};

// One for all threads; without state but for what waits to be written of the recording and of calls
// that failed, and a hint of what was asked last. Every answer stands in the store before it is
// returned: nothing leaves that is not kept. Throws store::Unavailable when the store does; the
// edge words it.
class WebConnector {
public:
    WebConnector(const base::Clock& clock, base::Ids& ids, ConnectorSettings settings);

    qbwc::Reply answer(qbwc::Call call, const Caller&, store::Store&);

    // Whether the empty text that a sendRequestXML was just answered may be held back.
    std::optional<Hold> hold(std::string_view ticket, store::Store&) const;

    // Writes down what of the recording still waits; to be called every few seconds and at the end.
    void flush_recording(store::Store& store) { recorder_.flush(store); }

private:
    qbwc::Reply on(const qbwc::ServerVersion&, const Caller&, store::Store&);
    qbwc::Reply on(const qbwc::ClientVersion&, const Caller&, store::Store&);
    qbwc::Reply on(const qbwc::Authenticate&, const Caller&, store::Store&);
    qbwc::Reply on(const qbwc::SendRequestXml&, const Caller&, store::Store&);
    qbwc::Reply on(qbwc::ReceiveResponseXml&, const Caller&, store::Store&);
    qbwc::Reply on(const qbwc::ConnectionError&, const Caller&, store::Store&);
    qbwc::Reply on(const qbwc::GetLastError&, const Caller&, store::Store&);
    qbwc::Reply on(const qbwc::CloseConnection&, const Caller&, store::Store&);
    qbwc::Reply on(const qbwc::GetInteractiveUrl&, const Caller&, store::Store&);
    qbwc::Reply on(const qbwc::InteractiveDone&, const Caller&, store::Store&);
    qbwc::Reply on(const qbwc::InteractiveRejected&, const Caller&, store::Store&);

    // Nothing when what was remembered is not so any more: nothing came of the answer yet, but its
    // text is used up.
    enum class Asking { remembered, looked_up };
    std::optional<qbwc::Reply> settle_answer(qbwc::ReceiveResponseXml&, const Outstanding&, Asking,
                                             base::Time now, store::Store&);

    const base::Clock& clock_;
    base::Ids& ids_;
    ConnectorSettings settings_;
    Recorder recorder_;
    Questions questions_;
    CallFailures failures_;
};

}  // namespace server::service
