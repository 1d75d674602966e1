// Build tool: qbxml_compile_history HISTORY PAST_VALUES OUTPUT turns history.tsv and
// past_values.tsv into the arrays behind past_elements() and past_values(). A row that is malformed
// or out of order stops the build with file and line.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "qbxml/grammar/table_file.h"
#include "qbxml/version.h"

namespace {

using qbxml::grammar::build::Refusal;
using qbxml::grammar::build::TableFile;

bool is_names(std::string_view text, std::string_view between)
{
    return !text.empty() && text.find_first_not_of(
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstu"
                                "vwxyz0123456789" +
                                std::string(between)) == text.npos;
}

qbxml::Version version_of(const TableFile::Row& row, std::string_view column)
{
    const auto version = qbxml::Version::parse(row[column]);
    if (!version) row.refuse("'" + row[column] + "' is no version");
    return *version;
}

// "{5, 0}, {7, 0}": the first version and the last.
std::string span_of(const TableFile::Row& row)
{
    const auto first = version_of(row, "first"), last = version_of(row, "last");
    if (last < first) row.refuse("it ends before it begins");
    return fmt::format("{{{}, {}}}, {{{}, {}}}", first.major, first.minor, last.major, last.minor);
}

std::string elements_of(const TableFile& table)
{
    std::string text = "constinit const PastElement elements[] = {\n";
    std::string before;
    for (const auto& row : table.rows()) {
        const auto& name = row["element"];
        if (!is_names(name, "")) row.refuse("'" + name + "' is no element");
        if (!is_names(row["owners"], " ")) row.refuse("'" + row["owners"] + "' are no elements");
        if (row["type"] != "{}" && !is_names(row["type"], ""))
            row.refuse("'" + row["type"] + "' is no type");
        if (name < before) row.refuse("'" + name + "' stands after '" + before + "'");
        before = name;
        text += fmt::format("    {{\"{}\", \"{}\", {}, \"{}\"}},\n", name, row["type"],
                            span_of(row), row["owners"]);
    }
    return text + "};\n";
}

std::string values_of(const TableFile& table)
{
    std::string text = "constinit const PastValue values[] = {\n";
    std::string before;
    for (const auto& row : table.rows()) {
        const auto& enumeration = row["enumeration"];
        const auto& value = row["value"];
        if (!is_names(enumeration, "")) row.refuse("'" + enumeration + "' is no enumeration");
        if (!is_names(value, "")) row.refuse("'" + value + "' is no value");
        const std::string key = enumeration + '=' + value;
        if (key <= before) row.refuse("'" + key + "' stands after '" + before + "'");
        before = key;
        text += fmt::format("    {{\"{}\", \"{}\", {}}},\n", enumeration, value, span_of(row));
    }
    return text + "};\n";
}

std::string arrays_of(const TableFile& history, const TableFile& past_values)
{
    return "// Written by qbxml_compile_history; do not edit.\n"
           "#include \"qbxml/grammar/history.h\"\n\nnamespace qbxml::grammar {\nnamespace {\n\n" +
           elements_of(history) + "\n" + values_of(past_values) +
           "\n}  // namespace\n\n"
           "std::span<const PastElement> past_elements()\n{\n    return elements;\n}\n"
           "std::span<const PastValue> past_values()\n{\n    return values;\n}\n\n"
           "}  // namespace qbxml::grammar\n";
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 4) {
        std::fprintf(stderr, "usage: qbxml_compile_history HISTORY PAST_VALUES OUTPUT\n");
        return 2;
    }
    try {
        const TableFile history(argv[1], {"element", "type", "first", "last", "owners"});
        const TableFile past_values(argv[2], {"enumeration", "value", "first", "last"});
        const std::string text = arrays_of(history, past_values);
        std::ofstream out(argv[3], std::ios::binary | std::ios::trunc);
        out << text;
        if (!out.flush()) throw std::runtime_error(std::string(argv[3]) + ": cannot be written");
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        return 1;
    }
    return 0;
}
