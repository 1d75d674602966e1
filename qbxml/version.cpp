#include "qbxml/version.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace qbxml {

namespace {

std::optional<int> part(std::string_view digits)
{
    constexpr std::size_t digits_max = 3;
    if (digits.empty() || digits.size() > digits_max) return std::nullopt;
    if (digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    int out = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return out;
}

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text)
{
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto major = part(text.substr(0, dot));
    const auto minor = part(text.substr(dot + 1));
    if (!major || !minor) return std::nullopt;
    return Version{*major, *minor};
}

std::string_view to_text(Edition edition)
{
    switch (edition) {
        case Edition::any: return "any";
        case Edition::us: return "US";
        case Edition::ca: return "CA";
        case Edition::uk: return "UK";
        case Edition::au: return "AU";
    }
    return "any";
}

std::optional<Edition> edition_from_text(std::string_view text)
{
    // The two letters are what HostQuery and QBWC say; the other words were seen in older releases,
    // the QB... ones in Intuit's reference.
    static constexpr std::array<std::pair<std::string_view, Edition>, 17> words = {{
        {"any", Edition::any},
        {"us", Edition::us},
        {"usa", Edition::us},
        {"united states", Edition::us},
        {"qbd", Edition::us},
        {"ca", Edition::ca},
        {"can", Edition::ca},
        {"canada", Edition::ca},
        {"qbca", Edition::ca},
        {"uk", Edition::uk},
        {"gb", Edition::uk},
        {"united kingdom", Edition::uk},
        {"qbuk", Edition::uk},
        {"au", Edition::au},
        {"aus", Edition::au},
        {"australia", Edition::au},
        {"qbau", Edition::au},
    }};
    const std::string wanted = lower(text);
    for (const auto& [word, edition] : words) {
        if (word == wanted) return edition;
    }
    return std::nullopt;
}

Version choose_version(std::span<const std::string> supported, Version spoken)
{
    Version best;
    for (const std::string& text : supported) {
        const auto version = Version::parse(text);
        if (version && *version <= newest_version) best = std::max(best, *version);
    }
    if (best == Version{}) best = std::min(spoken, newest_version);
    return best == Version{} ? common_version : best;
}

}  // namespace qbxml
