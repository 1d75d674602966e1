#include "qbxml/canonical/draft.h"

#include <algorithm>
#include <charconv>

namespace qbxml::canonical {
namespace {

bool is_line(std::string_view name)
{
    return name.find("Line") != std::string_view::npos;
}

}  // namespace

Draft& Draft::add(std::string_view child_name, std::string_view at, std::string_view value)
{
    children.push_back(
        {.name = std::string(child_name), .pointer = std::string(at), .text = std::string(value)});
    return children.back();
}

Draft* Draft::child(std::string_view child_name)
{
    for (auto& each : children)
        if (each.name == child_name) return &each;
    return nullptr;
}

Draft& Draft::grow(std::string_view path, std::string_view at, std::string_view value)
{
    const auto slash = path.find('/');
    if (slash == std::string_view::npos) return add(path, at, value);
    const auto step = path.substr(0, slash);
    Draft* next = child(step);
    if (!next) next = &add(step, at);
    return next->grow(path.substr(slash + 1), at, value);
}

Node Draft::node() const
{
    Node made{.name = name, .attributes = attributes, .text = text};
    for (const auto& each : children)
        made.children.push_back(each.node());
    return made;
}

bool Draft::remove_taking_back(std::string_view at)
{
    const auto before = children.size();
    std::erase_if(children,
                  [&](const Draft& each) { return each.takes_back && each.pointer == at; });
    bool removed = children.size() != before;
    for (auto& each : children)
        removed = each.remove_taking_back(at) || removed;
    return removed;
}

void Draft::remove_taking_back_beside(std::string_view at,
                                      const std::function<bool(std::string_view)>& unwanted)
{
    const bool here = std::any_of(children.begin(), children.end(),
                                  [&](const Draft& each) { return each.pointer == at; });
    if (here)
        std::erase_if(children, [&](const Draft& each) {
            return each.takes_back && each.pointer != at && unwanted(each.name);
        });
    for (auto& each : children)
        each.remove_taking_back_beside(at, unwanted);
}

std::string_view Draft::member_at(std::string_view place) const
{
    const Draft* here = this;
    std::string_view found = pointer;
    std::string_view name_wanted;
    bool mixed = false;
    const auto go = [&](std::size_t index) {
        for (const auto& each : here->children) {
            if (mixed ? !is_line(each.name) : each.name != name_wanted) continue;
            if (index-- != 0) continue;
            here = &each;
            if (!each.pointer.empty()) found = each.pointer;
            return;
        }
    };
    while (!place.empty()) {
        place.remove_prefix(1);
        const auto step = place.substr(0, place.find('/'));
        place.remove_prefix(step.size());
        std::size_t index = 0;
        const auto read = std::from_chars(step.data(), step.data() + step.size(), index);
        const bool is_index = read.ec == std::errc{} && read.ptr == step.data() + step.size();
        if (is_index) {
            go(index);
            name_wanted = {};
            // The name that follows an index of the mixed array is that of the element found.
            if (mixed && !place.empty())
                place.remove_prefix(std::min(place.find('/', 1), place.size()));
            mixed = false;
            continue;
        }
        if (!name_wanted.empty()) go(0);
        name_wanted = step;
        mixed = step == "#mixed";
    }
    if (!name_wanted.empty() && !mixed) go(0);
    return found;
}

}  // namespace qbxml::canonical
