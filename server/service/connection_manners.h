// How a company wants to be treated now: the rules of session/manners on what is kept of it.
#pragma once

#include <optional>
#include <string_view>

#include "server/session/manners.h"
#include "server/session/session.h"
#include "server/store/tx.h"

namespace server::service {

// The clock on the wall of that IANA zone; UTC for a zone that is not known. Its file is read when
// it is asked for first.
session::OffsetAt offset_of(std::string_view time_zone);

bool is_active(const store::Company&);         // linked, or waiting to be
bool is_confirmed(const store::CompanyLink&);  // or need not be
// A session is opened for the first look alone: nobody asked for anything yet, but somebody waits
// to hear which company file it is.
bool wants_look(const store::Company&, const store::CompanyLink&);

// What may be handed out now, to a session of that age if there is one.
session::Allowed allowed_by(const store::Company&, const store::CompanyLink&,
                            std::optional<base::Time> opened_at, base::Time now);
session::Allowed allowed_now(store::Tx&, const store::Company&, std::optional<base::Time> opened_at,
                             base::Time now);

// The same for a running session. One that has spent its budget is followed by a rest.
session::Allowed allowed_in(store::Tx&, const store::Company&, const session::Session&,
                            base::Time now);

}  // namespace server::service
