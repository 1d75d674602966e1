// How a company wants to be treated now: the rules of session/manners on what is kept of it.
#pragma once

#include "server/session/manners.h"
#include "server/store/tx.h"

namespace server::service {

// The clock on the wall of that IANA zone; UTC for a zone that is not known. Its file is read when
// it is asked for first.
session::OffsetAt offset_of(std::string_view time_zone);

// What may be handed out now, to a session of that age if there is one.
session::Allowed allowed_now(store::Tx&, const store::Company&, std::optional<base::Time> opened_at,
                             base::Time now);

}  // namespace server::service
