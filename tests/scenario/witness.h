// Looks on while things happen: a reader who follows the change log, and how far syncs have come.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "server/store/store.h"
#include "tests/scenario/office.h"

namespace scenario {

class Witness {
public:
    explicit Witness(const Office& office) : office_(office) {}

    // Reads what is new in the log. Throws Broken when it contradicts what was read before.
    void read_on(server::store::Store&);
    // No sync has fallen behind a checkpoint that it had.
    void look_at_syncs(server::store::Store&);
    // Who followed the log knows what is in the mirror, and so does who reads it from its start.
    void compare(server::store::Store&);

private:
    using Live = std::map<std::string, std::set<std::string>>;  // ids by type
    static std::int64_t follow(server::store::Tx&, const Office&, std::int64_t after, Live&);

    const Office& office_;
    std::int64_t last_ = 0;
    Live live_;
    std::map<std::string, std::pair<int, std::string>> checkpoints_;  // of a sync: query, range
};

}  // namespace scenario
