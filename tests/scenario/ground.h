// The database in memory that one seed after the other stands on: made and migrated once, emptied
// between them. A database made anew for each would cost more than the seed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/store/connection.h"

namespace scenario {

class Ground {
public:
    // An empty database with its schema; one at a time, until the next is asked for.
    std::unique_ptr<server::store::Connection> fresh(server::base::Time now);
    // The database as it is, for a process that begins anew.
    std::unique_ptr<server::store::Connection> again();
    // The next one is made from nothing: nobody knows what a failed seed has left.
    void forget() { kept_.reset(); }

private:
    void make(server::base::Time now);
    void empty();

    std::shared_ptr<server::store::Connection> kept_;
    std::vector<std::string> tables_;  // empty in a new database; referring ones first
};

}  // namespace scenario
