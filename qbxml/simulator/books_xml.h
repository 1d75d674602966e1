// The XML of the books' file and of its journal: small reading and writing.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <fmt/format.h>

#include "qbxml/node_xml.h"
#include "qbxml/result.h"
#include "qbxml/simulator/record.h"

namespace qbxml::simulator {

inline void attribute(std::string& out, std::string_view name, std::string_view value)
{
    out += ' ';
    out += name;
    out += "=\"";
    append_escaped(out, value);
    out += '"';
}

template <class Number>
void attribute(std::string& out, std::string_view name,
               Number value) requires std::is_integral_v<Number>
{
    attribute(out, name, std::string_view(std::to_string(value)));
}

template <class Number>
std::optional<Number> number_in(Element element, std::string_view name)
{
    const auto text = element.attribute(name);
    if (!text) return std::nullopt;
    Number value{};
    const char* end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, value);
    if (error != std::errc() || stop != end) return std::nullopt;
    return value;
}

inline std::optional<Stamps> stamps_in(Element record)
{
    const auto created = number_in<std::int64_t>(record, "created");
    const auto modified = number_in<std::int64_t>(record, "modified");
    const auto sequence = number_in<std::int64_t>(record, "sequence");
    if (!created || !modified || !sequence) return std::nullopt;
    return Stamps{.created = *created, .modified = *modified, .edit_sequence = *sequence};
}

inline std::string text_in(Element element, std::string_view name)
{
    return std::string(element.attribute(name).value_or(""));
}

inline Error broken(std::string_view what)
{
    return Error{"books",
                 fmt::format("{}; the file was not written by this program, or was changed "
                             "afterwards: restore it from a copy",
                             what)};
}

}  // namespace qbxml::simulator
