#include <algorithm>
#include <charconv>
#include <unordered_map>

#include <fmt/format.h>

#include "qbxml/check.h"
#include "qbxml/check_value.h"
#include "qbxml/checker.h"
#include "qbxml/format.h"
#include "qbxml/node_xml.h"
#include "qbxml/scan.h"

namespace qbxml {

namespace {

// "line 3, column 17" -> 3
int line_of(std::string_view where)
{
    constexpr std::string_view word = "line ";
    int line = 0;
    const auto at = where.find(word);
    if (at != std::string_view::npos)
        std::from_chars(where.data() + at + word.size(), where.data() + where.size(), line);
    return line;
}

void number_nodes(const Node& node, std::unordered_map<const Node*, std::size_t>& numbers)
{
    numbers.emplace(&node, numbers.size());
    for (const Node& child : node.children)
        number_nodes(child, numbers);
}

// The line of each element of the document, in document order.
std::vector<int> element_lines(std::string text)
{
    const XmlLimits limits;
    const auto scanned = scan(
        text,
        {.limits = limits, .outline_depth = limits.depth_max, .outline_max = limits.bytes_max});
    std::vector<int> lines;
    if (!scanned) return lines;
    int line = 1;
    std::size_t at = 0;
    for (const Outlined& element : scanned->outline) {
        line += static_cast<int>(std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                                            text.begin() + element.begin, '\n'));
        at = element.begin;
        lines.push_back(line);
    }
    return lines;
}

bool is_answer(const Node& root)
{
    return std::ranges::any_of(root.children,
                               [](const Node& child) { return child.name.ends_with("Rs"); }) ||
           root.name.ends_with("Rs") || root.name == "QBXMLEvents";
}

void check_root(Checker& checker, const Node& root)
{
    if (root.name == "QBXML" || root.name == "QBXMLEvents") {
        checker.check(root, *grammar::owner(root.name), root.name, "/" + root.name);
        return;
    }
    const std::string around = root.name.starts_with("QBXML") ? "QBXML" : "QBXML and a message set";
    checker.add({.pointer = "/" + root.name,
                 .path = root.name,
                 .rule = "envelope",
                 .found = shown(root.name),
                 .allowed = "QBXML as the outermost element",
                 .suggestion = fmt::format("put it inside {}", around)},
                root);
    if (const grammar::Message* message = grammar::message(root.name))
        checker.check_message(root, *message, "/" + root.name);
    else if (const grammar::Owner* content = grammar::owner(root.name))
        checker.check(root, *content, root.name, "/" + root.name);
}

// A document may declare its qbXML version once. Of several declarations all but the last are
// blanked, so that the reader takes the document and the rest of it is checked; lines stay as they
// are. Returns how many there were.
int keep_last_declaration(std::string& text)
{
    int count = 0;
    std::size_t last = 0, last_size = 0;
    for (std::size_t at = 0; (at = text.find('<', at)) != std::string::npos;) {
        const std::string_view rest = std::string_view(text).substr(at);
        const bool comment = rest.starts_with("<!--");
        if (!comment && !rest.starts_with("<?")) break;
        const std::size_t end = rest.find(comment ? "-->" : "?>");
        if (end == std::string_view::npos) break;
        if (rest.starts_with("<?qbxml ")) {
            if (++count > 1)
                std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(last), last_size, ' ');
            last = at;
            last_size = end + 2;
        }
        at += end;
    }
    return count;
}

bool is_known(Version version)
{
    return std::ranges::any_of(grammar::versions(), [&](const grammar::KnownVersion& known) {
        return known.version() == version;
    });
}

std::string known_versions()
{
    std::string text = "one of";
    for (const grammar::KnownVersion& known : grammar::versions())
        text += " " + known.version().text();
    return text;
}

// The version to check against; a fault when the document should declare one and does not.
Version declared_version(std::string_view declared, const Node& root, Checker& checker)
{
    if (declared.empty() && is_answer(root)) return newest_version;
    const auto version = Version::parse(declared);
    if (version && is_known(*version)) return *version;
    checker.add(
        {.pointer = "",
         .path = "?qbxml",
         .rule = "version",
         .found = declared.empty() ? "no declaration of a qbXML version" : shown(declared),
         .allowed =
             version ? known_versions() : "<?qbxml version=\"N.N\"?> before the outermost element",
         .suggestion = fmt::format("declare <?qbxml version=\"{}\"?>", common_version.text())},
        root);
    return newest_version;
}

}  // namespace

DocumentCheck check_document(std::string text, std::optional<Version> version, Edition edition)
{
    const int declarations = keep_last_declaration(text);
    const auto document = Document::parse(text);
    if (!document) {
        const Error& error = document.error();
        return {.version = version.value_or(newest_version),
                .faults = {{.line = line_of(error.where),
                            .fault = {.rule = "xml",
                                      .found = error.text(),
                                      .allowed = "well-formed XML",
                                      .suggestion = "mend the text there"}}}};
    }
    const Node root = to_node(document->root());
    Checker preface({});
    const Version against =
        version ? *version : declared_version(document->qbxml_version(), root, preface);
    if (!version && declarations > 1)
        preface.add({.pointer = "",
                     .path = "?qbxml",
                     .rule = "version",
                     .found = fmt::format("{} declarations of the qbXML version", declarations),
                     .allowed = "one",
                     .suggestion = "keep one of them"},
                    root);
    Checker checker({.version = against, .edition = edition, .as_it_stands = true});
    check_root(checker, root);

    std::vector<FoundFault> found = preface.take();
    std::ranges::move(checker.take(), std::back_inserter(found));
    DocumentCheck check{.version = against, .faults = {}};
    if (found.empty()) return check;
    const std::vector<int> lines = element_lines(std::move(text));
    std::unordered_map<const Node*, std::size_t> numbers;
    number_nodes(root, numbers);
    for (FoundFault& each : found) {
        const auto at = numbers.find(each.at);
        const bool known = at != numbers.end() && at->second < lines.size();
        check.faults.push_back({known ? lines[at->second] : 0, std::move(each.fault)});
    }
    std::ranges::stable_sort(check.faults, {}, &DocumentFault::line);
    return check;
}

DocumentCheck check_json_document(const std::string& text, std::optional<Version> version,
                                  Edition edition)
{
    DocumentCheck result{.version = version.value_or(common_version)};
    const auto refuse = [&](const Error& error) {
        result.faults.push_back({0,
                                 {.rule = "json",
                                  .found = error.text(),
                                  .allowed = "a request or message set in the JSON form",
                                  .suggestion = "qbxml example and qbxml to-json show the form"}});
        return result;
    };
    const auto value = parse_json(text);
    if (!value) return refuse(value.error());
    if (const auto declared = Version::parse(value->string_at("version")); declared && !version)
        result.version = *declared;
    if (value->find("QBXML")) {
        auto document = document_from_json(*value, result.version);
        if (!document) return refuse(document.error());
        result = check_document(std::move(*document), result.version, edition);
        for (DocumentFault& fault : result.faults)
            fault.line = 0;
        return result;
    }
    const auto set = message_set_from_json(*value);
    if (!set) return refuse(set.error());
    for (const Node& request : set->requests)
        for (Fault& fault : check(request, result.version, edition))
            result.faults.push_back({0, std::move(fault)});
    return result;
}

}  // namespace qbxml
