// A JSON value that keeps what was written: the order of an object's members and the text of its
// numbers, so that 10.50 stays 10.50 and never becomes a double.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "qbxml/result.h"

namespace qbxml {

class Value {
public:
    struct Number {  // a JSON number as it was written
        std::string text;
        bool operator==(const Number&) const = default;
    };
    using Array = std::vector<Value>;
    using Member = std::pair<std::string, Value>;
    using Object = std::vector<Member>;  // in the order written; no name twice

    Value() = default;  // null
    Value(std::nullptr_t) {}
    Value(bool flag) : held_(flag) {}
    Value(int number) : held_(Number{std::to_string(number)}) {}
    Value(std::int64_t number) : held_(Number{std::to_string(number)}) {}
    Value(Number number) : held_(std::move(number)) {}
    Value(const char* text) : held_(std::string(text)) {}
    Value(std::string_view text) : held_(std::string(text)) {}
    Value(std::string text) : held_(std::move(text)) {}
    Value(Array array) : held_(std::move(array)) {}
    Value(Object object) : held_(std::move(object)) {}

    bool is_null() const { return std::holds_alternative<std::monostate>(held_); }
    bool is_bool() const { return std::holds_alternative<bool>(held_); }
    bool is_number() const { return std::holds_alternative<Number>(held_); }
    bool is_string() const { return std::holds_alternative<std::string>(held_); }
    bool is_array() const { return std::holds_alternative<Array>(held_); }
    bool is_object() const { return std::holds_alternative<Object>(held_); }

    // Each needs the kind it names; std::bad_variant_access otherwise.
    bool as_bool() const { return std::get<bool>(held_); }
    const std::string& number_text() const { return std::get<Number>(held_).text; }
    const std::string& as_string() const { return std::get<std::string>(held_); }
    const Array& as_array() const { return std::get<Array>(held_); }
    Array& as_array() { return std::get<Array>(held_); }
    const Object& as_object() const { return std::get<Object>(held_); }
    Object& as_object() { return std::get<Object>(held_); }

    // The member of that name; null pointer when this is no object or has no such member.
    const Value* find(std::string_view name) const;
    // The text of a string member, or `otherwise` when it is absent or no string.
    std::string string_at(std::string_view name, std::string_view otherwise = "") const;
    std::optional<std::int64_t> integer_at(std::string_view name) const;
    // Sets a member, replacing one of the same name. A null value becomes an object.
    void set(std::string_view name, Value value);

    bool operator==(const Value&) const = default;

private:
    std::variant<std::monostate, bool, Number, std::string, Array, Object> held_;
};

struct JsonLimits {
    std::size_t bytes_max = 16u * 1024 * 1024;
    std::size_t depth_max = 32;
};

// Strict JSON (RFC 8259, UTF-8). The error's `where` is "line L, column C"; a name given twice in
// one object is an error.
Result<Value> parse_json(std::string_view text, const JsonLimits& limits = {});
// Compact, in the order of the members.
std::string to_json(const Value&);
// Indented by two blanks, for people.
std::string to_pretty_json(const Value&);
// Appends `text` as a JSON string, quotes included; bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace qbxml
