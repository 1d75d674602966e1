#include "qbxml/json_members.h"

#include "qbxml/value.h"

namespace qbxml {
namespace {

constexpr std::string_view::size_type none = std::string_view::npos;

std::size_t past_blanks(std::string_view text, std::size_t at)
{
    while (at < text.size() &&
           (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t'))
        ++at;
    return at;
}

// Behind the string whose opening quote stands at `at`.
std::size_t past_string(std::string_view text, std::size_t at)
{
    for (std::size_t from = at + 1;;) {
        const auto quote = text.find('"', from);
        if (quote == none) return none;
        std::size_t slashes = 0;
        while (text[quote - 1 - slashes] == '\\')
            ++slashes;
        if (slashes % 2 == 0) return quote + 1;
        from = quote + 1;
    }
}

// Behind the object or array that opens at `at`.
std::size_t past_nested(std::string_view text, std::size_t at)
{
    int depth = 0;
    while (at < text.size()) {
        switch (text[at]) {
            case '{':
            case '[': ++depth; break;
            case '}':
            case ']':
                if (--depth == 0) return at + 1;
                break;
            case '"':
                at = past_string(text, at);
                if (at == none) return none;
                continue;
            default: break;
        }
        ++at;
    }
    return none;
}

std::size_t past_value(std::string_view text, std::size_t at)
{
    if (at >= text.size()) return none;
    if (text[at] == '"') return past_string(text, at);
    if (text[at] == '{' || text[at] == '[') return past_nested(text, at);
    const auto end = text.find_first_of(",]} \n\r\t", at);
    return end == at ? none : std::min(end, text.size());
}

bool is_object(std::string_view value)
{
    return !value.empty() && value.front() == '{';
}

void add_changes(std::string_view before, std::string_view now, const std::string& around,
                 std::vector<std::string>& changes)
{
    JsonMembers old_members(before);
    auto old_member = old_members.next();
    JsonMembers members(now);
    bool in_step = true;
    while (const auto member = members.next()) {
        // Both have their members in the order of one table, so the next is nearly always the one.
        std::optional<std::string_view> old_value;
        if (old_member && old_member->name == member->name) {
            old_value = old_member->value;
            old_member = old_members.next();
        } else {
            old_value = json_at(before, member->name);
            in_step = false;
        }
        if (old_value == member->value) continue;
        const std::string path = around + std::string(member->name);
        if (old_value && is_object(*old_value) && is_object(member->value))
            add_changes(*old_value, member->value, path + '.', changes);
        else
            changes.push_back(path);
    }
    if (in_step && !old_member) return;
    JsonMembers gone(before);
    while (const auto member = gone.next())
        if (!json_at(now, member->name)) changes.push_back(around + std::string(member->name));
}

}  // namespace

JsonMembers::JsonMembers(std::string_view object) : text_(object)
{
    at_ = past_blanks(text_, 0);
    if (at_ < text_.size() && text_[at_] == '{')
        ++at_;
    else
        at_ = text_.size();
}

std::optional<JsonMember> JsonMembers::next()
{
    at_ = past_blanks(text_, at_);
    if (!first_) {
        if (at_ >= text_.size() || text_[at_] != ',') return std::nullopt;
        at_ = past_blanks(text_, at_ + 1);
    }
    first_ = false;
    if (at_ >= text_.size() || text_[at_] != '"') return std::nullopt;
    const auto name_end = past_string(text_, at_);
    if (name_end == none) return std::nullopt;
    const auto name = text_.substr(at_ + 1, name_end - at_ - 2);
    auto value_at = past_blanks(text_, name_end);
    if (value_at >= text_.size() || text_[value_at] != ':') return std::nullopt;
    value_at = past_blanks(text_, value_at + 1);
    const auto end = past_value(text_, value_at);
    if (end == none) return std::nullopt;
    at_ = end;
    return JsonMember{name, text_.substr(value_at, end - value_at)};
}

std::optional<std::string_view> json_at(std::string_view object, std::string_view path)
{
    while (true) {
        const auto dot = path.find('.');
        const auto name = path.substr(0, dot);
        JsonMembers members(object);
        auto member = members.next();
        while (member && member->name != name)
            member = members.next();
        if (!member) return std::nullopt;
        if (dot == none) return member->value;
        object = member->value;
        path.remove_prefix(dot + 1);
    }
}

std::string json_plain(std::string_view value)
{
    if (value == "null" || value.empty()) return {};
    if (value.front() != '"') return std::string(value);
    if (value.find('\\') == none) return std::string(value.substr(1, value.size() - 2));
    const auto read = parse_json(value);
    return read && read->is_string() ? read->as_string() : std::string();
}

std::string json_with(std::string_view object, std::string_view path, std::string_view value)
{
    const auto old = json_at(object, path);
    if (!old) return std::string(object);
    const auto at = static_cast<std::size_t>(old->data() - object.data());
    std::string changed;
    changed.reserve(object.size() + value.size());
    changed.append(object.substr(0, at)).append(value).append(object.substr(at + old->size()));
    return changed;
}

std::vector<std::string> json_changes(std::string_view before, std::string_view now)
{
    std::vector<std::string> changes;
    add_changes(before, now, "", changes);
    return changes;
}

std::vector<std::string_view> json_elements(std::string_view array)
{
    std::vector<std::string_view> elements;
    std::size_t at = past_blanks(array, 0);
    if (at >= array.size() || array[at] != '[') return elements;
    for (++at;;) {
        at = past_blanks(array, at);
        const auto end = past_value(array, at);
        if (end == none || array[at] == ']') return elements;
        elements.push_back(array.substr(at, end - at));
        at = past_blanks(array, end);
        if (at >= array.size() || array[at] != ',') return elements;
        ++at;
    }
}

}  // namespace qbxml
