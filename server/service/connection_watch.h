// What is seen of a company's connection, noted as it is seen; and its health, told when it
// changes. All but `watch` run inside the caller's transaction.
#pragma once

#include <span>
#include <string_view>

#include "qbxml/value.h"
#include "server/jobs/outcome.h"
#include "server/service/first_look.h"
#include "server/session/health.h"
#include "server/store/store.h"
#include "wsdl/call.h"

namespace server::service {

// The right password came; `told_until`: the Web Connector was told not to come before.
void note_login(store::Tx&, const store::Company&, base::Time told_until, base::Time now);
// A wrong one. It counts when it came from where the right one came before, or when the company's
// own connector does not come: guesses from elsewhere say nothing about it.
void note_refused_login(store::Tx&, std::string_view user, std::string_view address,
                        base::Time now);
// What QuickBooks and QBWC say of themselves.
void note_first_look(store::Tx&, const store::Company&, const FirstLook&, base::Time now);
// QuickBooks answered as it should: what stood in the way does no more.
void note_answer(store::Tx&, const store::Company&, base::Time now);
void note_personal_data_denied(store::Tx&, const store::Company&, base::Time now);
// Whatever computer and file come next are the right ones.
void forget_place(store::Tx&, const store::Company&, base::Time now);
// Something stood in the way of a session.
void note_trouble(store::Tx&, const store::Company&, session::Trouble, base::Time now);

// QuickBooks could not be reached, or failed under a request: `hresult` with its text. Takes a
// connection that QuickBooks refuses out of the links.
void note_unreachable(store::Tx&, store::Company&, const session::Session&,
                      std::string_view hresult, std::string_view message, base::Time now);
// An answer came, judged job by job, or an HRESULT in its place. It may be the last one that a
// one-time connection waited for.
void note_outcome(store::Tx&, store::Company&, const session::Session&,
                  const qbwc::ReceiveResponseXml&, std::span<const jobs::Verdict>, base::Time now);

session::Health health_of(store::Tx&, const store::Company&, base::Time now);
// Writes the event health.changed when state or cause are not what was told last. (Working and idle
// are told as one: sessions come and go.)
void tell_health(store::Tx&, const store::Company&, base::Time now);
// Tells what time alone has changed, of all companies; how many.
int watch(store::Store&, base::Time now);

// As programs see it.
qbxml::Value to_value(const session::Health&);
qbxml::Value to_value(const store::LinkEvidence&, const store::Company&);
qbxml::Value to_value(const store::Event&);

}  // namespace server::service
