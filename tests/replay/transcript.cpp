#include "tests/replay/transcript.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace replay {
namespace {

constexpr std::string_view marks = "+><=!";

[[noreturn]] void fail(int line, const std::string& what)
{
    throw std::runtime_error(fmt::format("line {}: {}", line, what));
}

std::string take_block(std::istream& file, const std::string& end, int& number)
{
    const int begin = number;
    std::string text;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line == end) return text;
        text += line + "\n";
    }
    fail(begin, "the block is not ended by a line '" + end + "'");
}

// One word, or what stands in quotes.
std::string take_value(std::string_view& rest, int line)
{
    if (!rest.starts_with('"')) {
        const auto end = std::min(rest.find(' '), rest.size());
        std::string word(rest.substr(0, end));
        rest.remove_prefix(end);
        return word;
    }
    const auto end = rest.find('"', 1);
    if (end == rest.npos) fail(line, "a quote is not closed");
    std::string text(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    return text;
}

}  // namespace

std::string read_file(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<Step> read_transcript(const std::string& path)
{
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::vector<Step> steps;
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line.empty() || line[0] == '#') continue;
        if (marks.find(line[0]) == marks.npos || line.size() < 3 || line[1] != ' ')
            fail(number, "a step begins with one of + > < = ! and a blank");
        Step step{.line = number, .mark = line[0], .text = line.substr(2)};
        if (const auto at = step.text.rfind("<<"); at != std::string::npos) {
            step.block = take_block(file, step.text.substr(at + 2), number);
            step.text.erase(at);
        }
        steps.push_back(std::move(step));
    }
    return steps;
}

Words words_of(const Step& step)
{
    std::string_view rest = step.text;
    Words words{take_value(rest, step.line), {}};
    for (;;) {
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        if (rest.empty()) return words;
        const auto equals = rest.find('=');
        if (equals == rest.npos) fail(step.line, "key=value is expected");
        const std::string key(rest.substr(0, equals));
        rest.remove_prefix(equals + 1);
        // A block stands where its `<<END` stood: behind the last key.
        words.values[key] = rest.empty() && step.block ? *step.block : take_value(rest, step.line);
    }
}

}  // namespace replay
