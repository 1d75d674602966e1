#include "qbxml/scanner.h"

#include <fmt/format.h>

namespace qbxml {

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
    } else {
        refuse_markup();
    }
}

std::string_view Scanner::name_here(std::string_view of_what)
{
    const char* begin = p_;
    if (p_ == end_) refuse_end(fmt::format("the name of {}", of_what));
    if (!is(*p_, name_start))
        refuse(p_, fmt::format("found {}, expected the name of {}", found(p_), of_what));
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
    const std::string_view name = name_here("an element");
    if (p_ == end_) refuse_end("a start tag");
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
        const std::string_view name = name_here("an attribute");
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
        const std::string_view name = name_here("an end tag");
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

}  // namespace qbxml
