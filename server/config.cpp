#include "server/config.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace server {
namespace {

using Fault = std::optional<std::string>;

std::optional<int> whole_number(std::string_view text)
{
    int number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

Option text(std::string_view name, std::string_view form, std::string Config::*member,
            std::string_view sentence)
{
    return {name, sentence, form,
            [member](Config& config, const std::string& value) -> Fault {
                config.*member = value;
                return std::nullopt;
            },
            [member](const Config& config) { return config.*member; }};
}

Option number(std::string_view name, int Config::*member, int low, int high,
              std::string_view sentence)
{
    return {name, sentence, "N",
            [=](Config& config, const std::string& value) -> Fault {
                const auto read = whole_number(value);
                if (!read || *read < low || *read > high)
                    return fmt::format("a whole number from {} to {} is expected", low, high);
                config.*member = *read;
                return std::nullopt;
            },
            [member](const Config& config) { return std::to_string(config.*member); }};
}

Option checked_text(std::string_view name, std::string_view form, std::string Config::*member,
                    std::string_view sentence, Fault (*check)(const std::string&))
{
    auto option = text(name, form, member, sentence);
    option.read = [member, check](Config& config, const std::string& value) -> Fault {
        if (auto fault = check(value)) return fault;
        config.*member = value;
        return std::nullopt;
    };
    return option;
}

Fault check_listen(const std::string& value)
{
    if (split_listen(value)) return std::nullopt;
    return "an address and a port are expected, for example 127.0.0.1:8440 or [::1]:8440";
}

Fault check_level(const std::string& value)
{
    for (const char* level : {"debug", "info", "warn", "error", "off"})
        if (value == level) return std::nullopt;
    return "one of debug, info, warn, error, off is expected";
}

Fault check_switch(const std::string& value)
{
    if (value == "on" || value == "off") return std::nullopt;
    return "on or off is expected";
}

Fault check_recording(const std::string& value)
{
    for (const char* recording : {"none", "redacted", "full"})
        if (value == recording) return std::nullopt;
    return "one of none, redacted, full is expected";
}

Fault check_url(const std::string& value)
{
    if (value.empty()) return std::nullopt;
    const auto host = value.find("://") + 3;
    const bool web = value.starts_with("https://") || value.starts_with("http://");
    if (web && value.size() > host && value.find_first_of("/?# ", host) == value.npos)
        return std::nullopt;
    return "a web address without path is expected, for example https://books.example.com";
}

Fault read_proxies(Config& config, const std::string& value)
{
    config.proxies.clear();
    for (std::size_t from = 0; from < value.size();) {
        const auto to = std::min(value.find(',', from), value.size());
        std::string one = value.substr(from, to - from);
        std::erase(one, ' ');
        if (!one.empty()) config.proxies.push_back(one);
        from = to + 1;
    }
    return std::nullopt;
}

std::vector<Option> make_options()
{
    return {
        text("data", "DIR", &Config::data,
             "Folder of the database; made when it is missing, for the server's user alone."),
        checked_text("listen", "HOST:PORT", &Config::listen,
                     "Address and port to listen on; port 0 takes a free one.", check_listen),
        text("tls-certificate", "FILE", &Config::tls_certificate,
             "Certificate chain in PEM form; with tls-key it turns TLS on, SIGHUP reads it anew."),
        text("tls-key", "FILE", &Config::tls_key, "Private key of the certificate in PEM form."),
        checked_text("public-url", "URL", &Config::public_url,
                     "Address under which the world reaches this server, without path; empty: what "
                     "the caller asked for.",
                     check_url),
        {"proxies",
         "Addresses of reverse proxies, separated by commas, whose X-Forwarded-For and "
         "X-Forwarded-Proto are believed.",
         "LIST", read_proxies,
         [](const Config& config) { return fmt::format("{}", fmt::join(config.proxies, ",")); }},
        checked_text("log-level", "LEVEL", &Config::log_level,
                     "Least important events that are logged: debug, info, warn, error, off.",
                     check_level),
        number("workers", &Config::workers, 1, 64,
               "Threads that answer calls, each with its own database connection."),
        number("io-threads", &Config::io_threads, 1, 16, "Threads that move bytes."),
        number("body-mebibytes", &Config::body_mebibytes, 1, 1024,
               "Largest request body taken, in MiB."),
        number("connections", &Config::connections, 1, 100'000,
               "Open connections at one time, all callers together."),
        number("session-idle-minutes", &Config::session_idle_minutes, 1, 1440,
               "Minutes without a call after which a session is closed and its work given back."),
        number("session-busy-minutes", &Config::session_busy_minutes, 1, 1440,
               "The same while QuickBooks works on a message set."),
        number("live-hold-seconds", &Config::live_hold_seconds, 0, 90,
               "Seconds for which a Web Connector's question for work is held back while somebody "
               "waits for an answer; below the time-out of every proxy before this server; 0: "
               "never."),
        number("live-quiet-seconds", &Config::live_quiet_seconds, 6, 3600,
               "Seconds for which a session stays open after somebody last waited."),
        number("page-size", &Config::page_size, 1, 10'000,
               "Records asked for at a time (MaxReturned) where QuickBooks can page; the first "
               "time, then as many as it gives within 2 to 5 seconds."),
        number("page-size-min", &Config::page_size_min, 1, 10'000,
               "Fewest records asked for at a time, however slow QuickBooks is."),
        number("page-size-max", &Config::page_size_max, 1, 10'000,
               "Most records asked for at a time, however quick it is."),
        checked_text("schedule", "on|off", &Config::schedule,
                     "Whether record types are read by themselves, as 'qbwcd sync settings' says; "
                     "off: only when asked.",
                     check_switch),
        number("attempts", &Config::attempts, 1, 100,
               "Tries at a job before it is failed, when QuickBooks is busy or gone."),
        number("change-days", &Config::change_days, 1, 3650,
               "Days for which changes of records are kept for those who follow them."),
        number("job-days", &Config::job_days, 1, 3650,
               "Days for which jobs are kept after their end, and idempotency keys with them; "
               "writes that have failed are kept until they are retried or ignored."),
        checked_text("record-exchanges", "HOW", &Config::record_exchanges,
                     "What is kept of the calls of a session: none, redacted (without what says "
                     "too much of a person or a card), full; passwords and tickets never.",
                     check_recording),
        number("record-days", &Config::record_days, 1, 30,
               "Days for which recorded sessions are kept."),
        text("minimum-connector", "VERSION", &Config::minimum_connector,
             "Web Connectors older than this are refused; empty: none."),
        text("advised-connector", "VERSION", &Config::advised_connector,
             "Web Connectors older than this are told to update; empty: none."),
    };
}

std::string trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos) return "";
    return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

const Option* find_option(std::string_view name)
{
    for (const Option& option : options())
        if (option.name == name) return &option;
    return nullptr;
}

}  // namespace

std::span<const Option> options()
{
    static const std::vector<Option> all = make_options();
    return all;
}

std::string environment_name(const Option& option)
{
    std::string name = "QBWCD_";
    for (const char c : option.name)
        name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

qbxml::Result<Config, std::vector<std::string>> load(const std::vector<Source>& sources)
{
    Config config;
    std::vector<std::string> faults;
    for (const Source& source : sources) {
        for (const auto& [name, value] : source.values) {
            const Option* option = find_option(name);
            const Fault fault =
                option ? option->read(config, value) : Fault("there is no option of this name");
            if (fault)
                faults.push_back(
                    fmt::format("{}: {} = '{}': {}", source.name, name, value, *fault));
        }
    }
    if (config.tls_certificate.empty() != config.tls_key.empty())
        faults.push_back(fmt::format("{} is set but {} is not: TLS needs both files",
                                     config.tls_key.empty() ? "tls-certificate" : "tls-key",
                                     config.tls_key.empty() ? "tls-key" : "tls-certificate"));
    if (!faults.empty()) return faults;
    return config;
}

qbxml::Result<Source, std::vector<std::string>> read_config_file(const std::string& path)
{
    std::ifstream file(path);
    if (!file) throw std::runtime_error(fmt::format("cannot read the configuration file {}", path));
    Source source{path, {}};
    std::vector<std::string> faults;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        const std::string stated = trimmed(line.substr(0, line.find('#')));
        if (stated.empty()) continue;
        const auto equals = stated.find('=');
        const std::string name = trimmed(stated.substr(0, equals));
        if (equals == std::string::npos)
            faults.push_back(fmt::format("{}, line {}: 'name = value' is expected, found '{}'",
                                         path, number, stated));
        else if (!find_option(name))
            faults.push_back(
                fmt::format("{}, line {}: there is no option '{}'; 'qbwcd --help' "
                            "lists them",
                            path, number, name));
        else
            source.values[name] = trimmed(stated.substr(equals + 1));
    }
    if (!faults.empty()) return faults;
    return source;
}

Source read_environment(const std::function<const char*(const char*)>& lookup)
{
    Source source{"environment", {}};
    for (const Option& option : options())
        if (const char* value = lookup(environment_name(option).c_str()))
            source.values[std::string(option.name)] = value;
    return source;
}

std::string config_template()
{
    std::string text =
        "# Every option of qbwcd with its default. A line without '#' in front changes it.\n"
        "# The environment (QBWCD_ and the name in capitals) wins over this file, a flag of the\n"
        "# command line (--name value) over both. `qbwcd check-config` shows what is in force.\n";
    const Config defaults;
    for (const Option& option : options()) {
        const std::string value = option.show(defaults);
        text += fmt::format("\n# {}\n# {} ={}{}\n", option.sentence, option.name,
                            value.empty() ? "" : " ", value);
    }
    return text;
}

std::optional<HostPort> split_listen(const std::string& text)
{
    const auto colon = text.rfind(':');
    const bool bare_port = colon == std::string::npos;
    HostPort parts{bare_port ? "127.0.0.1" : text.substr(0, colon)};
    if (parts.host.starts_with("[") && parts.host.ends_with("]"))
        parts.host = parts.host.substr(1, parts.host.size() - 2);
    const auto port =
        whole_number(bare_port ? std::string_view(text) : std::string_view(text).substr(colon + 1));
    if (!port || *port < 0 || *port > std::numeric_limits<unsigned short>::max())
        return std::nullopt;
    if (parts.host.empty()) return std::nullopt;
    parts.port = static_cast<unsigned short>(*port);
    return parts;
}

}  // namespace server
