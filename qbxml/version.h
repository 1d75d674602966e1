// qbXML versions and editions of QuickBooks.
#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace qbxml {

// The number in <?qbxml version="13.0"?>. Versions named otherwise ("CA2.0") are not understood.
struct Version {
    int major = 0;
    int minor = 0;
    auto operator<=>(const Version&) const = default;
    std::string text() const { return std::to_string(major) + "." + std::to_string(minor); }
    static std::optional<Version> parse(std::string_view text);
};

inline constexpr Version newest_version{16, 0};
inline constexpr Version common_version{13, 0};  // every QuickBooks in use speaks it

// Country editions; `any` means that the edition is not known and its limits are not applied.
enum class Edition { any, us, ca, uk, au };
std::string_view to_text(Edition);                          // "any", "US", "CA", "UK", "AU"
std::optional<Edition> edition_from_text(std::string_view);  // any case; QuickBooks' own words too

// The highest version that both QuickBooks and we speak: the highest of `supported` not above
// `newest_version`; when the list is empty or holds nothing usable, `spoken` (what QBWC said in
// sendRequestXML) capped likewise; when that is 0.0 too, `common_version`.
Version choose_version(std::span<const std::string> supported, Version spoken);

}  // namespace qbxml
