// XML text <-> element tree. The only user of pugixml is xml.cpp.
//
// Reading is strict and safe: DTDs, entities other than the five and numeric references, illegal
// characters, unbalanced tags, more than one root, and nesting beyond `XmlLimits::depth_max` are
// errors that name line and column.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/result.h"

namespace pugi {
struct xml_node_struct;
class xml_document;
}  // namespace pugi

namespace qbxml {

struct XmlLimits {
    std::size_t bytes_max = 64u * 1024 * 1024;
    int depth_max = 64;
    std::size_t name_bytes_max = 256;
    std::size_t attributes_max = 64;
    std::size_t attribute_bytes_max = 256u * 1024;  // of one value
};

// What a text needs of its reader; found by the scan that checked it.
struct TextForm {
    bool carriage_returns = false;  // line ends need mending
    bool in_pieces = false;         // comments, CDATA or children stand between character data
};

// Six bits that tell most element names apart, for tables of names.
constexpr std::uint8_t name_hash(std::string_view name)
{
    if (name.empty()) return 0;
    const auto middle = static_cast<unsigned char>(name[name.size() / 2]);
    const auto first = static_cast<unsigned char>(name.front());
    const auto last = static_cast<unsigned char>(name.back());
    return static_cast<std::uint8_t>((name.size() * 7u + first * 3u + middle * 5u + last) & 63u);
}

// A view of one element; cheap to copy, valid as long as its Document. A null Element (what a
// look-up that found nothing returns) has empty name and text and no children.
class Element {
public:
    struct Node;

    Element() = default;
    explicit Element(const Node* node) : node_(node) {}
    explicit operator bool() const { return node_ != nullptr; }
    bool operator==(const Element&) const = default;

    std::string_view name() const;
    std::uint8_t hash() const;  // name_hash of the name
    // The character data directly inside the element, whole even where comments, CDATA sections or
    // child elements stand in between. White space alone counts as none.
    std::string_view text() const;
    std::optional<std::string_view> attribute(std::string_view name) const;
    std::vector<std::pair<std::string_view, std::string_view>> attributes() const;

    Element child(std::string_view name) const;         // the first of that name
    Element next_sibling(std::string_view name) const;  // the next of that name
    Element first_child() const;                        // elements only
    Element next_sibling() const;
    Element parent() const;  // null for the root
    bool has_children() const { return static_cast<bool>(first_child()); }
    // Follows child names separated by '/'; null when one is missing.
    Element at(std::string_view path) const;
    // True when `holds` says so of this element or of one inside it.
    template <class Holds>
    bool any(Holds holds) const;

    // Iterates over the child elements: for (Element child : element.children()).
    class Iterator {
    public:
        explicit Iterator(const Node* node) : node_(node) {}
        Element operator*() const { return Element(node_); }
        Iterator& operator++();
        bool operator==(const Iterator&) const = default;

    private:
        const Node* node_;
    };
    struct Children {
        const Node* first;
        Iterator begin() const { return Iterator(first); }
        Iterator end() const { return Iterator(nullptr); }
    };
    Children children() const { return {first_child().node_}; }

private:
    static Element named(Element from, std::string_view name);

    const Node* node_ = nullptr;
};

// The elements of a document stand in one row, in document order: what is inside an element follows
// it. Distances are counted in nodes; 0 is none.
struct Element::Node {
    const char* name = nullptr;
    const char* text = nullptr;
    pugi::xml_node_struct* origin = nullptr;  // for the attributes
    std::uint32_t text_size = 0;
    std::uint32_t inside = 0;  // how many follow that stand inside this one
    std::uint32_t next = 0;    // to the next sibling
    std::uint32_t parent = 0;  // back to the parent
    std::uint32_t name_size = 0;
    std::uint8_t hash = 0;
};

inline std::string_view Element::name() const
{
    return node_ ? std::string_view(node_->name, node_->name_size) : std::string_view();
}

inline std::uint8_t Element::hash() const
{
    return node_ ? node_->hash : name_hash({});
}

inline std::string_view Element::text() const
{
    return node_ ? std::string_view(node_->text, node_->text_size) : std::string_view();
}

inline Element Element::first_child() const
{
    return Element(node_ && node_->inside ? node_ + 1 : nullptr);
}

inline Element Element::next_sibling() const
{
    return Element(node_ && node_->next ? node_ + node_->next : nullptr);
}

inline Element Element::parent() const
{
    return Element(node_ && node_->parent ? node_ - node_->parent : nullptr);
}

inline Element Element::named(Element from, std::string_view name)
{
    while (from && from.name() != name)
        from = from.next_sibling();
    return from;
}

inline Element Element::child(std::string_view name) const
{
    return named(first_child(), name);
}

inline Element Element::next_sibling(std::string_view name) const
{
    return named(next_sibling(), name);
}

inline Element::Iterator& Element::Iterator::operator++()
{
    *this = Iterator(Element(node_).next_sibling().node_);
    return *this;
}

template <class Holds>
bool Element::any(Holds holds) const
{
    if (!node_) return false;
    return std::any_of(node_, node_ + node_->inside + 1,
                       [&](const Node& node) { return holds(Element(&node)); });
}

// Owns a text and its parse. Movable; the Elements stay valid when it moves.
class Document {
public:
    static Result<Document> parse(std::string text, const XmlLimits& limits = {});

    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;
    ~Document();

    Element root() const;
    // The declared version of `<?qbxml version="13.0"?>`, "" when there is none.
    std::string_view qbxml_version() const;

private:
    friend class ResponseSet;
    Document();
    static Document of_checked(std::string text, TextForm form);
    struct Held;
    std::unique_ptr<Held> held_;
};

// Parses elements of a text that was checked before, one after the other in the same memory: the
// way to read the many records of one answer.
class ElementReader {
public:
    ElementReader();
    ElementReader(ElementReader&&) noexcept;
    ElementReader& operator=(ElementReader&&) noexcept;
    ~ElementReader();

    // `checked` is one whole element of a text that passed the scan. The result is valid until the
    // next read.
    Element read(std::string_view checked, TextForm form);

private:
    struct Held;
    std::unique_ptr<Held> held_;
};

// Appends UTF-8 text as QuickBooks takes it: pure ASCII, markup escaped, every other character as a
// decimal reference. For element content and for attribute values alike.
void append_escaped(std::string& out, std::string_view utf8);

}  // namespace qbxml
