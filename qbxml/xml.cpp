#include "qbxml/xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <stdexcept>

#include "qbxml/characters.h"
#include "qbxml/scan.h"

namespace qbxml {

namespace {

pugi::xml_node next_element(pugi::xml_node node)
{
    while (node && node.type() != pugi::node_element)
        node = node.next_sibling();
    return node;
}

bool is_text(pugi::xml_node node)
{
    return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

// Makes the pieces of an element's text one, where text() looks for it.
void join_pieces(pugi::xml_node element)
{
    std::string whole = element.value();
    int pieces = 0;
    for (pugi::xml_node child = element.first_child(); child;) {
        const pugi::xml_node next = child.next_sibling();
        if (is_text(child)) {
            whole += child.value();
            ++pieces;
            element.remove_child(child);
        }
        child = next;
    }
    if (whole.find_first_not_of(" \t\r\n") == std::string::npos) whole.clear();
    if (pieces > 0 || whole != element.value()) element.text().set(whole.c_str());
}

void join_all_pieces(pugi::xml_node root)
{
    pugi::xml_node node = root;
    while (node) {
        join_pieces(node);
        if (const pugi::xml_node child = next_element(node.first_child())) {
            node = child;
            continue;
        }
        while (node != root && !next_element(node.next_sibling()))
            node = node.parent();
        if (node == root) return;
        node = next_element(node.next_sibling());
    }
}

// Parses text that passed the scan; it is overwritten and must outlive the document.
void parse_checked(pugi::xml_document& document, char* text, std::size_t size, TextForm form)
{
    unsigned flags = pugi::parse_escapes | pugi::parse_cdata | pugi::parse_embed_pcdata |
                     pugi::parse_wconv_attribute;
    if (form.carriage_returns) flags |= pugi::parse_eol;
    if (form.in_pieces) flags |= pugi::parse_ws_pcdata;
    const auto outcome = document.load_buffer_inplace(text, size, flags, pugi::encoding_utf8);
    if (!outcome) {
        throw std::logic_error(fmt::format("the scan passed what pugixml refuses at byte {}: {}",
                                           outcome.offset, outcome.description()));
    }
    if (form.in_pieces) join_all_pieces(document.document_element());
}

using Nodes = std::vector<Element::Node>;

Element::Node node_of(pugi::xml_node element)
{
    const std::string_view name = element.name();
    const std::string_view text = element.child_value();
    return {.name = name.data(),
            .text = text.data(),
            .origin = element.internal_object(),
            .text_size = static_cast<std::uint32_t>(text.size()),
            .name_size = static_cast<std::uint32_t>(name.size()),
            .hash = name_hash(name)};
}

// Puts the elements into a row, so that going through them needs no more calls of pugixml. A walker
// needs the fewest: each call of its library costs as much as reading a name.
class Row final : public pugi::xml_tree_walker {
public:
    explicit Row(Nodes& nodes) : nodes_(nodes) { nodes_.clear(); }

    bool begin(pugi::xml_node& root) override
    {
        nodes_.push_back(node_of(root));
        return true;
    }
    bool for_each(pugi::xml_node& node) override
    {
        if (node.type() != pugi::node_element) return true;
        const std::size_t here = nodes_.size();
        std::size_t before = here - 1;
        for (; depth_ >= depth(); --depth_) {
            if (depth_ == depth()) nodes_[before].next = static_cast<std::uint32_t>(here - before);
            before = close(before);
        }
        nodes_.push_back(node_of(node));
        nodes_.back().parent = static_cast<std::uint32_t>(here - before);
        depth_ = depth();
        return true;
    }
    bool end(pugi::xml_node&) override
    {
        for (std::size_t open = nodes_.size() - 1; open != 0;)
            open = close(open);
        close(0);
        return true;
    }

private:
    // Nothing more comes inside that node; its parent.
    std::size_t close(std::size_t at)
    {
        nodes_[at].inside = static_cast<std::uint32_t>(nodes_.size() - 1 - at);
        return at - nodes_[at].parent;
    }

    Nodes& nodes_;
    int depth_ = -1;  // of the last node: the root is at -1
};

void line_up(Nodes& nodes, pugi::xml_node root)
{
    Row row(nodes);
    root.traverse(row);
}

}  // namespace

std::optional<std::string_view> Element::attribute(std::string_view name) const
{
    for (const pugi::xml_attribute attribute :
         pugi::xml_node(node_ ? node_->origin : nullptr).attributes()) {
        if (attribute.name() == name) return attribute.value();
    }
    return std::nullopt;
}

std::vector<std::pair<std::string_view, std::string_view>> Element::attributes() const
{
    std::vector<std::pair<std::string_view, std::string_view>> out;
    for (const pugi::xml_attribute attribute :
         pugi::xml_node(node_ ? node_->origin : nullptr).attributes())
        out.emplace_back(attribute.name(), attribute.value());
    return out;
}

Element Element::at(std::string_view path) const
{
    Element here = *this;
    while (here && !path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        here = here.child(path.substr(0, slash));
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return here;
}

struct Document::Held {
    std::string text;
    std::string version;
    pugi::xml_document tree;
    Nodes nodes;
};

Document::Document() : held_(std::make_unique<Held>()) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string text, const XmlLimits& limits)
{
    auto scanned = scan(text, {.limits = limits});
    if (!scanned) return scanned.error();
    Document out;
    out.held_->version = std::move(scanned->qbxml_version);
    out.held_->text = std::move(text);
    parse_checked(out.held_->tree, out.held_->text.data() + scanned->root_begin,
                  scanned->root_end - scanned->root_begin, scanned->form);
    line_up(out.held_->nodes, out.held_->tree.document_element());
    return out;
}

Document Document::of_checked(std::string text, TextForm form)
{
    Document out;
    out.held_->text = std::move(text);
    parse_checked(out.held_->tree, out.held_->text.data(), out.held_->text.size(), form);
    line_up(out.held_->nodes, out.held_->tree.document_element());
    return out;
}

Element Document::root() const
{
    return Element(held_->nodes.data());
}

std::string_view Document::qbxml_version() const
{
    return held_->version;
}

struct ElementReader::Held {
    std::string buffer;
    pugi::xml_document tree;
    Nodes nodes;
};

ElementReader::ElementReader() : held_(std::make_unique<Held>()) {}
ElementReader::ElementReader(ElementReader&&) noexcept = default;
ElementReader& ElementReader::operator=(ElementReader&&) noexcept = default;
ElementReader::~ElementReader() = default;

Element ElementReader::read(std::string_view checked, TextForm form)
{
    held_->buffer.assign(checked);
    parse_checked(held_->tree, held_->buffer.data(), held_->buffer.size(), form);
    line_up(held_->nodes, held_->tree.document_element());
    return Element(held_->nodes.data());
}

namespace {

bool is_written_as_it_is(char c)
{
    return c >= ' ' && c <= '~' && c != '&' && c != '<' && c != '>' && c != '"' && c != '\'';
}

}  // namespace

void append_escaped(std::string& out, std::string_view utf8)
{
    constexpr std::uint32_t replacement = '?';
    while (!utf8.empty()) {
        const auto plain = static_cast<std::size_t>(
            std::find_if_not(utf8.begin(), utf8.end(), is_written_as_it_is) - utf8.begin());
        out.append(utf8.substr(0, plain));
        utf8.remove_prefix(plain);
        if (utf8.empty()) return;
        const Decoded decoded = decode_utf8(utf8);
        const bool writable = decoded.valid && is_xml_character(decoded.code_point);
        const std::uint32_t c = writable ? decoded.code_point : replacement;
        utf8.remove_prefix(decoded.size);
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&apos;"; break;
            default:
                if (c <= 126) {
                    out += static_cast<char>(c);
                } else {
                    fmt::format_to(std::back_inserter(out), "&#{};", c);
                }
        }
    }
}

}  // namespace qbxml
