#include "server/service/client_version.h"

#include <charconv>

#include <fmt/format.h>

namespace server::service {
namespace {

// Takes the first number off a dotted version; -1 at something that is none.
int take_number(std::string_view& version)
{
    int number = 0;
    const auto read = std::from_chars(version.data(), version.data() + version.size(), number);
    if (read.ec != std::errc()) return -1;
    version.remove_prefix(static_cast<std::size_t>(read.ptr - version.data()));
    if (!version.empty() && version.front() == '.') version.remove_prefix(1);
    return number;
}

}  // namespace

int compare_versions(std::string_view a, std::string_view b)
{
    while (!a.empty() || !b.empty()) {
        const int x = a.empty() ? 0 : take_number(a);
        const int y = b.empty() ? 0 : take_number(b);
        if (x < 0 || y < 0) return 0;
        if (x != y) return x < y ? -1 : 1;
    }
    return 0;
}

std::string client_version_answer(std::string_view version, std::string_view minimum,
                                  std::string_view advised)
{
    if (version.empty()) return "";
    if (!minimum.empty() && compare_versions(version, minimum) < 0)
        return fmt::format(
            "E:This server needs QuickBooks Web Connector {} or newer; yours is {}. Please install "
            "the current Web Connector from Intuit.",
            minimum, version);
    if (!advised.empty() && compare_versions(version, advised) < 0)
        return fmt::format(
            "W:QuickBooks Web Connector {} or newer is advised; yours is {}. It works, but please "
            "update it soon.",
            advised, version);
    return "";
}

}  // namespace server::service
