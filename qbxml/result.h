// A value, or the reason why there is none.
//
// For the mistakes of others: what a peer, a client or QuickBooks sent. The caller must look before
// it takes the value; taking the value of a failure is our own bug and throws std::logic_error.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace qbxml {

// `where` names the place in what was read (a path, a line and column, an option), `what` says what
// was found, what was expected and what to do about it.
struct Error {
    std::string where;
    std::string what;

    bool operator==(const Error&) const = default;
    std::string text() const { return where.empty() ? what : where + ": " + what; }
};

template <class T, class E = Error>
class [[nodiscard]] Result {
public:
    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    Result(E error) : held_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return held_.index() == 0; }
    bool ok() const { return held_.index() == 0; }

    T& value() & { return checked(), std::get<0>(held_); }
    const T& value() const& { return checked(), std::get<0>(held_); }
    T&& value() && { return checked(), std::get<0>(std::move(held_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const E& error() const
    {
        if (ok()) throw std::logic_error("the error of a success was taken");
        return std::get<1>(held_);
    }

private:
    void checked() const
    {
        if (!ok()) throw std::logic_error("the value of a failure was taken");
    }

    std::variant<T, E> held_;
};

}  // namespace qbxml
