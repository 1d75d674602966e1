// What is true: the store's two doors.
#pragma once

#include <memory>
#include <type_traits>

#include "server/store/connection.h"
#include "server/store/tx.h"

namespace server::store {

// Owns one connection; one thread at a time. Each worker has its own.
class Store {
    // Declared first: its type is deduced from its body.
    template <class Fn>
    auto finish(Fn& fn, Durable durable)
    {
        struct Rollback {  // whatever is thrown below leaves no open transaction
            Connection* connection;
            ~Rollback()
            {
                if (connection) connection->rollback();
            }
        } rollback{connection_.get()};
        Tx tx(*connection_, durable);
        if constexpr (std::is_void_v<std::invoke_result_t<Fn&, Tx&>>) {
            fn(tx);
            connection_->commit(tx.durable());
            rollback.connection = nullptr;
        } else {
            auto result = fn(tx);
            connection_->commit(tx.durable());
            rollback.connection = nullptr;
            return result;
        }
    }

public:
    explicit Store(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

    // Runs fn(Tx&) on one consistent state.
    template <class Fn>
    auto read(Fn&& fn)
    {
        connection_->begin_read();
        return finish(fn, Durable::soon);
    }

    // Runs fn(Tx&) and commits when it returns; what it throws rolls back. On a Conflict it runs
    // again, up to five times: so fn changes nothing but the Tx.
    template <class Fn>
    auto write(Fn&& fn, Durable durable = Durable::at_once)
    {
        for (int attempt = 1;; ++attempt) {
            try {
                connection_->begin_write();
                return finish(fn, durable);
            } catch (const Conflict& conflict) {
                if (attempt == conflicts_max) throw Unavailable(conflict.what());
            }
        }
    }

    // Brings earlier commits that were to be durable `soon` onto the disk now.
    void sync() { connection_->sync(); }

    // A number that changes when another connection has committed: cheap to ask for.
    std::int64_t version() { return connection_->version(); }

    Connection& connection() { return *connection_; }

private:
    static constexpr int conflicts_max = 5;

    std::unique_ptr<Connection> connection_;
};

}  // namespace server::store
