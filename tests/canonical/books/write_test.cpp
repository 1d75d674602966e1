// What a write does to the books of a simulated company, by seeds: records made like those that
// are there, changed in one member, deleted and voided, and read again.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "qbxml/canonical/table.h"
#include "tests/canonical/books/books.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

Value without(Value record, std::initializer_list<std::string_view> names)
{
    std::erase_if(record.as_object(), [&](const auto& member) {
        return std::find(names.begin(), names.end(), member.first) != names.end();
    });
    return record;
}

// A payment is brought in by its id; what else its line shows is the payment's own.
Value as_new_deposit_line(const Value& line)
{
    const std::string payment =
        line.find("recordRef")->is_object() ? line.find("recordRef")->string_at("id") : "";
    if (payment.empty()) return line;
    Value made{Value::Object{}};
    made.set("paymentId", payment);
    return made;
}

// Without the lines inside groups, which QuickBooks fills in.
Value without_members(Value record)
{
    for (auto& [name, lines] : record.as_object())
        if (lines.is_array())
            std::erase_if(lines.as_array(), [](const Value& line) {
                return line.is_object() && !line.string_at("parentLineId").empty();
            });
    return record;
}

// The members of a record that a create can be given, without what QuickBooks gives itself.
Value as_new(const Found& found, int number)
{
    Value body = without(found.record, {"id", "metadata"});
    if (body.find("name")) body.set("name", fmt::format("N{:02x}", number));
    if (found.type == "employees") body.set("lastName", fmt::format("New {}", number));
    body = without_members(std::move(body));
    for (auto& [name, lines] : body.as_object()) {
        if (!lines.is_array()) continue;
        for (auto& line : lines.as_array())
            if (line.is_object()) line = without(std::move(line), {"id"});
        if (found.type == "deposits" && name == "lines")
            for (auto& line : lines.as_array())
                line = as_new_deposit_line(line);
    }
    return body;
}

// Where a record that was made says something else than what was given; "" when nowhere. Null was
// not given, and what was ignored with a warning neither.
std::string unlike(const Value& given, const Value& read, const std::set<std::string>& ignored,
                   const std::string& at = "")
{
    if (given.is_null() || ignored.contains(at)) return {};
    const std::string told = at + ": given " + to_json(given) + ", read " + to_json(read) + "\n";
    if (given.is_object()) {
        if (!read.is_object()) return told;
        if (given.find("id") && given.find("name") && given.as_object().size() <= 3)
            return given.string_at("id") == read.string_at("id") ? "" : told;  // a reference
        std::string lines;
        for (const auto& [name, value] : given.as_object()) {
            const Value* now = read.find(name);
            if (name == "paymentId") now = read.find("recordRef")->find("id");
            lines += unlike(value, now ? *now : Value{}, ignored, at + "/" + name);
        }
        return lines;
    }
    if (given.is_array()) {
        if (!read.is_array() || given.as_array().size() != read.as_array().size()) return told;
        std::string lines;
        for (std::size_t i = 0; i < given.as_array().size(); ++i)
            lines += unlike(given.as_array()[i], read.as_array()[i], ignored,
                            at + "/" + std::to_string(i));
        return lines;
    }
    return given == read ? "" : told;
}

}  // namespace

TEST_CASE("a record made like another one says the same in every member that was given")
{
    const std::uint64_t seed = GENERATE(4u, 5u);
    CAPTURE(seed);
    Books books(seed, seed == 5);
    std::map<std::string, int> tried, alike;
    int made_so_far = 0;
    std::map<std::string, std::string> refusals;
    // The newest first, for what is linked to by another cannot go before it.
    auto all = books.read_all();
    std::reverse(all.begin(), all.end());
    for (const auto& found : all) {
        const bool made_void = found.record.string_at("status") == "Void";
        if (find_type(found.type)->adds.empty() || made_void || ++tried[found.type] > 6) continue;
        const Value body = as_new(found, ++made_so_far);
        CAPTURE(found.type, found.id);
        const Write write{.operation = Operation::create,
                          .data_type = found.type,
                          .id = "",
                          .edit_sequence = "",
                          .source_type = "",
                          .record = body};
        const auto made = to_requests(write, books.context(), newest_version, Edition::us);
        if (!made) {
            INFO(made.error().front().path << " " << made.error().front().message);
            CHECK(made.error().front().code == "unsupported");
            continue;
        }
        // What is paid, deposited or counted can be so once only: the one before makes room.
        if (find_type(found.type)->erase == "TxnDel") books.change(Operation::erase, found);
        std::string id;
        if (!books.write(write, &id) || id.empty()) {
            INFO(books.refused());
            // What keeps the one before from being deleted, keeps its payment too.
            CHECK(books.refused().find(" 3210 ") != std::string::npos);
            refusals[found.type] += books.refused();
            continue;
        }
        Value read = books.record(found.type, id).record;
        REQUIRE(read.is_object());
        std::set<std::string> ignored;
        for (const auto& warning : made->warnings)
            ignored.insert(warning.path);
        CHECK(unlike(body, without_members(read), ignored) == "");
        ++alike[found.type];
    }
    for (const auto& type : mapped_types()) {
        CAPTURE(type.name, refusals[std::string(type.name)]);
        const bool there = type.name != "currencies" || seed == 5;
        CHECK(alike.contains(std::string(type.name)) == (there && !type.adds.empty()));
    }
}

namespace {

// The member that is changed to show a change: whatever a type has of these.
std::string_view changed_member(const Type& type)
{
    if (type.name == "items") return "status";  // fixed assets alone have a note
    for (const std::string_view name :
         {"note", "description", "reference", "transactionRequired", "status"})
        for (const auto& field : type.fields)
            if (field.path == name && field.writable()) return name;
    return "";
}

}  // namespace

TEST_CASE("a change of one member changes this member alone")
{
    Books books(8, true);
    std::map<std::string, int> tried, changed;
    std::map<std::string, std::string> refusals;
    for (auto& found : books.read_all()) {
        const Type& type = *find_type(found.type);
        if (type.mods.empty() || ++tried[found.type] > 9) continue;
        const std::string member(changed_member(type));
        CAPTURE(found.type, found.id, member);
        found = books.record(found.type, found.id);  // others have changed meanwhile
        Value patch{Value::Object{}};
        patch.set(member, member == "status"                ? Value("Archived")
                          : member == "transactionRequired" ? Value(true)
                                                            : Value("Anew"));
        if (!books.change(Operation::update, found, patch)) {
            INFO(books.refused());
            const bool fixed = books.refused().find("unsupported") != std::string::npos ||
                               books.refused().find(" 3170 ") != std::string::npos;
            CHECK(fixed);  // kinds without a Mod; what QuickBooks made itself
            refusals[found.type] += books.refused();
            continue;
        }
        Value before = without(found.record, {"metadata", "sourceModifiedDate"});
        Value after =
            without(books.record(found.type, found.id).record, {"metadata", "sourceModifiedDate"});
        REQUIRE(after.is_object());
        CHECK(to_json(*after.find(member)) == to_json(*patch.find(member)));
        before = without(std::move(before), {member, "additionalNotes", "from", "to"});
        after = without(std::move(after), {member, "additionalNotes", "from", "to"});
        CHECK(difference(before, after) == "");
        ++changed[found.type];
    }
    for (const auto& type : mapped_types()) {
        CAPTURE(type.name, refusals[std::string(type.name)]);
        CHECK(changed.contains(std::string(type.name)) == !type.mods.empty());
    }
}

TEST_CASE("every type that can be deleted is gone then, and every one that can be voided is void")
{
    Books books(9);
    std::map<std::string, int> deleted, voided;
    auto all = books.read_all();
    std::reverse(all.begin(), all.end());
    int made_so_far = 0;
    for (auto& found : all) {
        const Type& type = *find_type(found.type);
        CAPTURE(found.type, found.id);
        const bool is_void = found.record.string_at("status") == "Void";
        if (!type.make_void.empty() && !is_void && voided[found.type] < 2 &&
            books.change(Operation::make_void, found)) {
            CHECK(books.record(found.type, found.id).record.string_at("status") == "Void");
            ++voided[found.type];
        }
        if (type.erase.empty() || deleted[found.type] >= 2) continue;
        if (type.erase == "ListDel") {  // those that are there are in use
            const Write write{.operation = Operation::create,
                              .data_type = found.type,
                              .id = "",
                              .edit_sequence = "",
                              .source_type = "",
                              .record = as_new(found, ++made_so_far)};
            if (!books.write(write, &found.id)) continue;
        }
        if (!books.change(Operation::erase, found)) continue;
        CHECK_FALSE(books.record(found.type, found.id).record.is_object());
        ++deleted[found.type];
    }
    for (const auto& type : mapped_types()) {
        CAPTURE(type.name);
        // QuickBooks' TxnDel knows no transfers.
        const bool there = type.name != "currencies" && type.name != "transfers";
        CHECK((deleted[std::string(type.name)] > 0) == (there && !type.erase.empty()));
        CHECK((voided[std::string(type.name)] > 0) == !type.make_void.empty());
    }
}
