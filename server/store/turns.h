// Who writes next, and what is committed together.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>

namespace server::store {

// The threads of one process that write to one database take turns on one connection. Who is
// through while others wait hands them the open transaction and waits for its commit: so a group
// of writers costs one commit, and a single one waits for nobody. Any thread.
//
// take, and then, whatever happens, exactly one of keep, leave and give_up.
class Turns {
public:
    using Commit = std::function<void()>;

    // Waits for the turn. True when a transaction is to be begun; false when one is open, with what
    // others have written: it must be possible to leave without undoing that.
    bool take();

    // What was written stays. Returns when it is committed, by this `commit` or by a later
    // member's; throws what that commit threw. `full`: the group has grown large enough, nobody
    // else is let in.
    void keep(bool full, const Commit& commit);

    // What was written in this turn is undone, what others wrote before stays.
    void leave(const Commit& commit) noexcept;

    // There is no transaction any more: those who wait for its commit get `why`.
    void give_up(std::exception_ptr why) noexcept;

    int waiting() const;  // for the turn

private:
    struct Group {
        int kept = 0;
        bool ended = false;
        std::exception_ptr failure;
    };
    // Larger groups save little more, and while they wait for the disk nobody is left to work.
    static constexpr int group_max = 4;

    void end(std::unique_lock<std::mutex>&, const Commit&);
    void pass_on();

    mutable std::mutex mutex_;
    std::condition_variable free_;
    std::condition_variable ended_;
    std::shared_ptr<Group> group_;  // of the open transaction
    bool taken_ = false;
    int waiting_ = 0;
};

}  // namespace server::store
