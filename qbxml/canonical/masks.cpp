#include "qbxml/canonical/masks.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace qbxml::canonical {
namespace {

constexpr auto masked_names = std::to_array<std::string_view>({
    "SSN",
    "BirthDate",
    "Gender",
    "Ethnicity",
    "MaritalStatus",
    "Disabled",
    "DisabilityDesc",
    "USCitizen",
    "USVeteran",
    "MilitaryStatus",
    "WorkAuthExpireDate",
    "OnFile",
    "EmergencyContacts",
    "EmployeePayrollInfo",
    "CreditCardInfo",
    "CreditCardTxnInfo",
});

bool is_masked(std::string_view name)
{
    return std::find(masked_names.begin(), masked_names.end(), name) != masked_names.end();
}

// One piece of markup of a well-formed text.
struct Tag {
    enum class Kind { none, start, end, empty, other } kind = Kind::none;
    std::string_view name;
    std::size_t begin = 0;
    std::size_t end = 0;  // behind the '>'
};

std::size_t behind(std::string_view text, std::string_view mark, std::size_t from)
{
    const auto at = text.find(mark, from);
    return at == std::string_view::npos ? text.size() : at + mark.size();
}

std::size_t behind_start_tag(std::string_view text, std::size_t at)
{
    char quote = 0;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quote) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return at + 1;
        }
    }
    return text.size();
}

// True when a start tag there could be that of a masked element, or when it is no start tag.
bool may_matter(std::string_view text, std::size_t at)
{
    if (at + 2 >= text.size()) return true;
    const char first = text[at + 1], second = text[at + 2];
    if (first == '!' || first == '?') return true;
    return std::any_of(masked_names.begin(), masked_names.end(), [&](std::string_view name) {
        return name[0] == first && name[1] == second;
    });
}

Tag next_tag(std::string_view text, std::size_t from)
{
    Tag tag;
    tag.begin = text.find('<', from);
    if (tag.begin == std::string_view::npos) return tag;
    const auto rest = text.substr(tag.begin);
    if (rest.starts_with("<!--") || rest.starts_with("<![CDATA[") || rest.starts_with("<?")) {
        tag.kind = Tag::Kind::other;
        const std::string_view mark = rest[1] == '?' ? "?>" : rest[2] == '-' ? "-->" : "]]>";
        tag.end = behind(text, mark, tag.begin + 2);
        return tag;
    }
    const bool closing = rest.starts_with("</");
    const std::size_t name_at = tag.begin + (closing ? 2 : 1);
    tag.name = text.substr(name_at, text.find_first_of(" \t\r\n/>", name_at) - name_at);
    tag.end = behind_start_tag(text, tag.begin);
    tag.kind = closing                    ? Tag::Kind::end
               : text[tag.end - 2] == '/' ? Tag::Kind::empty
                                          : Tag::Kind::start;
    return tag;
}

// Where the end tag of the element starts whose start tag was `open`.
std::size_t content_end(std::string_view text, const Tag& open)
{
    int depth = 1;
    for (Tag tag = next_tag(text, open.end); tag.kind != Tag::Kind::none;
         tag = next_tag(text, tag.end)) {
        if (tag.kind == Tag::Kind::start && tag.name == open.name) ++depth;
        if (tag.kind == Tag::Kind::end && tag.name == open.name && --depth == 0) return tag.begin;
    }
    return text.size();
}

}  // namespace

bool leads_to_masked(std::string_view path)
{
    while (true) {
        const auto slash = path.find('/');
        if (is_masked(path.substr(0, slash))) return true;
        if (slash == std::string_view::npos) return false;
        path.remove_prefix(slash + 1);
    }
}

bool holds_masked(Element element)
{
    constexpr std::uint64_t hashes = [] {
        std::uint64_t bits = 0;
        for (const auto name : masked_names)
            bits |= std::uint64_t{1} << name_hash(name);
        return bits;
    }();
    return element.any([](Element inside) {
        return (hashes >> inside.hash() & 1) != 0 && is_masked(inside.name());
    });
}

std::string masked(std::string_view source)
{
    std::string out;
    out.reserve(source.size());
    std::size_t copied = 0;
    Tag tag;
    for (std::size_t at = 0; (at = source.find('<', at)) != std::string_view::npos; at = tag.end) {
        tag.end = at + 1;
        if (!may_matter(source, at)) continue;
        tag = next_tag(source, at);
        if (tag.kind != Tag::Kind::start || !is_masked(tag.name)) continue;
        const auto end = content_end(source, tag);
        if (end == tag.end) continue;
        out += source.substr(copied, tag.end - copied);
        out += "***";
        copied = end;
        tag.end = end;
    }
    out += source.substr(copied);
    return out;
}

}  // namespace qbxml::canonical
