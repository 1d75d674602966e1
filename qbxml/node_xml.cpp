#include "qbxml/node_xml.h"

#include <algorithm>

namespace qbxml {

Node to_node(Element element)
{
    Node node{.name = std::string(element.name()), .text = std::string(element.text())};
    for (const auto& [name, value] : element.attributes())
        node.attributes.emplace_back(name, value);
    for (Element child : element.children())
        node.children.push_back(to_node(child));
    return node;
}

Node envelope_of(const MessageSet& set)
{
    Node envelope{.name = "QBXMLMsgsRq", .children = set.requests};
    if (!set.old_message_set_id.empty())
        envelope.set_attribute("oldMessageSetID", set.old_message_set_id);
    if (!set.new_message_set_id.empty())
        envelope.set_attribute("newMessageSetID", set.new_message_set_id);
    if (!set.include_response_data) envelope.set_attribute("responseData", "includeNone");
    envelope.set_attribute("onError",
                           set.on_error == OnError::stop ? "stopOnError" : "continueOnError");
    return envelope;
}

std::vector<const Node*> in_order(const Node& node, const grammar::Owner* content)
{
    std::vector<const Node*> children;
    children.reserve(node.children.size());
    for (const Node& child : node.children)
        children.push_back(&child);
    if (content == nullptr) return children;

    std::vector<std::pair<std::size_t, const Node*>> placed;
    placed.reserve(children.size());
    std::size_t before = 0;
    for (const Node* child : children) {
        const grammar::Particle* particle = content->find(child->name);
        if (particle != nullptr) before = content->place_of(*particle);
        placed.emplace_back(before, child);
    }
    std::ranges::stable_sort(placed, {}, &std::pair<std::size_t, const Node*>::first);
    std::ranges::transform(placed, children.begin(), &std::pair<std::size_t, const Node*>::second);
    return children;
}

const grammar::Owner* content_of(const grammar::Owner* content, std::string_view name)
{
    if (content == nullptr) return nullptr;
    const grammar::Particle* particle = content->find(name);
    return particle == nullptr ? nullptr : particle->content();
}

void append_attributes(std::string& out, const Node& node)
{
    for (const auto& [name, value] : node.attributes) {
        out += ' ';
        out += name;
        out += "=\"";
        append_escaped(out, value);
        out += '"';
    }
}

void append_xml(std::string& out, const Node& node, const grammar::Owner* content, Layout layout,
                int level)
{
    const bool indented = layout == Layout::indented;
    const auto indent = [&] {
        if (indented) out.append(static_cast<std::size_t>(level) * 2, ' ');
    };
    indent();
    out += '<';
    out += node.name;
    append_attributes(out, node);
    if (node.text.empty() && node.children.empty()) {
        out += "/>";
    } else {
        out += '>';
        append_escaped(out, node.text);
        if (!node.children.empty()) {
            if (indented) out += '\n';
            for (const Node* child : in_order(node, content))
                append_xml(out, *child, content_of(content, child->name), layout, level + 1);
            indent();
        }
        out += "</";
        out += node.name;
        out += '>';
    }
    if (indented) out += '\n';
}

}  // namespace qbxml
