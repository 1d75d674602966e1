// XML text <-> element tree. The only user of pugixml is xml.cpp.
//
// Reading is strict and safe: DTDs, entities other than the five and numeric references, illegal
// characters, unbalanced tags, more than one root, and nesting beyond `XmlLimits::depth_max` are
// errors that name line and column.
#pragma once

#include <cstddef>
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

// A view of one element; cheap to copy, valid as long as its Document. A null Element (what a
// look-up that found nothing returns) has empty name and text and no children.
class Element {
public:
    Element() = default;
    explicit Element(pugi::xml_node_struct* node) : node_(node) {}
    explicit operator bool() const { return node_ != nullptr; }
    bool operator==(const Element&) const = default;

    std::string_view name() const;
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

    // Iterates over the child elements: for (Element child : element.children()).
    class Iterator {
    public:
        explicit Iterator(pugi::xml_node_struct* node) : node_(node) {}
        Element operator*() const { return Element(node_); }
        Iterator& operator++();
        bool operator==(const Iterator&) const = default;

    private:
        pugi::xml_node_struct* node_;
    };
    struct Children {
        pugi::xml_node_struct* first;
        Iterator begin() const { return Iterator(first); }
        Iterator end() const { return Iterator(nullptr); }
    };
    Children children() const;

private:
    pugi::xml_node_struct* node_ = nullptr;
};

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
