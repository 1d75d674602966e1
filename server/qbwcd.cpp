// qbwcd: one binary. `serve` runs until a signal; every other verb is a subcommand in cli/.
#include <cstdlib>
#include <iostream>

#include <fmt/format.h>

#include "server/base/log.h"
#include "server/cli/commands.h"
#include "server/cli/qbxml.h"

namespace {

using namespace server;

void add_options(CLI::App& app, Source& flags)
{
    for (const Option& option : options()) {
        const std::string name(option.name);
        const Config defaults;
        const std::string shown = option.show(defaults);
        app.add_option_function<std::string>(
               "--" + name,
               [&flags, name](const std::string& value) { flags.values[name] = value; },
               fmt::format("{}{}", option.sentence,
                           shown.empty() ? "" : fmt::format(" [{}]", shown)))
            ->type_name(std::string(option.form))
            ->group("Configuration (also by file and environment)");
    }
}

base::log::Level level_of(const std::string& word)
{
    using base::log::Level;
    if (word == "debug") return Level::debug;
    if (word == "warn") return Level::warn;
    if (word == "error") return Level::error;
    if (word == "off") return Level::off;
    return Level::info;
}

int complain(const std::vector<std::string>& faults)
{
    for (const std::string& fault : faults)
        std::cerr << "qbwcd: " << fault << '\n';
    return cli::unusable;
}

// File, then environment, then flags.
int configure_and_run(cli::Shell& shell, const std::string& config_file, const Source& flags)
{
    std::vector<Source> sources;
    if (!config_file.empty()) {
        auto file = read_config_file(config_file);
        if (!file) return complain(file.error());
        sources.push_back(*file);
    }
    sources.push_back(read_environment([](const char* name) { return std::getenv(name); }));
    sources.push_back(flags);
    auto config = load(sources);
    if (!config) return complain(config.error());
    shell.config = *config;
    base::log::set_level(level_of(shell.config.log_level));
    return shell.run();
}

}  // namespace

int main(int argc, char** argv)
{
    CLI::App app("The server that QuickBooks Web Connectors poll.", "qbwcd");
    app.set_version_flag("--version", "qbwcd " QBWCD_VERSION);
    app.require_subcommand(1);
    app.fallthrough();

    cli::Shell shell;
    Source flags{"flag", {}};
    std::string config_file;
    app.add_option("--config", config_file, "Configuration file")
        ->envname("QBWCD_CONFIG")
        ->type_name("FILE");
    app.add_flag("--json", shell.json, "Answer in JSON, one value a line");
    add_options(app, flags);
    cli::add_serve_commands(app, shell);
    cli::add_company_commands(app, shell);
    cli::add_connection_commands(app, shell);
    cli::add_job_commands(app, shell);
    cli::add_sync_commands(app, shell);
    cli::add_queue_commands(app, shell);
    cli::add_record_commands(app, shell);
    cli::add_capabilities_commands(app, shell);
    cli::add_qbxml_commands(app, shell);
    cli::add_simulate_command(app, shell);
    cli::add_session_commands(app, shell);
    try {
        app.parse(argc, argv);
        return configure_and_run(shell, config_file, flags);
    } catch (const CLI::ParseError& wrong) {
        return app.exit(wrong) == 0 ? cli::success : cli::unusable;
    } catch (const std::exception& failure) {
        std::cerr << "qbwcd: " << failure.what() << '\n';
        return cli::unusable;
    }
}
