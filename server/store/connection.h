// The driver seam: SQL in, rows out. The verbs of Tx stand on this and on nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

namespace server::store {

// The database is gone, full or broken: an exception that ends at the edge.
class Unavailable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Two writers met: the transaction is to be run again.
class Conflict : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Bytes that are no text.
struct Bytes {
    std::string_view bytes;
};
// A value for a placeholder $1 … $n; text is not copied and must live until the call returns.
using Param = std::variant<std::nullptr_t, std::int64_t, std::string_view, Bytes>;

// One row, valid inside the function that is given it. Columns count from 0.
class Row {
public:
    virtual ~Row() = default;
    virtual bool is_null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual std::string_view text(int column) const = 0;
    virtual std::string_view bytes(int column) const = 0;
};
using OnRow = std::function<void(const Row&)>;

// When a commit is on the disk: before it returns, or with the next one that is. Either way it is
// whole, and no crash of the process loses it; only a power failure can take the last `soon` ones.
// A commit that cannot be brought onto the disk throws Unavailable although others may see it.
enum class Durable { at_once, soon };

// One connection to one database; one thread at a time. Throws Unavailable and Conflict.
class Connection {
public:
    virtual ~Connection() = default;
    // Runs one statement and calls `on_row` for every row; the number of rows changed.
    virtual std::int64_t run(std::string_view sql, std::span<const Param> params,
                             const OnRow& on_row) = 0;
    virtual void begin_read() = 0;
    // Takes the right to write at once, so that it cannot be lost later.
    virtual void begin_write() = 0;
    virtual void commit(Durable) = 0;
    // A number that changes when another connection has committed, of this process or another.
    virtual std::int64_t version() = 0;
    // Returns when every commit so far is on the disk.
    virtual void sync() = 0;
    virtual void rollback() noexcept = 0;
    // Several statements without parameters, for migrations.
    virtual void run_script(std::string_view sql) = 0;
};

}  // namespace server::store
