#include "server/base/log.h"

#include <algorithm>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace server::base::log {
namespace {

spdlog::logger& logger()
{
    static const auto made = [] {
        auto log = std::make_shared<spdlog::logger>(
            "qbwcd", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        log->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
        log->flush_on(spdlog::level::debug);
        return log;
    }();
    return *made;
}

// A line is a line: control characters in a value never start another one.
void append_value(std::string& line, std::string_view value)
{
    const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
        const bool printable = static_cast<unsigned char>(c) > 0x20 && c != 0x7F;
        return printable && c != '"' && c != '=' && c != '\\';
    });
    if (plain) {
        line += value;
        return;
    }
    line += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\') line += '\\';
        line += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    }
    line += '"';
}

void write(spdlog::level::level_enum level, std::string_view event, Fields fields)
{
    if (!logger().should_log(level)) return;
    std::string line(event);
    for (const Field& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        append_value(line, field.value);
    }
    logger().log(level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void set_level(Level level)
{
    switch (level) {
        case Level::debug: return logger().set_level(spdlog::level::debug);
        case Level::info: return logger().set_level(spdlog::level::info);
        case Level::warn: return logger().set_level(spdlog::level::warn);
        case Level::error: return logger().set_level(spdlog::level::err);
        case Level::off: return logger().set_level(spdlog::level::off);
    }
}

void debug(std::string_view event, Fields fields)
{
    write(spdlog::level::debug, event, fields);
}

void info(std::string_view event, Fields fields)
{
    write(spdlog::level::info, event, fields);
}

void warn(std::string_view event, Fields fields)
{
    write(spdlog::level::warn, event, fields);
}

void error(std::string_view event, Fields fields)
{
    write(spdlog::level::err, event, fields);
}

}  // namespace server::base::log
