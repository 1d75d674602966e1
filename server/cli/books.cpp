#include "server/cli/books.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "qbxml/simulator/company_file.h"
#include "qbxml/version.h"

namespace server::cli {

namespace {

constexpr int tries_max = 300;
constexpr useconds_t pause_microseconds = 100'000;

}  // namespace

BooksLock::BooksLock(const std::string& path)
{
    const std::string name = path + ".lock";
    file_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file_ < 0) throw std::system_error(errno, std::generic_category(), name);
    for (int tries = 0; ::flock(file_, LOCK_EX | LOCK_NB) != 0; ++tries) {
        if (tries == tries_max) {
            ::close(file_);
            throw std::runtime_error(fmt::format(
                "the books {} are in use by another process, for half a minute now; end it, or "
                "wait for the end of its session",
                path));
        }
        ::usleep(pause_microseconds);
    }
}

BooksLock::~BooksLock()
{
    ::close(file_);
}

bool books_exist(const std::string& path)
{
    return ::access(path.c_str(), F_OK) == 0;
}

qbxml::Result<std::unique_ptr<qbxml::simulator::SimulatedQuickBooks>> load_books(
    const std::string& path, qbxml::simulator::QuickBooksOptions options)
{
    auto books = qbxml::simulator::SimulatedQuickBooks::load(path, std::move(options));
    if (books) (*books)->save_to(path);
    return books;
}

}  // namespace server::cli
