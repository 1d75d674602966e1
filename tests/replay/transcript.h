// A QBWC conversation as text: what it calls, what it must be answered, what is true then.
//
//   # comment
//   + what the host does             + sync customers
//   > method key=value …             > authenticate user=qbwc-maple password=maple-secret
//   < what is answered               < ticket={t1} company=""
//   = what the store then holds      = jobs done, queued
//   ! what happens on the way        ! connection lost
//
// A value with blanks stands in quotes; `<<END` takes the lines up to END, `@file` a file of this
// folder. `{name}` in an answer captures what varies, anywhere else it stands for what was
// captured.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace replay {

struct Step {
    int line = 0;
    char mark = ' ';
    std::string text = {};                  // behind the mark, without its block
    std::optional<std::string> block = {};  // of `<<END` at the end of the line
};

// Throws std::runtime_error naming file and line.
std::vector<Step> read_transcript(const std::string& path);

// "name key=value key="two words"": the name and the pairs. Throws like read_transcript.
struct Words {
    std::string name;
    std::map<std::string, std::string> values;
};
Words words_of(const Step&);

std::string read_file(const std::string& path);

}  // namespace replay
