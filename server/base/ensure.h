// Assertions that stay on in release: for our own mistakes, never for input.
#pragma once

#include <stdexcept>
#include <string>

namespace server::base {

// A state that cannot be. The call that met it dies, the server lives.
class Bug : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

inline void ensure(bool condition, const char* what)
{
    if (!condition) throw Bug(what);
}

[[noreturn]] inline void unreachable()
{
    throw Bug("a value outside its enumeration");
}

}  // namespace server::base
