// The one place where the bodies of Asio's functions are compiled; all else sees declarations.
#include <boost/asio/impl/src.hpp>
