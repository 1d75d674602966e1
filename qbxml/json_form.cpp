#include "qbxml/json_form.h"

#include <optional>

#include <fmt/format.h>

#include "qbxml/json_place.h"
#include "qbxml/node_xml.h"

namespace qbxml {

namespace {

// The text of a JSON string, number or boolean.
std::optional<std::string> scalar_text(const Value& value)
{
    if (value.is_string()) return value.as_string();
    if (value.is_number()) return value.number_text();
    if (value.is_bool()) return value.as_bool() ? "true" : "false";
    return {};
}

Error no_scalar(const std::string& where, const Value& value)
{
    if (value.is_null())
        return {where, "null says nothing: leave the member out, or give \"\" to clear the field"};
    return {where, "expected a text, a number or a boolean"};
}

std::optional<Error> add_members(Node& node, const Value::Object& object, const std::string& where);

// The elements of one member: of each entry of an array, or the one it is.
std::optional<Error> add_elements(Node& node, const std::string& name, const Value& value,
                                  const std::string& where)
{
    const auto add = [&](const Value& each, const std::string& pointer) -> std::optional<Error> {
        auto child = node_from_json(name, each, pointer);
        if (!child) return child.error();
        node.children.push_back(std::move(*child));
        return {};
    };
    if (!value.is_array()) return add(value, where);
    for (std::size_t i = 0; i < value.as_array().size(); ++i)
        if (auto error = add(value.as_array()[i], fmt::format("{}/{}", where, i))) return error;
    return {};
}

std::optional<Error> add_mixed(Node& node, const Value& value, const std::string& where)
{
    if (!value.is_array())
        return Error{where, "expected an array of objects with one element each"};
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
        const Value& each = value.as_array()[i];
        const std::string pointer = fmt::format("{}/{}", where, i);
        if (!each.is_object() || each.as_object().size() != 1)
            return Error{pointer, "expected an object with one member, the name of the element"};
        if (auto error = add_members(node, each.as_object(), pointer)) return error;
    }
    return {};
}

std::optional<Error> add_members(Node& node, const Value::Object& object, const std::string& where)
{
    for (const auto& [name, value] : object) {
        const std::string pointer = where + pointer_step(name, {});
        std::optional<Error> error;
        if (name.starts_with('@') || name == text_member) {
            const auto text = scalar_text(value);
            if (!text) return no_scalar(pointer, value);
            if (name == text_member)
                node.text = *text;
            else
                node.attributes.emplace_back(name.substr(1), *text);
        } else if (name == mixed_member) {
            error = add_mixed(node, value, pointer);
        } else {
            error = add_elements(node, name, value, pointer);
        }
        if (error) return error;
    }
    return {};
}

class SetReader {
public:
    Result<MessageSet> read(const Value& value)
    {
        std::optional<Error> error;
        if (value.is_array())
            error = add_requests(value, "");
        else if (!value.is_object())
            error = Error{"", "expected a request as an object, or an array of requests"};
        else if (value.find("requests") != nullptr)
            error = read_set(value.as_object());
        else if (value.as_object().size() == 1 && value.find("QBXML") != nullptr)
            error = read_document(*value.find("QBXML"));
        else if (value.as_object().size() == 1 && value.find("QBXMLMsgsRq") != nullptr)
            error = read_envelope(*value.find("QBXMLMsgsRq"), "/QBXMLMsgsRq");
        else
            error = add_request(value, "");
        if (error) return *error;
        return std::move(set_);
    }

private:
    // An object whose members are requests by name.
    std::optional<Error> add_request(const Value& value, const std::string& where)
    {
        if (!value.is_object() || value.as_object().empty())
            return Error{where,
                         "expected an object with the name of a request as member, as "
                         "{\"CustomerQueryRq\": {...}}"};
        for (const auto& [name, content] : value.as_object()) {
            const std::string pointer = where + pointer_step(name, {});
            if (!name.ends_with("Rq"))
                return Error{pointer,
                             fmt::format("'{}' is no request; their names end in Rq", name)};
            Node around;
            if (auto error = add_elements(around, name, content, pointer)) return error;
            for (Node& request : around.children)
                set_.requests.push_back(std::move(request));
        }
        return {};
    }

    std::optional<Error> add_requests(const Value& value, const std::string& where)
    {
        if (!value.is_array()) return Error{where, "expected an array of requests"};
        for (std::size_t i = 0; i < value.as_array().size(); ++i)
            if (auto error = add_request(value.as_array()[i], fmt::format("{}/{}", where, i)))
                return error;
        return {};
    }

    std::optional<Error> read_set(const Value::Object& object)
    {
        for (const auto& [name, value] : object) {
            const std::string pointer = "/" + name;
            const auto error = name == "requests" ? add_requests(value, pointer)
                                                  : read_option(name, value, pointer);
            if (error) return error;
        }
        return {};
    }

    std::optional<Error> read_document(const Value& value)
    {
        const Value* envelope = value.find("QBXMLMsgsRq");
        if (envelope == nullptr || value.as_object().size() != 1)
            return Error{"/QBXML", "expected one member, QBXMLMsgsRq"};
        return read_envelope(*envelope, "/QBXML/QBXMLMsgsRq");
    }

    std::optional<Error> read_envelope(const Value& value, const std::string& where)
    {
        auto node = node_from_json("QBXMLMsgsRq", value, where);
        if (!node) return node.error();
        if (!node->text.empty()) return Error{where, "expected requests, found text"};
        for (const auto& [name, text] : node->attributes)
            if (auto error = read_option(name, Value(text), where + "/@" + name)) return error;
        set_.requests = std::move(node->children);
        return {};
    }

    std::optional<Error> read_option(const std::string& name, const Value& value,
                                     const std::string& where)
    {
        if (!value.is_string()) return Error{where, "expected a text"};
        const std::string& text = value.as_string();
        if (name == "onError" && (text == "stopOnError" || text == "continueOnError")) {
            set_.on_error = text == "stopOnError" ? OnError::stop : OnError::go_on;
        } else if (name == "onError") {
            return Error{where,
                         fmt::format("'{}' is not taken by QuickBooks Desktop; give stopOnError "
                                     "or continueOnError",
                                     text)};
        } else if (name == "responseData" && (text == "includeAll" || text == "includeNone")) {
            set_.include_response_data = text == "includeAll";
        } else if (name == "responseData") {
            return Error{where, fmt::format("'{}' is neither includeAll nor includeNone", text)};
        } else if (name == "newMessageSetID") {
            set_.new_message_set_id = text;
        } else if (name == "oldMessageSetID") {
            set_.old_message_set_id = text;
        } else {
            return Error{where,
                         "there is no such member; known are requests, onError, responseData, "
                         "newMessageSetID and oldMessageSetID"};
        }
        return {};
    }

    MessageSet set_;
};

}  // namespace

Value json_content(const Node& node, const grammar::Owner* content)
{
    if (node.attributes.empty() && node.children.empty() && content == nullptr)
        return Value(node.text);
    Value::Object object;
    for (const auto& [name, value] : node.attributes)
        object.emplace_back("@" + name, Value(value));
    if (!node.text.empty()) object.emplace_back(std::string(text_member), Value(node.text));
    const auto places = json_places(node, content);
    // Members by name where they stand first; looked up from the back, for those of an array follow
    // one another.
    const auto member = [&object](std::string_view name) -> Value& {
        for (auto at = object.rbegin(); at != object.rend(); ++at)
            if (at->first == name) return at->second;
        object.emplace_back(std::string(name), Value(Value::Array{}));
        return object.back().second;
    };
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const Node& child = node.children[i];
        Value inside = json_content(child, content_of(content, child.name));
        if (places[i].mixed) {
            Value::Object entry;
            entry.emplace_back(child.name, std::move(inside));
            member(mixed_member).as_array().push_back(Value(std::move(entry)));
        } else if (places[i].index >= 0) {
            member(child.name).as_array().push_back(std::move(inside));
        } else {
            object.emplace_back(child.name, std::move(inside));
        }
    }
    return Value(std::move(object));
}

Result<Node> node_from_json(std::string_view name, const Value& value, const std::string& where)
{
    Node node{.name = std::string(name)};
    if (value.is_object()) {
        if (auto error = add_members(node, value.as_object(), where)) return *error;
        return node;
    }
    const auto text = scalar_text(value);
    if (!text) return no_scalar(where, value);
    node.text = *text;
    return node;
}

Value to_json_form(const Node& node)
{
    Value::Object object;
    object.emplace_back(node.name, json_content(node, grammar::owner(node.name)));
    return Value(std::move(object));
}

Result<MessageSet> message_set_from_json(const Value& value)
{
    return SetReader().read(value);
}

}  // namespace qbxml
