#include "qbxml/simulator/books_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>
#include <system_error>

#include "qbxml/simulator/text.h"
#include "qbxml/xml.h"

namespace qbxml::simulator {

namespace {

constexpr std::uint64_t journal_bytes_least = 1024 * 1024;
constexpr std::size_t change_bytes_max = std::size_t{1} << 30;
constexpr std::string_view journal_word = "journal of generation ";

[[noreturn]] void fail(const std::string& path, const char* doing)
{
    throw std::system_error(errno, std::generic_category(), fmt::format("{} {}", doing, path));
}

void write_all(int fd, std::string_view text, const std::string& path)
{
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(path, "writing");
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

void sync(int fd, const std::string& path)
{
    if (::fdatasync(fd) != 0) fail(path, "syncing");
}

class OpenFile {
public:
    OpenFile(const std::string& path, int flags) : fd(::open(path.c_str(), flags, 0600))
    {
        if (fd < 0) fail(path, "opening");
    }
    ~OpenFile() { ::close(fd); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    const int fd;
};

// A new name in a folder lasts when the folder is synced.
void sync_folder_of(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const OpenFile opened(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (::fsync(opened.fd) != 0) fail(folder, "syncing");
}

std::uint64_t size_of(const std::string& path)
{
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 ? static_cast<std::uint64_t>(found.st_size) : 0;
}

// The number that `text` begins with, and takes it off.
std::optional<std::uint64_t> take_number(std::string_view& text)
{
    std::uint64_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return number;
}

bool take(std::string_view& text, std::string_view what)
{
    if (!text.starts_with(what)) return false;
    text.remove_prefix(what.size());
    return true;
}

// The next whole change of a journal; nothing at its end, or where a death cut it off.
struct Framed {
    std::string_view change;
    bool sound = false;
};
std::optional<Framed> take_change(std::string_view& journal)
{
    std::string_view text = journal;
    if (!take(text, "change ")) return std::nullopt;
    const auto bytes = take_number(text);
    if (!bytes || !take(text, " ")) return std::nullopt;
    const auto sum = take_number(text);
    if (!sum || !take(text, "\n") || text.size() < *bytes) return std::nullopt;
    const std::string_view change = text.substr(0, *bytes);
    text.remove_prefix(*bytes);
    journal = text;
    return Framed{change, checksum(change) == *sum};
}

}  // namespace

std::string journal_path(const std::string& path)
{
    return path + ".journal";
}

void replace_file(const std::string& path, std::string_view text)
{
    const std::string fresh = path + ".new";
    {
        const OpenFile file(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
        write_all(file.fd, text, fresh);
        sync(file.fd, fresh);
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) fail(path, "replacing");
    sync_folder_of(path);
}

std::uint64_t generation_at(const std::string& path)
{
    constexpr std::size_t head_bytes = 512;
    std::ifstream file(path, std::ios::binary);
    std::string head(head_bytes, '\0');
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(file.gcount()));
    constexpr std::string_view word = " generation=\"";
    const std::size_t at = head.find(word);
    if (at == std::string::npos) return 0;
    std::string_view rest = std::string_view(head).substr(at + word.size());
    return take_number(rest).value_or(0);
}

Result<std::uint64_t> replay_journal(CompanyFile& books, const std::string& path)
{
    const std::string journal = journal_path(path);
    std::ifstream file(journal, std::ios::binary);
    if (!file) return std::uint64_t{0};
    std::ostringstream read;
    read << file.rdbuf();
    const std::string text = std::move(read).str();
    std::string_view rest = text;
    // Of a file that was replaced since, or cut off in its first line: there is nothing in it.
    if (!take(rest, journal_word)) return std::uint64_t{0};
    const auto generation = take_number(rest);
    if (!generation || !take(rest, "\n") || *generation != books.generation()) {
        return std::uint64_t{0};
    }
    while (const auto framed = take_change(rest)) {
        const auto place = static_cast<std::size_t>(framed->change.data() - text.data());
        if (!framed->sound) {
            return Error{journal, fmt::format("the change at byte {} is damaged: restore the books "
                                              "from a copy",
                                              place)};
        }
        const auto document =
            Document::parse(std::string(framed->change), XmlLimits{.bytes_max = change_bytes_max});
        if (!document) return Error{journal, document.error().text()};
        if (auto error = books.apply_change(document->root())) {
            return Error{journal, fmt::format("at byte {}: {}", place, error->what)};
        }
    }
    return static_cast<std::uint64_t>(text.size() - rest.size());
}

BooksFile::BooksFile(CompanyFile& books, std::string path) : books_(books), path_(std::move(path))
{
    if (!go_on_with_journal()) save_whole();
}

bool BooksFile::go_on_with_journal()
{
    const std::string journal = journal_path(path_);
    const std::uint64_t bytes = size_of(journal);
    journal_bytes_max_ = std::max(journal_bytes_least, size_of(path_) / 2);
    const bool as_read = books_.generation() != 0 && books_.generation() == generation_at(path_) &&
                         bytes != 0 && bytes == books_.journal_bytes() &&
                         bytes <= journal_bytes_max_;
    if (!as_read) return false;
    journal_ = ::open(journal.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (journal_ < 0) fail(journal, "opening");
    journal_bytes_ = bytes;
    save_changes();
    return true;
}

BooksFile::~BooksFile()
{
    if (journal_ >= 0) ::close(journal_);
}

void BooksFile::save_whole()
{
    if (journal_ >= 0) ::close(journal_);
    journal_ = -1;
    books_.save(path_);
    books_.track_changes();
    open_journal();
}

// The journal of the whole file that stands there: empty.
void BooksFile::open_journal()
{
    const std::string journal = journal_path(path_);
    journal_ = ::open(journal.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (journal_ < 0) fail(journal, "opening");
    write_all(journal_, fmt::format("{}{}\n", journal_word, generation_at(path_)), journal);
    sync(journal_, journal);
    sync_folder_of(path_);
    journal_bytes_ = 0;
    journal_bytes_max_ = std::max(journal_bytes_least, size_of(path_) / 2);
}

void BooksFile::save_changes()
{
    const std::string change = books_.take_changes();
    if (change.empty()) return;
    if (journal_bytes_ > journal_bytes_max_) return save_whole();
    const std::string framed =
        fmt::format("change {} {}\n{}", change.size(), checksum(change), change);
    write_all(journal_, framed, journal_path(path_));
    sync(journal_, journal_path(path_));
    journal_bytes_ += framed.size();
}

}  // namespace qbxml::simulator
