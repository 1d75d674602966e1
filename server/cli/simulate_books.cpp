// The bookkeeper of a simulated company: edits kept books between sessions, under QuickBooks' own
// rules.
#include <cstdint>
#include <iostream>

#include <fmt/format.h>

#include "qbxml/response.h"
#include "qbxml/simulator/bookkeeper.h"
#include "qbxml/simulator/company_file.h"
#include "qbxml/value.h"
#include "server/cli/books.h"
#include "server/cli/commands.h"

namespace server::cli {
namespace {

using qbxml::Value;
using qbxml::simulator::Bookkeeper;
using qbxml::simulator::BookSettings;
using qbxml::simulator::SimulatedQuickBooks;

constexpr std::size_t input_bytes_max = 64u << 20;

// What the words after `simulate books` say.
struct Wish {
    std::string file, type, key, other, word, version;
    std::vector<std::string> fields;
    qbxml::simulator::BooksWish books;
    int most = 0;
    bool password = false;
};

std::int64_t now(const Shell& shell)
{
    return std::chrono::duration_cast<std::chrono::seconds>(shell.clock.now().time_since_epoch())
        .count();
}

qbxml::simulator::QuickBooksOptions options_of(const Shell& shell)
{
    return {.qbxml_version = "", .unix_seconds = [&shell] { return now(shell); }};
}

// Runs an edit on the books of the file, held for it alone.
template <class Edit>
int with_books(const Shell& shell, const Wish& wish, Edit edit)
{
    if (!books_exist(wish.file))
        return fail({wish.file, "there are no books; 'qbwcd simulate books FILE new' makes some"});
    const BooksLock lock(wish.file);
    const auto books = load_books(wish.file, options_of(shell));
    if (!books) return fail(books.error());
    return edit(**books);
}

std::string text_of(const qbxml::Node& record, std::initializer_list<std::string_view> names)
{
    for (const auto name : names)
        if (const auto* child = record.child(name))
            if (!child->text.empty()) return child->text;
    return "";
}

void print_record(const Shell& shell, const qbxml::Node& record)
{
    if (shell.json) {
        std::cout << qbxml::to_json(qbxml::to_json_form(record)) << '\n';
        return;
    }
    const auto name = text_of(record, {"FullName", "Name", "Initial", "RefNumber", "Notes"});
    const auto date = text_of(record, {"TxnDate"});
    const auto amount = text_of(record, {"BalanceRemaining", "TotalAmount", "Amount", "AmountDue",
                                         "TotalBalance", "Balance", "QuantityOnHand"});
    std::cout << fmt::format("{:<24} {:<10} {:>14}  {}{}\n",
                             text_of(record, {"ListID", "TxnID", "OwnerID"}), date, amount, name,
                             text_of(record, {"IsActive"}) == "false" ? " (inactive)" : "");
}

int print(const Shell& shell, const qbxml::Result<Bookkeeper::Answer>& answer)
{
    if (!answer) return fail(answer.error());
    if (!answer->done()) {
        return fail({fmt::format("status {}", answer->status), answer->message});
    }
    if (answer->status != 0 && answer->status != 1)
        std::cerr << fmt::format("qbwcd: status {}: {}\n", answer->status, answer->message);
    for (const auto& record : answer->records)
        if (!record.children.empty()) print_record(shell, record);
    return success;
}

// --- verbs

int make(Shell& shell, const Wish& wish)
{
    const BooksLock lock(wish.file);
    if (books_exist(wish.file))
        return fail({wish.file, "there are books already; new ones want a file of their own"});
    SimulatedQuickBooks books(wish.books, options_of(shell));
    BookSettings settings = books.books().settings();
    settings.qbxml_version = wish.version;
    books.change_settings(std::move(settings));
    books.save_to(wish.file);
    return success;
}

Value settings_value(const BookSettings& settings)
{
    Value value(Value::Object{});
    Value::Array on, locks;
    for (int i = 0; i < qbxml::simulator::feature_count; ++i) {
        const auto feature = static_cast<qbxml::simulator::Feature>(i);
        if (settings.has(feature)) on.push_back(Value(qbxml::simulator::word_of(feature)));
    }
    for (const auto& held : settings.locks)
        locks.push_back(Value(held));
    value.set("preferences", std::move(on));
    value.set("locks", std::move(locks));
    value.set("mode", settings.multi_user ? "multi" : "single");
    value.set("closingDate",
              settings.closing_date.empty() ? Value() : Value(settings.closing_date));
    value.set("closingPassword", settings.closing_password);
    return value;
}

int show(const Shell& shell, SimulatedQuickBooks& books)
{
    const auto& file = books.books();
    Value value(Value::Object{});
    value.set("company", file.profile().name);
    value.set("path", file.profile().path);
    value.set("country", file.profile().country);
    value.set("qbxmlVersion", books.options().qbxml_version);
    Value counts(Value::Object{});
    for (const auto* kind : qbxml::simulator::all_kinds())
        if (file.count(*kind) > 0)
            counts.set(kind->noun, static_cast<std::int64_t>(file.count(*kind)));
    value.set("records", std::move(counts));
    value.set("deleted", static_cast<std::int64_t>(file.deletions().size()));
    Value::Array kept;
    for (const auto& [id, answer] : file.kept_answers())
        kept.push_back(Value(id));
    value.set("messageSets", std::move(kept));
    value.set("settings", settings_value(file.settings()));
    std::cout << (shell.json ? qbxml::to_json(value) : qbxml::to_pretty_json(value)) << '\n';
    return success;
}

// The fields given as --field, or as one JSON object on standard input.
qbxml::Result<qbxml::Node> fields_of(const Wish& wish)
{
    if (!wish.fields.empty()) return qbxml::simulator::fields_from_texts(wish.fields);
    const auto value = qbxml::parse_json(read_input(input_bytes_max));
    if (!value) return value.error();
    return qbxml::simulator::fields_from_json(*value);
}

int add(const Shell& shell, const Wish& wish, SimulatedQuickBooks& books)
{
    auto fields = fields_of(wish);
    if (!fields) return fail(fields.error());
    return print(shell, Bookkeeper(books).add(wish.type, std::move(*fields)));
}

int change(const Shell& shell, const Wish& wish, SimulatedQuickBooks& books)
{
    auto fields = fields_of(wish);
    if (!fields) return fail(fields.error());
    return print(shell, Bookkeeper(books).change(wish.type, wish.key, std::move(*fields)));
}

// A whole qbXML document from standard input, its answer as it is.
int ask(SimulatedQuickBooks& books)
{
    const auto processed = books.process_by_hand(read_input(input_bytes_max));
    if (processed.failure) return fail({processed.failure->hresult, processed.failure->message});
    std::cout << processed.response;
    return success;
}

int lock_record(const Wish& wish, SimulatedQuickBooks& books, bool held)
{
    BookSettings settings = books.books().settings();
    if (held) {
        settings.locks.insert(wish.key);
    } else if (wish.key == "all") {
        settings.locks.clear();
    } else if (settings.locks.erase(wish.key) == 0) {
        return fail({wish.key, "nobody holds it; 'show' tells what is held"});
    }
    books.change_settings(std::move(settings));
    return success;
}

bool is_date(const std::string& text)
{
    return text.size() == 10 && text[4] == '-' && text[7] == '-' &&
           text.find_first_not_of("0123456789-") == std::string::npos;
}

int close_period(const Wish& wish, SimulatedQuickBooks& books)
{
    if (wish.word != "none" && !is_date(wish.word))
        return fail({wish.word, "a closing date is given as 2026-12-31, or none"});
    BookSettings settings = books.books().settings();
    settings.closing_date = wish.word == "none" ? "" : wish.word;
    settings.closing_password = wish.password && wish.word != "none";
    books.change_settings(std::move(settings));
    return success;
}

int prefer(const Wish& wish, SimulatedQuickBooks& books)
{
    using qbxml::simulator::Feature;
    const auto feature = qbxml::simulator::feature_from(wish.key);
    if (!feature)
        return fail({wish.key, fmt::format("is no preference; they are {}",
                                           qbxml::simulator::feature_words())});
    const bool on = wish.word == "on";
    if (*feature == Feature::multicurrency) {
        if (!on && books.books().settings().has(*feature))
            return fail({wish.key, "several currencies cannot be switched off any more"});
        if (on) books.use_currencies();
        return success;
    }
    BookSettings settings = books.books().settings();
    settings.set(*feature, on);
    books.change_settings(std::move(settings));
    return success;
}

int set_mode(const Wish& wish, SimulatedQuickBooks& books)
{
    BookSettings settings = books.books().settings();
    settings.multi_user = wish.word == "multi";
    books.change_settings(std::move(settings));
    return success;
}

int restore(const Shell& shell, const Wish& wish)
{
    const BooksLock lock(wish.file);
    if (auto error = SimulatedQuickBooks::restore(wish.other, wish.file, now(shell)))
        return fail(*error);
    return success;
}

// --- the words of the command line

class Verbs {
public:
    Verbs(CLI::App& books, Shell& shell, std::shared_ptr<Wish> wish)
        : books_(books), shell_(shell), wish_(std::move(wish))
    {
    }

    // A verb on the open books.
    template <class Edit>
    CLI::App& edit(const std::string& name, const std::string& help, Edit run)
    {
        return add(name, help, [&shell = shell_, wish = wish_, run] {
            return with_books(shell, *wish,
                              [&](SimulatedQuickBooks& books) { return run(shell, *wish, books); });
        });
    }

    template <class Run>
    CLI::App& add(const std::string& name, const std::string& help, Run run)
    {
        auto* command = books_.add_subcommand(name, help);
        command->callback([&shell = shell_, run] { shell.run = run; });
        return *command;
    }

    CLI::App& type(CLI::App& command)
    {
        command.add_option("type", wish_->type, "As in qbXML: Customer, ItemService, Invoice, ...")
            ->required();
        return command;
    }
    CLI::App& key(CLI::App& command, const std::string& help = "Id, full name or RefNumber")
    {
        command.add_option("key", wish_->key, help)->required();
        return command;
    }
    CLI::App& word(CLI::App& command, const std::vector<std::string>& words)
    {
        command.add_option("word", wish_->word)->required()->check(CLI::IsMember(words));
        return command;
    }
    CLI::App& fields(CLI::App& command)
    {
        command.add_option("--field", wish_->fields,
                           "path=value, as BillAddress/City=Stowe or "
                           "InvoiceLineAdd[2]/Quantity=3; without any, one JSON object is read "
                           "from standard input");
        return command;
    }

private:
    CLI::App& books_;
    Shell& shell_;
    std::shared_ptr<Wish> wish_;
};

void add_new(Verbs& verbs, Shell& shell, const std::shared_ptr<Wish>& wish)
{
    auto& command = verbs.add("new", "Makes the books of a believable company",
                              [&shell, wish] { return make(shell, *wish); });
    command.add_option("--customers", wish->books.customers, "Customers [50]")
        ->check(CLI::Range(0, 1'000'000));
    command.add_option("--invoices", wish->books.invoices, "Invoices [200]")
        ->check(CLI::Range(0, 1'000'000));
    command.add_option("--seed", wish->books.seed, "Same seed, same books");
    command.add_option("--country", wish->books.country, "US, CA, UK or AU [US]")
        ->check(CLI::IsMember({"US", "CA", "UK", "AU"}));
    command.add_option("--qbxml-version", wish->version, "Of the QuickBooks, 8.0 to 16.0 [16.0]");
    command.add_option("--company-name", wish->books.company_name, "Of the company");
    command.add_option("--company-path", wish->books.company_path, "Of the company file");
}

void add_edits(Verbs& verbs)
{
    using Books = SimulatedQuickBooks;
    verbs.type(verbs.edit("list", "Records of a type",
                          [](const Shell& shell, const Wish& wish, Books& books) {
                              return print(shell, Bookkeeper(books).list(wish.type));
                          }));
    verbs.fields(verbs.type(verbs.edit("add", "Adds a record", add)));
    verbs.fields(verbs.key(verbs.type(verbs.edit("change", "Changes fields of a record", change))));
    verbs.key(verbs.type(verbs.edit(
        "delete", "Deletes a record", [](const Shell& shell, const Wish& wish, Books& books) {
            return print(shell, Bookkeeper(books).remove(wish.type, wish.key));
        })));
    verbs.key(verbs.type(verbs.edit(
        "void", "Voids a transaction", [](const Shell& shell, const Wish& wish, Books& books) {
            return print(shell, Bookkeeper(books).void_txn(wish.type, wish.key));
        })));
}

void add_states(Verbs& verbs, const std::shared_ptr<Wish>& wish)
{
    using Books = SimulatedQuickBooks;
    verbs.key(verbs.edit("lock", "Somebody else has a record or a whole list in use",
                         [](const Shell&, const Wish& wanted, Books& books) {
                             return lock_record(wanted, books, true);
                         }),
              "Id of a record, or a type");
    verbs.key(verbs.edit("unlock", "And lets it go",
                         [](const Shell&, const Wish& wanted, Books& books) {
                             return lock_record(wanted, books, false);
                         }),
              "Id of a record, a type, or all");
    auto& close = verbs.edit(
        "close-period", "Sets the closing date, or none",
        [](const Shell&, const Wish& wanted, Books& books) { return close_period(wanted, books); });
    close.add_option("date", wish->word, "The last closed day, or none")->required();
    close.add_flag("--with-password", wish->password, "Applications are refused, not warned");
    auto& preference = verbs.edit(
        "preference", "Switches a feature on or off",
        [](const Shell&, const Wish& wanted, Books& books) { return prefer(wanted, books); });
    verbs.word(verbs.key(preference, qbxml::simulator::feature_words()), {"on", "off"});
    verbs.word(verbs.edit("mode", "How the company file is open",
                          [](const Shell&, const Wish& wanted, Books& books) {
                              return set_mode(wanted, books);
                          }),
               {"single", "multi"});
}

}  // namespace

void add_books_commands(CLI::App& simulate, Shell& shell)
{
    auto wish = std::make_shared<Wish>();
    auto* books =
        simulate.add_subcommand("books", "Makes, shows and edits the kept books (see --state)");
    books->add_option("file", wish->file, "The file of the books")->required();
    books->require_subcommand(1);
    Verbs verbs(*books, shell, wish);
    add_new(verbs, shell, wish);
    verbs.edit(
        "show", "What is in the books, in numbers",
        [](const Shell& with, const Wish&, SimulatedQuickBooks& open) { return show(with, open); });
    add_edits(verbs);
    auto& merge = verbs.edit(
        "merge", "Makes one record of two",
        [](const Shell& with, const Wish& wanted, SimulatedQuickBooks& open) {
            return print(with, Bookkeeper(open).merge(wanted.type, wanted.key, wanted.other));
        });
    verbs.key(verbs.type(merge), "The one that goes: id or full name")
        .add_option("into", wish->other, "The one that stays")
        ->required();
    add_states(verbs, wish);
    verbs.edit("ask", "Answers a qbXML document from standard input",
               [](const Shell&, const Wish&, SimulatedQuickBooks& open) { return ask(open); });
    verbs
        .edit("backup", "Copies the books to a file",
              [](const Shell&, const Wish& wanted, SimulatedQuickBooks& open) {
                  open.save(wanted.other);
                  return success;
              })
        .add_option("to", wish->other, "The copy")
        ->required();
    verbs
        .add("restore", "Puts a copy in place of the books, kept message sets included",
             [&shell, wish] { return restore(shell, *wish); })
        .add_option("from", wish->other, "The copy")
        ->required();
}

}  // namespace server::cli
