// A QuickBooks to develop against: books in memory, qbXML text in, qbXML text out, with the real
// one's manners and status codes. Deterministic: clock and ids come from the options.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "qbxml/result.h"

namespace qbxml::simulator {

struct BooksWish {
    int customers = 50;
    int invoices = 200;
    std::uint64_t seed = 1;
    std::string company_name = "Larch & Pine Builders";
    std::string company_path = "C:\\Users\\Public\\Documents\\Larch and Pine.qbw";
    std::string country = "US";
};

class CompanyFile;    // company_file.h
struct BookSettings;  // settings.h

// In which mode an application wants the company file to be open.
enum class FileMode { any, single_user, multi_user };

struct QuickBooksOptions {
    std::string qbxml_version = "16.0";          // highest supported; "": as the books say
    std::function<std::int64_t()> unix_seconds;  // the PC's clock
    std::string owner_id, file_id;               // what the .qwc stamped into the file
    FileMode wanted_mode = FileMode::any;
    std::string product = {};               // as HostQuery names it; "": Enterprise of its version
    std::string computer = "FRONT-OFFICE";  // whose Web Connector calls
    std::string opened_from = {};  // where the file lies now; "": where the books say it was made
    // Message sets are done, but their answers cannot be kept for recovery (9005).
    bool answers_cannot_be_kept = false;
};

class SimulatedQuickBooks {
public:
    // Makes the books of a believable company from a seed.
    SimulatedQuickBooks(const BooksWish&, QuickBooksOptions);
    ~SimulatedQuickBooks();
    // Reads the books that save() wrote.
    static Result<std::unique_ptr<SimulatedQuickBooks>> load(const std::string& path,
                                                             QuickBooksOptions);
    // Writes the books, kept message sets included; the file is replaced as a whole (fsync,
    // rename).
    void save(const std::string& path) const;
    // When set, books are saved after every message set that changed them, before its answer goes
    // out, as QuickBooks does: one append to the journal beside the file (books_file.h).
    void save_to(std::string path);

    struct Failure {
        std::string hresult;
        std::string message;
    };
    // "" takes the file that is open. A path that is not this company file fails as QuickBooks
    // does.
    std::optional<Failure> begin_session(std::string_view company_file);
    void end_session();  // iterators die
    std::string company_path() const;
    std::string country() const;

    struct Processed {
        std::string response;
        std::optional<Failure> failure;
    };
    // Needs a session: without one it fails with 0x8004040C. A failure means that nothing of the
    // message set was done; but for a death, which leaves that open.
    Processed process(std::string_view qbxml);

    // As the person in front of QuickBooks does it: needs no session and touches none, iterators
    // included.
    Processed process_by_hand(std::string_view qbxml);
    const QuickBooksOptions& options() const;
    // Settings are changed and saved.
    void change_settings(BookSettings settings);
    // Several currencies are switched on, for good.
    void use_currencies();

    // QuickBooks dies in the next message set: after that many of its requests (all of them, if it
    // has fewer) it fails with 0x80010105, the session is gone, and no answer was kept (9002).
    void die_within(int requests);
    // The iterators of the session are gone, the session is not.
    void lose_iterators();

    // A backup brought back to `path`, with the kept answers of its day; when it was restored is
    // noted. The books at `path` must not be open. Fails when the backup cannot be read.
    static std::optional<Error> restore(const std::string& backup, const std::string& path,
                                        std::int64_t now);

    // For counts and comparisons in tests: how many records the books hold.
    std::size_t count(std::string_view ret_name) const;  // "CustomerRet", "InvoiceRet"
    CompanyFile& books();

private:
    struct State;
    std::unique_ptr<State> state_;
    explicit SimulatedQuickBooks(std::unique_ptr<State>);
};

}  // namespace qbxml::simulator
