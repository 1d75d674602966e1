// What is read out of a text after the scan has passed it.
#include <fmt/format.h>

#include <algorithm>

#include "qbxml/characters.h"
#include "qbxml/scan.h"

namespace qbxml {

namespace {

constexpr std::string_view blanks = " \t\r\n";

void append_reference(std::string& out, std::string_view name)
{
    if (name == "amp") {
        out += '&';
    } else if (name == "lt") {
        out += '<';
    } else if (name == "gt") {
        out += '>';
    } else if (name == "quot") {
        out += '"';
    } else if (name == "apos") {
        out += '\'';
    } else {
        const bool hex = name[1] == 'x';
        append_utf8(out, static_cast<std::uint32_t>(std::stoul(
                             std::string(name.substr(hex ? 2 : 1)), nullptr, hex ? 16 : 10)));
    }
}

std::string attribute_text(std::string_view raw)
{
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const char c = raw[i];
        if (c == '&') {
            const std::size_t end = raw.find(';', i);
            append_reference(out, raw.substr(i + 1, end - i - 1));
            i = end;
        } else if (c == '\r' && i + 1 < raw.size() && raw[i + 1] == '\n') {
            continue;
        } else {
            out += c == '\t' || c == '\r' || c == '\n' ? ' ' : c;
        }
    }
    return out;
}

}  // namespace

std::vector<std::pair<std::string_view, std::string>> attributes_of(std::string_view text,
                                                                    const Outlined& element)
{
    std::vector<std::pair<std::string_view, std::string>> out;
    const std::size_t begin = element.begin + 1 + element.name_size;
    std::string_view rest = text.substr(begin, element.inside - begin);
    for (;;) {
        rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
        const std::size_t name_end = rest.find_first_of(" \t\r\n=/>");
        if (name_end == std::string_view::npos || rest[name_end] == '/' || rest[name_end] == '>')
            return out;
        const std::string_view name = rest.substr(0, name_end);
        const std::size_t quote = rest.find_first_of("\"'", name_end);
        const std::size_t last = rest.find(rest[quote], quote + 1);
        out.emplace_back(name, attribute_text(rest.substr(quote + 1, last - quote - 1)));
        rest.remove_prefix(last + 1);
    }
}

std::string place_in(std::string_view text, std::size_t offset)
{
    const std::string_view before = text.substr(0, offset);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    std::string_view column = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0
    if (line == 1 && column.starts_with("\xEF\xBB\xBF")) column.remove_prefix(3);
    const auto characters = std::count_if(column.begin(), column.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    });
    return fmt::format("line {}, column {}", line, characters + 1);
}

}  // namespace qbxml
