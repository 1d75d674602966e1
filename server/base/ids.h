// Identifiers as types of their own, and where new ones come from.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "server/base/clock.h"

namespace server::base {

// A text that names one kind of thing; an id of one kind cannot be passed for another.
template <class Tag>
struct Id {
    std::string text = {};

    bool empty() const { return text.empty(); }
    auto operator<=>(const Id&) const = default;
};

using CompanyId = Id<struct CompanyTag>;  // the slug chosen at creation; never changes
using JobId = Id<struct JobTag>;
using BatchId = Id<struct BatchTag>;      // also the message set id: under 24 characters
using Ticket = Id<struct TicketTag>;      // a braced GUID, as QBWC shows it; a secret
using SessionId = Id<struct SessionTag>;  // names a session in rows and logs; no secret

// New identifiers. Tickets, GUIDs and passwords come from a cryptographic source; job and batch ids
// sort by the time they were made.
class Ids {
public:
    virtual ~Ids() = default;
    virtual Ticket ticket() = 0;
    virtual SessionId session(Time now) = 0;
    virtual JobId job(Time now) = 0;
    virtual BatchId batch(Time now) = 0;
    virtual std::string guid() = 0;      // "{XXXXXXXX-XXXX-4XXX-XXXX-XXXXXXXXXXXX}", upper case
    virtual std::string password() = 0;  // 24 characters without look-alikes
};

// Thread safe.
class RandomIds final : public Ids {
public:
    Ticket ticket() override;
    SessionId session(Time now) override;
    JobId job(Time now) override;
    BatchId batch(Time now) override;
    std::string guid() override;
    std::string password() override;
};

}  // namespace server::base
