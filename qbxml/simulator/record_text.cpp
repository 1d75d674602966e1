#include "qbxml/simulator/record_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <stdexcept>

#include "qbxml/characters.h"

namespace qbxml::simulator {

namespace {

// Text as append_escaped() wrote it, read back.
std::string unescaped(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t plain = std::min(text.find('&'), text.size());
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) break;
        const std::size_t end = text.find(';');
        const std::string_view name = text.substr(1, end - 1);
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
            std::uint32_t code_point = '?';
            std::from_chars(name.data() + 1, name.data() + name.size(), code_point);
            append_utf8(out, code_point);
        }
        text.remove_prefix(end + 1);
    }
    return out;
}

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    Node element()
    {
        expect('<');
        Node node{.name = std::string(until_any_of(" >"))};
        while (text_[at_] == ' ')
            read_attribute(node);
        expect('>');
        const std::size_t inside = text_[at_] == '\n' ? at_ + 1 : at_;
        if (text_.substr(inside, 1) == "<" && text_.substr(inside, 2) != "</") {
            at_ = inside;
            while (text_.substr(at_, 2) != "</")
                node.children.push_back(element());
        } else {
            node.text = unescaped(until_any_of("<"));
        }
        at_ += node.name.size() + 3;  // "</Name>"
        if (at_ < text_.size() && text_[at_] == '\n') ++at_;
        return node;
    }

private:
    void read_attribute(Node& node)
    {
        ++at_;
        std::string name(until_any_of("="));
        at_ += 2;
        node.attributes.emplace_back(std::move(name), unescaped(until_any_of("\"")));
        ++at_;
    }

    std::string_view until_any_of(std::string_view ends)
    {
        const auto begin = text_.begin() + static_cast<std::ptrdiff_t>(at_);
        const auto end = std::find_first_of(begin, text_.end(), ends.begin(), ends.end());
        if (end == text_.end()) throw std::logic_error("the text of a record is cut");
        const std::string_view found(begin, end);
        at_ += found.size();
        return found;
    }

    void expect(char c)
    {
        if (at_ >= text_.size() || text_[at_] != c) {
            throw std::logic_error("the text of a record is no element");
        }
        ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

Node node_in(std::string_view text)
{
    return Reader(text).element();
}

std::string simple_text_in(std::string_view text)
{
    const std::size_t begin = text.find('>') + 1;
    return unescaped(text.substr(begin, text.find('<', begin) - begin));
}

}  // namespace qbxml::simulator
