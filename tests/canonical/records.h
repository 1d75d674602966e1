// What the tests of this room read and write: answers of one bicycle shop's QuickBooks.
#pragma once

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "qbxml/canonical/read.h"
#include "qbxml/canonical/write.h"

namespace qbxml::canonical {

inline std::string file_text(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    INFO(path);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline Value json(std::string_view text)
{
    auto value = parse_json(text);
    if (!value) FAIL(value.error().text() << " in " << text);
    return *value;
}

inline ResponseSet answer(const std::string& responses)
{
    auto set = ResponseSet::read("<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs>" + responses +
                                 "</QBXMLMsgsRs></QBXML>");
    if (!set) FAIL(set.error().text());
    return std::move(*set);
}

// One successful answer with these records in it.
inline Converted converted(const std::string& records, const Context& context = {})
{
    const auto set = answer(
        "<AnyQueryRs statusCode=\"0\" statusSeverity=\"Info\" "
        "statusMessage=\"Status OK\">" +
        records + "</AnyQueryRs>");
    return convert(set, set.responses().front(), context);
}

// The only record of an answer, as JSON.
inline Value record(const std::string& element, const Context& context = {})
{
    const auto read = converted(element, context);
    REQUIRE(read.records.size() == 1);
    return json(read.records.front().json);
}

// The value behind "addresses/0/city", as JSON text.
inline std::string at(const Value& value, std::string_view path)
{
    const Value* here = &value;
    while (!path.empty() && here) {
        const auto step = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(step.size() + 1, path.size()));
        if (here->is_array()) {
            const auto index = std::stoul(std::string(step));
            here = index < here->as_array().size() ? &here->as_array()[index] : nullptr;
        } else {
            here = here->find(step);
        }
    }
    return here ? to_json(*here) : "(nothing)";
}

// Where two JSON values differ first, "" when they say the same. The order of members does not
// count.
inline std::string difference(const Value& expected, const Value& found,
                              const std::string& path = "")
{
    if (expected.is_object() && found.is_object()) {
        for (const auto& [name, value] : expected.as_object()) {
            const Value* other = found.find(name);
            if (!other) return path + "/" + name + " is missing";
            if (auto inside = difference(value, *other, path + "/" + name); !inside.empty())
                return inside;
        }
        for (const auto& [name, value] : found.as_object())
            if (!expected.find(name)) return path + "/" + name + " is not expected";
        return {};
    }
    if (expected.is_array() && found.is_array() &&
        expected.as_array().size() == found.as_array().size()) {
        for (std::size_t i = 0; i < expected.as_array().size(); ++i)
            if (auto inside = difference(expected.as_array()[i], found.as_array()[i],
                                         path + "/" + std::to_string(i));
                !inside.empty())
                return inside;
        return {};
    }
    if (expected == found) return {};
    return path + ": expected " + to_json(expected) + ", found " + to_json(found);
}

inline Context shop()
{
    auto context =
        context_from_json(json(file_text(std::string(QBWCD_TEST_DATA) + "/golden/context.json")));
    if (!context) FAIL(context.error().text());
    return *context;
}

// The requests of a write given as JSON; the test fails when it is refused.
inline Requests requests_of(std::string_view write, const Context& context = {},
                            Version version = common_version, Edition edition = Edition::us)
{
    auto read = write_from_json(json(write));
    if (!read) FAIL(read.error().text());
    auto made = to_requests(*read, context, version, edition);
    if (!made)
        for (const auto& refusal : made.error())
            FAIL(refusal.path << " " << refusal.code << " " << refusal.message);
    return std::move(*made);
}

// The requests as qbXML, from the first message on.
inline std::string qbxml_of(const std::vector<Node>& requests, Version version = common_version,
                            Edition edition = Edition::us)
{
    MessageSet set;
    set.requests = requests;
    auto text = write(set, version, edition);
    if (!text)
        for (const auto& fault : text.error())
            FAIL(fault.text());
    const auto begin = text->find("<QBXMLMsgsRq");
    const auto first = text->find('>', begin) + 1;
    return text->substr(first, text->find("</QBXMLMsgsRq>") - first);
}

// "path code" of each refusal, one a line; "" when the write is taken.
inline std::string refusals(std::string_view write, const Context& context = {},
                            Version version = common_version, Edition edition = Edition::us)
{
    auto read = write_from_json(json(write));
    if (!read) FAIL(read.error().text());
    const auto made = to_requests(*read, context, version, edition);
    std::string out;
    if (made) return out;
    for (const auto& refusal : made.error()) {
        CHECK_FALSE(refusal.message.empty());
        out += (out.empty() ? "" : "\n") + refusal.path + " " + refusal.code;
    }
    return out;
}

}  // namespace qbxml::canonical
