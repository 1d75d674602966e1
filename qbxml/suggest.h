// Finding what a misspelt name was meant to be, and listing words for people.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qbxml {

std::string lower_case(std::string_view text);  // ASCII letters only
bool same_but_case(std::string_view a, std::string_view b);

// Insertions, deletions, changes and swaps of neighbours that turn one word into the other, without
// regard to case; more than `most` is told as most + 1.
int edit_distance(std::string_view a, std::string_view b, int most);

// The candidate nearest to `word`, "" when none is near: at most a third of the letters differ, or
// the one is the other with an ending such as Add, Mod or Ret.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

// "A, B or C"; a long list is cut and says how many more there are.
std::string one_of(std::span<const std::string_view> words);

// The words with two blanks between them, in lines of that width; all but the first begin with the
// indent.
std::string wrapped(std::span<const std::string> words, std::size_t indent, std::size_t width);

}  // namespace qbxml
