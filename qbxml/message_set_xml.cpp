// Message sets from XML text.
#include <fmt/format.h>

#include "qbxml/node_xml.h"
#include "qbxml/request.h"

namespace qbxml {

namespace {

// Where the first element begins, after declarations and comments.
std::size_t first_element(std::string_view text)
{
    std::size_t at = 0;
    while ((at = text.find('<', at)) != std::string_view::npos) {
        const std::string_view rest = text.substr(at);
        std::string_view end;
        if (rest.starts_with("<?"))
            end = "?>";
        else if (rest.starts_with("<!--"))
            end = "-->";
        else
            return at;
        at = text.find(end, at);
        if (at == std::string_view::npos) return at;
    }
    return at;
}

std::string_view name_at(std::string_view text, std::size_t at)
{
    const std::string_view rest = text.substr(at + 1);
    return rest.substr(0, rest.find_first_of(" \t\r\n/>"));
}

Error refused(std::string where, std::string what)
{
    return Error{std::move(where), std::move(what)};
}

Result<MessageSet> read_set(Element element)
{
    MessageSet set;
    for (const auto& [name, value] : element.attributes()) {
        const std::string where = fmt::format("QBXMLMsgsRq/@{}", name);
        if (name == "onError") {
            if (value != "stopOnError" && value != "continueOnError")
                return refused(where, fmt::format("'{}' is not taken by QuickBooks Desktop; give "
                                                  "stopOnError or continueOnError",
                                                  value));
            set.on_error = value == "stopOnError" ? OnError::stop : OnError::go_on;
        } else if (name == "responseData") {
            if (value != "includeAll" && value != "includeNone")
                return refused(where,
                               fmt::format("'{}' is neither includeAll nor includeNone", value));
            set.include_response_data = value == "includeAll";
        } else if (name == "newMessageSetID") {
            set.new_message_set_id = value;
        } else if (name == "oldMessageSetID") {
            set.old_message_set_id = value;
        } else {
            return refused(where, "there is no such attribute; leave it out");
        }
    }
    if (!element.text().empty())
        return refused("QBXMLMsgsRq", "text stands between the requests; take it out");
    for (Element request : element.children())
        set.requests.push_back(to_node(request));
    return set;
}

Result<MessageSet> read_root(Element root)
{
    if (root.name() == "QBXMLMsgsRq") return read_set(root);
    if (root.name() == "QBXML") {
        Element only = root.first_child();
        if (!only) return refused("QBXML", "is empty; put a QBXMLMsgsRq inside");
        if (only.name() != "QBXMLMsgsRq")
            return refused(fmt::format("QBXML/{}", only.name()),
                           "the Web Connector carries a QBXMLMsgsRq only; leave this out");
        if (Element other = only.next_sibling())
            return refused(fmt::format("QBXML/{}", other.name()),
                           "only one QBXMLMsgsRq may stand here");
        return read_set(only);
    }
    if (!root.name().ends_with("Rq"))
        return refused(
            std::string(root.name()),
            "expected a QBXML document, a QBXMLMsgsRq, or requests whose names end in Rq");
    return MessageSet{.requests = {to_node(root)}};
}

}  // namespace

Result<MessageSet> message_set_from_xml(std::string text)
{
    const std::size_t at = first_element(text);
    if (at != std::string::npos) {
        const std::string_view name = name_at(text, at);
        // Bare requests may be several: they get the root that XML wants.
        if (name.ends_with("Rq") && name != "QBXMLMsgsRq") {
            text.insert(at, "<QBXMLMsgsRq>");
            text += "</QBXMLMsgsRq>";
        }
    }
    auto document = Document::parse(std::move(text));
    if (!document) return document.error();
    return read_root(document->root());
}

}  // namespace qbxml
