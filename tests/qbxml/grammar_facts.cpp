// Our tables against the facts they were made from. The folder of the facts is named by the
// environment variable QBWCD_QBXML_FACTS; without it these tests say so and pass.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "qbxml/grammar/grammar.h"

using namespace qbxml;
using grammar::Editions;
using grammar::Owner;
using grammar::Particle;

namespace {

using Row = std::map<std::string, std::string>;

std::vector<std::string> split(const std::string& text, char separator)
{
    std::vector<std::string> parts;
    std::size_t at = 0;
    for (std::size_t end; (end = text.find(separator, at)) != std::string::npos; at = end + 1)
        parts.push_back(text.substr(at, end - at));
    parts.push_back(text.substr(at));
    return parts;
}

// The rows of a table of facts; none, told aloud, when the folder is not named.
std::vector<Row> facts(const std::string& table)
{
    const char* folder = std::getenv("QBWCD_QBXML_FACTS");
    if (folder == nullptr) {
        std::cerr << "skipped: QBWCD_QBXML_FACTS names no folder with " << table << "\n";
        return {};
    }
    std::ifstream in(std::string(folder) + "/" + table);
    REQUIRE(in);
    std::string line;
    std::getline(in, line);
    const auto names = split(line, '\t');
    std::vector<Row> rows;
    while (std::getline(in, line)) {
        const auto cells = split(line, '\t');
        Row row;
        for (std::size_t i = 0; i < names.size(); ++i)
            row[names[i]] = i < cells.size() ? cells[i] : "";
        rows.push_back(std::move(row));
    }
    REQUIRE(rows.size() > 10);
    return rows;
}

Editions editions_without(const std::string& not_in)
{
    unsigned bits = Editions::all;
    for (const std::string& name : split(not_in, ',')) {
        if (name == "QBD") bits &= ~unsigned{Editions::us};
        if (name == "QBCA") bits &= ~unsigned{Editions::ca};
        if (name == "QBUK") bits &= ~unsigned{Editions::uk};
        if (name == "QBAU") bits &= ~unsigned{Editions::au};
        if (name == "QBOE") bits &= ~unsigned{Editions::oe};
    }
    return {static_cast<std::uint8_t>(bits)};
}

// The limit of an edition as the facts state it: that of `by` where there is one, else `all`.
int limit_of(const std::string& all, const std::string& by, const std::string& edition)
{
    if (by.empty()) return all.empty() ? grammar::none : std::stoi(all);
    for (const std::string& part : split(by, ';')) {
        const auto sides = split(part, '=');
        for (const std::string& name : split(sides[0], '|'))
            if (name == edition || name == "ALL") return std::stoi(sides[1]);
    }
    return grammar::none;
}

void check_chars(const grammar::Chars* chars, const std::string& all, const std::string& by)
{
    const auto ours = [&](Edition edition) {
        return chars == nullptr ? int{grammar::none} : int{chars->in(edition)};
    };
    CHECK(ours(Edition::any) == (all.empty() ? grammar::none : std::stoi(all)));
    CHECK(ours(Edition::us) == limit_of(all, by, "QBD"));
    CHECK(ours(Edition::ca) == limit_of(all, by, "QBCA"));
    CHECK(ours(Edition::uk) == limit_of(all, by, "QBUK"));
    CHECK(ours(Edition::au) == limit_of(all, by, "QBAU"));
}

// The facts as owners with their groups in place: the rows of the elements, in order.
class Schema {
public:
    Schema()
    {
        for (Row& row : facts("schema.tsv")) {
            const std::string owner = (row["owner_kind"] == "group" ? "group:" : "") + row["owner"];
            rows_[owner].push_back(std::move(row));
        }
    }
    bool empty() const { return rows_.empty(); }
    const std::map<std::string, std::vector<Row>>& owners() const { return rows_; }
    // Groups stand behind the choices around them in `parent` order, so a walk by parent is needed.
    std::vector<const Row*> elements(const std::string& owner) const
    {
        std::vector<const Row*> out;
        collect(owner, "0", out);
        return out;
    }

private:
    void collect(const std::string& owner, const std::string& parent,
                 std::vector<const Row*>& out) const
    {
        for (const Row& row : rows_.at(owner)) {
            if (row.at("parent") != parent) continue;
            if (row.at("kind") == "element")
                out.push_back(&row);
            else if (row.at("kind") == "group")
                collect("group:" + row.at("name"), "0", out);
            else
                collect(owner, row.at("ord"), out);
        }
    }

    std::map<std::string, std::vector<Row>> rows_;
};

}  // namespace

TEST_CASE("every element of the facts is in the tables, in its order and with its facts")
{
    const Schema schema;
    std::size_t count = 0;
    for (const auto& [name, rows] : schema.owners()) {
        if (name.starts_with("group:") || name.ends_with("ListObjRef")) continue;
        const bool set = name.find("Msgs") != std::string::npos;  // held by messages.tsv
        const Owner* owner = grammar::owner(name);
        CAPTURE(name);
        REQUIRE(owner != nullptr);
        std::vector<const Particle*> ours;
        for (const Particle& particle : owner->particles())
            if (particle.kind == Particle::Kind::element) ours.push_back(&particle);
        const auto theirs = schema.elements(name);
        REQUIRE(ours.size() == theirs.size());
        for (std::size_t i = 0; i < ours.size(); ++i) {
            const Row& row = *theirs[i];
            const Particle& particle = *ours[i];
            CAPTURE(row.at("name"));
            ++count;
            CHECK(particle.name() == row.at("name"));
            CHECK(particle.least() == std::stoi(row.at("min")));
            CHECK(particle.most() == (row.at("max") == "*" ? std::numeric_limits<int>::max()
                                                           : std::stoi(row.at("max"))));
            CHECK(particle.since().text() == (row.at("since").empty() ? "1.0" : row.at("since")));
            CHECK(particle.editions == editions_without(row.at("not_in")));
            if (row.at("type").starts_with('@')) {
                CHECK((particle.content() != nullptr &&
                       particle.content()->name() == row.at("name")));
                continue;
            }
            CHECK(particle.type()->name() == row.at("type"));
            CHECK(particle.fallback() == row.at("default"));
            CHECK((particle.values() == nullptr ? "" : particle.values()->name()) ==
                  row.at("enum"));
            CHECK(((particle.flags & Particle::macro) != 0) == !row.at("attrs").empty());
            const bool always = row.at("flags").find("always") != std::string::npos;
            CHECK(((particle.flags & Particle::always) != 0) == always);
            const std::string range = row.at("minval") + ".." + row.at("maxval");
            CHECK((particle.range() == nullptr ? ".." : particle.range()->text()) == range);
            check_chars(particle.chars(), row.at("maxlen"), row.at("maxlen_by"));
        }
        if (set) CHECK(owner->particles().front().kind == Particle::Kind::choice);
    }
    if (!schema.empty()) CHECK(count > 6000);
}

TEST_CASE("every message of the facts is in the tables")
{
    for (const Row& row : facts("messages.tsv")) {
        CAPTURE(row.at("message"));
        const grammar::Message* message = grammar::message(row.at("message"));
        REQUIRE(message != nullptr);
        CHECK(message->since().text() == (row.at("since").empty() ? "1.0" : row.at("since")));
        CHECK(message->editions == editions_without(row.at("not_in")));
        CHECK(message->iterates == (row.at("iterator") == "Y"));
        CHECK(message->counts == (row.at("metadata") == "Y"));
        const std::set<std::string> changing = {"Add", "Mod", "Del", "Void", "Merge"};
        CHECK(message->changes == changing.contains(row.at("verb")));
    }
}

TEST_CASE("every value of the facts is in the tables")
{
    for (const Row& row : facts("enums.tsv")) {
        std::string name = row.at("enum");
        if (name.starts_with("attr.")) name = "@" + name.substr(5);
        if (name == "ColData@dataType") name = "@ColData.dataType";
        CAPTURE(name, row.at("value"));
        const auto all = grammar::enumerations();
        const auto values = std::ranges::find(all, name, &grammar::Enumeration::name);
        REQUIRE(values != all.end());
        const grammar::EnumValue* value = values->find(row.at("value"));
        REQUIRE(value != nullptr);
        CHECK(value->since().text() == (row.at("since").empty() ? "1.0" : row.at("since")));
    }
}

TEST_CASE("every attribute of the facts is in the tables")
{
    for (const Row& row : facts("attributes.tsv")) {
        CAPTURE(row.at("owner"), row.at("attribute"));
        const Owner* owner = grammar::owner(row.at("owner"));
        REQUIRE(owner != nullptr);
        const grammar::Attribute* attribute = owner->find_attribute(row.at("attribute"));
        REQUIRE(attribute != nullptr);
        CHECK(attribute->type().name() == row.at("type"));
        CHECK(attribute->required == (row.at("use") == "required"));
        CHECK((attribute->values() == nullptr) == row.at("enum").empty());
    }
}

TEST_CASE("every fact of a single place is in the tables")
{
    const Schema schema;
    for (const Row& row : facts("path-facts.tsv")) {
        const auto steps = split(row.at("path"), '/');
        CAPTURE(row.at("path"), row.at("field"), row.at("value"));
        const Owner* owner = grammar::owner(steps.front());
        const Row* place = nullptr;
        const Particle* particle = nullptr;
        for (std::size_t i = 1; i < steps.size(); ++i) {
            REQUIRE(owner != nullptr);
            for (const Row* each : schema.elements(steps[i - 1]))
                if (each->at("name") == steps[i]) place = each;
            particle = owner->find(steps[i]);
            REQUIRE(particle != nullptr);
            owner = particle->content();
        }
        const auto here = grammar::facts_at(row.at("path"), *particle);
        if (row.at("field") == "not_in") {
            // Of the retired Online Edition no single places are kept.
            CHECK((here.editions.bits & Editions::desktop) ==
                  (editions_without(row.at("value")).bits & Editions::desktop));
        } else {
            check_chars(here.chars, place->at("maxlen"), row.at("value"));
        }
    }
}
