// Books on a disk: one whole file, and beside it a journal of what changed since.
//
// A change of the books is on the disk when save_changes() returns: one append and one fsync,
// whatever the books' size. A process killed at any moment loses at most the change whose
// save_changes() did not return. The journal grows until it is half as long as the file and is
// then folded into it; the file is replaced as a whole (fsync, rename).
//
// One process at a time, one thread at a time. Throws std::system_error when the disk refuses.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "qbxml/simulator/company_file.h"

namespace qbxml::simulator {

class BooksFile {
public:
    // Goes on with the journal when the books were just read from there and it is short; else saves
    // them there as a whole. `books` outlives this.
    BooksFile(CompanyFile& books, std::string path);
    ~BooksFile();
    BooksFile(const BooksFile&) = delete;
    BooksFile& operator=(const BooksFile&) = delete;

    void save_changes();

private:
    void save_whole();
    void open_journal();
    bool go_on_with_journal();

    CompanyFile& books_;
    std::string path_;
    int journal_ = -1;
    std::uint64_t journal_bytes_ = 0;
    std::uint64_t journal_bytes_max_ = 0;
};

// The journal of the books at `path`, read and put on top of them; how many of its bytes count.
// What was cut off at its end by a death does not.
Result<std::uint64_t> replay_journal(CompanyFile& books, const std::string& path);
std::string journal_path(const std::string& path);

// A file replaced as a whole: written beside, synced, renamed.
void replace_file(const std::string& path, std::string_view text);
// The number of the whole file that stands at `path`, 0 when there is none.
std::uint64_t generation_at(const std::string& path);

}  // namespace qbxml::simulator
