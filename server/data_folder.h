// The folder that holds everything the server keeps.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/store/sqlite.h"
#include "server/store/store.h"
#include "server/store/views.h"

namespace server {

class DataFolder {
public:
    // Makes the folder when it is missing, readable for its owner alone. Throws std::runtime_error
    // naming it when that fails.
    // `views` stand in the database afterwards, for people who ask it themselves.
    explicit DataFolder(std::string path, std::vector<store::View> views = {});

    // A store of its own on the folder's database, brought to this program's schema. The server may
    // be running or not: each process has its own connection. The stores of one folder object
    // write together.
    store::Store open(base::Time now) const;
    std::string database() const { return path_ + "/qbwcd.sqlite"; }

private:
    std::string path_;
    std::vector<store::View> views_;
    store::SqliteFile file_;
};

}  // namespace server
