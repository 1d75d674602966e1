// The file with the books of a simulated QuickBooks, as the commands use it.
#pragma once

#include <memory>
#include <string>

#include "qbxml/result.h"
#include "qbxml/simulator/quickbooks.h"

namespace server::cli {

// Holds the books at a path for one process: a session of the connector or an edit. Waits for
// whoever has them, so that an edit falls between two sessions; throws std::runtime_error after
// half a minute.
class BooksLock {
public:
    explicit BooksLock(const std::string& path);
    ~BooksLock();
    BooksLock(const BooksLock&) = delete;
    BooksLock& operator=(const BooksLock&) = delete;

private:
    int file_ = -1;
};

bool books_exist(const std::string& path);

// The books at a path, kept there from now on. `options.qbxml_version` empty: as the books say, or
// the newest.
qbxml::Result<std::unique_ptr<qbxml::simulator::SimulatedQuickBooks>> load_books(
    const std::string& path, qbxml::simulator::QuickBooksOptions options);

}  // namespace server::cli
