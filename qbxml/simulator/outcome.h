// What became of one request: status, sentence, and the record to show.
#pragma once

#include <string>
#include <utility>

namespace qbxml::simulator {

class Record;

struct Outcome {
    int code = 0;
    std::string message = "Status OK";
    const Record* record = nullptr;  // shown in the answer; with some errors too (3200)
    std::string body = {};           // instead of a record: elements ready to be sent

    bool done() const { return code < 1000; }  // warnings are done
};

inline Outcome refused(int code, std::string message)
{
    return {.code = code, .message = std::move(message)};
}

}  // namespace qbxml::simulator
