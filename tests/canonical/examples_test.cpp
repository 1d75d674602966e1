// Runs pairs of answers and records from outside the tree: NAME.response.xml, NAME.expected.json
// and an optional NAME.context.json over context.default.json, in the folder that the environment
// names.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

Value overlaid(Value below, const Value& above)
{
    for (const auto& [name, value] : above.as_object()) {
        const Value* old = below.find(name);
        const bool merge = old && old->is_object() && value.is_object() && name != "report";
        Value merged = merge ? *old : value;
        if (merge)
            for (const auto& [inner, entry] : value.as_object())
                merged.set(inner, entry);
        below.set(name, merged);
    }
    return below;
}

}  // namespace

TEST_CASE("the examples of the folder named by QBWCD_CANONICAL_EXAMPLES agree")
{
    const char* folder = std::getenv("QBWCD_CANONICAL_EXAMPLES");
    if (!folder) {
        std::cout << "skipped: QBWCD_CANONICAL_EXAMPLES names no folder of examples\n";
        return;
    }
    const std::filesystem::path root(folder);
    int seen = 0;
    for (const auto& entry : std::filesystem::directory_iterator(root)) {
        const std::string file = entry.path().filename().string();
        constexpr std::string_view ending = ".response.xml";
        if (!std::string_view(file).ends_with(ending)) continue;
        const std::string name = file.substr(0, file.size() - ending.size());
        CAPTURE(name);
        Value context = json(file_text(root / "context.default.json"));
        if (std::filesystem::exists(root / (name + ".context.json")))
            context = overlaid(context, json(file_text(root / (name + ".context.json"))));
        const auto read = context_from_json(context);
        REQUIRE(read);
        auto set = ResponseSet::read(file_text(entry.path()));
        REQUIRE(set);
        CHECK(difference(json(file_text(root / (name + ".expected.json"))),
                         json(convert_to_json(*set, *read))) == "");
        ++seen;
    }
    CHECK(seen > 0);
}
