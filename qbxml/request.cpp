#include "qbxml/request.h"

#include <algorithm>

#include <fmt/format.h>

#include "qbxml/check_value.h"
#include "qbxml/checker.h"
#include "qbxml/grammar/grammar.h"
#include "qbxml/node_xml.h"
#include "qbxml/suggest.h"

namespace qbxml {

namespace {

constexpr std::size_t message_set_id_max = 23;

// The faults of one request, as found.
std::vector<Fault> faults_of(const Node& request, const CheckOptions& options,
                             const std::string& pointer)
{
    const grammar::Message* message = grammar::message(request.name);
    if (message == nullptr || !message->request) {
        std::vector<std::string_view> names;
        for (const grammar::Message& each : grammar::messages())
            if (each.request) names.push_back(each.name());
        const std::string_view near =
            message != nullptr ? message->twin().name() : nearest(request.name, names);
        return {{.pointer = pointer,
                 .path = shown_name(request.name),
                 .rule = "unknown",
                 .found = shown(request.name),
                 .allowed = "the name of a request, such as CustomerQueryRq",
                 .suggestion = near.empty() ? "see the list of messages"
                                            : fmt::format("did you mean {}?", near)}};
    }
    Checker checker(options);
    checker.check_message(request, *message, pointer);
    std::vector<Fault> faults;
    for (FoundFault& found : checker.take())
        faults.push_back(std::move(found.fault));
    return faults;
}

std::string pointer_of(const Node& request)
{
    return "/" + request.name;
}

void check_set_id(const std::string& id, const std::string& name, std::vector<Fault>& faults)
{
    const auto fault = check_value(
        id, {.type = *grammar::type("STRTYPE"), .chars = message_set_id_max}, newest_version);
    if (fault)
        faults.push_back({.pointer = "/" + name,
                          .path = "QBXMLMsgsRq/@" + name,
                          .rule = fault->rule,
                          .found = fault->found,
                          .allowed = fault->allowed,
                          .suggestion = fault->suggestion});
}

void raise_to(Version& lowest, Version needed)
{
    lowest = std::max(lowest, needed);
}

void raise_for(Version& lowest, const Node& node, const grammar::Owner& content)
{
    for (const auto& [name, value] : node.attributes)
        if (const grammar::Attribute* attribute = content.find_attribute(name))
            raise_to(lowest, attribute->since());
    for (const Node& child : node.children) {
        const grammar::Particle* particle = content.find(child.name);
        if (particle == nullptr) continue;
        raise_to(lowest, particle->since());
        if (particle->content() != nullptr) raise_for(lowest, child, *particle->content());
        if (particle->values() == nullptr) continue;
        if (const grammar::EnumValue* value = particle->values()->find(child.text))
            raise_to(lowest, value->since());
    }
}

}  // namespace

const Node* Node::child(std::string_view wanted) const
{
    const auto at = std::ranges::find(children, wanted, &Node::name);
    return at == children.end() ? nullptr : &*at;
}

const std::string* Node::attribute(std::string_view wanted) const
{
    const auto at =
        std::ranges::find(attributes, wanted, &std::pair<std::string, std::string>::first);
    return at == attributes.end() ? nullptr : &at->second;
}

void Node::set_attribute(std::string_view wanted, std::string value)
{
    const auto at =
        std::ranges::find(attributes, wanted, &std::pair<std::string, std::string>::first);
    if (at == attributes.end())
        attributes.emplace_back(wanted, std::move(value));
    else
        at->second = std::move(value);
}

Node& Node::add(Node added)
{
    children.push_back(std::move(added));
    return children.back();
}

Node& Node::add(std::string added, std::string content)
{
    return add(Node{.name = std::move(added), .text = std::move(content)});
}

std::string Fault::text() const
{
    std::string line = fmt::format("{}{}{}: found {}; allowed: {}", path, path.empty() ? "" : ": ",
                                   rule, found, allowed);
    if (rule == "version" && !since.empty()) line += fmt::format(" (since {})", since);
    if (rule == "edition") line += fmt::format(" (it is in {})", since);
    if (!suggestion.empty()) line += fmt::format("; {}", suggestion);
    return line;
}

std::vector<Fault> check(const Node& request, Version version, Edition edition)
{
    return faults_of(request, {.version = version, .edition = edition}, pointer_of(request));
}

Result<std::string, std::vector<Fault>> write(const MessageSet& set, Version version,
                                              Edition edition)
{
    const auto requests = write_requests(set, version, edition);
    if (!requests) return requests.error();
    return write_envelope(set, version, *requests);
}

Result<std::string, std::vector<Fault>> write_requests(const MessageSet& set, Version version,
                                                       Edition edition)
{
    std::vector<Fault> faults;
    check_set_id(set.new_message_set_id, "newMessageSetID", faults);
    check_set_id(set.old_message_set_id, "oldMessageSetID", faults);
    for (std::size_t i = 0; i < set.requests.size(); ++i) {
        const Node& request = set.requests[i];
        const std::string pointer = fmt::format("/requests/{}{}", i, pointer_of(request));
        const auto of_request =
            faults_of(request, {.version = version, .edition = edition}, pointer);
        faults.insert(faults.end(), of_request.begin(), of_request.end());
        const grammar::Message* message = grammar::message(request.name);
        if (message != nullptr && message->request &&
            message->set != grammar::MessageSetKind::company)
            faults.push_back(
                {.pointer = pointer,
                 .path = request.name,
                 .rule = "envelope",
                 .found = request.name,
                 .allowed = "requests about a company file",
                 .suggestion = "leave it out: it cannot travel through the Web Connector"});
    }
    if (!faults.empty()) return faults;

    std::string out;
    for (const Node& request : set.requests)
        append_xml(out, request, content_of(grammar::owner("QBXMLMsgsRq"), request.name),
                   Layout::compact);
    return out;
}

std::string write_envelope(const MessageSet& set, Version version, std::string_view requests)
{
    const Node envelope = envelope_of({.on_error = set.on_error,
                                       .new_message_set_id = set.new_message_set_id,
                                       .old_message_set_id = set.old_message_set_id,
                                       .include_response_data = set.include_response_data});
    std::string out =
        fmt::format("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?qbxml version=\"{}\"?>\n<QBXML>",
                    version.text());
    out += "<" + envelope.name;
    append_attributes(out, envelope);
    if (requests.empty()) {
        out += "/>";
    } else {
        out += ">";
        out += requests;
        out += "</" + envelope.name + ">";
    }
    out += "</QBXML>\n";
    return out;
}

Version lowest_version(const Node& request)
{
    Version lowest = grammar::versions().front().version();
    if (const grammar::Message* message = grammar::message(request.name)) {
        raise_to(lowest, message->since());
        raise_for(lowest, request, message->content());
    }
    return lowest;
}

bool changes_books(std::string_view message_name)
{
    const grammar::Message* message = grammar::message(message_name);
    return message != nullptr && message->changes;
}

}  // namespace qbxml
