// The verbs about qbXML itself: they need no server, no company and no QuickBooks.
#pragma once

#include <CLI/CLI.hpp>

namespace server::cli {

struct Shell;

// qbxml check|format|to-json|to-xml|explain|example. `check` ends with 0 when every document is
// right, 1 when one is not, 2 when one cannot be read.
void add_qbxml_commands(CLI::App& app, Shell& shell);

// convert and build: between qbXML and canonical records.
void add_conversion_commands(CLI::App& noun, Shell& shell);

// capabilities of a version and edition, without a server.
void add_language_capabilities_command(CLI::App& noun, Shell& shell);

}  // namespace server::cli
