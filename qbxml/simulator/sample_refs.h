// References as the sample's requests make them.
#pragma once

#include <string>
#include <string_view>

#include "qbxml/request.h"

namespace qbxml::simulator {

inline Node named(std::string_view ref, std::string_view full_name)
{
    Node node{.name = std::string(ref)};
    node.add("FullName", std::string(full_name));
    return node;
}

inline Node by_id(std::string_view ref, const std::string& list_id)
{
    Node node{.name = std::string(ref)};
    node.add("ListID", list_id);
    return node;
}

}  // namespace qbxml::simulator
