// A connection to a store that fails when a test says so.
#pragma once

#include <memory>

#include "server/store/connection.h"

namespace testing {

enum class Fault { unavailable, conflict };

// What fails, shared between a test and the connection that its store owns. Every begin, statement,
// script and commit is a step.
struct Faults {
    int steps = 0;     // taken since the last reset
    int fail_at = -1;  // 0: the first step from now; -1: none
    int times = 1;     // so many steps from there on fail
    Fault fault = Fault::unavailable;

    void fail_step(int nth, Fault kind = Fault::unavailable, int how_often = 1)
    {
        *this = {.fail_at = nth, .times = how_often, .fault = kind};
    }
    void heal() { *this = {}; }
    bool struck() const { return fail_at >= 0 && steps > fail_at; }
};

class FaultyConnection final : public server::store::Connection {
public:
    FaultyConnection(std::unique_ptr<server::store::Connection> real,
                     std::shared_ptr<Faults> faults)
        : real_(std::move(real)), faults_(std::move(faults))
    {
    }

    std::int64_t run(std::string_view sql, std::span<const server::store::Param> params,
                     const server::store::OnRow& on_row) override
    {
        step("a statement");
        return real_->run(sql, params, on_row);
    }
    void begin_read() override
    {
        step("a begin");
        real_->begin_read();
    }
    void begin_write() override
    {
        step("a begin");
        real_->begin_write();
    }
    void commit(server::store::Durable durable) override
    {
        step("a commit");
        real_->commit(durable);
    }
    std::int64_t version() override
    {
        step("a version");
        return real_->version();
    }
    void sync() override
    {
        step("a sync");
        real_->sync();
    }
    void rollback() noexcept override { real_->rollback(); }
    void run_script(std::string_view sql) override
    {
        step("a script");
        real_->run_script(sql);
    }

private:
    void step(const char* what)
    {
        const int nth = faults_->steps++;
        if (faults_->fail_at < 0 || nth < faults_->fail_at) return;
        if (nth >= faults_->fail_at + faults_->times) return;
        if (faults_->fault == Fault::conflict)
            throw server::store::Conflict(std::string("the test lets meet another writer: ") +
                                          what);
        throw server::store::Unavailable(std::string("the test lets fail: ") + what);
    }

    std::unique_ptr<server::store::Connection> real_;
    std::shared_ptr<Faults> faults_;
};

}  // namespace testing
