#include <iostream>

#include <fmt/format.h>

#include "server/app.h"
#include "server/cli/commands.h"

namespace server::cli {
namespace {

int run_serve(const Shell& shell)
{
    serve(shell.config, [&](const std::string& url) {
        // One line, flushed: scripts wait for it.
        std::cout << fmt::format("qbwcd is ready: {}/qbwc (data in {})", url, shell.config.data)
                  << std::endl;
    });
    return success;
}

int check_config(const Shell& shell, bool as_template)
{
    if (as_template) {
        std::cout << config_template();
        return success;
    }
    for (const Option& option : options())
        std::cout << fmt::format("{} = {}\n", option.name, option.show(shell.config));
    return success;
}

}  // namespace

void add_serve_commands(CLI::App& app, Shell& shell)
{
    auto* serve = app.add_subcommand("serve", "Answer Web Connectors until SIGTERM or SIGINT");
    serve->callback([&shell] { shell.run = [&shell] { return run_serve(shell); }; });

    auto* check = app.add_subcommand("check-config", "Show the configuration that is in force");
    auto as_template = std::make_shared<bool>(false);
    check->add_flag("--template", *as_template,
                    "Print a configuration file with every option and its default instead");
    check->callback([&shell, as_template] {
        shell.run = [&shell, as_template] { return check_config(shell, *as_template); };
    });
}

}  // namespace server::cli
