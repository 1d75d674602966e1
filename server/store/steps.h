// What the verbs of the mirror tell one another; for the tx_*.cpp alone.
#pragma once

#include "server/store/tx.h"

namespace server::store {

// From one version of a record to the next.
struct Tx::Step {
    std::int64_t number = 0;  // of the change
    std::string_view kind;
    base::Time at;
    std::string_view edit_sequence;
    const KeptRecord& before;
    std::string_view json;
};

}  // namespace server::store
