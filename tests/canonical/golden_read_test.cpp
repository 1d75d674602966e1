// Answers and what they become, in golden/read: NAME.xml as QuickBooks sends it, NAME.json the
// result as it must be. The JSON leaves out what is null or empty, and what every record has alike
// (`frame`); it may bring a "context" over golden/context.json.
#include <algorithm>
#include <filesystem>
#include <map>

#include "qbxml/canonical/schema.h"
#include "qbxml/canonical/types.h"
#include "records.h"
#include "schema_check.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

const std::string folder = std::string(QBWCD_TEST_DATA) + "/golden/";

std::vector<std::string> golden_names()
{
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder + "read"))
        if (entry.path().extension() == ".xml") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

// Without members that are null, [] or {}.
Value pruned(const Value& value)
{
    const auto nothing = [](const Value& one) {
        return one.is_null() || (one.is_array() && one.as_array().empty()) ||
               (one.is_object() && one.as_object().empty());
    };
    if (value.is_array()) {
        Value::Array kept;
        for (const auto& each : value.as_array())
            kept.push_back(pruned(each));
        return kept;
    }
    if (!value.is_object()) return value;
    Value::Object kept;
    for (const auto& [name, member] : value.as_object())
        if (Value one = pruned(member); !nothing(one)) kept.emplace_back(name, std::move(one));
    return kept;
}

void leave_out(Value& object, std::string_view name)
{
    std::erase_if(object.as_object(), [&](const auto& member) { return member.first == name; });
}

// Takes away what every record has alike, having checked it.
void frame(Value& record, const std::string& type)
{
    if (!record.find("metadata")) return;  // a report
    CHECK(at(record, "modifiedDate") == "\"2026-02-01T08:30:00Z\"");
    CHECK(at(record, "metadata/isDeleted") == "false");
    CHECK(at(record, "metadata/deletedDate") == "null");
    const std::string link = record.find("metadata")->string_at("rawLink");
    CHECK(link.starts_with("/v1/companies/maple/" + type + "/"));
    CHECK(link.ends_with("/raw"));
    leave_out(record, "modifiedDate");
    for (auto& [name, member] : record.as_object()) {
        if (name == "metadata")
            for (const char* alike : {"isDeleted", "rawLink"})
                leave_out(member, alike);
        if (!member.is_array()) continue;
        for (auto& line : member.as_array())
            if (line.find("isSummary") && *line.find("isSummary") == Value(false))
                leave_out(line, "isSummary");
    }
}

Context context_of(const Value& golden)
{
    Value whole = json(file_text(folder + "context.json"));
    if (const Value* own = golden.find("context"))
        for (const auto& [name, member] : own->as_object())
            whole.set(name, member);
    auto context = context_from_json(whole);
    REQUIRE(context);
    return *context;
}

struct Golden {
    Value expected;
    Context context;
    Value found;  // the whole result
};

Golden golden(const std::string& name)
{
    Golden read{
        .expected = json(file_text(folder + "read/" + name + ".json")), .context = {}, .found = {}};
    read.context = context_of(read.expected);
    auto set = ResponseSet::read(file_text(folder + "read/" + name + ".xml"));
    REQUIRE(set);
    read.found = json(convert_to_json(*set, read.context));
    return read;
}

}  // namespace

TEST_CASE("answers of every type become the records that the golden files say")
{
    std::map<std::string, int> seen{{"customers", 2}, {"invoices", 3}};  // golden_test has them
    for (const auto& name : golden_names()) {
        CAPTURE(name);
        Golden pair = golden(name);
        for (auto& message : pair.found.as_object().front().second.as_array()) {
            for (auto& [part, list] : message.as_object()) {
                if (part != "records") continue;
                for (auto& entry : list.as_array()) {
                    const std::string type = entry.string_at("dataType");
                    ++seen[type];
                    for (auto& [key, record] : entry.as_object())
                        if (key == "record") frame(record, type);
                }
            }
        }
        leave_out(pair.expected, "context");
        CHECK(difference(pair.expected, pruned(pair.found)) == "");
    }
    for (const auto type : record_types()) {
        CAPTURE(type);
        CHECK(seen[std::string(type)] >= 3);
    }
}

TEST_CASE("every golden record has the shape of its schema")
{
    std::map<std::string, Value> schemas;
    for (const auto& name : golden_names()) {
        const Value found = golden(name).found;
        for (const auto& message : found.find("messages")->as_array()) {
            const auto& issues = message.find("issues")->as_array();
            for (const auto& entry : message.find("records")->as_array()) {
                const std::string type = entry.string_at("dataType");
                const std::string id = entry.find("record")->string_at("id");
                CAPTURE(name, type, id);
                // What cannot be read is null also where a value always stands, and told.
                if (std::ranges::any_of(issues, [&](const Value& issue) {
                        return issue.string_at("recordId") == id &&
                               issue.string_at("code") == "value.invalid";
                    }))
                    continue;
                if (!schemas.contains(type)) schemas[type] = *schema_of(type, SchemaForm::read);
                CHECK(SchemaCheck(schemas.at(type)).fault(*entry.find("record")) == "");
            }
        }
    }
}

TEST_CASE("a golden record that is sent back as it was read changes nothing")
{
    int sent_back = 0;
    for (const auto& name : golden_names()) {
        const Golden pair = golden(name);
        for (const auto& message : pair.found.find("messages")->as_array()) {
            for (const auto& entry : message.find("records")->as_array()) {
                const std::string type = entry.string_at("dataType");
                const Value& record = *entry.find("record");
                const std::string id = record.string_at("id");
                CAPTURE(name, type, id);
                const auto made = to_requests({.operation = Operation::update,
                                               .data_type = type,
                                               .id = id,
                                               .edit_sequence = "1",
                                               .source_type = "",
                                               .record = record,
                                               .current = record},
                                              pair.context, newest_version, Edition::any);
                if (made) {
                    CHECK(made->requests.empty());
                    ++sent_back;
                } else {
                    REQUIRE(made.error().size() == 1);
                    CHECK(made.error().front().code == "unsupported");
                }
            }
        }
    }
    CHECK(sent_back > 100);
}

TEST_CASE("what we do not know is in no field, and whole in what is kept of the record")
{
    const std::string text = file_text(folder + "read/unknown.xml");
    const auto set = ResponseSet::read(text);
    REQUIRE(set);
    std::string kept;
    for (const auto& response : set->responses())
        for (const auto& record : convert(*set, response, context_of(json("{}"))).records) {
            CAPTURE(record.id);
            CHECK(text.find(record.masked_source) != std::string::npos);  // byte for byte
            CHECK(record.json.find("999-9") == std::string::npos);
            CHECK(record.json.find("green") == std::string::npos);
            kept += record.masked_source;
        }
    for (const char* unknown :
         {"<BillRet colour=\"blue\">", "<Nick>Mill</Nick>", "<Hologram><TxnID>999-9</TxnID>",
          "<Mood>good</Mood>", "<TeleportLineRet><TxnLineID>503-1</TxnLineID>",
          "<Weight unit=\"kg\">3</Weight>", "<Aura><Name>green</Name>", "<Planet>Earth</Planet>"}) {
        CAPTURE(unknown);
        CHECK(kept.find(unknown) != std::string::npos);
    }
}
