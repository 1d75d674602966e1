#include "qbxml/format.h"

#include <fmt/format.h>

#include "qbxml/grammar/grammar.h"
#include "qbxml/json_form.h"
#include "qbxml/node_xml.h"

namespace qbxml {

namespace {

constexpr std::string_view xml_declaration = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

std::string text_of(const Node& root, std::string_view version)
{
    std::string out(xml_declaration);
    if (!version.empty()) out += fmt::format("<?qbxml version=\"{}\"?>\n", version);
    append_xml(out, root, grammar::owner(root.name), Layout::indented);
    return out;
}

}  // namespace

Node in_envelope(std::vector<Node> messages)
{
    const grammar::Message* first = grammar::message(messages.front().name);
    std::string name = "QBXMLMsgs";
    if (first->set == grammar::MessageSetKind::signon) name = "SignonMsgs";
    if (first->set == grammar::MessageSetKind::subscription) name = "QBXMLSubscriptionMsgs";
    name += first->request ? "Rq" : "Rs";
    Node set{.name = name, .children = std::move(messages)};
    if (name == "QBXMLMsgsRq") set.set_attribute("onError", "stopOnError");
    Node root{.name = "QBXML"};
    root.add(std::move(set));
    return root;
}

std::string document_text(const Node& root, Version version)
{
    return text_of(root, version.text());
}

Result<std::string> format_document(std::string text)
{
    const auto document = Document::parse(std::move(text));
    if (!document) return document.error();
    return text_of(to_node(document->root()), document->qbxml_version());
}

Result<Value> document_to_json(std::string text)
{
    const auto document = Document::parse(std::move(text));
    if (!document) return document.error();
    const Node root = to_node(document->root());
    Value::Object object;
    if (!document->qbxml_version().empty())
        object.emplace_back("version", Value(document->qbxml_version()));
    object.emplace_back(root.name, json_content(root, grammar::owner(root.name)));
    return Value(std::move(object));
}

Result<std::string> document_from_json(const Value& value, Version version)
{
    if (value.is_object()) {
        for (const auto& [name, content] : value.as_object()) {
            if (name != "QBXML" && name != "QBXMLEvents") continue;
            const Value* declared = value.find("version");
            if (value.as_object().size() != (declared == nullptr ? 1u : 2u))
                return Error{"", fmt::format("expected nothing beside version and {}", name)};
            if (declared != nullptr) {
                const auto parsed =
                    declared->is_string() ? Version::parse(declared->as_string()) : std::nullopt;
                if (!parsed) return Error{"/version", "expected a qbXML version as \"13.0\""};
                version = *parsed;
            }
            auto root = node_from_json(name, content, "/" + name);
            if (!root) return root.error();
            // Answers declare no version.
            const bool answer =
                root->name == "QBXMLEvents" || root->child("QBXMLMsgsRs") != nullptr;
            return text_of(*root, answer && declared == nullptr ? "" : version.text());
        }
    }
    const auto set = message_set_from_json(value);
    if (!set) return set.error();
    Node root{.name = "QBXML"};
    root.add(envelope_of(*set));
    return text_of(root, version.text());
}

}  // namespace qbxml
