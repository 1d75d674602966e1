// A conversation of QBWC as text that people read and programs play: what is called, what is
// answered.
//
//   # comment
//   + what the host does             + sync customers
//   > method key=value …             > authenticate user=qbwc-maple password=maple-secret
//   < what is answered               < ticket={t1} company=""
//   = what the store then holds      = jobs done, queued
//   ! what happens on the way        ! connection lost
//
// A value with blanks stands in quotes; `<<END` takes the lines up to END, `<<~END` without the
// line end of the last. `{name}` in an answer captures what varies, anywhere else it stands for
// what was captured.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/result.h"
#include "server/store/company.h"
#include "server/store/exchange.h"

namespace server::service {

struct Step {
    int line = 0;
    char mark = ' ';
    std::string text = {};                  // behind the mark, without its block
    std::optional<std::string> block = {};  // of `<<END` at the end of the line
};
// The error's `where` is "line N".
qbxml::Result<std::vector<Step>> read_transcript(std::string_view text);

// "name key=value key="two words"": the name and the pairs. A block is the value of the last key.
struct Words {
    std::string name;
    std::map<std::string, std::string> values;
};
qbxml::Result<Words> words_of(const Step&);

// A recorded session as a transcript that replay() plays. Every message set that went out stands
// there as work of the host, put in just before it is asked for.
std::string transcript_of(const store::Company&, const base::SessionId&,
                          const std::vector<store::Exchange>&);

// How transcripts name a message set: its newMessageSetID, else the batch in its first requestID.
std::string set_id_of(const std::string& qbxml);

}  // namespace server::service
