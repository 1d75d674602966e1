#include "server/session/company_file.h"

#include <algorithm>

#include <fmt/format.h>

#include "server/base/ensure.h"

namespace server::session {
namespace {

bool differ(std::string_view a, std::string_view b)
{
    return !a.empty() && !b.empty() && !same_text(a, b);
}

std::string described(std::string_view name, std::string_view path)
{
    if (name.empty() && path.empty()) return "a file without a name";
    if (name.empty()) return std::string(path);
    if (path.empty()) return fmt::format("\"{}\"", name);
    return fmt::format("\"{}\" ({})", name, path);
}

std::string_view text_of(Difference difference)
{
    switch (difference) {
        case Difference::none: return {};
        case Difference::stamp: return "it was added to the Web Connector for another connection";
        case Difference::name: return "its company name is another";
        case Difference::place:
            return "it lies in another place: a copy, a restored backup, or the file was moved";
        case Difference::country: return "it is of another country's QuickBooks";
    }
    base::unreachable();
}

}  // namespace

bool same_text(std::string_view a, std::string_view b)
{
    const auto lower = [](unsigned char c) { return c < 0x80 ? std::tolower(c) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) {
        return lower(static_cast<unsigned char>(x)) == lower(static_cast<unsigned char>(y));
    });
}

Difference difference(const FileIdentity& linked, const FileIdentity& seen, std::string_view stamp)
{
    if (differ(stamp, seen.file_id) || differ(linked.file_id, seen.file_id))
        return Difference::stamp;
    if (differ(linked.name, seen.name)) return Difference::name;
    if (differ(linked.path, seen.path)) return Difference::place;
    if (differ(linked.country, seen.country)) return Difference::country;
    return Difference::none;
}

std::optional<std::string> wrong_file(const FileIdentity& linked, const FileIdentity& seen,
                                      std::string_view stamp, std::string_view expected_name)
{
    const std::string_view why = text_of(difference(linked, seen, stamp));
    if (why.empty()) return std::nullopt;
    const std::string expected = linked.known() ? described(linked.name, linked.path)
                                                : fmt::format("that of \"{}\"", expected_name);
    return fmt::format(
        "The wrong company file is open in QuickBooks: {}. The linked file is {}; {}. Nothing was "
        "read or written. Open the linked file and start the update again. If the open file is the "
        "right one, ask the operator of the server to accept it.",
        described(seen.name, seen.path), expected, why);
}

FileIdentity merged(const FileIdentity& linked, const FileIdentity& seen)
{
    const auto newer = [](const std::string& before, const std::string& now) {
        return now.empty() ? before : now;
    };
    return {.file_id = newer(linked.file_id, seen.file_id),
            .path = newer(linked.path, seen.path),
            .name = newer(linked.name, seen.name),
            .country = newer(linked.country, seen.country)};
}

}  // namespace server::session
