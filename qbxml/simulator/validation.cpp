#include "qbxml/simulator/validation.h"

#include <fmt/format.h>

#include <algorithm>

#include "qbxml/check_value.h"
#include "qbxml/checker.h"

namespace qbxml::simulator {

namespace {

constexpr std::size_t request_id_max = 50;

std::vector<FoundFault> faults_of(const Node& request, Version version, Edition edition)
{
    const grammar::Message* message = grammar::message(request.name);
    Checker checker({.version = version, .edition = edition, .as_it_stands = true});
    checker.check_message(request, *message, "");
    return checker.take();
}

// QuickBooks reads these itself, after the document was found valid.
bool is_read_later(const FoundFault& found)
{
    return found.fault.rule == "tooLong";
}

// Without the nodes named by address.
void drop(Node& node, const std::vector<const Node*>& dropped)
{
    std::vector<Node> left;
    for (Node& child : node.children) {
        if (std::find(dropped.begin(), dropped.end(), &child) != dropped.end()) continue;
        drop(child, dropped);
        left.push_back(std::move(child));
    }
    node.children = std::move(left);
}

}  // namespace

bool is_valid(const Node& request, Version version)
{
    const grammar::Message* message = grammar::message(request.name);
    if (message == nullptr || !message->request) return false;
    const auto faults = faults_of(request, version, Edition::any);
    return std::all_of(faults.begin(), faults.end(), is_read_later);
}

std::optional<Outcome> refusal_of_values(const Node& request, Version version, Edition edition)
{
    const std::string* id = request.attribute("requestID");
    if (id != nullptr && length_of(*id) > request_id_max) {
        return refused(1060,
                       "The request ID is invalid, possibly too long, maximum 50 characters.");
    }
    for (const FoundFault& found : faults_of(request, version, edition)) {
        if (!is_read_later(found) || found.at == nullptr) continue;
        return refused(3070, fmt::format("The string \"{}\" in the field \"{}\" is too long.",
                                         found.at->text, found.at->name));
    }
    return std::nullopt;
}

std::optional<std::string> drop_foreign_fields(Node& request, Version version, Edition edition)
{
    std::vector<const Node*> dropped;
    std::optional<std::string> first;
    for (const FoundFault& found : faults_of(request, version, edition)) {
        if (found.fault.rule != "edition" || found.at == nullptr || found.at == &request) continue;
        dropped.push_back(found.at);
        if (!first) first = found.at->name;
    }
    if (first) drop(request, dropped);
    return first;
}

}  // namespace qbxml::simulator
