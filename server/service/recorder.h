// Keeps what is said in a session, so that a person can read it and play it again.
#pragma once

#include <string>
#include <string_view>

#include "server/base/clock.h"
#include "server/store/store.h"
#include "wsdl/call.h"

namespace server::service {

// Nothing; without what says too much (see below); everything but passwords and tickets.
enum class Recording { none, redacted, full };

struct RecorderSettings {
    Recording recording = Recording::redacted;
    std::size_t text_bytes_max = 1u << 20;  // of a longer text only the head is kept
};

// One exchange. Passwords and tickets are never kept. Redacted, the elements that say too much of a
// person or a card (qbxml/canonical/masks.h) keep their place and lose their content (***), and so
// does the number of the QuickBooks session.
class Exchange {
public:
    // Takes of the call what is to be kept, for the call's texts are moved while it is answered.
    Exchange(const RecorderSettings&, const qbwc::Call&);
    // Writes it down, unless the call belongs to no session. Never fails: the call is answered
    // already, and a recording that is not complete is no reason to answer otherwise.
    void keep(const qbwc::Reply&, base::Time now, store::Store&);

private:
    std::string taken(std::string_view text);

    RecorderSettings settings_;
    std::string method_, ticket_, said_;
    bool whole_ = true;
};

// Forgets recordings that are older.
void prune_recordings(store::Store&, base::Time before);

}  // namespace server::service
