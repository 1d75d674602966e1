#include "qbxml/suggest.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include <fmt/format.h>

namespace qbxml {

namespace {

constexpr std::size_t word_max = 64;  // longer words are not compared
constexpr std::size_t listed_max = 30;

// A name without the ending that tells the kind of message it belongs to.
std::string_view stem(std::string_view name)
{
    for (std::string_view ending : {"Add", "Mod", "Ret", "Rq", "Rs", "Ref"})
        if (name.size() > ending.size() + 2 && name.ends_with(ending))
            return name.substr(0, name.size() - ending.size());
    return name;
}

}  // namespace

std::string lower_case(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

bool same_but_case(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && lower_case(a) == lower_case(b);
}

int edit_distance(std::string_view a, std::string_view b, int most)
{
    const auto gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (a.size() > word_max || b.size() > word_max || gap > static_cast<std::size_t>(most))
        return most + 1;
    const std::string from = lower_case(a), to = lower_case(b);
    using Line = std::array<int, word_max + 1>;
    Line before{}, line{}, next{};
    for (std::size_t j = 0; j <= to.size(); ++j)
        line[j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= from.size(); ++i) {
        next[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const int change = from[i - 1] == to[j - 1] ? 0 : 1;
            next[j] = std::min({line[j] + 1, next[j - 1] + 1, line[j - 1] + change});
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                next[j] = std::min(next[j], before[j - 2] + 1);
        }
        before = line;
        line = next;
    }
    return std::min(line[to.size()], most + 1);
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates)
{
    const int most = std::max(1, static_cast<int>(std::min(word.size(), word_max)) / 3);
    std::string_view best;
    int best_distance = most + 1;
    for (std::string_view candidate : candidates) {
        const int distance = edit_distance(word, candidate, most);
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    if (best_distance <= 1) return best;
    for (std::string_view candidate : candidates)
        if (same_but_case(stem(candidate), stem(word))) return candidate;
    return best;
}

std::string one_of(std::span<const std::string_view> words)
{
    if (words.empty()) return "nothing";
    const std::size_t shown = words.size() > listed_max ? listed_max - 5 : words.size();
    std::string text(words[0].empty() ? "\"\"" : words[0]);
    for (std::size_t i = 1; i < shown; ++i) {
        text += i + 1 == words.size() ? " or " : ", ";
        text += words[i].empty() ? "\"\"" : words[i];
    }
    if (shown < words.size()) text += fmt::format(" and {} more", words.size() - shown);
    return text;
}

std::string wrapped(std::span<const std::string> words, std::size_t indent, std::size_t width)
{
    std::string out;
    std::size_t used = indent;
    for (const std::string& word : words) {
        const bool first = out.empty();
        if (!first && used + 2 + word.size() > width) {
            out += "\n" + std::string(indent, ' ');
            used = indent;
        } else if (!first) {
            out += "  ";
            used += 2;
        }
        out += word;
        used += word.size();
    }
    return out;
}

}  // namespace qbxml
