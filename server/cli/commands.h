// The subcommands of qbwcd. Each file of this folder adds the verbs of one noun.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "qbxml/canonical/write.h"
#include "qbxml/result.h"
#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/config.h"
#include "server/store/store.h"

namespace server::cli {

// How a command ends: 0 it did what was asked, 1 it was refused, 2 it could not be tried.
inline constexpr int success = 0;
inline constexpr int refused = 1;
inline constexpr int unusable = 2;

// What the commands share. A command's callback only chooses `run`; it is called once the
// configuration is loaded.
struct Shell {
    Config config;
    std::function<int()> run;
    bool json = false;     // --json: one JSON value a line on standard output
    int wait_seconds = 0;  // --wait of what makes jobs: until they have ended, 0 = not at all

    base::SystemClock clock = {};
    base::RandomIds ids = {};
    // Throws when the folder has no database yet, unless it is to be made now.
    enum class Missing { refuse, make };
    store::Store open_store(Missing missing = Missing::refuse) const;
    std::string actor() const;  // who runs the command, for the audit: "cli:ann"
};

void add_serve_commands(CLI::App&, Shell&);  // serve, check-config
void add_company_commands(CLI::App&,
                          Shell&);  // company create|list|show|accept-file, password, qwc
// company pause|resume|unlink|relink|confirm|set, events, health; after the company commands
void add_connection_commands(CLI::App&, Shell&);
void add_job_commands(CLI::App&, Shell&);    // raw, interactive, job list|show|finish
void add_sync_commands(CLI::App&, Shell&);   // sync, sync status, sync settings
void add_job_acts(CLI::App& job, Shell&);    // job cancel|retry|ignore|edit|resolve|probe|audit …
void add_queue_commands(CLI::App&, Shell&);  // push, read, report
// get, types, changes, export, records show|rebuild
void add_record_commands(CLI::App&, Shell&);
void add_simulate_command(CLI::App&, Shell&);         // simulate
void add_books_commands(CLI::App& simulate, Shell&);  // simulate books FILE new|show|list|...
void add_capabilities_commands(CLI::App&, Shell&);    // capabilities, schema
void add_session_commands(CLI::App&, Shell&);         // session list|export|replay

// Writes the reason to standard error and returns `refused`.
int fail(const qbxml::Error&);
// Writes what is wrong with a record to standard error and returns `refused`.
int print_refusals(const std::vector<qbxml::canonical::Refused>&);
// All of standard input; throws std::runtime_error beyond `bytes_max`.
std::string read_input(std::size_t bytes_max);
// All of a file; throws std::runtime_error naming it.
std::string read_file(const std::string& path, std::size_t bytes_max);

}  // namespace server::cli
