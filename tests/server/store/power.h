// A disk whose power can fail: what is found afterwards is what was synced before.
#pragma once

#include <string>

namespace testing {

// While it lives, what SQLite opens goes through it. One at a time; any thread may write.
class Power {
public:
    Power();
    ~Power();
    Power(const Power&) = delete;
    Power& operator=(const Power&) = delete;

    // The database of `path` as it would be found if the power failed now, as a file `to`.
    void fail(const std::string& path, const std::string& to) const;

    // From now on no sync of a write-ahead log, or of a database, succeeds; or again all do.
    enum class Refused { nothing, log, database };
    void refuse_syncs(Refused);
};

}  // namespace testing
