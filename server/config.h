// What the server can be told. One table (config.cpp) names each option with its default, its check
// and one sentence; it feeds the configuration file, the environment, the flags and --help.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/result.h"

namespace server {

struct Config {
    std::string data = "data";
    std::string listen = "127.0.0.1:8440";
    std::string tls_certificate, tls_key;
    std::string public_url;
    std::vector<std::string> proxies;
    std::string log_level = "info";
    int workers = 4;
    int io_threads = 1;
    int body_mebibytes = 64;
    int connections = 256;
    int session_idle_minutes = 15;
    int session_busy_minutes = 60;
    int live_hold_seconds = 50;
    int live_quiet_seconds = 30;
    int page_size = 100;
    int page_size_min = 20, page_size_max = 500;
    std::string schedule = "on";
    int attempts = 8;
    int change_days = 90;
    int job_days = 30;
    std::string record_exchanges = "redacted";
    int record_days = 7;
    std::string minimum_connector, advised_connector;
};

struct Option {
    std::string_view name;  // "session-idle-minutes": flag, file key; QBWCD_… in the environment
    std::string_view sentence;  // what it does, with its unit
    std::string_view form;      // what a value looks like: "N", "DIR", "HOST:PORT"
    // Reads a value into the configuration; the reason when it is none.
    std::function<std::optional<std::string>(Config&, const std::string&)> read;
    std::function<std::string(const Config&)> show;
};

std::span<const Option> options();
std::string environment_name(const Option&);  // "QBWCD_SESSION_IDLE_MINUTES"

// Values by option name. The weaker source first: a flag wins over the environment, that over the
// file. Every fault names its source, the value and what is expected.
struct Source {
    std::string name;  // "flag", "environment", a file's path
    std::map<std::string, std::string> values;
};
qbxml::Result<Config, std::vector<std::string>> load(const std::vector<Source>&);

// Lines `name = value`; '#' starts a comment. Throws std::runtime_error when it cannot be opened.
qbxml::Result<Source, std::vector<std::string>> read_config_file(const std::string& path);
Source read_environment(const std::function<const char*(const char*)>& lookup);

// The text of config/qbwcd.conf: every option with its default and its sentence.
std::string config_template();

// "127.0.0.1:8440", "[::1]:8440", "8440".
struct HostPort {
    std::string host;
    unsigned short port = 0;
};
std::optional<HostPort> split_listen(const std::string&);

}  // namespace server
