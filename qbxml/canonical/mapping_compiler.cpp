// Turns mapping.tsv into the constant arrays of table.h.
//
//   mapping_compiler MAPPING OUTPUT
//
// A row that breaks a rule of the table, or names an element that the language does not have, stops
// the build with file and line.
#include <algorithm>
#include <charconv>
#include <deque>
#include <fstream>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "qbxml/canonical/table.h"
#include "qbxml/grammar/grammar.h"

namespace {

using qbxml::canonical::kind_names;
using qbxml::canonical::lists;
using qbxml::canonical::rule_names;

struct Row {
    int line = 0;
    std::string path, json, null, source, rule, access, required, max, since, editions, write;
};

struct TypeRow {
    int line = 0;
    std::string name, elements, adds, mods, erase, make_void;
    std::vector<Row> rows;
};

// A field and those below it. Without a row of its own it only groups.
struct Branch {
    std::string name, path;
    std::optional<Row> row;
    std::deque<Branch> members;
    bool array = false;
};

struct Refusal {
    int line;
    std::string what;
};

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    while (true) {
        const auto end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string dashless(const std::string& cell)
{
    return cell == "-" ? "" : cell;
}

bool is_path_name(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
}

void check_element_path(int line, std::string_view path)
{
    for (const auto& step : split(path, '/'))
        if (!is_path_name(step)) throw Refusal{line, fmt::format("'{}' is no element path", path)};
}

// True when the elements of the path stand inside each other in the language, the first of them
// inside `around`.
bool exists(std::string_view around, std::string_view path)
{
    const qbxml::grammar::Owner* owner = qbxml::grammar::owner(around);
    for (const auto& step : split(path, '/')) {
        const auto* particle = owner ? owner->find(step) : nullptr;
        if (!particle) return false;
        owner = particle->content();
    }
    return true;
}

// A path that is read from a record, or one that is only written and starts at its Add or Mod.
void check_known(const TypeRow& type, int line, const std::string& only, const std::string& path)
{
    const std::string first = path.substr(0, path.find('/'));
    const bool written = lists(type.adds, first, ',') || lists(type.mods, first, ',');
    if (written && path.size() > first.size() && exists(first, path.substr(first.size() + 1)))
        return;
    for (const auto& ret : split(only.empty() ? type.elements : only, ','))
        if (exists(ret, path)) return;
    throw Refusal{
        line, fmt::format("{} has no element {} in qbXML", only.empty() ? type.name : only, path)};
}

void check_type(const TypeRow& type)
{
    if (!is_path_name(type.name)) throw Refusal{type.line, "a record type needs a name"};
    for (const auto& element : split(type.elements, ','))
        if (!is_path_name(element) || !element.ends_with("Ret"))
            throw Refusal{type.line, fmt::format("'{}' is no Ret element", element)};
    for (const auto& cell : {type.adds, type.mods})
        for (const auto& message : split(cell, ','))
            if (cell != "-" && !message.ends_with("Add") && !message.ends_with("Mod"))
                throw Refusal{type.line, fmt::format("'{}' is no Add or Mod element", message)};
    if (type.erase != "-" && type.erase != "ListDel" && type.erase != "TxnDel")
        throw Refusal{type.line, fmt::format("'{}' does not delete", type.erase)};
    if (type.make_void != "-" && type.make_void != "TxnVoid")
        throw Refusal{type.line, fmt::format("'{}' does not void", type.make_void)};
}

void check_sources(const TypeRow& type, const Row& row)
{
    if (row.source == "-") return;
    for (auto alternative : split(row.source, '|')) {
        for (auto part : split(alternative, '+')) {
            std::erase(part, ' ');
            std::string only;
            if (const auto colon = part.find(':'); colon != std::string::npos) {
                only = part.substr(0, colon);
                part.erase(0, colon + 1);
            }
            check_element_path(row.line, part);
            const bool identity = part == "ListID" || part == "TxnID" ||
                                  row.path.starts_with("metadata.") ||
                                  row.path == "sourceCreatedDate" ||
                                  row.path == "sourceModifiedDate" || row.path == "customFields";
            if (!identity) check_known(type, row.line, only, part);
        }
    }
}

void check_kind(const Row& row)
{
    std::string kind = row.json;
    if (kind.ends_with("[]")) kind.resize(kind.size() - 2);
    if (kind.starts_with("enum(") && kind.ends_with(")")) return;
    if (std::find(kind_names.begin(), kind_names.end(), kind) == kind_names.end() || kind == "enum")
        throw Refusal{row.line, fmt::format("'{}' is no JSON type", row.json)};
}

void check_row(const TypeRow& type, const Row& row)
{
    check_kind(row);
    const std::string rule = row.rule.substr(0, row.rule.find(':'));
    if (rule == "group" ||
        std::find(rule_names.begin(), rule_names.end(), rule) == rule_names.end())
        throw Refusal{row.line, fmt::format("'{}' is no rule", row.rule)};
    if (row.access != "read" && row.access != "write" && row.access != "both")
        throw Refusal{row.line, fmt::format("access is read, write or both, not '{}'", row.access)};
    if (row.null != "null" && row.null != "-")
        throw Refusal{row.line, fmt::format("'null' or '-' expected, not '{}'", row.null)};
    if (row.required != "required" && row.required != "-")
        throw Refusal{row.line, fmt::format("'required' or '-' expected, not '{}'", row.required)};
    int number = 0;
    const auto [end, error] =
        std::from_chars(row.max.data(), row.max.data() + row.max.size(), number);
    if (row.max != "-" && (error != std::errc{} || end != row.max.data() + row.max.size()))
        throw Refusal{row.line, fmt::format("'{}' is no length", row.max)};
    const auto since = split(row.since, '.');
    const auto digits = [](const std::string& part) {
        return !part.empty() && part.size() < 3 &&
               part.find_first_not_of("0123456789") == std::string::npos;
    };
    if (since.size() != 2 || !digits(since[0]) || !digits(since[1]))
        throw Refusal{row.line, fmt::format("'{}' is no qbXML version", row.since)};
    for (const auto& edition : split(row.editions, ','))
        if (row.editions != "-" && !lists("US,CA,UK,AU", edition, ','))
            throw Refusal{row.line, fmt::format("'{}' is no edition", edition)};
    check_sources(type, row);
    if (row.write == "-") return;
    if (row.access == "read")
        throw Refusal{row.line, "a field that is only read has no way to write"};
    for (const auto& path : split(row.write, '|')) {
        check_element_path(row.line, path);
        const std::string message = path.substr(0, path.find('/'));
        if (!lists(type.adds, message, ',') && !lists(type.mods, message, ','))
            throw Refusal{row.line,
                          fmt::format("'{}' is not written with '{}'", type.name, message)};
        if (!exists(message, path.substr(std::min(path.size(), message.size() + 1))))
            throw Refusal{row.line, fmt::format("'{}' is no path in qbXML", path)};
    }
}

std::vector<TypeRow> read_table(std::istream& in)
{
    std::vector<TypeRow> types;
    std::string line;
    std::set<std::string> seen;
    for (int number = 1; std::getline(in, line); ++number) {
        if (line.empty() || line.front() == '#') continue;
        const auto cells = split(line, '\t');
        if (std::find(cells.begin(), cells.end(), "") != cells.end())
            throw Refusal{number, "an empty cell; '-' stands for nothing"};
        if (cells[0] == "@type") {
            if (cells.size() != 7)
                throw Refusal{number, fmt::format("7 cells expected, {} found", cells.size())};
            types.push_back(
                {number, cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], {}});
            check_type(types.back());
            continue;
        }
        if (cells.size() != 11)
            throw Refusal{number, fmt::format("11 cells expected, {} found", cells.size())};
        if (types.empty()) throw Refusal{number, "a field before the first @type"};
        Row row{number,   cells[0], cells[1], cells[2], cells[3], cells[4],
                cells[5], cells[6], cells[7], cells[8], cells[9], cells[10]};
        check_row(types.back(), row);
        for (const char* use : {"read", "write"})
            if ((row.access == use || row.access == "both") &&
                !seen.insert(types.back().name + '\t' + row.path + '\t' + use).second)
                throw Refusal{number, fmt::format("'{}' has a row to {} already", row.path, use)};
        types.back().rows.push_back(std::move(row));
    }
    if (types.empty()) throw Refusal{1, "no record types"};
    return types;
}

Branch& grow(Branch& root, const Row& row)
{
    Branch* at = &root;
    std::string path;
    const auto steps = split(row.path, '.');
    for (std::size_t i = 0; i < steps.size(); ++i) {
        std::string name = steps[i];
        const bool array = name.ends_with("[]");
        if (array) name.resize(name.size() - 2);
        if (!is_path_name(name) || (array && i + 1 == steps.size()))
            throw Refusal{row.line, fmt::format("'{}' is no field path", row.path)};
        path += (i ? "." : "") + steps[i];
        const bool last = i + 1 == steps.size();
        auto found = std::find_if(at->members.begin(), at->members.end(), [&](const Branch& b) {
            return b.name == name && !(last && b.row);
        });
        if (found == at->members.end()) {
            if (array)
                throw Refusal{row.line, fmt::format("the row of '{}' must come first", path)};
            at->members.push_back({name, path, std::nullopt, {}, false});
            found = std::prev(at->members.end());
        }
        if (array) found->array = true;
        at = &*found;
    }
    at->row = row;
    return *at;
}

// Write the arrays so that the members of a field lie side by side.
class Emitter {
public:
    std::string emit(const std::vector<TypeRow>& types)
    {
        std::string list;
        for (const auto& type : types) {
            Branch root;
            for (const auto& row : type.rows)
                grow(root, row);
            const auto span = place(root.members, {});
            list += fmt::format("    {{\"{}\", \"{}\", \"{}\", \"{}\", \"{}\", \"{}\", {}}},\n",
                                type.name, type.elements, dashless(type.adds), dashless(type.mods),
                                dashless(type.erase), dashless(type.make_void), span);
        }
        std::string text =
            "// Written by mapping_compiler; do not edit.\n"
            "#include \"qbxml/canonical/table.h\"\n\n"
            "namespace qbxml::canonical {\nnamespace {\n\n"
            "constinit const Source sources[] = {\n";
        for (const auto& source : sources_)
            text += source;
        text += fmt::format(
            "}};\n\nextern const Field fields[{}];\n"
            "constinit const Field fields[] = {{\n",
            fields_.size());
        for (const auto& field : fields_)
            text += field;
        text += "};\n\nconstinit const Type types[] = {\n" + list +
                "};\n\n}  // namespace\n\n"
                "std::span<const Type> mapped_types()\n{\n    return types;\n}\n\n"
                "}  // namespace qbxml::canonical\n";
        return text;
    }

private:
    std::string place(const std::deque<Branch>& members, const std::vector<std::string>& around)
    {
        const std::size_t begin = fields_.size();
        fields_.resize(begin + members.size());
        for (std::size_t i = 0; i < members.size(); ++i)
            fields_[begin + i] = field(members[i], around);
        return fmt::format("{{fields + {}, {}}}", begin, members.size());
    }

    // `around`: the paths of the elements the nearest array goes over.
    std::string field(const Branch& branch, std::vector<std::string> around)
    {
        const std::string name =
            fmt::format("\"{0}\", \"{1}\", \"\\\"{0}\\\":\"", branch.name, branch.path);
        if (!branch.row) {
            const auto members = place(branch.members, around);
            return fmt::format(
                "    {{{}, Kind::object, false, false, false, Access::{}, Rule::group, "
                "\"\", 0, {{1, 0}}, \"\", \"\", \"\", {{}}, {}}},\n",
                name, access(branch), members);
        }
        const Row& row = *branch.row;
        std::string kind = row.json, words;
        const bool array = kind.ends_with("[]");
        if (array) kind.resize(kind.size() - 2);
        if (kind.starts_with("enum(")) {
            words = kind.substr(5, kind.size() - 6);
            kind = "enum";
        }
        const auto kind_at = std::find(kind_names.begin(), kind_names.end(), kind);
        const auto colon = row.rule.find(':');
        const std::string rule = row.rule.substr(0, colon);
        const std::string argument = colon == std::string::npos ? "" : row.rule.substr(colon + 1);
        const auto since = split(row.since, '.');
        const std::string own_sources = sources(row, around);
        if (array) around = alternatives(row);
        const auto members = place(branch.members, around);
        return fmt::format(
            "    {{{}, Kind({}), {}, {}, {}, Access::{}, Rule::{}, \"{}\", {}, "
            "{{{}, {}}}, \"{}\", \"{}\",\n     \"{}\", {}, {}}},\n",
            name, kind_at - kind_names.begin(), array, row.null == "null",
            row.required == "required", row.access, rule, argument, row.max == "-" ? "0" : row.max,
            since[0], since[1], dashless(row.editions), words, dashless(row.write), own_sources,
            members);
    }

    // A group can be read or written when one of its members can.
    static std::string access(const Branch& branch)
    {
        bool read = false, write = false;
        for (const auto& member : branch.members) {
            const std::string own = member.row ? member.row->access : access(member);
            read = read || own != "write";
            write = write || own != "read";
        }
        return read && write ? "both" : read ? "read" : "write";
    }

    static std::vector<std::string> alternatives(const Row& row)
    {
        std::vector<std::string> paths;
        if (row.source == "-" || row.source.find('+') != std::string::npos) return paths;
        for (auto path : split(row.source, '|')) {
            std::erase(path, ' ');
            paths.push_back(path);
        }
        return paths;
    }

    std::string sources(const Row& row, const std::vector<std::string>& around)
    {
        const std::size_t begin = sources_.size();
        for (std::string path : alternatives(row)) {
            std::string only, element;
            if (const auto colon = path.find(':'); colon != std::string::npos) {
                only = path.substr(0, colon);
                path.erase(0, colon + 1);
            }
            std::string prefix;
            for (const auto& line : around)
                if ((path == line || path.starts_with(line + "/")) && line.size() > prefix.size())
                    prefix = line;
            if (!prefix.empty()) {
                element = prefix.substr(prefix.rfind('/') + 1);
                path.erase(0, std::min(path.size(), prefix.size() + 1));
            }
            const auto slash = path.find('/');
            sources_.push_back(fmt::format(
                "    {{\"{}\", \"{}\", \"{}\", \"{}\"}},\n", only, element, path.substr(0, slash),
                slash == std::string::npos ? "" : path.substr(slash + 1)));
        }
        if (sources_.size() == begin) return "{}";
        return fmt::format("{{sources + {}, {}}}", begin, sources_.size() - begin);
    }

    std::vector<std::string> sources_;
    std::vector<std::string> fields_;
};

}  // namespace

int main(int count, char** arguments)
{
    if (count != 3) {
        std::cerr << "usage: mapping_compiler MAPPING OUTPUT\n";
        return 2;
    }
    std::ifstream in(arguments[1]);
    if (!in) {
        std::cerr << arguments[1] << ": cannot be read\n";
        return 1;
    }
    try {
        const std::string text = Emitter().emit(read_table(in));
        std::ofstream out(arguments[2], std::ios::binary);
        out << text;
        out.close();
        if (!out) throw Refusal{0, fmt::format("cannot write {}", arguments[2])};
    } catch (const Refusal& refusal) {
        std::cerr << arguments[1] << ':' << refusal.line << ": " << refusal.what << '\n';
        return 1;
    }
    return 0;
}
