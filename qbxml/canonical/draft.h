// A request while it is made: each element knows which member of the body it says.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "qbxml/request.h"

namespace qbxml::canonical {

struct Draft {
    std::string name;
    std::string pointer;  // JSON pointer into the record, "" for what the body does not say
    std::string text = {};
    std::vector<std::pair<std::string, std::string>> attributes = {};
    std::deque<Draft> children = {};  // references stay valid
    // Only takes back what QuickBooks may not have at all: it is left out where the version or the
    // edition lacks the element.
    bool takes_back = false;

    Draft& add(std::string_view child, std::string_view at, std::string_view value = {});
    Draft* child(std::string_view child_name);
    // The element at the end of a path, made where it is missing, but for the last step, which is
    // always a new one.
    Draft& grow(std::string_view path, std::string_view at, std::string_view value = {});
    Node node() const;
    // Removes the elements that take back the member at `at`; false when there are none.
    bool remove_taking_back(std::string_view at);
    // Removes the elements that only take something back beside the one that says the member at
    // `at`: those that `unwanted` is true of, by name.
    void remove_taking_back_beside(std::string_view at,
                                   const std::function<bool(std::string_view)>& unwanted);
    // The body's member behind a place in the JSON form of the request; the nearest element around
    // that has one.
    std::string_view member_at(std::string_view place) const;
};

}  // namespace qbxml::canonical
