// One line per event: `time level event key=value …` on standard error.
//
// Events are named noun.verb in the past tense. Values are quoted when they hold blanks; never put
// secrets, whole tickets or customers' data into one. Thread safe.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace server::base::log {

enum class Level { debug, info, warn, error, off };

struct Field {
    std::string_view key;
    std::string value;

    Field(std::string_view name, std::string_view text) : key(name), value(text) {}
    Field(std::string_view name, const std::string& text) : key(name), value(text) {}
    Field(std::string_view name, const char* text) : key(name), value(text) {}
    Field(std::string_view name, long long number) : key(name), value(std::to_string(number)) {}
    Field(std::string_view name, long number) : key(name), value(std::to_string(number)) {}
    Field(std::string_view name, int number) : key(name), value(std::to_string(number)) {}
    Field(std::string_view name, std::size_t number) : key(name), value(std::to_string(number)) {}
};
using Fields = std::initializer_list<Field>;

void set_level(Level);
void debug(std::string_view event, Fields = {});
void info(std::string_view event, Fields = {});
void warn(std::string_view event, Fields = {});
void error(std::string_view event, Fields = {});

}  // namespace server::base::log
