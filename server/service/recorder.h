// Keeps what is said in a session, so that a person can read it and play it again.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

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

// What was said and is not in the store yet. A transaction of its own for every exchange would cost
// as much as the round: what a round says goes along with the next one, the rest within seconds. A
// crash loses the recording of what was said last, and nothing else. Thread safe.
class Recorder {
public:
    explicit Recorder(RecorderSettings settings) : settings_(settings) {}

    const RecorderSettings& settings() const { return settings_; }

    struct Spoken {
        std::string ticket_hash;
        store::Exchange exchange;
    };
    void add(Spoken);
    bool is_full() const;

    // What waits, on its way into a transaction; back in its place unless it was written. There is
    // one at a time, so that the exchanges of a session stay in order: a second one is empty.
    class Load {
    public:
        explicit Load(Recorder& recorder);
        ~Load();
        Load(const Load&) = delete;
        Load& operator=(const Load&) = delete;

        bool empty() const { return spoken_.empty(); }
        void put(store::Tx&) const;
        void written() { written_ = true; }  // its transaction has committed

    private:
        Recorder& recorder_;
        std::vector<Spoken> spoken_;
        bool taken_ = false, written_ = false;
    };

    // Writes down what waits. Never fails: the calls are answered already, and a recording that is
    // not complete is no reason to answer otherwise.
    void flush(store::Store&);

private:
    const RecorderSettings settings_;
    mutable std::mutex mutex_;
    std::vector<Spoken> waiting_;
    std::size_t bytes_ = 0;
    bool loading_ = false;
};

// One exchange. Passwords and tickets are never kept. Redacted, the elements that say too much of a
// person or a card (qbxml/canonical/masks.h) keep their place and lose their content (***), and so
// does the number of the QuickBooks session.
class Exchange {
public:
    // Takes of the call what is to be kept, for the call's texts are moved while it is answered.
    Exchange(const RecorderSettings&, const qbwc::Call&);
    // Hands it over with its reply, unless the call belongs to no session.
    void keep(const qbwc::Reply&, base::Time now, Recorder&);

private:
    std::string taken(std::string_view text);

    const RecorderSettings& settings_;
    std::string method_, ticket_, said_;
    bool whole_ = true;
};

// Forgets recordings that are older.
void prune_recordings(store::Store&, base::Time before);

}  // namespace server::service
