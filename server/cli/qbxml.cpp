#include "server/cli/qbxml.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

#include "qbxml/check.h"
#include "qbxml/example.h"
#include "qbxml/explain.h"
#include "qbxml/explain_code.h"
#include "qbxml/format.h"
#include "qbxml/grammar/grammar.h"
#include "server/cli/commands.h"

namespace server::cli {
namespace {

using qbxml::Edition;
using qbxml::Value;
using qbxml::Version;

constexpr std::size_t document_bytes_max = 64u * 1024 * 1024;

struct Wish {
    std::vector<std::string> paths;  // "-" is standard input
    std::string topic;
    std::string version, edition = "any";
    bool full = false;
};

Version version_or(const std::string& text, Version otherwise)
{
    return text.empty() ? otherwise : *Version::parse(text);
}

Edition edition_of(const Wish& wish)
{
    return *qbxml::edition_from_text(wish.edition);
}

std::string read_document(const std::string& path)
{
    return path == "-" ? read_input(document_bytes_max) : read_file(path, document_bytes_max);
}

// The files that are named; of a folder those in it, and in folders of it, that end in .xml.
std::vector<std::string> files_of(const std::vector<std::string>& paths)
{
    std::vector<std::string> files;
    for (const std::string& path : paths) {
        if (path == "-" || !std::filesystem::is_directory(path)) {
            files.push_back(path);
            continue;
        }
        const auto first = static_cast<std::ptrdiff_t>(files.size());
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
            if (entry.is_regular_file() && entry.path().extension() == ".xml")
                files.push_back(entry.path().string());
        std::sort(files.begin() + first, files.end());
    }
    return files;
}

bool is_json(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    return first != text.npos && text[first] == '{';
}

// The lowest version that has all a document asks for; nullopt for what is no request.
std::optional<Version> needed_version(const std::string& text)
{
    const auto set = [&]() -> qbxml::Result<qbxml::MessageSet> {
        if (!is_json(text)) return qbxml::message_set_from_xml(text);
        const auto value = qbxml::parse_json(text);
        if (!value) return value.error();
        return qbxml::message_set_from_json(*value);
    }();
    if (!set || set->requests.empty()) return std::nullopt;
    Version needed{1, 0};
    for (const qbxml::Node& request : set->requests)
        needed = std::max(needed, qbxml::lowest_version(request));
    return needed;
}

Value to_json(const std::string& file, const qbxml::DocumentCheck& check,
              std::optional<Version> needed)
{
    Value::Array faults;
    for (const auto& [line, fault] : check.faults) {
        Value::Object object;
        object.emplace_back("line", Value(line));
        object.emplace_back("pointer", Value(fault.pointer));
        object.emplace_back("path", Value(fault.path));
        object.emplace_back("rule", Value(fault.rule));
        object.emplace_back("found", Value(fault.found));
        object.emplace_back("allowed", Value(fault.allowed));
        object.emplace_back("since", Value(fault.since));
        object.emplace_back("suggestion", Value(fault.suggestion));
        faults.push_back(Value(std::move(object)));
    }
    Value::Object object;
    object.emplace_back("file", Value(file));
    object.emplace_back("valid", Value(check.valid()));
    object.emplace_back("version", Value(check.version.text()));
    object.emplace_back("needs", needed ? Value(needed->text()) : Value());
    object.emplace_back("faults", Value(std::move(faults)));
    return Value(std::move(object));
}

void print_check(const std::string& file, const qbxml::DocumentCheck& check,
                 std::optional<Version> needed)
{
    const bool colour = isatty(STDOUT_FILENO) != 0;
    const auto painted = [&](std::string_view code, std::string_view text) {
        return colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
    };
    if (check.valid()) {
        std::cout << fmt::format("{}: {} (qbXML {}{})\n", file, painted("32", "valid"),
                                 check.version.text(),
                                 needed ? fmt::format("; needs {}", needed->text()) : "");
        return;
    }
    std::cout << fmt::format("{}: {} (qbXML {})\n", file, painted("31", "invalid"),
                             check.version.text());
    for (const auto& [line, fault] : check.faults)
        std::cout << fmt::format("  {}{}: {}\n", file, line > 0 ? fmt::format(":{}", line) : "",
                                 fault.text());
}

int check_files(const Wish& wish, bool json)
{
    const auto version = wish.version.empty() ? std::nullopt : Version::parse(wish.version);
    int end = success;
    for (const std::string& file : files_of(wish.paths)) {
        std::string text;
        try {
            text = read_document(file);
        } catch (const std::runtime_error& failure) {
            std::cerr << "qbwcd: " << failure.what() << '\n';
            end = unusable;
            continue;
        }
        const auto needed = needed_version(text);
        const auto check = is_json(text)
                               ? qbxml::check_json_document(text, version, edition_of(wish))
                               : qbxml::check_document(std::move(text), version, edition_of(wish));
        if (!check.valid()) end = std::max(end, refused);
        if (json)
            std::cout << qbxml::to_json(to_json(file, check, needed)) << '\n';
        else
            print_check(file, check, needed);
    }
    return end;
}

int print(const qbxml::Result<std::string>& text)
{
    if (!text) return fail(text.error());
    std::cout << *text;
    return success;
}

int to_json(const Wish& wish)
{
    const auto value = qbxml::document_to_json(read_document(wish.paths.front()));
    if (!value) return fail(value.error());
    std::cout << qbxml::to_pretty_json(*value) << '\n';
    return success;
}

// Faults do not keep it from being printed, for it may be meant to be looked at; they are told, and
// the status says that it should not be sent.
int to_xml(const Wish& wish)
{
    const std::string& file = wish.paths.front();
    const std::string text = read_document(file);
    const auto value = qbxml::parse_json(text);
    if (!value) return fail(value.error());
    const auto version =
        wish.version.empty() ? std::nullopt : std::optional(*Version::parse(wish.version));
    const int printed =
        print(qbxml::document_from_json(*value, version.value_or(qbxml::common_version)));
    const auto check = qbxml::check_json_document(text, version, Edition::any);
    for (const auto& [line, fault] : check.faults)
        std::cerr << fmt::format("qbwcd: {}: {}\n", file, fault.text());
    return printed == success && !check.valid() ? refused : printed;
}

int example(const Wish& wish)
{
    return print(qbxml::example(wish.topic,
                                wish.full ? qbxml::Extent::full : qbxml::Extent::minimal,
                                version_or(wish.version, qbxml::common_version), edition_of(wish)));
}

std::string no_version(const std::string& text)
{
    const auto version = Version::parse(text);
    for (const auto& known : qbxml::grammar::versions())
        if (version == known.version()) return "";
    return fmt::format("'{}' is no qbXML version; 1.0 to 16.0 are known, as 13.0", text);
}

std::string no_edition(const std::string& text)
{
    return qbxml::edition_from_text(text)
               ? ""
               : fmt::format("'{}' is no edition; known are any, US, CA, UK, AU", text);
}

}  // namespace

void add_qbxml_commands(CLI::App& app, Shell& shell)
{
    auto* noun = app.add_subcommand("qbxml", "Check, format, convert, explain qbXML");
    noun->require_subcommand(1);
    auto wish = std::make_shared<Wish>();
    const auto verb = [&](const std::string& name, const std::string& sentence, auto run) {
        auto* command = noun->add_subcommand(name, sentence);
        command->callback(
            [&shell, wish, run] { shell.run = [&shell, wish, run] { return run(*wish, shell); }; });
        return command;
    };
    const auto with_version = [&](CLI::App* command, const std::string& sentence) {
        command->add_option("--version", wish->version, sentence)
            ->type_name("N.N")
            ->check(no_version);
    };
    const auto with_edition = [&](CLI::App* command) {
        command
            ->add_option("--edition", wish->edition,
                         "Country of QuickBooks: any, US, CA, UK, AU [any]")
            ->type_name("EDITION")
            ->check(no_edition);
    };
    const auto with_file = [&](CLI::App* command, const std::string& sentence) {
        command->add_option("file", wish->paths, sentence)
            ->type_name("FILE")
            ->required()
            ->expected(1);
    };

    auto* check = verb("check", "Tell every fault of documents, or that they are right",
                       [](const Wish& w, const Shell& s) { return check_files(w, s.json); });
    with_version(check, "Check against this version, not the one the document declares");
    with_edition(check);
    check
        ->add_option(
            "file", wish->paths,
            "Documents (qbXML, or its JSON form), folders of qbXML, or - for standard input")
        ->type_name("FILE|DIR")
        ->required();

    with_file(verb("format", "Print a document in order and indented",
                   [](const Wish& w, const Shell&) {
                       return print(qbxml::format_document(read_document(w.paths.front())));
                   }),
              "A document, or - for standard input");
    with_file(verb("to-json", "Print a document as JSON",
                   [](const Wish& w, const Shell&) { return to_json(w); }),
              "A document, or - for standard input");
    auto* xml = verb("to-xml", "Print the document of its JSON, elements in order",
                     [](const Wish& w, const Shell&) { return to_xml(w); });
    with_file(xml, "JSON, or - for standard input");
    with_version(xml, "The version to declare when the JSON tells none [13.0]");

    verb("explain", "Tell what a message, an element, a type, a list of values or a code is",
         [](const Wish& w, const Shell&) {
             if (const auto page = qbxml::explain_code(w.topic))
                 return print(qbxml::Result<std::string>(*page));
             return print(qbxml::explain(w.topic));
         })
        ->add_option("topic", wish->topic,
                     "As InvoiceAdd, InvoiceAdd/RefNumber, AMTTYPE, PaidStatus")
        ->required();
    auto* sample = verb("example", "Print a request that is right, to start from",
                        [](const Wish& w, const Shell&) { return example(w); });
    sample->add_option("message", wish->topic, "As InvoiceAdd")->required();
    sample->add_flag("--full", wish->full, "With everything that may stand in it");
    with_version(sample, "Only what this version has [13.0]");
    with_edition(sample);
    add_conversion_commands(*noun, shell);
    add_language_capabilities_command(*noun, shell);
}

}  // namespace server::cli
