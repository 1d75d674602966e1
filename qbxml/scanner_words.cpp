// What the Scanner does between tags: comments, declarations, references; and what it says when it
// refuses a text.
#include <fmt/format.h>

#include "qbxml/characters.h"
#include "qbxml/scanner.h"

namespace qbxml {

namespace {

constexpr std::string_view reference_advice =
    "XML knows &amp; &lt; &gt; &quot; &apos; and numeric references alone; write & itself as &amp;";

}  // namespace

std::string excerpt(std::string_view text)
{
    constexpr std::size_t excerpt_bytes = 40;
    text = text.substr(0, excerpt_bytes + 1);
    const std::size_t end = std::min(text.size(), text.find_first_of("\r\n\t"));
    std::size_t size = std::min(end, excerpt_bytes);
    while (size > 0 && size < text.size() &&
           (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
        --size;
    }
    return fmt::format("'{}{}'", text.substr(0, size), size < end ? "..." : "");
}

std::string Scanner::found(const char* at) const
{
    if (at >= end_) return "the end of the text";
    return excerpt(std::string_view(at, static_cast<std::size_t>(end_ - at)));
}

std::string Scanner::opened(const Open& open) const
{
    const auto line = 1 + std::count(static_cast<const char*>(text_), open.name, '\n');
    return fmt::format("<{}>, opened at line {}", std::string_view(open.name, open.size), line);
}

void Scanner::refuse_end(std::string_view inside_what) const
{
    if (open_.empty()) refuse(end_, fmt::format("the text ends inside {}", inside_what));
    const std::string within = opened(open_.back());
    if (inside_what.empty())
        refuse(end_, fmt::format("the text ends inside {}: it was cut off", within));
    refuse(end_, fmt::format("the text ends inside {} in {}: it was cut off", inside_what, within));
}

void Scanner::refuse_end_tag(const char* begin, std::string_view name) const
{
    refuse(begin, fmt::format("</{}> closes {}; expected </{}>", name, opened(open_.back()),
                              std::string_view(open_.back().name, open_.back().size)));
}

void Scanner::refuse_foreign() const
{
    const std::string expected =
        options_.root.empty() ? "an XML element" : fmt::format("<{}>", options_.root);
    if (p_ == end_)
        refuse(p_, fmt::format("the text ends before its first element; expected {}", expected));
    if (looking_at("<!DOCTYPE") || looking_at("<!doctype")) {
        refuse(p_, fmt::format(
                       "found {}, a document type declaration, which is not allowed; expected {}",
                       found(p_), expected));
    }
    if (ends_as_prefix_of("<!--") || ends_as_prefix_of("<?")) refuse_end("a tag");
    refuse(p_, fmt::format("found {}, expected {}", found(p_), expected));
}

// True when the text ends in the middle of `what`.
bool Scanner::ends_as_prefix_of(std::string_view what) const
{
    return left() > 0 && left() < what.size() && looking_at(what.substr(0, left()));
}

// Stands at a `<` inside the root that begins nothing which is allowed there.
void Scanner::refuse_markup() const
{
    if (ends_as_prefix_of("<!--") || ends_as_prefix_of("<![CDATA[")) refuse_end("a tag");
    if (p_[1] == '?') {
        refuse(p_, fmt::format("found {}; processing instructions are allowed before the root only",
                               found(p_)));
    }
    refuse(p_, fmt::format("found {}, expected a tag; write < in text as &lt;", found(p_)));
}

void Scanner::comment()
{
    const char* begin = p_;
    const std::string_view rest(p_ + 4, left() - 4);
    const std::size_t dashes = rest.find("--");
    if (dashes == std::string_view::npos) refuse_end("a comment");
    p_ += 4 + dashes + 2;
    if (p_ == end_) refuse_end("a comment");
    if (*p_ != '>') refuse(begin, "a comment holds '--', which may only end it");
    ++p_;
}

void Scanner::cdata()
{
    const std::size_t closing = std::string_view(p_, left()).find("]]>");
    if (closing == std::string_view::npos) refuse_end("a CDATA section");
    p_ += closing + 3;
}

// `<?xml ... ?>` as the first thing in the text, `<?qbxml version="..."?>` anywhere before the
// root.
void Scanner::declaration(bool first)
{
    const char* begin = p_;
    p_ += 2;
    const std::string_view name = name_here("a processing instruction");
    const std::size_t closing = std::string_view(p_, left()).find("?>");
    if (closing == std::string_view::npos) refuse_end(fmt::format("<?{}", name));
    if (closing > 0 && !is(*p_, blank)) {
        refuse(p_, fmt::format("found {} after <?{}; expected a blank or ?>", found(p_), name));
    }
    const std::string_view inside(p_, closing);
    p_ += closing + 2;
    if (name == "xml") {
        if (!first) refuse(begin, "the XML declaration must be the first thing in the text");
        return;
    }
    if (name != "qbxml") {
        refuse(begin,
               fmt::format("the processing instruction <?{}?> is not allowed; only <?xml?> and "
                           "<?qbxml?> are",
                           name));
    }
    if (!out_.qbxml_version.empty()) refuse(begin, "<?qbxml?> stands here a second time");
    const std::size_t version = inside.find("version");
    const std::size_t quote = inside.find_first_of("\"'", version);
    const std::size_t last =
        quote == std::string_view::npos ? quote : inside.find(inside[quote], quote + 1);
    constexpr std::size_t version_bytes_max = 16;
    if (version == std::string_view::npos || last == std::string_view::npos ||
        last - quote - 1 > version_bytes_max) {
        refuse(begin, fmt::format("{} names no version; expected <?qbxml version=\"13.0\"?>",
                                  found(begin)));
    }
    out_.qbxml_version = inside.substr(quote + 1, last - quote - 1);
}

void Scanner::reference()
{
    const char* begin = p_;
    for (const std::string_view known : {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"}) {
        if (looking_at(known)) {
            p_ += known.size();
            return;
        }
    }
    if (p_[1] == '#') return numeric_reference(begin);
    constexpr std::size_t longest_name = 32;
    const char* name_end = p_ + 1;
    while (name_end - begin < static_cast<std::ptrdiff_t>(longest_name) && is(*name_end, name_byte))
        ++name_end;
    if (name_end == end_) refuse_end("a reference");
    if (name_end > begin + 1 && *name_end == ';') {
        refuse(begin, fmt::format("{}; is no reference: {}", std::string_view(begin, name_end),
                                  reference_advice));
    }
    refuse(begin, fmt::format("a bare '&': {}", reference_advice));
}

void Scanner::numeric_reference(const char* begin)
{
    const bool hex = p_[2] == 'x';
    p_ += hex ? 3 : 2;
    char* const digits = p_;
    std::uint32_t c = 0;
    for (;; ++p_) {
        std::uint32_t digit = 16;
        if (*p_ >= '0' && *p_ <= '9') digit = static_cast<std::uint32_t>(*p_ - '0');
        if (hex && (*p_ | 0x20) >= 'a' && (*p_ | 0x20) <= 'f') {
            digit = static_cast<std::uint32_t>((*p_ | 0x20) - 'a' + 10);
        }
        if (digit == 16) break;
        c = std::min(c * (hex ? 16 : 10) + digit, 0x110000u);
    }
    if (p_ == end_) refuse_end("a reference");
    if (p_ == digits || *p_ != ';') {
        refuse(begin, fmt::format("{} is no reference: expected &#NNN; or &#xHH;", found(begin)));
    }
    const std::string_view whole(begin, p_ + 1);
    ++p_;
    if (is_xml_character(c)) return;
    if (!options_.mend) {
        refuse(begin, fmt::format("{} is no character that XML allows", excerpt(whole)));
    }
    std::fill(digits, p_ - 1, '0');
    p_[-2] = '9';
}

}  // namespace qbxml
