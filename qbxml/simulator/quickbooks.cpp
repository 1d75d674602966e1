#include "qbxml/simulator/quickbooks.h"

#include <algorithm>
#include <stdexcept>

#include "qbxml/simulator/books_file.h"
#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/currencies.h"
#include "qbxml/simulator/request_processor.h"
#include "qbxml/simulator/sample_books.h"
#include "qbxml/simulator/text.h"
#include "qbxml/version.h"

namespace qbxml::simulator {

struct SimulatedQuickBooks::State {
    std::unique_ptr<CompanyFile> books;
    QuickBooksOptions options;
    std::optional<BooksFile> file = {};  // of save_to()
    std::uint64_t sessions = 0;
    std::optional<RequestProcessor> session = {};
};

namespace {

constexpr std::string_view died = "0x80010105";

// An empty version: as the books say, or the newest.
void choose_version(QuickBooksOptions& options, const CompanyFile& books)
{
    if (!options.qbxml_version.empty()) return;
    options.qbxml_version = books.settings().qbxml_version;
    if (options.qbxml_version.empty()) options.qbxml_version = newest_version.text();
}

void check(const QuickBooksOptions& options)
{
    if (!options.unix_seconds) {
        throw std::invalid_argument("QuickBooksOptions::unix_seconds: the simulator needs a clock");
    }
}

}  // namespace

SimulatedQuickBooks::SimulatedQuickBooks(const BooksWish& wish, QuickBooksOptions options)
    : state_(std::make_unique<State>())
{
    check(options);
    state_->books = make_sample_books(wish);
    state_->options = std::move(options);
    choose_version(state_->options, *state_->books);
}

SimulatedQuickBooks::SimulatedQuickBooks(std::unique_ptr<State> state) : state_(std::move(state)) {}

SimulatedQuickBooks::~SimulatedQuickBooks() = default;

Result<std::unique_ptr<SimulatedQuickBooks>> SimulatedQuickBooks::load(const std::string& path,
                                                                       QuickBooksOptions options)
{
    check(options);
    auto books = CompanyFile::load(path);
    if (!books) return books.error();
    auto state = std::make_unique<State>();
    state->books = std::move(books).value();
    state->options = std::move(options);
    choose_version(state->options, *state->books);
    return std::unique_ptr<SimulatedQuickBooks>(new SimulatedQuickBooks(std::move(state)));
}

void SimulatedQuickBooks::save(const std::string& path) const
{
    state_->books->save(path);
}

void SimulatedQuickBooks::save_to(std::string path)
{
    state_->file.emplace(*state_->books, std::move(path));
}

std::optional<SimulatedQuickBooks::Failure> SimulatedQuickBooks::begin_session(
    std::string_view company_file)
{
    // Windows paths know no case.
    if (!company_file.empty() && folded(company_file) != folded(company_path())) {
        return Failure{"0x8004040A",
                       "A QuickBooks company data file is already open and it is "
                       "different from the one requested."};
    }
    const bool multi_user = state_->books->settings().multi_user;
    const FileMode wanted = state_->options.wanted_mode;
    if (wanted == (multi_user ? FileMode::single_user : FileMode::multi_user)) {
        return Failure{"0x80040410",
                       "The QuickBooks company data file is currently open in a mode other than "
                       "the one specified by your application."};
    }
    const std::int64_t now = state_->options.unix_seconds();
    const std::uint64_t salt =
        checksum(std::to_string(state_->books->profile().seed) + '/' + std::to_string(now) + '/' +
                 std::to_string(++state_->sessions));
    state_->session.emplace(*state_->books, state_->options, salt, now);
    return std::nullopt;
}

void SimulatedQuickBooks::end_session()
{
    state_->session.reset();
}

std::string SimulatedQuickBooks::company_path() const
{
    const std::string& moved = state_->options.opened_from;
    return moved.empty() ? state_->books->profile().path : moved;
}

std::string SimulatedQuickBooks::country() const
{
    return state_->books->profile().country;
}

SimulatedQuickBooks::Processed SimulatedQuickBooks::process(std::string_view qbxml)
{
    if (!state_->session) {
        return {.response = "",
                .failure = Failure{"0x8004040C",
                                   "BeginSession has not been called or it did not succeed."}};
    }
    Processed processed = state_->session->process(qbxml);
    if (state_->file) state_->file->save_changes();
    if (processed.failure && processed.failure->hresult == died) end_session();
    return processed;
}

SimulatedQuickBooks::Processed SimulatedQuickBooks::process_by_hand(std::string_view qbxml)
{
    RequestProcessor desk(*state_->books, state_->options, ++state_->sessions,
                          state_->options.unix_seconds());
    Processed processed = desk.process(qbxml);
    if (state_->file) state_->file->save_changes();
    return processed;
}

const QuickBooksOptions& SimulatedQuickBooks::options() const
{
    return state_->options;
}

void SimulatedQuickBooks::change_settings(BookSettings settings)
{
    state_->books->change_settings(std::move(settings));
    if (state_->file) state_->file->save_changes();
}

void SimulatedQuickBooks::use_currencies()
{
    simulator::use_currencies(*state_->books, state_->options.unix_seconds());
    if (state_->file) state_->file->save_changes();
}

std::optional<Error> SimulatedQuickBooks::restore(const std::string& backup,
                                                  const std::string& path, std::int64_t now)
{
    auto books = CompanyFile::load(backup);
    if (!books) return books.error();
    BookSettings settings = (*books)->settings();
    settings.last_restored = now;
    (*books)->change_settings(std::move(settings));
    (*books)->save(path);
    return std::nullopt;
}

void SimulatedQuickBooks::die_within(int requests)
{
    if (state_->session) state_->session->die_within(requests);
}

void SimulatedQuickBooks::lose_iterators()
{
    if (state_->session) state_->session->lose_iterators();
}

std::size_t SimulatedQuickBooks::count(std::string_view ret_name) const
{
    const Kind* kind = kind_of_ret(ret_name);
    return kind == nullptr ? 0 : state_->books->count(*kind);
}

CompanyFile& SimulatedQuickBooks::books()
{
    return *state_->books;
}

}  // namespace qbxml::simulator
