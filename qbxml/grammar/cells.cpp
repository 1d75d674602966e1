#include "qbxml/grammar/cells.h"

#include <algorithm>
#include <cctype>

namespace qbxml::grammar::build {

namespace {

using Row = TableFile::Row;

const std::vector<std::string> edition_names = {"US", "CA", "UK", "AU", "OE"};

}  // namespace

bool is_number(const std::string& text)
{
    return !text.empty() && text.size() < 6 &&
           text.find_first_not_of("0123456789") == std::string::npos;
}

bool is_name(const std::string& text)
{
    return !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0 &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) != 0; });
}

std::uint8_t editions(const Row& row, const std::string& not_in)
{
    unsigned bits = 31;
    if (not_in.empty()) return 31;
    for (const std::string& name : split(not_in, ' ')) {
        const auto at = std::ranges::find(edition_names, name);
        if (at == edition_names.end()) row.refuse("'" + name + "' is no edition (US CA UK AU OE)");
        bits &= ~(1u << static_cast<unsigned>(at - edition_names.begin()));
    }
    if (bits == 0) row.refuse("no edition has it");
    return static_cast<std::uint8_t>(bits);
}

CharsFact chars(const Row& row, const std::string& cell)
{
    if (cell.empty() || cell == "-") return {};
    const auto parts = split(cell, ' ');
    const auto limit = [&](const std::string& text) {
        if (text != "-" && (!is_number(text) || text == "0"))
            row.refuse("'" + text + "' is no length");
        return text == "-" ? std::string() : text;
    };
    CharsFact fact(5, limit(parts.front()));
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto sides = split(parts[i], '=');
        const auto at = std::find(edition_names.begin(), edition_names.begin() + 4, sides.front());
        if (sides.size() != 2 || at == edition_names.begin() + 4)
            row.refuse("'" + parts[i] + "' is not EDITION=LENGTH");
        fact[static_cast<std::size_t>(at - edition_names.begin()) + 1] = limit(sides[1]);
    }
    return fact;
}

void occurrence(const Row& row, ParticleFact& fact)
{
    const std::string& text = row["occurs"];
    if (text == "1") return;
    if (text == "?" || text == "*") fact.least = 0;
    if (text == "+" || text == "*") fact.most = 0;
    if (text == "?" || text == "+" || text == "*") return;
    const auto parts = split(text, '-');
    if (parts.size() != 2 || !is_number(parts[0]) || !is_number(parts[1]))
        row.refuse("occurs is 1, ?, *, + or LEAST-MOST, not '" + text + "'");
    fact.least = std::stoi(parts[0]);
    fact.most = std::stoi(parts[1]);
    if (fact.most == 0 || fact.least > fact.most) row.refuse("occurs " + text + " cannot be");
}

}  // namespace qbxml::grammar::build
