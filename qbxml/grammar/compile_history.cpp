// Build tool: qbxml_compile_history TABLE OUTPUT turns history.tsv into the array behind
// past_elements(). A row that is malformed or out of order stops the build with file and line.
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

std::string array_of(const TableFile& table)
{
    std::string text =
        "// Written by qbxml_compile_history; do not edit.\n"
        "#include \"qbxml/grammar/history.h\"\n\nnamespace qbxml::grammar {\nnamespace {\n\n"
        "constinit const PastElement elements[] = {\n";
    std::string before;
    for (const auto& row : table.rows()) {
        const auto& name = row["element"];
        if (!is_names(name, "")) row.refuse("'" + name + "' is no element");
        if (!is_names(row["owners"], " ")) row.refuse("'" + row["owners"] + "' are no elements");
        if (row["type"] != "{}" && !is_names(row["type"], ""))
            row.refuse("'" + row["type"] + "' is no type");
        if (name < before) row.refuse("'" + name + "' stands after '" + before + "'");
        before = name;
        const auto first = version_of(row, "first"), last = version_of(row, "last");
        if (last < first) row.refuse("it ends before it begins");
        text += fmt::format("    {{\"{}\", \"{}\", {{{}, {}}}, {{{}, {}}}, \"{}\"}},\n", name,
                            row["type"], first.major, first.minor, last.major, last.minor,
                            row["owners"]);
    }
    return text +
           "};\n\n}  // namespace\n\nstd::span<const PastElement> past_elements()\n{\n"
           "    return elements;\n}\n\n}  // namespace qbxml::grammar\n";
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::fprintf(stderr, "usage: qbxml_compile_history TABLE OUTPUT\n");
        return 2;
    }
    try {
        const TableFile table(argv[1], {"element", "type", "first", "last", "owners"});
        const std::string text = array_of(table);
        std::ofstream out(argv[2], std::ios::binary | std::ios::trunc);
        out << text;
        if (!out.flush()) throw std::runtime_error(std::string(argv[2]) + ": cannot be written");
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        return 1;
    }
    return 0;
}
