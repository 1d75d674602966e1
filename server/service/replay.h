// Plays an exported session again: the same calls in the same order, every answer compared.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/base/ids.h"
#include "server/service/transcript.h"
#include "server/store/store.h"
#include "wsdl/call.h"

namespace server::service {

// The time of a recording: it passes when the transcript says so.
class RecordedClock final : public base::Clock {
public:
    explicit RecordedClock(base::Time start) : now_(start) {}
    base::Time now() const override { return now_; }
    void advance(std::chrono::microseconds by) { now_ += by; }

private:
    base::Time now_;
};

struct Played {
    int calls = 0;
    std::vector<std::string> differences;  // "line 12: …"; none: everything was answered as it was
};

// Where it is played: a server of its own, on an empty database that is forgotten afterwards. The
// calls go by `speak`, as values or over a wire; the clock is the server's.
using Speak = std::function<qbwc::Reply(const qbwc::Call&)>;
Played replay(const std::vector<Step>&, store::Store&, RecordedClock&, base::Ids&, const Speak&);

}  // namespace server::service
