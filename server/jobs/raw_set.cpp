#include "server/jobs/raw_set.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace server::jobs {
namespace {

using qbxml::Node;

constexpr std::string_view gives_name = "defMacro";
constexpr std::string_view uses_name = "useMacro";
constexpr std::size_t told_most = 20;

bool is_applied(const std::vector<Applied>& applied, int place)
{
    return std::any_of(applied.begin(), applied.end(),
                       [&](const Applied& one) { return one.place == place; });
}

// What the requests that were done have named, each with the id it stands for now; "" where no
// answer told it.
using Names = std::map<std::string, std::string>;

void collect_names(const Node& node, const std::string& id, Names& names)
{
    if (const std::string* name = node.attribute(gives_name)) names[*name] = id;
    for (const Node& child : node.children)
        collect_names(child, "", names);
}

Names names_given(const Node& request, const std::string& id)
{
    Names names;
    for (const Node& record : request.children) {
        if (const std::string* name = record.attribute(gives_name)) names[*name] = id;
        for (const Node& child : record.children)
            collect_names(child, "", names);
    }
    return names;
}

// The first name that stands for nothing known; "" when all are replaced.
std::string replace_names(Node& node, const Names& names)
{
    const std::string* used = node.attribute(uses_name);
    if (const auto known = used ? names.find(*used) : names.end(); known != names.end()) {
        if (known->second.empty()) return *used;
        node.text = known->second;
        std::erase_if(node.attributes, [](const auto& one) { return one.first == uses_name; });
    }
    for (Node& child : node.children)
        if (auto unknown = replace_names(child, names); !unknown.empty()) return unknown;
    return {};
}

std::string told(const std::vector<Applied>& applied)
{
    std::string text;
    for (std::size_t n = 0; n < std::min(applied.size(), told_most); ++n) {
        const Applied& one = applied[n];
        text += fmt::format("{}{} {}{}", text.empty() ? "" : ", ", one.place, one.request,
                            one.id.empty() ? "" : fmt::format(" ({})", one.id));
    }
    if (applied.size() > told_most) text += fmt::format(" and {} more", applied.size() - told_most);
    return text;
}

}  // namespace

int place_in_set(const std::vector<Applied>& applied, int nth)
{
    int place = 0;
    for (int left = nth; left > 0;)
        if (!is_applied(applied, ++place)) --left;
    return place;
}

qbxml::Result<qbxml::MessageSet, Problem> rest_of(qbxml::MessageSet set,
                                                  const std::vector<Applied>& applied)
{
    if (applied.empty()) return set;
    Names names;
    std::vector<Node> rest;
    int place = 0;
    for (Node& request : set.requests) {
        ++place;
        const auto done = std::find_if(applied.begin(), applied.end(),
                                       [&](const Applied& one) { return one.place == place; });
        if (done == applied.end())
            rest.push_back(std::move(request));
        else
            names.merge(names_given(request, done->id));
    }
    set.requests = std::move(rest);
    for (Node& request : set.requests)
        if (const auto unknown = replace_names(request, names); !unknown.empty())
            return Problem{
                .code = "partly_applied",
                .message = fmt::format("What '{}' stands for was made by an earlier attempt, and "
                                       "its id is not known. Done are: {}.",
                                       unknown, told(applied)),
                .cause =
                    "QuickBooks did a part of this set, and what is left refers to it by a "
                    "name that holds within one set only.",
                .remedy =
                    "Send what is left as a new set, with the ListID or TxnID in place of "
                    "the name; ignore this one.",
                .actor = "caller"};
    return set;
}

Problem with_applied(Problem problem, const std::vector<Applied>& applied)
{
    if (applied.empty()) return problem;
    problem.message += fmt::format(" Done are of this set, and stay so: {}.", told(applied));
    problem.remedy += fmt::format("{}A retry sends only what is left of the set.",
                                  problem.remedy.empty() ? "" : " ");
    return problem;
}

qbxml::Value to_value(const std::vector<Applied>& applied)
{
    qbxml::Value::Array all;
    for (const Applied& one : applied) {
        qbxml::Value value(qbxml::Value::Object{});
        value.set("place", one.place);
        value.set("request", one.request);
        value.set("id", one.id.empty() ? qbxml::Value() : qbxml::Value(one.id));
        all.push_back(std::move(value));
    }
    return qbxml::Value(std::move(all));
}

}  // namespace server::jobs
