// Waiting at the command line for jobs to end.
#pragma once

#include <chrono>
#include <vector>

#include "server/cli/commands.h"
#include "server/jobs/job.h"

namespace server::cli {

inline constexpr int wait_seconds_max = 24 * 3600;

// Waits until all of the jobs have ended, and meanwhile keeps the sessions of their companies open.
// The jobs as they are then are in `jobs`. `success` when all are done, `refused` when one failed
// or was cancelled, `unusable` with a line on standard error when the time is over.
int wait_for(const Shell&, store::Store&, std::vector<jobs::Job>& jobs,
             std::chrono::seconds timeout);

// As wait_for with the shell's --wait; `success` at once without it.
int wait_if_asked(const Shell&, store::Store&, std::vector<jobs::Job>& jobs);
void add_wait_option(CLI::App& command, Shell&);  // --wait

void add_wait_command(CLI::App& job, Shell&);  // job wait

}  // namespace server::cli
