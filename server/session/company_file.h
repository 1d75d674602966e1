// How one company file is told from another, and what is said when the wrong one is open.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace server::session {

// Without regard to case, as Windows compares paths and names of computers.
bool same_text(std::string_view, std::string_view);

struct FileIdentity {
    std::string file_id = {};  // the stamp that the .qwc left in it, under its OwnerID
    std::string path = {};     // as QBWC names it in sendRequestXML
    std::string name = {};     // CompanyName
    std::string country = {};

    bool known() const { return !file_id.empty() || !path.empty() || !name.empty(); }
    bool operator==(const FileIdentity&) const = default;
};

// What speaks against the open file being the linked one.
enum class Difference {
    none,
    stamp,    // it was added to the Web Connector for another connection
    name,     // of the company
    place,    // the same marks, but another path
    country,  // another country's QuickBooks
};
Difference difference(const FileIdentity& linked, const FileIdentity& seen, std::string_view stamp);

// Why the open file is not the linked one, as a sentence for the person at QuickBooks that names
// both files; nullopt when nothing speaks against it. What either side does not know is not
// compared; texts compare without regard to case. `stamp` is the FileID of the company's own .qwc:
// a file that carries another one belongs to another connection, also before anything is linked.
std::optional<std::string> wrong_file(const FileIdentity& linked, const FileIdentity& seen,
                                      std::string_view stamp, std::string_view expected_name);

// What is known now: what was seen, and what was known before where nothing was seen.
FileIdentity merged(const FileIdentity& linked, const FileIdentity& seen);

}  // namespace server::session
