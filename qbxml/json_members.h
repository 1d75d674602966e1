// Looks into JSON text without building a value: for texts that this program wrote or has checked.
// What is not well formed is not found; nothing is read beyond the end.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qbxml {

struct JsonMember {
    std::string_view name;   // as written, without quotes
    std::string_view value;  // the text of the value
};

// Walks the members of one object in their order.
class JsonMembers {
public:
    explicit JsonMembers(std::string_view object);
    // The next member; nullopt behind the last, and where the text is no object.
    std::optional<JsonMember> next();

private:
    std::string_view text_;
    std::size_t at_ = 0;
    bool first_ = true;
};

// The text of the value at a path of names joined by dots; nullopt when there is none.
std::optional<std::string_view> json_at(std::string_view object, std::string_view path);
// What a value's text says: a string without its quotes and escapes, "" for null, the rest as is.
std::string json_plain(std::string_view value);
// The object with the value at `path` replaced; as it was when there is no such member.
std::string json_with(std::string_view object, std::string_view path, std::string_view value);
// The paths at which two objects differ, in the order of `now`: names joined by dots, arrays as a
// whole; members that only one of them has too.
std::vector<std::string> json_changes(std::string_view before, std::string_view now);
// The elements of an array; empty when the text is none.
std::vector<std::string_view> json_elements(std::string_view array);

}  // namespace qbxml
