#include "qbxml/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "qbxml/characters.h"

namespace qbxml {

namespace {

// Classes of bytes, one bit each.
enum : unsigned char {
    name_byte = 1,
    name_start = 2,
    blank = 4,
    text_stop = 8,     // ends a run of character data
    double_stop = 16,  // ends a run inside "..."
    single_stop = 32,  // ends a run inside '...'
};

constexpr std::array<unsigned char, 256> classes = [] {
    std::array<unsigned char, 256> out{};
    const auto add = [&](int from, int to, int bits) {
        for (int c = from; c <= to; ++c) {
            auto& entry = out[static_cast<std::size_t>(c)];
            entry = static_cast<unsigned char>(entry | bits);
        }
    };
    add('a', 'z', name_byte | name_start), add('A', 'Z', name_byte | name_start);
    add('_', '_', name_byte | name_start), add(':', ':', name_byte | name_start);
    add(0x80, 0xFF, name_byte | name_start);
    add('0', '9', name_byte), add('-', '.', name_byte);
    add(' ', ' ', blank), add('\t', '\n', blank), add('\r', '\r', blank);
    add(0, 0, text_stop | double_stop | single_stop);
    add('<', '<', text_stop | double_stop | single_stop);
    add('&', '&', text_stop | double_stop | single_stop);
    add(']', ']', text_stop), add('"', '"', double_stop), add('\'', '\'', single_stop);
    return out;
}();

bool is(char c, unsigned char bits)
{
    return (classes[static_cast<unsigned char>(c)] & bits) != 0;
}

// Thrown inside this file only, from the depth of the scan to its door.
struct Refusal {
    const char* at;
    std::string what;
};

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view reference_advice =
    "XML knows &amp; &lt; &gt; &quot; &apos; and numeric references alone; write & itself as &amp;";

// Over `text`, which a NUL follows: every run ends there at the latest.
class Scanner {
public:
    Scanner(std::string& text, const ScanOptions& options)
        : text_(text.data()),
          end_(text.data() + text.size()),
          p_(text.data()),
          limits_(options.limits),
          options_(options)
    {
        open_.reserve(static_cast<std::size_t>(std::max(limits_.depth_max, 1)));
    }

    Scanned run();

private:
    struct Open {
        const char* name;
        std::uint32_t size;
        std::uint32_t outlined;
    };
    static constexpr std::uint32_t not_outlined = std::numeric_limits<std::uint32_t>::max();

    std::size_t left() const { return static_cast<std::size_t>(end_ - p_); }
    bool looking_at(std::string_view what) const
    {
        return left() >= what.size() && std::memcmp(p_, what.data(), what.size()) == 0;
    }
    void skip_blanks()
    {
        while (is(*p_, blank))
            ++p_;
    }
    std::uint32_t place(const char* at) const { return static_cast<std::uint32_t>(at - text_); }

    void before_root();
    void inside_root();
    void after_root();
    void markup();
    void comment();
    void cdata();
    void declaration(bool first);
    void start_tag();
    void end_tag();
    void after_element();
    void attributes();
    void attribute_value(std::string_view name);
    void reference();
    void numeric_reference(const char* begin);
    std::string_view name_here(std::string_view of_what);

    [[noreturn]] void refuse(const char* at, std::string what) const
    {
        throw Refusal{at, std::move(what)};
    }
    [[noreturn]] void refuse_end(std::string_view inside_what) const;
    [[noreturn]] void refuse_end_tag(const char* begin, std::string_view name) const;
    [[noreturn]] void refuse_foreign() const;
    std::string found(const char* at) const;
    std::string opened(const Open& open) const;

    char* const text_;
    char* const end_;
    char* p_;
    const XmlLimits& limits_;
    const ScanOptions& options_;
    std::vector<Open> open_;
    std::vector<std::string_view> attribute_names_;
    Scanned out_;
};

std::string excerpt(std::string_view text)
{
    constexpr std::size_t excerpt_bytes = 40;
    const std::size_t end = std::min(text.size(), text.find_first_of("\r\n\t", 0));
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
    if (looking_at("<!")) {
        refuse(p_,
               fmt::format("{} is a document type declaration, which is not allowed; expected {}",
                           found(p_), expected));
    }
    refuse(p_, fmt::format("found {}, expected {}", found(p_), expected));
}

Scanned Scanner::run()
{
    if (looking_at(byte_order_mark)) p_ += byte_order_mark.size();
    before_root();
    out_.root_begin = place(p_);
    inside_root();
    out_.root_end = place(p_);
    after_root();
    out_.form.carriage_returns =
        std::memchr(text_, '\r', static_cast<std::size_t>(end_ - text_)) != nullptr;
    return std::move(out_);
}

void Scanner::before_root()
{
    for (bool first = true;; first = false) {
        skip_blanks();
        if (looking_at("<!--")) {
            comment();
        } else if (looking_at("<?")) {
            declaration(first);
        } else if (*p_ == '<' && is(p_[1], name_start)) {
            return;
        } else {
            refuse_foreign();
        }
    }
}

void Scanner::after_root()
{
    for (;;) {
        skip_blanks();
        if (p_ == end_) return;
        if (!looking_at("<!--")) break;
        comment();
    }
    if (*p_ == '<' && is(p_[1], name_start)) {
        refuse(p_, fmt::format("found {}, a second root element; a document has one", found(p_)));
    }
    refuse(p_,
           fmt::format("found {} after the root element; expected the end of the text", found(p_)));
}

void Scanner::inside_root()
{
    start_tag();
    while (!open_.empty()) {
        while (!is(*p_, text_stop))
            ++p_;
        switch (*p_) {
            case '<': markup(); break;
            case '&': reference(); break;
            case ']':
                if (looking_at("]]>")) refuse(p_, "']]>' may not stand in text; write > as &gt;");
                ++p_;
                break;
            default: refuse_end("");  // the NUL behind the text: others were refused or mended
        }
    }
}

void Scanner::markup()
{
    if (p_[1] == '/') {
        end_tag();
        after_element();
    } else if (is(p_[1], name_start)) {
        start_tag();
    } else if (looking_at("<!--")) {
        out_.form.in_pieces = true;
        comment();
    } else if (looking_at("<![CDATA[")) {
        out_.form.in_pieces = true;
        cdata();
    } else if (p_[1] == '?') {
        refuse(p_, fmt::format("found {}; processing instructions are allowed before the root only",
                               found(p_)));
    } else if (left() == 1) {
        refuse_end("a tag");
    } else {
        refuse(p_, fmt::format("found {}, expected a tag; write < in text as &lt;", found(p_)));
    }
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
    const std::string_view name = name_here("processing instruction");
    const std::size_t closing = std::string_view(p_, left()).find("?>");
    if (closing == std::string_view::npos) refuse_end(fmt::format("<?{}", name));
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

std::string_view Scanner::name_here(std::string_view of_what)
{
    const char* begin = p_;
    if (p_ == end_) refuse_end(fmt::format("the name of a {}", of_what));
    if (!is(*p_, name_start))
        refuse(p_, fmt::format("found {}, expected the name of a {}", found(p_), of_what));
    while (is(*p_, name_byte))
        ++p_;
    const std::string_view name(begin, static_cast<std::size_t>(p_ - begin));
    if (name.size() > limits_.name_bytes_max) {
        refuse(begin, fmt::format("a name of {} bytes; at most {} are allowed", name.size(),
                                  limits_.name_bytes_max));
    }
    return name;
}

void Scanner::start_tag()
{
    char* const begin = p_;
    ++p_;
    const std::string_view name = name_here("element");
    const std::size_t depth = open_.size() + 1;
    if (depth > static_cast<std::size_t>(limits_.depth_max)) {
        refuse(begin, fmt::format("<{}> is nested {} deep; at most {} levels are allowed", name,
                                  depth, limits_.depth_max));
    }
    if (depth == 1 && !options_.root.empty() && name != options_.root) {
        refuse(begin, fmt::format("the root element is <{}>, expected <{}>", name, options_.root));
    }
    std::uint32_t outlined = not_outlined;
    if (depth <= static_cast<std::size_t>(options_.outline_depth)) {
        if (out_.outline.size() >= options_.outline_max) {
            refuse(begin, fmt::format("more than {} records in one text; ask for smaller pages",
                                      options_.outline_max));
        }
        outlined = static_cast<std::uint32_t>(out_.outline.size());
        out_.outline.push_back({.begin = place(begin),
                                .name_size = static_cast<std::uint16_t>(name.size()),
                                .depth = static_cast<std::uint16_t>(depth)});
    }
    open_.push_back({name.data(), static_cast<std::uint32_t>(name.size()), outlined});
    if (*p_ != '>') attributes();
    const bool empty = *p_ == '/';
    p_ += empty ? 2 : 1;
    if (outlined != not_outlined) out_.outline[outlined].inside = place(p_);
    if (!empty) return;
    if (outlined != not_outlined) out_.outline[outlined].end = place(p_);
    open_.pop_back();
    after_element();
}

// Between an end tag and the next tag there is white space, or the text is in pieces.
void Scanner::after_element()
{
    if (open_.empty()) return;
    skip_blanks();
    if (*p_ != '<' && p_ != end_) out_.form.in_pieces = true;
}

// Leaves p_ at the `>` or `/>` that ends the tag.
void Scanner::attributes()
{
    attribute_names_.clear();
    for (;;) {
        const char* blanks = p_;
        skip_blanks();
        if (*p_ == '>' || looking_at("/>")) return;
        if (p_ == end_ || (*p_ == '/' && left() == 1)) refuse_end("a start tag");
        if (blanks == p_ || *p_ == '/') {
            refuse(p_,
                   fmt::format(
                       "found {} in the tag <{}>; expected '>', '/>' or a blank and an attribute",
                       found(p_), std::string_view(open_.back().name, open_.back().size)));
        }
        const char* begin = p_;
        const std::string_view name = name_here("attribute");
        if (std::find(attribute_names_.begin(), attribute_names_.end(), name) !=
            attribute_names_.end()) {
            refuse(begin, fmt::format("the attribute {} is given twice", name));
        }
        if (attribute_names_.size() >= limits_.attributes_max) {
            refuse(begin,
                   fmt::format("an element with more than {} attributes", limits_.attributes_max));
        }
        attribute_names_.push_back(name);
        skip_blanks();
        if (p_ == end_) refuse_end("a start tag");
        if (*p_ != '=') {
            refuse(p_,
                   fmt::format("found {} after the attribute {}; expected '='", found(p_), name));
        }
        ++p_;
        skip_blanks();
        attribute_value(name);
    }
}

void Scanner::attribute_value(std::string_view name)
{
    if (p_ == end_) refuse_end("a start tag");
    const char quote = *p_;
    if (quote != '"' && quote != '\'') {
        refuse(p_, fmt::format("found {} as the value of the attribute {}; expected a quoted value",
                               found(p_), name));
    }
    const char* begin = ++p_;
    const unsigned char stop = quote == '"' ? double_stop : single_stop;
    for (;;) {
        while (!is(*p_, stop))
            ++p_;
        if (*p_ == quote) break;
        if (*p_ == '<') {
            refuse(p_, fmt::format("'<' in the value of the attribute {}; write it as &lt;", name));
        }
        if (*p_ != '&') refuse_end(fmt::format("the value of the attribute {}", name));
        reference();
    }
    if (static_cast<std::size_t>(p_ - begin) > limits_.attribute_bytes_max) {
        refuse(begin,
               fmt::format("the value of the attribute {} has {} bytes; at most {} are allowed",
                           name, p_ - begin, limits_.attribute_bytes_max));
    }
    ++p_;
}

void Scanner::end_tag()
{
    const Open& open = open_.back();
    const char* begin = p_;
    if (left() > open.size + 2 && p_[2 + open.size] == '>' &&
        std::memcmp(p_ + 2, open.name, open.size) == 0) {
        p_ += open.size + 3;
    } else {
        p_ += 2;
        const std::string_view name = name_here("end tag");
        if (p_ == end_) refuse_end("an end tag");
        if (name != std::string_view(open.name, open.size)) refuse_end_tag(begin, name);
        skip_blanks();
        if (p_ == end_) refuse_end("an end tag");
        if (*p_ != '>')
            refuse(p_, fmt::format("found {} in the end tag </{}>; expected '>'", found(p_), name));
        ++p_;
    }
    if (open.outlined != not_outlined) out_.outline[open.outlined].end = place(p_);
    open_.pop_back();
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

// The character rules, before the structure is looked at.
std::optional<Error> settle_characters(std::string& text, bool mend)
{
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        return Error{"line 1, column 1", "the text is UTF-16; expected UTF-8"};
    }
    auto offence = find_offence(text);
    if (offence && offence->not_utf8 && mend) {
        const bool marked = text.starts_with(byte_order_mark);
        text = utf8_of_windows_1252(
            std::string_view(text).substr(marked ? byte_order_mark.size() : 0));
        offence = find_offence(text);
    }
    if (offence && mend) {
        put_tabs_for_forbidden(text);
        return std::nullopt;
    }
    if (!offence) return std::nullopt;
    const auto byte = static_cast<unsigned char>(text[offence->offset]);
    if (offence->not_utf8) {
        return Error{place_in(text, offence->offset),
                     fmt::format("the byte 0x{:02X} is no UTF-8", byte)};
    }
    const auto c = decode_utf8(std::string_view(text).substr(offence->offset, 4)).code_point;
    return Error{place_in(text, offence->offset),
                 fmt::format("the character U+{:04X} is not allowed in XML", c)};
}

}  // namespace

Result<Scanned> scan(std::string& text, const ScanOptions& options)
{
    const std::size_t most =
        std::min<std::size_t>(options.limits.bytes_max, std::numeric_limits<std::int32_t>::max());
    if (text.size() > most) {
        return Error{
            "", fmt::format("the text has {} bytes; at most {} are allowed", text.size(), most)};
    }
    if (auto error = settle_characters(text, options.mend)) return *error;
    try {
        return Scanner(text, options).run();
    } catch (const Refusal& refusal) {
        return Error{place_in(text, static_cast<std::size_t>(refusal.at - text.data())),
                     refusal.what};
    }
}

std::string_view name_of(std::string_view text, const Outlined& element)
{
    return text.substr(element.begin + 1, element.name_size);
}

}  // namespace qbxml
