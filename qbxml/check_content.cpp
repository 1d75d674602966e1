// The part of the checker that looks at the children together: how many of each, which of a choice,
// and in which order.
#include <algorithm>

#include <fmt/format.h>

#include "qbxml/checker.h"
#include "qbxml/suggest.h"

namespace qbxml {

using grammar::Owner;
using grammar::Particle;

namespace {

// Which members of a longest run of places that never goes down: those that stand right. Of equal
// runs the one whose members come first, so that what was put in late is what is told.
std::vector<bool> standing_right(const std::vector<std::size_t>& places)
{
    const std::size_t count = places.size();
    std::vector<std::size_t> ends;                // by length of run: the member that ends it
    std::vector<std::size_t> next(count, count);  // read from the back: the member after
    for (std::size_t i = count; i-- > 0;) {
        const auto at = std::ranges::upper_bound(ends, places[i], std::ranges::greater{},
                                                 [&](std::size_t each) { return places[each]; });
        if (at != ends.begin()) next[i] = *(at - 1);
        if (at == ends.end())
            ends.push_back(i);
        else
            *at = i;
    }
    std::vector<bool> right(count, false);
    for (std::size_t i = ends.empty() ? count : ends.back(); i < count; i = next[i])
        right[i] = true;
    return right;
}

}  // namespace

bool Checker::Tally::any(std::size_t particle) const
{
    const std::size_t end =
        std::max<std::size_t>(particle + 1, place.content->particles()[particle].end_);
    for (std::size_t i = particle; i < end; ++i)
        if (!children[i].empty()) return true;
    return false;
}

bool Checker::Tally::was_meant(std::string_view name) const
{
    return std::ranges::find(meant, name) != meant.end();
}

void Checker::check_counts(const Place& place, const std::vector<std::string>& pointers,
                           const std::vector<std::string_view>& meant)
{
    const auto particles = place.content->particles();
    Tally tally{.place = place, .pointers = pointers, .meant = meant};
    tally.children.resize(particles.size());
    for (std::size_t i = 0; i < place.node.children.size(); ++i) {
        const Particle* particle = place.content->find(place.node.children[i].name);
        if (particle != nullptr)
            tally.children[static_cast<std::size_t>(particle - particles.data())].push_back(i);
    }
    count(tally, 0, particles.size());
}

// The particles of one sequence, each with what is inside it.
void Checker::count(const Tally& tally, std::size_t first, std::size_t end)
{
    const auto particles = tally.place.content->particles();
    for (std::size_t i = first; i < end; i = particles[i].end_) {
        const Particle& particle = particles[i];
        switch (particle.kind) {
            case Particle::Kind::element: count_element(tally, particle, i); break;
            case Particle::Kind::choice: count_choice(tally, particle, i); break;
            case Particle::Kind::sequence:
                if (particle.least() > 0 || tally.any(i)) count(tally, i + 1, particle.end_);
                break;
        }
    }
}

void Checker::count_element(const Tally& tally, const Particle& particle, std::size_t index)
{
    const Place& place = tally.place;
    const auto& given = tally.children[index];
    const std::string name(particle.name());
    const int count = static_cast<int>(given.size());
    if (count < particle.least() && exists(particle, place.path) && !tally.was_meant(name)) {
        std::string allowed = particle.least() == 1
                                  ? fmt::format("one {}", name)
                                  : fmt::format("at least {} of {}", particle.least(), name);
        add({.pointer = place.pointer + "/" + name,
             .path = place.path + "/" + name,
             .rule = "required",
             .found = count == 0 ? "nothing" : fmt::format("{} of them", count),
             .allowed = std::move(allowed),
             .suggestion = fmt::format("give {} inside {}", name, place.node.name)},
            place.node);
    }
    if (count > particle.most()) {
        const std::size_t extra = given[static_cast<std::size_t>(particle.most())];
        add({.pointer = tally.pointers[extra],
             .path = place.path + "/" + name,
             .rule = "tooMany",
             .found = fmt::format("{} of them", count),
             .allowed = particle.most() == 1 ? "one" : fmt::format("at most {}", particle.most()),
             .suggestion = particle.most() == 1 ? fmt::format("keep one {}", name)
                                                : fmt::format("keep {} of them", particle.most())},
            place.node.children[extra]);
    }
}

void Checker::count_choice(const Tally& tally, const Particle& choice, std::size_t index)
{
    const auto particles = tally.place.content->particles();
    std::vector<std::size_t> taken;
    for (std::size_t i = index + 1; i < choice.end_; i = particles[i].end_)
        if (tally.any(i)) taken.push_back(i);
    if (taken.empty()) {
        if (choice.least() > 0) report_none(tally, choice, index);
    } else if (choice.repeats()) {
        return;  // its elements may stand any number of times, in any order
    } else if (taken.size() > 1) {
        report_both(tally, taken);
    } else {
        count(tally, taken.front(), particles[taken.front()].end_);
    }
}

// Nothing of a choice is there: a fault, unless one of its alternatives may be empty, or none
// exists in the version and edition, or a misspelt element was meant to be one of them.
void Checker::report_none(const Tally& tally, const Particle& choice, std::size_t index)
{
    const Place& place = tally.place;
    const auto particles = place.content->particles();
    std::vector<std::string_view> names;
    for (std::size_t i = index + 1; i < choice.end_; i = particles[i].end_) {
        if (may_be_absent(tally, i)) return;
        const auto first = first_elements(tally, i);
        names.insert(names.end(), first.begin(), first.end());
    }
    const auto meant = [&](std::string_view each) { return tally.was_meant(each); };
    if (names.empty() || std::ranges::any_of(names, meant)) return;
    add({.pointer = place.pointer,
         .path = place.path,
         .rule = "required",
         .found = "nothing",
         .allowed = fmt::format("one of {}", one_of(names)),
         .suggestion = fmt::format("give {} inside {}", one_of(names), place.node.name)},
        place.node);
}

void Checker::report_both(const Tally& tally, const std::vector<std::size_t>& alternatives)
{
    const Place& place = tally.place;
    const auto particles = place.content->particles();
    struct Given {
        std::size_t child;
        std::string_view name;
    };
    std::vector<Given> given;  // the first element of each alternative that is present
    for (std::size_t alternative : alternatives) {
        const std::size_t end = std::max<std::size_t>(alternative + 1, particles[alternative].end_);
        Given first{place.node.children.size(), {}};
        for (std::size_t i = alternative; i < end; ++i)
            if (!tally.children[i].empty() && tally.children[i].front() < first.child)
                first = {tally.children[i].front(), particles[i].name()};
        given.push_back(first);
    }
    std::ranges::sort(given, {}, &Given::child);
    std::vector<std::string_view> names;
    for (const Given& each : given)
        names.push_back(each.name);
    for (std::size_t i = 1; i < given.size(); ++i) {
        const Node& child = place.node.children[given[i].child];
        add({.pointer = tally.pointers[given[i].child],
             .path = place.path + "/" + child.name,
             .rule = "oneOf",
             .found = fmt::format("{} beside {}", child.name, given[0].name),
             .allowed = fmt::format("only one of {}", one_of(names)),
             .suggestion = fmt::format("keep {} or {}, not both", given[0].name, child.name)},
            child);
    }
}

bool Checker::may_be_absent(const Tally& tally, std::size_t index) const
{
    const auto particles = tally.place.content->particles();
    const Particle& particle = particles[index];
    if (particle.least() == 0) return true;
    switch (particle.kind) {
        case Particle::Kind::element: return false;
        case Particle::Kind::sequence:
            for (std::size_t i = index + 1; i < particle.end_; i = particles[i].end_)
                if (!may_be_absent(tally, i) && !first_elements(tally, i).empty()) return false;
            return true;
        case Particle::Kind::choice:
            for (std::size_t i = index + 1; i < particle.end_; i = particles[i].end_)
                if (may_be_absent(tally, i)) return true;
            return false;
    }
    return false;
}

// The elements with which this particle can begin, as far as the version and edition have them.
std::vector<std::string_view> Checker::first_elements(const Tally& tally, std::size_t index) const
{
    const auto particles = tally.place.content->particles();
    const Particle& particle = particles[index];
    if (particle.kind == Particle::Kind::element)
        return exists(particle, tally.place.path) ? std::vector{particle.name()}
                                                  : std::vector<std::string_view>{};
    std::vector<std::string_view> names;
    for (std::size_t i = index + 1; i < particle.end_; i = particles[i].end_) {
        const auto inside = first_elements(tally, i);
        names.insert(names.end(), inside.begin(), inside.end());
        const bool last = particle.kind == Particle::Kind::sequence && !inside.empty() &&
                          !may_be_absent(tally, i);
        if (last) break;
    }
    return names;
}

void Checker::check_order(const Place& place, const std::vector<std::string>& pointers)
{
    const auto& children = place.node.children;
    std::vector<std::size_t> known, places;
    for (std::size_t i = 0; i < children.size(); ++i) {
        const Particle* particle = place.content->find(children[i].name);
        if (particle == nullptr) continue;
        known.push_back(i);
        places.push_back(place.content->place_of(*particle));
    }
    const std::vector<bool> right = standing_right(places);
    std::vector<std::size_t> standing;  // those that stand right: their places go up
    for (std::size_t i = 0; i < known.size(); ++i)
        if (right[i]) standing.push_back(i);
    for (std::size_t i = 0; i < known.size() && !full(); ++i) {
        if (right[i]) continue;
        const Node& child = children[known[i]];
        const auto behind = std::ranges::upper_bound(
            standing, places[i], {}, [&](std::size_t each) { return places[each]; });
        std::string_view after, before;
        if (behind != standing.begin()) after = children[known[*(behind - 1)]].name;
        if (behind != standing.end()) before = children[known[*behind]].name;
        const std::string allowed = after.empty() ? fmt::format("before {}", before)
                                    : before.empty()
                                        ? fmt::format("after {}", after)
                                        : fmt::format("after {} and before {}", after, before);
        add({.pointer = pointers[known[i]],
             .path = place.path + "/" + child.name,
             .rule = "order",
             .found =
                 fmt::format("{} as element {} of {}", child.name, known[i] + 1, place.node.name),
             .allowed = allowed,
             .suggestion = fmt::format("move it {}", allowed)},
            child);
    }
}

}  // namespace qbxml
