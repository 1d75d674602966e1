// Build tool: compile_status TABLE OUTPUT turns status_codes.tsv into the array behind
// status_table().
//
// A malformed table stops the build; every fault is told as file:line: what is wrong.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

enum Column {
    kind,
    code,
    name,
    retry,
    actor,
    meaning,
    cause,
    remedy,
    meaning_fr,
    remedy_fr,
    columns
};

constexpr std::array<std::string_view, columns> column_names = {
    "kind",    "code",  "name",   "retry",      "actor",
    "meaning", "cause", "remedy", "meaning_fr", "remedy_fr"};
constexpr std::array<std::string_view, 7> kinds = {
    "request", "request-locked", "request-range", "message-set",
    "hresult", "hresult-locked", "connector"};
constexpr std::array<std::string_view, 4> retries = {"not_an_error", "transient", "needs_fix",
                                                     "unknown_outcome"};
constexpr std::array<std::string_view, 4> actors = {"nobody", "caller", "user", "operator"};
constexpr std::string_view decimals = "0123456789";

using Row = std::vector<std::string>;

template <std::size_t N>
bool among(const std::array<std::string_view, N>& words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool only(std::string_view text, std::string_view characters)
{
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

bool is_code_of(std::string_view of_kind, std::string_view text)
{
    if (of_kind == "request-range") return only(text, "0123456789-");
    if (of_kind.starts_with("request")) return only(text, decimals);
    if (text == "other") return true;
    if (of_kind == "message-set") return only(text, decimals);
    if (of_kind == "connector") {
        return text.size() == 8 && text.starts_with("QBWC") && only(text.substr(4), decimals);
    }
    return text.size() == 10 && text.starts_with("0x") && only(text.substr(2), "0123456789ABCDEF");
}

Row split(std::string_view line)
{
    Row out;
    for (;;) {
        const std::size_t tab = line.find('\t');
        out.emplace_back(line.substr(0, tab));
        if (tab == std::string_view::npos) return out;
        line.remove_prefix(tab + 1);
    }
}

// Collects rows and everything that is wrong with them.
class Table {
public:
    explicit Table(std::string file) : file_(std::move(file)) {}

    void read(std::istream& in)
    {
        bool headed = false;
        for (std::string line; std::getline(in, line);) {
            ++line_;
            if (line.starts_with('#')) continue;
            Row row = split(line);
            if (row.size() != columns) {
                fault(
                    fmt::format("{} columns, expected {}", row.size(), static_cast<int>(columns)));
            } else if (!headed) {
                headed = true;
                if (!std::equal(row.begin(), row.end(), column_names.begin())) {
                    return fault(
                        fmt::format("the columns must be {}", fmt::join(column_names, ", ")));
                }
            } else {
                check(row);
                rows_.push_back(std::move(row));
            }
        }
        if (rows_.empty()) fault("the table is empty");
    }

    const std::vector<Row>& rows() const { return rows_; }
    const std::vector<std::string>& faults() const { return faults_; }

private:
    void check(const Row& row)
    {
        if (!among(kinds, row[kind])) {
            return fault(
                fmt::format("kind '{}', expected one of {}", row[kind], fmt::join(kinds, ", ")));
        }
        if (!is_code_of(row[kind], row[code])) {
            fault(fmt::format("'{}' is no code of kind {}", row[code], row[kind]));
        }
        if (!seen_codes_.insert(row[kind] + ' ' + row[code]).second) {
            fault(fmt::format("{} {} stands here a second time", row[kind], row[code]));
        }
        if (!only(row[name], "abcdefghijklmnopqrstuvwxyz_0123456789")) {
            fault(fmt::format("the name '{}' has other characters than a-z, 0-9 and _", row[name]));
        }
        if (!seen_names_.insert(row[kind] + ' ' + row[name]).second) {
            fault(fmt::format("the name '{}' is given twice in kind {}", row[name], row[kind]));
        }
        if (!among(retries, row[retry])) {
            fault(fmt::format("retry '{}', expected one of {}", row[retry],
                              fmt::join(retries, ", ")));
        }
        if (!among(actors, row[actor])) {
            fault(
                fmt::format("actor '{}', expected one of {}", row[actor], fmt::join(actors, ", ")));
        }
        check_texts(row);
    }

    void check_texts(const Row& row)
    {
        for (const Column column : {meaning, cause, remedy}) {
            if (row[column].empty()) fault(fmt::format("{} is empty", column_names[column]));
        }
        if (row[meaning_fr].empty() != row[remedy_fr].empty())
            fault("only one of the French texts is given");
        const bool for_the_bookkeeper = row[actor] == "user" || row[kind] == "connector" ||
                                        std::string_view(row[kind]).starts_with("hresult");
        if (for_the_bookkeeper && row[meaning_fr].empty()) {
            fault("the bookkeeper reads this: the French texts are missing");
        }
        for (const std::string& text : row) {
            if (text.starts_with(' ') || text.ends_with(' ') ||
                text.find('\r') != std::string::npos) {
                fault(fmt::format("'{}' has blanks at its ends or a carriage return", text));
            }
        }
    }

    void fault(std::string_view what)
    {
        faults_.push_back(fmt::format("{}:{}: {}", file_, line_, what));
    }

    std::string file_;
    int line_ = 0;
    std::vector<Row> rows_;
    std::vector<std::string> faults_;
    std::set<std::string> seen_codes_;
    std::set<std::string> seen_names_;
};

std::string literal(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string enumerator(std::string_view word)
{
    std::string out(word);
    std::replace(out.begin(), out.end(), '-', '_');
    return out == "operator" ? "operator_" : out;
}

std::string source(const std::vector<Row>& rows)
{
    std::string out = fmt::format(
        "// Made from status_codes.tsv by compile_status: do not edit.\n"
        "#include \"qbxml/status_table.h\"\n\n#include <array>\n\nnamespace qbxml {{\n\n"
        "constexpr std::array<StatusEntry, {}> entries = {{{{\n",
        rows.size());
    for (const Row& row : rows) {
        fmt::format_to(std::back_inserter(out), "    {{StatusKind::{}, {{{}, {}, ",
                       enumerator(row[kind]), literal(row[code]), literal(row[name]));
        for (const Column column : {meaning, cause, remedy, meaning_fr, remedy_fr}) {
            out += literal(row[column]) + ", ";
        }
        fmt::format_to(std::back_inserter(out), "Retry::{}, Actor::{}}}}},\n", row[retry],
                       enumerator(row[actor]));
    }
    return out +
           "}};\n\nstd::span<const StatusEntry> status_table() { return entries; }\n\n}  // "
           "namespace qbxml\n";
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::cerr << "usage: compile_status TABLE OUTPUT\n";
        return 2;
    }
    std::ifstream in(argv[1]);
    if (!in) {
        std::cerr << argv[1] << ": cannot be read\n";
        return 1;
    }
    Table table(argv[1]);
    table.read(in);
    for (const std::string& fault : table.faults())
        std::cerr << fault << '\n';
    if (!table.faults().empty()) return 1;

    std::ofstream out(argv[2]);
    out << source(table.rows());
    out.close();
    if (!out) {
        std::cerr << argv[2] << ": cannot be written\n";
        return 1;
    }
    return 0;
}
