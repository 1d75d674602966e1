// Every kind of damage to every message is found, at the right path.
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include "qbxml/checker.h"
#include "qbxml/example.h"

using namespace qbxml;
using grammar::Owner;
using grammar::Particle;

namespace {

// One element of an example: the nodes on the way to it, by index, and what it is.
struct Spot {
    std::vector<std::size_t> way;
    std::string path;
    const Owner* around = nullptr;
    const Particle* particle = nullptr;
};

void collect(const Node& node, const Owner& content, const std::string& path,
             std::vector<std::size_t> way, std::vector<Spot>& spots)
{
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const Particle* particle = content.find(node.children[i].name);
        auto here = way;
        here.push_back(i);
        const std::string child_path = path + "/" + node.children[i].name;
        spots.push_back({here, child_path, &content, particle});
        if (particle->content() != nullptr)
            collect(node.children[i], *particle->content(), child_path, here, spots);
    }
}

Node& at(Node& root, std::span<const std::size_t> way)
{
    Node* node = &root;
    for (std::size_t index : way)
        node = &node->children[index];
    return *node;
}

struct Rule {
    std::string rule, path;
};

bool has(const std::vector<Fault>& faults, const Rule& rule)
{
    return std::ranges::any_of(faults, [&](const Fault& fault) {
        return fault.rule == rule.rule && fault.path == rule.path;
    });
}

// The faults of a message as it stands.
std::vector<Fault> faults_as_it_stands(const Node& node, Version version = newest_version,
                                       Edition edition = Edition::any)
{
    Checker checker({.version = version, .edition = edition, .as_it_stands = true});
    checker.check_message(node, *grammar::message(node.name), "/" + node.name);
    std::vector<Fault> faults;
    for (FoundFault& each : checker.take())
        faults.push_back(std::move(each.fault));
    return faults;
}

// Calls `use(example, spot)` for every element of a full example of every message.
template <class Use>
void each_spot(Use use)
{
    for (const grammar::Message& message : grammar::messages()) {
        const Node example = example_node(message, Extent::full);
        std::vector<Spot> spots;
        collect(example, message.content(), std::string(message.name()), {}, spots);
        for (const Spot& spot : spots)
            use(example, spot);
    }
}

// Tells of the first few places where a damage was not found.
class Unfound {
public:
    void look(const std::vector<Fault>& faults, const Rule& rule)
    {
        ++tried_;
        if (has(faults, rule)) return;
        if (++missed_ > 5) return;
        std::string seen;
        for (const Fault& fault : faults)
            seen += "\n  " + fault.text();
        FAIL_CHECK(rule.rule << " at " << rule.path << " was not found, but" << seen);
    }
    int tried() const { return tried_; }
    int missed() const { return missed_; }

private:
    int tried_ = 0, missed_ = 0;
};

}  // namespace

TEST_CASE("an element that must be there is missed")
{
    Unfound unfound;
    each_spot([&](const Node& example, const Spot& spot) {
        if (spot.particle->least() == 0 || spot.particle->parent_ != grammar::none) return;
        Node damaged = example;
        auto& siblings = at(damaged, {spot.way.data(), spot.way.size() - 1}).children;
        siblings.erase(siblings.begin() + static_cast<std::ptrdiff_t>(spot.way.back()));
        unfound.look(faults_as_it_stands(damaged), {"required", spot.path});
    });
    CHECK(unfound.missed() == 0);
    CHECK(unfound.tried() > 500);
}

TEST_CASE("an element that may stand once does not stand twice")
{
    Unfound unfound;
    each_spot([&](const Node& example, const Spot& spot) {
        if (spot.particle->repeats() || spot.around->mixing_choice(*spot.particle) != nullptr)
            return;
        Node damaged = example;
        auto& siblings = at(damaged, {spot.way.data(), spot.way.size() - 1}).children;
        siblings.insert(siblings.begin() + static_cast<std::ptrdiff_t>(spot.way.back()),
                        siblings[spot.way.back()]);
        unfound.look(faults_as_it_stands(damaged), {"tooMany", spot.path});
    });
    CHECK(unfound.missed() == 0);
    CHECK(unfound.tried() > 5000);
}

TEST_CASE("two neighbours that changed places are found, unless the language lets them")
{
    Unfound unfound;
    each_spot([&](const Node& example, const Spot& spot) {
        if (spot.way.back() == 0) return;
        Node damaged = example;
        auto& siblings = at(damaged, {spot.way.data(), spot.way.size() - 1}).children;
        const std::size_t here = spot.way.back();
        const Particle* before = spot.around->find(siblings[here - 1].name);
        if (spot.around->place_of(*before) == spot.around->place_of(*spot.particle)) return;
        std::swap(siblings[here - 1], siblings[here]);
        // The one that now comes second is the one told.
        const std::string second = siblings[here].name;
        unfound.look(faults_as_it_stands(damaged),
                     {"order", spot.path.substr(0, spot.path.rfind('/') + 1) + second});
        // Requests are put in order when they are written.
        if (example.name.ends_with("Rq"))
            CHECK(check(damaged, newest_version, Edition::any).empty());
    });
    CHECK(unfound.missed() == 0);
    CHECK(unfound.tried() > 4000);
}

TEST_CASE("a misspelt element is found, with the name that was meant")
{
    Unfound unfound;
    int meant = 0;
    each_spot([&](const Node& example, const Spot& spot) {
        Node damaged = example;
        Node& node = at(damaged, spot.way);
        const std::string right = node.name;
        node.name += "x";
        const auto faults = faults_as_it_stands(damaged);
        unfound.look(faults, {"unknown", spot.path + "x"});
        for (const Fault& fault : faults)
            if (fault.rule == "unknown" && fault.suggestion == "did you mean " + right + "?")
                ++meant;
    });
    CHECK(unfound.missed() == 0);
    // Names of one or two letters more are too far from nothing.
    CHECK(meant > unfound.tried() * 95 / 100);
}

TEST_CASE("a value of the wrong form, too long, or no word of its list is found")
{
    Unfound unfound;
    each_spot([&](const Node& example, const Spot& spot) {
        const grammar::Type* type = spot.particle->type();
        if (type == nullptr) return;
        Node damaged = example;
        Node& node = at(damaged, spot.way);
        const auto* chars = grammar::facts_at(spot.path, *spot.particle).chars;
        if (spot.particle->values() != nullptr) {
            node.text = "NoSuchWord";
            unfound.look(faults_as_it_stands(damaged), {"enum", spot.path});
        } else if (type->form != grammar::Form::text) {
            node.text = "twelve";
            unfound.look(faults_as_it_stands(damaged), {"pattern", spot.path});
        } else if (chars != nullptr && chars->any != grammar::none) {
            node.text = std::string(chars->any + 1u, 'x');
            unfound.look(faults_as_it_stands(damaged), {"tooLong", spot.path});
            // Characters count, not bytes.
            node.text.clear();
            for (int i = 0; i < chars->any; ++i)
                node.text += "\xC3\xA9";
            CHECK_FALSE(has(faults_as_it_stands(damaged), {"tooLong", spot.path}));
        }
    });
    CHECK(unfound.missed() == 0);
    CHECK(unfound.tried() > 5000);
}

TEST_CASE("an element newer than the version is found, and where it began is told")
{
    Unfound unfound;
    for (const grammar::Message& message : grammar::messages()) {
        const Node example = example_node(message, Extent::full);
        std::vector<Spot> spots;
        collect(example, message.content(), std::string(message.name()), {}, spots);
        for (const Version version : {Version{2, 0}, Version{6, 0}, Version{13, 0}}) {
            if (message.since() > version) continue;
            const auto faults = faults_as_it_stands(example, version);
            for (const Spot& spot : spots) {
                if (spot.particle->since() <= version) continue;
                // Inside something too new, only the outermost is told.
                const bool inside = std::ranges::any_of(spots, [&](const Spot& other) {
                    return other.particle->since() > version && other.path != spot.path &&
                           spot.path.starts_with(other.path + "/");
                });
                if (inside) continue;
                unfound.look(faults, {"version", spot.path});
                for (const Fault& fault : faults)
                    if (fault.rule == "version" && fault.path == spot.path)
                        CHECK(fault.since == spot.particle->since().text());
            }
        }
    }
    CHECK(unfound.missed() == 0);
    CHECK(unfound.tried() > 2000);
}

TEST_CASE("an element that the edition lacks is found")
{
    Unfound unfound;
    for (const Edition edition : {Edition::us, Edition::ca, Edition::uk, Edition::au})
        for (const grammar::Message& message : grammar::messages()) {
            if (!message.editions.has(edition)) continue;
            const Node example = example_node(message, Extent::full);
            std::vector<Spot> spots;
            collect(example, message.content(), std::string(message.name()), {}, spots);
            const auto faults = faults_as_it_stands(example, newest_version, edition);
            const auto lacks = [&](const Spot& spot) {
                return !grammar::facts_at(spot.path, *spot.particle).editions.has(edition);
            };
            for (const Spot& spot : spots) {
                if (!lacks(spot)) continue;
                const bool inside = std::ranges::any_of(spots, [&](const Spot& other) {
                    return other.path != spot.path && spot.path.starts_with(other.path + "/") &&
                           lacks(other);
                });
                if (!inside) unfound.look(faults, {"edition", spot.path});
            }
        }
    CHECK(unfound.missed() == 0);
    CHECK(unfound.tried() > 500);
}

TEST_CASE("two alternatives of a choice exclude one another")
{
    Unfound unfound;
    each_spot([&](const Node& example, const Spot& spot) {
        const std::uint16_t parent = spot.particle->parent_;
        if (parent == grammar::none) return;
        const auto particles = spot.around->particles();
        const Particle& choice = particles[parent];
        if (choice.kind != Particle::Kind::choice || choice.repeats()) return;
        for (std::size_t i = parent + 1u; i < choice.end_; i = particles[i].end_) {
            const Particle& other = particles[i];
            if (&other == spot.particle || other.kind != Particle::Kind::element) continue;
            Node damaged = example;
            Node& around = at(damaged, {spot.way.data(), spot.way.size() - 1});
            around.children.push_back({.name = std::string(other.name()), .text = "1"});
            const std::string path =
                spot.path.substr(0, spot.path.rfind('/') + 1) + std::string(other.name());
            unfound.look(faults_as_it_stands(damaged), {"oneOf", path});
        }
    });
    CHECK(unfound.missed() == 0);
    CHECK(unfound.tried() > 300);
}

TEST_CASE("text between elements and elements in a text are found")
{
    Unfound unfound;
    each_spot([&](const Node& example, const Spot& spot) {
        Node damaged = example;
        Node& node = at(damaged, spot.way);
        if (spot.particle->content() != nullptr)
            node.text = "stray";
        else
            node.children.push_back({.name = "Stray"});
        unfound.look(faults_as_it_stands(damaged), {"text", spot.path});
    });
    CHECK(unfound.missed() == 0);
}
